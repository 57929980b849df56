//! Questions at a terminal, or from a pipe: each is asked until the answer is one.

use crate::failure::{Context, Outcome};
use std::io::{self, BufRead, Write};

/// Who answers.
pub(super) struct Prompt<R>(pub(super) R);

impl<R: BufRead> Prompt<R> {
    /// Asks until `read` makes something of the answer; what it says otherwise is shown. `None` at the end of the input.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    pub(super) fn ask<T>(
        &mut self,
        question: &str,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Outcome<Option<T>> {
        loop {
            let mut errors = io::stderr().lock();
            // Who cannot see the question may still answer it.
            let _ = write!(errors, "{question}: ").and_then(|()| errors.flush());
            drop(errors);
            let mut answer = String::new();
            if self.0.read_line(&mut answer).context("reading the answer")? == 0 {
                return Ok(None);
            }
            match read(answer.trim()) {
                Ok(answer) => return Ok(Some(answer)),
                Err(why) => crate::console::step(format!("  {why}")),
            }
        }
    }
}
