//! `jebi demo` and everything that looks at what it leaves.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod support;

use protocol::{entry::Change, manifest::Files, programme::Programme, verify::verify};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};
use support::{Demo, Run, SAMPLES, WITNESSES, command, demo, jebi, snapshot};

/// What citizens try, and the answer to each.
const ATTEMPTS: [(&str, &str); 17] = [
    ("register before the window opens", "403 not-open"),
    ("register", "201 granted"),
    ("send the same request twice", "201 granted"),
    ("change the choices", "200 granted"),
    ("withdraw", "200 granted"),
    ("register again after withdrawing", "200 granted"),
    ("register a second time", "409 already-registered"),
    ("sign in with a wrong code", "403 wrong-code-or-birth-date"),
    ("sign in with a wrong birth date", "403 wrong-code-or-birth-date"),
    ("register with a birth date outside the cohorts", "403 not-eligible"),
    ("choose a session that does not exist", "422 unknown-choice"),
    ("list too many choices", "422 too-many-choices"),
    ("change another person's ticket", "404 no-such-ticket"),
    ("change without the change key", "403 change-key-missing"),
    ("change with a wrong change key", "403 wrong-change-key"),
    ("have it changed at the desk, without the change key", "granted"),
    ("register after the close", "403 closed"),
];

/// Cells of the printed tables, row by row.
fn rows(out: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('│').split('┆').map(|cell| cell.trim().to_owned()).collect();
    out.lines().filter(|line| line.starts_with('│')).map(cells).collect()
}

fn attempts(run: &Run) -> Vec<(String, u64, String)> {
    let cell = |row: &[String]| match row {
        [what, times, answer] => Some((what.clone(), times.replace(',', "").parse().ok()?, answer.clone())),
        _ => None,
    };
    rows(&run.out).iter().filter_map(|row| cell(row)).collect()
}

#[test]
fn everything_is_tried_and_counted_against_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    for citizens in [50, 120, 1500] {
        let demo = Demo::of(citizens, &folder.path().join(citizens.to_string()));
        let tried = attempts(&demo.run);
        let found: Vec<(&str, &str)> = tried.iter().map(|(what, _, answer)| (what.as_str(), answer.as_str())).collect();
        assert_eq!(found, ATTEMPTS);
        assert!(tried.iter().all(|(_, times, _)| *times > 0), "{tried:?}");
        // The counts of the last table row but the mechanisms' are those of the register, and each share has its whole.
        let verified = verify(&demo.files()).unwrap();
        let totals = verified.sessions.totals();
        let all = rows(&demo.run.out).into_iter().find(|row| row[0] == "all").unwrap();
        let counts: Vec<u64> =
            all[1..].iter().map(|cell| cell.split(' ').next().unwrap().replace(',', "").parse().unwrap()).collect();
        let registered = totals.active + totals.withdrawn;
        assert_eq!(counts[..4], [registered, totals.withdrawn, totals.active, totals.placed]);
        assert_eq!((counts[5], tried[1].1), (totals.unplaced, registered));
        assert!(all[4..].iter().all(|cell| cell.ends_with("%)")), "{all:?}");
        assert_eq!(rows(&demo.run.out).iter().filter(|row| row.len() == 5 && row[1].ends_with("%)")).count(), 3);
    }
}

#[test]
fn data_and_progress_go_apart() {
    let run = &demo().run;
    for step in ["1  announce", "2  register", "3  witnesses", "4  seed", "5  allocate", "6  publish", "7  verify"] {
        assert!(run.err.contains(step) && !run.out.contains(step), "{step}");
    }
    assert!(run.out.contains("!! REHEARSAL") && run.out.contains("Try next:"));
    assert!(!run.err.contains("!!") && !run.err.contains('│'), "{}", run.err);
}

#[test]
fn a_second_demo_into_the_same_folder_is_refused() {
    let before = snapshot(&demo().path(""));
    let dir = demo().path("").display().to_string();
    let run = jebi(&format!("demo --citizens 50 --dir {dir}")).refused(2, &["exists", "hint: ", "--dir"]);
    assert_eq!(run.out, "");
    assert!(snapshot(&demo().path("")) == before);
}

#[test]
fn what_the_demo_says_to_try_next_works() {
    let lines = demo().run.out.lines().skip_while(|line| *line != "Try next:").skip(1);
    let mut tried = 0;
    for line in lines.filter(|line| line.starts_with("  jebi ") && !line.starts_with("  jebi view")) {
        let words = line.trim().trim_start_matches("jebi ");
        // After two spaces comes a remark.
        let run = jebi(words.split("    ").next().unwrap()).good();
        assert!(!run.out.is_empty() && run.err.is_empty(), "{line}: {run:?}");
        tried += 1;
    }
    assert_eq!(tried, SAMPLES.len() + 1);
}

