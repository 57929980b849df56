//! Lines of the journal as the office names them: one, or all from one to another.
//!
//! **Invariant:** what is shown can be typed: `7`, or `3-202`. What stands for several lines has no line between them that
//! is about the roll and not one of them; registrations may lie between.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// Lines of the journal from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRange {
    first: u64,
    last: u64,
}

/// Not the name of any lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no lines of the journal; expected one, as 7, or the first and the last, as 3-202")]
pub struct NoLineRange(String);

impl LineRange {
    /// Only this line.
    pub fn of(line: u64) -> Self {
        Self { first: line, last: line }
    }

    /// The first line.
    pub fn first(self) -> u64 {
        self.first
    }

    /// The last line.
    pub fn last(self) -> u64 {
        self.last
    }

    /// Whether this line is one of them.
    pub fn contains(self, line: u64) -> bool {
        (self.first..=self.last).contains(&line)
    }

    /// The same without this line: what is before it, and what is after it.
    pub fn without(self, line: u64) -> Vec<Self> {
        let before = line.checked_sub(1).map(|last| Self { first: self.first, last: last.min(self.last) });
        let after = line.checked_add(1).map(|first| Self { first: first.max(self.first), last: self.last });
        before.into_iter().chain(after).filter(|range| range.first <= range.last).collect()
    }

    /// `line 7`, or `lines 3–202, 210`.
    pub fn in_words(lines: &[Self]) -> String {
        let many = lines.len() > 1 || lines.iter().any(|range| range.first < range.last);
        let ranges: Vec<String> = lines.iter().map(|range| range.to_string().replace('-', "–")).collect();
        format!("{} {}", if many { "lines" } else { "line" }, ranges.join(", "))
    }

    /// These of all lines that are about the roll, which are in order.
    pub(super) fn join(lines: &BTreeSet<u64>, all: &[u64]) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        let mut goes_on = false;
        for line in all.iter().copied() {
            let is_one = lines.contains(&line);
            match joined.last_mut().filter(|_| is_one && goes_on) {
                Some(range) => range.last = line,
                None if is_one => joined.push(Self::of(line)),
                None => {}
            }
            goes_on = is_one;
        }
        joined
    }
}

impl FromStr for LineRange {
    type Err = NoLineRange;

    fn from_str(text: &str) -> Result<Self, NoLineRange> {
        let (first, last) = text.split_once(['-', '–']).unwrap_or((text, text));
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(NoLineRange(text.to_owned())),
        }
    }
}

impl fmt::Display for LineRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> LineRange {
        text.parse().expect("lines")
    }

    fn join(lines: &[u64], all: &[u64]) -> Vec<String> {
        LineRange::join(&lines.iter().copied().collect(), all).iter().map(LineRange::to_string).collect()
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        for text in ["0", "7", "3-202", "0-18446744073709551615"] {
            assert_eq!(range(text).to_string(), text);
        }
        assert_eq!(LineRange::in_words(&[range("3-202"), range("210")]), "lines 3–202, 210");
        assert_eq!(
            (LineRange::in_words(&[range("3-4")]), LineRange::in_words(&[range("7")])),
            ("lines 3–4".into(), "line 7".into())
        );
        assert_eq!((range("3–202"), range("7-7")), (range("3-202"), LineRange::of(7)));
        for text in ["", "-", "3-", "-3", "5-4", "1-2-3", "3 -4", "x", "18446744073709551616"] {
            assert_eq!(text.parse::<LineRange>(), Err(NoLineRange(text.to_owned())));
        }
    }

    #[test]
    fn registrations_between_them_part_no_lines_and_other_lines_do() {
        assert_eq!(join(&[3, 4, 5], &[1, 3, 4, 5, 6]), ["3-5"]);
        assert_eq!(join(&[3, 7, 20], &[1, 3, 7, 20]), ["3-20"], "what lies between is not about the roll");
        assert_eq!(join(&[3, 7, 20], &[1, 3, 7, 8, 20]), ["3-7", "20"], "line 8 is");
        assert_eq!(join(&[0, 2], &[0, 1, 2]), ["0", "2"]);
        assert_eq!(join(&[], &[0, 1]), Vec::<String>::new());
    }

    #[test]
    fn a_line_that_is_left_out_leaves_what_is_on_both_sides() {
        let without = |text: &str, line| range(text).without(line).iter().map(LineRange::to_string).collect::<Vec<_>>();
        assert_eq!(without("3-9", 5), ["3-4", "6-9"]);
        assert_eq!(without("3-9", 3), ["4-9"]);
        assert_eq!(without("3-9", 9), ["3-8"]);
        assert!(without("5", 5).is_empty() && without("0", 0).is_empty());
    }
}
