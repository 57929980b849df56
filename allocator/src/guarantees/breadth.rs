//! The search by breadth: a shortest way from somebody's wishes to a free seat, and true distances on the way.
//!
//! The pools of the wishes are at depth 0; where a step leads from a pool at depth k, unless known before, is at depth k + 1. Wishes
//! of several pools are followed once in a search, so a site that thousands hold as a choice is expanded once.
//!
//! Let L be the depth of the first free seat. A visited pool at depth k has a distance of at least L − k, or there were a
//! nearer free seat: its label rises to that. If there is no free seat, all visited pools are dead.
//!
//! **Invariant:** these labels keep d(b) ≤ d(c) + 1 for every step from b to c, also after everybody moved along the way: a
//! holder who moves from a to b on a shortest way sees no label below that of a minus one, which is b's.
//!
//! Complexity: each open pool's holders are looked at no more than once, and their lists.

use super::labels::{DEAD, Labels};
use super::seats::{Claims, Seats};
use super::wishes::{Wish, Wishes};
use protocol::instance::PoolIndex;

/// Not visited.
const UNSEEN: u32 = u32::MAX;

/// Places whose holders move on by one, from a pool of the wishes on, and the pool with the free seat.
pub(crate) struct Way {
    pub(crate) places: Vec<(PoolIndex, usize)>,
    pub(crate) free: PoolIndex,
}

/// Room for searches, and what the last one found.
pub(crate) struct Breadth {
    /// Depth of each pool.
    depths: Vec<u32>,
    /// The place whose holder leads to each pool; its own pool for those at depth 0.
    arrivals: Vec<(PoolIndex, usize)>,
    /// Visited pools, by depth.
    visited: Vec<PoolIndex>,
    /// Which wishes of several pools were followed.
    followed: Vec<bool>,
    followed_list: Vec<Wish>,
    /// L, or [`UNSEEN`].
    depth: u32,
    free: Option<PoolIndex>,
}

impl Breadth {
    pub(crate) fn new(wishes: &Wishes) -> Self {
        Self {
            depths: vec![UNSEEN; wishes.pool_count()],
            arrivals: vec![(PoolIndex(0), 0); wishes.pool_count()],
            visited: Vec::new(),
            followed: vec![false; wishes.len()],
            followed_list: Vec::new(),
            depth: UNSEEN,
            free: None,
        }
    }

    /// A shortest way from somebody's wishes to a free seat, and how many holders were looked at.
    pub(crate) fn find<C: Claims>(
        &mut self,
        wishes: &Wishes,
        claims: &C,
        seats: &Seats<C::Holder>,
        labels: &Labels,
        homeless: &C::Holder,
    ) -> (Option<Way>, u64) {
        self.forget();
        let mut cost = 0;
        claims.for_each_wish(homeless, |wish| self.follow(wishes, labels, wish, None));
        let mut next = 0;
        while self.free.is_none() && next < self.visited.len() {
            let from = self.visited[next];
            next += 1;
            for (holder, place) in seats.of(from).iter().zip(0..) {
                cost += 1;
                claims.for_each_wish(holder, |wish| self.follow(wishes, labels, wish, Some((from, place))));
                if self.free.is_some() {
                    break;
                }
            }
        }
        (self.free.map(|free| self.way(free)), cost)
    }

    /// What the last search proved of the pools it visited: each one's distance is at least this.
    pub(crate) fn distances(&self) -> impl Iterator<Item = (PoolIndex, u32)> {
        let distance = |pool: &PoolIndex| match self.depth {
            UNSEEN => DEAD,
            depth => depth - self.depths[pool.at()],
        };
        self.visited.iter().map(move |pool| (*pool, distance(pool)))
    }

    fn forget(&mut self) {
        for pool in self.visited.drain(..) {
            self.depths[pool.at()] = UNSEEN;
        }
        for wish in self.followed_list.drain(..) {
            self.followed[wish.at()] = false;
        }
        (self.depth, self.free) = (UNSEEN, None);
    }

    #[inline]
    fn follow(&mut self, wishes: &Wishes, labels: &Labels, wish: Wish, from: Option<(PoolIndex, usize)>) {
        match wishes.single(wish) {
            Some(pool) => self.visit(labels, pool, from),
            None if self.followed[wish.at()] || labels.wish(wish) == DEAD => {}
            None => {
                self.followed[wish.at()] = true;
                self.followed_list.push(wish);
                for pool in wishes.pools(wish) {
                    self.visit(labels, *pool, from);
                }
            }
        }
    }

    #[inline]
    fn visit(&mut self, labels: &Labels, pool: PoolIndex, from: Option<(PoolIndex, usize)>) {
        if self.depths[pool.at()] != UNSEEN || labels.pool(pool) == DEAD || self.free.is_some() {
            return;
        }
        let depth = from.map_or(0, |(before, _)| self.depths[before.at()] + 1);
        self.depths[pool.at()] = depth;
        self.arrivals[pool.at()] = from.unwrap_or((pool, 0));
        self.visited.push(pool);
        if labels.pool(pool) == 0 {
            (self.depth, self.free) = (depth, Some(pool));
        }
    }

    fn way(&self, free: PoolIndex) -> Way {
        let mut places = Vec::new();
        let mut pool = free;
        while self.depths[pool.at()] > 0 {
            let arrival = self.arrivals[pool.at()];
            places.push(arrival);
            pool = arrival.0;
        }
        places.reverse();
        Way { places, free }
    }
}
