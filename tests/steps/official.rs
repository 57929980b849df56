//! The whole way of docs/official.md, from an empty folder to the published bundle, and the folder as each step left it.

use crate::support::{ROUND, Run, command, copy_folder, jebi, own_folder, snapshot, write};
use protocol::verify::verify;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How far a draw has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Written,
    Announced,
    Registered,
    Frozen,
    Witnessed,
    Seeded,
    Allocated,
    Published,
}

/// The hours of this draw.
pub(crate) const ANNOUNCING: &str = "2023-08-01T10:00:00+09:00";
pub(crate) const WITHIN: &str = "2023-08-10T12:00:00+09:00";
pub(crate) const FREEZING: &str = "2023-08-21T18:05:00+09:00";
pub(crate) const WITNESSING: &str = "2023-08-21T19:00:00+09:00";
pub(crate) const SEEDING: &str = "2023-08-24T01:00:00+09:00";
pub(crate) const ALLOCATING: &str = "2023-08-24T01:05:00+09:00";

pub(crate) const WITNESSES: [&str; 3] = ["newspaper", "court", "citizens"];
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/protocol/vectors/sample");

/// A copy of the draw as it was at this stage, for a test to spoil.
pub(crate) fn at(stage: Stage) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&way().join(format!("{stage:?}")), copy.path());
    copy
}

/// Where each stage was kept.
fn way() -> &'static Path {
    static WAY: OnceLock<PathBuf> = OnceLock::new();
    WAY.get_or_init(|| {
        let folder = own_folder().join("way");
        walk(&folder);
        folder
    })
}

/// Goes from stage to stage and keeps a copy of each.
fn walk(stages: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let draw = folder.path().join("draw");
    let keep = |stage: Stage| copy_folder(&draw, &stages.join(format!("{stage:?}")));
    let run = |text: &str| jebi(&text.replace("DRAW", &draw.display().to_string())).good();

    let keys = run("keys new DRAW --name draws.office.example --rehearsal").out;
    let witnesses = WITNESSES.map(|name| run(&format!("keys witness DRAW/{name}.key --name {name}.example")).out);
    write_programme(&draw, &keys, &witnesses);
    run("check DRAW");
    keep(Stage::Written);

    let hash = run(&format!("announce DRAW --at {ANNOUNCING}")).out;
    assert!(run("check DRAW").out.contains(hash.trim_end()));
    keep(Stage::Announced);

    write(&draw.join("people.csv"), people().as_bytes());
    run("roll import DRAW DRAW/people.csv --yes");
    run("roll codes DRAW DRAW/people.csv --out DRAW/codes.csv");
    register(&draw);
    keep(Stage::Registered);

    let root = run(&format!("freeze DRAW --at {FREEZING}")).out;
    assert!(run("log DRAW").out.contains(root.trim_end()));
    keep(Stage::Frozen);

    witness(&draw, WITNESSING);
    keep(Stage::Witnessed);
    run(&format!("seed DRAW --beacon {ROUND} --at {SEEDING}"));
    keep(Stage::Seeded);
    run(&format!("allocate DRAW --at {ALLOCATING}"));
    witness(&draw, "2023-08-24T02:00:00+09:00");
    keep(Stage::Allocated);
    jebi(&format!("publish {}", draw.display()))
        .refused(2, &["fewer than 5 people", "nobody has confirmed", "--confirm"]);
    assert!(!draw.join("bundle").exists(), "nothing is published before somebody confirms");
    let bundle = run("publish --confirm DRAW").out;
    assert_eq!(bundle.trim_end(), draw.join("bundle").display().to_string());
    let verified = run("verify DRAW/bundle").out;
    assert!(verified.contains("3 of 3 witnesses, by 2023-08-21 19:00:00"), "{verified}");
    keep(Stage::Published);
}

