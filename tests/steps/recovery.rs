//! Copies are put back, and PostgreSQL recovers, by the commands that docs/store.md prints: to a moment that was named, to look at
//! it, and to the last moment after the disk was lost. A store that went back is never served.

use crate::{
    cluster::Cluster,
    official::{Running, Stage, WITHIN, ask, at, codes, people},
    support::{Run, copy_folder, jebi, write},
};
use std::{fs, path::Path, process::Command};

const DOCUMENT: &str = include_str!("../../docs/store.md");

/// The block that stands first behind this sentence.
fn block(behind: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(behind).expect(behind);
    let (_, rest) = rest.split_once("```").unwrap();
    let (kind, rest) = rest.split_once('\n').unwrap();
    assert!(["sh", "ini"].contains(&kind), "{kind}");
    rest.split_once("```").unwrap().0
}

/// A copy of a SQLite store is put back by the document's commands: the newest goes on, an older one is refused.
#[test]
fn a_copy_of_the_embedded_store_is_put_back_or_refused() {
    let folder = at(Stage::Announced);
    let draw = folder.path();
    let path = draw.display().to_string();
    write(&draw.join("people.csv"), people().as_bytes());
    jebi(&format!("roll import {path} {path}/people.csv --yes")).good();
    jebi(&format!("roll codes {path} {path}/people.csv --out {path}/codes.csv")).good();
    let register = |from: usize| {
        let (running, root) = Running::serve(draw, &format!("--at {WITHIN}"));
        for (number, (_, code)) in codes(draw).iter().enumerate().skip(from).take(10) {
            assert_eq!(ask(&root, number, code).0, 201);
        }
        running
    };
    // In use, with its newest part in a second file; then it ends as after a fault.
    let running = register(0);
    jebi(&format!("store backup {path} {path}/older.sqlite")).good();
    assert_eq!(running.terminate("-TERM"), Some(0));
    let running = register(10);
    jebi(&format!("store backup {path} {path}/newer.sqlite")).good();
    let link = jebi(&format!("store check {path}")).good().out;
    assert_eq!(running.terminate("-KILL"), None);
    assert!(draw.join("intake.sqlite-wal").exists(), "there is a second file to spoil the copy");
    let commands = block("To put a copy of a SQLite store back");
    let put_back = |copy: &str| {
        let _ = fs::remove_dir_all(draw.join("lost"));
        let commands =
            commands.replace("/var/lib/jebi/draw", &path).replace("/safe/intake.sqlite", "$copy/intake.sqlite");
        let prelude = format!(
            "systemctl() {{ :; }}; as-jebi() {{ {} \"$@\"; }}; copy=$(mktemp -d -p {path}); cp {path}/{copy} $copy/intake.sqlite",
            env!("CARGO_BIN_EXE_jebi")
        );
        Run::of(Command::new("bash").args(["-euc", &format!("{prelude}\n{commands}")]))
    };
    assert_eq!(put_back("newer.sqlite").good().out, link);
    let (running, root) = Running::serve(draw, &format!("--at {WITHIN}"));
    assert_eq!(ask(&root, 3, &codes(draw)[3].1).0, 201, "the same request gets the same answer");
    assert_eq!(running.terminate("-TERM"), Some(0));
    // The log anchors the second ten by now; a store without them would give their numbers to others.
    put_back("older.sqlite").refused(1, &["the log anchors", "hint: it is an old copy"]);
    jebi(&format!("serve {path} --listen 127.0.0.1:0 --at {WITHIN}")).refused(1, &["the log anchors"]);
}

