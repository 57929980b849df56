//! What everybody needs before sending: ready in memory, compressed, known again, kept by any cache without a rule.

use super::world::*;
use protocol::hash::Hash;
use std::io::Read;

/// The answer as it is on the wire.
struct Wire {
    head: String,
    body: Vec<u8>,
}

impl Wire {
    fn header(&self, name: &str) -> Option<&str> {
        let found = |line: &'_ str| line.split_once(": ").is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| found(line)).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }
}

fn ask(world: &World, request: &str) -> Wire {
    let mut bytes = world.send_raw(format!("{request}\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let body = bytes.split_off(end);
    Wire { head: String::from_utf8(bytes).expect("text"), body }
}

#[test]
fn a_page_is_the_same_in_every_coding_and_each_is_known_again() {
    let world = World::new();
    let plain = ask(&world, "GET /?lang=en HTTP/1.1");
    let br = ask(&world, "GET /?lang=en HTTP/1.1\r\naccept-encoding: gzip, br");
    assert_eq!((br.header("content-encoding"), br.header("vary")), (Some("br"), Some("accept-encoding")));
    let mut read = Vec::new();
    brotli::Decompressor::new(br.body.as_slice(), 4096).read_to_end(&mut read).expect("brotli");
    assert!(read == plain.body && br.body.len() * 2 < plain.body.len());
    assert_eq!(br.header("content-length").and_then(|length| length.parse().ok()), Some(br.body.len()));
    for (coding, tag) in [("gzip, br", br.header("etag")), ("identity", plain.header("etag"))] {
        let tag = tag.expect("a validator");
        let request = format!("GET /?lang=en HTTP/1.1\r\naccept-encoding: {coding}\r\nif-none-match: {tag}");
        let known = ask(&world, &request);
        assert!(known.head.starts_with("HTTP/1.1 304 ") && known.body.is_empty(), "{coding}: {}", known.head);
        assert_eq!(known.header("etag"), Some(tag));
    }
    let head = ask(&world, "HEAD /?lang=en HTTP/1.1");
    assert_eq!((head.header("content-length"), head.body.len()), (plain.header("content-length"), 0));
}

#[test]
fn assets_are_named_after_their_bytes_and_kept_for_good() {
    let world = World::new();
    let page = world.get("/choose?lang=en").text;
    for (before, after) in [("href=\"/assets/", ".css\""), ("src=\"/assets/", ".js\"")] {
        let from = page.find(before).expect("an asset") + before.len() - "/assets/".len();
        let to = from + page[from..].find(after).expect("its ending") + after.len() - 1;
        let asset = world.get(&page[from..to]);
        assert_eq!(asset.headers["cache-control"], "public, max-age=31536000, immutable");
        let hash = Hash::of(asset.text.as_bytes()).to_string();
        assert!(page[from..to].contains(&hash[..16]), "{}", &page[from..to]);
        // A page that a cache kept over an upgrade asks by an older name.
        let older = world.get(&page[from..to].replace(&hash[..16], "0123456789abcdef"));
        assert_eq!(
            (older.status, &older.headers["cache-control"]),
            (200, &"public, max-age=60".parse().expect("text"))
        );
        assert!(older.text == asset.text);
    }
    assert_eq!(world.get("/assets/other.0123456789abcdef.css").status, 404);
    let icon = world.get("/favicon.ico");
    assert_eq!((icon.status, icon.text.as_str()), (200, ""));
    assert_eq!(icon.headers["cache-control"], "public, max-age=86400");
    assert!(icon.headers.contains_key("etag"), "every browser asks for it: it stands ready");
}

#[test]
fn what_stands_ready_is_what_its_handler_writes() {
    let world = World::new();
    let window = world.programme.window;
    for second in [window.opens_at_unix_s - 1, window.opens_at_unix_s, window.closes_at_unix_s] {
        world.clock.set(second);
        for address in ["/?lang=ko", "/choose?lang=en", "/check?lang=en", "/change?lang=ko", "/places.json?lang=en"] {
            let ready = world.get(address);
            let made = world.get(&format!("{address}&unknown=1"));
            assert_eq!((ready.status, &ready.text), (made.status, &made.text), "{address} at {second}");
            assert!(ready.headers.contains_key("etag"), "{address}");
            let age = |answer: &Answer| answer.headers["cache-control"].clone();
            assert_eq!(age(&ready), age(&made), "{address} at {second}");
        }
    }
}

#[test]
fn the_page_before_sending_is_one_for_everybody_and_caches_keep_it_no_longer_than_its_phase() {
    let world = World::new();
    let window = world.programme.window;
    let (opens, closes) = (window.opens_at_unix_s, window.closes_at_unix_s);
    for (second, age, form) in [
        (opens - 1000, 60, false),
        (opens - 3, 3, false),
        (opens, 60, true),
        (closes - 2, 2, true),
        (closes, 60, false),
        (window.objection_ends_at_unix_s, 60, false),
    ] {
        world.clock.set(second);
        for lang in ["ko", "en"] {
            let page = world.get(&format!("/check?lang={lang}"));
            assert_eq!((page.status, page.text.contains("name=\"access_code\"")), (200, form), "{lang} at {second}");
            assert_eq!(page.headers["cache-control"], format!("public, max-age={age}"), "{lang} at {second}");
            assert_eq!(page.headers["vary"], "accept-encoding");
            assert_eq!(page.headers["etag"], format!("\"{}\"", Hash::of(page.text.as_bytes())), "a strong validator");
        }
    }
    world.clock.set(opens);
    let page = world.get("/check?lang=en");
    // Nobody's list and nobody's request: a script fills them in.
    assert!(page.text.contains("name=\"request_id\" value=\"\"") && !page.text.contains("name=\"c\""), "{}", page.text);
    let shown = page.text.split("<template").next().expect("a page");
    assert!(shown.contains("You have chosen nothing yet") && shown.contains("href=\"/choose?lang=en\""), "{shown}");
    assert!(!shown.contains("<form"), "what cannot be sent is not shown: {shown}");
    for address in ["/check?lang=en&c=site.c001", "/check?lang=en&id=request-1", "/check?lang=en&c=site.nowhere"] {
        assert_eq!(world.get(address).headers["cache-control"], "no-store", "{address}");
    }
}

#[test]
fn whoever_watches_is_told_how_it_goes_and_nothing_about_anybody() {
    let world = World::new();
    let person = world.person("kim");
    world.get("/?lang=en");
    world.register(&person, "request-1");
    let text = world.metrics();
    for line in ["jebi_answers_total{kind=\"Ready\"} 1", "jebi_decided_total{outcome=\"granted\"} 1", "jebi_waiting 0"]
    {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains(&person.code) && !text.contains("kim"));
    assert_eq!((world.get("/healthz").status, world.get("/readyz").status), (200, 200));
}

#[test]
fn the_api_is_described_and_the_description_is_kept_by_caches() {
    let world = World::new();
    let answer = world.get("/openapi.json");
    assert_eq!((answer.status, &answer.headers["cache-control"]), (200, &"public, max-age=300".parse().expect("text")));
    let description = answer.json();
    let paths: Vec<&str> = description["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    let ticket = "/api/v0/registrations/{ticket}";
    let expected = [
        "/api/v0/programme".to_owned(),
        REGISTRATIONS.to_owned(),
        ticket.to_owned(),
        format!("{ticket}/read"),
        format!("{ticket}/withdrawal"),
    ];
    assert_eq!(paths, expected);
    let form = &description["components"]["schemas"]["ChoicesForm"];
    assert_eq!(form["additionalProperties"], false, "{form}");
    assert_eq!(form["required"], serde_json::json!(["access_code", "birth_date", "request_id", "choices"]));
}