#[test]
fn verify_says_what_is_proved_and_what_is_not() {
    let bundle = demo().bundle();
    let run = jebi(&format!("verify {bundle}")).good();
    assert_eq!(run.err, "");
    for text in
        ["!! REHEARSAL", "3 of 3 witnesses", "certificate of `optimal` holds", "proved:", "no software can prove"]
    {
        assert!(run.out.contains(text), "{text}: {}", run.out);
    }
    assert!(!run.out.contains("NO QUORUM"));
    let entries = verify(&demo().files()).unwrap().register.revisions;
    let by_office = entries.iter().filter(|entry| entry.body.changes.contains(&Change::Office)).count();
    assert!(
        by_office > 0 && run.out.contains(&format!("!! {by_office} entries were changed by the office")),
        "{}",
        run.out
    );
    let json: Value = serde_json::from_str(&jebi(&format!("verify {bundle} --json")).good().out).unwrap();
    assert_eq!(json["changed_by_office"], by_office);
}

#[test]
fn verify_as_json_is_json_whatever_else_is_asked() {
    let (bundle, verified) = (demo().bundle(), verify(&demo().files()).unwrap());
    let json = |more: &str| -> Value {
        serde_json::from_str(&jebi(&format!("verify {bundle} --json {more}")).good().out).unwrap()
    };
    let plain = json("");
    assert_eq!(plain["programme"], verified.programme.hash().to_string());
    assert_eq!(plain["register_root"], verified.register.root.to_string());
    assert_eq!(plain["log_root"], verified.log_root.to_string());
    assert_eq!(plain["seed"], verified.seed.seed.to_string());
    assert_eq!((plain["round"].as_u64(), plain["rehearsal"].as_bool()), (Some(1000), Some(true)));
    assert_eq!(plain["witnessed_at_unix_s"].as_u64(), verified.witnessed_at_unix_s);
    let sum = |names: [&str; 2]| names.iter().map(|name| plain[*name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum(["placed", "unplaced"]), plain["active"].as_u64().unwrap());
    assert_eq!(sum(["active", "withdrawn"]), plain["size"].as_u64().unwrap());
    let path = demo().path("receipts/unplaced.json").display().to_string();
    let full = json(&format!("--receipt {path} --ticket {}", demo().ticket("unplaced")));
    assert_eq!(full["receipt"], "same");
    assert!(full["explanation"].as_array().is_some_and(|sentences| sentences.len() > 1), "{full}");
}

#[test]
fn every_saved_receipt_is_honoured() {
    for sample in SAMPLES {
        let path = demo().path(&format!("receipts/{sample}.json"));
        let run = jebi(&format!("verify {} --receipt {}", demo().bundle(), path.display())).good();
        assert!(run.out.contains("your receipt: the register has exactly what you were promised"), "{}", run.out);
    }
}

#[test]
fn the_programme_hash_known_from_elsewhere_decides() {
    let (bundle, hash) = (demo().bundle(), demo().programme().hash());
    jebi(&format!("verify {bundle} --programme {hash}")).good();
    let run = jebi(&format!("verify {bundle} --programme {}", "0".repeat(64)));
    assert_eq!(
        run.refused(1, &["another programme", &hash.to_string()]).out,
        "",
        "a verdict on another draw is no data"
    );
}

#[test]
fn tickets_are_explained_in_both_languages() {
    let said = |sample: &str, lang: &str| {
        let run = jebi(&format!("explain {} {} --lang {lang}", demo().bundle(), demo().ticket(sample))).good();
        assert!(run.err.is_empty() && run.out.lines().count() > 1, "{run:?}");
        run.out
    };
    let is_hangul = |c: char| ('가'..='힣').contains(&c);
    for sample in SAMPLES {
        let (en, ko) = (said(sample, "en"), said(sample, "ko"));
        assert!(ko.lines().all(|line| line.is_empty() || line.contains(is_hangul)), "{ko}");
        assert!(en.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase())).count() > 1, "{en}");
        let ticket = demo().ticket(sample);
        assert!(en.contains(&ticket.to_string()) && ko.contains(&ticket.to_string()), "{en}{ko}");
        let verified = jebi(&format!("verify {} --ticket {ticket}", demo().bundle())).good();
        assert!(verified.out.ends_with(&en), "verify says something else about {ticket}");
    }
    let other = format!("explain {} {}", demo().bundle(), demo().ticket("unplaced"));
    jebi(&format!("{other} --lang fr")).refused(2, &["\"fr\"", "hint: ko, en"]);
    jebi(&format!("explain {} 000G40R-40M30E2-09185H1", demo().bundle())).refused(2, &["000G40R-40M30E2-09185H1"]);
    jebi(&format!("explain {} 000G40R-40M30E2-09185H2", demo().bundle())).refused(2, &["hint: copy the ticket"]);
}

