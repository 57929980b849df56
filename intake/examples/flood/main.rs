//! Ten times as many as there is room for: an open-loop generator that says what it really delivered, and what became of it.
//!
//! ```sh
//! cargo run --release -p intake --example flood                       # the intake alone: capacity, then ten times as many
//! cargo run --release -p intake --example flood -- nginx rate=3000    # behind nginx, which lets 3,000 a second through
//! cargo run --release -p intake --example flood -- nginx rate=3000 strangers    # codes that nobody was sent, as many
//! ```
//!
//! Arguments: `nginx`; `rate=N` sends a second that nginx lets through (the capacity then); `times=N` [10, with `strangers` 1];
//! `seconds=N` [8] of each part; `connections=N` [3000]; `people=N` [150000]; `store=URL` (an empty database; default SQLite in a
//! folder of its own); `strangers`, and with it `honest=N` [200] registrations a second beside them.
//!
//! First 256 connections send as fast as they are answered: the capacity. Then each of `connections` sends at its own fixed
//! times, whether or not others are answered, from a loopback address of its own. Who is refused tries again with the same
//! request. A request counts as delivered once its last byte was written; the time of an acknowledgement runs from the
//! moment at which it should have been sent. What the generator could not send in time is told, not left out.

mod process;
mod strangers;

use intake::{
    Clock, Config, Database, Limits, Office, Randomness, RehearsalClock, Reissue, Roll, Secrets, serve_within,
};
use process::Servers;
use protocol::{
    note::{KeyType, SigningKey},
    programme::{
        Programme,
        source::{Source, compile},
    },
};
use std::{
    error::Error,
    io::{BufRead, Write as _},
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::{Instant, sleep_until, timeout},
};

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fallible<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const BORN: &str = "1960-02-29";
/// Connections of the first part.
const CLOSED: u32 = 256;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

struct Options {
    nginx: bool,
    rate: u32,
    times: u32,
    seconds: u32,
    connections: u32,
    people: usize,
    store: Option<String>,
    /// Registrations a second beside strangers, where these are asked for.
    honest: Option<u32>,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    delivered: u64,
    refused: u64,
    /// Told that the code or the birth date is wrong.
    unknown: u64,
    failed: u64,
    /// Sent more than a tenth of a second after their time.
    late: u64,
    /// Of acknowledgements, in microseconds from when the request was due.
    waits_us: Vec<u64>,
}

fn main() -> Fallible {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let [verb, store] = &arguments[..]
        && verb == "serve"
    {
        return runtime.block_on(serve(store));
    }
    let options = Options::parse(&arguments)?;
    runtime.block_on(flood(&options))
}

impl Options {
    fn parse(arguments: &[String]) -> Fallible<Self> {
        let value = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='));
        let number = |name: &str, usual: u32| value(name).map_or(Ok(usual), str::parse::<u32>);
        let has = |word: &str| arguments.iter().any(|argument| argument == word);
        Ok(Self {
            nginx: has("nginx"),
            rate: number("rate", 3000)?,
            times: number("times", if has("strangers") { 1 } else { 10 })?,
            seconds: number("seconds", 8)?,
            connections: number("connections", 3000)?,
            people: number("people", 150_000)? as usize,
            store: value("store").map(str::to_owned),
            honest: has("strangers").then(|| number("honest", 200)).transpose()?,
        })
    }
}

