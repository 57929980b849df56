//! Wishes: the sets of pools that one line of a list opens to an applicant, each kept once however many ask for it.
//!
//! A wish is a session's or a whole site's pools, as far as they admit the applicant. It has a number: pool j alone is
//! wish j; sets of pools come after the last pool. So a site choice is one number, whatever its sessions.
//!
//! **Invariant:** the pools of a wish are distinct and in order.

use protocol::instance::PoolIndex;

/// A wish's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wish(pub(crate) u32);

impl Wish {
    #[inline]
    pub(crate) fn at(self) -> usize {
        self.0 as usize
    }
}

impl From<PoolIndex> for Wish {
    #[inline]
    fn from(pool: PoolIndex) -> Self {
        Self(pool.0)
    }
}

/// All wishes of a pass.
pub(crate) struct Wishes {
    pools: usize,
    /// The pools of all wishes, wish by wish.
    members: Vec<PoolIndex>,
    /// Where each wish's pools start; one more than there are wishes.
    starts: Vec<usize>,
    /// The sets around each pool, pool by pool.
    around: Vec<Wish>,
    /// Where each pool's part of `around` starts; one more than there are pools.
    around_starts: Vec<usize>,
}

impl Wishes {
    /// Every pool alone.
    pub(crate) fn of_pools(pools: u32) -> Self {
        let members: Vec<_> = (0..pools).map(PoolIndex).collect();
        let starts = (0..=members.len()).collect();
        Self { pools: members.len(), members, starts, around: Vec::new(), around_starts: Vec::new() }
    }

    /// Adds a set of distinct pools in ascending order. After the last set, call [`Self::finish`].
    pub(crate) fn push(&mut self, pools: impl Iterator<Item = PoolIndex>) -> Option<Wish> {
        let wish = u32::try_from(self.len()).map(Wish).ok()?;
        self.members.extend(pools);
        self.starts.push(self.members.len());
        Some(wish)
    }

    /// Completes the table.
    pub(crate) fn finish(mut self) -> Self {
        self.look_around();
        self
    }

    /// How many pools there are.
    pub(crate) fn pool_count(&self) -> usize {
        self.pools
    }

    /// How many wishes there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The pools of a wish.
    #[inline]
    pub(crate) fn pools(&self, wish: Wish) -> &[PoolIndex] {
        &self.members[self.starts[wish.at()]..self.starts[wish.at() + 1]]
    }

    /// The pool, if the wish is a pool and not a set.
    #[inline]
    pub(crate) fn single(&self, wish: Wish) -> Option<PoolIndex> {
        (wish.at() < self.pools).then_some(PoolIndex(wish.0))
    }

    /// The sets that have this pool among them.
    #[inline]
    pub(crate) fn around(&self, pool: PoolIndex) -> &[Wish] {
        &self.around[self.around_starts[pool.at()]..self.around_starts[pool.at() + 1]]
    }

    /// All sets.
    pub(crate) fn sets(&self) -> impl Iterator<Item = Wish> + use<> {
        (0..).map(Wish).take(self.len()).skip(self.pools)
    }

    /// Turns the table of sets around, by counting.
    fn look_around(&mut self) {
        let mut starts = vec![0; self.pools + 1];
        for pool in &self.members[self.pools..] {
            starts[pool.at() + 1] += 1;
        }
        for pool in 0..self.pools {
            starts[pool + 1] += starts[pool];
        }
        let mut next = starts.clone();
        let mut around = vec![Wish(0); self.members.len() - self.pools];
        for wish in self.sets() {
            for pool in self.pools(wish) {
                around[next[pool.at()]] = wish;
                next[pool.at()] += 1;
            }
        }
        (self.around, self.around_starts) = (around, starts);
    }
}
