//! The intake as a process: what it looks at before it starts, what monitoring reads, and how it ends.

use crate::{
    official::{FREEZING, Running, Stage, WITHIN, at, codes},
    support::{Run, command, jebi, write},
};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

fn serve(draw: &Path, more: &str) -> String {
    format!("serve {} --listen 127.0.0.1:0 --at {WITHIN} {more}", draw.display())
}

/// A draw with a store.
pub(crate) fn with_people() -> tempfile::TempDir {
    let draw = at(Stage::Announced);
    let people: String = (0..40).map(|n| format!("P-{n:03},1960-02-03,11010\n")).collect();
    write(&draw.path().join("people.csv"), format!("reference,born,district\n{people}").as_bytes());
    let path = draw.path().display();
    jebi(&format!("roll import {path} {path}/people.csv --yes")).good();
    jebi(&format!("roll codes {path} {path}/people.csv --out {path}/codes.csv")).good();
    draw
}

#[test]
fn what_would_not_end_well_does_not_begin() {
    let draw = with_people();
    jebi(&serve(draw.path(), "--monitor 0.0.0.0:0")).refused(2, &["could be read from elsewhere", "hint: "]);
    jebi(&serve(draw.path(), "--connections 2000000000")).refused(2, &["open files", "hint: ", "ulimit -n"]);
    for nowhere in ["ftp://draws.example/", "draws.example/2026", "https://", "https://draws.example/?year=2026"] {
        let run = jebi(&serve(draw.path(), &format!("--results {nowhere}")));
        assert!(run.status == Some(2) && run.err.contains("receipts lead there"), "{nowhere}: {}", run.err);
    }
    let key = draw.path().join("keys/receipts.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    jebi(&serve(draw.path(), "")).refused(2, &["receipts.key", "hint: chmod"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let (running, _) = Running::serve(draw.path(), &format!("--at {WITHIN}"));
    assert_eq!(running.terminate("-TERM"), Some(0));
}

#[test]
fn codes_go_to_no_folder_that_a_slip_of_the_keyboard_makes() {
    let draw = with_people();
    let path = draw.path().display();
    let run = jebi(&format!("roll codes {path} {path}/people.csv --out {path}/cods/codes.csv --reissue"));
    run.refused(2, &["there is no folder", "cods", "hint: "]);
    assert!(!draw.path().join("cods").exists());
    let run = jebi(&format!("roll codes {path} {path}/people.csv --out {path}/codes-2.csv --only P-003")).good();
    assert!(run.err.contains("1 code in"), "{}", run.err);
}

/// Every command that takes a store, whatever else it is asked: this comes first. The environment may have a password, and
/// nothing says it.
#[test]
fn a_password_is_no_argument_and_never_shown() {
    let draw = with_people();
    let path = draw.path().display();
    let commands = [
        "serve DRAW",
        "freeze DRAW",
        "status DRAW --json",
        "audit DRAW",
        "store check DRAW",
        "store journal DRAW",
        "store backup DRAW copy",
        "roll import DRAW people.csv",
        "roll imports DRAW",
        "roll undo DRAW 1",
        "roll codes DRAW people.csv --out codes",
        "roll contacts DRAW --identity key --out contacts",
        "roll forget DRAW",
        "roll desk DRAW --actor desk-3 --channel paper --out papers",
    ];
    for given in commands {
        let given = given.replace("DRAW", &path.to_string());
        for bad in ["postgres://jebi:secret@127.0.0.1:1/jebi", "postgres://127.0.0.1:1/jebi?user=jebi&password=secret"]
        {
            let run = jebi(&format!("{given} --store {bad}"));
            let run = run.refused(2, &["--store has a password", "\nhint: ", "JEBI_STORE", "PGPASSFILE"]);
            assert!(!run.err.contains("secret"), "{}", run.err);
        }
    }
    let help = jebi("help").good().out;
    for command in help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()) {
        let takes = jebi(&format!("help {command}")).out.contains("--store");
        assert!(!takes || commands.iter().any(|known| known.starts_with(command)), "{command} is not in the list");
    }
    let mut status = command(&format!("status {path} --json"));
    let run = Run::of(status.env("JEBI_STORE", "postgres://jebi:secret@127.0.0.1:1/jebi"));
    let run = run.refused(2, &["opening postgres://… (with a password)"]);
    assert!(!run.err.contains("secret"), "{}", run.err);
}

/// What came back on a connection of its own.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// A whole answer with this status.
    Whole(u16),
    /// Nobody listened any more.
    Nobody,
    /// The connection was there, and no answer.
    Nothing,
    /// A part of an answer.
    Part(String),
}

fn hear(address: SocketAddr, request: &str) -> Heard {
    let Ok(mut stream) = TcpStream::connect(address) else { return Heard::Nobody };
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let _ = stream.write_all(request.as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    if answer.is_empty() {
        return Heard::Nothing;
    }
    let length =
        |head: &str| head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let whole = answer.split_once("\r\n\r\n").filter(|(head, body)| length(head) == Some(body.len()));
    let status = whole.and_then(|(head, _)| head.get(9..12)?.parse().ok());
    status.map_or(Heard::Part(answer), Heard::Whole)
}

fn request(code: &str) -> String {
    let body = format!(
        r#"{{"access_code":"{code}","birth_date":"1960-02-03","request_id":"request-1","choices":[{{"site":"c003"}}]}}"#
    );
    let length = body.len();
    format!(
        "POST /api/v0/registrations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Told to end while forty people send, it answers everybody whose request it has; what it said is in the register, and
/// nobody hears half an answer.
#[test]
fn the_end_comes_in_the_middle_of_a_crowd() {
    let draw = with_people();
    let codes = codes(draw.path());
    let monitor = free();
    let (running, root) = Running::serve(draw.path(), &format!("--at {WITHIN} --monitor {monitor}"));
    let address: SocketAddr = root.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let (answered, silent) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for part in codes.chunks(5) {
            let (answered, silent) = (&answered, &silent);
            scope.spawn(move || {
                for (_, code) in part.iter().cycle() {
                    match hear(address, &request(code)) {
                        Heard::Whole(status) => {
                            assert_eq!(status, 201, "the first time or again");
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Heard::Nobody => return,
                        // Connected by the system in the moment in which the listener was closed.
                        Heard::Nothing => assert!(silent.fetch_add(1, Ordering::Relaxed) < 2, "more than a moment"),
                        Heard::Part(part) => panic!("half an answer: {part}"),
                    }
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 200 {
            thread::sleep(Duration::from_millis(5));
        }
        let metrics = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        assert_eq!(hear(monitor, metrics), Heard::Whole(200));
        assert_eq!(running.terminate("-TERM"), Some(0), "an orderly end");
    });
    let frozen = jebi(&format!("freeze {} --at {FREEZING}", draw.path().display())).good();
    assert!(frozen.err.contains("frozen: 40 entries"), "{}", frozen.err);
}

fn free() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
