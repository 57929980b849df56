//! `jebi allocate` is told to stop, by a real signal at a moment that a pipe in the place of a file holds still: nothing
//! half-written is left, nothing has changed, and the same command does it all afterwards.

use crate::{
    official::{ALLOCATING, Stage, at, witness},
    support::{command, jebi, snapshot},
};
use protocol::{manifest::Files, verify::verify};
use std::{
    fs,
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

fn start(draw: &Path) -> Child {
    let text = format!("allocate {} --at {ALLOCATING}", draw.display());
    command(&text).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A pipe that holds up whoever opens it, until the other end is opened.
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn tell(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    // Until it has been heard.
    thread::sleep(Duration::from_millis(300));
}

#[track_caller]
fn stopped(child: Child) {
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("error: stopped; nothing was changed") && err.contains("hint: "), "{err}");
    assert!(output.stdout.is_empty());
}

/// The draw's files without the lock, which is there once a step has run.
fn files(draw: &Path) -> Files {
    let mut files = snapshot(draw);
    files.remove(".lock");
    files
}

#[track_caller]
fn unchanged(draw: &Path, before: &Files) {
    assert!(files(draw) == *before, "{:?}", files(draw).keys());
    assert!(!draw.join("allocation").exists());
    jebi(&format!("allocate {} --at {ALLOCATING}", draw.display())).good();
    witness(draw, ALLOCATING);
    jebi(&format!("publish --confirm {}", draw.display())).good();
    verify(&publisher::read(&draw.join("bundle")).unwrap()).unwrap();
}

#[test]
fn while_it_reads_the_register() {
    for signal in ["-INT", "-TERM"] {
        let draw = at(Stage::Seeded);
        let (before, run) = (files(draw.path()), draw.path().join("register/runs/0000.bin"));
        let bytes = fs::read(&run).unwrap();
        fs::remove_file(&run).unwrap();
        pipe(&run);
        let child = start(draw.path());
        // Waits for the reader.
        let mut writer = fs::OpenOptions::new().write(true).open(&run).unwrap();
        tell(&child, signal);
        std::io::Write::write_all(&mut writer, &bytes).unwrap();
        drop(writer);
        stopped(child);
        fs::remove_file(&run).unwrap();
        fs::write(&run, &bytes).unwrap();
        unchanged(draw.path(), &before);
    }
}

#[test]
fn while_it_writes_the_result() {
    let draw = at(Stage::Seeded);
    let (before, folder) = (files(draw.path()), draw.path().join("allocation"));
    fs::create_dir(&folder).unwrap();
    let part = folder.join("records.bin.part");
    pipe(&part);
    let child = start(draw.path());
    for _ in 0..500 {
        if folder.join("sessions.json.part").exists() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(folder.join("sessions.json.part").exists(), "it does not come to write");
    tell(&child, "-TERM");
    // Lets it go on: it waits for a reader.
    let mut reader = fs::File::open(&part).unwrap();
    assert_eq!(reader.read_to_end(&mut Vec::new()).unwrap(), 0, "records were written after the signal");
    stopped(child);
    unchanged(draw.path(), &before);
}
