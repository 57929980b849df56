//! Attacks, tried: each is refused, nothing is stored by it, and everybody else is served.

use super::world::*;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// Words that some database, page, shell or log would take for more than text.
const WORDS: [&str; 8] = [
    "' OR '1'='1",
    "'); DROP TABLE person; --",
    "\"; SELECT pg_sleep(9); --",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "../../../../etc/passwd",
    "line\r\n2023-08-10 ERROR forged",
    "\u{0}\u{202e}%00${jndi:ldap://x}",
];

fn revisions(world: &World) -> u64 {
    world.runtime.block_on(world.database.totals()).expect("totals").revisions
}

#[test]
fn words_of_other_languages_are_text_in_every_field() {
    let world = World::new();
    let person = world.person("kim");
    for word in WORDS {
        for field in ["access_code", "birth_date", "request_id"] {
            let mut body = registration(&person, "request-1");
            body[field] = json!(word);
            let answer = world.post(REGISTRATIONS, &body);
            assert!((400..500).contains(&answer.status), "{field} {word:?}: {}", answer.text);
        }
        let mut body = registration(&person, "request-1");
        body["choices"] = json!([{ "session": word }]);
        assert_eq!(world.post(REGISTRATIONS, &body).code(), (422, "unknown-choice".to_owned()), "{word:?}");
        let pairs = ["access_code", "birth_date", "request_id", "c", "change_key", "lang"]
            .map(|f| (f.to_owned(), word.to_owned()));
        for path in ["/send", "/change", "/withdraw"] {
            let page = world.form(path, &pairs);
            assert!((400..500).contains(&page.status), "{path} {word:?}: {}", page.status);
            assert!(!page.text.contains("<script>") && !page.text.contains("<img src=x"), "{path}: {}", page.text);
        }
    }
    assert_eq!(revisions(&world), 0);
    assert_eq!(world.register(&person, "request-1").status, 201, "the roll is still there");
}

#[test]
fn a_form_of_another_site_is_refused() {
    let world = World::new();
    let person = world.person("kim");
    let body = registration(&person, "request-1").to_string();
    let send = |origin: &str, site: &str| {
        let mut request = world.agent.post(world.url(REGISTRATIONS)).content_type("application/json");
        for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        answer(request.send(body.clone())).code()
    };
    let refused = (403, "cross-site".to_owned());
    for (origin, site) in [
        ("https://evil.example", "cross-site"),
        ("https://evil.example", ""),
        ("null", ""),
        ("", "cross-site"),
        ("", "same-site"),
    ] {
        assert_eq!(send(origin, site), refused, "{origin} {site}");
    }
    assert_eq!(revisions(&world), 0);
    let own = format!("http://{}", world.address);
    for (origin, site) in [("", "same-origin"), (own.as_str(), "same-origin"), (own.as_str(), ""), ("", "")] {
        assert_eq!(send(origin, site).0, 201, "{origin} {site}");
    }
}

