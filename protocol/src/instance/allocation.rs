//! Who is placed where.

use super::PoolIndex;

/// No pool.
const NOWHERE: u32 = u32::MAX;

/// Where one applicant is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The pool whose seat is used; [`super::Instance::session`] names its session.
    pub pool: PoolIndex,
    /// Which choice it fulfils, from 0.
    pub rank: u16,
}

/// Everybody's result, in draw order. Where there are two passes it also has the assignment that the first one ended
/// with: both are witnesses, from which the certificate shows that guarantees were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    pools: Vec<u32>,
    ranks: Vec<u16>,
    /// Empty unless there are two passes.
    first_pass: Vec<u32>,
}

impl Allocation {
    /// One result per applicant, in draw order; `None` is unplaced.
    pub fn new(placements: impl IntoIterator<Item = Option<Placement>>) -> Self {
        let (pools, ranks) = placements
            .into_iter()
            .map(|placement| placement.map_or((NOWHERE, 0), |Placement { pool, rank }| (pool.0, rank)))
            .unzip();
        Self { pools, ranks, first_pass: Vec::new() }
    }

    /// Adds the seats with which the first of two passes ended, one per applicant, in draw order.
    pub fn with_first_pass(mut self, seats: impl IntoIterator<Item = Option<PoolIndex>>) -> Self {
        self.first_pass = seats.into_iter().map(|pool| pool.map_or(NOWHERE, |pool| pool.0)).collect();
        self
    }

    /// How many applicants have a result.
    pub fn len(&self) -> usize {
        self.pools.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pools.is_empty()
    }

    /// How many applicants have a seat, or none, after the first of two passes; 0 where there is one pass.
    pub fn first_pass_len(&self) -> usize {
        self.first_pass.len()
    }

    /// The result of the applicant at a draw position.
    #[inline]
    pub fn placement(&self, applicant: usize) -> Option<Placement> {
        Some(Placement { pool: self.pool(applicant)?, rank: self.ranks[applicant] })
    }

    /// The pool of the applicant at a draw position.
    #[inline]
    pub fn pool(&self, applicant: usize) -> Option<PoolIndex> {
        some(self.pools[applicant])
    }

    /// The pool after the first of two passes.
    #[inline]
    pub fn first_pass(&self, applicant: usize) -> Option<PoolIndex> {
        some(*self.first_pass.get(applicant)?)
    }

    /// All results, in draw order.
    pub fn placements(&self) -> impl ExactSizeIterator<Item = Option<Placement>> {
        (0..self.len()).map(|applicant| self.placement(applicant))
    }

    /// All seats after the first of two passes; none where there is one pass.
    pub fn first_pass_seats(&self) -> impl ExactSizeIterator<Item = Option<PoolIndex>> {
        self.first_pass.iter().map(|pool| some(*pool))
    }
}

#[inline]
fn some(pool: u32) -> Option<PoolIndex> {
    (pool != NOWHERE).then_some(PoolIndex(pool))
}
