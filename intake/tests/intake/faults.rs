//! Services and database servers that are killed with signal 9 at random moments, under people who register, change,
//! withdraw and register again: afterwards nothing acknowledged is missing or older than it was.
//!
//! Among the other tests each kills twice. The full run, which prints what it counted:
//! `JEBI_KILLS=50 cargo test --release --workspace --test intake -- --nocapture --test-threads 1 faults`.

#![allow(clippy::print_stdout, reason = "a trial of faults says what it counted")]

use super::{cluster::Cluster, world::*};
use intake::{Database, RehearsalClock, Reissue, Roll};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

const STORE: &str = "JEBI_TEST_STORE";
const PORT: &str = "JEBI_TEST_PORT";
const PEOPLE: usize = 160;
const THREADS: usize = 16;

/// Not a test of its own: the service that the others kill.
#[test]
#[ignore = "run by the tests of faults"]
fn the_service_that_is_killed() {
    let (Ok(store), Ok(port)) = (env::var(STORE), env::var(PORT)) else { return };
    let programme = programme();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let database = Database::open(&store, &programme).await.expect("a store");
        let clock = RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
        let serving = start(&database, &clock).await;
        fs::write(format!("{port}.new"), serving.address().to_string()).expect("writable");
        fs::rename(format!("{port}.new"), port).expect("writable");
        tokio::time::sleep(Duration::from_secs(3600)).await;
    });
}

/// A service in a process of its own.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(store: &str, folder: &Path, variables: &[(&str, PathBuf)]) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let port = folder.join(format!("port-{}", NUMBER.fetch_add(1, SeqCst)));
        let child = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "faults::the_service_that_is_killed", "--ignored"])
            .env(STORE, store)
            .env(PORT, &port)
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::null())
            .spawn()
            .expect("a child");
        let address = (0..6000).find_map(|_| {
            thread::sleep(Duration::from_millis(10));
            fs::read_to_string(&port).ok()?.parse().ok()
        });
        Self { child, address: address.expect("it serves within a minute") }
    }

    fn kill(&mut self) {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it ended");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a person was told last.
#[derive(Clone, Debug)]
struct Told {
    ticket: String,
    revision: u64,
    leaf_status: String,
    change_key: String,
}

/// The crowd: what it was told, what could not be true if nothing was lost, and how often it got no answer.
struct Crowd {
    services: Mutex<Vec<SocketAddr>>,
    told: Mutex<BTreeMap<String, Told>>,
    impossible: Mutex<Vec<String>>,
    answers: AtomicU64,
    unanswered: AtomicU64,
    enough: AtomicBool,
}

impl Crowd {
    fn new(services: &[&Service]) -> Self {
        Self {
            services: Mutex::new(services.iter().map(|service| service.address).collect()),
            told: Mutex::default(),
            impossible: Mutex::default(),
            answers: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            enough: AtomicBool::new(false),
        }
    }

    /// Lets people act until there was enough; each retries with the same request id until there is an answer.
    fn act(&self, people: &[Person], seed: u64) {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let mut random = seed | 1;
        let mut numbers = vec![0_u32; people.len()];
        let mut told: Vec<Option<Told>> = vec![None; people.len()];
        while !self.enough.load(SeqCst) {
            let at = usize::try_from(next(&mut random) % people.len() as u64).unwrap_or(0);
            if told[at].as_ref().is_some_and(|told| told.revision >= 200) {
                continue;
            }
            let (path, body) = wish(&people[at], told[at].as_ref(), numbers[at]);
            match self.ask(&agent, &path, &body, next(&mut random)) {
                Some(answer) => {
                    numbers[at] += 1;
                    told[at] = Some(answer.clone());
                    self.told.lock().expect("no panic").insert(people[at].reference.clone(), answer);
                }
                None => drop(self.unanswered.fetch_add(1, SeqCst)),
            }
        }
    }

    fn ask(&self, agent: &ureq::Agent, path: &str, body: &Value, random: u64) -> Option<Told> {
        let service = {
            let services = self.services.lock().expect("no panic");
            services.get(usize::try_from(random % services.len().max(1) as u64).ok()?).copied()?
        };
        let url = format!("http://{service}{path}");
        let request = body.to_string();
        let sent = if path.matches('/').count() == 4 && !path.ends_with("withdrawal") {
            agent.put(&url).content_type("application/json").send(&request)
        } else {
            agent.post(&url).content_type("application/json").send(&request)
        };
        let mut response = sent.ok()?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().ok()?;
        if status >= 500 {
            thread::sleep(Duration::from_millis(20));
            return None;
        }
        let answer: Value = serde_json::from_str(&text).ok()?;
        if !matches!(status, 200 | 201) {
            // Whatever is refused here was granted before, or should have been: something is missing.
            self.impossible.lock().expect("no panic").push(format!("{path}: {status} {text}"));
            self.enough.store(true, SeqCst);
            return None;
        }
        self.answers.fetch_add(1, SeqCst);
        let receipt = &answer["receipt"];
        Some(Told {
            ticket: answer["ticket"].as_str()?.to_owned(),
            revision: receipt["revision"].as_u64()?,
            leaf_status: receipt["status"].as_str()?.to_owned(),
            change_key: answer["change_key"].as_str()?.to_owned(),
        })
    }

    /// What was acknowledged and is not in the register, or is older there.
    fn missing(&self, store: &str) -> Vec<String> {
        let programme = programme();
        let mut missing = self.impossible.lock().expect("no panic").clone();
        tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
            let database = Database::open(store, &programme).await.expect("a store");
            if let Err(fault) = database.check(&[]).await {
                missing.push(fault.to_string());
            }
            let clock = RehearsalClock::new(&programme, programme.window.closes_at_unix_s, 0).expect("a rehearsal");
            let frozen = database.freeze(&intake::Clock::Rehearsal(clock)).await.expect("after the close");
            let all = frozen.entries_by_ticket().await.expect("a sound register");
            let all: BTreeMap<String, _> = all.into_iter().map(|entry| (entry.ticket.to_string(), entry)).collect();
            for (person, told) in self.told.lock().expect("no panic").iter() {
                match all.get(&told.ticket) {
                    Some(entry) if u64::from(entry.revision) > told.revision => {}
                    Some(entry)
                        if u64::from(entry.revision) == told.revision && entry.status.name() == told.leaf_status => {}
                    other => missing.push(format!("{person}: told {told:?}, found {other:?}")),
                }
            }
            database.close().await;
        });
        missing
    }
}

