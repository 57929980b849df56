//! What a person at a terminal sees while work goes on. Data goes to standard output; all of this to standard error.

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::{
    fmt,
    io::{self, Write},
    time::Duration,
};

/// How often a bar shows that work goes on, where it may stand still for seconds.
pub(crate) const TICK: Duration = Duration::from_millis(200);

/// A bar with counts, how many of them a second, and how long it may still take; at the end, how long it took. Nothing is drawn
/// where standard error is not a terminal.
pub(crate) fn bar(what: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg:32} {wide_bar} {human_pos}/{human_len} {rate:>12} {time:>5}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    let style = style.with_key("rate", |state: &ProgressState, to: &mut dyn fmt::Write| {
        let _ = write!(to, "{}", rate(state.pos(), state.elapsed()));
    });
    bar.set_style(style.with_key("time", |state: &ProgressState, to: &mut dyn fmt::Write| {
        let time = if state.is_finished() { state.elapsed() } else { state.eta() };
        let _ = write!(to, "{:#}", HumanDuration(time));
    }));
    bar.set_message(what.to_owned());
    bar
}

/// How many in a second, once there is something to tell.
fn rate(done: u64, time: Duration) -> String {
    match u64::try_from(u128::from(done) * 1000 / time.as_millis().max(1)).unwrap_or(u64::MAX) {
        0 => String::new(),
        rate => format!("{}/s", count(rate)),
    }
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

/// `1 run`, `0 runs`, `1,024 runs`.
pub(crate) fn counted(number: u64, [one, many]: [&str; 2]) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `part` of `whole` in per cent with one decimal, rounded down: `83.2 %`.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A table with this head; all columns but the first are numbers.
pub(crate) fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(head);
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// A bar of at most `width` characters for `part` of `most`, in eighths of a character, padded; nothing for nothing.
pub(crate) fn bar_of(part: u64, most: u64, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let all = u128::from(part.min(most)) * width as u128 * 8;
    let eighths = usize::try_from(all.div_ceil(u128::from(most.max(1)))).unwrap_or(0);
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8]);
    }
    let length = eighths.div_ceil(8);
    bar + &" ".repeat(width.saturating_sub(length))
}

/// A block for each number, as high as it is beside the largest.
pub(crate) fn sparkline(numbers: &[u64]) -> String {
    const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let block = |number: &u64| {
        let eighths = (u128::from(*number) * 8).div_ceil(u128::from(most));
        HEIGHTS[usize::try_from(eighths).unwrap_or(8).min(8)]
    };
    numbers.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part_and_something_is_never_nothing() {
        assert_eq!(bar_of(4, 4, 3), "███");
        assert_eq!(bar_of(0, 4, 3), "   ");
        assert_eq!(bar_of(1, 1_000_000, 3), "▏  ");
        assert_eq!(bar_of(1, 2, 3), "█▌ ");
        assert_eq!(bar_of(0, 0, 3), "   ");
        assert_eq!(bar_of(u64::MAX, u64::MAX, 2), "██");
    }

    #[test]
    fn one_is_one_and_all_else_are_many() {
        let runs = [0, 1, 2, 1001].map(|number| counted(number, ["run", "runs"]));
        assert_eq!(runs, ["0 runs", "1 run", "2 runs", "1,001 runs"]);
    }

    #[test]
    fn a_rate_is_of_seconds() {
        assert_eq!(rate(0, Duration::from_secs(3)), "");
        assert_eq!(rate(3_000_000, Duration::from_millis(1500)), "2,000,000/s");
        assert_eq!(rate(7, Duration::ZERO), "7,000/s");
    }

    #[test]
    fn blocks_are_as_high_as_their_numbers() {
        assert_eq!(sparkline(&[0, 1, 4, 8, 100]), " ▁▁▁█");
        assert_eq!(sparkline(&[0, 0]), "  ");
        assert_eq!(sparkline(&[u64::MAX, u64::MAX / 2]), "█▄");
    }
}
