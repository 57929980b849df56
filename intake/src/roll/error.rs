//! Why the roll was not changed: whom a line accuses, and of what.

use super::LineRange;
use crate::{randomness::NoRandomness, store::StoreError};
use std::path::PathBuf;

/// Why the roll was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RollError {
    /// The columns are not those of a roll.
    #[error("line 1: a roll has the columns reference, born, district: {0}")]
    Columns(String),
    /// Not a table with commas in UTF-8, as programs for tables write files unless they are told.
    #[error("{0}")]
    Form(WrongForm),
    /// Lines of the file are wrong; nothing of it was taken in.
    #[error("{0}")]
    Lines(WrongLines),
    /// Some of the file was taken in, by these lines of the journal, when the store refused the rest.
    #[error("{done} of {all} changes are made: {reason}")]
    Cut {
        /// Changes that were made.
        done: u64,
        /// Changes that the file asks for.
        all: u64,
        /// What the store said.
        reason: StoreError,
    },
    /// The journal ends before this line.
    #[error("the journal has no line {line}: its next is {next}")]
    NoLine {
        /// The line.
        line: u64,
        /// The number that its next line will have.
        next: u64,
    },
    /// Something else than an import was to be taken back.
    #[error("line {line} of the journal is no import: its kind is {kind}")]
    NoImport {
        /// The line.
        line: u64,
        /// The name of its kind.
        kind: &'static str,
    },
    /// There is nothing left to take back.
    #[error("taken back already: {}", LineRange::in_words(lines))]
    Undone {
        /// All lines that were asked for.
        lines: Vec<LineRange>,
    },
    /// People of an import have registered, so it stays.
    #[error("people of {} have registered: {people}", LineRange::in_words(lines))]
    Registered {
        /// How many.
        people: u64,
        /// The lines.
        lines: Vec<LineRange>,
    },
    /// Somebody of an import was changed by a later one that is not to be taken back.
    #[error("somebody of line {line} was changed by line {by}")]
    ChangedSince {
        /// The line that was to be taken back.
        line: u64,
        /// The later one.
        by: u64,
    },
    /// Some of the lines were taken back when the store refused the next.
    #[error("{done} of {all} lines are taken back, and line {line} is not: {reason}")]
    UndoCut {
        /// Lines that were taken back.
        done: u64,
        /// All that were to be.
        all: u64,
        /// The first that was not.
        line: u64,
        /// What the store said.
        reason: StoreError,
    },
    /// The file has contacts, and there is nothing to encrypt them with.
    #[error("the file has contacts, and there is no key to encrypt them to")]
    NoSeal,
    /// A sheet of contacts could not be encrypted or opened.
    #[error("contacts: {0}")]
    Seal(String),
    /// The file for what does not fit in memory.
    #[error("the temporary file in {}: {reason}", folder.display())]
    Temporary {
        /// Where it is: `TMPDIR`, or what the system has for such files.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Nothing is deleted while somebody may still object.
    #[error("nothing is deleted before the objection period has ended")]
    TooEarly {
        /// From when on.
        from_unix_s: u64,
    },
    /// A code for somebody who is not on the roll.
    #[error("{reference:?} is not on the roll")]
    NotOnRoll {
        /// The reference.
        reference: String,
    },
    /// Mailed codes would become void.
    #[error("{people} of these people have a code already")]
    HaveCodes {
        /// How many.
        people: u64,
    },
    /// A reference twice in one issue: which code should count?
    #[error("{reference:?} was to get two codes at once")]
    TwoCodes {
        /// The reference.
        reference: String,
    },
    /// No randomness for codes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<std::io::Error> for RollError {
    fn from(error: std::io::Error) -> Self {
        Self::Temporary { folder: std::env::temp_dir(), reason: error.to_string() }
    }
}

/// How a file is written that is no CSV with commas in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongForm {
    /// In two bytes a character.
    #[error("the file is in UTF-16; expected CSV in UTF-8")]
    Utf16,
    /// With something else than commas between columns.
    #[error("line 1 has {found} between columns; expected commas")]
    Separator {
        /// What stands there.
        found: &'static str,
    },
    /// A workbook of a program for tables.
    #[error("the file is a workbook; expected CSV in UTF-8")]
    Workbook,
}

/// The wrong lines of a file: the first of them, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrongLines {
    /// The first [`WrongLines::SHOWN`].
    pub shown: Vec<Wrong>,
    /// How many more.
    pub more: u64,
}

/// A line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Line of the file, from 1.
    pub line: u64,
    /// In which way.
    pub fault: WrongLine,
}

/// In which way a line is wrong: the column, what stands there, what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongLine {
    /// Not a line of a table.
    #[error("not as many columns as the first line, or not UTF-8: {0}")]
    Unreadable(String),
    /// An empty reference.
    #[error("column reference: it is empty; expected what the office calls this person")]
    NoReference,
    /// Not what an office calls a person: a quotation mark that nothing closes makes one value of many lines.
    #[error("column reference: expected one line of at most 400 bytes; is a quotation mark not closed?")]
    Reference,
    /// Not a date.
    #[error("column born: {0:?} is not a date; expected YYYY-MM-DD")]
    BirthDate(String),
    /// A district that the programme does not have.
    #[error("column district: {0:?} is no district of the programme; expected a code of districts.csv")]
    District(String),
    /// Not something that one can write to or call.
    #[error("column contact: expected one line of at most 400 bytes, such as a telephone number or an address")]
    Contact,
    /// Another line says something else of the same person.
    #[error("column reference: this person stands in line {before} with another birth date or district")]
    Twice {
        /// The line before.
        before: u64,
    },
}

impl WrongLines {
    /// As many as one reads before one opens the file.
    pub const SHOWN: u32 = 20;

    /// Longest value that is shown, in characters: what an unclosed quotation mark swallowed is not.
    pub(super) const WIDTH: usize = 60;

    /// Adds one more.
    pub(super) fn add(&mut self, line: u64, fault: WrongLine) {
        if (self.shown.len() as u64) < u64::from(Self::SHOWN) {
            self.shown.push(Wrong { line, fault });
        } else {
            self.more += 1;
        }
    }

    /// Nothing, if no line is wrong.
    pub(super) fn none(self) -> Result<(), RollError> {
        if self.shown.is_empty() { Ok(()) } else { Err(RollError::Lines(self)) }
    }
}

impl std::fmt::Display for WrongLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, Wrong { line, fault }) in self.shown.iter().enumerate() {
            write!(f, "{}line {line}: {fault}", if number == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 { write!(f, "\nand {} more lines", self.more) } else { Ok(()) }
    }
}
