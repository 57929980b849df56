//! Everything forbidden, tried; each gets the right answer, and nothing changes.

use super::world::*;
use protocol::note::{Note, VerifierKey};
use serde_json::{Value, json};

#[test]
fn a_wrong_code_and_a_wrong_birth_date_get_the_same_answer() {
    let world = World::new();
    let person = world.person("kim");
    let mut wrong_code = registration(&person, "request-1");
    wrong_code["access_code"] = json!("0000-0000-0000-0000");
    let mut no_code = registration(&person, "request-1");
    no_code["access_code"] = json!("hello");
    let mut wrong_date = registration(&person, "request-1");
    wrong_date["birth_date"] = json!("1960-03-01");
    let mut no_date = registration(&person, "request-1");
    no_date["birth_date"] = json!("1960-02-30");
    let answers = [wrong_code, no_code, wrong_date, no_date].map(|body| world.post(REGISTRATIONS, &body));
    for answer in &answers {
        assert_eq!(answer.code(), (403, "wrong-code-or-birth-date".to_owned()));
        assert_eq!(answer.text, answers[0].text, "nothing tells which of the two was wrong");
    }
    assert_eq!(world.register(&person, "request-1").status, 201);
}

#[test]
fn a_letter_is_not_enough_to_try_all_birth_dates() {
    let mut world = World::new();
    let person = world.person("kim");
    let guess = |day: usize| {
        let mut body = registration(&person, "request-1");
        body["birth_date"] = json!(format!("1960-01-{:02}", day + 1));
        world.post(REGISTRATIONS, &body).code()
    };
    let mut guesses: Vec<_> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..30).map(|day| scope.spawn(move || guess(day))).collect();
        guesses.into_iter().map(|guess| guess.join().expect("an answer")).collect()
    });
    guesses.sort();
    let (wrong, too_many) = ((403, "wrong-code-or-birth-date".to_owned()), (429, "too-many-tries".to_owned()));
    assert_eq!(guesses, [vec![wrong; 10], vec![too_many.clone(); 20]].concat(), "also when all come at once");
    assert_eq!(world.register(&person, "request-1").code(), too_many, "the right one is not told from a wrong one");
    let credentials = json!({ "access_code": person.code, "birth_date": "1960-01-01" });
    let read = world.post(&format!("{REGISTRATIONS}/000G40R-40M30E2-09185H1/read"), &credentials);
    assert_eq!(read.code(), too_many, "reading is no way around it");
    world.restart();
    assert_eq!(world.register(&person, "request-1").code(), too_many, "nor is starting the service again");
    assert_eq!(world.register(&world.person("kim"), "request-1").status, 201, "a new letter works at once");
}

#[test]
fn two_services_on_one_database_have_one_limit_of_wrong_dates() {
    let (runtime, programme) = (tokio::runtime::Runtime::new().expect("a runtime"), programme());
    let clock = intake::RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
    let store = super::cluster::shared().fresh();
    let open = || runtime.block_on(intake::Database::open(&store, &programme)).expect("a store");
    let (one, other) = (open(), open());
    let roll = intake::Roll::new(one.clone(), secrets());
    let code = runtime.block_on(async {
        roll.import(&b"reference,born,district\nkim,1960-02-29,11010\n"[..]).await.expect("a roll");
        let codes = roll.make_codes(&["kim".to_owned()], intake::Reissue::Refuse).await.expect("a code");
        roll.put_codes(&codes).await.expect("in force");
        codes[0].code.spelled().to_string()
    });
    let (kim, agent) = (Person { reference: "kim".into(), code, born: BORN }, agent());
    let services = [&one, &other].map(|database| runtime.block_on(start(database, &clock)));
    let try_date = |service: &intake::Serving, born: &str| {
        let mut body = registration(&kim, "request-1");
        body["birth_date"] = json!(born);
        let request = agent.post(format!("http://{}{REGISTRATIONS}", service.address()));
        answer(request.content_type("application/json").send(body.to_string())).code().1
    };
    for day in 1..=10 {
        let service = &services[day % 2];
        assert_eq!(try_date(service, &format!("1960-01-{day:02}")), "wrong-code-or-birth-date");
    }
    for service in &services {
        assert_eq!(try_date(service, "1960-01-11"), "too-many-tries");
        assert_eq!(try_date(service, BORN), "too-many-tries", "which of them answers makes no difference");
    }
}

#[test]
fn who_was_born_in_no_cohort_gets_a_signed_refusal() {
    let world = World::new();
    // The day before the first and after the last day of the sample's cohorts, and those days themselves.
    for (born, status) in [("1953-08-31", 403), ("1953-09-01", 201), ("1973-08-31", 201), ("1973-09-01", 403)] {
        let person = world.people(born, [format!("born-{born}")]).remove(0);
        let answer = world.register(&person, "request-1");
        assert_eq!(answer.status, status, "{born}: {}", answer.text);
        if status == 403 {
            check_refusal(&world, &answer, "not-eligible", &registration(&person, "request-1"));
        }
    }
}

/// A note of the receipts key over the six lines of SPEC §7.5.
pub(crate) fn check_refusal(world: &World, answer: &Answer, code: &str, body: &Value) {
    let json = answer.json();
    let note = Note::parse(json["refusal"].as_str().expect("a signed refusal").as_bytes()).expect("a note");
    note.verify(&[VerifierKey::parse(&world.programme.receipts.key).expect("a key")]).expect("signed");
    let request = protocol::hash::Hash::tagged("request", &[&serde_json::to_vec(body).expect("JSON")]);
    let (programme, time) = (world.programme.hash(), world.clock.now());
    assert_eq!(note.text(), format!("jebi/v0/refusal\nrehearsal\n{programme}\n{code}\n{request}\n{time}\n"));
}

