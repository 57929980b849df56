//! The least cost of a draw a second time, by other means: a linear programme over everybody's lists, solved by HiGHS.
//! SPEC §11.4, §11.5.
//!
//! The programme knows no closing numbers, components or prices; it has one variable per person and pool on the list. Its
//! matrix is that of a transport problem, so its optimum is one of whole people. Ties, which luck settles, are not compared:
//! their weights of 62 bits are beyond floating point.
//!
//! **Invariant:** [`cross_check`] says "agrees" only if the two sums are equal as integers.

use crate::{
    Outcome,
    lp::{self, LpError},
};
use protocol::instance::{Instance, Mechanism};

/// Most people for whom it is tried: some minutes and gigabytes at most.
pub const MOST_PEOPLE: usize = 20_000;

/// Two sums that agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The least cost, in rank costs; in `optimal` with the costs of those who are left out.
    pub cost: i64,
    /// Variables of the linear programme.
    pub variables: usize,
}

/// Why a draw does not agree with the linear programme, or was not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrossCheckError {
    /// `serial` minimises nothing.
    #[error("under serial the lottery decides choice by choice; there is no sum to compare")]
    Serial,
    /// Too many people.
    #[error("the linear programme is for at most {MOST_PEOPLE} people, these are {0}")]
    TooLarge(usize),
    /// HiGHS found no optimum.
    #[error(transparent)]
    Solver(#[from] LpError),
    /// Another sum.
    #[error("the allocation costs {allocated}, the linear programme finds {programme}")]
    Differs {
        /// Of the allocation.
        allocated: i64,
        /// Of the linear programme, rounded.
        programme: i64,
    },
}

/// Compares the cost of an outcome with the optimum that HiGHS finds: of `optimal` as a whole, of `priority` over all
/// assignments of exactly those who were placed.
///
/// # Errors
/// [`CrossCheckError`].
pub fn cross_check(instance: &Instance, outcome: &Outcome) -> Result<Agreement, CrossCheckError> {
    if matches!(instance.mechanism(), Mechanism::Serial) {
        return Err(CrossCheckError::Serial);
    }
    if instance.applicants() > MOST_PEOPLE {
        return Err(CrossCheckError::TooLarge(instance.applicants()));
    }
    let pass = instance.passes().saturating_sub(1);
    let person = |(applicant, placement): (usize, Option<_>)| {
        let unplaced = instance.unplaced_cost(applicant);
        if placement.is_none() && unplaced.is_none() {
            return None;
        }
        let listed = instance.listed(pass, applicant);
        let costs = listed.map(|listed| (listed.pool.at(), instance.rank_cost(applicant, &listed))).collect();
        Some(lp::Person { costs, unplaced })
    };
    let people: Vec<lp::Person> = outcome.allocation.placements().enumerate().filter_map(person).collect();
    let capacities: Vec<u32> = instance.pools().iter().map(|pool| pool.capacity).collect();
    let programme = lp::least_cost(&people, &capacities)?;
    let allocated = outcome.checked.rank_cost;
    if programme != allocated {
        return Err(CrossCheckError::Differs { allocated, programme });
    }
    Ok(Agreement { cost: allocated, variables: people.iter().map(|person| person.costs.len()).sum() })
}
