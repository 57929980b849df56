//! The roll and its codes.

use super::world::*;
use intake::{
    Imported, Reissue, Roll, RollError, RollLine, Row, StoreError, Wrong, WrongForm, WrongLine, WrongLines, csv_rows,
};

#[test]
fn an_import_says_what_it_did_and_twice_changes_nothing() {
    let world = World::new();
    let roll = Roll::new(world.database.clone(), secrets());
    let import = |csv: &str| world.runtime.block_on(roll.import(csv.as_bytes()));
    let csv = "reference,born,district\na,1960-01-01,11010\nb,2001-01-01,11020\n";
    assert_eq!(import(csv), Ok(Imported { added: 2, in_no_cohort: 1, lines: vec![0], ..Imported::default() }));
    assert_eq!(import(csv), Ok(Imported { unchanged: 2, in_no_cohort: 1, ..Imported::default() }));
    let corrected = "reference,born,district\r\n a , 1961-01-01 ,11010\r\n";
    assert_eq!(import(corrected), Ok(Imported { corrected: 1, lines: vec![1], ..Imported::default() }));
}

#[test]
fn a_wrong_line_is_accused_and_nothing_of_the_file_is_taken_in() {
    let world = World::new();
    let roll = Roll::new(world.database.clone(), secrets());
    let import = |lines: &str| {
        let csv = format!("reference,born,district\nfirst,1960-01-01,11010\n{lines}\n");
        world.runtime.block_on(roll.import(csv.as_bytes())).expect_err("a fault")
    };
    let line_3 = |fault| RollError::Lines(WrongLines { shown: vec![Wrong { line: 3, fault }], more: 0 });
    assert_eq!(import("a,1960-02-30,11010"), line_3(WrongLine::BirthDate("1960-02-30".into())));
    assert_eq!(import("a,1960-01-01,99999"), line_3(WrongLine::District("99999".into())));
    assert_eq!(import("first,1960-01-02,11010"), line_3(WrongLine::Twice { before: 2 }));
    assert_eq!(import(",1960-01-01,11010"), line_3(WrongLine::NoReference));
    let long = "x".repeat(3 << 20);
    assert_eq!(import(&format!("{long},1960-01-01,11010")), line_3(WrongLine::Reference), "more than any buffer");
    assert_eq!(import("\"a,1960-01-01,11010\nb\",1960-01-01,11010"), line_3(WrongLine::Reference), "two lines in one");
    let swallowed = import("a,1960-01-01,\"11010\nb,1960-01-01,11010\nc,1960-01-01,11010\nd,1960-01-01,11010\n");
    assert!(swallowed.to_string().len() < 200, "an unclosed quotation mark does not fill the terminal: {swallowed}");
    assert!(matches!(swallowed, RollError::Lines(wrong) if wrong.shown.len() == 1 && wrong.shown[0].line == 3));
    let RollError::Lines(cut) = import("a,1960-01-01") else { panic!("a line that is too short") };
    assert!(matches!(cut.shown[..], [Wrong { line: 3, fault: WrongLine::Unreadable(_) }]), "{cut}");
    for header in ["reference,born\n", "reference,born,district,shoe size\n", "reference,born,born,district\n", ""] {
        let columns = world.runtime.block_on(roll.import(header.as_bytes()));
        assert!(matches!(columns, Err(RollError::Columns(_))), "an empty roll with other columns: {columns:?}");
    }
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
        let imported = world.runtime.block_on(roll.import(csv.as_bytes()));
        assert_eq!(imported.map(|done| (done.registered, done.corrected, done.lines)), Ok((1, 0, Vec::new())));
    }
    assert_eq!(world.register(&person, "request-1").status, 201, "the birth date is the one of before");
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

#[test]
fn every_wrong_line_is_told_up_to_twenty_and_the_rest_is_counted() {
    let world = World::new();
    let roll = Roll::new(world.database.clone(), secrets());
    let wrong = "x,31.12.1960,11010\n".repeat(30);
    let csv = format!("reference,born,district\na,1960-01-01,11010\na,1960-01-02,11010\n{wrong}");
    let RollError::Lines(wrong) = world.runtime.block_on(roll.import(csv.as_bytes())).expect_err("wrong") else {
        panic!("lines are wrong")
    };
    assert_eq!((wrong.shown.len(), wrong.more), (20, 11));
    assert_eq!(wrong.shown[0].line, 4);
    let told = wrong.to_string();
    assert!(told.starts_with("line 4: column born: \"31.12.1960\" is not a date; expected YYYY-MM-DD\n"), "{told}");
    assert!(told.ends_with("\nand 11 more lines"), "{told}");
}

