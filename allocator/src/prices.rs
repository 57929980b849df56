//! The least prices of a best assignment.
//!
//! Given an assignment and any prices π that prove it (everybody is where cost + price is least for them), the least
//! ones are π − δ, where δ(b) is the shortest distance to b from what cannot fall:
//!
//! 1. δ(b) ≤ π(b) − ρ(b) where b has a floor ρ(b); the outside has its price as floor;
//! 2. δ(b) ≤ δ(a) + the least that any occupant of a would pay more in b.
//!
//! All steps are non-negative, so one run of Dijkstra's algorithm finds δ. A pool without a floor hangs on others by
//! zeros of an earlier level of prices; where none reaches it, its price stays.

use crate::assignment::{Amount, Assignment, Places};
use protocol::instance::PoolIndex;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The least prices. `floors` are the ρ; `None` where only other prices hold one up.
pub(crate) fn least<C: Amount>(places: &Places, assignment: &Assignment<C>, floors: &[Option<C>]) -> Vec<C> {
    let mut fall = Fall { places, assignment, delta: vec![None; floors.len()], frontier: BinaryHeap::new() };
    for ((floor, price), pool) in floors.iter().zip(&assignment.prices).zip(0..) {
        if let Some(floor) = floor {
            fall.bound(PoolIndex(pool), *price - *floor);
        }
    }
    let mut occupants = vec![Vec::new(); floors.len()];
    for (applicant, seat) in assignment.seats.iter().enumerate() {
        if let Some(seat) = seat {
            let pays = places.cost::<C>(applicant, *seat) + assignment.prices[seat.pool.at()];
            occupants[seat.pool.at()].push((applicant, pays));
        }
    }
    while let Some(Reverse((distance, pool))) = fall.frontier.pop() {
        if fall.delta[pool.at()] == Some(distance) {
            for (occupant, pays) in &occupants[pool.at()] {
                fall.follow(*occupant, *pays - distance);
            }
        }
    }
    assignment
        .prices
        .iter()
        .zip(fall.delta)
        .map(|(price, delta)| delta.map_or(*price, |delta| *price - delta))
        .collect()
}

struct Fall<'a, C> {
    places: &'a Places,
    assignment: &'a Assignment<C>,
    delta: Vec<Option<C>>,
    frontier: BinaryHeap<Reverse<(C, PoolIndex)>>,
}

impl<C: Amount> Fall<'_, C> {
    fn bound(&mut self, pool: PoolIndex, delta: C) {
        if self.delta[pool.at()].is_none_or(|known| delta < known) {
            self.delta[pool.at()] = Some(delta);
            self.frontier.push(Reverse((delta, pool)));
        }
    }

    /// Nothing the applicant may use can fall below what the applicant is content with.
    fn follow(&mut self, applicant: usize, content: C) {
        for arc in self.places.arcs(applicant) {
            let pays = self.places.cost::<C>(applicant, *arc) + self.assignment.prices[arc.pool.at()];
            self.bound(arc.pool, pays - content);
        }
    }
}
