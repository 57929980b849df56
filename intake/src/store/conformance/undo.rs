//! Imports that are taken back: one, or all from one line to another.

use super::{ANY, Place, append, born, new, on_both, on_roll, person, roll, undo};
use crate::{
    LineRange, RollError,
    journal::{By, RollChange},
    secrets::CodeHash,
    store::{Database, Of, Part, Sheet, StoreError},
};
use protocol::entry::Status;
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    an_import_is_taken_back_by_a_line_of_its_own,
    what_was_taken_back_stands_in_nobodys_way,
    a_range_is_taken_back_the_last_first_and_goes_on_where_it_stopped,
    what_stands_in_the_way_is_said_before_anything_is_written,
    nothing_is_taken_back_over_what_others_did_meanwhile,
    whatever_is_taken_back_the_roll_is_what_the_imports_in_force_say,
);

fn range(text: &str) -> LineRange {
    text.parse().expect("lines")
}

fn change(of: u8, text: &str) -> RollChange {
    RollChange { person: person(of), now: Some((born(text), "11020".to_owned())) }
}

/// Puts these people on the roll, or corrects them. The line.
async fn put(database: &Database, changes: Vec<RollChange>) -> u64 {
    database.store.put_part(6, &By::command(), ANY, Part::new(Of::Any, changes)).await.expect("an import")
}

/// Takes these lines back, and gives those that say so.
async fn undo_all(database: &Database, lines: &str) -> Result<Vec<u64>, RollError> {
    let lines: Vec<LineRange> = lines.split(' ').map(range).collect();
    roll(database).undoing(&lines, &mut |_, _| ()).await?.apply(&mut |_| ()).await
}

/// Who is on the roll, with the birth dates.
async fn on_it(database: &Database) -> BTreeMap<u8, String> {
    let everybody: Vec<_> = (0..=255).map(person).collect();
    let lines = database.store.roll_lines(&everybody).await.expect("lines");
    lines.into_iter().map(|(person, line)| (person.0[0], line.born.to_string())).collect()
}

async fn an_import_is_taken_back_by_a_line_of_its_own(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    let (store, by) = (&database.store, By::command());
    let wrong = vec![change(1, "1970-01-01"), change(2, "1971-01-01")];
    let line = put(&database, wrong.clone()).await;
    store.put_codes(7, &by, &[(person(2), CodeHash([2; 32]))]).await.expect("a code");
    let undone = undo(&database, line).await.expect("taken back");
    assert_eq!(undone, line + 2, "a line of its own");
    assert_eq!(on_it(&database).await, BTreeMap::from([0, 1].map(|of| (of, "1960-02-29".to_owned()))), "as before");
    assert_eq!(store.person(&CodeHash([2; 32])).await, Ok(None), "the code went with the person");
    assert!(matches!(undo(&database, line).await, Err(RollError::Undone { .. })));
    assert_eq!(undo(&database, undone).await, Err(RollError::NoImport { line: undone, kind: "undo" }));
    assert_eq!(undo(&database, 99).await, Err(RollError::NoLine { line: 99, next: undone + 1 }));
    put(&database, wrong).await;
    assert_eq!(on_it(&database).await.len(), 3, "the right ones after all");
    database.check(&[]).await.expect("sound");
}

async fn what_was_taken_back_stands_in_nobodys_way(place: Place) {
    let database = place.open().await;
    let first = on_roll(&database, 0..3).await;
    let second = put(&database, vec![change(1, "1970-01-01")]).await;
    let third = put(&database, vec![change(1, "1971-01-01")]).await;
    assert_eq!(undo(&database, first).await, Err(RollError::ChangedSince { line: first, by: second }));
    assert_eq!(undo(&database, second).await, Err(RollError::ChangedSince { line: second, by: third }));
    undo(&database, third).await.expect("the last correction first");
    assert_eq!(on_it(&database).await[&1], "1970-01-01");
    undo(&database, second).await.expect("then the one before");
    assert_eq!(on_it(&database).await[&1], "1960-02-29");
    undo(&database, first).await.expect("then all of them");
    assert!(on_it(&database).await.is_empty());
    database.check(&[]).await.expect("sound");
}

