//! Wrong birth dates under one access code. Who has somebody's letter could otherwise try all birth dates in seconds.
//!
//! A wrong date is counted twice: at once by this process, which tells tries apart that come together; then in the store, for
//! other processes and for the next start, whether or not anybody waits for the answer. Who was wrong hears it when the store
//! has counted it. A date that this process has judged wrong already teaches nothing, so it is not counted again.
//!
//! **Invariant:** of all wrong dates that are tried under a code in a day, by whatever process, [`TRIES`] are told that they are
//! wrong. A process lets a right date in while it knows of fewer: of another's it knows once the store has counted them, so who
//! asks n processes before that has n × [`TRIES`] dates to find the right one. A right date writes nothing. Only codes that
//! were issued are counted, each at most [`TRIES`] times a day by a process (again only if the store had failed), and all that
//! wait together in one write, after which the store has a rest: nobody without many letters can keep it busy, or fill the
//! memory.

use crate::{
    secrets::CodeHash,
    store::{Store, StoreError},
};
use protocol::programme::civil::Date;
use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// Wrong birth dates that one code has in a [`PERIOD_S`].
pub(crate) const TRIES: u64 = 10;

/// A day, in seconds.
pub(crate) const PERIOD_S: u64 = 24 * 60 * 60;

/// Those who may wait for their wrong dates to be counted; more are asked to come again.
const WAITING: usize = 1024;

/// The shortest time from one write to the next. What a write takes of it cannot be seen in the answers.
const TICK: Duration = Duration::from_millis(50);

/// How often counts of former days are deleted, in seconds.
const SWEEP_S: u64 = 60 * 60;

/// Wrong birth dates under one code, since the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) since_unix_s: u64,
    pub(crate) dates: u64,
}

/// What a try is worth.
#[derive(Debug)]
pub(crate) enum Try {
    Right,
    /// It is told once the store has counted it.
    Wrong(Told),
    /// Too many were wrong before; whether this one was is not told.
    TooMany,
}

/// What somebody is told whose code or birth date was wrong, as soon as it may be told.
#[derive(Debug)]
pub(crate) struct Told(oneshot::Receiver<Result<Verdict, StoreError>>);

/// What is told of a wrong date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    /// Other processes have counted too many before it.
    TooMany,
}

/// What is counted.
pub(crate) struct Tries {
    here: Arc<Here>,
    counter: mpsc::Sender<Waiting>,
}

/// What this process has counted since its start.
#[derive(Debug, Default)]
struct Here(Mutex<BTreeMap<CodeHash, Of>>);

/// Wrong dates under one code.
#[derive(Debug, Default)]
struct Of {
    wrong: Wrong,
    /// Those of this process, at most [`TRIES`].
    dates: Vec<(Date, Written)>,
}

/// What the store has of a wrong date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    UnderWay,
    Done(Verdict),
    /// Nothing, or nobody knows.
    Failed,
}

/// What this process makes of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Right,
    /// To be counted in the store.
    Wrong,
    /// The same date again: it is told what the first is told.
    Again,
    TooMany,
}

/// Somebody whose code or birth date was wrong.
struct Waiting {
    /// An issued code, and the date.
    of: Option<(CodeHash, Date)>,
    /// Whether the store is to count it.
    counts: bool,
    now: u64,
    told: oneshot::Sender<Result<Verdict, StoreError>>,
}

/// What counts in the store.
struct Counter {
    store: Arc<dyn Store>,
    here: Arc<Here>,
}

impl Wrong {
    /// What of it counts at second `now`: after a day, nothing.
    fn at(self, now: u64) -> Self {
        if self.counts_at(now) { self } else { Self { since_unix_s: now, dates: 0 } }
    }

    fn counts_at(self, now: u64) -> bool {
        now < self.since_unix_s.saturating_add(PERIOD_S)
    }
}

