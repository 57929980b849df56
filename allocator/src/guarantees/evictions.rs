//! Seats one more newcomer: by chains of evictions that follow the labels down to a free seat.
//!
//! To seat w, take the lowest pool b of its wishes.
//!
//! 1. d(b) = 0: w takes a free seat.
//! 2. d(b) is [`DEAD`]: w cannot be seated. The chain is undone, and everybody is where they were.
//! 3. Otherwise b is full. If some holder u can be satisfied by another pool with a label below d(b), w takes u's place and
//!    u is seated next. If not, the distance of b is at least one more than the lowest label its holders see elsewhere,
//!    and so d(b) rises to that.
//! 4. When more holders were looked at for one newcomer than a search by breadth costs of late, and no fewer than the
//!    patience, that search ends the chain ([`breadth`]): rent until renting has cost as much as buying.
//!
//! **Invariant:** d(b) ≤ d(c) + 1 for every step from b to c, where [`DEAD`] stands for anything from the number of pools
//! on. By (3) when d(b) rises; where w takes a place, no pool of its wishes is below d(b). After a chain is undone: whoever
//! was on it could be reached from the newcomer, and so can every pool whose label rose; these pools close, all that they
//! reach is among them, and they are buried. It follows that d is a lower bound of the distance.
//!
//! Complexity, with P pools: the cursor of b goes round once before d(b) rises, and d(b) < P, so that all chains together
//! take at most P rounds over all holders and a look for each eviction; no newcomer takes more looks than the patience and
//! two searches by breadth. In practice a few looks per newcomer, and tens where nearly everybody has to move.
//!
//! Push-relabel for matchings: Goldberg and Tarjan 1988; Goldberg and Kennedy 1997 (global updates by breadth).
//!
//! [`breadth`]: super::breadth

use super::breadth::{Breadth, Way};
use super::labels::{DEAD, Labels};
use super::seats::{Claims, Seats};
use super::wishes::{Wish, Wishes};
use protocol::instance::PoolIndex;

/// The seats of a pass and what is known of the ways to the free ones.
pub(crate) struct Evictions<'a, C: Claims> {
    wishes: &'a Wishes,
    claims: &'a C,
    seats: Seats<C::Holder>,
    labels: Labels,
    /// The place in each full pool from which the next holder to evict is looked for.
    cursors: Vec<usize>,
    /// The chain of the present newcomer: who held which place before.
    chain: Vec<(PoolIndex, usize, C::Holder)>,
    breadth: Breadth,
    patience: u64,
    /// What a search by breadth looked at of late: an average that forgets.
    breadth_cost: u64,
    visits: u64,
}

impl<'a, C: Claims> Evictions<'a, C> {
    /// Goes on from these seats. `patience`: holders that may be looked at for one newcomer before a search by breadth.
    pub(crate) fn new(wishes: &'a Wishes, claims: &'a C, seats: Seats<C::Holder>, patience: u64) -> Self {
        let label = |(pool, holders): (PoolIndex, &[_])| match (holders.is_empty(), seats.is_full(pool)) {
            (_, false) => 0,
            (false, true) => 1,
            (true, true) => DEAD,
        };
        let labels = Labels::new(wishes, seats.pools().map(label).collect());
        let (cursors, chain, breadth) = (vec![0; wishes.pool_count()], Vec::new(), Breadth::new(wishes));
        Self { wishes, claims, seats, labels, cursors, chain, breadth, patience, breadth_cost: 0, visits: 0 }
    }

    /// The seats as they are.
    pub(crate) fn seats(&self) -> &Seats<C::Holder> {
        &self.seats
    }

    /// These pools closed, so they are dead.
    pub(crate) fn bury(&mut self, closed: &[PoolIndex]) {
        for pool in closed {
            self.labels.raise(self.wishes, *pool, DEAD);
        }
    }

    /// What is known of distances.
    #[cfg(test)]
    pub(crate) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The seats as they are, and how many holders were looked at.
    pub(crate) fn finish(self) -> (Seats<C::Holder>, u64) {
        (self.seats, self.visits)
    }

