//! Steps before their time, after it, and twice.

use crate::{
    official::{ALLOCATING, ANNOUNCING, FREEZING, SEEDING, Stage, WITHIN, at, witness, write_programme},
    support::{ROUND, demo, draft::Draft, jebi, snapshot, write},
};
use protocol::{manifest::Files, verify::verify};
use std::{fs, path::Path};

/// Everything that tells what was decided: the store's own files and locks may change by being opened.
pub(crate) fn decided(draw: &Path) -> Files {
    let mut files = snapshot(draw);
    files.retain(|name, _| !name.starts_with("intake.sqlite") && !name.ends_with(".lock"));
    files
}

/// Runs a command that must be refused and leave everything as it is.
#[track_caller]
fn refuses(draw: &Path, status: i32, text: &str, said: &[&str]) {
    let before = decided(draw);
    let run = jebi(&text.replace("DRAW", &draw.display().to_string())).refused(status, said);
    assert_eq!(run.out, "", "{text}");
    let after = decided(draw);
    let changed: Vec<&String> =
        before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(changed.is_empty(), "{text} changed {changed:?}");
}

#[test]
fn nothing_happens_before_the_announcement() {
    let draw = at(Stage::Written);
    write(&draw.path().join("people.csv"), b"reference,born,district\n");
    for text in [
        "roll import DRAW DRAW/people.csv --yes",
        "roll codes DRAW DRAW/people.csv --out DRAW/codes.csv",
        "serve DRAW --listen 127.0.0.1:0",
        "freeze DRAW",
        "log DRAW",
        &format!("seed DRAW --beacon {ROUND}"),
        "allocate DRAW",
        "publish --confirm DRAW",
        "witness DRAW/log --key DRAW/court.key",
    ] {
        refuses(draw.path(), 2, text, &["hint: first: jebi announce"]);
        assert!(!draw.path().join("intake.sqlite").exists(), "{text}");
    }
    refuses(draw.path(), 2, "verify DRAW/bundle", &["bundle"]);
}

#[test]
fn each_step_waits_for_the_one_before() {
    let seed = &format!("seed DRAW --beacon {ROUND} --at {SEEDING}");
    let allocate = &format!("allocate DRAW --at {ALLOCATING}");
    for (stage, text, next) in [
        (Stage::Announced, seed.as_str(), "freeze"),
        (Stage::Announced, allocate, "freeze"),
        (Stage::Announced, "notice DRAW", "freeze"),
        (Stage::Announced, "publish --confirm DRAW", "freeze"),
        (Stage::Frozen, allocate, "seed"),
        (Stage::Frozen, "publish --confirm DRAW", "seed"),
        (Stage::Seeded, "publish --confirm DRAW", "allocate"),
    ] {
        let draw = at(stage);
        refuses(draw.path(), 2, text, &[&format!("hint: first: jebi {next} {}", draw.path().display())]);
    }
}

/// When one may freeze is told as people write times.
#[test]
fn a_register_is_not_frozen_while_it_is_open() {
    let draw = at(Stage::Registered);
    let early = "registration closes at 2023-08-21 18:00:00 +09:00; it is 2023-08-10 12:00:00 +09:00";
    refuses(draw.path(), 2, &format!("freeze DRAW --at {WITHIN}"), &[early, "hint: freeze after"]);
}

#[test]
fn each_step_twice_is_no_work() {
    let draw = at(Stage::Published);
    let before = decided(draw.path());
    for text in [
        format!("announce DRAW --at {ANNOUNCING}"),
        format!("announce DRAW --at {ALLOCATING}"),
        "roll import DRAW DRAW/people.csv --yes".into(),
        format!("freeze DRAW --at {FREEZING}"),
        format!("freeze DRAW --at {ALLOCATING}"),
        format!("witness DRAW/log --key DRAW/court.key --at {ALLOCATING}"),
        format!("seed DRAW --beacon {ROUND} --at {ALLOCATING}"),
        format!("allocate DRAW --at {SEEDING}"),
        "publish --confirm DRAW".into(),
    ] {
        jebi(&text.replace("DRAW", &draw.path().display().to_string())).good();
        assert!(decided(draw.path()) == before, "{text}");
    }
    for (stage, text) in [
        (Stage::Frozen, format!("freeze DRAW --at {SEEDING}")),
        (Stage::Seeded, format!("seed DRAW --beacon {ROUND} --at {ALLOCATING}")),
    ] {
        let draw = at(stage);
        let before = decided(draw.path());
        jebi(&text.replace("DRAW", &draw.path().display().to_string())).good();
        assert!(decided(draw.path()) == before, "{text}");
    }
}

