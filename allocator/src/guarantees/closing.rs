//! Closing numbers: at whom each pool closed.
//!
//! When applicant i fails at some wishes, steps lead from their pools to no free seat. All pools that they reach and that
//! are not closed yet **close at i**: t(j) = pos(i). They are full of people who reach nothing else, so no later applicant
//! finds room there.
//!
//! **Invariant:** t does not depend on the matching, and so not on how it was found: any two matchings of the same guarantees
//! differ by circles of steps and ways between pools with free seats, which lead into such a closed set as little as out
//! of it. A pool closes only at a failure. (A set of pools can also fill up by a success; closing it then would accuse the
//! wrong applicant.)
//!
//! Complexity: over all failures, each pool's holders are looked at once and each wish is followed once.

use super::seats::{Claims, Seats};
use super::wishes::{Wish, Wishes};
use crate::witness::NOWHERE;
use protocol::instance::PoolIndex;

/// The closing numbers of a pass so far.
pub(crate) struct Closing {
    /// t of each pool: a draw position, or [`NOWHERE`].
    numbers: Vec<u32>,
    /// Whether all pools of a wish of several pools are closed.
    closed: Vec<bool>,
    /// The pools that closed at the last failure.
    last: Vec<PoolIndex>,
    visits: u64,
}

impl Closing {
    pub(crate) fn new(wishes: &Wishes) -> Self {
        Self {
            numbers: vec![NOWHERE; wishes.pool_count()],
            closed: vec![false; wishes.len()],
            last: Vec::new(),
            visits: 0,
        }
    }

    /// t of each pool, and how many holders were looked at.
    pub(crate) fn finish(self) -> (Vec<u32>, u64) {
        (self.numbers, self.visits)
    }

    /// The applicant at draw position `at` failed with these wishes. Returns the pools that close.
    pub(crate) fn fail<C: Claims>(
        &mut self,
        at: u32,
        failed: &C::Holder,
        wishes: &Wishes,
        claims: &C,
        seats: &Seats<C::Holder>,
    ) -> &[PoolIndex] {
        self.last.clear();
        claims.for_each_wish(failed, |wish| self.close(at, wish, wishes));
        let mut next = 0;
        while let Some(pool) = self.last.get(next).copied() {
            next += 1;
            for holder in seats.of(pool) {
                self.visits += 1;
                claims.for_each_wish(holder, |wish| self.close(at, wish, wishes));
            }
        }
        &self.last
    }

    #[inline]
    fn close(&mut self, at: u32, wish: Wish, wishes: &Wishes) {
        match wishes.single(wish) {
            Some(pool) => self.close_pool(at, pool),
            None if self.closed[wish.at()] => {}
            None => {
                self.closed[wish.at()] = true;
                for pool in wishes.pools(wish) {
                    self.close_pool(at, *pool);
                }
            }
        }
    }

    #[inline]
    fn close_pool(&mut self, at: u32, pool: PoolIndex) {
        if self.numbers[pool.at()] == NOWHERE {
            self.numbers[pool.at()] = at;
            self.last.push(pool);
        }
    }
}
