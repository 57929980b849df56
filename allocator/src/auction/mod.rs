//! An assignment of least cost, by an auction that falls back on exact shortest paths.
//!
//! Definitions. Person i at pool j costs c(i, j); π(j) is the price of pool j, which has q(j) seats. The *outside* is a pool
//! with room for everybody and so for ever at price 0. What i pays at j is c(i, j) + π(j). The conditions are
//!
//! 1. π starts at 0 and never falls; π(j) > 0 only for full pools, and a full pool stays full;
//! 2. whoever sits pays at most ε more than at the cheapest other pool they may use.
//!
//! **Invariant:** 1 and 2 hold after every insertion. By complementary slackness and the choice of ε ([`crate::amount`])
//! the assignment is then a best one of those inserted. The order of insertion does not matter to its cost.
//!
//! Insertion of w. w asks for the pool where w would pay least. If that has a free seat, w sits down. If some occupant
//! would pay less elsewhere, w takes that seat and the occupant goes on in w's stead. If none would, the price rises until
//! the first of them would have to pay ε less (Bertsekas 1981: a forward auction; Goldberg, Tarjan 1988: push and relabel, with
//! the price as label). A cursor per pool remembers who has been asked since its price last rose.
//!
//! Prices never fall while people are inserted, so neither does what an occupant would pay elsewhere: what was found once
//! remains a lower *bound*. Whose bound is not below the price is passed over without a look at what they may use; at first
//! condition 2 is the bound.
//!
//! Such price wars can be long. Once an insertion has looked at more occupants than a search for the nearest free seat
//! usually takes (rent or buy: at most twice the better of both), that search is made instead: see `ball`.
//!
//! Cost: a number of looks at occupants, counted and the same on every computer; [`PASSED`] that are passed over count as
//! one. With a patience of 0, the cost of one shortest path each.

mod ball;
mod quotes;
mod refill;
mod seat;

pub(crate) use quotes::{Bundled, Prices, Quotes};
pub(crate) use seat::{Arc, One, Seat, Tails, Unit, Weight};

use crate::amount::{Amount, Grain};
use ball::Ball;
use std::ops::Range;

/// Occupants whose bounds take as long to read as one person's arcs.
const PASSED: u64 = 16;

/// Somebody can be seated nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

/// The pools of a market and those who sit in them. Nodes are numbered: first the pools, then the outside, then bundles,
/// then a node that nobody can have.
pub(crate) struct Auction<N, U, Q, const K: usize> {
    /// q, with the outside.
    pub(super) capacity: Vec<u32>,
    pub(super) occupants: Vec<Vec<Seat<U, K>>>,
    pub(super) quotes: Q,
    pub(super) tails: Tails,
    pub(super) grain: Grain,
    /// Whether those outside are remembered.
    pub(super) keeps_outside: bool,
    /// Looks at occupants.
    pub(crate) visits: u64,
    /// The first occupant of each pool who has not been asked at its present price.
    cursors: Vec<u32>,
    /// At least what each occupant would pay elsewhere, less what the own seat costs; empty where nobody has been asked.
    bounds: Vec<Vec<N>>,
    /// Fewest looks before an insertion turns to a search.
    patience: u64,
    /// What searches cost lately.
    ball_cost: u64,
    ball: Ball<N>,
}

/// Where somebody would pay least.
#[derive(Clone, Copy)]
pub(crate) struct Deal<N> {
    pool: u32,
    steps: u32,
    pays: N,
}

impl<N: Amount, U: Unit, Q: Quotes<N>, const K: usize> Auction<N, U, Q, K> {
    /// Empty pools of these capacities, the last of them the outside, at price 0; [`Amount::FAR`] where there are no seats.
    /// `patience` is any number.
    pub(crate) fn new(capacity: Vec<u32>, quotes: Q, grain: Grain, patience: u64, keeps_outside: bool) -> Self {
        Self {
            cursors: vec![0; capacity.len()],
            bounds: vec![Vec::new(); capacity.len()],
            ball: Ball::new(quotes.void() as usize + 1),
            occupants: vec![Vec::new(); capacity.len()],
            capacity,
            quotes,
            tails: Tails::default(),
            grain,
            keeps_outside,
            visits: 0,
            patience,
            ball_cost: 0,
        }
    }

