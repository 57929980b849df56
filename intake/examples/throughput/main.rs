//! Acknowledgements a second through the real service, against the raw batched insert of the same rows, in one run.
//!
//! `cargo run --release -p intake --example throughput -- postgres` (or `sqlite`), then optionally the number of rounds
//! [5], seconds of each [4], rows that are in the store before [0], connections [256]. Each round: the service under so
//! many keep-alive connections, a tenth of the answers followed by an amendment; then the best client we know inserts the same rows —
//! batch, line, revisions, entries — a thousand a transaction, into tables with the same indexes and without triggers.
//! Prints the medians: acknowledgements a second, their times, the raw rate, the ratio, and what an acknowledgement
//! costs in microseconds of processor time in service and database.
//!
//! `throughput idle 10000`: so many connections read a page and stay; the memory that the service holds then. Each takes a
//! file descriptor here and one there (`ulimit -n`).

mod client;
#[path = "../../tests/cluster/mod.rs"]
mod cluster;
mod raw;

use intake::{
    Clock, Config, Database, Limits, Office, Randomness, RehearsalClock, Reissue, Roll, Secrets, serve_within,
};
use protocol::{
    note::{KeyType, SigningKey},
    programme::{
        Programme,
        source::{Source, compile},
    },
};
use std::{
    env,
    error::Error,
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What is measured.
struct Wanted {
    rounds: usize,
    /// Seconds of each.
    seconds: usize,
    /// Rows that are in the store before.
    before: usize,
    /// Connections that are kept alive.
    connections: usize,
}

/// People of one round: more than can be registered in it.
const PEOPLE_A_SECOND: usize = 30_000;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let wanted = || -> Outcome<Wanted> {
        Ok(Wanted {
            rounds: number(1, 5)?,
            seconds: number(2, 4)?,
            before: number(3, 0)?,
            connections: number(4, 256)?,
        })
    };
    match arguments.first().map(String::as_str) {
        Some("serve") => serve_until_killed(arguments.get(1).ok_or("serve needs a store")?),
        Some("sqlite") => {
            let folder = tempfile::tempdir()?;
            let store = format!("sqlite:{}", folder.path().join("store.sqlite").display());
            measure(&store, None, &wanted()?)
        }
        Some("postgres") => {
            let cluster = cluster::Cluster::start(&[
                "shared_buffers=1GB",
                "max_wal_size=8GB",
                "wal_compression=lz4",
                "checkpoint_timeout=30min",
            ]);
            measure(&cluster.fresh(), Some(&cluster), &wanted()?)
        }
        Some("idle") => idle(number(1, 10_000)?),
        _ => {
            Err("usage: throughput postgres|sqlite [ROUNDS] [SECONDS] [ROWS BEFORE] [CONNECTIONS], or throughput idle [CONNECTIONS]"
                .into())
        }
    }
}

