//! Who may register, their codes, and imports that are taken back.

use super::{ANY, Place, append, born, new, on_both, on_roll, person};
use crate::{
    journal::{By, Kind, RollChange},
    secrets::CodeHash,
    store::{Database, Stage, Staged, StoreError},
};
use protocol::entry::Status;

on_both!(
    a_code_finds_its_person_until_another_is_issued,
    many_are_looked_up_at_once,
    an_import_is_taken_back_by_a_line_of_its_own,
    an_import_is_not_taken_back_over_what_came_after_it,
    the_journal_says_who_did_what,
    a_staged_file_is_compared_with_the_roll_and_seen_by_nobody,
    a_part_is_put_on_the_roll_as_it_was_compared_with_or_not_at_all,
);

async fn a_code_finds_its_person_until_another_is_issued(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let (store, by) = (&database.store, By::command());
    let (first, second) = (CodeHash([1; 32]), CodeHash([2; 32]));
    store.put_codes(6, &by, &[(person(0), first)]).await.expect("a code");
    let found = store.person(&first).await.expect("read").expect("found");
    assert_eq!((found.person, found.born, found.district.as_str()), (person(0), born("1960-02-29"), "11010"));
    store.put_codes(7, &by, &[(person(0), second)]).await.expect("another code");
    assert_eq!(store.person(&first).await, Ok(None), "the letter before is void");
    assert!(store.person(&second).await.expect("read").is_some());
    let stranger = store.put_codes(8, &by, &[(person(1), CodeHash([3; 32])), (person(9), CodeHash([4; 32]))]).await;
    assert!(matches!(stranger, Err(StoreError::Conflict(_))), "{stranger:?}");
    assert_eq!(store.person(&CodeHash([3; 32])).await, Ok(None), "all or none");
    let taken = store.put_codes(8, &by, &[(person(1), second)]).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "one code is one person's: {taken:?}");
    let lines = store.roll_lines(&[person(0), person(1), person(9)]).await.expect("lines");
    assert_eq!(
        lines.values().map(|line| (line.registered, line.has_code)).collect::<Vec<_>>(),
        [(false, true), (false, false)]
    );
    database.check(&[]).await.expect("sound");
}

async fn many_are_looked_up_at_once(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..200).await;
    let codes: Vec<_> = (0..100).map(|number| (person(number), CodeHash([number; 32]))).collect();
    database.store.put_codes(6, &By::command(), &codes).await.expect("codes");
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..200_u8 {
        let store = database.store.clone();
        asked.spawn(async move { (number, store.person(&CodeHash([number; 32])).await.expect("read")) });
    }
    while let Some(answer) = asked.join_next().await {
        let (number, found) = answer.expect("no panic");
        assert_eq!(found.map(|found| found.person), (number < 100).then(|| person(number)));
    }
}

async fn an_import_is_taken_back_by_a_line_of_its_own(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let (store, by) = (&database.store, By::command());
    let now = |text: &str, district: &str| Some((born(text), district.to_owned()));
    let wrong = [
        RollChange { person: person(1), now: now("1970-01-01", "11020") },
        RollChange { person: person(2), now: now("1971-01-01", "11020") },
    ];
    let line = store.put_part(6, &by, ANY, &wrong).await.expect("an import");
    store.put_codes(7, &by, &[(person(2), CodeHash([2; 32]))]).await.expect("a code");
    let undone = store.undo_import(8, &by, line).await.expect("taken back");
    assert_eq!(undone, line + 2, "a line of its own");
    let lines = store.roll_lines(&[person(0), person(1), person(2)]).await.expect("lines");
    assert_eq!(lines.keys().copied().collect::<Vec<_>>(), [person(0), person(1)]);
    assert_eq!(lines[&person(1)].born, born("1960-02-29"), "as before");
    assert_eq!(store.person(&CodeHash([2; 32])).await, Ok(None), "the code went with the person");
    for again in [line, undone, 99] {
        let refused = store.undo_import(9, &by, again).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{again}: {refused:?}");
    }
    store.put_part(10, &by, ANY, &wrong).await.expect("the right ones after all");
    database.check(&[]).await.expect("sound");
}

async fn an_import_is_not_taken_back_over_what_came_after_it(place: Place) {
    let database = place.open().await;
    let first = on_roll(&database, 0..2).await;
    let (store, by) = (&database.store, By::command());
    append(&mut *store.ledger(), vec![new(0, 10, 1, Status::Active)]).await.expect("appended");
    let refused = store.undo_import(6, &by, first).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "somebody has registered: {refused:?}");
    let second = on_roll(&database, 3..5).await;
    let correction = [RollChange { person: person(3), now: Some((born("1970-01-01"), "11010".to_owned())) }];
    let third = store.put_part(7, &by, ANY, &correction).await.expect("a correction");
    assert!(matches!(store.undo_import(8, &by, second).await, Err(StoreError::Conflict(_))), "corrected since");
    store.undo_import(8, &by, third).await.expect("the correction first");
    let lines = store.roll_lines(&[person(3)]).await.expect("lines");
    assert_eq!(lines[&person(3)].born, born("1960-02-29"));
    database.check(&[]).await.expect("sound");
}