#[test]
fn keys_are_never_replaced() {
    let draw = at(Stage::Written);
    refuses(draw.path(), 2, "keys new DRAW --name draws.office.example", &["exists", "hint: "]);
    refuses(draw.path(), 2, "keys witness DRAW/court.key --name court.example", &["exists"]);
    refuses(draw.path(), 2, "keys witness DRAW/new.key --name not+a+name", &["not+a+name"]);
    refuses(draw.path(), 2, "keys show DRAW/programme.toml", &["programme.toml"]);
}

#[test]
fn a_programme_is_announced_before_the_window_and_never_changed() {
    let draw = at(Stage::Written);
    for time in ["2023-08-07T09:00:00+09:00", WITHIN, ALLOCATING] {
        refuses(draw.path(), 2, &format!("announce DRAW --at {time}"), &["opened already", "hint: "]);
    }
    refuses(draw.path(), 2, "announce DRAW", &["opened already"]);
    jebi(&format!("announce {} --at 2023-08-07T08:59:59+09:00", draw.path().display())).good();
    let path = draw.path().join("sessions.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(",2\n", ",3\n", 1)).unwrap();
    refuses(draw.path(), 2, &format!("announce DRAW --at {ANNOUNCING}"), &["says something else", "hint: "]);
    // The announced one counts.
    assert!(
        !decided(draw.path()).is_empty()
            && jebi(&format!("log {}", draw.path().display())).good().out.lines().count() == 1
    );
}

#[test]
fn the_keys_on_disk_are_the_ones_announced() {
    for role in ["operator", "log", "receipts"] {
        let draw = at(Stage::Written);
        let key = draw.path().join(format!("keys/{role}.key"));
        fs::remove_file(&key).unwrap();
        refuses(
            draw.path(),
            2,
            &format!("announce DRAW --at {ANNOUNCING}"),
            &[&format!("{role}.key"), "hint: make the keys"],
        );
        fs::copy(demo().path(&format!("keys/{role}.key")), &key).unwrap();
        refuses(
            draw.path(),
            2,
            &format!("announce DRAW --at {ANNOUNCING}"),
            &["is not the key that programme.toml names"],
        );
    }
}

#[test]
fn the_register_is_not_frozen_while_it_is_open() {
    let draw = at(Stage::Registered);
    for time in [ANNOUNCING, WITHIN, "2023-08-21T17:59:59+09:00"] {
        refuses(draw.path(), 2, &format!("freeze DRAW --at {time}"), &["hint: freeze after the window has closed"]);
    }
    jebi(&format!("freeze {} --at 2023-08-21T18:00:00+09:00", draw.path().display())).good();
}

#[test]
fn only_the_named_round_gives_the_seed_and_not_before_its_time() {
    let draw = at(Stage::Witnessed);
    let round = fs::read_to_string(ROUND).unwrap();
    let file = draw.path().join("round.json");
    let seed = format!("seed DRAW --beacon DRAW/round.json --at {SEEDING}");
    write(&file, round.replace("1000", "1001").as_bytes());
    refuses(draw.path(), 1, &seed, &["round 1001", "round 1000", "hint: "]);
    write(&file, round.replace("b44679b9", "b44679b8").as_bytes());
    refuses(draw.path(), 2, &seed, &["round.json", "randomness"]);
    let digits = round.find("\"randomness\"").map(|at| round[..at].trim_end().trim_end_matches(',').to_owned() + "}");
    write(&file, digits.unwrap_or(round.clone()).replace("b44679b9", "b44679b8").as_bytes());
    refuses(draw.path(), 1, &seed, &["signature", "hint: fetch the round again"]);
    write(&file, &round.as_bytes()[..round.len() / 2]);
    refuses(draw.path(), 2, &seed, &["round.json"]);
    refuses(draw.path(), 2, "seed DRAW --beacon DRAW/none.json", &["none.json"]);
    let early = format!("seed DRAW --beacon {ROUND} --at 2023-08-24T00:59:23+09:00");
    refuses(draw.path(), 2, &early, &["appears at 2023-08-24 00:59:24", "hint: wait"]);
    jebi(&format!("seed {} --beacon {ROUND} --at 2023-08-24T00:59:24+09:00", draw.path().display())).good();
}

#[test]
fn the_clock_does_not_run_backwards() {
    let draw = at(Stage::Seeded);
    refuses(
        draw.path(),
        2,
        &format!("allocate DRAW --at {FREEZING}"),
        &["earlier than the log's last event", "hint: "],
    );
}

#[test]
fn a_binding_draw_has_the_worlds_clock() {
    let draw = tempfile::tempdir().unwrap();
    let path = draw.path().display().to_string();
    let keys = jebi(&format!("keys new {path} --name draws.office.example")).good().out;
    assert!(!keys.contains("rehearsal"));
    let witnesses = ["one", "two", "three"]
        .map(|name| jebi(&format!("keys witness {path}/{name}.key --name {name}.example")).good().out);
    write_programme(draw.path(), &keys, &witnesses);
    let toml = draw.path().join("programme.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("rehearsal = true", "rehearsal = false");
    write(&toml, text.as_bytes());
    refuses(
        draw.path(),
        2,
        &format!("announce DRAW --at {ANNOUNCING}"),
        &["--at sets the clock, and this programme is binding"],
    );
    refuses(draw.path(), 2, "announce DRAW", &["opened already"]);
    write(&toml, text.replace("= 2023-08", "= 2099-08").as_bytes());
    assert!(!jebi(&format!("check {path}")).good().out.contains("REHEARSAL"));
    jebi(&format!("announce {path}")).good();
    for text in ["serve DRAW --listen 127.0.0.1:0", "freeze DRAW", "witness DRAW/log --key DRAW/one.key"] {
        refuses(draw.path(), 2, &format!("{text} --at {FREEZING}"), &["--at sets the clock", "hint: leave out --at"]);
    }
    refuses(draw.path(), 2, "freeze DRAW", &["there is no store", "hint: `jebi roll import`"]);
    write(&draw.path().join("people.csv"), b"reference,born,district\n");
    jebi(&format!("roll import {path} {path}/people.csv --yes")).good();
    refuses(draw.path(), 2, "freeze DRAW", &["hint: freeze after the window has closed"]);
    jebi(&format!("witness {path}/log --key {path}/one.key")).good();
}

#[test]
fn a_binding_draw_is_not_published_without_its_witnesses() {
    let folder = tempfile::tempdir().unwrap();
    let mut draft = Draft::binding(demo());
    let cosigned = std::mem::take(&mut draft.freeze_cosigned);
    draft.folder(folder.path());
    refuses(
        folder.path(),
        1,
        "publish --confirm DRAW",
        &["witnesses needed", "so it is not published", "hint: have the witnesses cosign"],
    );
    draft.freeze_cosigned = cosigned;
    draft.folder(folder.path());
    for text in [&format!("seed DRAW --beacon {ROUND}"), "allocate DRAW"] {
        refuses(
            folder.path(),
            2,
            &format!("{text} --at {ALLOCATING}"),
            &["--at sets the clock", "hint: leave out --at"],
        );
    }
    jebi(&format!("publish --confirm {}", folder.path().display())).good();
    assert!(verify(&publisher::read(&folder.path().join("bundle")).unwrap()).unwrap().witnessed_at_unix_s.is_some());
    let found = jebi(&format!("verify {}/bundle", folder.path().display())).good().out;
    let loud: Vec<&str> = found.lines().filter(|line| line.starts_with("!!")).collect();
    // The demo's office changed some.
    assert!(matches!(loud[..], [one] if one.contains("changed by the office")), "{loud:?}");
}

#[test]
fn a_rehearsal_is_published_without_witnesses() {
    let draw = at(Stage::Frozen);
    let path = draw.path().display().to_string();
    jebi(&format!("seed {path} --beacon {ROUND} --at {SEEDING}")).good();
    jebi(&format!("allocate {path} --at {ALLOCATING}")).good();
    jebi(&format!("publish --confirm {path}")).good();
    assert!(jebi(&format!("verify {path}/bundle")).good().out.contains("!! NO QUORUM"));
    // Cosignatures that come later are in another bundle, which does not take the place of this one by itself.
    witness(draw.path(), ALLOCATING);
    refuses(
        draw.path(),
        2,
        "publish --confirm DRAW",
        &["bundle is there already", "log/checkpoint", "hint: what was published"],
    );
    fs::rename(draw.path().join("bundle"), draw.path().join("first-bundle")).unwrap();
    jebi(&format!("publish --confirm {path}")).good();
}

#[test]
fn what_is_no_command_is_refused() {
    for text in [
        "",
        "draw",
        "verify",
        "demo --citizens 49",
        "demo --citizens many",
        "check DRAW --force",
        "seed DRAW",
        "freeze DRAW --at yesterday",
        "witness DRAW/log",
    ] {
        let run = jebi(text);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{text}: {}", run.err);
        assert!(run.err.contains("Usage: jebi") || run.err.contains("--help"), "{text}: {}", run.err);
    }
    for text in ["--version", "--help", "verify --help"] {
        assert!(jebi(text).good().err.is_empty());
    }
}
