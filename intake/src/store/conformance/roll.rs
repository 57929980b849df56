//! Who may register, their codes, and imports that are taken back.

use super::{ANY, Place, append, born, new, on_both, on_roll, person, undo};
use crate::{
    Roll, RollError, Secrets, WrongLine, csv_rows,
    journal::{By, Kind, RollChange},
    secrets::CodeHash,
    store::{Database, Of, Part, StoreError},
};
use protocol::entry::Status;

on_both!(
    a_code_finds_its_person_until_another_is_issued,
    many_are_looked_up_at_once,
    the_journal_says_who_did_what,
    a_file_is_compared_with_the_roll_and_writes_nothing,
    who_is_new_and_who_is_corrected_stand_beside_the_line_in_order_of_persons,
    a_part_is_put_on_the_roll_as_it_was_compared_with_or_not_at_all,
    nobody_is_new_who_is_there,
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
    let kept = database.store.kept().next().await.expect("revisions").expect("a page");
    assert_eq!(kept[0].actor.as_deref(), Some("desk 3, M. Kim"));
    database.check(&[]).await.expect("sound");
}

fn secrets() -> Secrets {
    Secrets::new([1; 32], [2; 32])
}

/// People a, b, c on the roll; c has registered.
async fn abc(place: &Place) -> (Database, Roll) {
    let database = place.open().await;
    let roll = Roll::new(database.clone(), secrets());
    let people = "reference,born,district\na,1960-02-29,11010\nb,1960-02-29,11010\nc,1960-02-29,11010\n";
    roll.import(people.as_bytes()).await.expect("an import");
    let mut entry = new(3, 10, 1, Status::Active);
    entry.revision.body.person = secrets().person("c").0;
    append(&mut *database.store.ledger(), vec![entry]).await.expect("appended");
    (database, roll)
}

async fn a_file_is_compared_with_the_roll_and_writes_nothing(place: Place) {
    let (database, roll) = abc(&place).await;
    let file = "reference,born,district\nz,1960-02-29,11010\na,1960-02-29,11010\nb,1970-01-01,11010\nc,1960-02-29,11020\n\
                y,1960-02-29,11020\nx,2015-01-01,11010\ny,1960-02-29,11020\n";
    let look = roll.look(csv_rows(file.as_bytes()).expect("columns"), None).await.expect("a look");
    let looked = look.looked();
    assert_eq!((looked.added, looked.corrected, looked.unchanged, looked.registered), (3, 1, 1, 1));
    assert_eq!((looked.repeated, &looked.registered_lines[..]), (1, &[5][..]));
    let groups: Vec<_> = looked.groups.iter().map(|g| (g.cohort.is_some(), g.district.as_str(), g.people)).collect();
    assert_eq!(groups.iter().map(|(_, _, people)| people).sum::<u64>(), 6, "each person once");
    assert!(groups.contains(&(false, "11010", 1)), "{groups:?}");
    let twice = format!("{file}z,1960-02-29,11020\na,1960-02-29,11010\nx,2015-01-02,11010\n");
    let refused = roll.look(csv_rows(twice.as_bytes()).expect("columns"), None).await.map(|look| look.looked());
    let Err(RollError::Lines(wrong)) = refused else { panic!("two lines contradict others: {refused:?}") };
    let wrong: Vec<_> = wrong.shown.into_iter().map(|wrong| (wrong.line, wrong.fault)).collect();
    assert_eq!(wrong, [(9, WrongLine::Twice { before: 2 }), (11, WrongLine::Twice { before: 7 })]);
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.people, checked.tip.next), (3, 2), "nothing was written");
}

async fn who_is_new_and_who_is_corrected_stand_beside_the_line_in_order_of_persons(place: Place) {
    let (database, roll) = abc(&place).await;
    let new: String = (0..200).map(|number| format!("n{number},1960-02-29,11010\n")).collect();
    let file = format!("reference,born,district\nb,1970-01-01,11020\n{new}a,1960-02-29,11020\n");
    let imported = roll.import(file.as_bytes()).await.expect("an import");
    assert_eq!((imported.added, imported.corrected, &imported.lines[..]), (200, 2, &[2][..]));
    let rows = database.store.roll_rows(2, 0, 1000).await.expect("rows");
    let (new, corrected) = rows.split_at(200);
    for people in [new, corrected] {
        assert!(people.is_sorted_by_key(|row| row.person), "so that the index grows at its end");
    }
    let [a, b] = ["a", "b"].map(|reference| secrets().person(reference));
    assert_eq!(corrected.iter().map(|row| row.person).collect::<Vec<_>>(), [a.min(b), a.max(b)]);
    let lines = database.store.roll_lines(&[a, b]).await.expect("lines");
    let mut told: Vec<_> = lines.values().map(|line| (line.born.to_string(), line.district.as_str())).collect();
    told.sort();
    assert_eq!(told, [("1960-02-29".to_owned(), "11020"), ("1970-01-01".to_owned(), "11020")]);
    assert_eq!(roll.import(file.as_bytes()).await.expect("again").unchanged, 202);
    roll.undo(2).await.expect("taken back");
    assert_eq!(database.check(&[]).await.expect("sound").people, 3);
}

async fn a_part_is_put_on_the_roll_as_it_was_compared_with_or_not_at_all(place: Place) {
    let database = place.open().await;
    on_roll(&database, 1..3).await;
    let (store, by) = (&database.store, By::command());
    let next = store.next_line().await.expect("a line");
    let change = |who, text| RollChange { person: person(who), now: Some((born(text), "11010".to_owned())) };
    let both = || Part::new(Of::Any, vec![change(5, "1960-02-29"), change(1, "1970-01-01")]);
    append(&mut *store.ledger(), vec![new(1, 10, 1, Status::Active)]).await.expect("appended");
    let refused = store.put_part(6, &by, next, both()).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "somebody registered since: {refused:?}");
    assert_eq!(store.roll_lines(&[person(5)]).await.map(|lines| lines.len()), Ok(0), "all or none");
    let newcomer = || Part::new(Of::New, vec![change(5, "1960-02-29")]);
    let line = store.put_part(6, &by, next, newcomer()).await.expect("those who are new");
    let nobody = || Part::new(Of::New, Vec::new());
    let stale = store.put_part(7, &by, next, nobody()).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "the roll was changed since: {stale:?}");
    assert_eq!(store.put_part(7, &by, line + 1, nobody()).await, Ok(line + 1));
    assert_eq!(undo(&database, line + 1).await, Ok(line + 2));
    assert!(undo(&database, line + 1).await.is_err(), "an import of nobody is taken back once, too");
    store.freeze(1000, &by).await.expect("frozen");
    assert_eq!(store.put_part(1001, &by, ANY, newcomer()).await, Err(StoreError::Frozen));
    assert_eq!(undo(&database, line).await, Err(StoreError::Frozen.into()));
    database.check(&[]).await.expect("sound");
}

async fn nobody_is_new_who_is_there(place: Place) {
    let database = place.open().await;
    assert_eq!(database.has_roll().await, Ok(false));
    on_roll(&database, 1..3).await;
    assert_eq!(database.has_roll().await, Ok(true));
    let change = |who| RollChange { person: person(who), now: Some((born("1970-01-01"), "11010".to_owned())) };
    let refused = database.store.put_part(6, &By::command(), ANY, Part::new(Of::New, vec![change(0), change(2)])).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.people, checked.tip.next), (2, 1), "all or none");
}
