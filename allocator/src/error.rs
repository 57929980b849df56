//! Why there is no allocation.

use protocol::certificate::CertificateError;

/// Why there is no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AllocateError {
    /// Several allocations are equally good. The SPEC repeats the last step with the next block of the keystream; that
    /// is not built, and with drawn numbers it is not to be expected within the age of the universe.
    #[error("several allocations are equally good, and repeating the last step is not built yet")]
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
