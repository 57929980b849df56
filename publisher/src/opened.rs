//! The parts of a bundle that the open data and the pages are made of, read back from its files.

use crate::{layout::protocol as path, view::View};
use protocol::{
    bundle::{PublishedRun, RunsFile},
    entry::Revision,
    json,
    manifest::Files,
    outcome::Record,
    programme::Programme,
    seat::Seat,
    sessions::SessionsFile,
};
use serde::{Serialize, de::DeserializeOwned};

/// Why a file of a bundle cannot be read. Whether it is true is `protocol::verify`'s question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is not there.
    #[error("the bundle has no {path}")]
    Missing {
        /// The file.
        path: String,
    },
    /// The file is not what its name says.
    #[error("{path}: {reason}")]
    Malformed {
        /// The file.
        path: String,
        /// In the reader's words.
        reason: String,
    },
}

/// A bundle's programme, register and results.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) programme: Programme,
    pub(crate) sessions: SessionsFile,
    revisions: Vec<Revision>,
    records: Vec<Record>,
    seats: Vec<Seat>,
}

impl Opened {
    /// Reads everything.
    pub(crate) fn all(files: &Files) -> Result<Self, OpenError> {
        let programme = programme(files)?;
        let sessions = file(files, path::SESSIONS)?;
        let index: RunsFile = file(files, path::RUNS)?;
        let (mut revisions, mut records, mut seats) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..index.first.len() {
            let published = run(files, &programme, number)?;
            revisions.extend(published.run.revisions);
            records.extend(published.records);
            seats.extend(published.seats);
        }
        Ok(Self { programme, sessions, revisions, records, seats })
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.programme, &self.revisions, (&self.records, &self.seats), &self.sessions)
    }
}

/// The programme of a bundle.
pub(crate) fn programme(files: &Files) -> Result<Programme, OpenError> {
    Programme::parse(bytes(files, path::PROGRAMME)?).map_err(|error| malformed(path::PROGRAMME, error))
}

/// A canonical JSON file of a bundle.
pub(crate) fn file<T: DeserializeOwned + Serialize>(files: &Files, path: &str) -> Result<T, OpenError> {
    json::parse(bytes(files, path)?).map_err(|error| malformed(path, error))
}

/// A published run of a bundle.
pub(crate) fn run(files: &Files, programme: &Programme, number: usize) -> Result<PublishedRun, OpenError> {
    let path = path::run(number);
    let place = u32::try_from(number).map_err(|error| malformed(&path, error))?;
    PublishedRun::decode(programme, place, bytes(files, &path)?).map_err(|error| malformed(&path, error))
}

fn bytes<'a>(files: &'a Files, path: &str) -> Result<&'a [u8], OpenError> {
    files.get(path).map(Vec::as_slice).ok_or_else(|| OpenError::Missing { path: path.into() })
}

fn malformed(path: &str, error: impl std::fmt::Display) -> OpenError {
    OpenError::Malformed { path: path.into(), reason: error.to_string() }
}