fn wish(person: &Person, told: Option<&Told>, number: u32) -> (String, Value) {
    let id = format!("request-{number}");
    let Some(told) = told else { return (REGISTRATIONS.to_owned(), registration(person, &id)) };
    let path = format!("{REGISTRATIONS}/{}", told.ticket);
    if told.leaf_status != "active" {
        let mut again = registration(person, &id);
        again["change_key"] = json!(told.change_key);
        return (REGISTRATIONS.to_owned(), again);
    }
    // The same wish for the same number, so that a repeated request is the same request.
    match (u64::from(number) * 7 + told.revision) % 5 {
        0 => (format!("{path}/withdrawal"), withdrawal(person, &id, &told.change_key)),
        even if even % 2 == 0 => (path, amendment(person, &id, Some(&told.change_key), "c001-2")),
        _ => (path, amendment(person, &id, Some(&told.change_key), "c001-1")),
    }
}

/// xorshift64 (Marsaglia 2003).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// A store with people on its roll.
fn people(store: &str) -> Vec<Person> {
    let programme = programme();
    let names: Vec<String> = (0..PEOPLE).map(|number| format!("person-{number}")).collect();
    let lines: String = names.iter().map(|name| format!("{name},{BORN},11010\n")).collect();
    let csv = format!("reference,born,district\n{lines}");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let database = Database::open(store, &programme).await.expect("a store");
        let roll = Roll::new(database.clone(), secrets());
        roll.import(csv.as_bytes()).await.expect("a roll");
        let codes = roll.make_codes(&names, Reissue::Refuse).await.expect("codes");
        roll.put_codes(&codes).await.expect("codes in force");
        database.close().await;
        let person = |issued: intake::Issued| Person {
            reference: issued.reference,
            code: issued.code.spelled().to_string(),
            born: BORN,
        };
        codes.into_iter().map(person).collect()
    })
}