    /// Takes over these pools, with their prices and occupants, and those outside, from an auction of the same market
    /// in which nobody used any other pool; in this one nobody used these.
    pub(crate) fn absorb(&mut self, mut other: Self, pools: Range<u32>) {
        let tails = self.tails.append(&mut other.tails);
        other.occupants.iter_mut().flatten().for_each(|occupant| occupant.move_tail(tails));
        for pool in pools.start as usize..pools.end as usize {
            self.occupants[pool] = std::mem::take(&mut other.occupants[pool]);
            self.bounds[pool] = std::mem::take(&mut other.bounds[pool]);
            self.cursors[pool] = other.cursors[pool];
        }
        let outside = self.outside();
        self.occupants[outside].append(&mut other.occupants[outside]);
        self.quotes.absorb(&other.quotes, pools);
        self.visits += other.visits;
    }

    /// Finds somebody a seat, moving others if need be.
    ///
    /// # Errors
    /// If there is none; then the auction cannot go on.
    pub(crate) fn insert(&mut self, mut seat: Seat<U, K>) -> Result<(), NoRoom> {
        let patience = match (self.patience, self.grain.epsilon) {
            (0, _) | (_, 0) => 0,
            (fewest, _) => fewest.max(self.ball_cost),
        };
        let mut spent = 0;
        loop {
            let deal = self.best(&seat);
            if deal.pays >= N::HALF {
                return Err(NoRoom);
            }
            if self.has_room(deal.pool) {
                self.sit(deal, seat);
                return Ok(());
            }
            if spent >= patience {
                return self.seat_by_shortest_path(seat, deal.pays);
            }
            spent += self.ask_occupants(deal, &mut seat);
        }
    }

    /// Everybody's number, and the pool they sit in.
    pub(crate) fn seats(&self) -> impl Iterator<Item = (u32, u32)> {
        let pools = (0..).zip(&self.occupants);
        pools.flat_map(|(pool, occupants)| occupants.iter().map(move |occupant| (occupant.person, pool)))
    }

    /// The node that nobody can have.
    pub(crate) fn void(&self) -> u32 {
        self.quotes.void()
    }

    /// Where arcs go that a seat does not hold.
    pub(crate) fn tails_mut(&mut self) -> &mut Tails {
        &mut self.tails
    }

    /// The price of a pool.
    pub(crate) fn price(&self, pool: u32) -> N {
        self.quotes.least(pool)
    }

    #[inline(always)]
    pub(super) fn cost(&self, seat: &Seat<U, K>, steps: u32) -> N {
        self.grain.cost(seat.unit.weight(), steps)
    }

    #[inline(always)]
    pub(super) fn outside(&self) -> usize {
        self.capacity.len() - 1
    }

    #[inline(always)]
    pub(super) fn has_room(&self, pool: u32) -> bool {
        let pool = pool as usize;
        self.occupants[pool].len() < self.capacity[pool] as usize
    }

    fn best(&self, seat: &Seat<U, K>) -> Deal<N> {
        let mut best = Deal { pool: 0, steps: 0, pays: N::FAR };
        seat.for_each_arc(&self.tails, |arc| {
            let pays = self.cost(seat, arc.steps) + self.quotes.least(arc.to);
            if pays < best.pays {
                best = Deal { pool: arc.to, steps: arc.steps, pays };
            }
        });
        best.pool = self.quotes.cheapest(best.pool);
        best
    }

