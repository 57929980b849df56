//! Wrong birth dates under one access code. Who has somebody's letter could otherwise try all birth dates in seconds.
//!
//! **Invariant:** nobody learns from more than [`TRIES`] wrong dates a day whether a date is the right one, however many
//! are tried at once. Only codes that were issued are counted, so nobody without a letter can fill the memory.

use crate::secrets::CodeHash;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Wrong birth dates that one code has in a [`PERIOD_S`].
pub(crate) const TRIES: u8 = 10;

/// A day, in seconds.
pub(crate) const PERIOD_S: u64 = 24 * 60 * 60;

/// What is remembered since the start, in memory only.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<BTreeMap<CodeHash, Wrong>>);

#[derive(Clone, Copy, Debug)]
struct Wrong {
    since_unix_s: u64,
    dates: u8,
}

/// What a try is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Try {
    Right,
    Wrong,
    /// Too many were wrong before; whether this one was is not told.
    TooMany,
}

impl Tries {
    /// Judges one try with an issued code at second `now`, in one step with counting it.
    pub(crate) fn judge(&self, code: CodeHash, right: bool, now: u64) -> Try {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = codes.get(&code).copied().filter(|wrong| now < wrong.since_unix_s.saturating_add(PERIOD_S));
        let Wrong { since_unix_s, dates } = before.unwrap_or(Wrong { since_unix_s: now, dates: 0 });
        if dates >= TRIES {
            return Try::TooMany;
        }
        if right {
            return Try::Right;
        }
        codes.insert(code, Wrong { since_unix_s, dates: dates + 1 });
        if dates + 1 == TRIES {
            tracing::warn!("an access code is refused for a day: too many wrong birth dates");
        }
        Try::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_dates_a_day_and_not_one_more() {
        let (tries, code, other) = (Tries::default(), CodeHash([1; 32]), CodeHash([2; 32]));
        for _ in 0..TRIES {
            assert_eq!(tries.judge(code, true, 1000), Try::Right);
            assert_eq!(tries.judge(code, false, 1000), Try::Wrong);
        }
        assert_eq!(tries.judge(code, false, 1000 + PERIOD_S - 1), Try::TooMany);
        assert_eq!(tries.judge(code, true, 1000 + PERIOD_S - 1), Try::TooMany);
        assert_eq!(tries.judge(other, true, 1000), Try::Right);
        assert_eq!(tries.judge(code, true, 1000 + PERIOD_S), Try::Right);
        assert_eq!(tries.judge(code, false, 1000 + PERIOD_S), Try::Wrong, "counted from the start again");
    }
}
