//! `jebi audit`: quiet on an honest draw; a register that is not the store's, somebody who is not on the roll, results that
//! follow arrival, a bundle of other results are each found and named.

use crate::{
    official::{Stage, at},
    support::{Run, demo, jebi},
};
use protocol::{
    acknowledged::{self, Acknowledged},
    lottery::LotteryNumber,
    outcome::{Outcome, RECORD_BYTES, Record},
    programme::Programme,
};
use serde_json::Value;
use std::{fs, path::Path};

fn audit(draw: &Path, more: &str) -> Run {
    jebi(&format!("audit {} {more}", draw.display()))
}

#[test]
fn an_honest_draw_passes_and_every_part_was_looked_at() {
    let draw = demo().copy();
    let svg = draw.path().join("arrival.svg");
    let said = audit(draw.path(), &format!("--svg {}", svg.display())).good().out;
    for part in
        ["store      sound", "register   ", "roll       ", "bundle     1 run:", "arrival    ", "Placed, by tenth"]
    {
        assert!(said.contains(part), "nothing says {part:?}:\n{said}");
    }
    let picture = fs::read_to_string(svg).unwrap();
    assert!(picture.starts_with("<svg xmlns=") && picture.contains("tenth 10 of arrival"), "{picture}");
    let told: Value = serde_json::from_str(&audit(draw.path(), "--json").good().out).unwrap();
    assert_eq!(
        (&told["format"], &told["passed"], &told["bundle_runs"]),
        (&"jebi/v0/audit".into(), &true.into(), &1.into())
    );
    let groups = told["groups"].as_array().unwrap();
    assert!(groups.len() > 1 && groups.iter().all(|group| group["accused"] == false));
    let active = groups[0]["tenths"].as_array().unwrap().iter().map(|tenth| tenth["people"].as_u64().unwrap());
    assert_eq!(active.sum::<u64>(), groups[0]["people"].as_u64().unwrap());
}

#[test]
fn before_the_freeze_and_before_the_result_there_is_less_to_look_at() {
    let registered = at(Stage::Registered);
    let run = audit(registered.path(), "").good();
    assert!(run.err.contains("not frozen yet") && run.out.contains("store      sound"), "{}{}", run.out, run.err);
    let frozen = at(Stage::Frozen);
    let said = audit(frozen.path(), "").good().out;
    assert!(said.contains("20 entries") && !said.contains("arrival"), "{said}");
}

/// First arrivals by place in the register, as the frozen files have them.
fn arrivals(draw: &Path) -> Vec<usize> {
    let programme = Programme::parse(&fs::read(draw.join("announced/programme.json")).unwrap()).unwrap();
    let bytes = fs::read(draw.join("register/acknowledged.bin")).unwrap();
    let leaves = acknowledged::decode(&programme, &bytes).unwrap();
    let records = records(draw);
    let mut order = Vec::new();
    for leaf in leaves {
        let place = match leaf {
            Acknowledged::Registered(place) => usize::try_from(place).unwrap(),
            Acknowledged::Replaced(leaf) => {
                let (ticket, _) = acknowledged::named(&leaf).unwrap();
                records.binary_search_by_key(&ticket, |record| record.ticket).unwrap()
            }
        };
        if !order.contains(&place) {
            order.push(place);
        }
    }
    order
}

fn records(draw: &Path) -> Vec<Record> {
    let bytes = fs::read(draw.join("allocation/records.bin")).unwrap();
    bytes.chunks(RECORD_BYTES).map(|record| Record::decode(record).unwrap()).collect()
}

fn put_records(draw: &Path, records: &[Record]) {
    let bytes: Vec<u8> = records.iter().flat_map(|record| record.encode()).collect();
    fs::write(draw.join("allocation/records.bin"), bytes).unwrap();
}

/// The fault of the 2012 visa lottery: the order of the draw is the order of arrival. And a part of it: only who came in
/// the first fifth has other numbers.
#[test]
fn results_that_follow_arrival_are_found() {
    for told in [1, 5] {
        let draw = demo().copy();
        let order = arrivals(draw.path());
        let mut records = records(draw.path());
        let many = order.len() / told;
        for (place, at) in order.into_iter().enumerate().take(many) {
            if records[at].outcome != Outcome::Withdrawn {
                records[at].number = LotteryNumber(place as u64);
            }
        }
        put_records(draw.path(), &records);
        let run = audit(draw.path(), "").refused(1, &["hint: "]);
        assert!(run.out.contains("!! arrival") && run.out.contains("who came first"), "{}", run.out);
        assert!(run.out.contains("not those that the log commits to"), "{}", run.out);
        assert!(run.out.contains("its results are not those of the draw"), "the bundle's are: {}", run.out);
        let told: Value = serde_json::from_str(&audit(draw.path(), "--json").refused(1, &[]).out).unwrap();
        assert_eq!((&told["passed"], &told["groups"][0]["accused"]), (&false.into(), &true.into()));
    }
}

/// Runs SQL on the store behind everybody's back.
fn tamper(draw: &Path, guard: &str, statement: &str) {
    let script = format!("drop trigger if exists {guard}; pragma foreign_keys = off; {statement};");
    let code =
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.executescript(sys.argv[2])";
    let file = draw.join("intake.sqlite").display().to_string();
    let run = Run::of(std::process::Command::new("python3").args(["-c", code, &file, &script]));
    run.good();
}

#[test]
fn entries_that_are_nobodys_are_found() {
    let draw = at(Stage::Frozen);
    tamper(
        draw.path(),
        "roll_keeps_who_registered",
        "delete from roll where person = (select person from entries limit 1)",
    );
    let run = audit(draw.path(), "").refused(1, &[]);
    assert!(
        run.out.contains("!! store") && run.out.contains("!! roll") && run.out.contains("not on the roll"),
        "{}",
        run.out
    );

    // Older than the cohort that the entry is in.
    let draw = at(Stage::Frozen);
    tamper(
        draw.path(),
        "none",
        "update roll set born = '1900-01-01' where person = (select person from entries limit 1)",
    );
    let run = audit(draw.path(), "").refused(1, &[]);
    assert!(run.out.contains("its cohort is not that of the birth date"), "{}", run.out);
}

#[test]
fn a_register_that_is_not_the_stores_is_found() {
    let draw = at(Stage::Frozen);
    let last = "(select max(position) from revisions)";
    tamper(
        draw.path(),
        "revisions_are_never_changed",
        &format!("update revisions set blinding = zeroblob(32) where position = {last}"),
    );
    let run = audit(draw.path(), "").refused(1, &[]);
    assert!(run.out.contains("!! store"), "{}", run.out);

    // A store of the same programme in which nobody was: as if the register had been made by hand.
    let draw = at(Stage::Frozen);
    let empty = draw.path().join("empty.sqlite").display().to_string();
    fs::write(draw.path().join("nobody.csv"), "reference,born,district\n").unwrap();
    let path = draw.path().display();
    jebi(&format!("roll import {path} {path}/nobody.csv --yes --store sqlite:{empty}")).good();
    let run = audit(draw.path(), &format!("--store sqlite:{empty}")).refused(1, &[]);
    assert!(run.out.contains("this store was never frozen") && run.out.contains("!! log"), "{}", run.out);
}
