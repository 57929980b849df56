//! Who may register, their codes, and imports that are taken back.

use super::{Place, append, born, new, on_both, on_roll, person};
use crate::{
    journal::{By, Kind, RollChange},
    secrets::CodeHash,
    store::StoreError,
};
use protocol::entry::Status;

on_both!(
    a_code_finds_its_person_until_another_is_issued,
    many_are_looked_up_at_once,
    an_import_is_taken_back_by_a_line_of_its_own,
    an_import_is_not_taken_back_over_what_came_after_it,
    the_journal_says_who_did_what,
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
    let line = store.change_roll(6, &by, &wrong).await.expect("an import");
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
    store.change_roll(10, &by, &wrong).await.expect("the right ones after all");
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
    let third = store.change_roll(7, &by, &correction).await.expect("a correction");
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