async fn the_journal_says_who_did_what(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let desk = By { actor: "desk 3, M. Kim".to_owned(), channel: "desk".to_owned() };
    database.store.put_codes(6, &desk, &[(person(0), CodeHash([1; 32]))]).await.expect("a code");
    let typed = crate::batch::New { actor: Some("desk 3, M. Kim".into()), ..new(0, 10, 1, Status::Active) };
    append(&mut *database.store.ledger(), vec![typed]).await.expect("appended");
    database.store.freeze(1000, &By::command()).await.expect("frozen");
    let lines = database.journal(0, 10).await.expect("lines");
    let told: Vec<_> = lines.iter().map(|l| (l.kind, l.actor.as_str(), l.channel.as_str(), l.count)).collect();
    assert_eq!(
        told,
        [
            (Kind::Import, "operator", "command", 2),
            (Kind::Codes, "desk 3, M. Kim", "desk", 1),
            (Kind::Batch, "intake", "http", 1),
            (Kind::Freeze, "operator", "command", 0),
        ]
    );
    let kept = database.store.kept(0, 1).await.expect("revisions");
    assert_eq!(kept[0].actor.as_deref(), Some("desk 3, M. Kim"));
    database.check(&[]).await.expect("sound");
}

fn staged(line: u64, who: u8, text: &str) -> Staged {
    Staged { line, person: person(who), born: born(text), district: "11010".to_owned(), cohort: (who > 0).then_some(1) }
}

async fn stage(database: &Database, lines: &[Staged]) -> Box<dyn Stage> {
    let mut stage = database.store.stage().await.expect("a stage");
    for chunk in lines.chunks(3) {
        stage.put(chunk).await.expect("staged");
    }
    stage
}

async fn a_staged_file_is_compared_with_the_roll_and_seen_by_nobody(place: Place) {
    let database = place.open().await;
    on_roll(&database, 1..4).await;
    append(&mut *database.store.ledger(), vec![new(3, 10, 1, Status::Active)]).await.expect("appended");
    let lines = [
        staged(2, 9, "1960-02-29"),
        staged(3, 1, "1960-02-29"),
        staged(4, 2, "1970-01-01"),
        staged(5, 3, "1970-01-01"),
        staged(6, 8, "1960-02-29"),
        staged(7, 0, "1960-02-29"),
        staged(8, 8, "1960-02-29"),
        staged(9, 9, "1961-01-01"),
    ];
    let mut file = stage(&database, &lines).await;
    let compared = file.compare(20).await.expect("compared");
    assert_eq!((compared.repeated, compared.contradicting, &compared.contradictions[..]), (1, 1, &[(9, 2)][..]));
    assert_eq!((compared.added, compared.corrected, compared.unchanged, compared.registered), (3, 1, 1, 1));
    assert_eq!(compared.registered_lines, [5]);
    let district = "11010".to_owned();
    assert_eq!(compared.groups, [(None, district.clone(), 1), (Some(1), district, 5)]);
    assert_eq!(compared.next_line, 2);
    let changes = file.changes(0, 3).await.expect("changes");
    assert_eq!(changes.iter().map(|change| change.person.0[0]).collect::<Vec<_>>(), [0, 8, 9], "who is new first");
    let changes = file.changes(3, 100).await.expect("changes");
    assert_eq!(changes, [RollChange { person: person(2), now: Some((born("1970-01-01"), "11010".to_owned())) }]);
    assert_eq!(file.changes(4, 100).await, Ok(Vec::new()));
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.people, checked.tip.next), (3, 2), "nothing was written");
}

async fn a_part_is_put_on_the_roll_as_it_was_compared_with_or_not_at_all(place: Place) {
    let database = place.open().await;
    on_roll(&database, 1..3).await;
    let (store, by) = (&database.store, By::command());
    let mut file = stage(&database, &[staged(2, 1, "1970-01-01"), staged(3, 5, "1960-02-29")]).await;
    let next = file.compare(20).await.expect("compared").next_line;
    let part = file.changes(0, 10).await.expect("changes");
    append(&mut *store.ledger(), vec![new(1, 10, 1, Status::Active)]).await.expect("appended");
    let refused = store.put_part(6, &by, next, &part).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "somebody registered since: {refused:?}");
    assert_eq!(store.roll_lines(&[person(5)]).await.map(|lines| lines.len()), Ok(0), "all or none");
    let line = store.put_part(6, &by, next, &part[..1]).await.expect("those who are new");
    let stale = store.put_part(7, &by, next, &[]).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "the roll was changed since: {stale:?}");
    assert_eq!(store.put_part(7, &by, line + 1, &[]).await, Ok(line + 1));
    assert_eq!(store.undo_import(8, &by, line + 1).await, Ok(line + 2));
    assert!(store.undo_import(8, &by, line + 1).await.is_err(), "an import of nobody is taken back once, too");
    store.freeze(1000, &by).await.expect("frozen");
    assert_eq!(store.put_part(1001, &by, ANY, &part[..1]).await, Err(StoreError::Frozen));
    assert_eq!(store.undo_import(1001, &by, line).await, Err(StoreError::Frozen));
    database.check(&[]).await.expect("sound");
}
