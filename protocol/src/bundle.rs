//! The bundle's own files: where they are, published runs and the index of runs. SPEC §14.

use crate::{
    hash::Hash,
    merkle,
    outcome::{self, RECORD_BYTES, Record},
    programme::Programme,
    register::{Register, RegisterError, Run},
    seat::{self, Seat},
    ticket::Ticket,
    wire::{Reader, Truncated},
};
use serde::{Deserialize, Serialize};

/// Paths that the verifier reads (SPEC §14.1).
pub mod path {
    /// The programme.
    pub const PROGRAMME: &str = "programme.json";
    /// Its note.
    pub const PROGRAMME_NOTE: &str = "programme.note";
    /// The receipt batches.
    pub const RECEIPTS: &str = "receipts.bin";
    /// The acknowledged leaves.
    pub const ACKNOWLEDGED: &str = "acknowledged.bin";
    /// The seed.
    pub const SEED: &str = "seed.json";
    /// The sessions' results.
    pub const SESSIONS: &str = "sessions.json";
    /// The apportionment, where the programme asks for one.
    pub const APPORTIONMENT: &str = "apportionment.json";
    /// The index of runs.
    pub const RUNS: &str = "runs.json";
    /// Head H1 of the log.
    pub const HEAD_FREEZE: &str = "log/checkpoint-freeze";
    /// Head H2 of the log.
    pub const HEAD: &str = "log/checkpoint";
    /// The log's folder.
    pub const LOG: &str = "log/";

    /// The published run of this number.
    pub fn run(number: usize) -> String {
        format!("runs/{number:04}.bin")
    }
}

const RUN_HEADER: &[u8] = b"jebi/v0/run\n";

/// Why bytes are not a published run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// R-BUNDLE-RUN: cut short, bytes left over, or another header.
    #[error("the published run is not in the form of version 0")]
    Form,
    /// R-BUNDLE-RUN: a path does not lead to its root.
    #[error("the published run's path does not lead to the root")]
    Path,
    /// R-RESULT-RECORD, or the record of another ticket.
    #[error("the record at place {0} is not one of this entry")]
    Record(usize),
    /// The register run inside.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl From<Truncated> for RunError {
    fn from(_: Truncated) -> Self {
        Self::Form
    }
}

/// One published run, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRun {
    /// The register's part.
    pub run: Run,
    /// One record per entry.
    pub records: Vec<Record>,
    /// One seat per entry; none if the draw has no reserves.
    pub seats: Vec<Seat>,
    /// From the run's root to the register's root.
    pub register_path: Vec<Hash>,
    /// From the root of the run's records to the allocation root.
    pub allocation_path: Vec<Hash>,
}

impl PublishedRun {
    /// The bytes of SPEC §14.2, with those of the run's seats ([`seat::Form::encode`]); `None` if a length does not fit
    /// its field.
    pub fn encode(register_run: &[u8], records: &[Record], seats: &[u8], paths: [&[Hash]; 2]) -> Option<Vec<u8>> {
        let length = u32::try_from(register_run.len()).ok()?;
        let mut bytes = [RUN_HEADER, &length.to_be_bytes(), register_run].concat();
        records.iter().for_each(|record| bytes.extend(record.encode()));
        bytes.extend(seats);
        for path in paths {
            bytes.push(u8::try_from(path.len()).ok()?);
            path.iter().for_each(|hash| bytes.extend(hash.0));
        }
        Some(bytes)
    }

    /// Reads published run number `number`. Paths are [`PublishedRun::check_paths`]'s.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn decode(programme: &Programme, number: u32, bytes: &[u8]) -> Result<Self, RunError> {
        let mut reader = Reader::new(bytes.strip_prefix(RUN_HEADER).ok_or(RunError::Form)?);
        let length = usize::try_from(reader.u32()?).map_err(|_| RunError::Form)?;
        let run = Run::decode(programme, number, reader.take(length)?)?;
        let mut records = Vec::with_capacity(run.revisions.len());
        for (place, revision) in run.revisions.iter().enumerate() {
            let record = Record::decode(reader.take(RECORD_BYTES)?).map_err(|_| RunError::Record(place))?;
            let withdrawn = record.outcome == outcome::Outcome::Withdrawn;
            if record.ticket != revision.ticket || withdrawn == revision.status.is_active() {
                return Err(RunError::Record(place));
            }
            records.push(record);
        }
        let form = seat::Form::of(programme);
        let mut seats = Vec::new();
        if form != seat::Form::None {
            for (place, record) in records.iter().enumerate() {
                seats.push(form.read(&mut reader, record)?.ok_or(RunError::Record(place))?);
            }
        }
        let register_path = read_path(&mut reader)?;
        let allocation_path = read_path(&mut reader)?;
        if !reader.is_empty() {
            return Err(RunError::Form);
        }
        Ok(Self { run, records, seats, register_path, allocation_path })
    }

    /// Checks both paths of run `number` of `count` against the roots: all that one citizen needs.
    ///
    /// # Errors
    /// [`RunError::Path`].
    pub fn check_paths(&self, count: u64, register_root: Hash, allocation_root: Hash) -> Result<(), RunError> {
        let number = u64::from(self.run.number);
        let (_, records_root) = outcome::roots(&self.records);
        merkle::verify_run(self.run.root(), number, count, &self.register_path, register_root)
            .and_then(|()| merkle::verify_run(records_root, number, count, &self.allocation_path, allocation_root))
            .map_err(|_| RunError::Path)
    }
}

fn read_path(reader: &mut Reader<'_>) -> Result<Vec<Hash>, RunError> {
    let count = reader.u8()?;
    (0..count).map(|_| Ok(Hash(reader.array()?))).collect()
}

/// `runs.json`: the first ticket of every run, so that a page knows which run holds a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunsFile {
    /// `jebi/v0/runs`.
    pub format: String,
    /// As in the programme.
    pub rehearsal: bool,
    /// Programme hash.
    pub programme: Hash,
    /// Entries in the register.
    pub size: u64,
    /// First ticket of each run.
    pub first: Vec<Ticket>,
}

impl RunsFile {
    /// The index of a register.
    pub fn new(programme: &Programme, register: &Register) -> Self {
        let first = register.revisions.chunks(crate::register::RUN_ENTRIES).filter_map(|run| run.first());
        Self {
            format: "jebi/v0/runs".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            size: register.revisions.len() as u64,
            first: first.map(|revision| revision.ticket).collect(),
        }
    }

    /// Number of the run that holds this ticket if any does.
    pub fn run_of(&self, ticket: Ticket) -> Option<usize> {
        self.first.partition_point(|first| *first <= ticket).checked_sub(1)
    }
}

impl RunError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Form | Self::Path => "R-BUNDLE-RUN",
            Self::Record(_) => "R-RESULT-RECORD",
            Self::Register(fault) => fault.label(),
        }
    }
}
