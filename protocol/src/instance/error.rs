//! What is wrong with numbers that are not a draw.

use super::{Choice, PoolIndex, SessionIndex, SiteIndex};
use crate::ticket::Ticket;

/// Why numbers are not a draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The lists are longer, taken together, than this version can hold.
    #[error("the lists of all applicants name more than {most} sessions together, a site counted as its sessions")]
    TooManyListed {
        /// The bound.
        most: usize,
    },
    /// More pools than 2²⁴ or more applicants than 2³⁰.
    #[error("{what} are {count}, more than a draw can hold")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// Today each session has exactly one pool, and pools stand in the order of sessions.
    #[error("pool {} is not the open pool of session {}", .pool.0, .pool.0)]
    PoolOutOfOrder {
        /// The pool that is out of order.
        pool: PoolIndex,
    },
    /// A site lists a session that does not exist.
    #[error("site {} has session {}, which does not exist", .site.0, .session.0)]
    UnknownSessionOfSite {
        /// The site.
        site: SiteIndex,
        /// The session it names.
        session: SessionIndex,
    },
    /// A session belongs to no site or to several.
    #[error("session {} belongs to {sites} sites instead of one", .session.0)]
    SessionNotInOneSite {
        /// The session.
        session: SessionIndex,
        /// How often sites name it.
        sites: usize,
    },
    /// The first choice must cost nothing.
    #[error("rank costs start at {0} instead of 0")]
    RankCostsStart(u32),
    /// A later choice must not cost less than an earlier one.
    #[error("rank {rank} costs less than the one before it")]
    RankCostsFall {
        /// The cheaper, later rank.
        rank: usize,
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
    /// A list has more than 65,535 choices.
    #[error("{ticket} has {choices} choices")]
    TooManyChoices {
        /// The applicant.
        ticket: Ticket,
        /// The length of the list.
        choices: usize,
    },
    /// Tiers count from 1, and in `optimal` each has a cost of being left out.
    #[error("{ticket} is of tier {tier}, which the programme does not have")]
    UnknownTier {
        /// The applicant.
        ticket: Ticket,
        /// The tier.
        tier: u8,
    },
    /// Two applicants with one ticket.
    #[error("{0} is in the draw twice")]
    DuplicateTicket(Ticket),
    /// A choice names a session or site that does not exist.
    #[error("{ticket} lists {choice:?}, which does not exist")]
    UnknownChoice {
        /// The applicant.
        ticket: Ticket,
        /// The choice.
        choice: Choice,
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