#[test]
fn no_page_can_be_put_into_a_frame() {
    let world = World::new();
    for path in
        ["/", "/choose?lang=en", "/choose?c=site.c001", "/check", "/check?c=site.c001", "/change", "/nothing", "/send"]
    {
        let answer = world.get(path);
        assert_eq!(answer.headers["x-frame-options"], "DENY", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[test]
fn long_deep_and_crowded_requests_are_refused() {
    let world = World::new();
    let json = |body: String| {
        let request = world.agent.post(world.url(REGISTRATIONS)).content_type("application/json");
        answer(request.send(body)).code()
    };
    let malformed = (400, "malformed".to_owned());
    assert_eq!(json("[".repeat(16 * 1024)), malformed);
    assert_eq!(json("{\"choices\":".repeat(1400)), malformed);
    let deep = format!("{{\"access_code\":{}1{}}}", "[".repeat(7000), "]".repeat(7000));
    assert_eq!(json(deep), malformed);
    assert_eq!(json("x".repeat(17 * 1024)), (413, "too-large".to_owned()));
    let mut person = registration(&world.person("kim"), "request-1");
    person["choices"] = Value::Array(vec![json!({ "site": "c001" }); 400]);
    assert_eq!(world.post(REGISTRATIONS, &person).code(), (422, "too-many-choices".to_owned()));
    let pairs: Vec<_> = (0..1500).map(|_| ("c".to_owned(), "site.c1".to_owned())).collect();
    assert!((400..500).contains(&world.form("/send", &pairs).status));
    let headers = "x: y\r\n".repeat(80);
    let crowded = world.send_raw(format!("GET / HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes());
    assert!(crowded.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&crowded));
    assert_eq!(revisions(&world), 0);
}

#[test]
fn two_lengths_are_one_too_many() {
    let world = World::new();
    for heads in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5, 6\r\n",
        "content-length: +5\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding : chunked\r\n",
        "content-length : 5\r\n",
    ] {
        let smuggled = "GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n";
        let request = format!("POST /api/v0/registrations HTTP/1.1\r\nhost: x\r\n{heads}\r\n0\r\n\r\n{smuggled}");
        let answer = String::from_utf8(world.send_raw(request.as_bytes())).expect("text");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{heads}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{heads}: what follows is no request: {answer}");
    }
}

#[test]
fn bodies_that_trickle_in_keep_nobody_out() {
    let world = World::new();
    let head = "POST /api/v0/registrations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{";
    let slow: Vec<TcpStream> = (0..1200)
        .map(|_| {
            let mut stream = TcpStream::connect(world.address).expect("a connection");
            stream.write_all(head.as_bytes()).expect("sent");
            stream
        })
        .collect();
    // More than there are places for requests, and none of them is taken.
    assert_eq!(world.register(&world.person("kim"), "request-1").status, 201);
    for mut stream in slow.into_iter().take(3) {
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        let mut answer = Vec::new();
        let _cut_off = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    }
}

#[test]
fn addresses_lead_to_no_files() {
    let world = World::new();
    for path in [
        "/assets/../../../../etc/passwd",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/assets/style.css/../../src/lib.rs",
        "/..\\..\\etc\\passwd",
        "/assets/style.css%00.js",
    ] {
        let answer = world.send_raw(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("[package]"), "{path}");
    }
}

#[test]
fn somebody_elses_ticket_and_one_that_does_not_exist_get_the_same_answer() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.person(name));
    let ticket = world.register(&lee, "request-1").ticket();
    let key = world.register(&kim, "request-1").change_key();
    let ask = |ticket: &str| {
        let (path, other) = (format!("{REGISTRATIONS}/{ticket}"), format!("{REGISTRATIONS}/{ticket}/withdrawal"));
        let credentials = json!({ "access_code": kim.code, "birth_date": kim.born });
        let read = world.post(&format!("{path}/read"), &credentials);
        let amend = world.put(&path, &amendment(&kim, "request-2", Some(&key), "c001-2"));
        let withdraw = world.post(&other, &withdrawal(&kim, "request-3", &key));
        [read, amend, withdraw].map(|answer| (answer.status, answer.text))
    };
    let none = ask("000G40R-40M30E2-09185H1");
    assert_eq!(ask(&ticket), none);
    assert_eq!(ask("hello"), none);
    assert!(none.iter().all(|(status, _)| *status == 404), "{none:?}");
}

#[test]
fn a_request_that_was_overheard_does_nothing_when_it_is_sent_again() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let change = amendment(&person, "request-2", Some(&first.change_key()), "c001-2");
    let changed = world.put(&path, &change);
    let withdraw = withdrawal(&person, "request-3", &changed.change_key());
    assert_eq!(world.post(&format!("{path}/withdrawal"), &withdraw).status, 200);
    let before = revisions(&world);
    assert_eq!(world.register(&person, "request-1").text, first.text, "the old answer, and nothing else");
    assert_eq!(world.put(&path, &change).text, changed.text);
    let anew = amendment(&person, "request-4", Some(&first.change_key()), "c001-2");
    assert_eq!(world.put(&path, &anew).status, 409, "a key that was used is used up");
    assert_eq!(revisions(&world), before);
    world.close_window();
    assert_eq!(world.entries()[0].status.name(), "withdrawn");
}
