//! `jebi roll desk`: forms on paper and by telephone get what everybody gets, while the service runs or not.

use crate::{
    official::{FREEZING, Running, WITHIN, ask, codes},
    serve::with_people,
    support::{Run, command, jebi, write},
};
use protocol::receipt::Receipt;
use serde_json::Value;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

pub(crate) fn desk(draw: &Path, more: &str) -> String {
    format!("roll desk {0} --actor desk-3 --out {0}/papers --at {WITHIN} {more}", draw.display())
}

/// Gives in a pile of these lines.
fn pile(draw: &Path, lines: &str, channel: &str) -> Run {
    give_in(draw, &format!("form,access_code,birth_date,choices,change_key,withdraw\n{lines}"), channel, "")
}

/// The same with reasons of the office in the last column, and more options.
pub(crate) fn pile_with(draw: &Path, lines: &str, channel: &str, more: &str) -> Run {
    let head = "form,access_code,birth_date,choices,change_key,withdraw,reason\n";
    give_in(draw, &format!("{head}{lines}"), channel, more)
}

fn give_in(draw: &Path, table: &str, channel: &str, more: &str) -> Run {
    write(&draw.join("pile.csv"), table.as_bytes());
    jebi(&desk(draw, &format!("--channel {channel} --lang en --from {}/pile.csv {more}", draw.display())))
}

pub(crate) fn papers(draw: &Path, kind: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(draw.join("papers")).unwrap().map(|entry| entry.unwrap().path());
    let mut papers: Vec<PathBuf> =
        all.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(kind)).collect();
    papers.sort();
    papers
}

/// The change key on a printed page.
pub(crate) fn key_on(page: &Path) -> String {
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("id=\"change-key\">").unwrap();
    let spelled = rest.split_once("</p>").unwrap().0.replace("<span>", "").replace("</span>", "");
    assert_eq!(spelled.len(), 64);
    spelled
}

pub(crate) fn status(draw: &Path) -> Value {
    serde_json::from_str(&jebi(&format!("status {} --json", draw.display())).good().out).unwrap()
}

pub(crate) fn journal(draw: &Path) -> String {
    jebi(&format!("store journal {}", draw.display())).good().out
}

