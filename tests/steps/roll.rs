//! The roll at the command line: a file is shown before it is taken in, wrong lines are named, a wrong import is taken back.

use crate::{
    official::{ALLOCATING, Running, SEEDING, Stage, WITHIN, at, people},
    support::{Run, command, jebi, write},
};
use std::{path::Path, process::Stdio};

/// The people of [`people`], dates as dates, columns in another order.
const PARQUET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/people.parquet");

fn run(draw: &Path, text: &str) -> Run {
    jebi(&text.replace("DRAW", &draw.display().to_string()))
}

/// What the journal says of the roll.
fn imports(draw: &Path) -> String {
    run(draw, "roll imports DRAW").good().out
}

#[test]
fn nothing_is_taken_in_before_somebody_says_so() {
    let draw = at(Stage::Announced);
    let draw = draw.path();
    write(&draw.join("people.csv"), people().as_bytes());
    let asked = run(draw, "roll import DRAW DRAW/people.csv");
    assert!(asked.out.contains("to add              20"), "{}", asked.out);
    asked.refused(2, &["nothing was changed: nobody was there to say yes", "hint: ", "--yes"]);
    let shown = run(draw, "roll import DRAW DRAW/people.csv --dry-run").good();
    assert!(shown.err.contains("nothing was changed"), "{}", shown.err);
    assert_eq!(imports(draw), "");
    run(draw, "roll import DRAW DRAW/people.csv --yes --actor Kim").good();
    let lines = imports(draw);
    assert!(lines.contains("import          20") && lines.contains("Kim by command"), "{lines}");
    let again = run(draw, "roll import DRAW DRAW/people.csv").good();
    assert!(again.err.contains("nothing to change"), "{}", again.err);
    run(draw, "store check DRAW").good();
}

#[test]
fn a_wrong_import_is_taken_back_by_its_line() {
    let draw = at(Stage::Announced);
    let draw = draw.path();
    write(&draw.join("people.csv"), people().as_bytes());
    run(draw, "roll import DRAW DRAW/people.csv --yes").good();
    let wrong = people().replace("P-000", "Q-000").replace("P-001,1956", "P-001,1957");
    write(&draw.join("wrong.csv"), wrong.as_bytes());
    let shown = run(draw, "roll import DRAW DRAW/wrong.csv --yes").good();
    let told = format!("jebi roll undo {} 1\n", draw.display());
    assert!(shown.out.contains("to correct          1") && shown.err.ends_with(&told), "{shown:?}");
    let asked = run(draw, "roll undo DRAW 1");
    assert!(
        asked.err.contains("to take back        2 people added or corrected by line 1 of the journal"),
        "{}",
        asked.err
    );
    asked.refused(2, &["nothing was changed: nobody was there to say yes", "hint: ", "roll undo", " 1 --yes"]);
    let undone = run(draw, "roll undo DRAW 1 --yes").good();
    assert_eq!(
        (undone.out.as_str(), undone.err.contains("line 1 of the journal: taken back by line 2")),
        ("2\n", true)
    );
    run(draw, "roll undo DRAW 1").refused(2, &["taken back already: line 1", "hint: jebi roll imports"]);
    run(draw, "roll undo DRAW 0-2")
        .refused(2, &["line 2 of the journal is no import: its kind is undo", "hint: ", "without that line: 0-1"]);
    run(draw, "roll undo DRAW 0-9").refused(2, &["the journal has no line 9", "hint: jebi roll imports"]);
    run(draw, "roll undo DRAW 2-1").refused(2, &["\"2-1\" names no lines of the journal; expected one, as 7"]);
    let right = run(draw, "roll import DRAW DRAW/people.csv").good();
    assert!(right.out.contains("as before           20"), "{}", right.out);
    run(draw, "store check DRAW").good();
}

/// How many lines of the journal say that others were taken back.
fn undone(draw: &Path) -> usize {
    imports(draw).lines().filter(|line| line.contains("  undo ")).count()
}

