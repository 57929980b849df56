//! Wrong birth dates under one access code. Who has somebody's letter could otherwise try all birth dates in seconds.
//!
//! A wrong date is counted twice: at once by this process, which tells tries apart that come together; then in the store, for
//! other processes and for the next start. Who was wrong hears it when the store has counted it.
//!
//! **Invariant:** nobody learns from more than [`TRIES`] wrong dates a day whether a date is the right one, however many
//! are tried at once and whatever process answers. (Those which arrive at n processes in the milliseconds before any of them has
//! counted the first: from at most n times as many.) A right date writes nothing. Only codes that were issued are counted, each
//! at most [`TRIES`] times a day by a process, and all that wait together in one write, after which the store has a rest:
//! nobody without many letters can keep it busy, or fill the memory.

use crate::{
    secrets::CodeHash,
    store::{Store, StoreError},
};
use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Wrong birth dates that one code has in a [`PERIOD_S`].
pub(crate) const TRIES: u64 = 10;

/// A day, in seconds.
pub(crate) const PERIOD_S: u64 = 24 * 60 * 60;

/// Those who may wait for their wrong dates to be counted; more are asked to come again.
const WAITING: usize = 1024;

/// The store's rest between two writes.
const REST: Duration = Duration::from_millis(50);

/// How often counts of former days are deleted, in seconds.
const SWEEP_S: u64 = 60 * 60;

/// Wrong birth dates under one code, since the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) since_unix_s: u64,
    pub(crate) dates: u64,
}

/// What a try is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Try {
    Right,
    Wrong,
    /// Too many were wrong before; whether this one was is not told.
    TooMany,
}

/// What is counted.
pub(crate) struct Tries {
    store: Arc<dyn Store>,
    here: Here,
    counter: OnceLock<mpsc::Sender<Waiting>>,
}

/// What this process has counted since its start.
#[derive(Debug, Default)]
struct Here(Mutex<BTreeMap<CodeHash, Wrong>>);

/// Somebody whose wrong date is to be counted in the store.
struct Waiting {
    code: CodeHash,
    now: u64,
    /// Hears how many there are with this one.
    told: oneshot::Sender<Result<u64, StoreError>>,
}

impl Wrong {
    /// What of it counts at second `now`: after a day, nothing.
    fn at(self, now: u64) -> Self {
        let counts = now < self.since_unix_s.saturating_add(PERIOD_S);
        if counts { self } else { Self { since_unix_s: now, dates: 0 } }
    }
}

impl Tries {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, here: Here::default(), counter: OnceLock::new() }
    }

    /// Judges one try with an issued code at second `now`, in one step with counting it here; `known` is what the store said
    /// of the code. A wrong one is told only after [`Tries::count`].
    pub(crate) fn judge(&self, code: CodeHash, right: bool, known: Wrong, now: u64) -> Try {
        self.here.judge(code, right, known, now)
    }

    /// Counts a wrong date in the store; whether it is told that it was wrong.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be counted: then nothing is told.
    pub(crate) async fn count(&self, code: CodeHash, now: u64) -> Result<Try, StoreError> {
        let gone = |why: &str| StoreError::Database(why.to_owned());
        let (told, total) = oneshot::channel();
        let counter = self.counter.get_or_init(|| start(self.store.clone()));
        let waiting = Waiting { code, now, told };
        counter.try_send(waiting).map_err(|_| gone("too many wrong birth dates wait to be counted"))?;
        let total = total.await.map_err(|_| gone("who counts wrong birth dates has ended"))??;
        if total == TRIES {
            tracing::warn!("an access code is refused for a day: too many wrong birth dates");
        }
        Ok(if total > TRIES { Try::TooMany } else { Try::Wrong })
    }
}

impl Here {
    fn judge(&self, code: CodeHash, right: bool, known: Wrong, now: u64) -> Try {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = codes.get(&code).copied().unwrap_or_default().at(now);
        // This process may be ahead of the store with its own, and behind it with those of others.
        let Wrong { since_unix_s, dates } = [here, known.at(now)].into_iter().max_by_key(|of| of.dates).unwrap_or(here);
        if dates >= TRIES {
            return Try::TooMany;
        }
        if right {
            return Try::Right;
        }
        codes.insert(code, Wrong { since_unix_s, dates: dates + 1 });
        Try::Wrong
    }
}

/// Starts what counts in the store; it ends with the last of those who can ask.
fn start(store: Arc<dyn Store>) -> mpsc::Sender<Waiting> {
    let (send, mut receive) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let (mut together, mut swept) = (Vec::new(), 0);
        while receive.recv_many(&mut together, WAITING).await > 0 {
            let now = together.iter().map(|waiting: &Waiting| waiting.now).max().unwrap_or(0);
            count_all(&*store, now, mem::take(&mut together)).await;
            if now >= SWEEP_S + swept {
                swept = now;
                if let Err(error) = store.drop_wrong(now.saturating_sub(PERIOD_S)).await {
                    tracing::warn!(%error, "counts of former days were not deleted");
                }
            }
            tokio::time::sleep(REST).await;
        }
    });
    send
}

/// Counts all of these in one write, and tells each how many there were when it came.
async fn count_all(store: &dyn Store, now: u64, together: Vec<Waiting>) {
    let mut left: BTreeMap<CodeHash, u64> = BTreeMap::new();
    together.iter().for_each(|waiting| *left.entry(waiting.code).or_default() += 1);
    let counted = store.count_wrong(now, &left).await;
    for Waiting { code, told, .. } in together {
        let after = left.entry(code).and_modify(|left| *left -= 1).or_default();
        let total = counted.as_ref().map_err(Clone::clone).and_then(|counted| {
            let wrong = counted.get(&code).ok_or(StoreError::Damaged("a wrong date was not counted"))?;
            Ok(wrong.dates.saturating_sub(*after))
        });
        // Whoever hung up does not want to know.
        let _ = told.send(total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_dates_a_day_and_not_one_more() {
        let (here, code, other) = (Here::default(), CodeHash([1; 32]), CodeHash([2; 32]));
        let judge = |code, right, now| here.judge(code, right, Wrong::default(), now);
        for _ in 0..TRIES {
            assert_eq!(judge(code, true, 1_000_000), Try::Right);
            assert_eq!(judge(code, false, 1_000_000), Try::Wrong);
        }
        assert_eq!(judge(code, false, 1_000_000 + PERIOD_S - 1), Try::TooMany);
        assert_eq!(judge(code, true, 1_000_000 + PERIOD_S - 1), Try::TooMany);
        assert_eq!(judge(other, true, 1_000_000), Try::Right);
        assert_eq!(judge(code, true, 1_000_000 + PERIOD_S), Try::Right);
        assert_eq!(judge(code, false, 1_000_000 + PERIOD_S), Try::Wrong, "counted from the start again");
    }

    #[test]
    fn what_others_counted_counts_and_what_is_under_way_too() {
        let (here, code) = (Here::default(), CodeHash([1; 32]));
        let known = Wrong { since_unix_s: 1_000_000, dates: TRIES - 2 };
        assert_eq!(here.judge(code, false, known, 1_000_001), Try::Wrong);
        assert_eq!(
            here.judge(code, false, known, 1_000_001),
            Try::Wrong,
            "the store has not counted the one before yet"
        );
        assert_eq!(here.judge(code, true, known, 1_000_001), Try::TooMany);
        assert_eq!(here.judge(code, true, Wrong { dates: TRIES, ..known }, 1_000_000 + PERIOD_S), Try::Right);
    }
}
