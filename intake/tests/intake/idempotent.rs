//! A request may be sent again: the same gets the same, another under the same id is refused.

use super::world::*;
use std::sync::Barrier;

#[test]
fn the_same_request_gets_the_same_bytes_and_changes_nothing() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    let second = world.register(&person, "request-1");
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let change = amendment(&person, "request-2", Some(&first.change_key()), "c001-2");
    let amended = world.put(&path, &change);
    assert_eq!(world.put(&path, &change).text, amended.text);
    assert_eq!(world.register(&person, "request-1").text, first.text, "also once it was changed");
    let totals = world.runtime.block_on(world.database.totals()).expect("totals");
    assert_eq!(totals.revisions, 2);
}

#[test]
fn another_spelling_or_a_newer_code_is_the_same_request() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    let renewed = world.person("kim");
    let pretty = serde_json::to_string_pretty(&registration(&renewed, "request-1")).expect("JSON");
    let sent = world.agent.post(world.url(REGISTRATIONS)).content_type("application/json").send(pretty);
    assert_eq!(answer(sent).text, first.text);
}

#[test]
fn another_request_under_the_same_id_is_refused() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    let other = world.post(REGISTRATIONS, &amendment(&person, "request-1", None, "c001-2"));
    assert_eq!(other.code(), (409, "request-id-reused".to_owned()));
    let mut own = registration(&person, "request-1");
    own["next_change_key_hash"] = serde_json::json!(own_key(1).1);
    assert_eq!(world.post(REGISTRATIONS, &own).code(), (409, "request-id-reused".to_owned()));
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let change = world.put(&path, &amendment(&person, "request-1", Some(&first.change_key()), "c001-2"));
    assert_eq!(change.code(), (409, "request-id-reused".to_owned()));
}

#[test]
fn request_ids_of_different_people_have_nothing_to_do_with_each_other() {
    let world = World::new();
    let people = world.people(BORN, ["a".to_owned(), "b".to_owned()]);
    let tickets = people.iter().map(|person| world.register(person, "request-1").ticket()).collect::<Vec<_>>();
    assert_ne!(tickets[0], tickets[1]);
}

#[test]
fn a_refused_request_may_be_corrected_under_its_id() {
    let world = World::new();
    let person = world.person("kim");
    let wrong = world.post(REGISTRATIONS, &amendment(&person, "request-1", None, "c009-9"));
    assert_eq!(wrong.status, 422);
    assert_eq!(world.register(&person, "request-1").status, 201);
}

#[test]
fn of_two_devices_at_once_one_wins_and_the_other_learns_it() {
    let world = World::new();
    let people = world.people(BORN, (0..20).map(|i| format!("person-{i}")));
    for person in &people {
        let together = Barrier::new(2);
        let send = |body: serde_json::Value, put: Option<String>| {
            together.wait();
            match put {
                Some(path) => world.put(&path, &body),
                None => world.post(REGISTRATIONS, &body),
            }
        };
        let both = |bodies: [serde_json::Value; 2], put: Option<String>| {
            let [one, two] = bodies;
            std::thread::scope(|scope| {
                let (path, send) = (put.clone(), &send);
                let first = scope.spawn(move || send(one, path));
                let second = send(two, put);
                let mut codes = [first.join().expect("an answer"), second];
                codes.sort_by_key(|answer| answer.status);
                codes
            })
        };
        let registrations = [registration(person, "device-one"), registration(person, "device-two")];
        let [won, lost] = both(registrations, None);
        assert_eq!((won.status, lost.code()), (201, (409, "already-registered".to_owned())));
        let (key, path) = (won.change_key(), format!("{REGISTRATIONS}/{}", won.ticket()));
        let changes = [("change-one", "c001-1"), ("change-two", "c001-2")];
        let changes = changes.map(|(id, session)| amendment(person, id, Some(&key), session));
        let [won, lost] = both(changes, Some(path));
        assert_eq!((won.status, lost.code()), (200, (409, "changed-elsewhere".to_owned())));
    }
    world.close_window();
    assert!(world.entries().iter().all(|entry| entry.revision == 2));
}

#[test]
fn a_double_click_is_one_registration() {
    let world = World::new();
    let person = world.person("kim");
    let together = Barrier::new(8);
    let texts = std::thread::scope(|scope| {
        let click = || {
            together.wait();
            world.register(&person, "request-1").text
        };
        let clicks: Vec<_> = (0..8).map(|_| scope.spawn(click)).collect();
        clicks.into_iter().map(|thread| thread.join().expect("an answer")).collect::<Vec<_>>()
    });
    assert!(texts.iter().all(|text| *text == texts[0]));
    let totals = world.runtime.block_on(world.database.totals()).expect("totals");
    assert_eq!(totals.revisions, 1);
}
