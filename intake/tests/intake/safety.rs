//! Anchors, stores of other draws, secrets, headers.

use super::world::*;
use intake::{BindingProgramme, Clock, Config, Database, Randomness, RehearsalClock, ServeError, StoreError};
use protocol::{
    note::{KeyType, SigningKey},
    programme::Programme,
};
use std::fs;

#[test]
fn anchors_cover_every_batch_once_in_order() {
    let world = World::new();
    let people = world.people(BORN, (0..3).map(|i| format!("person-{i}")));
    people.iter().for_each(|person| drop(world.register(person, "request-1")));
    world.runtime.block_on(async {
        let database = &world.database;
        let pending = database.pending_batches().await.expect("batches");
        assert_eq!(pending.iter().map(|batch| batch.number).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(matches!(database.mark_anchored(1, 1).await, Err(StoreError::Conflict(_))), "a gap");
        assert!(matches!(database.mark_anchored(0, 4).await, Err(StoreError::Conflict(_))), "a batch that is not");
        database.mark_anchored(0, 2).await.expect("the next");
        database.mark_anchored(0, 2).await.expect("noted before");
        assert!(matches!(database.mark_anchored(1, 2).await, Err(StoreError::Conflict(_))), "an overlap");
        assert_eq!(database.pending_batches().await.expect("batches").len(), 1);
        assert_eq!(database.first_unanchored().await, Ok(2));
        assert_eq!(database.all_batches().await.expect("batches").len(), 3);
    });
}

#[test]
fn a_store_of_another_draw_or_a_newer_program_is_refused() {
    let world = World::new();
    let address = format!("sqlite:{}", world.folder.path().join("intake.sqlite").display());
    let mut fields = (*world.programme).clone();
    fields.title.en = "Another draw".into();
    let other = Programme::of(fields).expect("a programme");
    let refused = world.runtime.block_on(Database::open(&address, &other)).expect_err("another draw's");
    let (expected, found) = (other.hash(), world.programme.hash());
    assert_eq!(refused, StoreError::OtherProgramme { expected, found });
    for wrong in ["sqlite:", "sqlite::memory:", "intake.sqlite", "mysql://host/db"] {
        let refused = world.runtime.block_on(Database::open(wrong, &other)).expect_err("no address");
        assert_eq!(refused, StoreError::Address(wrong.to_owned()));
    }
}

#[test]
fn receipts_that_would_not_be_good_are_not_given() {
    let world = World::new();
    let config = Config {
        database: world.database.clone(),
        receipts_key: SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[4; 32]).expect("a key"),
        secrets: secrets(),
        clock: Clock::System,
        randomness: Randomness::system(),
        office: office(),
    };
    let refused = world.runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        intake::serve(config, listener).expect_err("another key")
    });
    assert!(matches!(refused, ServeError::ReceiptsKey { .. }));
}

#[test]
fn a_binding_draw_has_no_clock_that_can_be_set_and_no_repeatable_randomness() {
    let mut fields = (*programme()).clone();
    fields.rehearsal = false;
    let key = SigningKey::new("draws.example/sample", KeyType::Ed25519, &[2; 32]).expect("a key");
    fields.log.origin = "draws.example/sample".into();
    fields.log.key = key.verifier_key().to_string();
    let binding = Programme::of(fields).expect("a binding programme");
    assert_eq!(RehearsalClock::new(&binding, 0, 0).map(|_| ()), Err(BindingProgramme));
    assert_eq!(Randomness::repeatable(&binding, [0; 32]).map(|_| ()), Err(BindingProgramme));
}

#[test]
fn neither_codes_nor_references_nor_server_made_keys_are_in_the_store() {
    let mut world = World::new();
    let person = world.person("a-reference-of-the-roll");
    let first = world.register(&person, "request-1");
    let key = first.change_key();
    // A restart writes the log back into the file.
    world.restart();
    let bytes: Vec<u8> = fs::read_dir(world.folder.path())
        .expect("a folder")
        .flat_map(|file| fs::read(file.expect("a file").path()).expect("readable"))
        .collect();
    let bare: String = person.code.chars().filter(|c| *c != '-').collect();
    let raw_key = protocol::hash::parse_hex(&key).expect("hexadecimal");
    let secrets = [person.reference.as_bytes(), person.code.as_bytes(), bare.as_bytes(), key.as_bytes(), &raw_key];
    for secret in secrets {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    let commitment = intake::Secrets::person(&secrets_of_tests(), &person.reference).0;
    assert!(bytes.windows(32).any(|window| window == commitment), "the search would have found it");
}

fn secrets_of_tests() -> intake::Secrets {
    secrets()
}

#[test]
fn every_answer_has_the_security_headers() {
    let world = World::new();
    for path in ["/", "/choose", "/nothing", "/api/v0/nothing", "/api/v0/programme", "/assets/style.css", "/send"] {
        let answer = world.get(path);
        let header = |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(!header("cache-control").is_empty(), "{path}");
    }
    let person = world.person("kim");
    assert_eq!(world.register(&person, "request-1").headers["cache-control"], "no-store");
}
