//! The window, to the second, by the server's clock alone.

use super::{refusals::check_refusal, world::*};
use intake::{Clock, FreezeError};

#[test]
fn opens_is_in_and_closes_is_out() {
    let world = World::new();
    let window = world.programme.window;
    let (opens, closes) = (window.opens_at_unix_s, window.closes_at_unix_s);
    let people = world.people(BORN, (0..4).map(|i| format!("person-{i}")));
    let cases = [(opens - 1, Some("not-open")), (opens, None), (closes - 1, None), (closes, Some("closed"))];
    for ((second, refused), person) in cases.into_iter().zip(&people) {
        world.clock.set(second);
        let answer = world.register(person, "request-1");
        match refused {
            None => assert_eq!(world.receipt(&answer).statement.time_unix_s, second),
            Some(code) => {
                assert_eq!(answer.code(), (403, code.to_owned()));
                check_refusal(&world, &answer, code, &registration(person, "request-1"));
            }
        }
    }
    assert_eq!(world.entries().len(), 2);
}

#[test]
fn after_the_close_nothing_changes_but_everybody_may_read() {
    let world = World::new();
    let person = world.person("kim");
    let first = world.register(&person, "request-1");
    world.close_window();
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    let amend = world.put(&path, &amendment(&person, "request-2", Some(&first.change_key()), "c001-2"));
    let withdraw = withdrawal(&person, "request-3", &first.change_key());
    let withdraw = world.post(&format!("{path}/withdrawal"), &withdraw);
    assert_eq!((amend.code(), withdraw.code()), ((403, "closed".to_owned()), (403, "closed".to_owned())));
    let credentials = serde_json::json!({ "access_code": person.code, "birth_date": person.born });
    assert_eq!(world.post(&format!("{path}/read"), &credentials).status, 200);
    let repeated = world.register(&person, "request-1");
    assert_eq!(
        (repeated.status, repeated.text),
        (201, first.text),
        "an answer that got lost can be had after the close"
    );
}

#[test]
fn a_clock_that_is_set_back_does_not_open_the_window_again() {
    let world = World::new();
    let people = world.people(BORN, ["a".to_owned(), "b".to_owned()]);
    world.close_window();
    assert_eq!(world.register(&people[0], "request-1").status, 403);
    world.clock.set(world.programme.window.closes_at_unix_s - 1);
    assert_eq!(world.register(&people[1], "request-1").code(), (403, "closed".to_owned()));
}

#[test]
fn batches_never_go_back_in_time() {
    let mut world = World::new();
    let people = world.people(BORN, ["a".to_owned(), "b".to_owned()]);
    let opens = world.programme.window.opens_at_unix_s;
    world.clock.set(opens + 100);
    world.register(&people[0], "request-1");
    world.restart();
    world.clock.set(opens + 50);
    let later = world.register(&people[1], "request-1");
    assert_eq!(world.receipt(&later).statement.time_unix_s, opens + 100);
}

#[test]
fn the_register_is_not_taken_while_the_window_is_open_and_nothing_is_added_once_it_is() {
    let world = World::new();
    let people = world.people(BORN, ["a".to_owned(), "b".to_owned()]);
    world.register(&people[0], "request-1");
    let clock = Clock::Rehearsal(world.clock.clone());
    let closes = world.programme.window.closes_at_unix_s;
    world.clock.set(closes - 1);
    let early = world.runtime.block_on(world.database.freeze(&clock)).expect_err("still open");
    assert_eq!(early, FreezeError::StillOpen { closes_at_unix_s: closes, now_unix_s: closes - 1 });

    // Another process whose clock is ahead takes the register while this one still accepts.
    let ahead = intake::RehearsalClock::new(&world.programme, closes, 0).expect("a rehearsal");
    let frozen = world.runtime.block_on(world.database.freeze(&Clock::Rehearsal(ahead))).expect("closed there");
    assert_eq!(frozen.frozen_at_unix_s(), closes);
    assert_eq!(world.register(&people[1], "request-1").code(), (403, "closed".to_owned()));
    let entries = world.runtime.block_on(frozen.entries_by_ticket()).expect("a register");
    assert_eq!(entries.len(), 1);
}
