//! Files of a draw that are cut short or altered: the next step names the file, decides nothing and writes nothing.

use crate::{
    official::{ALLOCATING, FREEZING, SEEDING, Stage, at},
    order::decided,
    support::{ROUND, jebi, write},
};
use std::{fs, path::Path};

/// Cuts, empties, alters and removes a file; each time the command must fail and name it, or what it belongs to.
fn spoil(stage: Stage, file: &str, command: &str, named: &str) {
    harm(stage, file, command, named);
    let draw = at(stage);
    fs::remove_file(draw.path().join(file)).unwrap();
    refuses(draw.path(), command, &[named], &format!("{file} removed"));
}

fn harm(stage: Stage, file: &str, command: &str, named: &str) {
    type Harm = fn(&mut Vec<u8>);
    let harms: [(&str, Harm); 4] = [
        ("cut by a byte", |bytes| bytes.truncate(bytes.len() - 1)),
        ("cut in half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("emptied", Vec::clear),
        ("altered", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
    ];
    for (harm, spoil) in harms {
        let draw = at(stage);
        let path = draw.path().join(file);
        let mut bytes = fs::read(&path).unwrap_or_else(|_| panic!("{stage:?} has no {file}"));
        spoil(&mut bytes);
        write(&path, &bytes);
        refuses(draw.path(), command, &[named], &format!("{file} {harm}"));
    }
}

#[track_caller]
fn refuses(draw: &Path, command: &str, said: &[&str], what: &str) {
    let before = decided(draw);
    let run = jebi(&command.replace("DRAW", &draw.display().to_string()));
    assert!(matches!(run.status, Some(1 | 2)), "{what}: {}{}", run.out, run.err);
    assert!(run.err.starts_with("error: ") || run.err.contains("\nerror: "), "{what}: {}", run.err);
    assert!(said.iter().all(|text| run.err.contains(text)), "{what}: {}", run.err);
    assert_eq!(run.out, "", "{what}");
    assert!(decided(draw) == before, "{what}: something was written");
}

#[test]
fn a_register_run() {
    spoil(Stage::Frozen, "register/runs/0000.bin", &format!("seed DRAW --beacon {ROUND} --at {SEEDING}"), "register");
    spoil(Stage::Seeded, "register/runs/0000.bin", &format!("allocate DRAW --at {ALLOCATING}"), "register");
    spoil(Stage::Allocated, "register/runs/0000.bin", "publish --confirm DRAW", "register");
}

#[test]
fn the_list_of_batches() {
    spoil(Stage::Allocated, "register/receipts.bin", "publish --confirm DRAW", "");
    spoil(Stage::Allocated, "register/acknowledged.bin", "publish --confirm DRAW", "acknowledged.bin");
}

#[test]
fn the_seed() {
    spoil(Stage::Seeded, "seed/seed.json", &format!("allocate DRAW --at {ALLOCATING}"), "seed");
    spoil(Stage::Allocated, "seed/seed.json", "publish --confirm DRAW", "seed.json");
}

/// A seed file that is well formed and not the log's would be drawn with and committed: a draw that nobody can verify.
#[test]
fn another_seed_is_not_drawn_with() {
    let draw = at(Stage::Seeded);
    let path = draw.path().join("seed/seed.json");
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find("\"seed\":\"").unwrap() + 8;
    let other = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
    fs::write(&path, format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
    refuses(draw.path(), &format!("allocate DRAW --at {ALLOCATING}"), &["seed.json", "log"], "another seed");
}

#[test]
fn the_result() {
    spoil(Stage::Allocated, "allocation/records.bin", "publish --confirm DRAW", "");
    spoil(Stage::Allocated, "allocation/sessions.json", "publish --confirm DRAW", "sessions.json");
    // The result follows from register and seed: what is gone is made again, what differs is not written over.
    for name in ["sessions.json", "records.bin"] {
        let file = format!("allocation/{name}");
        harm(Stage::Allocated, &file, &format!("allocate DRAW --at {ALLOCATING}"), "says something else");
        let draw = at(Stage::Allocated);
        let before = decided(draw.path());
        fs::remove_file(draw.path().join(file)).unwrap();
        jebi(&format!("allocate {} --at {ALLOCATING}", draw.path().display())).good();
        assert!(decided(draw.path()) == before);
    }
}

#[test]
fn the_log() {
    let tiles: Vec<String> =
        decided(at(Stage::Frozen).path()).into_keys().filter(|name| name.starts_with("log/tile/")).collect();
    assert_eq!(tiles.len(), 2, "{tiles:?}");
    for file in &tiles {
        spoil(Stage::Frozen, file, &format!("seed DRAW --beacon {ROUND} --at {SEEDING}"), "log");
        spoil(Stage::Frozen, file, "log DRAW", "log");
    }
    for (stage, command) in [
        (Stage::Frozen, format!("seed DRAW --beacon {ROUND} --at {SEEDING}")),
        (Stage::Registered, format!("freeze DRAW --at {FREEZING}")),
    ] {
        let draw = at(stage);
        let path = draw.path().join("log/checkpoint");
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(bytes.len() / 2);
        fs::write(&path, bytes).unwrap();
        refuses(draw.path(), &command, &["log/checkpoint"], "the head cut");
    }
}

#[test]
fn the_head_at_the_freeze() {
    spoil(Stage::Allocated, "log/checkpoint-freeze", "publish --confirm DRAW", "log/checkpoint-freeze");
    // It can be made again: `freeze` has it from the log, without the cosignatures, which the witnesses keep.
    let draw = at(Stage::Frozen);
    let path = draw.path().join("log/checkpoint-freeze");
    let head = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    jebi(&format!("freeze {} --at {FREEZING}", draw.path().display())).good();
    assert_eq!(fs::read(&path).unwrap(), head);
}

#[test]
fn the_announced_programme() {
    spoil(Stage::Announced, "announced/programme.json", &format!("freeze DRAW --at {FREEZING}"), "");
    let draw = at(Stage::Registered);
    fs::write(draw.path().join("log/checkpoint"), fs::read(draw.path().join("codes.csv")).unwrap()).unwrap();
    refuses(draw.path(), "log DRAW", &["log/checkpoint"], "no head at all");
}

/// A log that is gone is not begun anew behind the register's back.
#[test]
fn the_log_is_gone() {
    let draw = at(Stage::Registered);
    fs::remove_dir_all(draw.path().join("log")).unwrap();
    refuses(draw.path(), &format!("freeze DRAW --at {FREEZING}"), &["log"], "no log");
    assert!(!draw.path().join("register").exists());
}
