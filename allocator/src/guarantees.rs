//! Step 1 of `serial` and `priority`: in draw order, the best guarantee that can be kept together with all earlier ones.
//!
//! Definitions. A *wish* is a set of pools: in `serial` one choice of the list after the other, in `priority` the whole
//! list. G(k) is the wish that was guaranteed to k. A matching seats every guaranteed applicant k in a pool of G(k).
//! There is a *step* from a full pool a to b if an occupant k of a has b in G(k): k can make room in a by moving to b.
//!
//! 1. A wish is granted iff steps lead from one of its pools to a pool with a free seat (Berge 1957): then everybody on
//!    the way moves by one, and no guarantee is lost.
//! 2. If they lead to none, the pools they reach are full of people who can go nowhere else. They *close*: no later
//!    wish finds room there. A search therefore never needs to enter a closed pool.
//!
//! **Invariant:** which pools close, and when, does not depend on the matching: every matching of the same guarantees
//! reaches the same pools from a failing wish. A pool is closed only at a failure. (A set of pools can also fill up by a
//! success; closing it then would accuse the wrong applicant.)
//!
//! Cost: a failing search closes all it visits, so failures together are linear. A successful one visits, by breadth,
//! no more than the open pools between the wish and the nearest free seat.
//!
//! Krysta, Manlove, Rastegari, Zhang 2014 (`serial`); Roth, Sönmez, Ünver 2005 and Okumura 2014 (`priority`).

use crate::witness::{NOWHERE, Witness};
use crate::work::{Phase, Steps};
use protocol::instance::{Instance, Listed, Mechanism, PoolIndex};

/// t of a pool that never closed.
const NEVER: u32 = u32::MAX;

/// Who is guaranteed what.
pub(crate) struct Guarantees {
    /// One matching that keeps all guarantees: where each applicant sits, `None` for the unplaced.
    seats: Vec<Option<Listed>>,
    /// For each pool, the draw position at which it closed, or [`NEVER`].
    closing: Vec<u32>,
}

impl Guarantees {
    /// What the steps after this one need.
    pub(crate) fn witness(self) -> Witness {
        let seats = self.seats.iter().map(|seat| seat.map_or(NOWHERE, |seat| seat.pool.0)).collect();
        Witness { seats, closing: self.closing }
    }
}

/// Gives everybody in draw order the first wish that can be granted.
pub(crate) fn give(instance: &Instance, progress: &mut dyn FnMut(Phase, u64, u64), steps: &mut Steps) -> Guarantees {
    let total = instance.applicants() as u64;
    let lists = Lists::new(instance);
    let mut search = Search::new(instance);
    for (applicant, position) in (0..instance.applicants()).zip(0..) {
        for wish in wishes(instance, lists.of(applicant)) {
            if search.grant(applicant, wish) {
                break;
            }
            search.close_visited(position);
        }
        if position % 1024 == 0 {
            progress(Phase::Guarantees, u64::from(position), total);
        }
    }
    steps.guarantee_pools += search.looked_into;
    progress(Phase::Guarantees, total, total);
    let (seats, closing) = (search.seats, search.closing);
    Guarantees { seats, closing }
}

/// Everybody's list, written out.
pub(crate) struct Lists {
    listed: Vec<Listed>,
    /// Where each applicant's part starts; one more than there are applicants.
    starts: Vec<usize>,
}

impl Lists {
    pub(crate) fn new(instance: &Instance) -> Self {
        let mut lists = Self { listed: Vec::new(), starts: vec![0] };
        for applicant in 0..instance.applicants() {
            lists.listed.extend(instance.listed(0, applicant));
            lists.starts.push(lists.listed.len());
        }
        lists
    }

    pub(crate) fn of(&self, applicant: usize) -> &[Listed] {
        &self.listed[self.starts[applicant]..self.starts[applicant + 1]]
    }
}

/// What the applicant asks for, best first.
fn wishes<'a>(instance: &Instance, listed: &'a [Listed]) -> Vec<&'a [Listed]> {
    match instance.mechanism() {
        Mechanism::Serial => listed.chunk_by(|one, next| one.rank == next.rank).collect(),
        _ => vec![listed],
    }
}

