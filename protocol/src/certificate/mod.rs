//! The certificate of a result, and the checks that make a solver unnecessary. SPEC §12.
//!
//! **Invariant:** [`check`] accepts an allocation with its certificate only if both are exactly those the mechanism
//! determines: every number in them, changed, is rejected. It takes time linear in the applicants' lists and shares no
//! code with the program that allocates. The one thing it leaves to the caller is [`Checked::unique`].

mod cost;
mod error;
mod guarantees;
mod occupancy;
mod prices;
mod unique;

pub use error::CertificateError;

use crate::instance::{Allocation, DrawKey, Instance};
use cost::Cost;
use occupancy::Occupancy;

/// A few integers per pool that prove an allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// As many as [`Instance::passes`].
    pub passes: Vec<Pass>,
    /// The price of each pool in rank costs, in the order of [`Instance::pools`].
    pub prices: Vec<i64>,
    /// The price of each pool in weight times position, level by level; one level unless it leaves a tie. A pool's prices
    /// together, compared lexicographically, are the pointwise least ones.
    pub ties: Vec<Vec<i128>>,
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
    /// The sum of rank costs that was minimised: of all placed applicants and, in `optimal`, of all unplaced ones.
    pub rank_cost: i64,
    /// The sum of weight times position of the same applicants, level by level.
    pub tie_costs: Vec<i128>,
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
    let (expected, found) = (instance.passes(), certificate.passes.len());
    if expected != found {
        return Err(CertificateError::Passes { expected, found });
    }
    let (expected, found) = (instance.levels(), certificate.ties.len());
    if expected != found {
        return Err(CertificateError::Levels { expected, found });
    }
    let closing = certificate.passes.iter().map(|pass| pass.closing.len());
    let ties = certificate.ties.iter().map(Vec::len);
    if let Some(found) = closing.chain([certificate.prices.len()]).chain(ties).find(|found| *found != pools) {
        return Err(CertificateError::Pools { expected: pools, found });
    }
    let closing = match certificate.passes.first() {
        Some(pass) => guarantees::check(instance, &occupancy, pass)?,
        None => vec![guarantees::NEVER; pools],
    };
    let prices: Vec<Cost> = certificate
        .prices
        .iter()
        .zip(&certificate.ties[0])
        .map(|(rank, tie)| Cost { rank: *rank, tie: *tie })
        .collect();
    let market = prices::Market { instance, occupancy: &occupancy, closing: &closing, prices: &prices };
    market.check()?;
    Ok(Checked { unique: unique::is_unique(&market), ..occupancy.totals() })
}
