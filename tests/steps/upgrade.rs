//! The binary is replaced in mid-window, as two processes on one PostgreSQL: the next brings the store up to date and serves
//! beside the one that is told to end, while people register and change, and nothing that was acknowledged is lost.
//!
//! **What stands for the older program** is this one, with the last migration taken back under it: what an older program would
//! find, and would write into. A program of another version is not built here, so a difference between two versions' own code
//! is not tried; docs/operators.md asks for a rehearsal with both.

use crate::{
    cluster,
    official::{FREEZING, Running, Stage, WITHIN, at, codes},
    support::{jebi, write},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// The last migration, and what takes the last ones back, but for the table of wrong birth dates and one function,
/// without which the program that plays the older one cannot run. Whoever adds one says it here for that one.
const LAST: &str = "10";
const BACK: &str = "
    create function entries_are_of_people_on_the_roll() returns trigger language plpgsql as 'begin return null; end';
    create trigger entries_are_of_people_on_the_roll after insert on entries
        for each statement execute function entries_are_of_people_on_the_roll();
    delete from _sqlx_migrations where version >= 8";

/// What somebody was told last.
#[derive(Debug)]
struct Told {
    code: String,
    ticket: String,
    revision: u64,
    change_key: String,
}

/// The services that people reach, and whether it was enough.
struct Crowd {
    services: Mutex<Vec<String>>,
    answers: AtomicU64,
    enough: AtomicBool,
}

impl Crowd {
    /// These people register and change their choices in turn until there was enough; what each was told last.
    fn act(&self, codes: &[(String, String)]) -> Vec<Told> {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(30))).build().into();
        let mut told: Vec<Told> = codes.iter().map(|(_, code)| self.ask(&agent, code, None)).collect();
        while !self.enough.load(Ordering::Relaxed) {
            for told in &mut told {
                *told = self.ask(&agent, &told.code, Some(told));
            }
        }
        told
    }

    /// The same request until somebody answers: it counts once.
    fn ask(&self, agent: &ureq::Agent, code: &str, told: Option<&Told>) -> Told {
        let revision = told.map_or(0, |told| told.revision) + 1;
        let choice = json!({ "session": format!("c001-{}", revision % 3 + 1) });
        let mut body = credentials(code);
        body["request_id"] = json!(format!("request-{revision}"));
        body["choices"] = json!([choice]);
        if let Some(told) = told {
            body["change_key"] = json!(told.change_key);
        }
        for turn in 0_usize..2000 {
            let root = {
                let services = self.services.lock().unwrap();
                services[turn % services.len()].clone()
            };
            let sent = match told {
                None => agent.post(format!("{root}api/v0/registrations")).send_json(&body),
                Some(told) => agent.put(format!("{root}api/v0/registrations/{}", told.ticket)).send_json(&body),
            };
            // Nobody listens, or the connection ended without a word.
            let Ok(mut answer) = sent else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            let (status, Ok(answer)) = (answer.status().as_u16(), answer.body_mut().read_json::<Value>()) else {
                continue;
            };
            if status == 503 {
                thread::sleep(Duration::from_millis(10));
                continue;
            }
            assert!(matches!(status, 200 | 201), "{revision}: {status} {answer}");
            self.answers.fetch_add(1, Ordering::Relaxed);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            assert_eq!(answer["receipt"]["revision"], revision);
            let (ticket, change_key) = (text(&answer["ticket"]), text(&answer["change_key"]));
            return Told { code: code.to_owned(), ticket, revision, change_key };
        }
        panic!("nobody answers")
    }

    fn wait_for(&self, more: u64) {
        let from = self.answers.load(Ordering::Relaxed);
        for _ in 0..6000 {
            if self.answers.load(Ordering::Relaxed) >= from + more {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the crowd stands still");
    }
}

fn credentials(code: &str) -> Value {
    json!({ "access_code": code, "birth_date": "1960-02-03" })
}

#[test]
fn an_upgrade_in_mid_window_loses_nothing_and_the_way_back_is_closed() {
    let folder = at(Stage::Announced);
    let draw = folder.path();
    let address = cluster::shared().fresh();
    let name = address.split(['/', '?']).nth(3).unwrap();
    let sql = |text: &str| cluster::shared().run("psql", &["-qtA", "-v", "ON_ERROR_STOP=1", "-c", text, name]);
    let run = |text: &str| jebi(&format!("{} --store {address}", text.replace("DRAW", &draw.display().to_string())));
    let people: String = (0..40).map(|n| format!("P-{n:03},1960-02-03,11010\n")).collect();
    write(&draw.join("people.csv"), format!("reference,born,district\n{people}").as_bytes());
    run("roll import DRAW DRAW/people.csv --yes").good();
    run("roll codes DRAW DRAW/people.csv --out DRAW/codes.csv").good();
    let codes = codes(draw);
    let version = "select max(version) from _sqlx_migrations";
    assert_eq!(sql(version).trim(), LAST, "there is a newer migration: how is it taken back?");

    let serve = || Running::serve(draw, &format!("--at {WITHIN} --store {address}"));
    let (older, root) = serve();
    sql(BACK);
    let crowd = Crowd { services: Mutex::new(vec![root]), answers: AtomicU64::new(0), enough: AtomicBool::new(false) };
    let (told, newer) = thread::scope(|scope| {
        let crowd = &crowd;
        let acts: Vec<_> = codes.chunks(5).map(|people| scope.spawn(move || crowd.act(people))).collect();
        crowd.wait_for(100);
        assert_eq!(sql(version).trim(), "7", "the older program works on its own tables");
        let (newer, root) = serve();
        assert_eq!(sql(version).trim(), LAST, "the newer one brought them up to date meanwhile");
        crowd.services.lock().unwrap().push(root.clone());
        crowd.wait_for(100);
        // The proxy still names both.
        assert_eq!(older.terminate("-TERM"), Some(0), "an orderly end");
        crowd.wait_for(50);
        *crowd.services.lock().unwrap() = vec![root];
        crowd.wait_for(50);
        crowd.enough.store(true, Ordering::Relaxed);
        let told: Vec<Told> = acts.into_iter().flat_map(|act| act.join().unwrap()).collect();
        (told, newer)
    });
    assert_eq!(told.len(), 40);
    let root = crowd.services.lock().unwrap()[0].clone();
    for told in &told {
        let path = format!("{root}api/v0/registrations/{}/read", told.ticket);
        let mut answer = ureq::post(path).send_json(credentials(&told.code)).unwrap();
        let answer: Value = answer.body_mut().read_json().unwrap();
        assert_eq!(answer["receipt"]["revision"], told.revision, "{told:?}: {answer}");
    }
    run("store check DRAW").good();

    // One more migration is what this program finds after a newer one was there.
    let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)";
    sql(&format!("{later} values ({LAST} + 1, 'later', true, '\\x00', 0)"));
    for command in ["serve DRAW --listen 127.0.0.1:0 --at 2023-08-10T12:00:00+09:00", "status DRAW", "store check DRAW"]
    {
        run(command).refused(2, &["made by a newer version of this program"]);
    }
    sql(&format!("delete from _sqlx_migrations where version > {LAST}"));
    assert_eq!(newer.terminate("-TERM"), Some(0));
    let frozen = run(&format!("freeze DRAW --at {FREEZING}")).good();
    assert!(frozen.err.contains("frozen: 40 entries"), "{}", frozen.err);
    run("audit DRAW").good();
}
