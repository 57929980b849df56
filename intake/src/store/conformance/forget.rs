//! Contacts that only the officials can open, and deletion that the journal proves.

use super::{ANY, Place, append, new, on_both, on_roll, person, undo};
use crate::{
    Fault,
    forget::Forgotten,
    journal::{By, Kind, Line},
    secrets::CodeHash,
    store::{Database, Of, Part, Sheet, StoreError},
};
use protocol::{entry::Status, ticket::Ticket};

on_both!(
    contacts_are_kept_as_they_were_encrypted,
    what_is_deleted_is_gone_and_the_journal_says_so,
    nothing_is_deleted_before_the_freeze_nor_by_hand,
    a_deletion_that_was_not_whole_or_not_said_is_named,
);

const EVERYTHING: [Forgotten; 3] = Forgotten::ALL;

fn sheet(byte: u8) -> Sheet {
    Sheet { contacts: 3, sealed: vec![byte; 500] }
}

/// Two imports, one taken back, codes issued twice, contacts, an entry, the freeze.
async fn lived_in(place: &Place) -> Database {
    let database = place.open().await;
    on_roll(&database, 0..4).await;
    let (store, by) = (&database.store, By::command());
    let second = on_roll(&database, 5..7).await;
    undo(&database, second).await.expect("taken back");
    store.put_codes(6, &by, &[(person(0), CodeHash([1; 32])), (person(1), CodeHash([2; 32]))]).await.expect("codes");
    store.put_codes(6, &by, &[(person(0), CodeHash([3; 32]))]).await.expect("another");
    store.put_contacts(6, &by, &[sheet(1), sheet(2)]).await.expect("contacts");
    append(&mut *store.ledger(), vec![new(0, 10, 1, Status::Active)]).await.expect("appended");
    store.freeze(1000, &by).await.expect("frozen");
    database.check(&[]).await.expect("sound");
    database
}

async fn forget(database: &Database, what: &[Forgotten]) -> Vec<Line> {
    let mut lines = Vec::new();
    for what in what {
        lines.push(database.store.forget(2000, &By::command(), *what).await.expect("deleted"));
    }
    lines
}

async fn contacts_are_kept_as_they_were_encrypted(place: Place) {
    let database = place.open().await;
    let (store, by) = (&database.store, By::command());
    let first = store.put_contacts(5, &by, &[sheet(1), sheet(2), sheet(3)]).await.expect("contacts");
    let second = store.put_contacts(6, &by, &[sheet(4)]).await.expect("contacts");
    let page = store.contact_sheets(first, 1, 2).await.expect("sheets");
    assert_eq!(
        page.iter().map(|sheet| sheet.sealed.clone()).collect::<Vec<_>>(),
        [Some(vec![2; 500]), Some(vec![3; 500])]
    );
    let lines = database.journal(0, 10).await.expect("lines");
    assert_eq!(
        lines.iter().map(|line| (line.kind, line.count)).collect::<Vec<_>>(),
        [(Kind::Contacts, 9), (Kind::Contacts, 3)]
    );
    undo(&database, second).await.expect("taken back");
    let gone = store.contact_sheets(second, 0, 9).await.expect("sheets");
    assert_eq!(gone.iter().map(|sheet| &sheet.sealed).collect::<Vec<_>>(), [&None], "only the digest is left");
    database.check(&[]).await.expect("sound");
    on_roll(&database, 0..2).await;
    for statement in [
        "update contact_sheets set sheet = null",
        "update contact_sheets set contacts = 1",
        "delete from contact_sheets",
    ] {
        assert!(place.sql(statement).await.is_err(), "{statement}");
    }
}

async fn what_is_deleted_is_gone_and_the_journal_says_so(place: Place) {
    let database = lived_in(&place).await;
    let before = database.check(&[]).await.expect("sound");
    for (what, count) in [(Forgotten::Contacts, 6), (Forgotten::Codes, 3), (Forgotten::Roll, 4)] {
        let line = forget(&database, &[what]).await.remove(0);
        assert_eq!((line.kind, line.first, line.count), (Kind::Forget, what.number(), count), "{what:?}");
        let again = database.store.forget(2001, &By::command(), what).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        let checked = database.check(&[before.tip.link, line.link]).await.expect("sound");
        assert_eq!((checked.revisions, checked.entries), (1, 1));
    }
    let store = &database.store;
    assert_eq!(store.person(&CodeHash([3; 32])).await, Ok(None));
    assert_eq!(store.roll_lines(&[person(0), person(2)]).await.map(|lines| lines.len()), Ok(0));
    assert_eq!(store.entry(&person(0)).await.expect("read").map(|entry| entry.ticket), Some(Ticket([10; 12])));
    let late = store.put_codes(2002, &By::command(), &[(person(0), CodeHash([9; 32]))]).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    assert_eq!(
        store.put_part(2002, &By::command(), ANY, Part::new(Of::New, Vec::new())).await,
        Err(StoreError::Frozen)
    );
    database.close().await;
    let again = place.open().await;
    assert_eq!(again.check(&[before.tip.link]).await.map(|checked| checked.people), Ok(0), "nothing comes back");
}

async fn nothing_is_deleted_before_the_freeze_nor_by_hand(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    for what in EVERYTHING {
        let early = database.store.forget(5, &By::command(), what).await;
        assert_eq!(early, Err(StoreError::Conflict("the register is not frozen".to_owned())));
    }
    database.store.freeze(1000, &By::command()).await.expect("frozen");
    let refused = database.store.forget(1001, &By::command(), Forgotten::Roll).await;
    assert_eq!(refused, Err(StoreError::Conflict("codes go before the roll".to_owned())));
    for statement in ["delete from roll_changes", "delete from code_changes where line >= 0"] {
        let by_hand = place.sql(statement).await;
        let is_empty = place.is_sqlite() && statement.contains("code_changes");
        assert!(is_empty || by_hand.is_err(), "{statement}");
    }
    database.check(&[]).await.expect("sound");
}

async fn a_deletion_that_was_not_whole_or_not_said_is_named(place: Place) {
    let is_sqlite = place.is_sqlite();
    let zero = place.bytes(&[9; 32]);
    let cases = [
        (
            0,
            "update contact_sheets set sheet = null where place = 0".to_owned(),
            Fault::Covered { line: 5, kind: "contacts" },
        ),
        (
            0,
            "update contact_sheets set contacts = 4 where place = 0".to_owned(),
            Fault::Covered { line: 5, kind: "contacts" },
        ),
        (0, "delete from roll_changes where line = 0".to_owned(), Fault::Covered { line: 0, kind: "import" }),
        (1, format!("update contact_sheets set sheet = {zero}"), Fault::Covered { line: 5, kind: "contacts" }),
        (
            2,
            format!("insert into code_changes values (3, 0, {zero}, {zero}, 1)"),
            Fault::Covered { line: 3, kind: "codes" },
        ),
        (
            3,
            format!("insert into roll_changes values (0, 0, {zero}, '1970-01-01', 'x')"),
            Fault::Covered { line: 0, kind: "import" },
        ),
        (
            3,
            format!("insert into roll (person, born, district) values ({zero}, '1970-01-01', 'x')"),
            Fault::Person(protocol::hash::Hash([9; 32])),
        ),
    ];
    for (steps, statement, fault) in cases {
        let place = if is_sqlite { Place::sqlite() } else { Place::postgres() };
        let database = lived_in(&place).await;
        forget(&database, &EVERYTHING[..steps]).await;
        place.tamper(&statement).await;
        assert_eq!(database.check(&[]).await, Err(fault), "{statement}");
        database.close().await;
    }
}
