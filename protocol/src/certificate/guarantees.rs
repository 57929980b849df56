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

use super::sitting::Sitting;
use super::{CertificateError, Pass};
use crate::instance::{Listed, PoolIndex};

/// t of a pool that never closed.
const NEVER: u32 = u32::MAX;

/// Checks conditions 1 to 3 and returns t. `before` is what the pass before ended with.
pub(super) fn check(sitting: &Sitting, before: Option<&Sitting>, pass: &Pass) -> Result<Vec<u32>, CertificateError> {
    let mut check = Check { sitting, before, t: positions(sitting, pass)?, reached: Vec::new(), frontier: Vec::new() };
    for (closing, pool) in check.t.iter().zip(0..).map(|(closing, pool)| (*closing, PoolIndex(pool))) {
        if closing != NEVER && !sitting.is_full(pool) {
            return Err(CertificateError::ClosedNotFull { pool });
        }
    }
    check.reached = check.t.iter().map(|closing| *closing == NEVER).collect();
    for (applicant, position) in (0..sitting.instance.applicants()).zip(0..) {
        match sitting.pool(applicant) {
            Some(pool) => check.placed(applicant, position, pool)?,
            None => check.unplaced(applicant, position)?,
        }
    }
    check.walk();
    check.all_reached()?;
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
    /// The pools that never closed, and those that condition 3 has reached.
    reached: Vec<bool>,
    /// Reached, but not yet walked from.
    frontier: Vec<PoolIndex>,
}

impl Check<'_> {
    #[inline]
    fn comes_first(&self, applicant: usize) -> bool {
        self.before.is_some_and(|before| before.pool(applicant).is_some())
    }

    #[inline]
    fn placed(&mut self, applicant: usize, position: u32, pool: PoolIndex) -> Result<(), CertificateError> {
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
                    failed_at(listed, closing == position, &mut self.reached, &mut self.frontier);
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
    fn unplaced(&mut self, applicant: usize, position: u32) -> Result<(), CertificateError> {
        let lost = self.comes_first(applicant);
        self.sitting.try_each_listed(applicant, |listed| {
            let closing = self.t[listed.pool.at()];
            if closing > position || lost {
                let ticket = self.sitting.instance.ticket(applicant);
                return Err(CertificateError::RefusedWhileOpen { ticket, pool: listed.pool });
            }
            failed_at(listed, closing == position, &mut self.reached, &mut self.frontier);
            Ok(())
        })
    }

    /// Condition 3: walks from all failures at once, since no step leaves the pools of one closing number.
    fn walk(&mut self) {
        let mut missing = self.reached.iter().filter(|reached| !**reached).count();
        if missing == 0 {
            return;
        }
        let occupants = self.sitting.occupants();
        while let Some(from) = self.frontier.pop() {
            for occupant in occupants.of(from) {
                let choice = self.sitting.guaranteed_choice(occupant);
                let guaranteed = |listed: &Listed| choice.is_none_or(|choice| choice == listed.rank);
                for to in self.sitting.instance.listed(self.sitting.pass, occupant).filter(guaranteed) {
                    if self.t[to.pool.at()] == self.t[from.at()] && !self.reached[to.pool.at()] {
                        self.reached[to.pool.at()] = true;
                        self.frontier.push(to.pool);
                        missing -= 1;
                    }
                }
            }
            if missing == 0 {
                return;
            }
        }
    }

    fn all_reached(&self) -> Result<(), CertificateError> {
        let unreached = self.reached.iter().position(|reached| !reached);
        let Some(pool) = unreached else { return Ok(()) };
        let ticket = self.sitting.instance.ticket(self.t[pool] as usize);
        let pool = PoolIndex(u32::try_from(pool).unwrap_or(u32::MAX));
        Err(CertificateError::ClosedWithoutFailure { pool, ticket })
    }
}

/// Notes that somebody failed at a pool, if that is where it closed.
#[inline]
fn failed_at(listed: Listed, closed: bool, reached: &mut [bool], frontier: &mut Vec<PoolIndex>) {
    if closed && !reached[listed.pool.at()] {
        reached[listed.pool.at()] = true;
        frontier.push(listed.pool);
    }
}
