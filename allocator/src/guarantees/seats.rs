//! Who holds the seats of each pool.
//!
//! A **holder** is somebody whom any pool of some wishes satisfies. In `priority` that is an applicant with a list. In
//! `serial` it is a wish: all who were guaranteed the same wish are alike. Holders carry their wishes with them, because
//! nearly all time is spent in reading those of all holders of one pool after the other.

use super::wishes::Wish;
use protocol::instance::PoolIndex;

/// What satisfies holders.
pub(crate) trait Claims {
    /// As they are kept with their seat.
    type Holder: Copy;

    /// Tells the wishes any of which satisfies the holder; they may overlap.
    fn for_each_wish(&self, holder: &Self::Holder, visit: impl FnMut(Wish));
}

/// The seats of all pools.
///
/// **Invariant:** no pool has more holders than seats. A holder keeps the place in the pool until another one is put there.
pub(crate) struct Seats<H> {
    /// q of each pool.
    capacities: Vec<u32>,
    holders: Vec<Vec<H>>,
}

impl<H: Copy> Seats<H> {
    /// Free seats, so many in each pool.
    pub(crate) fn new(capacities: Vec<u32>) -> Self {
        Self { holders: vec![Vec::new(); capacities.len()], capacities }
    }

    /// The same seats, held by the same in another form.
    pub(crate) fn map<G>(self, form: impl Fn(&H) -> G) -> Seats<G> {
        let holders = self.holders.into_iter().map(|holders| holders.iter().map(&form).collect()).collect();
        Seats { capacities: self.capacities, holders }
    }

    /// The holders of a pool.
    #[inline]
    pub(crate) fn of(&self, pool: PoolIndex) -> &[H] {
        &self.holders[pool.at()]
    }

    /// Whether all seats of a pool are held.
    #[inline]
    pub(crate) fn is_full(&self, pool: PoolIndex) -> bool {
        self.holders[pool.at()].len() >= self.capacities[pool.at()] as usize
    }

    /// Gives a free seat of the pool away.
    pub(crate) fn take(&mut self, pool: PoolIndex, holder: H) {
        debug_assert!(!self.is_full(pool));
        let (holders, capacity) = (&mut self.holders[pool.at()], self.capacities[pool.at()] as usize);
        // Room grows twofold, but never beyond the seats there are.
        if holders.len() == holders.capacity() {
            holders.reserve_exact(holders.len().max(4).min(capacity - holders.len()));
        }
        holders.push(holder);
    }

    /// Puts somebody in the place of another holder, who is returned.
    #[inline]
    pub(crate) fn replace(&mut self, pool: PoolIndex, place: usize, holder: H) -> H {
        std::mem::replace(&mut self.holders[pool.at()][place], holder)
    }

    /// All pools with the holders of their seats.
    pub(crate) fn pools(&self) -> impl Iterator<Item = (PoolIndex, &[H])> {
        (0..).map(PoolIndex).zip(self.holders.iter().map(Vec::as_slice))
    }
}
