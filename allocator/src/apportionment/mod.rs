//! Finds an apportionment (SPEC §18): levels proposed by a linear programme and made exact by minimum cuts, seats rounded by
//! augmenting paths, and spread evenly by cancelling cycles.
//!
//! **Invariant:** nothing leaves [`apportion`] that the protocol's own check has not accepted. The linear programme can cost
//! time, but no seat: no number of it is in the answer.

mod even;
mod first;
mod floors;
mod flow;
mod levels;
mod rounding;

pub use floors::Conflict;
pub(crate) use levels::Rest;

use protocol::apportionment::{Apportionment, ApportionmentError, Checked, Problem, check};

/// Why there is no apportionment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApportionError {
    /// The floors ask for more than there is.
    #[error("the floors cannot all be kept: {0}")]
    Floors(Conflict),
    /// A number beyond the bounds that the protocol states.
    #[error("a number is beyond the bounds of SPEC §18")]
    Bounds,
    /// A fault of this crate: what it found is not what the SPEC determines.
    #[error("the apportionment that was found does not pass the check: {0}")]
    Rejected(#[from] ApportionmentError),
}

/// An answer that the check accepted, and how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apportioned {
    /// For the bundle.
    pub answer: Apportionment,
    /// Shares and seats by group.
    pub checked: Checked,
    /// Linear programmes solved: one a level.
    pub programmes: usize,
    /// How many of them were off, so that the exact search did without.
    pub missed: usize,
}

/// Solves a problem.
///
/// # Errors
/// [`ApportionError`]; with floors that cannot be kept, the smallest set of groups and sites that shows it.
pub fn apportion(problem: &Problem) -> Result<Apportioned, ApportionError> {
    let shares = levels::find(problem)?;
    let rounded = rounding::round(problem, &shares)?;
    let (mut seats, prices) = even::spread(problem, rounded)?;
    first::make_first(problem, &mut seats, &prices);
    let answer = Apportionment { levels: shares.levels, shares: shares.cells, seats, prices };
    let checked = check(problem, &answer)?;
    Ok(Apportioned { answer, checked, programmes: shares.asked, missed: shares.missed })
}

/// Whether the floors of a problem can be kept, whoever registers.
///
/// # Errors
/// [`ApportionError::Floors`] if not.
pub fn check_floors(problem: &Problem) -> Result<(), ApportionError> {
    let (is_settled, rooms) = (vec![false; problem.groups().len()], problem.rooms().to_vec());
    floors::check(&Rest { problem, is_settled, rooms })
}
