//! Witnesses on computers of their own: a copy of the log goes out, a line comes back.

use crate::{
    official::{Stage, WITNESSES, WITNESSING, at},
    support::{copy_folder, jebi, write},
};
use std::{fs, path::Path};

fn key_of(draw: &Path, name: &str) -> String {
    draw.join(format!("{name}.key")).display().to_string()
}

#[test]
fn lines_signed_elsewhere_are_added_to_the_heads_they_are_for() {
    let (draw, elsewhere) = (at(Stage::Frozen), tempfile::tempdir().unwrap());
    let log = draw.path().join("log").display().to_string();
    copy_folder(&draw.path().join("log"), &elsewhere.path().join("log"));
    let (copy, programme) = (elsewhere.path().join("log"), draw.path().join("announced/programme.json"));
    let sign = |name: &str| {
        let (copy, programme) = (copy.display(), programme.display());
        let key = key_of(draw.path(), name);
        jebi(&format!("witness {copy} --key {key} --programme {programme} --at {WITNESSING}")).good().out
    };
    let lines: String = WITNESSES.iter().map(|name| sign(name)).collect();
    let file = draw.path().join("lines.txt");
    write(&file, lines.as_bytes());
    let add = format!("witness {log} --add {}", file.display());
    jebi(&add).good();
    for head in ["checkpoint", "checkpoint-freeze"] {
        assert_eq!(fs::read(draw.path().join("log").join(head)).unwrap(), fs::read(copy.join(head)).unwrap(), "{head}");
    }
    jebi(&add).good();
}

#[test]
fn lines_of_strangers_and_of_other_heads_are_refused() {
    let (early, draw) = (at(Stage::Announced), at(Stage::Frozen));
    let log = |folder: &Path| folder.join("log").display().to_string();
    let file = draw.path().join("lines.txt");
    let before = fs::read(draw.path().join("log/checkpoint")).unwrap();
    let add = format!("witness {} --add {}", log(draw.path()), file.display());
    let key = key_of(early.path(), WITNESSES[0]);
    let line = jebi(&format!("witness {} --key {key} --at {WITNESSING}", log(early.path()))).good().out;
    write(&file, line.as_bytes());
    jebi(&add).refused(1, &["did not sign a head of this log", "hint: "]);
    let stranger = draw.path().join("stranger.key").display().to_string();
    jebi(&format!("keys witness {stranger} --name stranger.example")).good();
    let copy = tempfile::tempdir().unwrap();
    copy_folder(draw.path(), copy.path());
    let line = jebi(&format!("witness {} --key {stranger} --at {WITNESSING}", log(copy.path()))).good().out;
    write(&file, line.as_bytes());
    jebi(&add).refused(1, &["did not sign a head of this log"]);
    write(&file, b"no line of a witness\n");
    jebi(&add).refused(2, &["the line"]);
    assert_eq!(fs::read(draw.path().join("log/checkpoint")).unwrap(), before);
}
