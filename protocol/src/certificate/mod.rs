//! The certificate of a result, and the checks that make a solver unnecessary. SPEC §12.
//!
//! **Invariant:** [`check`] accepts an allocation with its certificate only if the sessions, the closing numbers and the
//! prices are exactly those the mechanism determines: every one of them, changed, is rejected. (Which of a session's
//! pools holds whom is a witness; any that fits will do.) It takes time linear in the applicants' lists and shares no code
//! with the program that allocates. The one thing it leaves to the caller is [`Checked::unique`].

mod arcs;
mod crew;
mod error;
mod guarantees;
mod prices;
mod sitting;

pub use crew::{Alone, Crew};
pub use error::CertificateError;

use crate::instance::{Allocation, DrawKey, Instance};
use prices::Market;
use sitting::Sitting;

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
    /// Whether no other allocation is as good. If not, the draw needs one more level of weights
    /// ([`Instance::add_level`]) and prices for it; if it has all it may have, the result must be refused (SPEC §11.7).
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

/// Checks all conditions of SPEC §12 in order, for the levels of weights that the instance has.
///
/// # Errors
/// The first condition that fails, with the applicant and the pool where it does.
pub fn check(
    instance: &Instance,
    allocation: &Allocation,
    certificate: &Certificate,
) -> Result<Checked, CertificateError> {
    check_with(&Alone, instance, allocation, certificate)
}

/// The same with others' help. Whoever helps, the answer is the same.
///
/// # Errors
/// As [`check`].
pub fn check_with(
    crew: &dyn Crew,
    instance: &Instance,
    allocation: &Allocation,
    certificate: &Certificate,
) -> Result<Checked, CertificateError> {
    check_shape(instance, allocation, certificate)?;
    let last = Sitting::last(instance, allocation, crew)?;
    let closing = check_passes(instance, allocation, &last, certificate)?;
    let market = |levels: usize| Market {
        instance,
        sitting: &last,
        closing: closing.as_deref(),
        prices: &certificate.prices,
        ties: &certificate.ties[..levels],
        rank_costs: instance.mechanism().rank_costs().unwrap_or(&[]),
        outsider_cost: instance.mechanism().outsider_cost(),
    };
    let levels = certificate.ties.len();
    for fewer in 1..levels {
        if market(fewer).check()?.unique {
            return Err(CertificateError::LevelNotNeeded { level: fewer + 1 });
        }
    }
    let cleared = market(levels).check()?;
    let placed_by_rank = last.placed_by_rank();
    let unplaced = instance.applicants() as u64 - placed_by_rank.iter().sum::<u64>();
    let (unique, rank_cost, tie_costs) = (cleared.unique, cleared.rank_cost, cleared.tie_costs);
    Ok(Checked { unique, placed_by_rank, unplaced, rank_cost, tie_costs })
}

fn check_shape(
    instance: &Instance,
    allocation: &Allocation,
    certificate: &Certificate,
) -> Result<(), CertificateError> {
    let of_first_pass = if instance.passes() == 2 { instance.applicants() } else { 0 };
    for (expected, found) in [(instance.applicants(), allocation.len()), (of_first_pass, allocation.first_pass_len())] {
        if expected != found {
            return Err(CertificateError::Applicants { expected, found });
        }
    }
    let (expected, found) = (instance.passes(), certificate.passes.len());
    if expected != found {
        return Err(CertificateError::Passes { expected, found });
    }
    let (expected, found) = (instance.levels(), certificate.ties.len());
    if expected != found {
        return Err(CertificateError::Levels { expected, found });
    }
    let expected = instance.pools().len();
    let closing = certificate.passes.iter().map(|pass| pass.closing.len());
    let ties = certificate.ties.iter().map(Vec::len);
    match closing.chain([certificate.prices.len()]).chain(ties).find(|found| *found != expected) {
        Some(found) => Err(CertificateError::Pools { expected, found }),
        None => Ok(()),
    }
}

/// Checks the guarantees of each pass and returns t of the last one; `None` in `optimal`, which gives none.
fn check_passes(
    instance: &Instance,
    allocation: &Allocation,
    last: &Sitting,
    certificate: &Certificate,
) -> Result<Option<Vec<u32>>, CertificateError> {
    match certificate.passes.as_slice() {
        [] => Ok(None),
        [only] => guarantees::check(last, None, only).map(Some),
        [first, second, ..] => {
            let before = Sitting::first(instance, allocation, last.crew)?;
            guarantees::check(&before, None, first)?;
            guarantees::check(last, Some(&before), second).map(Some)
        }
    }
}