    /// Seats one more and keeps all others seated; false, with everybody where they were, if that cannot be done: then
    /// what closes must be [buried](Self::bury) before the next one.
    pub(crate) fn seat(&mut self, newcomer: C::Holder) -> bool {
        self.chain.clear();
        let mut homeless = newcomer;
        let start = self.visits;
        loop {
            let (label, wish) = self.lowest(&homeless);
            if label == DEAD {
                self.undo();
                return false;
            }
            let pool = self.labels.lowest_pool(self.wishes, wish);
            if label == 0 {
                self.take(pool, homeless);
                return true;
            }
            if self.visits - start > self.patience.max(self.breadth_cost) {
                if self.seat_by_breadth(homeless) {
                    return true;
                }
            } else if let Some(evicted) = self.evict(pool, homeless) {
                homeless = evicted;
            }
        }
    }

    /// The lowest label among somebody's wishes, and the first wish that has it.
    #[inline]
    fn lowest(&self, holder: &C::Holder) -> (u32, Wish) {
        let mut lowest = (DEAD, Wish(0));
        self.claims.for_each_wish(holder, |wish| {
            let label = self.labels.wish(wish);
            if label < lowest.0 {
                lowest = (label, wish);
            }
        });
        lowest
    }

    fn take(&mut self, pool: PoolIndex, holder: C::Holder) {
        self.seats.take(pool, holder);
        if self.seats.is_full(pool) {
            self.labels.raise(self.wishes, pool, 1);
        }
    }

    /// Puts the homeless in the place of a holder of this full pool, its lowest one, and returns that holder. `None` if
    /// the pool's label had to rise and the pool is no longer the lowest one.
    fn evict(&mut self, pool: PoolIndex, homeless: C::Holder) -> Option<C::Holder> {
        let label = self.labels.pool(pool);
        let (least, place) = self.look_for(pool, label);
        self.cursors[pool.at()] = place;
        if least >= label {
            self.labels.raise(self.wishes, pool, least.saturating_add(1));
            if least == DEAD || self.lowest(&homeless).0 != self.labels.pool(pool) {
                return None;
            }
        }
        let evicted = self.seats.replace(pool, place, homeless);
        self.chain.push((pool, place, evicted));
        Some(evicted)
    }

    /// The first holder from the cursor on who sees a label below this one in another pool; if there is none, the first of
    /// those who see the lowest. Returns that label and the holder's place.
    fn look_for(&mut self, pool: PoolIndex, label: u32) -> (u32, usize) {
        let (holders, cursor) = (self.seats.of(pool), self.cursors[pool.at()]);
        let (before, after) = holders.split_at(cursor);
        let places = (cursor..holders.len()).chain(0..cursor);
        let mut least = (DEAD, cursor);
        // The holders of a pool mostly share one site, whose lowest other label is looked up once.
        let mut known = (Wish(u32::MAX), DEAD);
        for (holder, place) in after.iter().chain(before).zip(places) {
            self.visits += 1;
            self.claims.for_each_wish(holder, |wish| {
                let mut seen = self.labels.wish(wish);
                if wish == Wish::from(pool) {
                    return;
                }
                // A set may have this label from this very pool.
                if seen == label && self.wishes.single(wish).is_none() {
                    if known.0 != wish {
                        known = (wish, self.labels.besides(self.wishes, wish, pool));
                    }
                    seen = known.1;
                }
                if seen < least.0 {
                    least = (seen, place);
                }
            });
            if least.0 < label {
                break;
            }
        }
        least
    }

    /// Everybody of the chain back to the place they had.
    fn undo(&mut self) {
        for (pool, place, holder) in self.chain.drain(..).rev() {
            self.seats.replace(pool, place, holder);
        }
    }

    /// Seats the homeless by a shortest way, or finds that there is none: then its wishes are [`DEAD`].
    fn seat_by_breadth(&mut self, homeless: C::Holder) -> bool {
        let (way, cost) = self.breadth.find(self.wishes, self.claims, &self.seats, &self.labels, &homeless);
        self.visits += cost;
        self.breadth_cost = self.breadth_cost - self.breadth_cost / 8 + cost / 8;
        for (pool, distance) in self.breadth.distances() {
            if distance > self.labels.pool(pool) {
                self.labels.raise(self.wishes, pool, distance);
                self.cursors[pool.at()] = 0;
            }
        }
        let Some(way) = way else { return false };
        self.move_along(way, homeless);
        true
    }

    /// Everybody on the way moves on by one pool, the last one to the free seat; the homeless takes the first place.
    fn move_along(&mut self, way: Way, homeless: C::Holder) {
        let mut mover = homeless;
        for (pool, place) in way.places {
            mover = self.seats.replace(pool, place, mover);
        }
        self.take(way.free, mover);
    }
}
