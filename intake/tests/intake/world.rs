//! What the tests share: the sample programme, an intake that serves it on a clock that stands still, people with codes.

use intake::{Clock, Config, Database, Office, Randomness, RehearsalClock, Reissue, Roll, Secrets, Serving, serve};
use protocol::{
    entry::ChangeKey,
    hash::{Hash, hex},
    note::{KeyType, SigningKey},
    programme::{
        Programme,
        source::{Source, compile},
    },
    receipt::{CheckedReceipt, Receipt},
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Runtime};

pub(crate) const BORN: &str = "1960-02-29";

/// A person on the roll.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) reference: String,
    pub(crate) code: String,
    pub(crate) born: &'static str,
}

/// An answer of the intake.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: ureq::http::HeaderMap,
}

/// A running intake and its people.
pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) folder: TempDir,
    pub(crate) programme: Programme,
    pub(crate) database: Database,
    pub(crate) clock: RehearsalClock,
    pub(crate) address: SocketAddr,
    pub(crate) agent: ureq::Agent,
    serving: Option<Serving>,
}

pub(crate) fn programme() -> Programme {
    compile(&SAMPLE).expect("the sample is a programme")
}

pub(crate) const SAMPLE: Source = Source {
    programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
    districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
    sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
    sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
    reserves_csv: None,
    reach_csv: None,
};

pub(crate) fn secrets() -> Secrets {
    Secrets::new([11; 32], [12; 32])
}

pub(crate) fn receipts_key() -> SigningKey {
    SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).expect("the sample's key")
}

pub(crate) fn office() -> Office {
    Office { phone: Some("02-120".into()), results: Some("https://draws.example/sample/".into()), ..Office::default() }
}

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

impl World {
    /// An open window, tickets that depend on the person alone.
    pub(crate) fn new() -> Self {
        Self::with(programme())
    }

    pub(crate) fn with(programme: Programme) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
        let runtime = Runtime::new().expect("a runtime");
        let database = runtime.block_on(open(&folder, &programme));
        let serving = runtime.block_on(start(&database, &clock));
        let address = serving.address();
        Self { runtime, folder, programme, database, clock, address, agent: agent(), serving: Some(serving) }
    }

    /// Puts people of the first district on the roll and gives them codes.
    pub(crate) fn people(&self, born: &'static str, names: impl IntoIterator<Item = String>) -> Vec<Person> {
        self.people_of("11010", born, names)
    }

    /// The same for any district.
    pub(crate) fn people_of(
        &self,
        district: &str,
        born: &'static str,
        names: impl IntoIterator<Item = String>,
    ) -> Vec<Person> {
        let names: Vec<String> = names.into_iter().collect();
        let lines: String = names.iter().map(|name| format!("{name},{born},{district}\n")).collect();
        let csv = format!("reference,born,district\n{lines}");
        let roll = Roll::new(self.database.clone(), secrets());
        let issued = self.runtime.block_on(async {
            roll.import(csv.as_bytes()).await.expect("a roll");
            let codes = roll.make_codes(&names, Reissue::Allow).await.expect("codes");
            roll.put_codes(&codes).await.expect("codes in force");
            codes
        });
        let person = |issued: intake::Issued| Person {
            reference: issued.reference,
            code: issued.code.spelled().to_string(),
            born,
        };
        issued.into_iter().map(person).collect()
    }

    pub(crate) fn person(&self, name: &str) -> Person {
        self.people(BORN, [name.to_owned()]).remove(0)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.agent.post(self.url(path)).content_type("application/json").send(body.to_string()))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        answer(self.agent.put(self.url(path)).content_type("application/json").send(body.to_string()))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let found = answer(self.agent.get(self.url(path)).call());
        match found.headers.get("location") {
            Some(form) => answer(self.agent.get(self.url(form.to_str().expect("an address"))).call()),
            None => found,
        }
    }

    /// Sends these bytes on a connection of their own, and gives all that comes back.
    pub(crate) fn send_raw(&self, request: &[u8]) -> Vec<u8> {
        raw(self.address, request)
    }

    /// What the operator's monitoring reads.
    pub(crate) fn metrics(&self) -> String {
        self.serving.as_ref().expect("it serves").monitor().text()
    }

    pub(crate) fn form(&self, path: &str, pairs: &[(String, String)]) -> Answer {
        answer(self.agent.post(self.url(path)).send_form(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str()))))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn register(&self, person: &Person, request_id: &str) -> Answer {
        self.post(REGISTRATIONS, &registration(person, request_id))
    }

    /// The receipt of a granted request, checked as its holder would.
    pub(crate) fn receipt(&self, answer: &Answer) -> CheckedReceipt {
        let receipt = answer.receipt();
        receipt.check(&self.programme).expect("a good receipt")
    }

    /// Ends this intake in good order and starts another on the same file.
    pub(crate) fn restart(&mut self) {
        let serving = self.serving.take().expect("it serves");
        self.runtime.block_on(async {
            serving.stop().await;
            self.database.close().await;
        });
        self.database = self.runtime.block_on(open(&self.folder, &self.programme));
        let serving = self.runtime.block_on(start(&self.database, &self.clock));
        self.address = serving.address();
        self.serving = Some(serving);
    }

    pub(crate) fn close_window(&self) {
        self.clock.set(self.programme.window.closes_at_unix_s);
    }

    pub(crate) fn entries(&self) -> Vec<protocol::entry::Revision> {
        let clock = Clock::Rehearsal(self.clock.clone());
        self.runtime.block_on(async {
            let frozen = self.database.freeze(&clock).await.expect("the window is closed");
            frozen.entries_by_ticket().await.expect("a sound register")
        })
    }
}

