//! Who asks: the person on the roll whose access code and birth date were shown.
//!
//! **Invariant:** a code that was never issued and a wrong birth date get the same answer. The roll is read in the turn
//! that makes the registration durable, or before it, if nothing was changed in between: nobody registers who was taken off it.

use crate::{
    problem::Problem,
    refusal::Refusal,
    request::{Asked, Request},
    secrets::CodeHash,
    store::OnRoll,
    tries::{Told, Tries, Try, Verdict},
};
use protocol::{
    hash::Hash,
    programme::{Programme, civil::Date},
};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// What is shown to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) code: CodeHash,
    pub(crate) born: Date,
}

/// A request of somebody of whom it is not known yet who it is.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) shown: Shown,
    pub(crate) asked: Arc<Asked>,
}

/// Why it is not known who asks.
#[derive(Debug)]
pub(crate) enum Denied {
    /// Somebody else's birth date.
    WrongDate(Told),
    /// No code in force.
    NoSuchCode(Told),
    /// What is told at once.
    Because(Problem),
}

impl Denied {
    /// What is told, as soon as it may be told. Not for a turn: others wait for that.
    pub(crate) async fn told(self) -> Problem {
        let told = match self {
            Self::WrongDate(told) | Self::NoSuchCode(told) => told,
            Self::Because(problem) => return problem,
        };
        match told.verdict().await {
            Ok(Verdict::TooMany) => Problem::TooManyTries,
            Ok(Verdict::Wrong) => Refusal::WrongCodeOrBirthDate.into(),
            Err(error) => error.into(),
        }
    }
}

impl Shown {
    /// The person, if `found`, whom the roll has for the code, was born on the day that was shown. Compared in constant
    /// time.
    pub(crate) fn of<'a>(&self, found: Option<&'a OnRoll>, tries: &Tries, now: u64) -> Result<&'a OnRoll, Denied> {
        let Self { code, born } = *self;
        let Some(found) = found else { return Err(Denied::NoSuchCode(tries.unknown(now))) };
        let right = bool::from(found.born.to_string().as_bytes().ct_eq(born.to_string().as_bytes()));
        match tries.judge(code, born, right, found.wrong, now) {
            Try::Right => Ok(found),
            Try::Wrong(told) => Err(Denied::WrongDate(told)),
            Try::TooMany => Err(Denied::Because(Problem::TooManyTries)),
        }
    }
}

impl Claim {
    /// The request of the person whom the roll has for its code.
    pub(crate) fn of(
        &self,
        found: Option<&OnRoll>,
        programme: &Programme,
        tries: &Tries,
        now: u64,
    ) -> Result<Request, Denied> {
        let Self { shown, asked } = self;
        let OnRoll { person, born, district, .. } = shown.of(found, tries, now)?;
        let district = programme.district_of(district).ok_or_else(|| {
            tracing::error!(district, "the roll has a district that the programme has not");
            Denied::Because(Problem::Internal)
        })?;
        let cohort = programme.cohort_of(*born, district);
        let key = Hash::tagged("intake-request", &[&person.0, asked.request_id.as_bytes()]);
        Ok(Request { person: *person, cohort, district, key, asked: asked.clone() })
    }
}
