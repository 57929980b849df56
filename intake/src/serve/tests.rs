//! The limits: of connections, of their time, of the queue.

use super::*;
use crate::{connections::HEAD_BYTES, roll::Roll};
use axum::{Router, response::Response, routing::get};
use hyper::{body::Incoming, service::Service};
use hyper_util::service::TowerToHyperService;
use protocol::{
    note::KeyType,
    programme::source::{Source, compile},
};
use std::{convert::Infallible, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SHORT: Limits = Limits {
    connections: 1,
    head: Duration::from_millis(200),
    connection: Duration::from_millis(600),
    arriving: Duration::from_millis(50),
    last: Duration::from_millis(400),
};

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

struct Doors {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn doors(router: Router, limits: Limits) -> Doors {
    doors_of(TowerToHyperService::new(router), limits).await
}

async fn doors_of<S>(service: S, limits: Limits) -> Doors
where
    S: Service<hyper::Request<Incoming>, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    let meters = Arc::new(Meters::new(limits.crowd()));
    let conversation = Conversation { service, stopped, limits, meters };
    Doors { address, stop, task: tokio::spawn(accept(listener, conversation)) }
}

fn pages() -> Router {
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "slow"
    };
    let long = || async { vec![b'x'; 32 << 20] };
    Router::new().route("/", get(|| async { "short" })).route("/slow", get(slow)).route("/long", get(long))
}

impl Doors {
    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(bytes).await.expect("sent");
        stream
    }
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut text)).await;
    let _cut_off = read.expect("an end");
    String::from_utf8(text).expect("text")
}

#[tokio::test]
async fn whoever_does_nothing_gives_the_place_to_the_next() {
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes();
    for idle in [Vec::new(), b"GET / HT".to_vec(), get("/"), get("/long")] {
        let doors = doors(pages(), SHORT).await;
        let first = doors.send(&idle).await;
        // There is one place, and its holder neither reads nor leaves.
        let second = rest(doors.send(ASK).await).await;
        assert!(second.starts_with("HTTP/1.1 200 "), "{second}");
        drop(first);
    }
}

#[tokio::test]
async fn a_head_longer_than_any_of_ours_is_refused_before_it_is_all_held() {
    let doors = doors(pages(), SHORT).await;
    let mut head = b"GET / HTTP/1.1\r\nhost: x\r\nlong: ".to_vec();
    head.resize(HEAD_BYTES + 1, b'x');
    let answer = rest(doors.send(&head).await).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn the_end_waits_for_what_was_asked_and_takes_in_nothing_new() {
    let doors = doors(pages(), SHORT).await;
    let asked = doors.send(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    doors.stop.send(true).expect("it serves");
    let answer = rest(asked).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("slow"), "{answer}");
    doors.task.await.expect("no panic");
    assert!(TcpStream::connect(doors.address).await.is_err(), "nobody listens");
}

/// An intake whose queue has one place and whose writer has not begun, with a person's code.
async fn intake(
    folder: &tempfile::TempDir,
) -> (Arc<Intake>, Writer, tokio::sync::mpsc::Receiver<crate::writer::Job>, String) {
    let source = Source {
        programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    };
    let programme = compile(&source).expect("the sample");
    let address = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    let database = Database::open(&address, &programme).await.expect("a store");
    let secrets = Secrets::new([1; 32], [2; 32]);
    let roll = Roll::new(database.clone(), secrets.clone());
    roll.import("reference,born,district\nkim,1960-01-01,11010\n".as_bytes()).await.expect("a roll");
    let codes = roll.make_codes(&["kim".to_owned()], crate::Reissue::Refuse).await.expect("a code");
    roll.put_codes(&codes).await.expect("a code in force");
    let code = codes[0].code.spelled().to_string();
    let clock = crate::RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
    let clock = Clock::Rehearsal(clock);
    let key = Arc::new(SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).expect("a key"));
    let Database { store, programme } = database;
    let (queue, waiting, pace) = Queue::with_places(1);
    let (tries, _) = Tries::start(store.clone(), clock.now());
    let [ledgers, looks] = [store.clone(), store.clone()];
    let writer = Writer {
        ledger: Box::new(move || ledgers.ledger()),
        ahead: Box::new(move || looks.look_ahead()),
        programme: programme.clone(),
        key: key.clone(),
        secrets: secrets.clone(),
        tries: tries.clone(),
        randomness: Randomness::system(),
        clock: clock.clone(),
        pace,
        by: By::intake(),
    };
    let places = Places::of(&programme);
    let published = Fixed::new("application/json", programme.bytes().to_vec().into());
    let (prepared, office) = (Prepared::default(), Office::default());
    let intake = Intake {
        programme,
        published,
        prepared,
        office,
        places,
        store,
        secrets,
        key,
        clock,
        tries,
        queue,
        paused: AtomicBool::new(false),
        stopping: AtomicBool::new(false),
        readers: Semaphore::new(READERS),
        meters: Arc::new(Meters::new(100)),
    };
    (Arc::new(intake), writer, waiting, code)
}

fn post(path: &str, media: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test]
async fn who_finds_the_queue_full_is_asked_to_come_again_and_then_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (intake, writer, waiting, code) = intake(&folder).await;
    let doors = doors_of(Door::new(intake.clone()).await, Limits::default()).await;
    let form = format!("request_id=request-1&c=session.c001-1&access_code={code}&birth_date=19600101&lang=en");
    let form = post("/send", "application/x-www-form-urlencoded", &form);
    let json = format!(
        r#"{{"access_code":"{code}","birth_date":"1960-01-01","request_id":"request-2","choices":[{{"session":"c001-1"}}]}}"#
    );
    let json = post("/api/v0/registrations", "application/json", &json);

    let taken = intake.admit().expect("one place");
    for request in [&json, &form] {
        let answer = rest(doors.send(request).await).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("\r\nretry-after: "), "{head}");
        assert!(body.contains("Nothing was saved") && !body.contains(&code), "{body}");
    }
    let page = rest(doors.send(&form).await).await;
    for kept in [r#"name="request_id" value="request-1""#, r#"name="c" value="session.c001-1""#] {
        assert!(page.contains(kept), "the form can be sent again as it is: {page}");
    }
    assert_eq!(intake.store.revision_count().await, Ok(0));

    drop(taken);
    let writer = writer.start(waiting);
    for (request, status) in [(&form, 200), (&form, 200), (&json, 409)] {
        let answer = rest(doors.send(request).await).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    assert_eq!(intake.store.revision_count().await, Ok(1));

    // Everything ends once nobody can ask any more.
    drop(intake);
    doors.stop.send(true).expect("it serves");
    doors.task.await.expect("no panic");
    tokio::time::timeout(Duration::from_secs(5), writer).await.expect("an end").expect("no panic");
}
