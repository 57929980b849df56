//! Why a bundle cannot be made, written or read, or its open data are not its own.

use crate::opened::OpenError;
use polars::prelude::PolarsError;
use protocol::{entry::EntryError, json::JsonError, manifest::ManifestError, ticket::Ticket};
use std::path::PathBuf;

/// Why no bundle can be made of a draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// There are not as many records as entries.
    #[error("the result has {found} seats instead of {expected}")]
    SeatCount {
        /// As many as records; none without reserves.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A result is missing, or one too many.
    #[error("the register has {entries} entries, the result {records} records")]
    RecordCount {
        /// Entries of the register.
        entries: usize,
        /// Records of the result.
        records: usize,
    },
    /// A record stands where another ticket's belongs.
    #[error("the record of ticket {found} stands in the place of ticket {expected}")]
    RecordOrder {
        /// The register's ticket.
        expected: Ticket,
        /// The record's ticket.
        found: Ticket,
    },
    /// There are not as many stored runs as the register has.
    #[error("the register has {expected} runs, {found} were handed in")]
    RunCount {
        /// Runs of the register.
        expected: usize,
        /// Runs handed in.
        found: usize,
    },
    /// A path, a run or a list of batches is longer than its length field can say.
    #[error("{path} would be longer than its format allows")]
    TooLong {
        /// The file.
        path: String,
    },
    /// A value has no canonical JSON.
    #[error("{path}: {error}")]
    Json {
        /// The file.
        path: String,
        /// Why.
        error: JsonError,
    },
    /// An entry has no leaf.
    #[error("the entry of ticket {ticket}: {fault}")]
    Entry {
        /// Whose.
        ticket: Ticket,
        /// Which rule.
        fault: EntryError,
    },
    /// A head of the log is missing.
    #[error("the draw's log has no {path}")]
    Log {
        /// The file.
        path: String,
    },
    /// A head of the log is not one, or does not fit its tiles.
    #[error("{path}: {reason}")]
    LogForm {
        /// The file.
        path: String,
        /// In the reader's words.
        reason: String,
    },
    /// An open table cannot be made.
    #[error("the open table {table:?}: {reason}")]
    Table {
        /// Its name.
        table: &'static str,
        /// In the words of polars.
        reason: String,
    },
    /// A page cannot be made.
    #[error("the page {path}: {reason}")]
    Page {
        /// The file.
        path: String,
        /// In the template's words.
        reason: String,
    },
    /// The file of districts' shapes is not one.
    #[error("outlines.csv: {0}")]
    Outlines(pages::map::OutlinesError),
    /// The manifest cannot be signed.
    #[error("the manifest: {0}")]
    Manifest(#[from] ManifestError),
}

impl PublishError {
    pub(crate) fn table(table: &'static str, error: &PolarsError) -> Self {
        Self::Table { table, reason: error.to_string() }
    }
}

/// Why a bundle's open data are not what its runs give.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenDataError {
    /// A file of the verifier cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A table cannot be made again.
    #[error(transparent)]
    Make(#[from] PublishError),
    /// A file is not there.
    #[error("{path} is missing")]
    Missing {
        /// The file.
        path: String,
    },
    /// A file is no Parquet.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// In the reader's words.
        reason: String,
    },
    /// A file says something else than the runs.
    #[error("{path} is not what the runs give")]
    Different {
        /// The file.
        path: String,
    },
    /// A page that is not what this program makes of the draw, though it says that this program made it.
    #[error("{path} is not the page that the draw gives")]
    Page {
        /// The file.
        path: String,
    },
    /// A file that nothing of the draw is made into.
    #[error("{path} does not belong to the open data or the pages")]
    Unknown {
        /// The file.
        path: String,
    },
}

/// Why a bundle's folder cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder is there and one of its files has other bytes, or is missing from one side.
    #[error("{} is there already, and its {path} is not the one to be written", folder.display())]
    Different {
        /// The folder.
        folder: PathBuf,
        /// The first file that differs, in order of paths.
        path: String,
    },
    /// A symbolic link, a device or the like: only folders and regular files belong to a bundle.
    #[error("{} is neither a folder nor a regular file", .0.display())]
    Irregular(PathBuf),
    /// A name that SPEC §14.1 does not allow.
    #[error("{} has no place in a bundle: names have letters, digits, '.', '_' and '-' only", .0.display())]
    Name(PathBuf),
    /// The folder has no parent to stand in.
    #[error("{} is not a folder that can be made", .0.display())]
    Target(PathBuf),
    /// The system refused.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What kind of refusal.
        kind: std::io::ErrorKind,
        /// In the system's words.
        reason: String,
    },
}
