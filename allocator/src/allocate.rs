//! From an instance to an allocation that has passed the protocol's own check. SPEC §11.
//!
//! **Invariant:** an [`Outcome`] is certified and the only one possible. It depends on nothing but the instance: not on
//! the order of the input, on threads, on a clock or on chance.

use crate::{
    error::AllocateError,
    guarantees, seats,
    work::{Phase, Steps},
};
use protocol::certificate::{self, Certificate, Checked, Pass};
use protocol::instance::{Allocation, Instance, Listed, Mechanism, Placement};

/// A certified allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Everybody's result, in draw order.
    pub allocation: Allocation,
    /// What proves it.
    pub certificate: Certificate,
    /// What the check counted.
    pub checked: Checked,
    /// How much work it was.
    pub steps: Steps,
}

/// Runs the instance's mechanism and checks its certificate.
///
/// # Errors
/// [`AllocateError::NotUnique`] for a tie that luck did not settle; the others are faults of this program.
pub fn allocate(instance: &Instance) -> Result<Outcome, AllocateError> {
    allocate_with_progress(instance, &mut |_, _, _| {})
}

/// The same, telling `progress` now and then: the phase, how many applicants are done, and of how many.
///
/// # Errors
/// As [`allocate`].
pub fn allocate_with_progress(
    instance: &Instance,
    progress: &mut dyn FnMut(Phase, u64, u64),
) -> Result<Outcome, AllocateError> {
    let mut steps = Steps::default();
    let guarantees = match instance.mechanism() {
        Mechanism::Serial | Mechanism::Priority { .. } => Some(guarantees::give(instance, progress, &mut steps)),
        Mechanism::Optimal { .. } => None,
    };
    let passes = guarantees.iter().map(|guarantees| Pass { closing: guarantees.closing_numbers(instance) }).collect();
    let seating = seats::seat(instance, guarantees.as_ref(), progress, &mut steps)?;
    progress(Phase::Check, 0, 1);
    let placements = seating.seats.iter().map(|seat| seat.map(placement));
    let allocation = Allocation::new(placements);
    let certificate = Certificate { passes, prices: seating.prices, ties: vec![seating.tie_prices] };
    let checked = certificate::check(instance, &allocation, &certificate)?;
    progress(Phase::Check, 1, 1);
    if !checked.unique {
        return Err(AllocateError::NotUnique);
    }
    Ok(Outcome { allocation, certificate, checked, steps })
}

fn placement(seat: Listed) -> Placement {
    Placement { pool: seat.pool, rank: seat.rank }
}
