//! The certificate of a result, and the checks that make a solver unnecessary. SPEC §12.
//!
//! **Invariant:** [`check`] accepts an allocation with its certificate only if both are exactly those the mechanism
//! determines: every number in them, changed, is rejected. It takes time linear in the applicants' lists and shares no
//! code with the program that allocates. The one thing it leaves to the caller is [`Checked::unique`].

mod error;
mod guarantees;
mod occupancy;
mod prices;
mod unique;

pub use error::CertificateError;

use crate::instance::{Allocation, Cost, DrawKey, Instance, Mechanism};
use occupancy::Occupancy;

/// A few integers per pool that prove an allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// One pass in `serial` and `priority`, none in `optimal`. (Reserves that are released will bring a second.)
    pub passes: Vec<Pass>,
    /// The price of each pool, in the order of [`Instance::pools`]: the pointwise least ones.
    pub prices: Vec<Cost>,
}

/// The closing numbers of one pass over the draw order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// For each pool, the draw key of the applicant at whom it closed; `None` if it never did.
    pub closing: Vec<Option<DrawKey>>,
}

/// What a check has proved, and the totals it counted on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether no other allocation is as good. If not, the mechanism's answer needs the next block of the keystream
    /// (SPEC §11.6), which is not built: the result must be refused.
    pub unique: bool,
    /// How many were placed, by rank; as long as the longest list.
    pub placed_by_rank: Vec<u64>,
    /// How many were left out.
    pub unplaced: u64,
    /// The sum that was minimised: costs of all placed applicants and, in `optimal`, of all unplaced ones.
    pub cost: Cost,
}

impl Checked {
    /// How many were placed.
    pub fn placed(&self) -> u64 {
        self.placed_by_rank.iter().sum()
    }
}

/// Checks all conditions of SPEC §12 in order.
///
/// # Errors
/// The first condition that fails, with the applicant and the pool where it does.
pub fn check(
    instance: &Instance,
    allocation: &Allocation,
    certificate: &Certificate,
) -> Result<Checked, CertificateError> {
    let occupancy = Occupancy::new(instance, allocation)?;
    let pools = instance.pools().len();
    let passes = if matches!(instance.mechanism(), Mechanism::Optimal { .. }) { 0 } else { 1 };
    if certificate.passes.len() != passes {
        return Err(CertificateError::Passes { expected: passes, found: certificate.passes.len() });
    }
    for length in certificate.passes.iter().map(|pass| pass.closing.len()).chain([certificate.prices.len()]) {
        if length != pools {
            return Err(CertificateError::Pools { expected: pools, found: length });
        }
    }
    let closing = match certificate.passes.first() {
        Some(pass) => guarantees::check(instance, &occupancy, pass)?,
        None => vec![guarantees::NEVER; pools],
    };
    let market = prices::Market { instance, occupancy: &occupancy, closing: &closing, prices: &certificate.prices };
    market.check()?;
    Ok(Checked { unique: unique::is_unique(&market), ..occupancy.totals() })
}
