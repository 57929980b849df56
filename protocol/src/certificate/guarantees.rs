//! A pass of `serial` or `priority`: everybody got the best guarantee the draw order left. SPEC §12.2.
//!
//! pos(i) is i's position in the draw order; in a second pass whoever was placed by the first comes before everybody.
//! t(j) is the position at which pool j closed, ∞ if it never did, G(i) the guaranteed pools of a placed applicant. Given
//! a feasible assignment, conditions
//!
//! 1. a pool with finite t is full; an occupant k of j has pos(k) < t(j), and t(j′) ≤ t(j) for all j′ in G(k);
//! 2. an unplaced i has t(j) ≤ pos(i) on the whole list, a placed i in `serial` on every earlier choice;
//! 3. for each finite T, the pools with t = T are those reachable, within them, from where the applicant at T failed
//!
//! hold exactly if the guarantees are the mechanism's and t is the canonical one. Why 1 and 2 suffice: the pools with
//! t ≤ T are filled to the last seat by applicants before T who may go nowhere else, so nobody could be added without
//! taking a guarantee away. Condition 3 leaves no choice among the t that prove this.
//!
//! Cost: one sweep over the lists for 1 and 2; for 3 a second one over the lists of occupants, which ends as soon as all
//! closed pools are reached.

use super::crew::in_parts;
use super::sitting::Sitting;
use super::{CertificateError, Pass};
use crate::instance::{Listed, PoolIndex};
use std::ops::Range;

/// t of a pool that never closed.
const NEVER: u32 = u32::MAX;

/// Checks conditions 1 to 3 and returns t. `before` is what the pass before ended with.
pub(super) fn check(sitting: &Sitting, before: Option<&Sitting>, pass: &Pass) -> Result<Vec<u32>, CertificateError> {
    let check = Check { sitting, before, t: positions(sitting, pass)? };
    for (closing, pool) in check.t.iter().zip(0..).map(|(closing, pool)| (*closing, PoolIndex(pool))) {
        if closing != NEVER && !sitting.is_full(pool) {
            return Err(CertificateError::ClosedNotFull { pool });
        }
    }
    let failures = in_parts(sitting.crew, sitting.instance.applicants(), |applicants| check.part(applicants))?;
    let mut walk = Walk { reached: check.t.iter().map(|closing| *closing == NEVER).collect(), frontier: Vec::new() };
    failures.into_iter().flatten().for_each(|pool| walk.reach(pool));
    walk.go(&check);
    walk.all_reached(&check)?;
    Ok(check.t)
}

fn positions(sitting: &Sitting, pass: &Pass) -> Result<Vec<u32>, CertificateError> {
    let position = |(closing, pool): (&Option<_>, u32)| {
        let Some(closing) = closing else { return Ok(NEVER) };
        let position = sitting.instance.position(closing).and_then(|position| u32::try_from(position).ok());
        position.ok_or(CertificateError::UnknownClosing { pool: PoolIndex(pool), closing: *closing })
    };
    pass.closing.iter().zip(0..).map(position).collect()
}

struct Check<'a> {
    sitting: &'a Sitting<'a>,
    before: Option<&'a Sitting<'a>>,
    t: Vec<u32>,
}

impl Check<'_> {
    /// Conditions 1 and 2 for these applicants; gives the pools that closed at one of them who failed there.
    fn part(&self, applicants: Range<usize>) -> Result<Vec<PoolIndex>, CertificateError> {
        let mut failed = Vec::new();
        for applicant in applicants {
            let position = u32::try_from(applicant).unwrap_or(NEVER);
            match self.sitting.pool(applicant) {
                Some(pool) => self.placed(applicant, position, pool, &mut failed)?,
                None => self.unplaced(applicant, position, &mut failed)?,
            }
        }
        Ok(failed)
    }

    #[inline]
    fn comes_first(&self, applicant: usize) -> bool {
        self.before.is_some_and(|before| before.pool(applicant).is_some())
    }

    #[inline]
    fn placed(
        &self,
        applicant: usize,
        position: u32,
        pool: PoolIndex,
        failed: &mut Vec<PoolIndex>,
    ) -> Result<(), CertificateError> {
        let own = self.t[pool.at()];
        let ticket = || self.sitting.instance.ticket(applicant);
        if own <= position && !self.comes_first(applicant) {
            return Err(CertificateError::PlacedAfterClosing { ticket: ticket(), pool });
        }
        let choice = self.sitting.guaranteed_choice(applicant);
        self.sitting.try_each_listed(applicant, |listed| {
            let closing = self.t[listed.pool.at()];
            match choice {
                Some(choice) if listed.rank > choice => {}
                Some(choice) if listed.rank < choice => {
                    if closing > position {
                        return Err(CertificateError::RefusedWhileOpen { ticket: ticket(), pool: listed.pool });
                    }
                    if closing == position {
                        failed.push(listed.pool);
                    }
                }
                _ if closing > own => {
                    let roomier = listed.pool;
                    return Err(CertificateError::CouldMakeRoom { ticket: ticket(), pool, roomier });
                }
                _ => {}
            }
            Ok(())
        })
    }

    #[inline]
    fn unplaced(&self, applicant: usize, position: u32, failed: &mut Vec<PoolIndex>) -> Result<(), CertificateError> {
        let lost = self.comes_first(applicant);
        self.sitting.try_each_listed(applicant, |listed| {
            let closing = self.t[listed.pool.at()];
            if closing > position || lost {
                let ticket = self.sitting.instance.ticket(applicant);
                return Err(CertificateError::RefusedWhileOpen { ticket, pool: listed.pool });
            }
            if closing == position {
                failed.push(listed.pool);
            }
            Ok(())
        })
    }
}

/// Condition 3: walks from all failures at once, since no step leaves the pools of one closing number.
struct Walk {
    /// The pools that never closed, and those that the walk has come to.
    reached: Vec<bool>,
    /// Reached, but not yet walked from.
    frontier: Vec<PoolIndex>,
}

impl Walk {
    fn reach(&mut self, pool: PoolIndex) {
        if !self.reached[pool.at()] {
            self.reached[pool.at()] = true;
            self.frontier.push(pool);
        }
    }

    fn go(&mut self, check: &Check) {
        let (sitting, t) = (check.sitting, &check.t);
        let mut missing = self.reached.iter().filter(|reached| !**reached).count();
        if missing == 0 {
            return;
        }
        let occupants = sitting.occupants();
        while let Some(from) = self.frontier.pop() {
            for occupant in occupants.of(from) {
                let choice = sitting.guaranteed_choice(occupant);
                let guaranteed = |listed: &Listed| choice.is_none_or(|choice| choice == listed.rank);
                for to in sitting.instance.listed(sitting.pass, occupant).filter(guaranteed) {
                    if t[to.pool.at()] == t[from.at()] && !self.reached[to.pool.at()] {
                        self.reach(to.pool);
                        missing -= 1;
                    }
                }
            }
            if missing == 0 {
                return;
            }
        }
    }

    fn all_reached(&self, check: &Check) -> Result<(), CertificateError> {
        let unreached = self.reached.iter().position(|reached| !reached);
        let Some(pool) = unreached else { return Ok(()) };
        let ticket = check.sitting.instance.ticket(check.t[pool] as usize);
        let pool = PoolIndex(u32::try_from(pool).unwrap_or(u32::MAX));
        Err(CertificateError::ClosedWithoutFailure { pool, ticket })
    }
}
