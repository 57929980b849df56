//! Places applicants in sessions: the three mechanisms of SPEC §11, each with the certificate of §12.
//!
//! **Invariant:** nothing leaves [`allocate`] that the protocol's own check has not accepted. What is here may
//! therefore be replaced by anything faster; what makes a result right stands in `protocol`.

mod allocate;
mod amount;
pub mod apportionment;
mod auction;
mod components;
#[cfg(feature = "lp")]
pub mod cross_check;
mod demand;
mod error;
mod group;
mod grouping;
mod guarantees;
mod least;
#[cfg(feature = "lp")]
mod lp;
mod market;
mod nodes;
mod regions;
mod sale;
mod seating;
pub mod synthetic;
mod watch;
mod witness;
mod work;

#[cfg(feature = "lp")]
pub use lp::LpError;

pub use allocate::{
    Effort, Numbers, Outcome, allocate, allocate_by_levels, allocate_with_effort, allocate_with_progress,
};
pub use error::AllocateError;
pub use watch::Tell;
pub use work::{Phase, Steps};
