//! The roll at the command line: a file is shown before it is taken in, wrong lines are named, a wrong import is taken back.

use crate::{
    official::{Stage, at, people},
    support::{Run, jebi, write},
};
use std::path::Path;

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
    assert!(shown.out.contains("to correct          1") && shown.err.contains("roll undo DRAW 1"), "{shown:?}");
    assert_eq!(run(draw, "roll undo DRAW 1").good().out, "2\n");
    run(draw, "roll undo DRAW 1").refused(2, &["taken back already", "hint: jebi roll imports"]);
    let right = run(draw, "roll import DRAW DRAW/people.csv").good();
    assert!(right.out.contains("as before           20"), "{}", right.out);
    run(draw, "store check DRAW").good();
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
