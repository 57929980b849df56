//! Steps that are killed at any moment, and steps that run at the same time.

use crate::{
    official::{
        ALLOCATING, ANNOUNCING, FREEZING, Running, SEEDING, Stage, WITHIN, WITNESSING, ask, at, codes, witness,
    },
    support::{Numbers, ROUND, command, jebi, write},
};
use protocol::verify::verify;
use std::{path::Path, process::Stdio, thread, time::Duration};

/// Kills the command some moments after it began, several times on the same folder, and then lets it run.
fn killed(stage: Stage, text: &str, numbers: &mut Numbers) -> tempfile::TempDir {
    let draw = at(stage);
    let text = text.replace("DRAW", &draw.path().display().to_string());
    for _ in 0..6 {
        let mut running = Running(command(&text).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        thread::sleep(Duration::from_micros(numbers.below(60_000) as u64));
        running.0.kill().unwrap();
        running.0.wait().unwrap();
    }
    jebi(&text).good();
    draw
}

fn run(draw: &Path, text: &str) {
    jebi(&text.replace("DRAW", &draw.display().to_string())).good();
}

/// From frozen to published and verified.
fn finish(draw: &Path, from: Stage) {
    if from <= Stage::Frozen {
        witness(draw, WITNESSING);
        run(draw, &format!("seed DRAW --beacon {ROUND} --at {SEEDING}"));
    }
    run(draw, &format!("allocate DRAW --at {ALLOCATING}"));
    witness(draw, ALLOCATING);
    run(draw, "publish --confirm DRAW");
    run(draw, "verify DRAW/bundle");
    let verified = verify(&publisher::read(&draw.join("bundle")).unwrap()).unwrap();
    assert!(verified.witnessed_at_unix_s.is_some());
}

#[test]
fn freeze() {
    let mut numbers = Numbers(11);
    for _ in 0..4 {
        let draw = killed(Stage::Registered, &format!("freeze DRAW --at {FREEZING}"), &mut numbers);
        finish(draw.path(), Stage::Frozen);
    }
}

#[test]
fn allocate() {
    let mut numbers = Numbers(12);
    for _ in 0..4 {
        let draw = killed(Stage::Seeded, &format!("allocate DRAW --at {ALLOCATING}"), &mut numbers);
        finish(draw.path(), Stage::Seeded);
    }
}

#[test]
fn publish() {
    let mut numbers = Numbers(13);
    for _ in 0..4 {
        let draw = killed(Stage::Allocated, "publish --confirm DRAW", &mut numbers);
        verify(&publisher::read(&draw.path().join("bundle")).unwrap()).unwrap();
    }
}

#[test]
fn announce() {
    let mut numbers = Numbers(14);
    for _ in 0..4 {
        let draw = killed(Stage::Written, &format!("announce DRAW --at {ANNOUNCING}"), &mut numbers);
        assert_eq!(jebi(&format!("log {}", draw.path().display())).good().out.lines().count(), 1);
    }
}

/// Two people on the roll, with codes.
fn two() -> tempfile::TempDir {
    let draw = at(Stage::Announced);
    let people = b"reference,born,district\nA,1955-02-03,11010\nB,1956-02-03,11010\n";
    write(&draw.path().join("people.csv"), people);
    run(draw.path(), "roll import DRAW DRAW/people.csv --yes");
    run(draw.path(), "roll codes DRAW DRAW/people.csv --out DRAW/codes.csv");
    draw
}

/// The intake is killed between two acknowledgements, and the clock is put back: what was acknowledged is in the register.
#[test]
fn serve() {
    for times in [[WITHIN, WITHIN], ["2023-08-10T12:00:40+09:00", WITHIN], [WITHIN, "2023-08-10T12:00:40+09:00"]] {
        let draw = two();
        for ((place, (_, code)), time) in codes(draw.path()).iter().enumerate().zip(times) {
            let (running, root) = Running::serve(draw.path(), &format!("--at {time}"));
            assert_eq!(ask(&root, place, code).0, 201);
            if place == 0 {
                running.terminate("-KILL");
            } else {
                assert_eq!(running.terminate("-TERM"), Some(0));
            }
        }
        let frozen = jebi(&format!("freeze {} --at {FREEZING}", draw.path().display())).good();
        assert!(frozen.err.contains("frozen: 2 entries"), "{}", frozen.err);
        finish(draw.path(), Stage::Frozen);
    }
}

/// Whatever the clock says, nobody is taken in after the freeze.
#[test]
fn a_frozen_register_takes_nobody_in() {
    let draw = two();
    run(draw.path(), &format!("freeze DRAW --at {FREEZING}"));
    let (running, root) = Running::serve(draw.path(), &format!("--at {WITHIN}"));
    let (status, answer) = ask(&root, 0, &codes(draw.path())[0].1);
    assert_eq!((status, answer["code"].as_str()), (403, Some("closed")), "{answer}");
    assert_eq!(running.terminate("-TERM"), Some(0));
    finish(draw.path(), Stage::Frozen);
}

/// Starts the same command several times at once. Each ends well or says that another was faster.
fn together(draw: &Path, texts: &[String]) {
    let start = |text: &String| {
        let text = text.replace("DRAW", &draw.display().to_string());
        command(&text).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = texts.iter().map(start).collect();
    let mut good = 0;
    for child in running {
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        good += usize::from(output.status.success());
        assert!(output.status.success() || output.status.code() == Some(2) && err.contains("hint: "), "{err}");
    }
    assert!(good > 0, "nobody was first");
    run(draw, "log DRAW");
}

#[test]
fn the_same_step_at_the_same_time() {
    for _ in 0..3 {
        let draw = at(Stage::Registered);
        together(draw.path(), &vec![format!("freeze DRAW --at {FREEZING}"); 3]);
        run(draw.path(), &format!("freeze DRAW --at {FREEZING}"));
        witness(draw.path(), WITNESSING);
        together(draw.path(), &vec![format!("seed DRAW --beacon {ROUND} --at {SEEDING}"); 3]);
        run(draw.path(), &format!("seed DRAW --beacon {ROUND} --at {SEEDING}"));
        together(draw.path(), &vec![format!("allocate DRAW --at {ALLOCATING}"); 3]);
        run(draw.path(), &format!("allocate DRAW --at {ALLOCATING}"));
        witness(draw.path(), ALLOCATING);
        together(draw.path(), &vec!["publish --confirm DRAW".into(); 3]);
        finish(draw.path(), Stage::Allocated);
    }
}

/// Witnesses sign in the draw's own folder while the log grows: no head is lost, none comes back.
#[test]
fn witnesses_beside_a_growing_log() {
    for _ in 0..3 {
        let draw = at(Stage::Witnessed);
        let mut texts = vec![format!("seed DRAW --beacon {ROUND} --at {SEEDING}")];
        texts.extend(["newspaper", "court", "citizens"].map(|name| {
            std::fs::remove_file(draw.path().join(format!("{name}.seen"))).ok();
            format!("witness DRAW/log --key DRAW/{name}.key --at {SEEDING}")
        }));
        together(draw.path(), &texts);
        finish(draw.path(), Stage::Seeded);
    }
}