#[test]
fn the_log_is_shown_in_order() {
    let draw = demo().path("").display().to_string();
    let events: Vec<Value> = jebi(&format!("log {draw} --json"))
        .good()
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "programme");
    assert_eq!(kinds[kinds.len() - 3..], ["freeze", "beacon", "result"]);
    assert!(kinds.len() > 10 && kinds[1..kinds.len() - 3].iter().all(|kind| *kind == "receipts"), "{kinds:?}");
    assert!(events.iter().all(|event| event["rehearsal"] == true && event["format"] == "jebi/v0/event"));
    let lines = jebi(&format!("log {draw}")).good().out;
    assert_eq!(lines.lines().count(), events.len());
    for (line, kind) in lines.lines().zip(kinds) {
        assert!(line.starts_with("2023-08-") && line.contains(kind), "{line}");
    }
}

#[test]
fn check_and_keys_show_what_was_announced() {
    let run = jebi(&format!("check {}", demo().path("").display())).good();
    assert!(run.out.contains(&demo().programme().hash().to_string()) && run.err.is_empty());
    assert!(run.out.contains("1953-08-31 not eligible") && run.out.contains("1963-09-01 in aged-50-59"), "{}", run.out);
    let programme = demo().programme();
    let show =
        |path: &str| jebi(&format!("keys show {}", demo().path(path).display())).good().out.trim_end().to_owned();
    assert_eq!(show("keys/operator.key"), programme.operators[0]);
    assert_eq!(show("keys/log.key"), programme.log.key);
    assert_eq!(show("keys/receipts.key"), programme.receipts.key);
    let witnesses = WITNESSES.map(|name| show(&format!("witnesses/{name}.key")));
    assert_eq!(witnesses.as_slice(), programme.witnesses.keys);
}

/// Nobody but their owner can read what signs, and codes.
#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let secret = |name: &str| name.ends_with(".key") || name.ends_with(".secret");
    let names: Vec<String> = snapshot(&demo().path("")).into_keys().filter(|name| secret(name)).collect();
    assert_eq!(names.len(), 5 + WITNESSES.len());
    for name in names {
        let mode = fs::metadata(demo().path(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
    let public = |name: &String| secret(name) || name.contains("roll") || name.contains("sqlite");
    assert_eq!(demo().files().keys().find(|name| public(name)), None);
}

/// Everything but keys, tickets and their numbers is the same: who lives where, who wants what, who tries what.
#[test]
fn the_same_number_of_citizens_is_the_same_demo() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| Demo::of(80, &folder.path().join(name)));
    let read = |demo: &Demo, name: &str| fs::read(demo.path(name)).unwrap();
    for name in ["roll.csv", "districts.csv", "sites.csv", "sessions.csv"] {
        assert!(read(&one, name) == read(&two, name), "{name}");
    }
    let without_keys = |demo: &Demo| {
        let mut fields = (*demo.programme()).clone();
        fields.log.key.clear();
        fields.log.origin.clear();
        fields.receipts.key.clear();
        fields.operators.clear();
        fields.witnesses.keys.clear();
        fields
    };
    assert_eq!(without_keys(&one), without_keys(&two));
    assert_ne!(one.programme().hash(), two.programme().hash(), "two draws with the same keys");
    assert_eq!(attempts(&one.run), attempts(&two.run));
}

/// A process that ends with the test, whatever becomes of it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn view_serves_the_bundle_and_nothing_else() {
    let mut child = command(&format!("view {}", demo().bundle()));
    let mut running = Running(child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let root = line.trim_end();
    assert!(root.starts_with("http://127.0.0.1:") && root.ends_with('/'), "{root}");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let get = |path: &str| {
        let mut answer = agent.get(format!("{root}{path}")).call().unwrap();
        let kind = answer.headers().get("content-type").map_or(String::new(), |kind| kind.to_str().unwrap().into());
        (answer.status().as_u16(), kind, answer.body_mut().read_to_vec().unwrap())
    };
    let files: Files = demo().files();
    for path in ["programme.json", "runs/0000.bin", "runs/0000.html", "index.html", "manifest.note"] {
        let (status, _, bytes) = get(path);
        assert!(status == 200 && bytes == files[path], "{path}: {status}");
    }
    assert!(get("").1.starts_with("text/html") && get("").2 == files["index.html"]);
    for path in [
        "no-such-file",
        "../programme.toml",
        "%2e%2e/programme.toml",
        "..%2fkeys/operator.key",
        "runs/../../keys/log.key",
    ] {
        assert_eq!(get(path).0, 404, "{path}");
    }
    let interrupt = Command::new("kill").args(["-INT", &running.0.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    jebi(&format!("view {}", demo().path("no-such-folder").display())).refused(2, &["no-such-folder"]);
}

/// Who names the draw's folder instead of the bundle's would show the keys in it to every page of the browser.
#[test]
fn the_keys_of_a_draw_are_never_served() {
    let (draw, bundle) = (demo().path(""), demo().path("").join("bundle"));
    for (verb, more) in [("view", ""), ("verify", ""), ("explain", "000G40R-40M30E2-09185H1")] {
        let there = format!("jebi {verb} {}", bundle.display());
        jebi(&format!("{verb} {} {more}", draw.display())).refused(2, &["is a draw's folder", &there]);
    }
    jebi(&format!("view {}", demo().path("keys").display())).refused(2, &["is no bundle", "hint: "]);
}

/// Runs with standard output, and error if `both`, going into a pipe that nobody reads any more.
fn into_closed_pipe(arguments: &str, both: bool) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = command(arguments);
    command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap());
    command.stderr(if both { Stdio::from(writer) } else { Stdio::piped() });
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut err = String::new();
    child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut err));
    (child.wait().unwrap().code(), err)
}

