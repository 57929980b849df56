//! What step 1 hands on: who is placed, and when pools closed.

use protocol::instance::PoolIndex;

/// No pool, and the closing position of a pool that never closed.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Guarantees that were given, by one assignment that keeps them all.
///
/// **Invariant:** in every assignment that keeps them, everybody placed sits in a pool that closed when their pool here
/// did: pools that closed by any time are filled by people who may go nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Witness {
    /// The pool of each applicant, [`NOWHERE`] for the unplaced.
    pub(crate) seats: Vec<u32>,
    /// The draw position at which each pool closed, [`NOWHERE`] if it never did.
    pub(crate) closing: Vec<u32>,
}

impl Witness {
    /// The pool of each applicant.
    pub(crate) fn seats(&self) -> impl Iterator<Item = Option<PoolIndex>> {
        self.seats.iter().map(|pool| (*pool != NOWHERE).then_some(PoolIndex(*pool)))
    }
}
