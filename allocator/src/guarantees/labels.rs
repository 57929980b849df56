//! Labels: how far each pool, and so each wish, is from a free seat, at the least.
//!
//! Definitions. There is a *step* from a full pool a to b if an occupant of a has b among the pools guaranteed to them.
//! The distance of a pool is the least number of steps to a pool with a free seat; the label d(a) is a lower bound of it.
//!
//! 1. d(a) = 0 iff a has a free seat.
//! 2. d(a) = [`DEAD`] only if no steps lead from a to a free seat. Then they never will: a pool that a reaches is full
//!    of people who reach nothing else, and nobody else can be seated there.
//! 3. A shortest way enters no pool twice, so a distance is below the number of pools. A label that would grow to it is
//!    [`DEAD`]; so no label overflows.
//! 4. The label of a wish is the lowest of its pools'.
//!
//! **Invariant:** labels never fall. A wish's label is therefore counted rather than searched: it changes when the last of
//! its pools leaves it. All changes of a wish of s pools cost s per value its label takes.

use super::wishes::{Wish, Wishes};
use protocol::instance::PoolIndex;

/// The label of what never again has a free seat.
pub(crate) const DEAD: u32 = u32::MAX;

/// The labels of all pools and wishes.
pub(crate) struct Labels {
    /// d of every wish, and so of every pool.
    lowest: Vec<u32>,
    /// Of each set: how many of its pools are at its lowest, and a place in it from which the next of them is looked for.
    at_lowest: Vec<(u32, u32)>,
}

impl Labels {
    /// Labels of these pools, each 0 if it has a free seat.
    pub(crate) fn new(wishes: &Wishes, of_pools: Vec<u32>) -> Self {
        let mut labels = Self { lowest: of_pools, at_lowest: vec![(0, 0); wishes.len() - wishes.pool_count()] };
        labels.lowest.resize(wishes.len(), DEAD);
        for wish in wishes.sets() {
            labels.recount(wishes, wish);
        }
        labels
    }

    /// The label of a pool.
    #[inline]
    pub(crate) fn pool(&self, pool: PoolIndex) -> u32 {
        self.lowest[pool.at()]
    }

    /// The label of a wish.
    #[inline]
    pub(crate) fn wish(&self, wish: Wish) -> u32 {
        self.lowest[wish.at()]
    }

    /// Raises a pool's label; one that is not above the present one changes nothing.
    pub(crate) fn raise(&mut self, wishes: &Wishes, pool: PoolIndex, label: u32) {
        let before = self.lowest[pool.at()];
        let label = if (label as usize) < wishes.pool_count() { label } else { DEAD };
        if label <= before {
            return;
        }
        self.lowest[pool.at()] = label;
        for wish in wishes.around(pool) {
            if self.lowest[wish.at()] == before {
                let (count, _) = &mut self.at_lowest[wish.at() - wishes.pool_count()];
                *count -= 1;
                if *count == 0 {
                    self.recount(wishes, *wish);
                }
            }
        }
    }

    /// A pool of the wish that has the wish's label.
    #[inline]
    pub(crate) fn lowest_pool(&mut self, wishes: &Wishes, wish: Wish) -> PoolIndex {
        wishes.single(wish).unwrap_or_else(|| self.next_lowest(wishes, wish))
    }

    /// The lowest label in the wish apart from this pool's.
    pub(crate) fn besides(&self, wishes: &Wishes, wish: Wish, pool: PoolIndex) -> u32 {
        let label = self.lowest[wish.at()];
        if wishes.single(wish).is_none() {
            let (count, _) = self.at_lowest[wish.at() - wishes.pool_count()];
            if label != self.pool(pool) || count > 1 {
                return label;
            }
        }
        let others = wishes.pools(wish).iter().filter(|other| **other != pool);
        others.map(|other| self.pool(*other)).min().unwrap_or(DEAD)
    }

    fn next_lowest(&mut self, wishes: &Wishes, wish: Wish) -> PoolIndex {
        let (label, pools) = (self.lowest[wish.at()], wishes.pools(wish));
        let (_, place) = &mut self.at_lowest[wish.at() - wishes.pool_count()];
        while self.lowest[pools[*place as usize].at()] != label {
            *place = if *place as usize + 1 < pools.len() { *place + 1 } else { 0 };
        }
        pools[*place as usize]
    }

    fn recount(&mut self, wishes: &Wishes, wish: Wish) {
        let pools = wishes.pools(wish);
        let lowest = pools.iter().map(|pool| self.pool(*pool)).min().unwrap_or(DEAD);
        let (count, _) = &mut self.at_lowest[wish.at() - wishes.pool_count()];
        *count = 0;
        for pool in pools {
            *count += u32::from(self.lowest[pool.at()] == lowest);
        }
        self.lowest[wish.at()] = lowest;
    }
}