fn kills(few: u64) -> u64 {
    env::var("JEBI_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// Lets a crowd act while `trouble` is made; gives the crowd when all have stopped.
fn under(crowd: &Crowd, people: &[Person], trouble: impl FnOnce(&mut dyn FnMut())) {
    thread::scope(|scope| {
        for (part, seed) in people.chunks(PEOPLE.div_ceil(THREADS)).zip(11_u64..) {
            scope.spawn(move || crowd.act(part, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        }
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let _enough = Enough(&crowd.enough);
        trouble(&mut || thread::sleep(Duration::from_millis(100 + next(&mut random) % 400)));
    });
}

/// The crowd stops when the trouble is over, also when the trouble panics.
struct Enough<'a>(&'a AtomicBool);

impl Drop for Enough<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Kills the service `kills` times.
fn service_killed(store: &str, folder: &Path, kills: u64) -> (Crowd, Vec<String>) {
    let people = people(store);
    let mut service = Service::start(store, folder, &[]);
    let crowd = Crowd::new(&[&service]);
    under(&crowd, &people, |a_while| {
        for _ in 0..kills {
            a_while();
            service.kill();
            service = Service::start(store, folder, &[]);
            *crowd.services.lock().expect("no panic") = vec![service.address];
        }
        a_while();
    });
    drop(service);
    let missing = crowd.missing(store);
    (crowd, missing)
}

/// Kills the database server `kills` times; the service lives on.
fn postmaster_killed(cluster: &Cluster, store: &str, folder: &Path, kills: u64) -> (Crowd, Vec<String>) {
    let people = people(store);
    let service = Service::start(store, folder, &[]);
    let crowd = Crowd::new(&[&service]);
    under(&crowd, &people, |a_while| {
        for _ in 0..kills {
            a_while();
            cluster.kill();
            cluster.start_again();
        }
        a_while();
    });
    drop(service);
    let missing = crowd.missing(store);
    (crowd, missing)
}

#[track_caller]
fn nothing_is_missing((crowd, missing): (Crowd, Vec<String>), kills: u64) {
    let (answers, unanswered) = (crowd.answers.load(SeqCst), crowd.unanswered.load(SeqCst));
    println!("{kills} kills, {answers} acknowledged, {unanswered} unanswered, {} missing or older", missing.len());
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(answers > kills * 10, "{answers} answers are no load");
    assert!(unanswered > 0, "nobody was cut off: the kills came between the requests");
}

#[test]
fn a_service_on_sqlite_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    nothing_is_missing(service_killed(&store, folder.path(), kills(2)), kills(2));
}

#[test]
fn a_service_on_postgres_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = super::cluster::shared().fresh();
    nothing_is_missing(service_killed(&store, folder.path(), kills(2)), kills(2));
}

#[test]
fn the_database_server_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = Cluster::start(&[]);
    let store = cluster.fresh();
    nothing_is_missing(postmaster_killed(&cluster, &store, folder.path(), kills(2)), kills(2));
}

/// The control: a database that acknowledges before it has written must be caught, or the tests above prove nothing.
#[test]
fn a_database_that_does_not_wait_for_its_disk_is_caught_when_it_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = Cluster::start(&["wal_writer_delay=10s", "wal_writer_flush_after=1GB"]);
    for round in 0..5 {
        let store = cluster.fresh();
        let people = people(&store);
        let service = Service::start(&store, folder.path(), &[]);
        // Behind the service's back: it looked when it started.
        cluster.run("psql", &["-c", "alter system set synchronous_commit = off", "postgres"]);
        cluster.run("psql", &["-c", "select pg_reload_conf()", "postgres"]);
        let crowd = Crowd::new(&[&service]);
        under(&crowd, &people, |a_while| {
            a_while();
            a_while();
            cluster.kill();
        });
        drop(service);
        cluster.start_again();
        cluster.run("psql", &["-c", "alter system reset synchronous_commit", "postgres"]);
        cluster.run("psql", &["-c", "select pg_reload_conf()", "postgres"]);
        thread::sleep(Duration::from_millis(200));
        let missing = crowd.missing(&store);
        println!("round {round}: {} acknowledged, {} missing or older", crowd.answers.load(SeqCst), missing.len());
        if !missing.is_empty() {
            return;
        }
    }
    panic!("five times nothing was lost: this test does not find what it must");
}

#[test]
fn two_services_on_one_database_and_one_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = super::cluster::shared().fresh();
    let people = people(&store);
    let (one, mut other) = (Service::start(&store, folder.path(), &[]), Service::start(&store, folder.path(), &[]));
    let crowd = Crowd::new(&[&one, &other]);
    let mut before = 0;
    under(&crowd, &people, |a_while| {
        (0..4).for_each(|_| a_while());
        before = crowd.unanswered.load(SeqCst);
        other.kill();
        *crowd.services.lock().expect("no panic") = vec![one.address];
        (0..2).for_each(|_| a_while());
    });
    drop(one);
    assert_eq!(before, 0, "two services take turns; neither is told that it was too late");
    let (answers, missing) = (crowd.answers.load(SeqCst), crowd.missing(&store));
    println!("two services: {answers} acknowledged, {} missing or older", missing.len());
    assert!(missing.is_empty() && answers > 50, "{answers}, {missing:#?}");
}

