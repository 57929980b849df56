//! A row that was changed behind the program's back is found, and named.

use super::{Place, append, new, on_both, on_roll, person};
use crate::{Fault, journal::By, secrets::CodeHash, store::Database};
use protocol::{entry::Status, hash::Hash, ticket::Ticket};

on_both!(
    whatever_is_changed_by_hand_is_named,
    an_entry_of_somebody_who_is_not_on_the_roll_is_found,
    a_history_that_was_rewritten_from_the_start_is_not_the_one_that_was_seen,
);

/// Two imports, codes, two batches, an anchor.
async fn lived_in(place: &Place) -> Database {
    let database = place.open().await;
    on_roll(&database, 0..4).await;
    let (store, by) = (&database.store, By::command());
    store.put_codes(6, &by, &[(person(0), CodeHash([1; 32])), (person(1), CodeHash([2; 32]))]).await.expect("codes");
    let mut ledger = store.ledger();
    append(&mut *ledger, vec![new(0, 10, 1, Status::Active), new(1, 11, 1, Status::Active)]).await.expect("appended");
    append(&mut *ledger, vec![new(0, 10, 2, Status::Withdrawn)]).await.expect("appended");
    store.put_anchor(7, &by, 0, 1).await.expect("an anchor");
    database.check(&[]).await.expect("sound");
    database
}

async fn whatever_is_changed_by_hand_is_named(place: Place) {
    let is_sqlite = place.is_sqlite();
    let bytes = |bytes: &[u8]| place.bytes(bytes);
    let (zero, first, second) = (bytes(&[0; 32]), bytes(&person(0).0), bytes(&person(2).0));
    let ticket = Ticket([10; 12]);
    let cases = [
        ("update journal set actor = 'nobody' where number = 1".to_owned(), Fault::Link(1)),
        ("delete from journal where number = 1".to_owned(), Fault::Gap { expected: 1, found: 2 }),
        (
            "update roll_changes set born = '1970-01-01' where place = 0".to_owned(),
            Fault::Covered { line: 0, kind: "import" },
        ),
        ("delete from roll_changes where place = 3".to_owned(), Fault::Covered { line: 0, kind: "import" }),
        (
            format!("insert into roll_changes values (1, 0, {zero}, '1970-01-01', 'x')"),
            Fault::Uncovered { what: "changes of the roll", covered: 4, found: 5 },
        ),
        (
            format!("update code_changes set code_hash = {zero} where place = 0"),
            Fault::Covered { line: 1, kind: "codes" },
        ),
        (format!("update batches set root = {zero} where number = 1"), Fault::Note(1)),
        ("update batches set time_unix_s = 7 where number = 0".to_owned(), Fault::Note(0)),
        ("delete from batches where number = 1".to_owned(), Fault::Note(1)),
        ("update revisions set status = 0 where revision = 2".to_owned(), Fault::Revision { ticket, revision: 2 }),
        (format!("update revisions set blinding = {zero} where revision = 2"), Fault::Revision { ticket, revision: 2 }),
        (
            format!("update revisions set request = {zero} where revision = 2"),
            Fault::Covered { line: 3, kind: "batch" },
        ),
        (
            "update revisions set actor = 'desk' where revision = 2".to_owned(),
            Fault::Covered { line: 3, kind: "batch" },
        ),
        ("delete from revisions where revision = 2".to_owned(), Fault::Root(1)),
        (format!("update entries set revision = 1 where person = {first}"), Fault::Entry(ticket)),
        (format!("update entries set status = 0 where person = {first}"), Fault::Entry(ticket)),
        (format!("delete from entries where person = {first}"), Fault::Entry(ticket)),
        (
            format!("insert into entries values ({second}, {}, 1, 0, 1)", bytes(&[12; 12])),
            Fault::Entry(Ticket([12; 12])),
        ),
        (format!("update roll set born = '1970-01-01' where person = {second}"), Fault::Person(Hash(person(2).0))),
        (format!("update roll set code_hash = {zero} where person = {second}"), Fault::Person(Hash(person(2).0))),
        (format!("delete from roll where person = {second}"), Fault::Person(Hash(person(2).0))),
        (
            format!("insert into roll (person, born, district) values ({zero}, '1970-01-01', '11010')")
                .replace(&zero, &bytes(&[9; 32])),
            Fault::Person(Hash([9; 32])),
        ),
        ("delete from anchors".to_owned(), Fault::Anchors),
        ("update draw set frozen_at_unix_s = 5".to_owned(), Fault::Freeze),
    ];
    for (statement, fault) in cases {
        let place = if is_sqlite { Place::sqlite() } else { Place::postgres() };
        let database = lived_in(&place).await;
        place.tamper(&statement).await;
        assert_eq!(database.check(&[]).await, Err(fault), "{statement}");
        database.close().await;
    }
}

/// Roll and journal agree, entries and revisions agree; only both together show it.
async fn an_entry_of_somebody_who_is_not_on_the_roll_is_found(place: Place) {
    let database = lived_in(&place).await;
    let stranger = place.bytes(&person(9).0);
    place
        .tamper(&format!("insert into roll (person, born, district) values ({stranger}, '1970-01-01', '11010')"))
        .await;
    append(&mut *database.store.ledger(), vec![new(9, 19, 1, Status::Active)]).await.expect("appended");
    place.tamper(&format!("delete from roll where person = {stranger}")).await;
    assert_eq!(database.check(&[]).await, Err(Fault::Stranger(Ticket([19; 12]))));
}

/// Whoever has the database can write another history, with other people on the roll, and chain it well. Only a link
/// that was kept elsewhere tells.
async fn a_history_that_was_rewritten_from_the_start_is_not_the_one_that_was_seen(place: Place) {
    let seen = lived_in(&place).await.check(&[]).await.expect("sound").tip.link;
    let other = if place.is_sqlite() { Place::sqlite() } else { Place::postgres() };
    let database = other.open().await;
    on_roll(&database, 0..5).await;
    assert!(database.check(&[]).await.is_ok());
    assert_eq!(database.check(&[seen]).await, Err(Fault::Unseen(seen)));
}
