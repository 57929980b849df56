//! Fills the pools that must be full, after an auction that began at price 0.
//!
//! Definitions. A pool *must* be full if a price of an earlier level says so; the others *may* have free seats, and
//! their price is 0 then and never below. The distance of a pool a from a missing seat in h is the least that people would
//! pay more, plus ε each, if one left a and everybody on the way moved on by one until h has one more. A seat is *given up*
//! by a pool that may have free seats, at its price, or by somebody outside.
//!
//! **Invariant:** lowering the price of every pool x nearer than the nearest such gift by the difference, and moving
//! everybody on the way, keeps everybody within ε of the best they may have, and the prices of pools that may have free
//! seats at or above 0. No full pool that must be full is emptied. (The mirror image of `ball`; reverse auction of
//! Bertsekas and Castañón 1992, by shortest paths.)
//!
//! Cost: for each missing seat, everybody who may use one of the pools nearer than the gift.

use super::{Arc, Auction, NoRoom, Quotes, Seat, Unit};
use crate::amount::Amount;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Who may use what, and where everybody is: small, since searches spend their time reading these.
struct Wanted<U> {
    /// Where the people who may use each pool start.
    starts: Vec<u32>,
    /// They, and at how many steps.
    people: Vec<(u32, u32)>,
    /// Where each person is.
    sitting: Vec<Sitting<U>>,
}

#[derive(Clone, Copy)]
struct Sitting<U> {
    unit: U,
    pool: u32,
    place: u32,
    steps: u32,
}

struct Search<N> {
    /// How near each pool is; [`Amount::FAR`] if it was not reached.
    near: Vec<N>,
    /// Who leaves each pool, and for which one.
    leaves: Vec<(u32, u32)>,
    frontier: BinaryHeap<Reverse<(N, u32)>>,
    reached: Vec<u32>,
    /// How near the nearest gift is, and whose it is.
    gift: N,
    giver: Giver,
}

#[derive(Clone, Copy)]
enum Giver {
    Nobody,
    /// The pool can do with one less.
    Pool(u32),
    /// This person comes in from outside, to this pool.
    Outside(u32, u32),
}

impl<N: Amount, U: Unit, Q: Quotes<N>, const K: usize> Auction<N, U, Q, K> {
    /// Fills every pool that `must` be full. There must be no bundles, and those outside must be remembered; `people` is
    /// how many there are.
    ///
    /// # Errors
    /// If a seat cannot be filled.
    pub(crate) fn refill(&mut self, must: &[bool], people: usize) -> Result<(), NoRoom> {
        let missing =
            |auction: &Self, pool: usize| must[pool] && auction.occupants[pool].len() < auction.seats_of(pool);
        if !(0..self.outside()).any(|pool| missing(self, pool)) {
            return Ok(());
        }
        let mut wanted = self.wanted(people);
        let nodes = self.capacity.len();
        let mut search = Search {
            near: vec![N::FAR; nodes],
            leaves: vec![(0, 0); nodes],
            frontier: BinaryHeap::new(),
            reached: Vec::new(),
            gift: N::HALF,
            giver: Giver::Nobody,
        };
        for (pool, node) in (0..self.outside()).zip(0..) {
            while missing(self, pool) {
                self.find_gift(&mut search, &wanted, must, node);
                self.bring(&search, &mut wanted, node)?;
                self.lower_prices(&search);
            }
        }
        Ok(())
    }

    fn seats_of(&self, pool: usize) -> usize {
        self.capacity[pool] as usize
    }

    /// Written out once, without a second copy of anything: this is where a large draw takes most memory.
    fn wanted(&self, people: usize) -> Wanted<U> {
        let mut starts = vec![0_u32; self.outside() + 1];
        let mut sitting = Vec::with_capacity(people);
        for (occupants, pool) in self.occupants.iter().zip(0..) {
            for (occupant, place) in occupants.iter().zip(0..) {
                let Seat { unit, steps, person, .. } = *occupant;
                let here = Sitting { unit, pool, place, steps };
                // Whoever has not come yet stands for nobody.
                sitting.resize(sitting.len().max(person as usize + 1), here);
                sitting[person as usize] = here;
                self.for_each_pool(occupant, |arc| starts[arc.to as usize + 1] += 1);
            }
        }
        for pool in 0..self.outside() {
            starts[pool + 1] += starts[pool];
        }
        let mut next = starts.clone();
        let mut people = vec![(0, 0); starts[self.outside()] as usize];
        for occupant in self.occupants.iter().flatten() {
            self.for_each_pool(occupant, |arc| {
                let place = &mut next[arc.to as usize];
                people[*place as usize] = (occupant.person, arc.steps);
                *place += 1;
            });
        }
        Wanted { starts, people, sitting }
    }

