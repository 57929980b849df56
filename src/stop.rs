//! Ctrl-C, and the system's wish that a program end: a flag that long work looks at where it can stop without a trace.

use crate::failure::{Context, Failure, Outcome};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};
use tokio::signal::unix::{SignalKind, signal};

/// Whether somebody wants the program to end. Copies tell the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on. Until the program ends, the signals have no other effect.
    ///
    /// # Errors
    /// If the system gives no signals.
    pub(crate) fn on_signals() -> Outcome<Self> {
        let stop = Self::default();
        let doing = "listening for signals";
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context(doing)?;
        let [mut interrupt, mut terminate] = {
            let _within = runtime.enter();
            [signal(SignalKind::interrupt()).context(doing)?, signal(SignalKind::terminate()).context(doing)?]
        };
        let asked = stop.0.clone();
        let listen = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            });
            asked.store(true, Ordering::Relaxed);
        };
        thread::Builder::new().name("signals".into()).spawn(listen).context(doing)?;
        Ok(stop)
    }

    /// Whether a signal came.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Refuses to go on once a signal came.
    ///
    /// # Errors
    /// Says that nothing was changed: whoever asks has written nothing yet.
    pub(crate) fn check(&self) -> Outcome {
        if self.is_asked() {
            return Err(Failure::new("stopped; nothing was changed").hint("run the same command again to begin anew"));
        }
        Ok(())
    }
}
