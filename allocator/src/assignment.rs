//! An assignment of least cost, by successive shortest paths that stay local.
//!
//! Definitions. Applicant i at place j costs c(i, j). A place is a pool with q(j) seats or, for those who may stay out,
//! the outside: one more place, with the number after the last pool, with room for everybody and so for ever at its
//! first price. Each place has a reserve price ρ(j), at which its prices π start; what is minimised is Σ c(i, j) + ρ(j)
//! over the assigned.
//!
//! **Invariant**, after every insertion:
//! 1. π ≥ ρ, and π(j) > ρ(j) only for full pools;
//! 2. everybody inserted is where cost + price is least for them;
//! 3. if ρ = 0: π is pointwise least among all prices with 1 and 2.
//!
//! By complementary slackness, 1 and 2 make the assignment a best one of those inserted.
//!
//! Insertion of w (Edmonds, Karp 1972; Tomizawa 1971). The distance to a place b that w may use is what w would pay
//! there above its least; from a to b, the least that any occupant of a would pay more in b. By (2) no distance is
//! negative. Let D be the distance of the nearest place with room. Each pool x nearer than D gets dearer by
//! D − distance(x), and everybody on a shortest path moves on by one. Pools with room keep their price, so (1) stays.
//! Differences stay non-negative and become zero on the path: (2). A price that rose is held up by zeros along the
//! shortest paths from w's new seat, which is itself held up, along the path walked backwards, by the place with room; a
//! price that did not rise hangs on prices that did not rise either: (3).
//!
//! Only pools nearer than D are touched. Once full, a pool stays full. Who inserts in which order does not matter to the
//! prices, nor to the assignment if it is unique.
//!
//! Cost: for n applicants and m pools, n searches of at most all lists and m log m; in practice most end after a few pools.

use protocol::instance::{Instance, PoolIndex};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{Add, Sub};

/// What costs and prices are counted in.
pub(crate) trait Amount: Copy + Ord + Add<Output = Self> + Sub<Output = Self> {
    /// More than any distance.
    const FAR: Self;

    /// `unit` times `steps`.
    fn product(unit: u64, steps: u32) -> Self;
}

/// Rank costs: the unit is 1.
impl Amount for i64 {
    const FAR: Self = Self::MAX;

    fn product(_: u64, steps: u32) -> Self {
        Self::from(steps)
    }
}

/// Tie costs: the unit is the applicant's weight, at most 2⁶².
impl Amount for i128 {
    const FAR: Self = Self::MAX;

    fn product(unit: u64, steps: u32) -> Self {
        (u128::from(unit) * u128::from(steps)).cast_signed()
    }
}

/// A place an applicant may use. Searches spend their time reading these, so they are small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    /// The pool, or the outside.
    pub(crate) pool: PoolIndex,
    /// c(i, j) in the applicant's unit.
    pub(crate) steps: u32,
}

/// Who may go where, and at what cost. Who may go nowhere takes no part. Applicants are numbered as they are pushed.
/// Neighbours should be near each other in memory, since searches go from neighbour to neighbour.
pub(crate) struct Places {
    arcs: Vec<Arc>,
    /// Where each applicant's arcs start; one more than there are applicants.
    starts: Vec<usize>,
    /// Each applicant's unit of cost.
    units: Vec<u64>,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { arcs: Vec::new(), starts: vec![0], units: Vec::new() }
    }

    /// The next applicant's places.
    pub(crate) fn push(&mut self, unit: u64, arcs: impl Iterator<Item = Arc>) {
        self.arcs.extend(arcs);
        self.starts.push(self.arcs.len());
        self.units.push(unit);
    }

    pub(crate) fn arcs(&self, applicant: usize) -> &[Arc] {
        &self.arcs[self.starts[applicant]..self.starts[applicant + 1]]
    }

    /// c(i, j).
    pub(crate) fn cost<C: Amount>(&self, applicant: usize, arc: Arc) -> C {
        C::product(self.units[applicant], arc.steps)
    }
}

/// A best assignment with prices that prove it.
pub(crate) struct Assignment<C> {
    /// Each applicant's place; `None` for those who take no part.
    pub(crate) seats: Vec<Option<Arc>>,
    /// π of each place.
    pub(crate) prices: Vec<C>,
    /// How many pools were looked into.
    pub(crate) looked_into: u64,
}

/// Assigns everybody who takes part; `None` if somebody finds no room. `reserves` has ρ of every pool and of the
/// outside, `order` the applicants' numbers in the order of insertion. `progress` is told how many applicants are done.
pub(crate) fn assign<C: Amount>(
    instance: &Instance,
    places: &Places,
    order: &[usize],
    reserves: Vec<C>,
    progress: &mut dyn FnMut(u64),
) -> Option<Assignment<C>> {
    let mut search = Search {
        places,
        free: instance.pools().iter().map(|pool| pool.capacity).chain([u32::MAX]).collect(),
        occupants: vec![Vec::new(); reserves.len()],
        nearest: vec![C::FAR; reserves.len()],
        arrivals: vec![None; reserves.len()],
        found: Assignment { seats: vec![None; order.len()], prices: reserves, looked_into: 0 },
        touched: Vec::new(),
        frontier: BinaryHeap::new(),
        room: C::FAR,
        room_arrival: None,
    };
    for (applicant, done) in order.iter().zip(0..) {
        if !places.arcs(*applicant).is_empty() {
            search.insert(*applicant)?;
        }
        if done % 1024 == 0 {
            progress(done);
        }
    }
    Some(search.found)
}

