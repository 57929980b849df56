//! Why there is no allocation.

use protocol::certificate::CertificateError;

/// Why there is no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllocateError {
    /// Several allocations are equally good at all levels of weights that the instance has.
    #[error("several allocations are equally good: luck leaves a tie")]
    NotUnique,
    /// Sessions, sites and classes of applicants are combined by reserves in more ways than can be numbered.
    #[error("reserves make more different sets of pools than can be numbered")]
    TooManyWishes,
    /// Whoever watched stopped it.
    #[error("the allocation was stopped before it was complete")]
    Cancelled,
    /// The program made a mistake, and its own certificate shows it.
    #[error("the certificate does not hold: {0}")]
    Certificate(#[from] CertificateError),
    /// The program made a mistake: somebody with a guarantee found no seat.
    #[error("an applicant with a guarantee was left without a seat")]
    GuaranteeLost,
}
