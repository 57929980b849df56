//! The questions that `jebi` asks, at a real pseudo-terminal (`terminal.py`): yes, no, the end of input, Ctrl-C. Whatever is
//! answered, nothing is done by half, and the terminal is as it was.

use crate::{
    official::{ALLOCATING, Stage, WITHIN, at, codes, people},
    serve::with_people,
    support::{jebi, write},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Command, Stdio},
};

const TERMINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/steps/terminal.py");
/// Ctrl-D on an empty line, and Ctrl-C.
const END: &str = "\u{4}";
const INTERRUPT: &str = "\u{3}";
/// The status of a command that Ctrl-C ended: minus SIGINT.
const INTERRUPTED: i32 = -2;

/// What was seen at the terminal, and how it was left.
#[derive(Deserialize)]
struct Seen {
    seen: String,
    status: i32,
    restored: bool,
    left: usize,
}

/// Runs `jebi` at a terminal; each answer is typed when the text before it was seen.
#[track_caller]
fn at_a_terminal(arguments: &str, answers: &[(&str, &str)]) -> (i32, String) {
    let output = Command::new("python3")
        .args([TERMINAL, &json!(answers).to_string(), env!("CARGO_BIN_EXE_jebi")])
        .args(arguments.split_whitespace())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let Seen { seen, status, restored, left } = serde_json::from_slice(&output.stdout).unwrap();
    assert!(restored, "the terminal is not as it was: {seen}");
    assert_eq!(left, 0, "not everything was asked: {seen}");
    (status, seen)
}

fn run(draw: &Path, text: &str) -> crate::support::Run {
    jebi(&text.replace("DRAW", &draw.display().to_string())).good()
}

#[test]
fn an_import_is_put_on_the_roll_by_the_word_alone() {
    let folder = at(Stage::Announced);
    let draw = folder.path();
    write(&draw.join("people.csv"), people().as_bytes());
    let import = format!("roll import {0} {0}/people.csv --actor Kim", draw.display());
    let question = "Type yes to put this on the roll";
    for (answer, status) in [("no\r", 2), ("\r", 2), ("YES\r", 2), (END, 2), (INTERRUPT, INTERRUPTED)] {
        let (ended, seen) = at_a_terminal(&import, &[(question, answer)]);
        assert_eq!(ended, status, "{answer:?}: {seen}");
        assert!(seen.contains("to add              20"), "the totals are shown before the question: {seen}");
        assert!(status != 2 || seen.contains("nothing was changed"), "{answer:?}: {seen}");
        assert_eq!(run(draw, "roll imports DRAW").out, "", "{answer:?} put people on the roll");
    }
    let (status, seen) = at_a_terminal(&import, &[(question, "yes\r")]);
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("20 added"), "{seen}");
    assert!(run(draw, "store check DRAW").err.contains("20 people"));
    let undo = format!("roll undo {} 0", draw.display());
    let question = "Type yes to take this back";
    for (answer, status) in [("no\r", 2), ("\r", 2), (END, 2), (INTERRUPT, INTERRUPTED)] {
        let (ended, seen) = at_a_terminal(&undo, &[(question, answer)]);
        assert_eq!(ended, status, "{answer:?}: {seen}");
        assert!(
            seen.contains("20 people added or corrected by line 0"),
            "the totals are shown before the question: {seen}"
        );
        assert_eq!(run(draw, "roll imports DRAW").out.lines().count(), 1, "{answer:?} took people back");
    }
    assert_eq!(at_a_terminal(&undo, &[(question, "yes\r")]).0, 0);
    assert!(run(draw, "store check DRAW").err.contains(" 0 people"));
}

#[test]
fn what_is_deleted_for_good_is_deleted_by_the_word_alone() {
    let folder = at(Stage::Allocated);
    let draw = folder.path();
    let forget = format!("roll forget {} --at {ALLOCATING}", draw.display());
    let question = "Type FORGET to delete this for good";
    let before = run(draw, "store check DRAW").out;
    for (answer, status) in [("yes\r", 2), ("forget\r", 2), ("\r", 2), (END, 2), (INTERRUPT, INTERRUPTED)] {
        let (ended, seen) = at_a_terminal(&forget, &[(question, answer)]);
        assert_eq!(ended, status, "{answer:?}: {seen}");
        assert_eq!(run(draw, "store check DRAW").out, before, "{answer:?} deleted something");
    }
    let (status, seen) = at_a_terminal(&forget, &[(question, "FORGET\r")]);
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("20 roll deleted"), "{seen}");
    run(draw, "store check DRAW");
}

#[test]
fn a_desk_sends_what_was_read_back_and_nothing_else() {
    let folder = with_people();
    let draw = folder.path();
    let code = codes(draw).remove(0).1;
    let desk = format!(
        "roll desk {0} --actor desk-3 --channel telephone --lang en --out {0}/papers --at {WITHIN}",
        draw.display()
    );
    let typed = |text: &str| format!("{text}\r");
    let (code, date) = (typed(&code), typed("1960-02-03"));
    let asked = [
        ("Access code: ", code.as_str()),
        ("Birth date: ", &date),
        ("registers for the first time): ", "\r"),
        ("Choice 1: ", "c001\r"),
        ("Choice 2 (empty: no more): ", "\r"),
    ];
    let question = "Send this? y or n: ";
    let revisions = || -> Value {
        let told: Value = serde_json::from_str(&run(draw, "status DRAW --json").out).unwrap();
        told["revisions"].clone()
    };
    // Left at each question, in both ways; and at the last one, with everything typed.
    for (way, status) in [(END, 0), (INTERRUPT, INTERRUPTED)] {
        for known in 0..asked.len() {
            let answers = [&asked[..known], &[(asked[known].0, way)]].concat();
            let (ended, seen) = at_a_terminal(&desk, &answers);
            assert_eq!(ended, status, "{answers:?}: {seen}");
        }
    }
    let (status, seen) = at_a_terminal(&desk, &[&asked[..], &[(question, INTERRUPT)]].concat());
    assert_eq!(status, INTERRUPTED, "{seen}");
    for answer in ["n\r", END] {
        let (status, seen) =
            at_a_terminal(&desk, &[&asked[..], &[(question, answer), ("Access code: ", END)]].concat());
        assert_eq!(status, 0, "{seen}");
        assert!(seen.contains("nothing was sent"), "{answer:?}: {seen}");
    }
    assert_eq!(revisions(), 0);
    assert!(!draw.join("papers").exists(), "papers of somebody who was not registered");

    let (status, seen) =
        at_a_terminal(&desk, &[&asked[..], &[(question, "y\r"), ("Access code: ", INTERRUPT)]].concat());
    assert_eq!(status, INTERRUPTED, "{seen}");
    assert!(seen.contains("person 1  ") && seen.contains("takes part"), "{seen}");
    assert_eq!((revisions(), std::fs::read_dir(draw.join("papers")).unwrap().count()), (1.into(), 2));
    run(draw, "store check DRAW");
}
