//! Warnings that could come a thousand times a second, and are told now and then with how often they were due.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The shortest time between two of a kind.
const APART: Duration = Duration::from_secs(10);

/// One kind of warning.
#[derive(Debug)]
pub(crate) struct Seldom(Mutex<Since>);

#[derive(Debug)]
struct Since {
    told: Option<Instant>,
    times: u64,
}

impl Seldom {
    /// None told yet.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Since { told: None, times: 0 }))
    }

    /// Counts one; gives how many there were since the last telling if it is time to tell.
    pub(crate) fn due(&self) -> Option<u64> {
        self.due_at(Instant::now())
    }

    fn due_at(&self, now: Instant) -> Option<u64> {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.times += 1;
        if since.told.is_some_and(|told| now.duration_since(told) < APART) {
            return None;
        }
        let times = since.times;
        *since = Since { told: Some(now), times: 0 };
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_one_line_that_says_how_many() {
        let (seldom, now) = (Seldom::new(), Instant::now());
        assert_eq!(seldom.due_at(now), Some(1));
        assert_eq!((0..999).filter_map(|_| seldom.due_at(now)).count(), 0);
        assert_eq!(seldom.due_at(now + APART), Some(1000));
    }
}
