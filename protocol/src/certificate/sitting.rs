//! Who sits where at the end of a pass: the first condition. SPEC §12.1.
//!
//! **Invariant:** everybody placed sits in a pool of their list that the pass admits them to, and the allocation states
//! its true rank; no pool holds more than its capacity.

use super::CertificateError;
use super::crew::{Crew, in_parts};
use crate::instance::{Allocation, Instance, Listed, Mechanism, PoolIndex};
use std::convert::Infallible;
use std::ops::Range;

/// A feasible assignment.
pub(super) struct Sitting<'a> {
    pub(super) instance: &'a Instance,
    /// The pass that ended with it, from 0.
    pub(super) pass: usize,
    /// Who looks at applicants.
    pub(super) crew: &'a dyn Crew,
    allocation: &'a Allocation,
    /// Whether another pass follows.
    is_first: bool,
    /// How many sit in each pool.
    placed: Vec<u32>,
}

impl<'a> Sitting<'a> {
    /// The one that the first of two passes ended with.
    pub(super) fn first(
        instance: &'a Instance,
        allocation: &'a Allocation,
        crew: &'a dyn Crew,
    ) -> Result<Self, CertificateError> {
        Self { instance, pass: 0, crew, allocation, is_first: true, placed: Vec::new() }.seated()
    }

    /// The result.
    pub(super) fn last(
        instance: &'a Instance,
        allocation: &'a Allocation,
        crew: &'a dyn Crew,
    ) -> Result<Self, CertificateError> {
        let pass = instance.passes().saturating_sub(1);
        Self { instance, pass, crew, allocation, is_first: false, placed: Vec::new() }.seated()
    }

    fn seated(mut self) -> Result<Self, CertificateError> {
        let count = |applicants: Range<usize>| {
            let mut placed = vec![0_u32; self.instance.pools().len()];
            for applicant in applicants {
                if let Some(pool) = self.pool(applicant) {
                    self.check_seat(applicant, pool)?;
                    placed[pool.at()] += 1;
                }
            }
            Ok(placed)
        };
        let mut placed = vec![0; self.instance.pools().len()];
        for part in in_parts(self.crew, self.instance.applicants(), count)? {
            placed.iter_mut().zip(part).for_each(|(placed, more)| *placed += more);
        }
        self.placed = placed;
        for ((pool, placed), index) in self.instance.pools().iter().zip(&self.placed).zip(0..) {
            if *placed > pool.capacity {
                let (pool, capacity) = (PoolIndex(index), pool.capacity);
                return Err(CertificateError::OverCapacity { pool, capacity, placed: *placed });
            }
        }
        Ok(self)
    }

    #[inline]
    fn check_seat(&self, applicant: usize, pool: PoolIndex) -> Result<(), CertificateError> {
        let known = pool.at() < self.instance.pools().len();
        let listed = if known { self.instance.find_listed(self.pass, applicant, pool) } else { None };
        let ticket = || self.instance.ticket(applicant);
        let Some(Listed { rank: listed, .. }) = listed else {
            return Err(CertificateError::NotListed { ticket: ticket(), pool });
        };
        match self.allocation.placement(applicant) {
            Some(placement) if !self.is_first && placement.rank != listed => {
                Err(CertificateError::Rank { ticket: ticket(), pool, claimed: placement.rank, listed })
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
        let count = |applicants: Range<usize>| {
            let mut placed: Vec<u64> = Vec::new();
            for applicant in applicants {
                let lines = self.instance.codes(applicant).len();
                if lines > placed.len() {
                    placed.resize(lines, 0);
                }
                if let Some(placement) = self.allocation.placement(applicant) {
                    placed[usize::from(placement.rank)] += 1;
                }
            }
            Ok::<_, Infallible>(placed)
        };
        let parts = in_parts(self.crew, self.instance.applicants(), count).unwrap_or_default();
        let mut placed = vec![0; parts.iter().map(Vec::len).max().unwrap_or(0)];
        for part in parts {
            placed.iter_mut().zip(part).for_each(|(placed, more)| *placed += more);
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