/// The power goes: what was written and not flushed is gone. Gives what is missing from what a disk would have kept.
fn power_lost(lies: bool) -> (Crowd, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let shim = folder.path().join("shim.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/power/shim.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&shim)
        .arg(source)
        .args(["-ldl", "-lpthread"])
        .status();
    assert!(built.expect("cc").success());
    let (disk, kept) = (folder.path().join("disk"), folder.path().join("kept"));
    fs::create_dir(&disk).expect("a folder");
    fs::create_dir(&kept).expect("a folder");
    let file = disk.join("store.sqlite");
    let store = format!("sqlite:{}", file.display());
    let people = people(&store);
    // What is there so far has been on the disk for long.
    for name in ["store.sqlite", "store.sqlite-wal"] {
        if disk.join(name).exists() {
            fs::copy(disk.join(name), disk.join(format!("{name}.kept"))).expect("a copy");
        }
    }
    let mut variables = vec![("LD_PRELOAD", shim), ("JEBI_SHIM_FOLDER", disk.clone())];
    if lies {
        variables.push(("JEBI_SHIM_LIES", PathBuf::from("1")));
    }
    let mut service = Service::start(&store, folder.path(), &variables);
    let crowd = Crowd::new(&[&service]);
    under(&crowd, &people, |a_while| {
        a_while();
        a_while();
        service.kill();
    });
    for (from, to) in [("store.sqlite.kept", "store.sqlite"), ("store.sqlite-wal.kept", "store.sqlite-wal")] {
        if disk.join(from).exists() {
            fs::copy(disk.join(from), kept.join(to)).expect("a copy");
        }
    }
    let missing = crowd.missing(&format!("sqlite:{}", kept.join("store.sqlite").display()));
    (crowd, missing)
}

#[test]
fn nothing_acknowledged_is_lost_with_the_power() {
    let (crowd, missing) = power_lost(false);
    let answers = crowd.answers.load(SeqCst);
    println!("power lost: {answers} acknowledged, {} missing or older", missing.len());
    assert!(missing.is_empty() && answers > 20, "{answers}, {missing:#?}");
}

/// The control: on a disk that does not wait, the same loses what was acknowledged.
#[test]
fn a_disk_that_lies_about_flushing_is_caught() {
    let (crowd, missing) = power_lost(true);
    let answers = crowd.answers.load(SeqCst);
    println!("a disk that lies: {answers} acknowledged, {} missing or older", missing.len());
    assert!(!missing.is_empty() && answers > 20, "{answers}");
}

/// Nobody is told what cannot be kept, and when there is room again it goes on. Needs a file system of its own, which
/// only root can make.
#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).expect("a folder");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "jebi-test"]).arg(&disk).status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("not tried: no file system can be made here");
        return;
    }
    let store = format!("sqlite:{}", disk.join("store.sqlite").display());
    let outcome = std::panic::catch_unwind(|| {
        let people = people(&store);
        let service = Service::start(&store, folder.path(), &[]);
        let crowd = Crowd::new(&[&service]);
        let mut answers = [0; 3];
        under(&crowd, &people, |a_while| {
            a_while();
            // Everything that is left.
            let _ = fs::write(disk.join("filler"), vec![0; 64 << 20]);
            a_while();
            answers[0] = crowd.answers.load(SeqCst);
            a_while();
            answers[1] = crowd.answers.load(SeqCst);
            fs::remove_file(disk.join("filler")).expect("removed");
            (0..4).for_each(|_| a_while());
            answers[2] = crowd.answers.load(SeqCst);
        });
        drop(service);
        (answers, crowd.unanswered.load(SeqCst), crowd.missing(&store))
    });
    let unmounted = Command::new("umount").arg("-l").arg(&disk).status();
    let (answers, unanswered, missing) = outcome.expect("no panic");
    println!("full disk: {answers:?} acknowledged by then, {unanswered} unanswered, {} missing", missing.len());
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(unanswered > 0 && answers[2] > answers[1], "{answers:?}: full, and then not");
}
