//! Step 1 of `serial` and `priority`: in draw order, the best guarantee that can be kept together with all earlier ones.
//!
//! SPEC §11. Definitions. A **wish** is the set of pools that one choice opens to an applicant. A guarantee is a choice in
//! `serial` and a place in `priority`; the pools that fulfil it, G(k), are those of the choice or of the whole list. There
//! is a *step* from a full pool a to b if an occupant k of a has b in G(k): k can make room in a by moving to b.
//!
//! 1. A guarantee can be given iff steps lead from one of its pools to a pool with a free seat (Berge 1957): then everybody
//!    on the way moves by one, and no earlier guarantee is lost.
//! 2. If they lead to none, the pools they reach are full of people who can go nowhere else, now and for ever: they close.
//!
//! | file | idea |
//! |---|---|
//! | `wishes`, `access` | sets of pools by number, so that a site choice stays one number; who may use which |
//! | `labels` | a lower bound of how many steps each pool and wish is from a free seat |
//! | `seats`, `evictions` | the matching, and chains that follow the labels |
//! | `breadth` | a search by breadth when a chain grows long |
//! | `closing` | closing numbers |
//! | `serial`, `priority` | the two mechanisms |
//!
//! **Invariant:** who is guaranteed what, and when pools close, depends on the instance only, not on the matching. The seats
//! are one of many assignments that keep all guarantees: a witness, the same on every computer.

mod access;
mod breadth;
mod closing;
mod evictions;
mod labels;
mod priority;
mod seats;
mod serial;
#[cfg(test)]
mod tests;
mod wishes;

use crate::error::AllocateError;
use crate::watch::{Tell, Watch};
use crate::witness::Witness;
use crate::work::{Phase, Steps};
use protocol::instance::{Instance, Mechanism};

/// Gives everybody in draw order the best guarantee that can be kept. Returns what each pass over the draw order ended
/// with; `optimal` gives no guarantees and has no pass. `patience`: holders that may be looked at for one applicant before
/// a search by breadth is considered; it makes no difference to guarantees and closing numbers.
///
/// # Errors
/// [`AllocateError::TooManyWishes`], or if it was stopped.
pub(crate) fn give(
    instance: &Instance,
    patience: u64,
    tell: &mut Tell,
    steps: &mut Steps,
) -> Result<Vec<Witness>, AllocateError> {
    if instance.passes() == 0 {
        return Ok(Vec::new());
    }
    let watch = Watch::begin(tell, Phase::Guarantees, (instance.applicants() * instance.passes()) as u64)?;
    let mut round = Round { instance, patience, visits: 0, watch };
    let passes = match instance.mechanism() {
        Mechanism::Serial => vec![serial::give(&mut round)?],
        Mechanism::Priority { .. } | Mechanism::Optimal { .. } => priority::give(&mut round)?,
    };
    steps.guarantee_visits += round.visits;
    round.watch.end()?;
    Ok(passes)
}

/// One giving of guarantees.
struct Round<'a, 'b> {
    instance: &'a Instance,
    patience: u64,
    visits: u64,
    watch: Watch<'a, 'b>,
}

/// Applicants between two words to whoever watches.
const OFTEN: usize = 1 << 14;

impl Round<'_, '_> {
    /// The applicant's turn begins.
    #[inline]
    fn turn(&self, applicant: usize) -> Result<(), AllocateError> {
        if applicant.is_multiple_of(OFTEN) && applicant > 0 { self.watch.advance(OFTEN as u64) } else { Ok(()) }
    }
}
