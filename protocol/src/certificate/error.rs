//! What a check accuses.

use crate::instance::{DrawKey, PoolIndex};
use crate::ticket::Ticket;

/// The condition of SPEC §12 that fails, the applicant and the pool where it does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The allocation is not one result per applicant, or not one for each of two passes.
    #[error("the allocation has {found} results for {expected} applicants")]
    Applicants {
        /// How many applicants there are.
        expected: usize,
        /// How many results the allocation has.
        found: usize,
    },
    /// `serial` has one pass, `priority` one or two, `optimal` none.
    #[error("the certificate has {found} passes instead of {expected}")]
    Passes {
        /// How many the mechanism has.
        expected: usize,
        /// How many the certificate has.
        found: usize,
    },
    /// The certificate has prices of other levels than the draw has weights.
    #[error("the certificate has {found} levels of tie prices instead of {expected}")]
    Levels {
        /// How many levels of weights there are.
        expected: usize,
        /// How many the certificate has.
        found: usize,
    },
    /// A level of weights that the levels before it make unnecessary (SPEC §11.7).
    #[error("level {level} of tie prices is not needed: the levels before it settle everything")]
    LevelNotNeeded {
        /// The level, from 1.
        level: usize,
    },
    /// A list of the certificate is not one number per pool.
    #[error("the certificate has {found} numbers for {expected} pools")]
    Pools {
        /// How many pools there are.
        expected: usize,
        /// How many numbers were given.
        found: usize,
    },
    /// A placement in a pool that is not on the applicant's list, or not for this applicant.
    #[error("{ticket} is placed in pool {}, which is not on its list", .pool.0)]
    NotListed {
        /// The applicant.
        ticket: Ticket,
        /// The pool.
        pool: PoolIndex,
    },
    /// A placement that claims to fulfil another choice than it does.
    #[error("{ticket} in pool {} fulfils choice {listed}, not {claimed}, counted from 0", .pool.0)]
    Rank {
        /// The applicant.
        ticket: Ticket,
        /// The pool.
        pool: PoolIndex,
        /// The rank the allocation states.
        claimed: u16,
        /// The rank at which the list first names the pool's session.
        listed: u16,
    },
    /// More people than seats.
    #[error("pool {} holds {placed} people on {capacity} seats", .pool.0)]
    OverCapacity {
        /// The pool.
        pool: PoolIndex,
        /// Its seats.
        capacity: u32,
        /// How many are placed in it.
        placed: u32,
    },
    /// A closing number that is nobody's.
    #[error("pool {} closes at an applicant who is not in the draw: {closing:?}", .pool.0)]
    UnknownClosing {
        /// The pool.
        pool: PoolIndex,
        /// The closing number.
        closing: DrawKey,
    },
    /// A closed pool with an empty seat (12.2 a).
    #[error("pool {} is closed but not full", .pool.0)]
    ClosedNotFull {
        /// The pool.
        pool: PoolIndex,
    },
    /// Somebody sits in a pool that had closed by then (12.2 a).
    #[error("{ticket} is placed in pool {}, which had closed", .pool.0)]
    PlacedAfterClosing {
        /// The applicant.
        ticket: Ticket,
        /// The pool.
        pool: PoolIndex,
    },
    /// Somebody sits in a closed pool, but could have made room by moving to one that stayed open longer (12.2 a).
    #[error("{ticket} in pool {} could move to pool {}, which stayed open longer", .pool.0, .roomier.0)]
    CouldMakeRoom {
        /// The occupant.
        ticket: Ticket,
        /// The closed pool.
        pool: PoolIndex,
        /// A guaranteed pool that closed later or never.
        roomier: PoolIndex,
    },
    /// Somebody was refused at a pool that was open (12.2 b).
    #[error("{ticket} was refused at pool {}, which was open", .pool.0)]
    RefusedWhileOpen {
        /// The applicant.
        ticket: Ticket,
        /// The pool.
        pool: PoolIndex,
    },
    /// A closing number at which the pool need not have closed (12.2 c).
    #[error("the applicant at whom pool {} closes, {}, did not fail there", .pool.0, .ticket)]
    ClosedWithoutFailure {
        /// The pool.
        pool: PoolIndex,
        /// The ticket of its closing number.
        ticket: Ticket,
    },
    /// A price below zero, or larger than any sum of costs along a path of pools (12.3).
    #[error("the price of pool {} is out of range", .pool.0)]
    PriceRange {
        /// The pool.
        pool: PoolIndex,
    },
    /// A price where seats are free (12.3).
    #[error("pool {} has free seats and a price", .pool.0)]
    PriceOfFreeSeats {
        /// The pool.
        pool: PoolIndex,
    },
    /// At these prices the applicant has a better deal than the one it got (12.3). `None` is being unplaced.
    #[error("{ticket} has a better deal at these prices")]
    BetterDeal {
        /// The applicant.
        ticket: Ticket,
        /// Where the applicant is.
        placed: Option<PoolIndex>,
        /// Where the applicant would rather be.
        better: Option<PoolIndex>,
    },
    /// A price that could be lower (12.4).
    #[error("the price of pool {} could be lower", .pool.0)]
    PriceNotLeast {
        /// The pool.
        pool: PoolIndex,
    },
}

impl CertificateError {
    /// The label of the rule in SPEC §12; `None` where the shape is wrong before any rule applies.
    pub fn rule(&self) -> Option<&'static str> {
        Some(match self {
            Self::Applicants { .. } | Self::Passes { .. } | Self::Levels { .. } | Self::Pools { .. } => return None,
            Self::NotListed { .. } | Self::Rank { .. } => "R-CERT-CHOICE",
            Self::OverCapacity { .. } => "R-CERT-CAPACITY",
            Self::ClosedNotFull { .. } | Self::PlacedAfterClosing { .. } | Self::CouldMakeRoom { .. } => {
                "R-CERT-CLOSED"
            }
            Self::RefusedWhileOpen { .. } => "R-CERT-ENVY",
            Self::UnknownClosing { .. } | Self::ClosedWithoutFailure { .. } => "R-CERT-CANONICAL",
            Self::PriceRange { .. } | Self::PriceOfFreeSeats { .. } | Self::BetterDeal { .. } => "R-CERT-PRICE",
            Self::PriceNotLeast { .. } => "R-CERT-LEAST",
            Self::LevelNotNeeded { .. } => "R-CERT-UNIQUE",
        })
    }
}
