//! The one clock that decides whether a registration is in time. SPEC §2.5, §2.7.
//!
//! **Invariant:** no time that an applicant sends is ever read. A clock that can be set exists for programmes marked
//! as rehearsals only.

use protocol::programme::Programme;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// What time it is, in whole Unix seconds.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's.
    System,
    /// One that its owner sets.
    Rehearsal(RehearsalClock),
}

/// A clock that can be set and runs at `speed` seconds a second; at speed 0 it stands still. Clones are one clock.
#[derive(Clone, Debug)]
pub struct RehearsalClock {
    from: Arc<Mutex<(u64, Instant)>>,
    speed: u32,
}

/// A binding draw was to run on a clock that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only a rehearsal may run on a clock that can be set; this programme is binding")]
pub struct BindingProgramme;

impl RehearsalClock {
    /// A clock that shows `unix_s` now.
    ///
    /// # Errors
    /// [`BindingProgramme`] unless the programme is a rehearsal.
    pub fn new(programme: &Programme, unix_s: u64, speed: u32) -> Result<Self, BindingProgramme> {
        if !programme.rehearsal {
            return Err(BindingProgramme);
        }
        Ok(Self { from: Arc::new(Mutex::new((unix_s, instant()))), speed })
    }

    /// Makes it show `unix_s` now.
    pub fn set(&self, unix_s: u64) {
        *self.from.lock().unwrap_or_else(PoisonError::into_inner) = (unix_s, instant());
    }

    /// What it shows.
    pub fn now(&self) -> u64 {
        let (unix_s, since) = *self.from.lock().unwrap_or_else(PoisonError::into_inner);
        let milliseconds = since.elapsed().as_millis() * u128::from(self.speed);
        unix_s.saturating_add(u64::try_from(milliseconds / 1000).unwrap_or(u64::MAX))
    }
}

impl Clock {
    /// The current second.
    pub fn now(&self) -> u64 {
        match self {
            Self::System => system(),
            Self::Rehearsal(clock) => clock.now(),
        }
    }
}

/// The system's clock; before 1970 it shows 0, when no window is open.
#[expect(clippy::disallowed_methods, reason = "the one place where the intake reads the world's clock")]
fn system() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[expect(clippy::disallowed_methods, reason = "a rehearsal's clock runs on from when it was set")]
fn instant() -> Instant {
    Instant::now()
}
