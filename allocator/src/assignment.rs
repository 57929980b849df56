//! The seats: steps 2 and 3 of `serial` and `priority`, and all of `optimal`, as one assignment of least cost.
//!
//! Definitions. Costs and prices π are pairs compared lexicographically (rank costs, then luck), which is as good as one
//! number: sums and comparisons are all the proofs need. A seated k in pool a pays c(k, a) + π(a). Staying out, where it
//! has a cost, is one more place with room for everybody and the price 0 for ever.
//!
//! **Invariant**, after every insertion:
//! 1. π ≥ 0, and π(j) > 0 only for full pools;
//! 2. everybody inserted is where they pay least;
//! 3. π is pointwise least among all prices with 1 and 2.
//!
//! Insertion of w (successive shortest paths, with Dijkstra on reduced costs: Edmonds, Karp 1972; Tomizawa 1971). The
//! distance to a pool b that w lists is what w would pay there above its least; from a to b, the least any occupant of
//! a would pay more in b. By (2) no distance is negative. Let D be the distance of the nearest place with room. Each
//! pool x nearer than D gets dearer by D − distance(x), and everybody on the shortest path moves on by one. Pools with
//! room keep their price, so (1) stays. Reduced costs stay non-negative and become zero on the path: (2). A price that
//! rose is held up by zeros along the shortest paths from w's new seat, which zeros along the path, walked backwards,
//! hold up from the place with room; one that did not rise hangs on prices that did not rise either: (3).
//!
//! Only the pools nearer than D are touched. Once full, a pool stays full.
//!
//! Cost: for n applicants and m pools with lists of bounded length, n searches of at most n log m; in practice most end
//! after a few pools.

use crate::allocate::{AllocateError, Phase, Steps};
use crate::guarantees::Guarantees;
use protocol::instance::{Cost, Instance, Listed, PoolIndex};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Seats and prices.
pub(crate) struct Seating {
    /// Where each applicant sits.
    pub(crate) seats: Vec<Option<Listed>>,
    /// The least price of each pool.
    pub(crate) prices: Vec<Cost>,
}

/// `optimal`: everybody takes part, and may stay out at a cost.
pub(crate) fn seat_everybody(
    instance: &Instance,
    progress: &mut dyn FnMut(Phase, u64, u64),
    steps: &mut Steps,
) -> Seating {
    let total = instance.applicants().len();
    let mut search = Search::new(instance, |applicant| instance.listed(applicant).to_vec());
    for applicant in 0..total {
        // There is always room outside.
        search.insert(applicant);
        if applicant % 1024 == 0 {
            progress(Phase::Seats, applicant as u64, total as u64);
        }
    }
    progress(Phase::Seats, total as u64, total as u64);
    steps.seat_pools += search.looked_into;
    search.seating()
}

/// `serial` and `priority`: exactly those with a guarantee, each in a pool that some assignment of all of them allows.
pub(crate) fn seat_guaranteed(
    instance: &Instance,
    guarantees: &Guarantees,
    progress: &mut dyn FnMut(Phase, u64, u64),
    steps: &mut Steps,
) -> Result<Seating, AllocateError> {
    let total = instance.applicants().len();
    let mut search = Search::new(instance, |applicant| guarantees.admissible(instance, applicant));
    for applicant in 0..total {
        if !search.arcs(applicant).is_empty() && !search.insert(applicant) {
            return Err(AllocateError::GuaranteeLost);
        }
        if applicant % 1024 == 0 {
            progress(Phase::Seats, applicant as u64, total as u64);
        }
    }
    progress(Phase::Seats, total as u64, total as u64);
    steps.seat_pools += search.looked_into;
    Ok(search.seating())
}

/// How a search came to a place: who moves there.
#[derive(Clone, Copy)]
enum Arrival {
    /// The applicant who is inserted.
    Inserted(Option<Listed>),
    /// The occupant of this seat of another pool.
    Moved { from: PoolIndex, seat: usize, to: Option<Listed> },
}

struct Search<'a> {
    instance: &'a Instance,
    /// Admissible pools, grouped by applicant.
    arcs: Vec<Listed>,
    starts: Vec<usize>,
    seats: Vec<Option<Listed>>,
    prices: Vec<Cost>,
    occupants: Vec<Vec<usize>>,
    /// Of the current search: how near each pool is and how it came there.
    arrivals: Vec<Option<(Cost, Arrival)>>,
    touched: Vec<PoolIndex>,
    frontier: BinaryHeap<Reverse<(Cost, PoolIndex)>>,
    /// The nearest place with room.
    room: Option<(Cost, Arrival)>,
    looked_into: u64,
}

impl<'a> Search<'a> {
    fn new(instance: &'a Instance, admissible: impl Fn(usize) -> Vec<Listed>) -> Self {
        let (applicants, pools) = (instance.applicants().len(), instance.pools().len());
        let (mut arcs, mut starts) = (Vec::new(), vec![0]);
        for applicant in 0..applicants {
            arcs.extend(admissible(applicant));
            starts.push(arcs.len());
        }
        Self {
            instance,
            arcs,
            starts,
            seats: vec![None; applicants],
            prices: vec![Cost::ZERO; pools],
            occupants: vec![Vec::new(); pools],
            arrivals: vec![None; pools],
            touched: Vec::new(),
            frontier: BinaryHeap::new(),
            room: None,
            looked_into: 0,
        }
    }