/// Every witness, on their own computer: with a copy of the log, their key, and the programme.
pub(crate) fn witness(draw: &Path, time: &str) {
    for name in WITNESSES {
        let theirs = tempfile::tempdir().unwrap();
        let at = |file: &str| theirs.path().join(file).display().to_string();
        copy_folder(&draw.join("log"), &theirs.path().join("log"));
        fs::copy(draw.join("announced/programme.json"), at("programme.json")).unwrap();
        let key = draw.join(format!("{name}.key")).display().to_string();
        let run = jebi(&format!("witness {} --key {key} --programme {} --at {time}", at("log"), at("programme.json")));
        assert!(run.good().out.starts_with(&format!("— {name}.example ")));
        for head in ["log/checkpoint", "log/checkpoint-freeze"] {
            if Path::new(&at(head)).exists() {
                fs::copy(at(head), draw.join(head)).unwrap();
            }
        }
    }
}

/// The programme of the sample with the lines that `keys` printed.
pub(crate) fn write_programme(draw: &Path, keys: &str, witnesses: &[String]) {
    let sample = fs::read_to_string(format!("{SAMPLE}/programme.toml")).unwrap();
    let (operators, tables) = keys.split_once('\n').unwrap();
    let kept: Vec<&str> =
        sample.lines().take_while(|line| *line != "[log]").filter(|line| !line.starts_with("operators")).collect();
    let head = kept.join("\n").replacen("max_choices = 5", &format!("max_choices = 5\n{operators}"), 1);
    let witnesses: String = witnesses.iter().map(|key| format!("    \"{}\",\n", key.trim_end())).collect();
    let text = format!("{head}\n{tables}\n[witnesses]\nkeys = [\n{witnesses}]\nquorum = 2\nfaults = 0\n");
    write(&draw.join("programme.toml"), text.as_bytes());
    for name in ["districts.csv", "sites.csv", "sessions.csv"] {
        fs::copy(format!("{SAMPLE}/{name}"), draw.join(name)).unwrap();
    }
}

/// Twenty people of both cohorts.
pub(crate) fn people() -> String {
    let person = |n: u32| format!("P-{n:03},19{}-02-03,11010\n", 55 + n % 15);
    std::iter::once("reference,born,district\n".to_owned()).chain((0..20).map(person)).collect()
}

/// A process that ends with the test, whatever becomes of it.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// `jebi serve` on a free port, and its address.
    pub(crate) fn serve(draw: &Path, more: &str) -> (Self, String) {
        let mut command = command(&format!("serve {} --listen 127.0.0.1:0 {more}", draw.display()));
        let mut running = Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut said = String::new();
            running.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("it does not serve: {said}");
        }
        (running, line.trim_end().to_owned())
    }

    /// Tells it to end, and waits.
    pub(crate) fn terminate(mut self, signal: &str) -> Option<i32> {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        for _ in 0..500 {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(40));
        }
        panic!("it does not end after {signal}")
    }
}

/// Codes by reference, as they were mailed.
pub(crate) fn codes(draw: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(draw.join("codes.csv")).unwrap();
    let pair = |line: &str| line.split_once(',').map(|(reference, code)| (reference.to_owned(), code.to_owned()));
    text.lines().skip(1).filter_map(pair).collect()
}