async fn flood(options: &Options) -> Fallible {
    let folder = tempfile::tempdir()?;
    let own = format!("sqlite:{}", folder.path().join("intake.sqlite").display());
    let store = options.store.clone().unwrap_or(own);
    let requests: Vec<Arc<[u8]>> = people(&store, options.people).await?;
    let servers = Servers::start(folder.path(), &store, options.nginx.then_some(options.rate))?;
    while TcpStream::connect(servers.address()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    match options.honest {
        Some(honest) => strangers::beside(options, honest, &servers, &requests).await?,
        None => overload(options, &servers, &requests).await,
    }
    servers.end();
    Ok(())
}

/// The capacity, then so many times as much.
async fn overload(options: &Options, servers: &Servers, requests: &[Arc<[u8]>]) {
    let span = Duration::from_secs(options.seconds.into());
    let (first, rest) = requests.split_at(requests.len() / 2);
    // Behind nginx the capacity is what it lets through, and the first part shows that it is to be had.
    let asked = options.nginx.then_some(f64::from(options.rate));
    let cpu = servers.cpu_s();
    let calm = send(servers.address(), first, CLOSED, asked, span).await;
    tell("capacity", &calm, span, servers, cpu);
    let capacity = asked.unwrap_or(calm.rate(span));
    let cpu = servers.cpu_s();
    let offered = capacity * f64::from(options.times);
    let crowd = send(servers.address(), rest, options.connections, Some(offered), span).await;
    tell(&format!("{} times", options.times), &crowd, span, servers, cpu);
    say(format!(
        "offered {offered:.0}/s, delivered {:.0}/s = {:.1} times the capacity; goodput {:.2} of the capacity ({:.2} of the first part)",
        crowd.delivered as f64 / span.as_secs_f64(),
        crowd.delivered as f64 / span.as_secs_f64() / capacity,
        crowd.rate(span) / capacity,
        crowd.rate(span) / calm.rate(span),
    ));
}

fn say(line: String) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn tell(part: &str, seen: &Seen, span: Duration, servers: &Servers, before: [f64; 2]) {
    let [intake, nginx] = servers.cpu_s();
    say(format!(
        "{part:10} delivered {:7.0}/s  acknowledged {:6.0}/s  refused {:7.0}/s  failed {:4}  late {:5}  p50 {:5.0} ms  p99 {:5.0} ms  p99.9 {:5.0} ms  intake {:.2} s of CPU, nginx {:.2} s",
        seen.delivered as f64 / span.as_secs_f64(),
        seen.rate(span),
        seen.refused as f64 / span.as_secs_f64(),
        seen.failed,
        seen.late,
        seen.wait_ms(500),
        seen.wait_ms(990),
        seen.wait_ms(999),
        intake - before[0],
        nginx - before[1],
    ));
}

impl Seen {
    /// Acknowledgements a second.
    fn rate(&self, span: Duration) -> f64 {
        self.waits_us.len() as f64 / span.as_secs_f64()
    }

    /// So many thousandths of the acknowledgements came within this time, in milliseconds.
    fn wait_ms(&self, thousandths: usize) -> f64 {
        let mut waits = self.waits_us.clone();
        waits.sort_unstable();
        waits.get(waits.len() * thousandths / 1000).map_or(0.0, |us| *us as f64 / 1e3)
    }

    fn add(mut self, other: Self) -> Self {
        self.delivered += other.delivered;
        self.refused += other.refused;
        self.unknown += other.unknown;
        self.failed += other.failed;
        self.late += other.late;
        self.waits_us.extend(other.waits_us);
        self
    }
}

/// Sends on so many connections for a while: at `rate` a second all together, or each as soon as it is answered.
async fn send(
    address: SocketAddr,
    requests: &[Arc<[u8]>],
    connections: u32,
    rate: Option<f64>,
    span: Duration,
) -> Seen {
    let share = requests.len() / connections as usize;
    let start = Instant::now() + Duration::from_millis(500);
    let tasks: Vec<_> = (0..connections)
        .zip(requests.chunks(share.max(1)))
        .map(|(number, own)| {
            let period = rate.map(|rate| Duration::from_secs_f64(f64::from(connections) / rate));
            let first =
                period.map_or(start, |period| start + period.mul_f64(f64::from(number) / f64::from(connections)));
            tokio::spawn(one(number, address, own.to_vec(), first, period, start + span))
        })
        .collect();
    let mut all = Seen::default();
    for task in tasks {
        all = all.add(task.await.unwrap_or_default());
    }
    all
}

/// One connection: people in their turn, each until acknowledged.
async fn one(
    number: u32,
    address: SocketAddr,
    people: Vec<Arc<[u8]>>,
    first: Instant,
    period: Option<Duration>,
    end: Instant,
) -> Seen {
    let (mut seen, mut due, mut stream, mut at) = (Seen::default(), first, None, 0);
    while due < end && at < people.len() {
        sleep_until(due).await;
        if Instant::now() >= end {
            break;
        }
        if due.elapsed() > Duration::from_millis(100) {
            seen.late += 1;
        }
        match timeout(PATIENCE, ask(&mut stream, number, address, &people[at], &mut seen.delivered)).await {
            Ok(Ok(200 | 201)) => {
                // What is answered after the end is an acknowledgement, and no part of the rate.
                if Instant::now() <= end {
                    seen.waits_us.push(u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                at += 1;
            }
            Ok(Ok(403)) => {
                seen.unknown += 1;
                at += 1;
            }
            Ok(Ok(503 | 429)) => seen.refused += 1,
            _ => {
                seen.failed += 1;
                stream = None;
            }
        }
        due = period.map_or_else(Instant::now, |period| due + period);
    }
    seen
}

/// One request and the status of its answer.
async fn ask(
    stream: &mut Option<TcpStream>,
    number: u32,
    address: SocketAddr,
    request: &[u8],
    delivered: &mut u64,
) -> Fallible<u16> {
    let open = match stream.take() {
        Some(open) => open,
        None => connect(number, address).await?,
    };
    let mut open = open;
    open.write_all(request).await?;
    *delivered += 1;
    let (mut answer, mut length) = ([0; 8192], 0);
    let (status, whole, close) = loop {
        let read = open.read(answer.get_mut(length..).ok_or("a long answer")?).await?;
        length += read;
        let text = &answer[..length];
        if read == 0 {
            return Err("closed".into());
        }
        if let Some(head) = text.windows(4).position(|four| four == b"\r\n\r\n") {
            let head_text = std::str::from_utf8(&text[..head])?.to_ascii_lowercase();
            let body = head_text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            let status = head_text.get(9..12).and_then(|status| status.parse().ok()).ok_or("no status")?;
            break (status, head + 4 + body.unwrap_or(0), head_text.contains("connection: close"));
        }
    };
    while length < whole {
        let read = open.read(&mut answer[..]).await?;
        if read == 0 {
            return Err("closed".into());
        }
        length += read;
    }
    *stream = (!close).then_some(open);
    Ok(status)
}

/// From a loopback address of its own, as people have.
async fn connect(number: u32, address: SocketAddr) -> Fallible<TcpStream> {
    let [_, _, high, low] = number.to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 1, high, low), 0).into())?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn serve(store: &str) -> Fallible {
    let programme = programme()?;
    let clock = RehearsalClock::new(&programme, programme.window.opens_at_unix_s + 3600, 1)?;
    let config = Config {
        database: Database::open(store, &programme).await?,
        receipts_key: SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32])?,
        secrets: secrets(),
        clock: Clock::Rehearsal(clock),
        randomness: Randomness::system(),
        office: Office::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let serving = serve_within(config, listener, Limits::default().with_connections(8192))?;
    say(serving.address().to_string());
    tokio::task::spawn_blocking(|| std::io::stdin().lock().lines().for_each(drop)).await?;
    serving.stop().await;
    Ok(())
}

