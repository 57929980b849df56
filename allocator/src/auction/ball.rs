//! The nearest free seat, by a search that stays local.
//!
//! Definitions. The distance of a pool from w, who has no seat, is what w would pay there above what w would pay at best;
//! from a to b it is the least that an occupant of a would pay more in b, plus ε. By condition 2 of the auction no
//! distance is negative. D is the distance of the nearest pool with a free seat.
//!
//! **Invariant:** raising the price of every pool x nearer than D by D − distance(x), and moving everybody on a shortest
//! path on by one, keeps the auction's conditions: pools with free seats keep their price, differences of prices change
//! by no more than the distances, and are used up exactly along the path (Dijkstra 1959; Edmonds, Karp 1972; Tomizawa 1971).
//!
//! Cost: only pools nearer than D are looked into; their occupants, times the logarithm of the pools reached. A bundle is
//! passed through: whoever reaches it reaches each of its pools, at the pool's own price.

use super::{Auction, NoRoom, PASSED, Quotes, Seat, Unit};
use crate::amount::Amount;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How a search came to a pool: who moves there, at how many steps.
#[derive(Clone, Copy)]
struct Arrival {
    /// The pool and the place in it that the mover leaves; `None` for who is inserted.
    from: Option<(u32, u32)>,
    steps: u32,
}

/// The memory of a search, used again by the next.
pub(super) struct Ball<N> {
    /// The search that reached each node last.
    reached: Vec<u32>,
    search: u32,
    /// How near each pool is; of a bundle, without the price of a pool.
    near: Vec<N>,
    arrivals: Vec<Arrival>,
    frontier: BinaryHeap<Reverse<(N, u32)>>,
    settled: Vec<u32>,
    /// How near the nearest free seat is.
    room: N,
    room_in: u32,
}

impl<N: Amount> Ball<N> {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            reached: vec![0; nodes],
            search: 0,
            near: vec![N::ZERO; nodes],
            arrivals: vec![Arrival { from: None, steps: 0 }; nodes],
            frontier: BinaryHeap::new(),
            settled: Vec::new(),
            room: N::HALF,
            room_in: 0,
        }
    }

    fn begin(&mut self) {
        if self.search == u32::MAX {
            self.reached.fill(0);
            self.search = 0;
        }
        self.search += 1;
        self.frontier.clear();
        self.settled.clear();
        self.room = N::HALF;
    }

    /// Whether this is nearer than any way before; notes it.
    #[inline(always)]
    fn is_nearer(&mut self, node: u32, distance: N) -> bool {
        let at = node as usize;
        if distance >= self.room || (self.reached[at] == self.search && self.near[at] <= distance) {
            return false;
        }
        self.reached[at] = self.search;
        self.near[at] = distance;
        true
    }
}

impl<N: Amount, U: Unit, Q: Quotes<N>, const K: usize> Auction<N, U, Q, K> {
    /// Seats somebody who would pay `least` at best, along a shortest path.
    pub(super) fn seat_by_shortest_path(&mut self, seat: Seat<U, K>, least: N) -> Result<(), NoRoom> {
        let before = self.visits;
        self.ball.begin();
        self.reach_all(&seat, None, least);
        while let Some(Reverse((distance, pool))) = self.ball.frontier.pop() {
            if distance >= self.ball.room {
                break;
            }
            if self.ball.near[pool as usize] == distance {
                self.ball.settled.push(pool);
                self.look_into(pool, distance);
            }
        }
        if self.ball.room >= N::HALF {
            return Err(NoRoom);
        }
        self.raise_prices();
        self.move_along(seat);
        self.ball_cost = self.ball_cost - self.ball_cost / 8 + (self.visits - before) / 8;
        Ok(())
    }

    fn look_into(&mut self, pool: u32, distance: N) {
        let credit = self.quotes.least(pool) - distance - self.grain.epsilon();
        let occupants = self.occupants[pool as usize].len();
        let bounds = std::mem::take(&mut self.bounds[pool as usize]);
        self.visits += occupants as u64 / PASSED;
        for (place, at) in (0_u32..).zip(0..occupants) {
            // Whoever would pay too much even at their bound leads nowhere nearer.
            if bounds.get(at).is_some_and(|bound| *bound - credit >= self.ball.room) {
                continue;
            }
            self.visits += 1;
            let occupant = self.occupants[pool as usize][at];
            let credit = self.cost(&occupant, occupant.steps) + credit;
            self.reach_all(&occupant, Some((pool, place)), credit);
        }
        self.bounds[pool as usize] = bounds;
    }

    /// Notes where somebody could go; there they would pay `credit` more than the distance.
    #[inline(always)]
    fn reach_all(&mut self, seat: &Seat<U, K>, from: Option<(u32, u32)>, credit: N) {
        let Self { ball, quotes, occupants, capacity, tails, grain, .. } = self;
        let weight = seat.unit.weight();
        seat.for_each_arc(tails, |arc| {
            let toll = grain.cost::<N>(weight, arc.steps) - credit;
            let distance = toll + quotes.least(arc.to);
            // Most ways end at these comparisons.
            if distance >= ball.room {
                return;
            }
            let arrival = Arrival { from, steps: arc.steps };
            let reach = |ball: &mut Ball<N>, pool: u32, distance: N| {
                if !ball.is_nearer(pool, distance) {
                    return;
                }
                ball.arrivals[pool as usize] = arrival;
                if occupants[pool as usize].len() < capacity[pool as usize] as usize {
                    (ball.room, ball.room_in) = (distance, pool);
                } else {
                    ball.frontier.push(Reverse((distance, pool)));
                }
            };
            let bundle = quotes.bundle(arc.to);
            if bundle.is_empty() {
                reach(ball, arc.to, distance);
            } else if ball.reached[arc.to as usize] != ball.search || toll < ball.near[arc.to as usize] {
                ball.reached[arc.to as usize] = ball.search;
                ball.near[arc.to as usize] = toll;
                bundle.iter().for_each(|pool| reach(ball, *pool, toll + quotes.least(*pool)));
            }
        });
    }

    fn raise_prices(&mut self) {
        for at in 0..self.ball.settled.len() {
            let pool = self.ball.settled[at];
            let rise = self.ball.room - self.ball.near[pool as usize];
            if rise > N::ZERO {
                self.quotes.set(pool, self.quotes.least(pool) + rise);
                self.cursors[pool as usize] = 0;
            }
        }
    }

    /// Moves everybody on the way to the free seat on by one, and `seat` into the first place.
    fn move_along(&mut self, seat: Seat<U, K>) {
        let mut to = self.ball.room_in;
        // A place that a mover leaves is taken by the next one on the way back.
        let mut vacated = None;
        loop {
            let Arrival { from, steps } = self.ball.arrivals[to as usize];
            let mut mover = match from {
                Some((pool, place)) => self.occupants[pool as usize][place as usize],
                None => seat,
            };
            mover.steps = steps;
            match vacated {
                Some(place) => self.replace(to, place, mover),
                None => self.take(to, mover),
            }
            let Some((pool, place)) = from else { return };
            (to, vacated) = (pool, Some(place));
        }
    }

    fn replace(&mut self, pool: u32, place: u32, mover: Seat<U, K>) {
        let condition = self.quotes.least(pool) - self.grain.epsilon();
        self.occupants[pool as usize][place as usize] = mover;
        if let Some(bound) = self.bounds[pool as usize].get_mut(place as usize) {
            *bound = condition;
        }
    }
}