#[test]
fn a_long_import_is_named_by_a_range_and_taken_back_however_it_was_cut_off() {
    let folder = at(Stage::Announced);
    let draw = folder.path();
    let people: String = (0..120_000).map(|n| format!("X-{n},1960-02-03,11010\n")).collect();
    write(&draw.join("people.csv"), format!("reference,born,district\n{people}").as_bytes());
    let imported = run(draw, "roll import DRAW DRAW/people.csv --yes").good();
    let told = format!("to take it back, by its lines of the journal: jebi roll undo {} 0-2\n", draw.display());
    assert!(imported.err.ends_with(&told), "{}", imported.err);
    let undo = format!("roll undo {} 0–2 --yes", draw.display());
    let mut cut_off = Running(command(&undo).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    while undone(draw) == 0 {
        assert_eq!(
            cut_off.0.try_wait().unwrap().filter(|_| undone(draw) == 0),
            None,
            "it ended, and nothing is undone"
        );
    }
    cut_off.0.kill().unwrap();
    cut_off.0.wait().unwrap();
    let before = undone(draw);
    let rest = jebi(&undo);
    if before < 3 {
        assert!(rest.err.contains("passed over") && rest.err.contains("taken back before"), "{}", rest.err);
        rest.good();
    } else {
        rest.refused(2, &["taken back already: lines 0–2"]);
    }
    assert_eq!(undone(draw), 3);
    assert!(run(draw, "store check DRAW").good().err.contains(" 0 people"));
    let again = run(draw, "roll import DRAW DRAW/people.csv --dry-run").good();
    assert!(again.out.contains("to add              120,000"), "{}", again.out);
}

#[test]
fn wrong_lines_are_named_with_file_line_and_column() {
    let draw = at(Stage::Announced);
    let draw = draw.path();
    let lines: String = (0..25).map(|n| format!("X-{n},03.02.1960,11010\n")).collect();
    write(&draw.join("wrong.csv"), format!("reference,born,district\nA,1960-02-03,99\n{lines}").as_bytes());
    let wrong = run(draw, "roll import DRAW DRAW/wrong.csv --yes");
    let file = draw.join("wrong.csv").display().to_string();
    let first = format!("{file}:2: column district: \"99\" is no district of the programme");
    let second = format!("{file}:3: column born: \"03.02.1960\" is not a date; expected YYYY-MM-DD");
    wrong.refused(2, &[&first, &second, "and 6 more", "nothing of it was taken in", "hint: "]);
    write(&draw.join("wrong.csv"), b"name,born,district\n");
    run(draw, "roll import DRAW DRAW/wrong.csv").refused(2, &["the column reference is missing", "hint: a roll has"]);
    assert_eq!(imports(draw), "");
}

#[test]
fn a_parquet_file_says_what_the_csv_file_says() {
    let draw = at(Stage::Announced);
    let draw = draw.path();
    run(draw, &format!("roll import DRAW {PARQUET} --yes")).good();
    write(&draw.join("people.csv"), people().as_bytes());
    let same = run(draw, "roll import DRAW DRAW/people.csv").good();
    assert!(same.out.contains("as before           20") && same.err.contains("nothing to change"), "{same:?}");
    run(draw, &format!("roll codes DRAW {PARQUET} --out DRAW/codes.csv")).good();
    write(&draw.join("no.parquet"), people().as_bytes());
    run(draw, "roll import DRAW DRAW/no.parquet").refused(2, &["no.parquet"]);
}

#[test]
fn contacts_are_opened_by_the_officials_key_and_by_no_other() {
    let draw = at(Stage::Announced);
    let draw = draw.path();
    let file = |contact: &str| {
        let line =
            |line: String| format!("{line},{}\n", if line.starts_with("reference") { "contact" } else { contact });
        people().lines().map(|text| line(text.to_owned())).collect::<String>()
    };
    write(&draw.join("people.csv"), file("02-555-0100").as_bytes());
    run(draw, "roll import DRAW DRAW/people.csv --yes")
        .refused(2, &["no key to encrypt", "hint: make one with: jebi keys contacts"]);
    assert_eq!(imports(draw), "");
    let public = run(draw, "keys contacts DRAW --identity DRAW/officials.txt").good().out;
    assert!(public.starts_with("age1"), "{public}");
    run(draw, "keys contacts DRAW --identity DRAW/other.txt").refused(2, &["exists", "hint: "]);
    run(draw, "roll import DRAW DRAW/people.csv --yes").good();
    let only = "reference,born,district,contact\nP-003,1958-02-03,11010,kim@example.org\n";
    write(&draw.join("one.csv"), only.as_bytes());
    run(draw, "roll import DRAW DRAW/one.csv --yes").good();
    run(draw, "roll contacts DRAW --identity DRAW/officials.txt --out DRAW/contacts.csv").good();
    let contacts = std::fs::read_to_string(draw.join("contacts.csv")).unwrap();
    assert_eq!(contacts.lines().count(), 21);
    assert!(contacts.contains("P-003,kim@example.org\nP-004,02-555-0100\n"), "the later counts: {contacts}");
    let store = std::fs::read(draw.join("intake.sqlite")).unwrap();
    let log = std::fs::read(draw.join("intake.sqlite-wal")).unwrap_or_default();
    let clear = |bytes: &[u8]| bytes.windows(11).any(|window| window == b"02-555-0100" || window == b"kim@example");
    assert!(!clear(&store) && !clear(&log), "a contact lies in the store in the clear");
    std::fs::remove_file(draw.join("keys/contacts.recipient")).unwrap();
    run(draw, "keys contacts DRAW --identity DRAW/other.txt").good();
    run(draw, "roll contacts DRAW --identity DRAW/other.txt --out DRAW/no.csv")
        .refused(2, &["reading contacts", "hint: "]);
    run(draw, "store check DRAW").good();
}

#[test]
fn the_roll_is_deleted_after_the_result_and_the_journal_proves_it() {
    let draw = at(Stage::Seeded);
    let text = format!("roll forget DRAW --at {WITHIN}");
    run(draw.path(), &text).refused(2, &["somebody may still object", "hint: from 2023-08-24"]);
    run(draw.path(), &format!("roll forget DRAW --at {SEEDING}")).refused(2, &["hint: first: jebi allocate"]);
    let draw = at(Stage::Allocated);
    let draw = draw.path();
    let link = run(draw, "store check DRAW").good().out;
    run(draw, &format!("roll forget DRAW --at {ALLOCATING}"))
        .refused(2, &["nobody was there to say yes", "hint: nothing brings it back"]);
    let said = run(draw, &format!("roll forget DRAW --at {ALLOCATING} --only contacts --yes")).good().out;
    assert!(said.contains("0 contacts deleted"), "{said}");
    let said = run(draw, &format!("roll forget DRAW --at {ALLOCATING} --yes")).good().out;
    assert!(said.contains("20 codes deleted") && said.contains("20 roll deleted"), "{said}");
    assert!(run(draw, &format!("roll forget DRAW --at {ALLOCATING}")).good().err.contains("nothing to delete"));
    run(draw, &format!("store check DRAW --seen {link}")).good();
    let kept = std::fs::read(draw.join("intake.sqlite")).unwrap();
    assert!(!kept.windows(10).any(|window| window == b"1955-02-03"), "a birth date lies in the file");
    run(draw, "publish --confirm DRAW").good();
    run(draw, "verify DRAW/bundle").good();
}