fn measure(store: &str, cluster: Option<&cluster::Cluster>, wanted: &Wanted) -> Outcome {
    let Wanted { rounds, seconds, before, connections } = *wanted;
    let people = rounds * seconds * PEOPLE_A_SECOND;
    say(&format!("{people} people on the roll ..."));
    let codes = roll(store, people)?;
    let mut raw = raw::Raw::open(store)?;
    if before > 0 {
        say(&format!("{before} rows before ..."));
        raw.fill(before)?;
    }
    let service = Service::start(store)?;
    let mut rows = Vec::new();
    for (round, codes) in codes.chunks(seconds * PEOPLE_A_SECOND).enumerate() {
        let cpu = || (ticks(&[service.child.id()]), cluster.map_or(0, |cluster| ticks(&processes(cluster))));
        let (start, from) = (now(), cpu());
        let answered = client::run(&service.address, codes, connections, Duration::from_secs(seconds as u64))?;
        let (time, to) = (start.elapsed().as_secs_f64(), cpu());
        let acknowledged = answered.times.len() as f64;
        let microseconds = |ticks: u64| ticks as f64 * 10_000.0 / acknowledged;
        let inserted = raw.run(Duration::from_secs(seconds as u64 / 2 + 1))?;
        let row = Row {
            rate: acknowledged / time,
            raw: inserted,
            p50: answered.at(0.50),
            p99: answered.at(0.99),
            service: microseconds(to.0 - from.0),
            database: microseconds(to.1 - from.1),
        };
        say(&format!("round {}: {row}; {} refused or unanswered", round + 1, answered.refused));
        rows.push(row);
    }
    let median = |of: fn(&Row) -> f64| {
        let mut all: Vec<f64> = rows.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let row = Row {
        rate: median(|row| row.rate),
        raw: median(|row| row.raw),
        p50: median(|row| row.p50),
        p99: median(|row| row.p99),
        service: median(|row| row.service),
        database: median(|row| row.database),
    };
    say(&format!("median: {row}; median ratio {:.2}", median(|row| row.rate / row.raw)));
    Ok(())
}

/// What connections cost that are kept open after a page was read: memory of the service, in all and for each.
fn idle(connections: usize) -> Outcome {
    let folder = tempfile::tempdir()?;
    let store = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    roll(&store, 1)?;
    let service = Service::start(&store)?;
    let before = resident_kib(service.child.id())?;
    let open = client::read_and_stay(&service.address, connections)?;
    let held = resident_kib(service.child.id())?;
    say(&format!(
        "{} connections stay open: {:.0} MB, {:.1} kB each ({:.0} MB before the first)",
        open.len(),
        held as f64 * 1.024e-3,
        (held - before) as f64 * 1.024 / open.len() as f64,
        before as f64 * 1.024e-3
    ));
    Ok(())
}

fn resident_kib(process: u32) -> Outcome<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().next().ok_or("no figure")?.parse()?)
}

/// One round.
struct Row {
    rate: f64,
    raw: f64,
    p50: f64,
    p99: f64,
    service: f64,
    database: f64,
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rate, raw, p50, p99, service, database } = self;
        let (ratio, cpu) = (rate / raw, service + database);
        write!(
            f,
            "{rate:.0}/s against {raw:.0}/s raw = {ratio:.2}; p50 {p50:.1} ms, p99 {p99:.1} ms; \
             {cpu:.0} us an acknowledgement (service {service:.0}, database {database:.0})"
        )
    }
}

/// The service in a process of its own.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(store: &str) -> Outcome<Self> {
        let mut child = Command::new(env::current_exe()?).args(["serve", store]).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve_until_killed(store: &str) -> Outcome {
    let programme = programme()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let clock = RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0)?;
        let config = Config {
            database: Database::open(store, &programme).await?,
            receipts_key: SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32])?,
            secrets: secrets(),
            clock: Clock::Rehearsal(clock),
            randomness: Randomness::system(),
            office: Office::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let serving = serve_within(config, listener, Limits::default().with_connections(16_384))?;
        writeln!(std::io::stdout(), "{}", serving.address())?;
        std::future::pending::<Outcome>().await
    })
}

/// People with codes: who is asked to register in which order does not matter.
fn roll(store: &str, people: usize) -> Outcome<Vec<String>> {
    let programme = programme()?;
    let names: Vec<String> = (0..people).map(|number| format!("person-{number}")).collect();
    let lines: String = names.iter().map(|name| format!("{name},1960-02-29,11010\n")).collect();
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::open(store, &programme).await?;
        let roll = Roll::new(database.clone(), secrets());
        roll.import(format!("reference,born,district\n{lines}").as_bytes()).await?;
        let codes = roll.make_codes(&names, Reissue::Refuse).await?;
        roll.put_codes(&codes).await?;
        database.close().await;
        Ok(codes.iter().map(|issued| issued.code.spelled().to_string()).collect())
    })
}

fn programme() -> Outcome<Programme> {
    Ok(compile(&Source {
        programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    })
    .map_err(|error| format!("{error:?}"))?)
}

fn secrets() -> Secrets {
    Secrets::new([11; 32], [12; 32])
}

/// The cluster's processes.
fn processes(cluster: &cluster::Cluster) -> Vec<u32> {
    let postmaster = cluster.postmaster();
    let mut all = cluster::children(postmaster);
    all.push(postmaster);
    all
}

/// Processor time of these processes so far, in ticks of 10 ms.
fn ticks(processes: &[u32]) -> u64 {
    let of = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    };
    processes.iter().filter_map(of).sum()
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}