    /// What the person would pay at the cheapest pool other than this one, less what the own seat's arc costs.
    #[inline(always)]
    fn elsewhere(&self, seat: &Seat<U, K>, pool: u32) -> N {
        let mut least = N::FAR;
        seat.for_each_arc(&self.tails, |arc| {
            let pays = self.cost(seat, arc.steps) + self.quotes.besides(arc.to, pool);
            least = least.min(pays);
        });
        least - self.cost(seat, seat.steps)
    }

    pub(super) fn sit(&mut self, deal: Deal<N>, mut seat: Seat<U, K>) {
        seat.steps = deal.steps;
        self.take(deal.pool, seat);
    }

    /// Puts somebody into a free seat.
    pub(super) fn take(&mut self, pool: u32, seat: Seat<U, K>) {
        if pool as usize == self.outside() && !self.keeps_outside {
            return;
        }
        let capacity = self.capacity[pool as usize] as usize;
        let occupants = &mut self.occupants[pool as usize];
        if occupants.is_empty() && (pool as usize) < self.capacity.len() - 1 {
            occupants.reserve_exact(capacity);
        }
        occupants.push(seat);
        if occupants.len() == capacity {
            self.quotes.fill(pool);
        }
    }

    /// Asks the occupants of a full pool, from the cursor on, until one would pay less elsewhere and changes places with
    /// `seat`. If there is none, the price rises. Returns what that cost in looks.
    fn ask_occupants(&mut self, deal: Deal<N>, seat: &mut Seat<U, K>) -> u64 {
        let (pool, cursor) = (deal.pool as usize, self.cursors[deal.pool as usize] as usize);
        let price = self.quotes.least(deal.pool);
        let mut bounds = std::mem::take(&mut self.bounds[pool]);
        bounds.resize(self.occupants[pool].len(), price - self.grain.epsilon());
        let mut looks = 1;
        let leaves = self.who_leaves(deal.pool, price, &mut bounds[cursor..], &mut looks).map(|at| at + cursor);
        let mut passed = leaves.map_or(bounds.len(), |place| place + 1) - cursor;
        let mut at_least = price;
        let mut place = leaves.unwrap_or(0);
        if leaves.is_none() {
            passed += bounds.len();
            let least;
            (least, place) = self.least_elsewhere(deal.pool, &mut bounds, &mut looks);
            at_least = if least < N::HALF { least + self.grain.epsilon() } else { N::FAR };
            self.quotes.set(deal.pool, at_least);
        }
        self.cursors[pool] = u32::try_from(place).unwrap_or(0);
        seat.steps = deal.steps;
        // The person may prefer another pool by now.
        if leaves.is_some() || (at_least < N::FAR && self.elsewhere(seat, deal.pool) >= at_least) {
            std::mem::swap(&mut self.occupants[pool][place], seat);
            bounds[place] = at_least;
        }
        self.bounds[pool] = bounds;
        looks += passed as u64 / PASSED;
        self.visits += looks;
        looks
    }

    /// The place of the first of the last occupants, of whom these are the bounds, who would pay less elsewhere.
    #[inline(always)]
    fn who_leaves(&self, pool: u32, price: N, bounds: &mut [N], looks: &mut u64) -> Option<usize> {
        let occupants = &self.occupants[pool as usize];
        let occupants = &occupants[occupants.len() - bounds.len()..];
        bounds.iter_mut().zip(occupants).position(|(bound, occupant)| {
            *bound < price && {
                *looks += 1;
                *bound = self.elsewhere(occupant, pool);
                *bound < price
            }
        })
    }

    /// The least that an occupant would pay elsewhere, and the occupant's place.
    #[inline(always)]
    fn least_elsewhere(&self, pool: u32, bounds: &mut [N], looks: &mut u64) -> (N, usize) {
        let mut best = (N::FAR, 0);
        for ((bound, occupant), place) in bounds.iter_mut().zip(&self.occupants[pool as usize]).zip(0..) {
            if *bound < best.0 {
                *looks += 1;
                *bound = self.elsewhere(occupant, pool);
                if *bound < best.0 {
                    best = (*bound, place);
                }
            }
        }
        best
    }
}
