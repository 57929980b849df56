//! As many as a demo has, over HTTP. Run by hand: `cargo test --release -p intake -- --ignored twenty_thousand`.

use super::world::*;
use std::time::Instant;

fn crowd(people: usize, clients: usize) -> (f64, World) {
    let world = World::new();
    let people = world.people(BORN, (0..people).map(|i| format!("person-{i}")));
    let start = now();
    std::thread::scope(|scope| {
        for part in people.chunks(people.len().div_ceil(clients)) {
            scope.spawn(|| {
                let agent = agent();
                for (number, person) in part.iter().enumerate() {
                    let url = world.url(REGISTRATIONS);
                    let first = answer(agent.post(&url).send_json(registration(person, "request-1")));
                    assert_eq!(first.status, 201, "{}", first.text);
                    if number % 10 == 0 {
                        let change = amendment(person, "request-2", Some(&first.change_key()), "c001-2");
                        let changed = answer(agent.put(format!("{url}/{}", first.ticket())).send_json(change));
                        assert_eq!(changed.status, 200, "{}", changed.text);
                    }
                }
            });
        }
    });
    (start.elapsed().as_secs_f64(), world)
}

#[test]
fn two_thousand_at_once_are_all_registered() {
    let (_, world) = crowd(2_000, 64);
    world.close_window();
    assert_eq!(world.entries().len(), 2_000);
    let totals = world.runtime.block_on(world.database.totals()).expect("totals");
    let batches = world.runtime.block_on(world.database.all_batches()).expect("batches");
    assert_eq!(batches.iter().map(|batch| u64::from(batch.leaves)).sum::<u64>(), totals.revisions);
    assert_eq!(batches.len() as u64, totals.batches);
}

#[test]
#[ignore = "a measurement"]
fn twenty_thousand() {
    let (seconds, world) = crowd(20_000, 64);
    let totals = world.runtime.block_on(world.database.totals()).expect("totals");
    let rate = totals.revisions as f64 / seconds;
    eprintln!("{} revisions in {seconds:.2} s, {rate:.0} a second, {} batches", totals.revisions, totals.batches);
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}