/// How a search came to a place: who moves there.
#[derive(Clone, Copy)]
struct Arrival {
    to: Arc,
    /// The seat that the mover leaves; `None` for the applicant who is inserted.
    from: Option<(PoolIndex, usize)>,
}

/// Somebody in a pool, and what their seat costs.
#[derive(Clone, Copy)]
struct Occupant<C> {
    applicant: usize,
    cost: C,
}

struct Search<'a, C> {
    places: &'a Places,
    found: Assignment<C>,
    occupants: Vec<Vec<Occupant<C>>>,
    /// Free seats of each place.
    free: Vec<u32>,
    /// Of the current search: how near each full pool is.
    nearest: Vec<C>,
    /// How it came there.
    arrivals: Vec<Option<Arrival>>,
    touched: Vec<PoolIndex>,
    frontier: BinaryHeap<Reverse<(C, PoolIndex)>>,
    /// How near the nearest place with room is.
    room: C,
    room_arrival: Option<Arrival>,
}

impl<C: Amount> Search<'_, C> {
    /// Finds the applicant a place, moving others if need be; `None` if there is no room anywhere.
    fn insert(&mut self, applicant: usize) -> Option<()> {
        self.forget();
        let places = self.places;
        let arcs = places.arcs(applicant);
        let pays = |search: &Self, arc: &Arc| places.cost::<C>(applicant, *arc) + search.found.prices[arc.pool.at()];
        let least = arcs.iter().map(|arc| pays(self, arc)).min()?;
        for arc in arcs {
            self.arrive(pays(self, arc) - least, *arc, None);
        }
        while let Some(Reverse((distance, pool))) = self.frontier.pop() {
            if self.room <= distance {
                break;
            }
            if self.nearest[pool.at()] == distance {
                self.look_into(pool, distance);
            }
        }
        let arrival = self.room_arrival?;
        self.raise_prices();
        self.move_along(arrival, applicant);
        Some(())
    }

    fn forget(&mut self) {
        for pool in self.touched.drain(..) {
            self.nearest[pool.at()] = C::FAR;
        }
        self.frontier.clear();
        (self.room, self.room_arrival) = (C::FAR, None);
    }

    /// Notes a way to a place, unless one as short is known or room is as near. Most ways end at these comparisons.
    #[inline(always)]
    fn arrive(&mut self, distance: C, to: Arc, from: Option<(PoolIndex, usize)>) {
        if distance < self.room && distance < self.nearest[to.pool.at()] {
            self.note(distance, to, from);
        }
    }

    fn note(&mut self, distance: C, to: Arc, from: Option<(PoolIndex, usize)>) {
        let pool = to.pool;
        let arrival = Some(Arrival { to, from });
        if self.free[pool.at()] > 0 {
            (self.room, self.room_arrival) = (distance, arrival);
            return;
        }
        if self.nearest[pool.at()] == C::FAR {
            self.touched.push(pool);
        }
        self.nearest[pool.at()] = distance;
        self.arrivals[pool.at()] = arrival;
        self.frontier.push(Reverse((distance, pool)));
    }

    /// Follows every occupant of a full pool to wherever else they may go.
    fn look_into(&mut self, from: PoolIndex, distance: C) {
        self.found.looked_into += 1;
        let places = self.places;
        for seat in 0..self.occupants[from.at()].len() {
            let occupant = self.occupants[from.at()][seat];
            // What the occupant pays, less the way so far. The own pool is no nearer than it is.
            let credit = occupant.cost + self.found.prices[from.at()] - distance;
            let unit = places.units[occupant.applicant];
            for arc in places.arcs(occupant.applicant) {
                let pays = C::product(unit, arc.steps) + self.found.prices[arc.pool.at()];
                self.arrive(pays - credit, *arc, Some((from, seat)));
            }
            if self.room <= distance {
                return;
            }
        }
    }

    fn raise_prices(&mut self) {
        for pool in self.touched.iter().filter(|pool| self.nearest[pool.at()] < self.room) {
            self.found.prices[pool.at()] = self.found.prices[pool.at()] + (self.room - self.nearest[pool.at()]);
        }
    }

    /// Moves everybody on the way to the place with room by one, and the applicant into the first.
    fn move_along(&mut self, room: Arrival, applicant: usize) {
        self.free[room.to.pool.at()] -= 1;
        let mut arrival = room;
        // A seat that a mover leaves is taken by the next one on the way back.
        let mut vacated = None;
        loop {
            let mover = arrival.from.map_or(applicant, |(pool, seat)| self.occupants[pool.at()][seat].applicant);
            let occupant = Occupant { applicant: mover, cost: self.places.cost(mover, arrival.to) };
            let occupants = &mut self.occupants[arrival.to.pool.at()];
            match vacated {
                Some(seat) => occupants[seat] = occupant,
                None => occupants.push(occupant),
            }
            self.found.seats[mover] = Some(arrival.to);
            let Some((pool, seat)) = arrival.from else { return };
            let Some(before) = self.arrivals[pool.at()] else { return };
            (arrival, vacated) = (before, Some(seat));
        }
    }
}
