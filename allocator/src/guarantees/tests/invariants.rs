//! What each part promises the others, after every single step.

use super::draws::Dice;
use crate::guarantees::closing::Closing;
use crate::guarantees::evictions::Evictions;
use crate::guarantees::labels::DEAD;
use crate::guarantees::seats::{Claims, Seats};
use crate::guarantees::wishes::{Wish, Wishes};
use protocol::instance::PoolIndex;

struct Lists(Vec<Vec<Wish>>);

impl Claims for Lists {
    type Holder = u32;

    fn for_each_wish(&self, holder: &u32, visit: impl FnMut(Wish)) {
        self.of(*holder).iter().copied().for_each(visit);
    }
}

impl Lists {
    fn of(&self, holder: u32) -> &[Wish] {
        &self.0[holder as usize]
    }
}

/// Sets that overlap in any way, not only as sites and sessions do; one may be empty.
fn wishes(dice: &mut Dice) -> Wishes {
    let pools = 1 + dice.below(8);
    let mut wishes = Wishes::of_pools(pools);
    for _ in 0..dice.below(5) {
        wishes.push((0..pools).filter(|_| dice.often(40)).map(PoolIndex)).unwrap();
    }
    wishes.finish()
}

/// The number of steps from each pool to a free seat, [`DEAD`] if none lead there.
fn distances(wishes: &Wishes, claims: &Lists, seats: &Seats<u32>) -> Vec<u32> {
    let mut distances: Vec<_> = seats.pools().map(|(pool, _)| if seats.is_full(pool) { DEAD } else { 0 }).collect();
    for _ in 0..wishes.pool_count() {
        for (pool, holders) in seats.pools() {
            let reached = holders.iter().flat_map(|holder| claims.of(*holder)).flat_map(|wish| wishes.pools(*wish));
            let nearest = reached.map(|pool| distances[pool.at()]).min().unwrap_or(DEAD);
            distances[pool.at()] = distances[pool.at()].min(nearest.saturating_add(1));
        }
    }
    distances
}

fn assert_labels_hold(wishes: &Wishes, claims: &Lists, evictions: &Evictions<'_, Lists>) {
    let (labels, seats) = (evictions.labels(), evictions.seats());
    let distances = distances(wishes, claims, seats);
    for (pool, holders) in seats.pools() {
        let (label, distance) = (labels.pool(pool), distances[pool.at()]);
        assert_eq!(label == 0, !seats.is_full(pool));
        assert!(label <= distance, "{pool:?} is labelled {label} and {distance} from a free seat");
        for wish in holders.iter().flat_map(|holder| claims.of(*holder)) {
            let least = label.min(wishes.pool_count() as u32);
            assert!(least <= labels.wish(*wish).saturating_add(1), "{pool:?} is labelled {label}, a step ahead is not");
        }
    }
    for wish in wishes.sets() {
        let lowest = wishes.pools(wish).iter().map(|pool| labels.pool(*pool)).min();
        assert_eq!(labels.wish(wish), lowest.unwrap_or(DEAD));
        for pool in wishes.pools(wish) {
            let others = wishes.pools(wish).iter().filter(|other| *other != pool).map(|other| labels.pool(*other));
            assert_eq!(labels.besides(wishes, wish, *pool), others.min().unwrap_or(DEAD));
        }
    }
}

#[test]
fn labels_are_lower_bounds_after_every_step_and_a_failure_moves_nobody() {
    let (mut seated, mut failed) = (0, 0);
    for trial in 0..20_000 {
        let mut dice = Dice::new(3_000_000 + trial);
        let wishes = wishes(&mut dice);
        let list = |dice: &mut Dice| (0..dice.below(4)).map(|_| Wish(dice.below(wishes.len() as u32))).collect();
        let claims = Lists((0..dice.below(16)).map(|_| list(&mut dice)).collect());
        let seats = Seats::new((0..wishes.pool_count()).map(|_| dice.below(4)).collect());
        let patience = [0, 2, 10, 1000][dice.below(4) as usize];
        let mut evictions = Evictions::new(&wishes, &claims, seats, patience);
        assert_labels_hold(&wishes, &claims, &evictions);
        let mut closing = Closing::new(&wishes);
        for newcomer in 0..claims.0.len() as u32 {
            let before: Vec<_> = evictions.seats().pools().map(|(_, holders)| holders.to_vec()).collect();
            if evictions.seat(newcomer) {
                seated += 1;
            } else {
                failed += 1;
                let after: Vec<_> = evictions.seats().pools().map(|(_, holders)| holders.to_vec()).collect();
                assert_eq!(before, after);
                evictions.bury(closing.fail(newcomer, &newcomer, &wishes, &claims, evictions.seats()));
            }
            assert_labels_hold(&wishes, &claims, &evictions);
        }
    }
    assert!(seated > 10_000 && failed > 10_000, "{seated} seated, {failed} not");
}