impl Tries {
    /// Starts what counts in the store, at second `now`, on the runtime it is called from. It ends with the last who can
    /// ask, when it has counted what waits.
    pub(crate) fn start(store: Arc<dyn Store>, now: u64) -> (Arc<Self>, JoinHandle<()>) {
        let (counter, waiting) = mpsc::channel(WAITING);
        let here = Arc::new(Here::default());
        let counting = Counter { store, here: here.clone() };
        (Arc::new(Self { here, counter }), tokio::spawn(counting.run(waiting, now)))
    }

    /// Judges one try with an issued code at second `now`, in one step with counting it here; `known` is what the store said
    /// of the code. A wrong one is on its way to the store by then, whether or not anybody waits for [`Told`].
    pub(crate) fn judge(&self, code: CodeHash, date: Date, right: bool, known: Wrong, now: u64) -> Try {
        let counts = match self.here.judge(code, date, right, known, now) {
            Judged::Right => return Try::Right,
            Judged::TooMany => return Try::TooMany,
            Judged::Wrong => true,
            Judged::Again => false,
        };
        let told = self.hand_in(Some((code, date)), counts, now);
        if told.is_none() && counts {
            self.here.written(code, date, Written::Failed);
        }
        Try::Wrong(told.unwrap_or_else(|| Told::at_once(Err(gone("too many wrong birth dates wait to be counted")))))
    }

    /// A code that is not in force: it waits with the others, for nothing, so that the time tells nothing. It takes none of
    /// the last places: those are for dates that must be counted.
    pub(crate) fn unknown(&self, now: u64) -> Told {
        let waits = self.counter.capacity() > WAITING / 2;
        let told = if waits { self.hand_in(None, false, now) } else { None };
        told.unwrap_or_else(|| Told::at_once(Ok(Verdict::Wrong)))
    }

    /// `None` if too many wait.
    fn hand_in(&self, of: Option<(CodeHash, Date)>, counts: bool, now: u64) -> Option<Told> {
        let (told, hears) = oneshot::channel();
        match self.counter.try_send(Waiting { of, counts, now, told }) {
            // Where nobody counts any more, the sender is gone, and who waits hears that.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Some(Told(hears)),
            Err(mpsc::error::TrySendError::Full(_)) => None,
        }
    }
}

impl Told {
    fn at_once(verdict: Result<Verdict, StoreError>) -> Self {
        let (told, hears) = oneshot::channel();
        // The one who hears is at hand.
        let _ = told.send(verdict);
        Self(hears)
    }

    /// Waits until it may be told.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be counted: then nothing is told.
    pub(crate) async fn verdict(self) -> Result<Verdict, StoreError> {
        self.0.await.map_err(|_| gone("nobody counts wrong birth dates any more"))?
    }
}

impl Here {
    fn codes(&self) -> MutexGuard<'_, BTreeMap<CodeHash, Of>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, code: CodeHash, date: Date, right: bool, known: Wrong, now: u64) -> Judged {
        let mut codes = self.codes();
        let here = codes.get(&code).map(|of| of.wrong).unwrap_or_default().at(now);
        // This process may be ahead of the store with its own, and behind it with those of others.
        let Wrong { since_unix_s, dates } = [here, known.at(now)].into_iter().max_by_key(|of| of.dates).unwrap_or(here);
        if dates >= TRIES {
            return Judged::TooMany;
        }
        if right {
            return Judged::Right;
        }
        let of = codes.entry(code).or_default();
        if !of.wrong.counts_at(now) {
            of.dates.clear();
        }
        if let Some((_, written)) = of.dates.iter_mut().find(|(of, _)| *of == date) {
            let failed = mem::replace(written, Written::UnderWay);
            if failed == Written::Failed {
                return Judged::Wrong;
            }
            *written = failed;
            return Judged::Again;
        }
        of.dates.push((date, Written::UnderWay));
        of.wrong = Wrong { since_unix_s, dates: dates + 1 };
        Judged::Wrong
    }

    /// Notes what the store has of this date.
    fn written(&self, code: CodeHash, date: Date, now_is: Written) {
        let mut codes = self.codes();
        let written = codes.get_mut(&code).and_then(|of| of.dates.iter_mut().find(|(of, _)| *of == date));
        if let Some((_, written)) = written {
            *written = now_is;
        }
    }

    /// What is told of this date, if the store has it.
    fn verdict(&self, code: CodeHash, date: Date) -> Option<Verdict> {
        let codes = self.codes();
        match codes.get(&code)?.dates.iter().find(|(of, _)| *of == date)? {
            (_, Written::Done(verdict)) => Some(*verdict),
            _ => None,
        }
    }

    fn sweep(&self, now: u64) {
        self.codes().retain(|_, of| of.wrong.counts_at(now));
    }
}

