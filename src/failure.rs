//! What went wrong and what to do next: the one error type of the command line.

use crate::console::step;
use std::fmt::Display;

/// What to do where nothing nearer is known.
const RIGHTS: &str = "who made the draw's folder runs its commands; on a machine set up as docs/operators.md says, as-jebi stands in the place of jebi, \
                      and files to read and write lie where the service's user may: /var/lib/jebi";

/// A failure as the terminal shows it: `error: …`, then `hint: …`.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    rejected: bool,
}

/// What a command gives back.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// The command could not do its work (exit status 2).
    pub(crate) fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), hint: None, rejected: false }
    }

    /// The command did its work, and the answer is no (exit status 1).
    pub(crate) fn rejected(message: impl Display) -> Self {
        Self { rejected: true, ..Self::new(message) }
    }

    /// Adds what to do next.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Prints it on standard error and gives the exit status.
    pub(crate) fn report(&self) -> u8 {
        step(format!("error: {}", self.message));
        // What lacks rights lacks them everywhere in the same way.
        let rights = self.message.contains("Permission denied").then_some(RIGHTS);
        if let Some(hint) = self.hint.as_deref().or(rights) {
            step(format!("hint: {hint}"));
        }
        if self.rejected { 1 } else { 2 }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// Says which step failed: `something.context("reading the log")?`.
pub(crate) trait Context<T> {
    /// Puts what was being done before the error.
    ///
    /// # Errors
    /// The error, as a [`Failure`].
    fn context(self, doing: impl Display) -> Outcome<T>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, doing: impl Display) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{doing}: {error}")))
    }
}