async fn a_range_is_taken_back_the_last_first_and_goes_on_where_it_stopped(place: Place) {
    let database = place.open().await;
    let (store, by) = (&database.store, By::command());
    on_roll(&database, [9]).await;
    on_roll(&database, 0..3).await;
    append(&mut *store.ledger(), vec![new(9, 10, 1, Status::Active)]).await.expect("appended");
    on_roll(&database, 3..6).await;
    put(&database, vec![change(1, "1970-01-01"), change(4, "1970-01-01")]).await;
    store.put_contacts(7, &by, &[Sheet { contacts: 5, sealed: vec![1; 9] }]).await.expect("contacts");
    let ranges = roll(&database).ranges(&[1, 3, 4, 5]).await.expect("ranges");
    assert_eq!(ranges, [range("1-5")], "line 2 is a registration");
    undo_all(&database, "4").await.expect("as if the rest had been cut off");
    let roll = roll(&database);
    let mut told = Vec::new();
    let undoing = roll.undoing(&[range("1-5")], &mut |done, all| told.push((done, all))).await.expect("a look");
    assert_eq!(told.last(), Some(&(6, 6)), "three lines in force, three to be taken back");
    let to_undo = undoing.to_undo().clone();
    assert_eq!((&to_undo.lines[..], &to_undo.before[..]), (&[range("1-3"), range("5")][..], &[range("4")][..]));
    assert_eq!((to_undo.people, to_undo.contacts), (6, 5));
    assert_eq!(to_undo.actors, BTreeSet::from(["operator".to_owned()]));
    assert_eq!(on_it(&database).await.len(), 7, "nothing is written yet");
    let mut told = Vec::new();
    assert_eq!(undoing.apply(&mut |done| told.push(done)).await, Ok(vec![7, 8, 9]), "lines of their own");
    assert_eq!(told, [5, 8, 11]);
    let firsts: Vec<u64> = database.journal(7, 9).await.expect("lines").iter().map(|line| line.first).collect();
    assert_eq!(firsts, [5, 3, 1], "the last first");
    assert_eq!(on_it(&database).await, BTreeMap::from([(9, "1960-02-29".to_owned())]), "who has registered stays");
    let again = undo_all(&database, "1-5").await;
    assert_eq!(again, Err(RollError::Undone { lines: vec![range("1-5")] }));
    database.check(&[]).await.expect("sound");
}

async fn what_stands_in_the_way_is_said_before_anything_is_written(place: Place) {
    let database = place.open().await;
    let (store, by) = (&database.store, By::command());
    on_roll(&database, 0..3).await;
    on_roll(&database, 3..6).await;
    store.put_codes(6, &by, &[(person(0), CodeHash([1; 32]))]).await.expect("a code");
    on_roll(&database, 6..9).await;
    append(&mut *store.ledger(), vec![new(4, 10, 1, Status::Active), new(5, 11, 1, Status::Active)])
        .await
        .expect("appended");
    put(&database, vec![change(0, "1970-01-01")]).await;
    put(&database, vec![change(7, "1970-01-01")]).await;
    for (lines, expected) in [
        ("0-3", RollError::NoImport { line: 2, kind: "codes" }),
        ("4", RollError::NoImport { line: 4, kind: "batch" }),
        ("3 2", RollError::NoImport { line: 2, kind: "codes" }),
        ("3-7", RollError::NoLine { line: 7, next: 7 }),
        ("0 1", RollError::ChangedSince { line: 0, by: 5 }),
        ("3-5", RollError::ChangedSince { line: 3, by: 6 }),
        ("0-1 5", RollError::Registered { people: 2, lines: vec![range("1")] }),
    ] {
        assert_eq!(undo_all(&database, lines).await, Err(expected), "{lines}");
        assert_eq!(store.next_line().await, Ok(7), "{lines}: nothing was written");
    }
    assert_eq!(undo_all(&database, "0 3-6").await, Ok(vec![7, 8, 9, 10]));
    assert_eq!(on_it(&database).await.into_keys().collect::<Vec<_>>(), [3, 4, 5]);
    store.freeze(1000, &by).await.expect("frozen");
    assert_eq!(undo(&database, 1).await, Err(StoreError::Frozen.into()));
    database.check(&[]).await.expect("sound");
}

