//! Who holds the seats of each pool.
//!
//! A seat is held for a **claim**: something that any pool of some wishes satisfies. In `priority` a claim is an applicant,
//! whom any pool of the list satisfies. In `serial` it is a wish: all who were guaranteed the same wish are alike.

use super::wishes::Wish;
use protocol::instance::PoolIndex;

/// What a seat is held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim(pub(crate) u32);

/// What satisfies each claim.
pub(crate) trait Claims {
    /// The wishes any of which satisfies the claim; they may overlap.
    fn wishes(&self, claim: Claim) -> impl Iterator<Item = Wish>;
}

/// The seats of all pools.
///
/// **Invariant:** no pool holds more claims than it has seats. A claim keeps its place in the pool until another one is
/// put there.
pub(crate) struct Seats {
    /// q of each pool.
    capacities: Vec<u32>,
    holders: Vec<Vec<Claim>>,
}

impl Seats {
    /// Free seats, so many in each pool.
    pub(crate) fn new(capacities: Vec<u32>) -> Self {
        Self { holders: vec![Vec::new(); capacities.len()], capacities }
    }

    /// The claims that hold seats of a pool.
    #[inline]
    pub(crate) fn of(&self, pool: PoolIndex) -> &[Claim] {
        &self.holders[pool.at()]
    }

    /// Whether all seats of a pool are held.
    #[inline]
    pub(crate) fn is_full(&self, pool: PoolIndex) -> bool {
        self.holders[pool.at()].len() >= self.capacities[pool.at()] as usize
    }

    /// Gives a free seat of the pool to the claim.
    pub(crate) fn take(&mut self, pool: PoolIndex, claim: Claim) {
        debug_assert!(!self.is_full(pool));
        self.holders[pool.at()].push(claim);
    }

    /// Puts the claim in the place of another one, which is returned.
    pub(crate) fn replace(&mut self, pool: PoolIndex, place: usize, claim: Claim) -> Claim {
        std::mem::replace(&mut self.holders[pool.at()][place], claim)
    }

    /// All pools with the claims that hold their seats.
    pub(crate) fn pools(&self) -> impl Iterator<Item = (PoolIndex, &[Claim])> {
        (0..).map(PoolIndex).zip(self.holders.iter().map(Vec::as_slice))
    }
}
