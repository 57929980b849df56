//! The requests that wait for the writer, as many as it takes on in a fraction of a second.
//!
//! **Invariant:** a place in the queue is a promise of time, not of rank: who has one is decided within about
//! [`LONGEST`] at the pace of the last turns, however slow the database is. Who finds none is asked to come again.

use crate::writer::{BATCH, Job};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::sync::{
    Notify,
    mpsc::{self, OwnedPermit},
};

/// The longest that a request should wait for its turn.
const LONGEST: Duration = Duration::from_millis(250);

/// Most places, whatever the pace: each is a request in memory.
const PLACES: usize = 8 * BATCH;

/// Where requests are put.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    jobs: mpsc::Sender<Job>,
    pace: Arc<Pace>,
}

/// What the writer and those who wait tell each other.
#[derive(Debug)]
pub(crate) struct Pace {
    /// How long the writer's turns take: a moving average, in microseconds.
    turn_us: AtomicU64,
    /// How many must wait before the writer wants to know.
    wanted: AtomicUsize,
    enough: Notify,
}

impl Queue {
    /// A queue with what its writer takes requests from and where it tells its pace.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Job>, Arc<Pace>) {
        Self::with_places(PLACES)
    }

    pub(crate) fn with_places(places: usize) -> (Self, mpsc::Receiver<Job>, Arc<Pace>) {
        let ((jobs, waiting), pace) = (mpsc::channel(places), Arc::new(Pace::default()));
        (Self { jobs, pace: pace.clone() }, waiting, pace)
    }

    /// Puts a request in its place.
    pub(crate) fn put(&self, place: OwnedPermit<Job>, job: Job) {
        place.send(job);
        if self.waiting() >= self.pace.wanted.load(Relaxed) {
            self.pace.enough.notify_one();
        }
    }

    /// A place, if there is one.
    pub(crate) fn place(&self) -> Option<OwnedPermit<Job>> {
        if self.is_full() { None } else { self.jobs.clone().try_reserve_owned().ok() }
    }

    /// Whether there is no place.
    pub(crate) fn is_full(&self) -> bool {
        self.jobs.capacity() == 0 || self.pace.is_too_slow_for(self.waiting())
    }

    /// Requests that have a place.
    pub(crate) fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { turn_us: AtomicU64::new(0), wanted: AtomicUsize::new(usize::MAX), enough: Notify::new() }
    }
}

impl Pace {
    /// Waits until as many as `enough` wait. Only who makes them enough calls the writer: to be called for each would cost more
    /// than the wait. Nothing is lost when this is dropped before.
    pub(crate) async fn until(&self, enough: usize, waiting: &mpsc::Receiver<Job>) {
        self.wanted.store(enough, Relaxed);
        while waiting.len() < enough {
            self.enough.notified().await;
        }
        self.wanted.store(usize::MAX, Relaxed);
    }

    /// The writer took this long for a turn.
    pub(crate) fn took(&self, turn: Duration) {
        let (turn, before) = (u64::try_from(turn.as_micros()).unwrap_or(u64::MAX), self.turn_us.load(Relaxed));
        // One writer tells; a quarter of each turn, so that one slow flush closes no door for long.
        self.turn_us.store(before - before / 4 + turn / 4, Relaxed);
    }

    /// Whether one more than `waiting` would wait too long. There is always room for the next batch, or a database that
    /// is slow once would never be asked again.
    fn is_too_slow_for(&self, waiting: usize) -> bool {
        // The batch that is written, and the one that is prepared, wait nowhere any more.
        let turns = u64::try_from(waiting / BATCH + 2).unwrap_or(u64::MAX);
        let wait = Duration::from_micros(self.turn_us.load(Relaxed).saturating_mul(turns));
        waiting >= BATCH && wait > LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_writer_has_a_short_queue_and_a_quick_one_a_long_one() {
        let pace = Pace::default();
        assert!(!pace.is_too_slow_for(PLACES));
        (0..50).for_each(|_| pace.took(Duration::from_millis(40)));
        assert!(!pace.is_too_slow_for(4 * BATCH) && pace.is_too_slow_for(7 * BATCH));
        (0..50).for_each(|_| pace.took(Duration::from_secs(2)));
        assert!(!pace.is_too_slow_for(BATCH - 1) && pace.is_too_slow_for(BATCH));
        (0..50).for_each(|_| pace.took(Duration::from_millis(5)));
        assert!(!pace.is_too_slow_for(PLACES));
    }

    #[test]
    fn nobody_is_let_in_beyond_the_places() {
        let (queue, waiting, _pace) = Queue::with_places(1);
        let place = queue.place();
        assert!(place.is_some() && queue.is_full() && queue.place().is_none());
        assert_eq!(queue.waiting(), 1);
        drop((place, waiting));
    }
}
