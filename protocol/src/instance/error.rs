//! What is wrong with numbers that are not a draw.

use super::{Choice, PoolIndex};
use crate::ticket::Ticket;

/// Why numbers are not a draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// More pools than 2²⁴, more applicants than 2³⁰, more choices together than 2³² − 1, or more levels than four.
    #[error("{what} are {count}, more than a draw can hold")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// Pools stand in the order of sessions: of each session first the open one, then those of reserves, in order.
    #[error("pool {} is out of order", .pool.0)]
    PoolOutOfOrder {
        /// The first pool that is not where it belongs.
        pool: PoolIndex,
    },
    /// A pool is reserved by a reserve that does not exist.
    #[error("pool {} belongs to a reserve that does not exist", .pool.0)]
    UnknownReserve {
        /// The pool.
        pool: PoolIndex,
    },
    /// Sites must have as many sessions together as there are.
    #[error("the sites have {of_sites} sessions together, the pools are of {of_pools}")]
    SessionsOfSites {
        /// How many sessions the sites have.
        of_sites: u64,
        /// How many sessions the pools have.
        of_pools: u64,
    },
    /// A cost above 2³⁰.
    #[error("a cost is {0}, above 2^30")]
    Cost(u32),
    /// The first choice must cost nothing.
    #[error("rank costs start at {0} instead of 0")]
    RankCostsStart(u32),
    /// A later choice must not cost less than an earlier one.
    #[error("rank {rank} costs less than the one before it")]
    RankCostsFall {
        /// The cheaper, later rank.
        rank: usize,
    },
    /// Tiers count from 1, and in `optimal` each has a cost of being left out.
    #[error("cohort {cohort} is of tier {tier}, which the programme does not have")]
    UnknownTier {
        /// The cohort, counted from 0.
        cohort: usize,
        /// Its tier.
        tier: u8,
    },
    /// An applicant of a cohort that does not exist.
    #[error("{ticket} is of cohort {cohort}, which the programme does not have")]
    UnknownCohort {
        /// The applicant.
        ticket: Ticket,
        /// The cohort, counted from 0.
        cohort: u16,
    },
    /// A list is longer than the rank costs.
    #[error("{ticket} has {choices} choices, but only {costs} ranks have a cost")]
    TooFewRankCosts {
        /// The applicant.
        ticket: Ticket,
        /// The length of the list.
        choices: usize,
        /// How many ranks have a cost.
        costs: usize,
    },
    /// A list has more than 255 choices.
    #[error("{ticket} has {choices} choices")]
    TooManyChoices {
        /// The applicant.
        ticket: Ticket,
        /// The length of the list.
        choices: usize,
    },
    /// A choice names a session or site that does not exist.
    #[error("{ticket} lists {choice:?}, which does not exist")]
    UnknownChoice {
        /// The applicant.
        ticket: Ticket,
        /// The choice.
        choice: Choice,
    },
    /// A list names the same session, or the same site, twice.
    #[error("{ticket} lists {choice:?} twice")]
    RepeatedChoice {
        /// The applicant.
        ticket: Ticket,
        /// The choice.
        choice: Choice,
    },
    /// Two applicants with one ticket.
    #[error("{0} is in the draw twice")]
    DuplicateTicket(Ticket),
    /// The weights of a level are not one per applicant.
    #[error("{found} weights for {expected} applicants")]
    Weights {
        /// How many applicants there are.
        expected: usize,
        /// How many weights were given.
        found: usize,
    },
    /// A weight outside 1 to 2⁶².
    #[error("{ticket} has the weight {weight}, outside 1 to 2^62")]
    Weight {
        /// The applicant.
        ticket: Ticket,
        /// The weight.
        weight: u64,
    },
}