#[test]
fn a_pile_of_forms_is_decided_like_all_requests_and_counts_once() {
    let draw = with_people();
    let codes = codes(draw.path());
    let code = |n: usize| &codes[n].1;
    let lines = format!(
        "17,{},1960-02-03,session.c001-1 site.c003,,\n18,{},1960. 2. 3.,site.c003; site.c001,,\n",
        code(0),
        code(1).to_lowercase().replace('-', " ")
    );
    let run = pile(draw.path(), &lines, "paper").good();
    assert!(
        run.out.contains("form 17  ") && run.out.contains("takes part") && run.err.contains("2 of 2 forms"),
        "{run:?}"
    );
    let receipts = papers(draw.path(), "receipt-");
    let read = |path: &PathBuf| Receipt::parse(&fs::read(path).unwrap()).unwrap();
    let first = read(&receipts[0]);
    assert_eq!((receipts.len(), first.revision), (2, 1));
    let pages = papers(draw.path(), "print-");
    for path in pages.iter().chain(&receipts) {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    let page = fs::read_to_string(&pages[0]).unwrap();
    assert!(page.contains("<style>") && !page.contains("<script") && !page.contains("stylesheet"), "it stands alone");
    assert!(!fs::read_to_string(&receipts[0]).unwrap().contains(&key_on(&pages[0])), "the key is on paper only");
    let told = status(draw.path());
    assert_eq!((&told["channels"][2]["channel"], &told["channels"][2]["active"]), (&"paper".into(), &2.into()));
    assert!(journal(draw.path()).contains("desk-3 by paper"), "{}", journal(draw.path()));

    // The same pile again, and one more form of a person of it, and faults of every kind.
    let more = format!(
        "{lines}19,{0},1960-02-03,site.c003,,\n20,{1},1960-02-04,site.c003,,\n22,0000-0000-0000-0000,1960-02-03,site.c003,,\n",
        code(0),
        code(2)
    );
    let run = pile(draw.path(), &more, "paper").refused(
        1,
        &[
            "form 19: NOT GRANTED",
            "already-registered",
            "form 20: NOT GRANTED",
            "form 22: NOT GRANTED",
            "wrong-code-or-birth-date",
            "3 of 5 forms were not granted",
        ],
    );
    assert!(run.out.contains("form 17") && !run.out.contains("form 19"), "{}", run.out);
    assert!(!run.err.contains(code(2).as_str()), "no code is shown");
    assert_eq!(status(draw.path())["revisions"], 2, "the same forms count once");
    assert_eq!(papers(draw.path(), "print-").len(), 2);
}

#[test]
fn changes_and_withdrawals_take_the_change_key() {
    let draw = with_people();
    let code = codes(draw.path()).remove(0).1;
    pile(draw.path(), &format!("1,{code},1960-02-03,site.c003,,\n"), "paper").good();
    let key = key_on(&papers(draw.path(), "print-")[0]);
    let wrong = "0".repeat(64);
    let change = |key: &str| format!("2,{code},1960-02-03,site.c001 site.c003,{key},\n");
    pile(draw.path(), &change(&wrong), "telephone").refused(1, &["wrong-change-key"]);
    pile(draw.path(), &change(&key), "telephone").good();
    let told = status(draw.path());
    assert_eq!(
        (&told["channels"][1]["active"], &told["channels"][2]["active"]),
        (&1.into(), &0.into()),
        "the last one's"
    );
    let next = key_on(papers(draw.path(), "print-").last().unwrap());
    assert_ne!(key, next);
    pile(draw.path(), &format!("3,{code},1960-02-03,,{next},yes\n"), "telephone").good();
    assert_eq!(status(draw.path())["withdrawn"], 1);
    assert!(journal(draw.path()).contains("desk-3 by telephone"));
    jebi(&format!("store check {}", draw.path().display())).good();
}

#[test]
fn a_pile_that_cannot_be_read_is_not_begun() {
    let draw = with_people();
    let code = codes(draw.path()).remove(0).1;
    let good = format!("1,{code},1960-02-03,site.c003,,\n");
    for (lines, said) in [
        (format!("{good}1,{code},1960-02-03,site.c001,,\n"), "a number of its own"),
        (format!("{good}2,{code},1960-02-03,,,\n"), "no choices"),
        (format!("{good}2,{code},1960-02-03,site.c001,,yes\n"), "withdraw is yes"),
        (format!("{good}2,{code}\n"), "pile.csv"),
        (format!("{good}2,O123,1960-02-03,site.c001,,\n"), "pile.csv:3: form 2: access_code"),
        (format!("{good}2,{code},3.2.1960,site.c001,,\n"), "pile.csv:3: form 2: birth_date"),
        (format!("{good}2,{code},1960-02-30,site.c001,,\n"), "pile.csv:3: form 2: birth_date"),
        (format!("{good}2,{code},19600203,site.c001 c003,,\n"), "pile.csv:3: form 2: choices: c003 is no site.ID"),
        (format!("{good}2,{code},1960-02-03,session.c003,,\n3,1,1,,,\n"), "pile.csv:4: form 3: access_code"),
    ] {
        let run = pile(draw.path(), &lines, "paper").refused(2, &[said, "hint: "]);
        assert!(!run.err.contains(&code), "no code is shown");
    }
    assert_eq!(status(draw.path())["revisions"], 0);
    let nobody = format!("roll desk {0} --actor= --channel paper --out {0}/papers", draw.path().display());
    jebi(&nobody).refused(2, &["--actor is no name"]);
}

/// What somebody at the terminal types, answer by answer.
fn types(draw: &Path, answers: &[&str]) -> Run {
    types_with(draw, answers, "")
}

pub(crate) fn types_with(draw: &Path, answers: &[&str], more: &str) -> Run {
    let mut command = command(&desk(draw, &format!("--channel telephone --lang en {more}")));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a desk");
    let typed: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_person_at_the_desk_is_asked_until_it_is_right_and_nothing_is_sent_unseen() {
    let draw = with_people();
    let codes = codes(draw.path());
    let code = codes[0].1.as_str();
    let run = types(
        draw.path(),
        &[
            "nonsense",
            code,
            "a date",
            "1960-02-03",
            "not a key",
            "",
            "nowhere",
            "c001",
            "c001",
            "c003",
            "",
            "maybe",
            "n",
            "",
        ],
    );
    let run = run.good();
    assert!(run.err.contains("16 letters") && run.err.contains("no place is called like that"), "{}", run.err);
    assert!(run.err.contains("chosen already") && run.err.contains("y sends it"), "{}", run.err);
    assert!(
        run.err.contains("1. site.c001") && run.err.contains("nothing was sent") && run.out.is_empty(),
        "{}",
        run.err
    );
    assert_eq!(status(draw.path())["revisions"], 0);

    let run = types(draw.path(), &[code, "19600203", "", "c003", "", "y", "", "never read"]).good();
    assert!(run.out.contains("person 1  ") && run.out.contains("takes part"), "{}", run.out);
    let key = key_on(&papers(draw.path(), "print-")[0]);
    let run = types(draw.path(), &[code, "19600203", &key, "w", "y"]).good();
    assert!(run.err.contains("WITHDRAWS") && run.out.contains("withdrawn"), "{}{}", run.err, run.out);
    assert_eq!(status(draw.path())["withdrawn"], 1);
}

/// The service and a desk on one SQLite store: they take turns.
#[test]
fn a_desk_and_the_service_share_a_store() {
    let draw = with_people();
    let codes = codes(draw.path());
    let (running, root) = Running::serve(draw.path(), &format!("--at {WITHIN}"));
    let lines: String = (0..20).map(|n| format!("{n},{},1960-02-03,site.c003,,\n", codes[n].1)).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| pile(draw.path(), &lines, "paper").good());
        for (number, (_, code)) in codes.iter().enumerate().skip(20) {
            // Everybody was born on the day that this asks with for number 5.
            assert_eq!(ask(&root, number - number % 15 + 5, code).0, 201);
        }
    });
    assert_eq!(running.terminate("-TERM"), Some(0));
    let told = status(draw.path());
    assert_eq!((&told["channels"][0]["active"], &told["channels"][2]["active"]), (&20.into(), &20.into()));
    let path = draw.path().display();
    jebi(&format!("store check {path}")).good();
    let frozen = jebi(&format!("freeze {path} --at {FREEZING}")).good();
    assert!(frozen.err.contains("frozen: 40 entries"), "{}", frozen.err);
    jebi(&format!("audit {path}")).good();
    let late = pile(draw.path(), "99,0000-0000-0000-0000,1960-02-03,site.c003,,\n", "paper");
    late.refused(1, &["NOT GRANTED"]);
}