/// A cluster with what the document's commands find on an operator's machine.
struct Machine {
    cluster: Cluster,
    /// The draw's folder.
    draw: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { cluster: Cluster::start(&[]), draw: at(Stage::Announced) };
        machine.shell("mkdir -m 700 /safe /safe/wal");
        machine.cluster.run("createdb", &["draw"]);
        let settings = block("**Keep the log.**");
        machine
            .shell(&format!("cat >> $PGDATA/postgresql.conf <<'END'\n{settings}\nEND\nsystemctl restart postgresql"));
        machine
    }

    /// Runs commands of the document as PostgreSQL's user: /safe is a folder of the test, and systemctl its cluster's.
    fn shell(&self, commands: &str) -> String {
        let folder = self.cluster.folder().display();
        let safe = |text: &str| text.replace("/safe", &format!("{folder}/safe"));
        let systemctl = format!(
            "systemctl() {{ pg_ctl -s -w -m fast -D {folder}/data -o '-k {folder} -c listen_addresses=' -l {folder}/log $1; }}"
        );
        let commands = commands.replace("/var/lib/postgresql/15/main", &format!("{folder}/data"));
        self.cluster.script(&format!(
            "export PGHOST={folder} PGUSER=postgres PGDATA={folder}/data\n{systemctl}\n{}",
            safe(&commands)
        ))
    }

    /// The same with `jebi`, which runs as whoever owns the draw: its lines come last in the block.
    fn shell_and_jebi(&self, commands: &str) -> Vec<String> {
        let (jebi, shell): (Vec<&str>, Vec<&str>) = commands.lines().partition(|line| line.starts_with("jebi "));
        self.shell(&shell.join("\n"));
        let folder = self.cluster.folder().display().to_string();
        let line = |line: &str| {
            let line = line.trim_start_matches("jebi ").split(" #").next().unwrap().replace('\'', "");
            line.replace("/safe", &format!("{folder}/safe"))
        };
        jebi.into_iter().map(line).collect()
    }

    fn store(&self) -> String {
        self.cluster.address("draw")
    }

    /// People of the roll register, from this number on.
    fn register(&self, from: usize) {
        let (running, root) = Running::serve(self.draw.path(), &format!("--at {WITHIN} --store {}", self.store()));
        for (number, (_, code)) in codes(self.draw.path()).iter().enumerate().skip(from).take(10) {
            assert_eq!(ask(&root, number, code).0, 201);
        }
        assert_eq!(running.terminate("-TERM"), Some(0));
    }

    fn run(&self, draw: &Path, text: &str, store: &str) -> Run {
        jebi(&format!("{} --store {store}", text.replace("DRAW", &draw.display().to_string())))
    }
}

#[test]
fn the_documents_commands_recover_a_moment_and_the_last_one() {
    let machine = Machine::new();
    let (draw, store) = (machine.draw.path(), machine.store());
    write(&draw.join("people.csv"), people().as_bytes());
    machine.run(draw, "roll import DRAW DRAW/people.csv --yes", &store).good();
    machine.run(draw, "roll codes DRAW DRAW/people.csv --out DRAW/codes.csv", &store).good();
    machine.shell(block("**Every day a base.**"));
    machine.register(0);
    let seen = machine.run(draw, "store check DRAW", &store).good().out;
    machine.shell(block("**Before something risky**"));
    let log_of_then = tempfile::tempdir().unwrap();
    copy_folder(draw, log_of_then.path());
    machine.register(10);
    let last = machine.run(draw, "store check DRAW", &store).good().out;

    // A look at the moment, beside the store that goes on.
    let commands = machine.shell_and_jebi(block("**To look at an earlier moment**"));
    let [check] = &commands[..] else { panic!("{commands:?}") };
    let then = check.split("--store ").nth(1).unwrap().trim().to_owned();
    let sound = jebi(&check.replace("DRAW", &log_of_then.path().display().to_string())).good();
    assert_eq!(sound.out, seen, "the very history of then");
    assert!(sound.err.contains("10 revisions"), "{}", sound.err);
    // Receipts are out that this store does not know: with the log as it is now, nobody may go on from it.
    let older = ["the log anchors", "hint: it is an old copy"];
    machine.run(draw, "store check DRAW", &then).refused(1, &older);
    let serve = format!("serve DRAW --listen 127.0.0.1:0 --at {WITHIN}");
    machine.run(draw, &serve, &then).refused(1, &older);
    machine.run(draw, "roll desk DRAW --actor desk-3 --channel paper --out DRAW/papers", &then).refused(1, &older);
    machine.shell(block("**Then end it.**"));
    assert_eq!(machine.run(draw, "store check DRAW", &store).good().out, last, "the look changed nothing");

    // The server is killed and its folder set aside: base, archive, and what had not been archived.
    machine.cluster.kill();
    let commands = machine.shell_and_jebi(block("**To the last moment**"));
    let [check] = &commands[..] else { panic!("{commands:?}") };
    let found = machine.run(draw, check, &store).good();
    assert_eq!(found.out, last, "nothing acknowledged is missing");
    assert!(found.err.contains("20 revisions"), "{}", found.err);
    let (running, root) = Running::serve(draw, &format!("--at {WITHIN} --store {store}"));
    assert_eq!(ask(&root, 3, &codes(draw)[3].1).0, 201, "the same request gets the same answer");
    assert_eq!(running.terminate("-TERM"), Some(0));
    assert!(fs::exists(machine.cluster.folder().join("data.lost")).unwrap());
}
