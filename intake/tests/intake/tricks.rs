//! What worked elsewhere in 2021, tried here: the browser's console, a changed clock, flight mode, another person's
//! device, and haste.

use super::world::*;
use protocol::{draw, entry::Revision, lottery::Seed};
use serde_json::json;
use std::{thread, time::Duration};

#[test]
fn what_a_console_adds_to_a_request_has_no_say() {
    let world = World::new();
    let person = world.person("kim");
    world.clock.set(world.programme.window.opens_at_unix_s - 1);
    for (field, value) in [
        ("time_unix_s", json!(world.programme.window.opens_at_unix_s)),
        ("cohort", json!(1)),
        ("district", json!("11020")),
        ("lots", json!(99)),
        ("lottery_number", json!(0)),
        ("ticket", json!("000G40R-40M30E2-09185H1")),
    ] {
        let mut body = registration(&person, "request-1");
        body[field] = value;
        assert_eq!(world.post(REGISTRATIONS, &body).code(), (400, "malformed".to_owned()), "{field}");
        let pairs = [
            ("access_code", person.code.as_str()),
            ("birth_date", person.born),
            ("request_id", "request-1"),
            ("c", "site.c001"),
            (field, "1"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(world.form("/send", &pairs).status, 403, "{field}: it is still not open");
    }
    // No page need have been visited; and whoever calls the API without one is held to the same rules.
    world.clock.set(world.programme.window.opens_at_unix_s);
    let ticket = world.register(&person, "request-2").ticket();
    assert_ne!(ticket, "000G40R-40M30E2-09185H1");
}

#[test]
fn a_changed_clock_of_a_device_changes_nothing() {
    let world = World::new();
    let person = world.person("kim");
    world.clock.set(world.programme.window.opens_at_unix_s - 60);
    let body = registration(&person, "request-1").to_string();
    for date in ["Thu, 10 Aug 2023 12:00:00 GMT", "Fri, 01 Jan 2038 00:00:00 GMT"] {
        let request = world.agent.post(world.url(REGISTRATIONS)).content_type("application/json").header("date", date);
        let early = answer(request.header("if-unmodified-since", date).send(body.clone()));
        assert_eq!(early.code(), (403, "not-open".to_owned()));
    }
}

#[test]
fn flight_mode_a_request_counts_when_it_arrives() {
    let world = World::new();
    let people = world.people(BORN, ["early", "late", "calm"].map(str::to_owned));
    let window = world.programme.window;
    // Composed before the opening, sent at once: refused, and kept in mind by nobody.
    world.clock.set(window.opens_at_unix_s - 1);
    assert_eq!(world.register(&people[0], "request-1").code(), (403, "not-open".to_owned()));
    // The same bytes after the opening: an entry like any other.
    world.clock.set(window.opens_at_unix_s + 3600);
    assert_eq!(world.register(&people[0], "request-1").status, 201);
    assert_eq!(world.register(&people[2], "request-1").status, 201);
    // Composed within the window, delivered after it.
    world.clock.set(window.closes_at_unix_s + 1);
    assert_eq!(world.register(&people[1], "request-1").code(), (403, "closed".to_owned()));
    assert_eq!(world.entries().len(), 2);
}

#[test]
fn one_device_of_two_people_and_two_devices_of_one() {
    let world = World::new();
    let [kim, lee] = ["kim", "lee"].map(|name| world.person(name));
    // A grandchild's telephone: one connection, two people.
    let tickets = [&kim, &lee].map(|person| world.register(person, "request-1").ticket());
    assert_ne!(tickets[0], tickets[1]);
    // A second device of the same person learns nothing but that there is an entry.
    let second = world.register(&kim, "request-2");
    assert_eq!(second.code(), (409, "already-registered".to_owned()));
    assert!(!second.text.contains(&tickets[0]));
    // Somebody else's letter with one's own birth date.
    let mut stolen = registration(&kim, "request-3");
    stolen["birth_date"] = json!("1961-01-01");
    assert_eq!(world.post(REGISTRATIONS, &stolen).code(), (403, "wrong-code-or-birth-date".to_owned()));
    // Who withdraws and comes again has the ticket of before: there is no second number to try.
    let read = json!({ "access_code": lee.code, "birth_date": lee.born });
    let path = format!("{REGISTRATIONS}/{}", tickets[1]);
    assert_eq!(world.post(&format!("{path}/read"), &read).status, 200);
    let key = world.register(&lee, "request-1").change_key();
    let gone = world.post(&format!("{path}/withdrawal"), &withdrawal(&lee, "request-4", &key));
    let again = world.post(REGISTRATIONS, &amendment(&lee, "request-5", Some(&gone.change_key()), "c001-2"));
    assert_eq!((again.status, again.ticket()), (200, tickets[1].clone()), "{}", again.text);
}

/// The same twenty people, on the same day. In one world all are calm; in the other the first of them sends a hundred
/// requests a second, from the moment the window opens, with new and with repeated request ids.
#[test]
fn a_hundred_tries_a_second_are_worth_one() {
    let calm = run(false);
    let hasty = run(true);
    assert_eq!(calm.len(), 20);
    // The register is what the draw depends on, besides the seed that nobody knew: the same entries, the same outcome
    // for everybody, whatever the seed.
    assert_eq!(calm, hasty);
    let programme = programme();
    for seed in [[1; 32], [2; 32]] {
        let numbers = |entries: &[Revision]| -> Vec<_> {
            entries.iter().map(|entry| draw::number_of(&programme, entry, &Seed(seed))).collect()
        };
        assert_eq!(numbers(&calm), numbers(&hasty));
    }
}

fn run(haste: bool) -> Vec<Revision> {
    let world = World::new();
    let people = world.people(BORN, (0..20).map(|number| format!("person-{number}")));
    let (hasty, others) = people.split_first().expect("people");
    let key = own_key(7).1;
    let body = |person: &Person, id: &str| {
        let mut body = registration(person, id);
        body["next_change_key_hash"] = json!(key);
        body
    };
    thread::scope(|scope| {
        if haste {
            scope.spawn(|| {
                for number in 0..100 {
                    let id = format!("haste-{:03}", number / 2);
                    let status = world.post(REGISTRATIONS, &body(hasty, &id)).status;
                    assert!(if number < 2 { status == 201 } else { status == 409 }, "{number}: {status}");
                    thread::sleep(Duration::from_millis(8));
                }
            });
        } else {
            assert_eq!(world.post(REGISTRATIONS, &body(hasty, "haste-000")).status, 201);
        }
        for person in others {
            assert_eq!(world.post(REGISTRATIONS, &body(person, "request-1")).status, 201);
        }
    });
    world.close_window();
    world.entries()
}
