//! Who watches a long computation, and may stop it.

use crate::error::AllocateError;
use crate::work::Phase;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Told the phase, how much of it is done, and of how much: first with 0, in the end with all. A break stops everything.
pub type Tell<'a> = dyn FnMut(Phase, u64, u64) -> ControlFlow<()> + Send + 'a;

/// One phase at a time, told from any thread.
///
/// **Invariant:** nothing told or asked here changes a result; it can only prevent one.
pub(crate) struct Watch<'a, 'b> {
    tell: Mutex<&'a mut Tell<'b>>,
    phase: Phase,
    done: AtomicU64,
    total: u64,
    stopped: AtomicBool,
}

impl<'a, 'b> Watch<'a, 'b> {
    /// Begins a phase.
    ///
    /// # Errors
    /// If it is stopped.
    pub(crate) fn begin(tell: &'a mut Tell<'b>, phase: Phase, total: u64) -> Result<Self, AllocateError> {
        let stopped = AtomicBool::new(false);
        let watch = Self { tell: Mutex::new(tell), phase, done: AtomicU64::new(0), total, stopped };
        watch.advance(0)?;
        Ok(watch)
    }

    /// So many more are done.
    ///
    /// # Errors
    /// If it is stopped.
    pub(crate) fn advance(&self, more: u64) -> Result<(), AllocateError> {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        // Whoever finds somebody else telling does not wait.
        if let Ok(mut tell) = self.tell.try_lock()
            && tell(self.phase, done.min(self.total), self.total).is_break()
        {
            self.stopped.store(true, Ordering::Relaxed);
        }
        if self.stopped.load(Ordering::Relaxed) { Err(AllocateError::Cancelled) } else { Ok(()) }
    }

    /// Ends the phase.
    ///
    /// # Errors
    /// If it is stopped.
    pub(crate) fn end(self) -> Result<(), AllocateError> {
        self.advance(self.total)
    }
}
