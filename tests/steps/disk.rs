//! A disk that is full: files cannot grow beyond a limit (`ulimit -f`, with the signal ignored so that writing fails).

use crate::{
    official::{ALLOCATING, ANNOUNCING, FREEZING, Stage, at, witness},
    support::{Run, jebi, snapshot, write},
};
use protocol::verify::verify;
use std::{path::Path, process::Command};

/// Runs `jebi` so that no file grows beyond `blocks` of 512 bytes.
fn limited(blocks: u32, arguments: &str) -> Run {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} {arguments}", env!("CARGO_BIN_EXE_jebi"));
    Run::of(Command::new("sh").args(["-c", &script]))
}

/// Fails at every limit up to some size without leaving anything half-written; then, without a limit, does its work.
fn survives(stage: Stage, text: &str, fails_at_least: usize) -> tempfile::TempDir {
    let draw = at(stage);
    let command = text.replace("DRAW", &draw.path().display().to_string());
    let mut failed = 0;
    for blocks in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256] {
        let run = limited(blocks, &command);
        if run.status == Some(0) {
            break;
        }
        let run = run.refused(2, &[]);
        assert!(run.out.is_empty(), "{blocks}: {}", run.out);
        let said = run.err.to_lowercase();
        assert!(["too large", "disk", "full", "i/o"].iter().any(|word| said.contains(word)), "{blocks}: {}", run.err);
        whole(draw.path(), blocks);
        failed += 1;
    }
    assert!(failed >= fails_at_least, "{text} failed {failed} times only");
    jebi(&command).good();
    whole(draw.path(), u32::MAX);
    draw
}

/// Nothing half-written is in sight.
#[track_caller]
fn whole(draw: &Path, blocks: u32) {
    let files = snapshot(draw);
    let half: Vec<&String> =
        files.keys().filter(|name| name.ends_with(".part") || name.starts_with(".bundle")).collect();
    assert!(half.is_empty(), "{blocks}: {half:?}");
    assert!(!draw.join("bundle").exists() || verify(&publisher::read(&draw.join("bundle")).unwrap()).is_ok());
    assert!(!draw.join("log/checkpoint").exists() || jebi(&format!("log {}", draw.display())).status == Some(0));
}

#[test]
fn announce() {
    survives(Stage::Written, &format!("announce DRAW --at {ANNOUNCING}"), 3);
}

#[test]
fn freeze() {
    let draw = survives(Stage::Registered, &format!("freeze DRAW --at {FREEZING}"), 3);
    let honest = at(Stage::Frozen);
    let root = |draw: &Path| jebi(&format!("freeze {} --at {FREEZING}", draw.display())).good().out;
    assert_eq!(root(draw.path()), root(honest.path()), "another register after a full disk");
}

#[test]
fn allocate() {
    let draw = survives(Stage::Seeded, &format!("allocate DRAW --at {ALLOCATING}"), 3);
    let (found, honest) = (snapshot(draw.path()), snapshot(at(Stage::Allocated).path()));
    for name in ["allocation/records.bin", "allocation/sessions.json"] {
        assert!(found[name] == honest[name], "{name}");
    }
    witness(draw.path(), ALLOCATING);
    jebi(&format!("publish --confirm {}", draw.path().display())).good();
}

#[test]
fn publish() {
    let draw = survives(Stage::Allocated, "publish --confirm DRAW", 3);
    let left = |folder: &Path| {
        snapshot(folder).into_keys().filter(|name| !name.starts_with("intake.sqlite")).collect::<Vec<_>>()
    };
    assert_eq!(left(draw.path()), left(at(Stage::Published).path()));
}

#[test]
fn keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draw").display().to_string();
    limited(0, &format!("keys new {path}")).refused(2, &[]);
    assert!(snapshot(folder.path()).is_empty());
    jebi(&format!("keys new {path}")).good();
}

/// What does not fit in memory lies in a file without a name, in the folder that `TMPDIR` says.
#[test]
fn an_import_of_more_than_fits_in_memory() {
    let draw = at(Stage::Announced);
    let (draw, folder) = (draw.path(), tempfile::tempdir().unwrap());
    let lines: String = (0..1_000_001).map(|n| format!("{n},1960-02-03,11010\n")).collect();
    write(&draw.join("people.csv"), format!("reference,born,district\n{lines}").as_bytes());
    let path = draw.display();
    let import = |blocks: &str| {
        let limits = format!("trap '' XFSZ; ulimit -f {blocks}; exec");
        let script = format!("{limits} {} roll import {path} {path}/people.csv --dry-run", env!("CARGO_BIN_EXE_jebi"));
        Run::of(Command::new("sh").args(["-c", &script]).env("TMPDIR", folder.path()))
    };
    let told = format!("the temporary file in {}: File too large", folder.path().display());
    import("4096").refused(2, &[&told, "hint: TMPDIR names another folder"]);
    let left = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left(), 0, "after an error");
    assert!(import("unlimited").good().out.contains("to add              1,000,001"));
    assert_eq!(left(), 0, "after success");
    assert_eq!(jebi(&format!("roll imports {path}")).good().out, "", "nothing was taken in");
}
