//! The office's change for who lost the change key: asked for by name, on record for everybody, and drawn like all entries.

use crate::{
    desk::{journal, key_on, papers, pile_with, status, types_with},
    official::{ALLOCATING, FREEZING, SEEDING, Stage, WITNESSING, at, codes, witness},
    serve::with_people,
    support::{ROUND, jebi, write},
};
use protocol::{entry::Change, receipt::Receipt, verify::verify};
use serde_json::Value;
use std::{fs, path::Path};

const OFFICE: &str = "--without-change-key";

/// A line of the table: choices, change key, withdrawal, reason.
fn line(number: u8, code: &str, born: &str, rest: &str) -> String {
    format!("{number},{code},{born},{rest}\n")
}

#[test]
fn the_office_changes_only_when_told_to_and_says_why() {
    let draw = with_people();
    let code = codes(draw.path()).remove(0).1;
    let of = |number, rest: &str| line(number, &code, "1960-02-03", rest);
    pile_with(draw.path(), &of(1, "site.c003,,,"), "paper", "").good();
    let old = key_on(&papers(draw.path(), "print-")[0]);
    let asked = of(2, "site.c001,,,\"lost, identity card seen\"");
    pile_with(draw.path(), &asked, "paper", "").refused(2, &["takes the option --without-change-key"]);
    pile_with(draw.path(), &of(2, &format!("site.c001,{old},,lost")), "paper", OFFICE)
        .refused(2, &["a key or a reason"]);
    let long = "x".repeat(81);
    pile_with(draw.path(), &of(2, &format!("site.c001,,,{long}")), "paper", OFFICE).refused(2, &["at most 80"]);
    pile_with(draw.path(), &of(2, "site.c001,,,"), "paper", OFFICE).refused(1, &["already-registered"]);
    assert_eq!(status(draw.path())["revisions"], 1);

    let run = pile_with(draw.path(), &asked, "paper", OFFICE).good();
    assert!(run.out.contains("revision 2  takes part, by the office"), "{}", run.out);
    let said = journal(draw.path());
    assert!(said.contains("desk-3 by paper, without the change key: lost, identity card seen"), "{said}");
    let says = |page: &std::path::PathBuf| fs::read_to_string(page).unwrap().contains("id=\"by-office\"");
    assert_eq!(papers(draw.path(), "print-").iter().map(says).collect::<Vec<_>>(), [false, true]);
    let refused = pile_with(draw.path(), &of(3, &format!("site.c003,{old},,")), "paper", "");
    refused.refused(1, &["changed-by-office", "The office changed this registration"]);
    let next = key_on(papers(draw.path(), "print-").last().unwrap());
    pile_with(draw.path(), &of(4, &format!("site.c003,{next},,")), "paper", "").good();

    // Somebody at the desk: the reason is asked for, and nothing is sent before it was read back.
    let answers = [&*code, "1960-02-03", "", "seen by others", "w"];
    let run = types_with(draw.path(), &[&answers[..], &["n", ""]].concat(), OFFICE).good();
    assert!(
        run.err.contains("such as: lost") && run.err.contains("BY THE OFFICE, without the change key"),
        "{}",
        run.err
    );
    assert!(run.err.contains("WITHDRAWS") && run.out.is_empty(), "{}", run.err);
    assert_eq!(status(draw.path())["withdrawn"], 0);
    let run = types_with(draw.path(), &[&answers[..], &["y", ""]].concat(), OFFICE).good();
    assert!(run.out.contains("revision 4  withdrawn, by the office"), "{}", run.out);
    assert!(journal(draw.path()).contains("by telephone, without the change key: seen by others"));
    jebi(&format!("store check {}", draw.path().display())).good();
}

/// The whole way of an entry that the office changed and of one that it withdrew, and what is refused about them.
#[test]
fn what_the_office_changed_is_drawn_counted_and_told() {
    let folder = at(Stage::Registered);
    let draw = folder.path();
    let path = draw.display().to_string();
    let people = codes(draw);
    // Number 5 of the fifteen birth years: 1960.
    let (changed, left) = (&people[5].1, &people[6].1);
    let lines =
        line(1, changed, "1960-02-03", "session.c001-2 site.c002,,,lost") + &line(2, left, "1961-02-03", ",,yes,lost");
    let run = pile_with(draw, &lines, "paper", OFFICE).good();
    let ticket = run.out.split_whitespace().nth(2).unwrap().to_owned();
    jebi(&format!("freeze {path} --at {FREEZING}")).good();
    witness(draw, WITNESSING);
    jebi(&format!("seed {path} --beacon {ROUND} --at {SEEDING}")).good();
    jebi(&format!("allocate {path} --at {ALLOCATING}")).good();
    witness(draw, ALLOCATING);
    jebi(&format!("publish --confirm {path}")).good();
    let bundle = draw.join("bundle");
    let verified = verify(&publisher::read(&bundle).unwrap()).unwrap();
    let by_office: Vec<_> =
        verified.register.revisions.iter().filter(|entry| entry.body.changes.contains(&Change::Office)).collect();
    let mut seen: Vec<_> = by_office.iter().map(|entry| entry.status.name()).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["active-by-office", "withdrawn-by-office"]);
    let told = jebi(&format!("verify {path}/bundle")).good();
    assert!(told.out.contains("!! 2 entries were changed by the office"), "{}", told.out);
    jebi(&format!("audit {path}")).good();

    let receipts = papers(draw, "receipt-");
    let receipt = receipts.iter().find(|file| file.display().to_string().contains(&ticket)).unwrap();
    let check = |file: &Path| jebi(&format!("verify {path}/bundle --receipt {}", file.display()));
    assert!(check(receipt).good().out.contains("the register has exactly what you were promised"));
    // The office's word is the signature over the batch: one digit of it altered is nobody's word.
    let original = fs::read(receipt).unwrap();
    Receipt::parse(&original).unwrap();
    let mut fields: Value = serde_json::from_slice(&original).unwrap();
    let note = fields["batch"].as_str().unwrap().to_owned();
    let at = note.rfind('—').unwrap() + 60;
    let other = if note.as_bytes()[at] == b'A' { "B" } else { "A" };
    fields["batch"] = format!("{}{other}{}", &note[..at], &note[at + 1..]).into();
    let spoilt = draw.join("spoilt.json");
    write(&spoilt, fields.to_string().as_bytes());
    check(&spoilt).refused(1, &["R-NOTE-SIGNATURE"]);
    fields["batch"] = note.into();
    fields["status"] = "active".into();
    write(&spoilt, fields.to_string().as_bytes());
    check(&spoilt).refused(1, &["R-ENTRY-STATUS"]);
}
