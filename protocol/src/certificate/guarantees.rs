//! Step 1 of `serial` and `priority`: everybody got the best guarantee the draw order left. SPEC §12.2.
//!
//! pos(i) is i's position in the draw order, t(j) the position at which pool j closed, ∞ if it never did, G(i) the
//! guaranteed pools of a placed applicant. Given a feasible allocation, conditions
//!
//! 1. a pool with finite t is full; an occupant k of j has pos(k) < t(j), and t(j′) ≤ t(j) for all j′ in G(k);
//! 2. an unplaced i has t(j) ≤ pos(i) on the whole list, a placed i in `serial` on every earlier choice;
//! 3. for each finite T, the pools with t = T are those reachable, within them, from where the applicant at T failed
//!
//! hold exactly if the guarantees are the mechanism's and t is the canonical one. Why 1 and 2 suffice: the pools with
//! t ≤ T are filled to the last seat by applicants before T who may go nowhere else, so nobody could be added without
//! taking a guarantee away. Condition 3 leaves no choice among the t that prove this.

use super::occupancy::Occupancy;
use super::{CertificateError, Pass};
use crate::instance::{Instance, Listed, Mechanism, PoolIndex};

/// t of a pool that never closed.
pub(super) const NEVER: u32 = u32::MAX;

/// Checks conditions 1 to 3 and returns t.
pub(super) fn check(instance: &Instance, occupancy: &Occupancy, pass: &Pass) -> Result<Vec<u32>, CertificateError> {
    let t = positions(instance, pass)?;
    for (closing, pool) in t.iter().zip(0..).map(|(closing, pool)| (*closing, PoolIndex(pool))) {
        if closing != NEVER && !occupancy.is_full(pool) {
            return Err(CertificateError::ClosedNotFull { pool });
        }
    }
    for (applicant, position) in (0..instance.applicants()).zip(0..) {
        check_applicant(instance, occupancy, &t, applicant, position)?;
    }
    check_canonical(instance, occupancy, &t)?;
    Ok(t)
}

fn positions(instance: &Instance, pass: &Pass) -> Result<Vec<u32>, CertificateError> {
    let position = |(closing, pool): (&Option<_>, u32)| {
        let Some(closing) = closing else { return Ok(NEVER) };
        instance
            .position(closing)
            .and_then(|position| u32::try_from(position).ok())
            .ok_or(CertificateError::UnknownClosing { pool: PoolIndex(pool), closing: *closing })
    };
    pass.closing.iter().zip(0..).map(position).collect()
}

fn check_applicant(
    instance: &Instance,
    occupancy: &Occupancy,
    t: &[u32],
    applicant: usize,
    position: u32,
) -> Result<(), CertificateError> {
    let ticket = instance.ticket(applicant);
    if let Some(seat) = occupancy.seat(applicant) {
        let pool = seat.pool;
        if t[pool.at()] <= position {
            return Err(CertificateError::PlacedAfterClosing { ticket, pool });
        }
        let mut guaranteed = occupancy.guaranteed(applicant, seat);
        if let Some(other) = guaranteed.find(|other| t[other.pool.at()] > t[pool.at()]) {
            return Err(CertificateError::CouldMakeRoom { ticket, pool, roomier: other.pool });
        }
    }
    match failed(instance, occupancy, applicant).find(|listed| t[listed.pool.at()] > position) {
        Some(open) => Err(CertificateError::RefusedWhileOpen { ticket, pool: open.pool }),
        None => Ok(()),
    }
}

/// Where the applicant failed: everywhere, if unplaced; in `serial` at every choice before the guaranteed one.
fn failed<'a>(
    instance: &'a Instance,
    occupancy: &Occupancy,
    applicant: usize,
) -> impl Iterator<Item = Listed> + use<'a> {
    let end = match (occupancy.seat(applicant), instance.mechanism()) {
        (None, _) => u16::MAX,
        (Some(seat), Mechanism::Serial) => seat.rank,
        (Some(_), _) => 0,
    };
    instance.listed(0, applicant).take_while(move |listed| listed.rank < end)
}

/// Condition 3: walks from all failures at once, since no step leaves the pools of one closing number.
fn check_canonical(instance: &Instance, occupancy: &Occupancy, t: &[u32]) -> Result<(), CertificateError> {
    let mut reached = vec![false; t.len()];
    let mut frontier = Vec::new();
    let reach = |pool: PoolIndex, closing: u32, reached: &mut [bool], frontier: &mut Vec<PoolIndex>| {
        if t[pool.at()] == closing && !reached[pool.at()] {
            reached[pool.at()] = true;
            frontier.push(pool);
        }
    };
    for (applicant, position) in (0..instance.applicants()).zip(0..) {
        for listed in failed(instance, occupancy, applicant) {
            reach(listed.pool, position, &mut reached, &mut frontier);
        }
    }
    while let Some(pool) = frontier.pop() {
        for occupant in occupancy.occupants(pool) {
            let Some(seat) = occupancy.seat(occupant) else { continue };
            for listed in occupancy.guaranteed(occupant, seat) {
                reach(listed.pool, t[pool.at()], &mut reached, &mut frontier);
            }
        }
    }
    let unreached = (0..).zip(t).zip(reached).find(|((_, closing), reached)| **closing != NEVER && !reached);
    match unreached {
        Some(((pool, closing), _)) => {
            let ticket = instance.ticket(*closing as usize);
            Err(CertificateError::ClosedWithoutFailure { pool: PoolIndex(pool), ticket })
        }
        None => Ok(()),
    }
}