    fn seating(self) -> Seating {
        Seating { seats: self.seats, prices: self.prices }
    }

    fn arcs(&self, applicant: usize) -> &[Listed] {
        &self.arcs[self.starts[applicant]..self.starts[applicant + 1]]
    }

    /// Finds the applicant a place, moving others if need be; false if there is no room anywhere.
    fn insert(&mut self, applicant: usize) -> bool {
        self.forget();
        let arcs = self.starts[applicant]..self.starts[applicant + 1];
        let outside = self.instance.unplaced_cost(applicant);
        let pays = |search: &Self, arc: usize| {
            search.instance.cost(applicant, &search.arcs[arc]) + search.prices[search.arcs[arc].pool.at()]
        };
        let Some(least) = arcs.clone().map(|arc| pays(self, arc)).chain(outside).min() else { return false };
        for arc in arcs {
            let listed = self.arcs[arc];
            self.arrive(listed.pool, pays(self, arc) - least, Arrival::Inserted(Some(listed)));
        }
        if let Some(outside) = outside {
            self.find_room(outside - least, Arrival::Inserted(None));
        }
        while let Some(Reverse((distance, pool))) = self.frontier.pop() {
            if self.room.is_some_and(|(room, _)| room <= distance) {
                break;
            }
            if self.arrivals[pool.at()].is_some_and(|(nearest, _)| nearest == distance) {
                self.look_into(pool, distance);
            }
        }
        let Some((distance, arrival)) = self.room else { return false };
        self.raise_prices(distance);
        self.move_along(arrival, applicant);
        true
    }

    fn forget(&mut self) {
        for pool in self.touched.drain(..) {
            self.arrivals[pool.at()] = None;
        }
        self.frontier.clear();
        self.room = None;
    }

    fn is_full(&self, pool: PoolIndex) -> bool {
        self.occupants[pool.at()].len() >= self.instance.pools()[pool.at()].capacity as usize
    }

    /// Notes a way to a pool, unless one as near is known or room is nearer.
    fn arrive(&mut self, pool: PoolIndex, distance: Cost, arrival: Arrival) {
        if !self.is_full(pool) {
            return self.find_room(distance, arrival);
        }
        let known = &mut self.arrivals[pool.at()];
        if self.room.is_some_and(|(room, _)| room <= distance) || known.is_some_and(|(nearest, _)| nearest <= distance)
        {
            return;
        }
        if known.is_none() {
            self.touched.push(pool);
        }
        *known = Some((distance, arrival));
        self.frontier.push(Reverse((distance, pool)));
    }

    fn find_room(&mut self, distance: Cost, arrival: Arrival) {
        if self.room.is_none_or(|(room, _)| distance < room) {
            self.room = Some((distance, arrival));
        }
    }

    /// Follows every occupant of a full pool to wherever else they may go.
    fn look_into(&mut self, from: PoolIndex, distance: Cost) {
        self.looked_into += 1;
        for seat in 0..self.occupants[from.at()].len() {
            let occupant = self.occupants[from.at()][seat];
            let Some(own) = self.seats[occupant] else { continue };
            let pays = self.instance.cost(occupant, &own) + self.prices[from.at()];
            for arc in self.starts[occupant]..self.starts[occupant + 1] {
                let to = self.arcs[arc];
                if to.pool != from {
                    let more = self.instance.cost(occupant, &to) + self.prices[to.pool.at()] - pays;
                    self.arrive(to.pool, distance + more, Arrival::Moved { from, seat, to: Some(to) });
                }
            }
            if let Some(outside) = self.instance.unplaced_cost(occupant) {
                self.find_room(distance + (outside - pays), Arrival::Moved { from, seat, to: None });
            }
        }
    }

    fn raise_prices(&mut self, room: Cost) {
        for pool in &self.touched {
            if let Some((distance, _)) = self.arrivals[pool.at()].filter(|(distance, _)| *distance < room) {
                self.prices[pool.at()] = self.prices[pool.at()] + (room - distance);
            }
        }
    }

    /// Moves everybody on the way to the place with room by one, and the applicant into the first.
    fn move_along(&mut self, room: Arrival, applicant: usize) {
        let mut arrival = room;
        // The seat that the mover leaves is taken by the next one on the way back.
        let mut vacated = None;
        loop {
            let (mover, to, from) = match arrival {
                Arrival::Inserted(to) => (applicant, to, None),
                Arrival::Moved { from, seat, to } => (self.occupants[from.at()][seat], to, Some((from, seat))),
            };
            match (to, vacated) {
                (Some(to), Some(seat)) => self.occupants[to.pool.at()][seat] = mover,
                (Some(to), None) => self.occupants[to.pool.at()].push(mover),
                (None, _) => {}
            }
            self.seats[mover] = to;
            let Some((from, seat)) = from else { return };
            let Some((_, before)) = self.arrivals[from.at()] else { return };
            (arrival, vacated) = (before, Some(seat));
        }
    }
}
