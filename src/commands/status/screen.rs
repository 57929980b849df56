//! The terminal, while something on it is redrawn.
//!
//! **Invariant:** however the view ends, the terminal is as it was: what was on it, and its cursor.

use console::{Term, truncate_str};
use std::io::Write;

/// Rows and columns.
pub(super) type Size = (usize, usize);

/// Another screen than the one with the prompt, until it is dropped.
pub(super) struct Screen(Term);

impl Screen {
    pub(super) fn enter() -> Self {
        let mut term = Term::buffered_stdout();
        // A terminal that cannot be written to will be noticed by nobody.
        let _ = write!(term, "\x1b[?1049h\x1b[?25l");
        let _ = term.flush();
        Self(term)
    }

    /// Draws over what was there, without a flicker, as much as has room.
    pub(super) fn show(&mut self, lines: impl FnOnce(Size) -> Vec<String>) {
        let (rows, columns) = self.0.size();
        let (rows, columns) = (usize::from(rows.max(4)), usize::from(columns.max(20)));
        let _ = write!(self.0, "\x1b[H");
        let lines = lines((rows, columns));
        for (place, line) in lines.iter().take(rows).enumerate() {
            let end = if place + 1 < rows { "\r\n" } else { "" };
            let _ = write!(self.0, "{}\x1b[K{end}", truncate_str(line, columns, "…"));
        }
        let _ = write!(self.0, "\x1b[J");
        let _ = self.0.flush();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = write!(self.0, "\x1b[?25h\x1b[?1049l");
        let _ = self.0.flush();
    }
}
