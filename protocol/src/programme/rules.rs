//! The rules on a programme's fields, each with the label of SPEC §3.1. Being written.

use super::Fields;
use crate::json::JsonError;

/// Why a programme is refused; each variant names the SPEC's rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgrammeError {
    /// Not canonical JSON of a programme.
    #[error(transparent)]
    Json(JsonError),
}

/// All faults, in the order of the fields.
pub(super) fn faults(_fields: &Fields) -> Vec<ProgrammeError> {
    Vec::new()
}