#[test]
fn a_closed_pipe_stops_no_work_and_hides_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    for (name, both) in [("one", false), ("both", true)] {
        let dir = folder.path().join(name);
        let (status, err) = into_closed_pipe(&format!("demo --citizens 50 --dir {}", dir.display()), both);
        assert_eq!(status, Some(0), "{err}");
        verify(&publisher::read(&dir.join("bundle")).unwrap()).unwrap();
    }
    for verb in ["verify", "check", "log", "log --json"] {
        let place = if verb == "verify" { demo().bundle() } else { demo().path("").display().to_string() };
        assert_eq!(into_closed_pipe(&format!("{verb} {place}"), false), (Some(0), String::new()));
    }
    let (bundle, receipt) = (demo().bundle(), folder.path().join("receipt.json"));
    let altered = String::from_utf8(demo().receipt("unplaced")).unwrap().replace("\"index\":", "\"index\":1");
    fs::write(&receipt, altered).unwrap();
    let (status, err) = into_closed_pipe(&format!("verify {bundle} --receipt {}", receipt.display()), false);
    assert!(status == Some(1) && err.contains("THE RECEIPT IS NOT HONOURED"), "{status:?} {err}");
    assert_eq!(into_closed_pipe(&format!("verify {bundle} --receipt {}", receipt.display()), true).0, Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_output_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = command(&format!("log {} --json", demo().path("").display()));
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: writing to standard output"));
}

/// The canonical programme of a bundle is the one that `check` would compile again from the officials' files.
#[test]
fn what_officials_wrote_is_what_was_published() {
    let read = |name: &str| fs::read(demo().path(name)).unwrap();
    let [toml, districts, sites, sessions] =
        ["programme.toml", "districts.csv", "sites.csv", "sessions.csv"].map(&read);
    let source =
        protocol::programme::source::Source::from_bytes(&toml, &districts, &sites, &sessions, None, None).unwrap();
    let compiled: Programme = protocol::programme::source::compile(&source).unwrap();
    assert_eq!(compiled.bytes(), read("bundle/programme.json"));
}

/// Every district's seats follow from how many of its people took part, and neither are there more than a part of each site,
/// nor does anybody sit on a seat that is kept for others.
#[test]
fn seats_are_apportioned_to_districts_by_who_registered() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::with(1100, "--apportioned", &folder.path().join("apportioned"));
    assert!(demo.run.err.contains(" to 250 groups; the certificate holds"), "{}", demo.run.err);
    let verified = verify(&demo.files()).unwrap();
    let file = verified.apportionment.expect("the programme asks for one");
    let registrants: u64 = file.groups.iter().map(|group| group.registrants).sum();
    assert_eq!(registrants, verified.sessions.totals().active);
    let (seats, room) = (file.groups.iter().map(|g| g.seats).sum::<u64>(), file.sites.iter().map(|s| s.room).sum());
    assert!(0 < seats && seats <= room, "{seats} of {room}");
    let pools = verified.sessions.sessions.iter().flat_map(|session| &session.pools);
    let kept: u64 = pools.filter(|pool| pool.access != "open").map(|pool| u64::from(pool.capacity)).sum();
    assert_eq!(kept, seats);
    // Allocating again finds the same, and says so; a lost file is not put back as another one.
    let again = format!("allocate {} --at 2023-08-24T01:05:00+09:00", folder.path().join("apportioned").display());
    assert!(jebi(&again).good().err.contains("allocated before; nothing changed"));
    let path = demo.path("allocation/apportionment.json");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, [&bytes[..], b" "].concat()).unwrap();
    jebi(&again).refused(2, &["allocation/apportionment.json exists and says something else"]);
}