#[test]
fn choices_that_are_not_the_programmes_are_refused() {
    let world = World::new();
    let person = world.person("kim");
    let session = |id: &str| json!({ "session": id });
    let cases = [
        (vec![], "no-choices"),
        (vec![session("c009-1")], "unknown-choice"),
        (vec![json!({ "site": "c001-1" })], "unknown-choice"),
        (vec![session("c001-1"), session("c001-1")], "repeated-choice"),
        (["c001-1", "c001-2", "c002-1", "c002-2", "c003-1", "c003-2"].map(session).to_vec(), "too-many-choices"),
    ];
    for (choices, code) in cases {
        let mut body = registration(&person, "request-1");
        body["choices"] = json!(choices);
        assert_eq!(world.post(REGISTRATIONS, &body).code(), (422, code.to_owned()));
    }
}

#[test]
fn nobody_reaches_another_persons_ticket() {
    let world = World::new();
    let (owner, other, stranger) = (world.person("owner"), world.person("other"), world.person("stranger"));
    let owned = world.register(&owner, "request-1");
    let key = world.register(&other, "request-1").change_key();
    let path = format!("{REGISTRATIONS}/{}", owned.ticket());
    let unknown = format!("{REGISTRATIONS}/000G40R-40M30E2-09185H1");
    for path in [&path, &unknown, &format!("{REGISTRATIONS}/no-ticket")] {
        for (person, key) in [(&other, key.clone()), (&other, owned.change_key()), (&stranger, owned.change_key())] {
            let amend = world.put(path, &amendment(person, "request-2", Some(&key), "c001-2"));
            let withdraw = world.post(&format!("{path}/withdrawal"), &withdrawal(person, "request-3", &key));
            let credentials = json!({ "access_code": person.code, "birth_date": person.born });
            let read = world.post(&format!("{path}/read"), &credentials);
            for answer in [amend, withdraw, read] {
                assert_eq!(answer.code(), (404, "no-such-ticket".to_owned()), "whether it exists is not told");
            }
        }
    }
    world.close_window();
    assert!(world.entries().iter().all(|entry| entry.revision == 1));
}

#[test]
fn no_change_without_the_change_key() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let missing = world.put(&path, &amendment(&person, "request-2", None, "c001-2"));
    assert_eq!(missing.code(), (403, "change-key-missing".to_owned()));
    let guess = own_key(5).0;
    let wrong = world.put(&path, &amendment(&person, "request-2", Some(&guess), "c001-2"));
    assert_eq!(wrong.code(), (403, "wrong-change-key".to_owned()));
    let withdraw = world.post(&format!("{path}/withdrawal"), &withdrawal(&person, "request-2", &guess));
    assert_eq!(withdraw.code(), (403, "wrong-change-key".to_owned()));
}

#[test]
fn states_that_do_not_fit_are_conflicts() {
    let world = World::new();
    let person = world.person("kim");
    let early = world.post(REGISTRATIONS, &amendment(&person, "request-0", Some(&own_key(1).0), "c001-1"));
    assert_eq!(early.code(), (404, "not-registered".to_owned()));
    let first = world.register(&person, "request-1");
    assert_eq!(world.register(&person, "request-2").code(), (409, "already-registered".to_owned()));
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let body = withdrawal(&person, "request-3", &first.change_key());
    let key = world.post(&format!("{path}/withdrawal"), &body).change_key();
    let amend = world.put(&path, &amendment(&person, "request-4", Some(&key), "c001-2"));
    assert_eq!(amend.code(), (409, "withdrawn".to_owned()));
    let twice = world.post(&format!("{path}/withdrawal"), &withdrawal(&person, "request-5", &key));
    assert_eq!(twice.code(), (409, "withdrawn".to_owned()));
    assert_eq!(world.register(&person, "request-6").code(), (403, "change-key-missing".to_owned()));
}

#[test]
fn a_reissued_code_voids_the_old_one_at_once() {
    let world = World::new();
    let old = world.person("kim");
    let first = world.register(&old, "request-1");
    let new = world.person("kim");
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let change =
        |person: &Person| world.put(&path, &amendment(person, "request-2", Some(&first.change_key()), "c001-2"));
    assert_eq!(change(&old).code(), (403, "wrong-code-or-birth-date".to_owned()));
    assert_eq!(change(&new).status, 200);
}

#[test]
fn requests_that_are_none_are_told_so() {
    let world = World::new();
    let person = world.person("kim");
    let mut extra = registration(&person, "request-1");
    extra["vip"] = json!(true);
    assert_eq!(world.post(REGISTRATIONS, &extra).code(), (400, "malformed".to_owned()));
    let mut two = registration(&person, "request-1");
    two["choices"] = json!([{ "session": "c001-1", "site": "c001" }]);
    assert_eq!(world.post(REGISTRATIONS, &two).code(), (400, "malformed".to_owned()));
    assert_eq!(world.register(&person, "short").code(), (400, "malformed".to_owned()));
    assert_eq!(world.register(&person, "with a blank").code(), (400, "malformed".to_owned()));
    let plain = answer(world.agent.post(world.url(REGISTRATIONS)).content_type("text/plain").send("{}"));
    assert_eq!(plain.code(), (415, "media-type".to_owned()));
    let long = registration(&person, &"x".repeat(17_000));
    assert_eq!(world.post(REGISTRATIONS, &long).code(), (413, "too-large".to_owned()));
    assert_eq!(world.get(REGISTRATIONS).code(), (405, "method".to_owned()));
    assert_eq!(world.get("/api/v0/nothing").code(), (404, "not-found".to_owned()));
}