#[test]
fn a_look_counts_and_writes_nothing() {
    let world = World::new();
    let person = world.person("kim");
    world.register(&person, "request-1");
    let roll = Roll::new(world.database.clone(), secrets());
    let lines = world.runtime.block_on(roll.changes()).expect("lines").len();
    let csv = "born,district,reference\n1970-01-01,11010,kim\n1960-01-01,11020,lee\n2015-01-01,11010,baby\n\
               1960-01-01,11020,lee\n1970-01-01,11010,park\n";
    let look = world.runtime.block_on(roll.look(csv_rows(csv.as_bytes()).expect("columns"), None)).expect("a look");
    let looked = look.looked();
    assert_eq!((looked.added, looked.corrected, looked.unchanged), (3, 0, 0));
    assert_eq!((looked.registered, &looked.registered_lines[..], looked.repeated), (1, &[2][..], 1));
    assert_eq!((looked.in_no_cohort(), looked.changes()), (1, 3));
    let groups: Vec<_> = looked.groups.iter().map(|g| (g.cohort.is_some(), g.district.as_str(), g.people)).collect();
    assert_eq!(groups, [(false, "11010", 1), (true, "11010", 2), (true, "11020", 1)]);
    drop(look);
    assert_eq!(world.runtime.block_on(roll.changes()).expect("lines").len(), lines, "nothing was written");
}

#[test]
fn what_was_changed_since_the_look_is_not_overwritten() {
    let world = World::new();
    let person = world.person("kim");
    let roll = Roll::new(world.database.clone(), secrets());
    let look = |csv: &'static str| {
        world.runtime.block_on(roll.look(csv_rows(csv.as_bytes()).expect("columns"), None)).expect("a look")
    };
    let apply = |look: intake::Look<'_>| world.runtime.block_on(look.apply(&mut |_| ()));
    let (corrects, adds) = (look("reference,born,district\nkim,1970-01-01,11010\n"), look(LEE));
    assert_eq!(world.register(&person, "request-1").status, 201);
    let refused = apply(corrects).expect_err("kim has registered since");
    assert!(matches!(refused, RollError::Cut { done: 0, all: 1, reason: StoreError::Conflict(_) }), "{refused:?}");
    assert!(refused.to_string().contains("somebody has registered since"), "{refused}");
    assert_eq!(apply(adds).map(|done| done.added), Ok(1), "registrations do not stand in the way of others");
    let stale = look("reference,born,district\nlee,1971-01-01,11010\n");
    apply(look("reference,born,district\nlee,1972-01-01,11010\n")).expect("a correction");
    let refused = apply(stale).expect_err("somebody else was faster");
    assert!(refused.to_string().contains("changed since"), "{refused}");
    assert_eq!(look(LEE).looked().corrected, 1, "what was faster stays");
}

const LEE: &str = "reference,born,district\nlee,1970-01-01,11010\n";

#[test]
fn what_a_program_for_tables_wrote_otherwise_is_named() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let names = "reference,born,district\n";
    for (bytes, form) in [
        (utf16(&format!("\u{feff}{}", names.replace(',', "\t"))), WrongForm::Utf16),
        (utf16(names), WrongForm::Utf16),
        (b"PK\x03\x04\x14\0".to_vec(), WrongForm::Workbook),
        (names.replace(',', ";").into_bytes(), WrongForm::Separator { found: "semicolons" }),
        (format!("\u{feff}{}", names.replace(',', "\t")).into_bytes(), WrongForm::Separator { found: "tabs" }),
    ] {
        assert_eq!(csv_rows(&bytes[..]).err(), Some(RollError::Form(form)), "{bytes:?}");
    }
}

#[test]
fn values_may_have_what_separates_elsewhere() {
    let long = "x".repeat(10_000);
    let text = format!("\u{feff}reference,born,district,contact\na;b,1960-02-03,11010,\"{long};\t|\"\n");
    let rows: Vec<RollLine> = csv_rows(text.as_bytes()).expect("columns").collect();
    let row = Row {
        line: 2,
        reference: "a;b".into(),
        born: "1960-02-03".into(),
        district: "11010".into(),
        contact: format!("{long};\t|"),
    };
    assert_eq!(rows, [Ok(row)], "and nothing is lost where the look at the beginning ended");
}
