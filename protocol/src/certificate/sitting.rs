//! Who sits where at the end of a pass: the first condition. SPEC §12.1.
//!
//! **Invariant:** everybody placed sits in a pool of their list that the pass admits them to, and the allocation states
//! its true rank; no pool holds more than its capacity.

use super::CertificateError;
use crate::instance::{Allocation, Instance, Listed, Mechanism, PoolIndex};

/// A feasible assignment.
pub(super) struct Sitting<'a> {
    pub(super) instance: &'a Instance,
    /// The pass that ended with it, from 0.
    pub(super) pass: usize,
    allocation: &'a Allocation,
    /// Whether another pass follows.
    is_first: bool,
    /// How many sit in each pool.
    placed: Vec<u32>,
}

impl<'a> Sitting<'a> {
    /// The one that the first of two passes ended with.
    pub(super) fn first(instance: &'a Instance, allocation: &'a Allocation) -> Result<Self, CertificateError> {
        Self { instance, pass: 0, allocation, is_first: true, placed: vec![0; instance.pools().len()] }.seated()
    }

    /// The result.
    pub(super) fn last(instance: &'a Instance, allocation: &'a Allocation) -> Result<Self, CertificateError> {
        let pass = instance.passes().saturating_sub(1);
        Self { instance, pass, allocation, is_first: false, placed: vec![0; instance.pools().len()] }.seated()
    }

    fn seated(mut self) -> Result<Self, CertificateError> {
        for applicant in 0..self.instance.applicants() {
            if let Some(pool) = self.pool(applicant) {
                self.check_seat(applicant, pool)?;
                self.placed[pool.at()] += 1;
            }
        }
        for ((pool, placed), index) in self.instance.pools().iter().zip(&self.placed).zip(0..) {
            if *placed > pool.capacity {
                let (pool, capacity) = (PoolIndex(index), pool.capacity);
                return Err(CertificateError::OverCapacity { pool, capacity, placed: *placed });
            }
        }
        Ok(self)
    }

    fn check_seat(&self, applicant: usize, pool: PoolIndex) -> Result<(), CertificateError> {
        let instance = self.instance;
        let ticket = instance.ticket(applicant);
        let admitted = pool.at() < self.placed.len() && instance.admits(self.pass, pool, instance.class(applicant));
        let listed = if admitted { instance.rank(applicant, instance.session(pool)) } else { None };
        let Some(listed) = listed else { return Err(CertificateError::NotListed { ticket, pool }) };
        match self.allocation.placement(applicant) {
            Some(placement) if !self.is_first && placement.rank != listed => {
                Err(CertificateError::Rank { ticket, pool, claimed: placement.rank, listed })
            }
            _ => Ok(()),
        }
    }

    /// Where the applicant sits.
    #[inline]
    pub(super) fn pool(&self, applicant: usize) -> Option<PoolIndex> {
        if self.is_first { self.allocation.first_pass(applicant) } else { self.allocation.pool(applicant) }
    }

    /// Which choices G(i) consists of, for a placed applicant: the one that is fulfilled in `serial`, otherwise all.
    #[inline]
    pub(super) fn guaranteed_choice(&self, applicant: usize) -> Option<u16> {
        let placement = || self.allocation.placement(applicant);
        if matches!(self.instance.mechanism(), Mechanism::Serial) { Some(placement()?.rank) } else { None }
    }

    /// Calls `visit` with every pool of the applicant's list.
    #[inline]
    pub(super) fn try_each_listed<E>(
        &self,
        applicant: usize,
        visit: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        self.instance.try_each_listed(self.pass, applicant, visit)
    }

    /// Whether the pool has no free seat. A pool without seats is full.
    pub(super) fn is_full(&self, pool: PoolIndex) -> bool {
        self.placed[pool.at()] == self.instance.pools()[pool.at()].capacity
    }

    /// How many sit in the pool.
    pub(super) fn placed(&self, pool: PoolIndex) -> u32 {
        self.placed[pool.at()]
    }

    /// How many are placed, by rank; as long as the longest list.
    pub(super) fn placed_by_rank(&self) -> Vec<u64> {
        let ranks = (0..self.instance.applicants()).map(|applicant| self.instance.codes(applicant).len()).max();
        let mut placed = vec![0; ranks.unwrap_or(0)];
        for placement in self.allocation.placements().flatten() {
            placed[usize::from(placement.rank)] += 1;
        }
        placed
    }

    /// The occupants of each pool, by a counting sort.
    pub(super) fn occupants(&self) -> Occupants {
        let mut starts = vec![0];
        starts.extend(self.placed.iter().scan(0, |end: &mut usize, placed| {
            *end += *placed as usize;
            Some(*end)
        }));
        let mut next = starts.clone();
        let mut applicants = vec![0; starts[self.placed.len()]];
        for (applicant, position) in (0..self.instance.applicants()).zip(0..) {
            if let Some(pool) = self.pool(applicant) {
                applicants[next[pool.at()]] = position;
                next[pool.at()] += 1;
            }
        }
        Occupants { applicants, starts }
    }
}

/// Applicants grouped by pool.
pub(super) struct Occupants {
    applicants: Vec<u32>,
    /// Where each pool's group starts; one more than there are pools.
    starts: Vec<usize>,
}

impl Occupants {
    pub(super) fn of(&self, pool: PoolIndex) -> impl Iterator<Item = usize> {
        self.applicants[self.starts[pool.at()]..self.starts[pool.at() + 1]].iter().map(|applicant| *applicant as usize)
    }
}
