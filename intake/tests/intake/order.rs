//! Being early or late, first or last, changes nothing.

use super::world::*;
use protocol::entry::Revision;

/// Registers everybody in this order, at these seconds of the window; some then change their choices or withdraw.
fn run(order: &[usize], seconds: impl Fn(usize) -> u64, together: bool) -> Vec<Revision> {
    let world = World::new();
    let people = world.people(BORN, (0..24).map(|i| format!("person-{i}")));
    let opens = world.programme.window.opens_at_unix_s;
    let visit = |place: usize| {
        let person = &people[order[place]];
        let first = world.register(person, "request-1");
        if order[place].is_multiple_of(5) {
            let path = format!("{REGISTRATIONS}/{}", first.ticket());
            let change = amendment(person, "request-2", Some(&first.change_key()), "c003-1");
            assert_eq!(world.put(&path, &change).status, 200);
        }
        if order[place] % 5 == 1 {
            let path = format!("{REGISTRATIONS}/{}/withdrawal", first.ticket());
            assert_eq!(world.post(&path, &withdrawal(person, "request-3", &first.change_key())).status, 200);
        }
    };
    if together {
        std::thread::scope(|scope| (0..order.len()).for_each(|place| drop(scope.spawn(move || visit(place)))));
    } else {
        for place in 0..order.len() {
            world.clock.set(opens + seconds(place));
            visit(place);
        }
    }
    world.close_window();
    world.entries()
}

#[test]
fn order_of_arrival_is_irrelevant() {
    let forward: Vec<usize> = (0..24).collect();
    let backward: Vec<usize> = (0..24).rev().collect();
    let mixed: Vec<usize> = (0..24).map(|i| i * 7 % 24).collect();
    let first = run(&forward, |place| place as u64, false);
    assert_eq!(first.len(), 24);
    assert_eq!(first, run(&backward, |place| place as u64 * 10_000, false));
    assert_eq!(first, run(&mixed, |_| 0, true), "also when all come at once");
}