/// How a search came to a pool.
#[derive(Clone, Copy)]
enum Arrival {
    /// It is one of the wish's pools.
    Wished(Listed),
    /// By the occupant of this seat of another pool, who has it as a guarantee.
    Step { from: PoolIndex, seat: usize, listed: Listed },
}

struct Search<'a> {
    instance: &'a Instance,
    seats: Vec<Option<Listed>>,
    closing: Vec<u32>,
    /// Each placed applicant's wish that was granted.
    granted: Vec<&'a [Listed]>,
    occupants: Vec<Vec<usize>>,
    /// How the current search came to each pool it visited.
    arrivals: Vec<Option<Arrival>>,
    /// The pools the current search visited, in order of arrival.
    visited: Vec<PoolIndex>,
    looked_into: u64,
}

impl<'a> Search<'a> {
    fn new(instance: &'a Instance) -> Self {
        let (applicants, pools) = (instance.applicants(), instance.pools().len());
        Self {
            instance,
            seats: vec![None; applicants],
            closing: vec![NEVER; pools],
            granted: vec![&[]; applicants],
            occupants: vec![Vec::new(); pools],
            arrivals: vec![None; pools],
            visited: Vec::new(),
            looked_into: 0,
        }
    }

    /// Seats the applicant within the wish, moving others if need be; false if that cannot be done.
    fn grant(&mut self, applicant: usize, wish: &'a [Listed]) -> bool {
        self.forget();
        let mut free = wish.iter().find_map(|listed| self.arrive(listed.pool, Arrival::Wished(*listed)));
        let mut next = 0;
        while free.is_none() && next < self.visited.len() {
            free = self.look_into(self.visited[next]);
            next += 1;
        }
        let Some(free) = free else { return false };
        self.granted[applicant] = wish;
        self.move_along(free, applicant);
        true
    }

    /// All pools the last, failing search visited close at this draw position.
    fn close_visited(&mut self, position: u32) {
        for pool in &self.visited {
            self.closing[pool.at()] = position;
        }
    }

    fn forget(&mut self) {
        for pool in self.visited.drain(..) {
            self.arrivals[pool.at()] = None;
        }
    }

    /// Notes how the search came to a pool that is open and new to it; the pool, if it has a free seat.
    fn arrive(&mut self, pool: PoolIndex, arrival: Arrival) -> Option<PoolIndex> {
        if self.arrivals[pool.at()].is_some() || self.closing[pool.at()] != NEVER {
            return None;
        }
        self.arrivals[pool.at()] = Some(arrival);
        self.visited.push(pool);
        let capacity = self.instance.pools()[pool.at()].capacity as usize;
        (self.occupants[pool.at()].len() < capacity).then_some(pool)
    }

    /// Follows the steps out of a full pool up to the first free seat.
    fn look_into(&mut self, from: PoolIndex) -> Option<PoolIndex> {
        self.looked_into += 1;
        for seat in 0..self.occupants[from.at()].len() {
            for listed in self.granted[self.occupants[from.at()][seat]] {
                let free = self.arrive(listed.pool, Arrival::Step { from, seat, listed: *listed });
                if free.is_some() {
                    return free;
                }
            }
        }
        None
    }

    /// Moves everybody on the way to `free` by one pool, and the applicant into the first.
    fn move_along(&mut self, free: PoolIndex, applicant: usize) {
        // The seat that the mover leaves is taken by the next one on the way back, so no list of occupants shrinks.
        let mut to = free;
        let mut vacated = None;
        while let Some(arrival) = self.arrivals[to.at()] {
            let (mover, listed, next) = match arrival {
                Arrival::Wished(listed) => (applicant, listed, None),
                Arrival::Step { from, seat, listed } => (self.occupants[from.at()][seat], listed, Some((from, seat))),
            };
            match vacated {
                Some(seat) => self.occupants[to.at()][seat] = mover,
                None => self.occupants[to.at()].push(mover),
            }
            self.seats[mover] = Some(listed);
            let Some((from, seat)) = next else { return };
            (to, vacated) = (from, Some(seat));
        }
    }
}
