//! Batches, revisions, entries, anchors, the freeze.

use super::{
    Place, SAMPLE, append, append_in, code, new, on_both, on_roll, person, programme, sealed_upon, with_codes,
};
use crate::{
    decide::Granted,
    journal::By,
    store::{Database, End, HistoryLine, StoreError},
};
use protocol::{
    entry::Status,
    hash::Hash,
    programme::source::{Source, compile},
    ticket::Ticket,
};
use std::time::Duration;

on_both!(
    a_fresh_store_is_empty_and_sound,
    what_was_appended_is_found_again,
    one_person_has_one_ticket_and_one_ticket_one_person,
    a_batch_is_there_as_a_whole_or_not_at_all,
    what_was_acknowledged_cannot_be_rewritten_by_hand,
    nothing_is_appended_after_the_freeze,
    turns_exclude_each_other,
    a_turn_that_was_left_or_dropped_changes_nothing,
    a_batch_goes_where_it_was_to_go_or_nowhere,
    anchors_follow_each_other,
    a_store_of_another_programme_or_a_newer_program_is_refused,
    closing_and_opening_again_changes_nothing,
);

const ACTIVE: Status = Status::Active;

async fn a_fresh_store_is_empty_and_sound(place: Place) {
    let database = place.open().await;
    assert_eq!(database.store.last_batch().await, Ok(None));
    assert_eq!(database.store.frozen().await, Ok(None));
    assert_eq!(database.store.by_ticket().next().await, Ok(None));
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.batches, checked.people, checked.tip.next), (0, 0, 0));
}

async fn what_was_appended_is_found_again(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..4).await;
    let mut ledger = database.store.ledger();
    let batch = vec![new(0, 10, 1, ACTIVE), new(1, 11, 1, ACTIVE), new(0, 10, 2, Status::Withdrawn)];
    append(&mut *ledger, batch.clone()).await.expect("appended");
    append(&mut *ledger, vec![new(1, 11, 2, ACTIVE), new(2, 9, 1, ACTIVE)]).await.expect("appended");
    let store = &database.store;

    with_codes(&database, 0..4).await;
    let end = ledger.begin().await.expect("a turn");
    assert_eq!(end.last.map(|last| last.number), Some(1));
    let codes = [code(0), code(2), code(3), code(9)];
    let known = ledger.look(&codes).await.expect("a look");
    assert_eq!(known.on_roll.len(), 3, "nobody has the fourth code");
    assert_eq!(known.on_roll[&code(3)].person, person(3));
    assert_eq!(known.held.entries.keys().copied().collect::<Vec<_>>(), [person(0), person(2)]);
    assert_eq!(known.held.entries[&person(0)], batch[2].revision);
    let granted = Granted { content: batch[0].content, ticket: Ticket([10; 12]), revision: 1 };
    assert_eq!(known.held.granted.get(&batch[0].request), Some(&granted), "requests of earlier revisions too");
    if let Some(mut ahead) = store.look_ahead() {
        assert_eq!(ahead.look(&codes).await, Ok(known), "a look waits for no turn");
    }
    ledger.leave().await.expect("left");

    let recorded = store.recorded(Ticket([11; 12]), 1).await.expect("read").expect("there");
    assert_eq!((recorded.place, recorded.leaves.len()), (1, 3));
    assert_eq!(recorded.revision, batch[1].revision);
    assert_eq!(store.recorded(Ticket([11; 12]), 3).await, Ok(None));
    let line = |revision, status, time_unix_s| HistoryLine { revision, status, time_unix_s };
    let history = store.history(Ticket([10; 12])).await;
    assert_eq!(history, Ok(vec![line(1, ACTIVE, 100), line(2, Status::Withdrawn, 100)]));
    assert_eq!(store.entry(&person(1)).await.expect("read").map(|entry| entry.revision), Some(2));
    assert_eq!(store.entry(&person(3)).await, Ok(None));

    let mut pages = store.by_ticket();
    let all = pages.next().await.expect("read").expect("a page");
    assert_eq!(pages.next().await, Ok(None));
    let found: Vec<_> = all.iter().map(|row| (row.ticket.0[0], row.revision, row.batch, row.place)).collect();
    assert_eq!(
        found,
        [(9, 1, 1, 1), (10, 1, 0, 0), (10, 2, 0, 2), (11, 1, 0, 1), (11, 2, 1, 0)],
        "in order of tickets"
    );
    let (row, (entry, leaf)) = (all[2].clone(), (batch[2].revision.clone(), all[2].leaf));
    assert_eq!((row.open(), Ok(leaf)), (Ok(entry.clone()), entry.leaf(programme().hash())));
    let people = store.people_by_ticket().next().await.expect("read").expect("a page");
    let found: Vec<_> = people.iter().map(|row| (row.ticket.0[0], row.person, row.now.is_some())).collect();
    assert_eq!(found, [(9, person(2), true), (10, person(0), true), (11, person(1), true)]);
    assert_eq!(store.leaves(0, 2).await.expect("leaves").len(), 5);
    assert_eq!(store.leaves(1, 2).await.expect("leaves").len(), 2);
    assert_eq!(store.revision_count().await, Ok(5));
    let counts: Vec<_> = store.counts().await.expect("counts").iter().map(|c| (c.status, c.entries)).collect();
    assert_eq!(counts, [(ACTIVE, 2), (Status::Withdrawn, 1)]);
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.batches, checked.revisions, checked.entries, checked.people), (2, 5, 3, 4));
}

