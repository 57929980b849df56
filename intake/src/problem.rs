//! Everything that can go wrong with a request, with the status, the code and the words people are told.
//!
//! **Invariant:** what a database or a signature said is in the operator's log, never in an answer.

use crate::{refusal::Refusal, seldom::Seldom, store::StoreError};
use axum::http::StatusCode;
use pages::{Lang, Texts};

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Decided against; with the operator's signature where it keeps somebody out of the draw.
    Refused(Refusal, Option<String>),
    /// Not what the address expects; says which part, for those who write programs.
    Malformed(String),
    /// The body is not JSON by its content type.
    MediaType,
    /// The body is too long.
    TooLarge,
    /// No such page.
    NotFound,
    /// The page has no such method.
    Method,
    /// Sent from another site's page.
    CrossSite,
    /// Too many wrong birth dates with this code; it is refused for a while.
    TooManyTries,
    /// Too many requests wait. Nothing was done.
    Busy,
    /// It may have been done; sending it again with the same request id is safe.
    Unknown,
    /// A fault on our side. Nothing was done.
    Internal,
}

impl Problem {
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let rest = [Self::MediaType, Self::TooLarge, Self::NotFound, Self::Method, Self::Busy, Self::Unknown];
        let refused = Refusal::ALL.map(|refusal| Self::Refused(refusal, None));
        let more = [Self::Malformed(String::new()), Self::TooManyTries, Self::CrossSite, Self::Internal];
        refused.into_iter().chain(rest).chain(more).collect()
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal, _) => refusal.code(),
            Self::Malformed(_) => "malformed",
            Self::MediaType => "media-type",
            Self::TooLarge => "too-large",
            Self::NotFound => "not-found",
            Self::Method => "method",
            Self::CrossSite => "cross-site",
            Self::TooManyTries => "too-many-tries",
            Self::Busy => "busy",
            Self::Unknown => "unknown-retry",
            Self::Internal => "internal",
        }
    }

    /// The words for people.
    pub(crate) fn words(&self, lang: Lang) -> String {
        Texts::of(lang).get(&format!("problem-{}", self.code()))
    }

    /// The HTTP status (RFC 9110 §15).
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal, _) => refusal_status(*refusal),
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unknown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds after which to come again; spread, so that those who were turned away do not come back together.
    pub(crate) fn retry_after_s(&self) -> Option<u8> {
        let spread = crate::randomness::system::<1>().map_or(0, |[byte]| byte % 4);
        matches!(self, Self::Busy | Self::Unknown).then_some(1 + spread)
    }
}

fn refusal_status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::WrongCodeOrBirthDate
        | Refusal::NotEligible
        | Refusal::OutOfReach
        | Refusal::NotOpen
        | Refusal::Closed
        | Refusal::ChangeKeyMissing
        | Refusal::WrongChangeKey => StatusCode::FORBIDDEN,
        Refusal::NotRegistered | Refusal::NoSuchTicket => StatusCode::NOT_FOUND,
        Refusal::UnknownChoice | Refusal::NoChoices | Refusal::TooManyChoices | Refusal::RepeatedChoice => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::AlreadyRegistered
        | Refusal::Withdrawn
        | Refusal::ChangedElsewhere
        | Refusal::ChangedByOffice
        | Refusal::TooManyRevisions
        | Refusal::RequestIdReused => StatusCode::CONFLICT,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        static TOLD: Seldom = Seldom::new();
        if let Some(times) = TOLD.due() {
            tracing::error!(%error, times, "the store did not answer");
        }
        match error {
            // A restart, a lost connection: it passes.
            StoreError::Database(_) => Self::Busy,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_words_in_every_language_and_a_code_of_its_own() {
        let mut codes: Vec<_> = Problem::all().iter().map(Problem::code).collect();
        for problem in Problem::all() {
            for lang in Lang::ALL {
                assert_ne!(problem.words(lang), format!("problem-{}", problem.code()));
            }
            assert!(problem.status().is_client_error() || problem.status().is_server_error());
        }
        codes.sort_unstable();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
