//! Who sits where: the first condition (SPEC §12.1), and the occupants of each pool for the others.
//!
//! **Invariant:** everybody placed sits in a pool of their list at its true rank; no pool holds more than its capacity.

use super::{CertificateError, Checked, cost::Cost};
use crate::instance::{Allocation, Instance, Listed, Mechanism, Placement, PoolIndex};

/// A feasible allocation, readable from both sides.
pub(super) struct Occupancy<'a> {
    instance: &'a Instance,
    /// Where each applicant sits.
    seats: Vec<Option<Listed>>,
    /// Occupants, grouped by pool.
    occupants: Vec<u32>,
    /// Where each pool's group starts; one more than there are pools.
    starts: Vec<usize>,
}

impl<'a> Occupancy<'a> {
    pub(super) fn new(instance: &'a Instance, allocation: &Allocation) -> Result<Self, CertificateError> {
        let (expected, found) = (instance.applicants(), allocation.len());
        if expected != found {
            return Err(CertificateError::Applicants { expected, found });
        }
        let mut seats = Vec::with_capacity(expected);
        for (applicant, placement) in allocation.placements().enumerate() {
            seats.push(match placement {
                Some(placement) => Some(seat(instance, applicant, &placement)?),
                None => None,
            });
        }
        let (occupants, starts) = group_by_pool(&seats, instance.pools().len());
        let occupancy = Self { instance, seats, occupants, starts };
        for (pool, index) in instance.pools().iter().zip(0..).map(|(pool, index)| (pool, PoolIndex(index))) {
            let placed = occupancy.placed(index);
            if placed > pool.capacity {
                return Err(CertificateError::OverCapacity { pool: index, capacity: pool.capacity, placed });
            }
        }
        Ok(occupancy)
    }

    /// Where the applicant sits.
    pub(super) fn seat(&self, applicant: usize) -> Option<&Listed> {
        self.seats[applicant].as_ref()
    }

    /// The applicants who sit in the pool.
    pub(super) fn occupants(&self, pool: PoolIndex) -> impl Iterator<Item = usize> {
        self.occupants[self.starts[pool.at()]..self.starts[pool.at() + 1]].iter().map(|applicant| *applicant as usize)
    }

    /// How many sit in the pool.
    pub(super) fn placed(&self, pool: PoolIndex) -> u32 {
        let count = self.starts[pool.at() + 1] - self.starts[pool.at()];
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Whether the pool has no free seat. A pool without seats is full.
    pub(super) fn is_full(&self, pool: PoolIndex) -> bool {
        self.placed(pool) == self.instance.pools()[pool.at()].capacity
    }

    /// G(i): the pools among which the applicant, who sits at `seat`, has a guarantee. In `optimal` there are no
    /// guarantees, but all of the list is admissible.
    pub(super) fn guaranteed(&self, applicant: usize, seat: &Listed) -> impl Iterator<Item = Listed> + use<'a> {
        let (by_choice, rank) = (*self.instance.mechanism() == Mechanism::Serial, seat.rank);
        self.instance.listed(0, applicant).filter(move |other| !by_choice || other.rank == rank)
    }

    /// Counts and costs. Uniqueness is not known here.
    pub(super) fn totals(&self) -> Checked {
        let ranks = (0..self.seats.len()).map(|applicant| self.instance.choices(applicant).len()).max();
        let mut cost = Cost::ZERO;
        let mut totals = Checked {
            unique: false,
            placed_by_rank: vec![0; ranks.unwrap_or(0)],
            unplaced: 0,
            rank_cost: 0,
            tie_costs: Vec::new(),
        };
        for (applicant, seat) in self.seats.iter().enumerate() {
            match seat {
                Some(seat) => {
                    totals.placed_by_rank[usize::from(seat.rank)] += 1;
                    cost = cost + Cost::of(self.instance, applicant, seat);
                }
                None => {
                    totals.unplaced += 1;
                    cost = cost + Cost::unplaced(self.instance, applicant).unwrap_or(Cost::ZERO);
                }
            }
        }
        (totals.rank_cost, totals.tie_costs) = (cost.rank, vec![cost.tie]);
        totals
    }
}

fn seat(instance: &Instance, applicant: usize, placement: &Placement) -> Result<Listed, CertificateError> {
    let ticket = instance.ticket(applicant);
    let pool = placement.pool;
    let Some(listed) = instance.listed(0, applicant).find(|listed| listed.pool == pool) else {
        return Err(CertificateError::NotListed { ticket, pool });
    };
    if listed.rank != placement.rank {
        return Err(CertificateError::Rank { ticket, pool, claimed: placement.rank, listed: listed.rank });
    }
    Ok(listed)
}

/// A counting sort of the placed by pool.
fn group_by_pool(seats: &[Option<Listed>], pools: usize) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0; pools + 1];
    for seat in seats.iter().flatten() {
        starts[seat.pool.at() + 1] += 1;
    }
    for pool in 0..pools {
        starts[pool + 1] += starts[pool];
    }
    let mut next = starts.clone();
    let mut occupants = vec![0; starts[pools]];
    for (seat, applicant) in seats.iter().zip(0..) {
        if let Some(seat) = seat {
            occupants[next[seat.pool.at()]] = applicant;
            next[seat.pool.at()] += 1;
        }
    }
    (occupants, starts)
}