async fn one_person_has_one_ticket_and_one_ticket_one_person(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..3).await;
    let mut ledger = database.store.ledger();
    append(&mut *ledger, vec![new(0, 10, 1, ACTIVE)]).await.expect("appended");
    let refused = [
        (vec![new(0, 11, 1, ACTIVE)], "a second ticket"),
        (vec![new(1, 10, 1, ACTIVE)], "somebody else's ticket"),
        (vec![new(1, 12, 1, ACTIVE), new(2, 12, 1, ACTIVE)], "one ticket for two"),
        (vec![new(9, 19, 1, ACTIVE)], "somebody who is not on the roll"),
        (vec![new(0, 11, 2, ACTIVE)], "another ticket's next revision"),
        (vec![new(1, 13, 2, ACTIVE)], "the second revision of somebody who has none"),
    ];
    for (batch, why) in refused {
        let outcome = append(&mut *ledger, batch).await;
        assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{why}: {outcome:?}");
    }
    assert_eq!(database.store.revision_count().await, Ok(1));
    append(&mut *ledger, vec![new(0, 10, 2, ACTIVE)]).await.expect("the writer goes on");
    database.check(&[]).await.expect("sound");
}

async fn a_batch_is_there_as_a_whole_or_not_at_all(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..3).await;
    let mut ledger = database.store.ledger();
    // The last of many is refused.
    let outcome = append(&mut *ledger, vec![new(0, 10, 1, ACTIVE), new(1, 11, 1, ACTIVE), new(9, 19, 1, ACTIVE)]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{outcome:?}");
    assert_eq!(database.store.last_batch().await, Ok(None));
    assert_eq!(database.store.journal(0, 10).await.map(|lines| lines.len()), Ok(1), "the import alone");
    assert_eq!(database.store.entry(&person(0)).await, Ok(None));
}

async fn what_was_acknowledged_cannot_be_rewritten_by_hand(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    append(&mut *database.store.ledger(), vec![new(0, 10, 1, ACTIVE)]).await.expect("appended");
    let (twelve, hash) = (place.bytes(&[11; 12]), place.bytes(&[0; 32]));
    let forbidden = [
        "update revisions set status = 1".to_owned(),
        "delete from revisions".to_owned(),
        "update batches set leaves = 2".to_owned(),
        "delete from batches".to_owned(),
        "delete from entries".to_owned(),
        "update journal set actor = 'nobody'".to_owned(),
        "delete from journal".to_owned(),
        "update roll_changes set born = '1961-01-01'".to_owned(),
        "delete from roll_changes".to_owned(),
        format!("insert into batches values (2, 1, 5, {hash}, 'a gap')"),
        format!("insert into journal values (9, 1, 'freeze', '', '', 0, 0, {hash}, {hash})"),
        format!("insert into entries values ({}, {twelve}, 0, 0, 1)", place.bytes(&person(0).0)),
        format!("update entries set ticket = {twelve}"),
        "update entries set revision = 1".to_owned(),
        format!("update draw set programme_hash = {hash}; update draw set programme_hash = {hash}"),
        "delete from roll".to_owned(),
    ];
    for statement in forbidden {
        let refused = place.sql(&statement).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{statement}: {refused:?}");
    }
    database.check(&[]).await.expect("sound");
}

async fn nothing_is_appended_after_the_freeze(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let mut ledger = database.store.ledger();
    append(&mut *ledger, vec![new(0, 10, 1, ACTIVE)]).await.expect("appended");
    assert_eq!(database.store.freeze(1000, &By::command()).await, Ok(1000));
    assert_eq!(append(&mut *ledger, vec![new(1, 11, 1, ACTIVE)]).await, Err(StoreError::Frozen));
    let by_hand = format!("insert into batches values (1, 1, 5, {}, 'late')", place.bytes(&[0; 32]));
    assert_eq!(place.sql(&by_hand).await, Err(StoreError::Frozen));
    assert_eq!(database.store.freeze(2000, &By::command()).await, Ok(1000), "the first freeze stays");
    assert!(place.sql("update draw set frozen_at_unix_s = null").await.is_err());
    assert_eq!(database.store.frozen().await, Ok(Some(1000)));
    database.check(&[]).await.expect("sound");
}

/// Two services on one store: the second waits, and then sees what the first did.
async fn turns_exclude_each_other(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    on_roll(&one, 0..2).await;
    with_codes(&one, 0..2).await;
    let (mut first, mut second) = (one.store.ledger(), other.store.ledger());
    let end = first.begin().await.expect("a turn");
    // SQLite waits in the call itself, so the second service needs a thread of its own, as it has one.
    let waits = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let end = second.begin().await.expect("a turn");
            let known = second.look(&[code(0)]).await.expect("a look");
            second.leave().await.expect("left");
            (end, known)
        })
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waits.is_finished(), "it waits for its turn");
    append_in(&mut *first, end, vec![new(0, 10, 1, ACTIVE)]).await.expect("appended");
    let (end, known) = waits.join().expect("no panic");
    assert_eq!(end.last.map(|last| last.number), Some(0));
    assert_eq!(known.held.entries.len(), 1);
    assert_eq!(end.tip.next, 3);
}