/// Asks the intake at `root` to register, with the birth date that the roll has.
pub(crate) fn ask(root: &str, number: usize, code: &str) -> (u16, Value) {
    let body = json!({
        "access_code": code,
        "birth_date": format!("19{}-02-03", 55 + number % 15),
        "request_id": format!("request-{number}"),
        "choices": [{ "session": format!("c001-{}", number % 3 + 1) }, { "site": "c003" }],
    });
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.post(format!("{root}api/v0/registrations")).send_json(&body).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

/// Everybody registers over HTTP, half of them before the intake is stopped and started again.
fn register(draw: &Path) {
    for (half, people) in codes(draw).chunks(10).enumerate() {
        let (running, root) = Running::serve(draw, &format!("--at {WITHIN}"));
        for (place, (reference, code)) in people.iter().enumerate() {
            let (status, answer) = ask(&root, half * 10 + place, code);
            assert_eq!(status, 201, "{reference}: {answer}");
        }
        assert_eq!(running.terminate("-TERM"), Some(0));
    }
}

#[test]
fn the_way_of_the_official_leads_to_a_bundle_that_verifies() {
    let draw = at(Stage::Published);
    let verified = verify(&publisher::read(&draw.path().join("bundle")).unwrap()).unwrap();
    assert_eq!(verified.register.revisions.len(), 20);
    // Each run of the intake anchored at its end; one may have done so a minute, or a moment, after it began too.
    let mut kinds: Vec<&str> = verified.events.iter().map(|event| event.what.kind()).collect();
    assert!(kinds.iter().filter(|kind| **kind == "receipts").count() >= 2, "{kinds:?}");
    kinds.dedup();
    assert_eq!(kinds, ["programme", "receipts", "freeze", "beacon", "result"]);
}

/// The commands of docs/official.md are the ones above: one that is renamed there or here is noticed.
#[test]
fn the_document_names_every_command_that_was_run() {
    let document = include_str!("../../docs/official.md");
    for command in [
        "jebi keys new DRAW --name draws.office.example --rehearsal",
        "jebi keys witness newspaper.key --name newspaper.example",
        "jebi check DRAW",
        "jebi announce DRAW",
        "jebi roll import DRAW people.csv",
        "jebi roll codes DRAW people.csv --out codes.csv",
        "jebi serve DRAW --listen 127.0.0.1:8080",
        "jebi freeze DRAW",
        "jebi log DRAW",
        "jebi witness DRAW/log --key newspaper.key --programme programme.json",
        "jebi seed DRAW --beacon round.json",
        "jebi allocate DRAW",
        "jebi publish DRAW",
        "jebi view DRAW/bundle",
    ] {
        assert!(document.contains(command), "{command}");
    }
}

/// A code list that is there is not written over, and no code of it is voided.
#[test]
fn codes_are_not_issued_when_they_cannot_be_written() {
    let draw = at(Stage::Announced);
    let path = draw.path().display().to_string();
    write(&draw.path().join("people.csv"), people().as_bytes());
    jebi(&format!("roll import {path} {path}/people.csv --yes")).good();
    let issue = format!("roll codes {path} {path}/people.csv --out {path}/codes.csv");
    jebi(&issue).good();
    jebi(&issue).refused(2, &["hint: "]);
    jebi(&format!("{issue} --reissue")).refused(2, &["codes.csv exists", "hint: "]);
    let folder = draw.path().join("no");
    write(&folder, b"a file, not a folder");
    jebi(&format!("roll codes {path} {path}/people.csv --reissue --out {path}/no/codes.csv"))
        .refused(2, &["no/codes.csv"]);
    let (running, root) = Running::serve(draw.path(), &format!("--at {WITHIN}"));
    let (_, code) = codes(draw.path()).remove(0);
    assert_eq!(ask(&root, 0, &code).0, 201);
    assert_eq!(running.terminate("-INT"), Some(0));
    jebi(&format!("{issue} --only P-999")).refused(2, &["P-999 is not in"]);
}

/// Nobody registered: still a draw, and it verifies.
#[test]
fn an_empty_register_is_drawn() {
    let draw = at(Stage::Announced);
    let run = |text: String| -> Run { jebi(&text.replace("DRAW", &draw.path().display().to_string())).good() };
    write(&draw.path().join("people.csv"), b"reference,born,district\n");
    run("roll import DRAW DRAW/people.csv --yes".into());
    run(format!("freeze DRAW --at {FREEZING}"));
    witness(draw.path(), WITNESSING);
    run(format!("seed DRAW --beacon {ROUND} --at {SEEDING}"));
    run(format!("allocate DRAW --at {ALLOCATING}"));
    witness(draw.path(), ALLOCATING);
    run("publish --confirm DRAW".into());
    assert!(run("verify DRAW/bundle".into()).out.contains("0 placed, 0 not placed, 0 withdrawn"));
    assert!(snapshot(draw.path()).keys().all(|name| !name.contains("register/runs/")));
}
