//! Register, read back, change, withdraw, register again: with keys of the server and of the applicant.

use super::world::*;
use protocol::{
    entry::{Change, Status, check_change},
    instance::{Choice, SessionIndex, SiteIndex},
};
use serde_json::json;

#[test]
fn a_registration_is_acknowledged_with_a_receipt_that_checks() {
    let world = World::new();
    let person = world.person("kim");
    let answer = world.register(&person, "request-1");
    assert_eq!(answer.status, 201, "{}", answer.text);
    let checked = world.receipt(&answer);
    assert_eq!(checked.revision.ticket.to_string(), answer.ticket());
    assert_eq!((checked.revision.revision, checked.revision.status), (1, Status::Active));
    assert_eq!(checked.revision.body.choices, [Choice::Session(SessionIndex(0)), Choice::Site(SiteIndex(1))]);
    // Born in 1960: the second cohort of the sample.
    assert_eq!(checked.revision.body.cohort, 1);
    assert_eq!(checked.revision.body.person, secrets().person("kim").0);
    assert_eq!(checked.statement.time_unix_s, world.programme.window.opens_at_unix_s);
}

#[test]
fn the_whole_life_of_an_entry_keeps_its_ticket_and_its_chain_of_keys() {
    let world = World::new();
    let person = world.person("lee");
    let first = world.register(&person, "request-1");
    let ticket = first.ticket();
    let path = format!("{REGISTRATIONS}/{ticket}");

    let amended = world.put(&path, &amendment(&person, "request-2", Some(&first.change_key()), "c001-2"));
    assert_eq!(amended.status, 200, "{}", amended.text);
    let body = withdrawal(&person, "request-3", &amended.change_key());
    let withdrawn = world.post(&format!("{path}/withdrawal"), &body);
    assert_eq!((withdrawn.status, withdrawn.json()["status"].as_str()), (200, Some("withdrawn")));
    let again = amendment(&person, "request-4", Some(&withdrawn.change_key()), "c001-1");
    let again = world.post(REGISTRATIONS, &again);
    assert_eq!((again.status, again.ticket()), (200, ticket.clone()), "registering again keeps the ticket");

    let receipts = [&first, &amended, &withdrawn, &again].map(|answer| world.receipt(answer));
    let last = &receipts[3].revision;
    assert_eq!(last.revision, 4);
    for earlier in &receipts[..3] {
        let revision = &earlier.revision;
        assert_eq!(check_change(revision.body.next, revision.revision, &last.body), Ok(false));
    }
    let blindings = receipts.each_ref().map(|receipt| receipt.revision.blinding);
    assert!((1..4).all(|i| blindings[i] != blindings[i - 1]), "a fresh blinding for each revision");

    let read = world.post(&format!("{path}/read"), &json!({ "access_code": person.code, "birth_date": person.born }));
    let read_json = read.json();
    assert_eq!(read_json["choices"], json!([{ "session": "c001-1" }]));
    assert_eq!(read_json["receipt"], again.json()["receipt"], "the same receipt can be had again");
    let history: Vec<_> =
        read_json["history"].as_array().expect("history").iter().map(|l| l["status"].clone()).collect();
    assert_eq!(history, ["active", "active", "withdrawn", "active"]);

    world.close_window();
    assert_eq!(world.entries(), std::slice::from_ref(last));
    let totals = world.runtime.block_on(world.database.totals()).expect("totals");
    assert_eq!((totals.active(), totals.withdrawn(), totals.revisions, totals.batches), (1, 0, 4, 4));
}

#[test]
fn a_key_of_the_applicant_is_never_seen_before_it_is_used() {
    let world = World::new();
    let person = world.person("park");
    let ((key, hash), (_, next)) = (own_key(1), own_key(2));
    let mut body = registration(&person, "request-1");
    body["next_change_key_hash"] = json!(hash);
    let first = world.post(REGISTRATIONS, &body);
    assert_eq!(first.json().get("change_key"), None, "the server made none");
    assert!(!first.text.contains(&key));

    let mut change = amendment(&person, "request-2", Some(&key), "c001-2");
    change["next_change_key_hash"] = json!(next);
    let amended = world.put(&format!("{REGISTRATIONS}/{}", first.ticket()), &change);
    let checked = world.receipt(&amended);
    assert!(matches!(&checked.revision.body.changes[..], [Change::Key(shown)] if shown.0 == [1; 32]));
}

#[test]
fn the_programme_is_served_as_its_canonical_bytes_and_recognised_when_known() {
    let world = World::new();
    let served = world.get("/api/v0/programme");
    assert_eq!(served.text.as_bytes(), world.programme.bytes());
    let tag = served.headers["etag"].to_str().expect("a tag").to_owned();
    assert_eq!(tag, format!("\"{}\"", world.programme.hash()));
    let known = world.agent.get(world.url("/api/v0/programme")).header("if-none-match", &tag).call();
    let known = answer(known);
    assert_eq!((known.status, known.text.as_str()), (304, ""));
}

#[test]
fn receipts_of_one_batch_of_many_all_check() {
    let world = World::new();
    let people = world.people(BORN, (0..60).map(|i| format!("person-{i}")));
    let batches = std::thread::scope(|scope| {
        let sent: Vec<_> = people.iter().map(|person| scope.spawn(|| world.register(person, "request-1"))).collect();
        let answers: Vec<_> = sent.into_iter().map(|thread| thread.join().expect("an answer")).collect();
        answers.iter().map(|answer| world.receipt(answer).statement.number).max().expect("sixty")
    });
    assert!(batches < 59, "sixty at once share signatures: {batches}");
    world.close_window();
    let entries = world.entries();
    assert_eq!(entries.len(), 60);
    assert!(entries.windows(2).all(|pair| pair[0].ticket < pair[1].ticket));
}