/// What is prepared before its turn stands only where it was to stand.
async fn a_batch_goes_where_it_was_to_go_or_nowhere(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..3).await;
    let (mut ledger, mut other) = (database.store.ledger(), database.store.ledger());
    let end = ledger.begin().await.expect("a turn");
    ledger.leave().await.expect("left");
    let (sealed, line) = sealed_upon(end, vec![new(0, 10, 1, ACTIVE)]);
    assert_eq!(ledger.append_upon(end.tip, &sealed, &line).await, Ok(true));
    assert_eq!(ledger.append_upon(end.tip, &sealed, &line).await, Ok(false), "it is there");
    let end = End { tip: line.tip(), last: Some(sealed.statement) };
    append(&mut *other, vec![new(1, 11, 1, ACTIVE)]).await.expect("another process is faster");
    let (sealed, line) = sealed_upon(end, vec![new(2, 12, 1, ACTIVE)]);
    assert_eq!(ledger.append_upon(end.tip, &sealed, &line).await, Ok(false));
    let end = End { tip: line.tip(), last: Some(sealed.statement) };
    let (sealed, line) = sealed_upon(end, vec![new(2, 12, 1, ACTIVE)]);
    let outcome = ledger.append_upon(end.tip, &sealed, &line).await;
    assert_eq!(outcome, Ok(false), "the next by its number, but upon a line that is not there");
    let end = ledger.begin().await.expect("a turn");
    append_in(&mut *ledger, end, vec![new(2, 12, 1, ACTIVE)]).await.expect("in a turn it finds its place");
    assert_eq!(database.store.revision_count().await, Ok(3));
    let end = ledger.begin().await.expect("a turn");
    ledger.leave().await.expect("left");
    database.store.freeze(200, &By::command()).await.expect("taken");
    let (sealed, line) = sealed_upon(end, vec![new(0, 10, 2, ACTIVE)]);
    assert_eq!(ledger.append_upon(end.tip, &sealed, &line).await, Ok(false), "the register is taken");
    database.check(&[]).await.expect("sound");
}

async fn a_turn_that_was_left_or_dropped_changes_nothing(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let mut ledger = database.store.ledger();
    ledger.begin().await.expect("a turn");
    ledger.leave().await.expect("left");
    ledger.begin().await.expect("a turn");
    drop(ledger);
    append(&mut *database.store.ledger(), vec![new(0, 10, 1, ACTIVE)]).await.expect("nobody holds the turn");
    assert_eq!(database.check(&[]).await.map(|checked| checked.tip.next), Ok(2));
}

async fn anchors_follow_each_other(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..3).await;
    let mut ledger = database.store.ledger();
    for number in 0..3 {
        append(&mut *ledger, vec![new(number, 10 + number, 1, ACTIVE)]).await.expect("appended");
    }
    let by = By::command();
    for (first, count) in [(1, 1), (0, 4)] {
        let refused = database.store.put_anchor(7, &by, first, count).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{first}, {count}: {refused:?}");
    }
    assert_eq!(database.mark_anchored(0, 2).await, Ok(()));
    assert_eq!(database.mark_anchored(0, 1).await, Ok(()), "noted already");
    assert_eq!(database.first_unanchored().await, Ok(2));
    assert_eq!(database.pending_batches().await.expect("batches").len(), 1);
    assert_eq!(database.store.anchors().await, Ok(vec![(0, 2)]));
    database.check(&[]).await.expect("sound");
}

async fn a_store_of_another_programme_or_a_newer_program_is_refused(place: Place) {
    let database = place.open().await;
    database.close().await;
    let other =
        compile(&Source { programme_toml: &SAMPLE.programme_toml.replacen("Sample draw", "Other", 1), ..SAMPLE });
    let refused = Database::open(&place.address, &other.expect("a programme")).await.map(|_| ());
    assert!(matches!(refused, Err(StoreError::OtherProgramme { .. })), "{refused:?}");
    let newer = format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'later', true, {}, 0)",
        place.bytes(&[0])
    );
    place.sql(&newer).await.expect("one more migration");
    let refused = Database::open(&place.address, &programme()).await.map(|_| ());
    assert_eq!(refused, Err(StoreError::Ahead(9999)));
}

async fn closing_and_opening_again_changes_nothing(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    append(&mut *database.store.ledger(), vec![new(0, 10, 1, ACTIVE)]).await.expect("appended");
    let before = database.check(&[]).await.expect("sound");
    database.close().await;
    let again = place.open().await;
    assert_eq!(again.check(&[before.tip.link]).await, Ok(before));
    assert_eq!(again.check(&[Hash([1; 32])]).await, Err(crate::Fault::Unseen(Hash([1; 32]))));
}
