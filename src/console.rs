//! What a person at a terminal sees while work goes on. Data goes to standard output; all of this to standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write};

/// A bar with counts; nothing is drawn where standard error is not a terminal.
pub(crate) fn bar(what: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg:32} {wide_bar} {human_pos}/{human_len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_owned());
    bar
}

/// Says what is being done.
pub(crate) fn step(text: impl std::fmt::Display) {
    // Who closed the terminal does not stop the work.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints data. A reader that closed the pipe has read enough, and the work goes on: its exit status is still asked for.
/// Data that cannot be written, to a full disk for one, ends the program.
pub(crate) fn data(text: impl std::fmt::Display) {
    let written = writeln!(io::stdout().lock(), "{text}");
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        step(format!("error: writing to standard output: {error}"));
        std::process::exit(2);
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let group = |(place, digit): (usize, char)| {
        let comma = place > 0 && (digits.len() - place).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

/// `part` of `whole` in per cent with one decimal, rounded down: `83.2 %`.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}