/// Puts people on the roll and gives the request of each.
async fn people(store: &str, count: usize) -> Fallible<Vec<Arc<[u8]>>> {
    let programme = programme()?;
    let database = Database::open(store, &programme).await?;
    let names: Vec<String> = (0..count).map(|number| format!("person-{number}")).collect();
    let lines: String = names.iter().map(|name| format!("{name},{BORN},11010\n")).collect();
    let roll = Roll::new(database.clone(), secrets());
    roll.import(format!("reference,born,district\n{lines}").as_bytes()).await?;
    let codes = roll.make_codes(&names, Reissue::Allow).await?;
    roll.put_codes(&codes).await?;
    database.close().await;
    Ok(codes.iter().map(|issued| request(&issued.code.spelled())).collect())
}

/// The registration of whoever has this code.
fn request(code: &str) -> Arc<[u8]> {
    let body = format!(
        r#"{{"access_code":"{code}","birth_date":"{BORN}","request_id":"flood-{code}","choices":[{{"session":"c001-1"}},{{"site":"c002"}},{{"site":"c003"}}]}}"#
    );
    let length = body.len();
    let head = "POST /api/v0/registrations HTTP/1.1\r\nhost: draw.example\r\ncontent-type: application/json";
    format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes().into()
}

fn secrets() -> Secrets {
    Secrets::new([11; 32], [12; 32])
}

fn programme() -> Fallible<Programme> {
    let sample = Source {
        programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    };
    compile(&sample).map_err(|faults| format!("{faults:?}").into())
}