async fn nothing_is_taken_back_over_what_others_did_meanwhile(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    on_roll(&database, 2..4).await;
    let roll = roll(&database);
    let look = async || roll.undoing(&[range("0-1")], &mut |_, _| ()).await.expect("a look");
    let cut = |done, line, why: &str| {
        let reason = StoreError::Conflict(why.to_owned());
        Err(RollError::UndoCut { done, all: 2, line, reason })
    };
    let stale = look().await;
    on_roll(&database, [7]).await;
    assert_eq!(stale.apply(&mut |_| ()).await, cut(0, 1, "the roll was changed since it was looked at"));
    let stale = look().await;
    let registers = vec![new(0, 10, 1, Status::Active)];
    append(&mut *database.store.ledger(), registers).await.expect("appended");
    assert_eq!(
        stale.apply(&mut |_| ()).await,
        cut(1, 0, "somebody has registered since the roll was looked at"),
        "those who register do not wait"
    );
    assert_eq!(on_it(&database).await.into_keys().collect::<Vec<_>>(), [0, 1, 7]);
    database.check(&[]).await.expect("sound");
}

/// Imports of people here and there, and ranges of them taken back, against what is in force.
async fn whatever_is_taken_back_the_roll_is_what_the_imports_in_force_say(place: Place) {
    let database = place.open().await;
    let mut numbers = 12_345_u64;
    let mut below = |limit: u64| {
        numbers = numbers.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (numbers >> 33) % limit
    };
    let mut in_force: BTreeMap<u64, BTreeMap<u8, String>> = BTreeMap::new();
    let (mut next, mut undone, mut refused) = (0, 0, 0);
    for _ in 0..150 {
        if below(5) < 3 {
            let (from, width) = (below(24), 1 + below(12));
            let people: BTreeSet<u8> = (0..width).map(|_| u8::try_from(from + below(width)).expect("small")).collect();
            let dated: BTreeMap<u8, String> =
                people.into_iter().map(|of| (of, format!("19{:02}-01-01", below(100)))).collect();
            let line = put(&database, dated.iter().map(|(of, text)| change(*of, text)).collect()).await;
            assert_eq!(line, next);
            in_force.insert(line, dated);
            next += 1;
        } else if let Some(last) = in_force.keys().next_back().copied() {
            let first = last.saturating_sub(below(12));
            let due: BTreeSet<u64> = in_force.range(first..).map(|(line, _)| *line).filter(|_| below(3) > 0).collect();
            if due.is_empty() {
                continue;
            }
            let lines: Vec<String> = due.iter().map(u64::to_string).collect();
            let shares = |line: u64| {
                let later = in_force.range(line + 1..).filter(|(later, _)| !due.contains(later));
                later.into_iter().any(|(_, people)| people.keys().any(|of| in_force[&line].contains_key(of)))
            };
            let told = undo_all(&database, &lines.join(" ")).await;
            if due.iter().any(|line| shares(*line)) {
                assert!(matches!(told, Err(RollError::ChangedSince { .. })), "{told:?}");
                refused += 1;
                continue;
            }
            let written: Vec<u64> = (next..next + due.len() as u64).collect();
            assert_eq!(told, Ok(written));
            (next, undone) = (next + due.len() as u64, undone + due.len());
            in_force.retain(|line, _| !due.contains(line));
        }
        let mut expected = BTreeMap::new();
        in_force.values().for_each(|people| expected.extend(people.clone()));
        assert_eq!(on_it(&database).await, expected);
    }
    assert!(undone > 20 && refused > 10, "{undone} taken back, {refused} refused");
    database.check(&[]).await.expect("sound");
}