impl Counter {
    async fn run(self, mut waiting: mpsc::Receiver<Waiting>, started: u64) {
        let (mut together, mut swept) = (Vec::new(), started);
        self.sweep(started).await;
        while waiting.recv_many(&mut together, WAITING).await > 0 {
            let begun = Instant::now();
            let now = together.iter().map(|waiting: &Waiting| waiting.now).max().unwrap_or(0);
            let failed = self.write(now, &together).await.err();
            let took = begun.elapsed();
            sleep_until(begun + TICK).await;
            mem::take(&mut together).into_iter().for_each(|waiting| self.tell(waiting, failed.as_ref()));
            // A store that is slow is left alone for as long as it took.
            sleep_until(begun + took + took).await;
            if now >= swept.saturating_add(SWEEP_S) {
                swept = now;
                self.sweep(now).await;
            }
        }
    }

    /// Counts all of these in one write.
    async fn write(&self, now: u64, together: &[Waiting]) -> Result<(), StoreError> {
        let counting = || together.iter().filter(|waiting| waiting.counts).filter_map(|waiting| waiting.of);
        let mut left: BTreeMap<CodeHash, u64> = BTreeMap::new();
        counting().for_each(|(code, _)| *left.entry(code).or_default() += 1);
        if left.is_empty() {
            return Ok(());
        }
        let (store, codes) = (self.store.clone(), left.clone());
        let counted = alone(async move { store.count_wrong(now, &codes).await }).await;
        for (code, date) in counting() {
            let after = left.entry(code).and_modify(|left| *left -= 1).or_default();
            let written = match &counted {
                // A code that has ceased to be in force in between has no count, and nothing to guess.
                Ok(counted) => {
                    Written::Done(verdict(counted.get(&code).map_or(0, |of| of.dates.saturating_sub(*after))))
                }
                Err(_) => Written::Failed,
            };
            self.here.written(code, date, written);
        }
        counted.map(|_| ())
    }

    fn tell(&self, Waiting { of, told, .. }: Waiting, failed: Option<&StoreError>) {
        let verdict = match of {
            None => Ok(Verdict::Wrong),
            Some((code, date)) => self
                .here
                .verdict(code, date)
                .ok_or_else(|| failed.cloned().unwrap_or_else(|| gone("a wrong birth date has not been counted yet"))),
        };
        // Whoever hung up does not want to know.
        let _ = told.send(verdict);
    }

    async fn sweep(&self, now: u64) {
        self.here.sweep(now);
        let store = self.store.clone();
        if let Err(error) = alone(async move { store.drop_wrong(now.saturating_sub(PERIOD_S)).await }).await {
            tracing::warn!(%error, "counts of former days were not deleted");
        }
    }
}

/// What is told of a wrong date that is the code's `total`-th.
fn verdict(total: u64) -> Verdict {
    if total == TRIES {
        tracing::warn!("an access code is refused for a day: too many wrong birth dates");
    }
    if total > TRIES { Verdict::TooMany } else { Verdict::Wrong }
}

/// Does this in a task of its own, so that a panic costs nothing else.
async fn alone<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(gone("a panic while wrong birth dates were counted")))
}

fn gone(why: &str) -> StoreError {
    StoreError::Database(why.to_owned())
}

#[cfg(test)]
mod tests;