pub(crate) const REGISTRATIONS: &str = "/api/v0/registrations";

pub(crate) async fn open(folder: &TempDir, programme: &Programme) -> Database {
    let address = format!("sqlite:{}", folder.path().join("intake.sqlite").display());
    Database::open(&address, programme).await.expect("a store")
}

pub(crate) async fn start(database: &Database, clock: &RehearsalClock) -> Serving {
    let randomness = Randomness::repeatable(database.programme(), [9; 32]).expect("a rehearsal");
    let config = Config {
        database: database.clone(),
        receipts_key: receipts_key(),
        secrets: secrets(),
        clock: Clock::Rehearsal(clock.clone()),
        randomness,
        office: office(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    serve(config, listener).expect("it serves")
}

/// Sends these bytes to an address, and gives all that comes back within some seconds.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(3))).expect("a limit");
    // Who is refused in mid-sentence may find the door closed.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

pub(crate) fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = response.expect("an answer");
    let headers = response.headers().clone();
    let text = response.body_mut().read_to_string().expect("text");
    Answer { status: response.status().as_u16(), text, headers }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or("granted").to_owned())
    }

    pub(crate) fn ticket(&self) -> String {
        self.json()["ticket"].as_str().expect("a ticket").to_owned()
    }

    pub(crate) fn change_key(&self) -> String {
        self.json()["change_key"].as_str().expect("a change key made by the server").to_owned()
    }

    pub(crate) fn receipt(&self) -> Receipt {
        let bytes = serde_json::to_vec(&self.json()["receipt"]).expect("JSON");
        Receipt::parse(&bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

pub(crate) fn registration(person: &Person, request_id: &str) -> Value {
    json!({
        "access_code": person.code,
        "birth_date": person.born,
        "request_id": request_id,
        "choices": [{ "session": "c001-1" }, { "site": "c002" }],
    })
}

/// A change of the choices; the key may be left out.
pub(crate) fn amendment(person: &Person, request_id: &str, change_key: Option<&str>, session: &str) -> Value {
    let mut body = registration(person, request_id);
    body["choices"] = json!([{ "session": session }]);
    if let Some(key) = change_key {
        body["change_key"] = json!(key);
    }
    body
}

pub(crate) fn withdrawal(person: &Person, request_id: &str, change_key: &str) -> Value {
    json!({
        "access_code": person.code,
        "birth_date": person.born,
        "request_id": request_id,
        "change_key": change_key,
    })
}

/// A change key the applicant makes, and the hash the operator gets.
pub(crate) fn own_key(byte: u8) -> (String, String) {
    let key = ChangeKey([byte; 32]);
    (hex(&key.0), Hash(key.hash().0).to_string())
}
