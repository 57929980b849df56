//! What the operator's log is told: nothing that a person sent, whatever it looks like.

use super::world::*;
use serde_json::json;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_word_of_a_request_gets_into_the_log() {
    let lines = Lines::default();
    let writer = lines.clone();
    // As `jebi serve` logs, and for all tests of this program: the more there is, the better.
    tracing_subscriber::fmt().with_writer(move || writer.clone()).try_init().expect("the only one");
    let world = World::new();
    let person = world.person("kim");
    let marked = "INJECTED-7f3a%0d%0a2023-08-10%20ERROR%20forged";
    world.get(&format!("/{marked}?{marked}"));
    world.get(&format!("/choose?lang={marked}&c={marked}"));
    for field in ["access_code", "birth_date", "request_id", "change_key", "c"] {
        world.form("/send", &[(field.to_owned(), "INJECTED-7f3a\r\n2023 ERROR forged".to_owned())]);
    }
    for number in 0..12 {
        let mut wrong = registration(&person, "INJECTED-7f3a");
        wrong["birth_date"] = json!(format!("1961-01-{:02}", number + 1));
        world.post(REGISTRATIONS, &wrong);
    }
    world.post(
        &format!("{REGISTRATIONS}/INJECTED-7f3a/read"),
        &json!({ "access_code": person.code, "birth_date": BORN }),
    );
    world.send_raw(b"GET /INJECTED-7f3a HTTP/1.1\r\nhost: INJECTED-7f3a\r\nx: INJECTED-7f3a\x01\r\nuser-agent: INJECTED-7f3a\r\n\r\n");
    let log = String::from_utf8(lines.0.lock().expect("nobody panicked").clone()).expect("text");
    assert!(log.contains("too many wrong birth dates"), "there is a log: {log}");
    for secret in ["INJECTED", "forged", person.code.as_str(), "1961-01", BORN, "kim"] {
        assert_eq!(log.lines().find(|line| line.contains(secret)), None, "{secret}");
    }
}