    fn for_each_pool(&self, seat: &Seat<U, K>, mut visit: impl FnMut(Arc)) {
        seat.for_each_arc(&self.tails, |arc| {
            if (arc.to as usize) < self.outside() {
                visit(arc);
            }
        });
    }

    fn find_gift(&mut self, search: &mut Search<N>, wanted: &Wanted<U>, must: &[bool], missing: u32) {
        for pool in search.reached.drain(..) {
            search.near[pool as usize] = N::FAR;
        }
        search.frontier.clear();
        (search.gift, search.giver) = (N::HALF, Giver::Nobody);
        search.near[missing as usize] = N::ZERO;
        search.reached.push(missing);
        search.frontier.push(Reverse((N::ZERO, missing)));
        while let Some(Reverse((distance, pool))) = search.frontier.pop() {
            if distance >= search.gift {
                break;
            }
            if search.near[pool as usize] == distance {
                self.ask_around(search, wanted, must, pool);
            }
        }
    }

    /// Asks everybody who may use the pool what it would cost to have them there.
    fn ask_around(&mut self, search: &mut Search<N>, wanted: &Wanted<U>, must: &[bool], pool: u32) {
        let (start, end) = (wanted.starts[pool as usize] as usize, wanted.starts[pool as usize + 1] as usize);
        self.visits += (end - start) as u64;
        let offer = self.quotes.least(pool) + search.near[pool as usize] + self.grain.epsilon();
        for (person, steps) in &wanted.people[start..end] {
            let Sitting { unit, pool: from, steps: own, .. } = wanted.sitting[*person as usize];
            if from == pool {
                continue;
            }
            let cost = |steps: u32| self.grain.cost::<N>(unit.weight(), steps);
            let distance = cost(*steps) + offer - (cost(own) + self.quotes.least(from));
            if distance >= search.gift {
                continue;
            }
            if from as usize == self.outside() {
                (search.gift, search.giver) = (distance, Giver::Outside(*person, pool));
            } else if distance < search.near[from as usize] {
                if search.near[from as usize] == N::FAR {
                    search.reached.push(from);
                }
                search.near[from as usize] = distance;
                search.leaves[from as usize] = (*person, pool);
                search.frontier.push(Reverse((distance, from)));
                let gift = distance + self.quotes.least(from);
                if !must[from as usize] && gift < search.gift {
                    (search.gift, search.giver) = (gift, Giver::Pool(from));
                }
            }
        }
    }

    fn steps_to(&self, seat: &Seat<U, K>, pool: u32) -> u32 {
        let mut steps = u32::MAX;
        seat.for_each_arc(&self.tails, |arc| {
            if arc.to == pool {
                steps = steps.min(arc.steps);
            }
        });
        steps
    }

    fn lower_prices(&mut self, search: &Search<N>) {
        for pool in &search.reached {
            let near = search.near[*pool as usize];
            if near < search.gift {
                self.quotes.set(*pool, self.quotes.least(*pool) + near - search.gift);
            }
        }
    }

    /// Moves everybody on the way from the giver to the missing seat.
    fn bring(&mut self, search: &Search<N>, wanted: &mut Wanted<U>, missing: u32) -> Result<(), NoRoom> {
        let (mut person, mut to) = match search.giver {
            Giver::Nobody => return Err(NoRoom),
            Giver::Outside(person, to) => (person, to),
            Giver::Pool(pool) => search.leaves[pool as usize],
        };
        let mut mover = self.take_out(wanted, person);
        loop {
            let steps = self.steps_to(&mover, to);
            mover.steps = steps;
            let sitting = &mut wanted.sitting[person as usize];
            (sitting.pool, sitting.steps) = (to, steps);
            if to == missing {
                sitting.place = u32::try_from(self.occupants[to as usize].len()).unwrap_or(u32::MAX);
                self.take(to, mover);
                return Ok(());
            }
            let (next, next_to) = search.leaves[to as usize];
            let place = wanted.sitting[next as usize].place;
            wanted.sitting[person as usize].place = place;
            mover = std::mem::replace(&mut self.occupants[to as usize][place as usize], mover);
            (person, to) = (next, next_to);
        }
    }

    /// Takes somebody out of a seat that is then free.
    fn take_out(&mut self, wanted: &mut Wanted<U>, person: u32) -> Seat<U, K> {
        let Sitting { pool, place, .. } = wanted.sitting[person as usize];
        let occupants = &mut self.occupants[pool as usize];
        let seat = occupants.swap_remove(place as usize);
        if let Some(moved) = occupants.get(place as usize) {
            wanted.sitting[moved.person as usize].place = place;
        }
        seat
    }
}
