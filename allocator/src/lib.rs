//! Places applicants in sessions: the three mechanisms of SPEC §11, each with the certificate of §12.
//!
//! **Invariant:** nothing leaves [`allocate`] that the protocol's own check has not accepted. What is here may
//! therefore be replaced by anything faster; what makes a result right stands in `protocol`.

mod allocate;
mod assignment;
mod error;
mod guarantees;
mod prices;
mod seats;
pub mod synthetic;
mod work;

pub use allocate::{Outcome, allocate, allocate_with_progress};
pub use error::AllocateError;
pub use work::{Phase, Steps};
