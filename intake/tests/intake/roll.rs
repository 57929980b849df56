//! The roll and its codes.

use super::world::*;
use intake::{Imported, Reissue, Roll, RollError};

#[test]
fn an_import_says_what_it_did_and_twice_changes_nothing() {
    let world = World::new();
    let roll = Roll::new(world.database.clone(), secrets());
    let import = |csv: &str| world.runtime.block_on(roll.import(csv.as_bytes()));
    let csv = "reference,born,district\na,1960-01-01,11010\nb,2001-01-01,11020\n";
    assert_eq!(import(csv), Ok(Imported { added: 2, in_no_cohort: 1, line: Some(0), ..Imported::default() }));
    assert_eq!(import(csv), Ok(Imported { unchanged: 2, in_no_cohort: 1, ..Imported::default() }));
    let corrected = "reference,born,district\r\n a , 1961-01-01 ,11010\r\n";
    assert_eq!(import(corrected), Ok(Imported { corrected: 1, line: Some(1), ..Imported::default() }));
}

#[test]
fn a_wrong_line_is_accused_and_nothing_of_the_file_is_taken_in() {
    let world = World::new();
    let roll = Roll::new(world.database.clone(), secrets());
    let import = |lines: &str| {
        let csv = format!("reference,born,district\nfirst,1960-01-01,11010\n{lines}\n");
        world.runtime.block_on(roll.import(csv.as_bytes())).expect_err("a fault")
    };
    assert_eq!(import("a,1960-02-30,11010"), RollError::BirthDate { line: 3, born: "1960-02-30".into() });
    assert_eq!(import("a,1960-01-01,99999"), RollError::District { line: 3, district: "99999".into() });
    assert_eq!(import("first,1960-01-01,11010"), RollError::Twice { line: 3, before: 2 });
    assert_eq!(import(",1960-01-01,11010"), RollError::NoReference { line: 3 });
    assert!(matches!(import("a,1960-01-01"), RollError::Csv { line: 3, .. }));
    let columns = world.runtime.block_on(roll.import("reference,born\n".as_bytes()));
    assert!(matches!(columns, Err(RollError::Csv { line: 1, .. })), "an empty roll with other columns");
    let issue = world.runtime.block_on(roll.make_codes(&["first".to_owned()], Reissue::Refuse));
    assert_eq!(issue.expect_err("nobody is on the roll"), RollError::NotOnRoll { reference: "first".into() });
}

#[test]
fn birth_date_and_district_of_somebody_who_registered_are_not_changed_behind_their_back() {
    let world = World::new();
    let person = world.person("kim");
    world.register(&person, "request-1");
    let roll = Roll::new(world.database.clone(), secrets());
    for line in ["kim,1970-01-01,11010", "kim,1960-02-29,11020"] {
        let csv = format!("reference,born,district\n{line}\n");
        assert_eq!(world.runtime.block_on(roll.import(csv.as_bytes())), Err(RollError::Registered { line: 2 }));
    }
}

#[test]
fn nobody_gets_two_codes_in_one_issue() {
    let world = World::new();
    world.person("kim");
    let roll = Roll::new(world.database.clone(), secrets());
    let twice = world.runtime.block_on(roll.make_codes(&["kim".to_owned(), " kim".to_owned()], Reissue::Allow));
    assert_eq!(twice.expect_err("twice"), RollError::TwoCodes { reference: " kim".into() });
}

#[test]
fn mailed_codes_are_voided_only_on_purpose_and_only_by_codes_in_force() {
    let world = World::new();
    let person = world.person("kim");
    let roll = Roll::new(world.database.clone(), secrets());
    let make = |reissue| world.runtime.block_on(roll.make_codes(&["kim".to_owned()], reissue));
    assert_eq!(make(Reissue::Refuse).expect_err("kim has one"), RollError::HaveCodes { people: 1 });
    let codes = make(Reissue::Allow).expect("another code");
    assert_eq!(world.register(&person, "request-1").status, 201, "the mailed code holds until another is in force");
    world.runtime.block_on(roll.put_codes(&codes)).expect("in force");
    let void = world.register(&person, "request-2");
    assert_eq!(void.code(), (403, "wrong-code-or-birth-date".to_owned()));
}
