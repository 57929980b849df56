//! Allocation records: what each register entry got, 27 bytes each. SPEC §13.1.

use crate::{
    hash::Hash,
    merkle,
    wire::{Reader, Truncated},
};
use crate::{instance::SessionIndex, lottery::LotteryNumber, ticket::Ticket};

/// Bytes of a record.
pub const RECORD_BYTES: usize = 27;

/// What an entry got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took no part.
    Withdrawn,
    /// It took part and got no seat.
    Unplaced,
    /// It got a seat.
    Placed {
        /// In this session.
        session: SessionIndex,
        /// By this choice of the list, from 0.
        choice: u8,
    },
}

/// One line of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub ticket: Ticket,
    /// Its lottery number; 0 for withdrawn entries.
    pub number: LotteryNumber,
    /// What it got.
    pub outcome: Outcome,
}

/// R-RESULT-RECORD: bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not an allocation record")]
pub struct RecordError;

impl From<Truncated> for RecordError {
    fn from(_: Truncated) -> Self {
        Self
    }
}

impl Record {
    /// The 27 bytes.
    pub fn encode(&self) -> [u8; RECORD_BYTES] {
        let (kind, session, choice) = match self.outcome {
            Outcome::Withdrawn => (0, 0, 0),
            Outcome::Unplaced => (1, 0, 0),
            Outcome::Placed { session, choice } => (2, session.0, choice),
        };
        let mut bytes = [0; RECORD_BYTES];
        bytes[1..13].copy_from_slice(&self.ticket.0);
        bytes[13..21].copy_from_slice(&self.number.0.to_be_bytes());
        bytes[21] = kind;
        bytes[22..26].copy_from_slice(&session.to_be_bytes());
        bytes[26] = choice;
        bytes
    }

    /// Reads 27 bytes.
    ///
    /// # Errors
    /// [`RecordError`] for every other form.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8()?;
        let ticket = Ticket(reader.array()?);
        let number = LotteryNumber(reader.u64()?);
        let (kind, session, choice) = (reader.u8()?, SessionIndex(reader.u32()?), reader.u8()?);
        let outcome = match kind {
            0 => Outcome::Withdrawn,
            1 => Outcome::Unplaced,
            _ => Outcome::Placed { session, choice },
        };
        let record = Self { ticket, number, outcome };
        let number_fits = outcome != Outcome::Withdrawn || number == LotteryNumber(0);
        if version == 0 && number_fits && record.encode() == bytes { Ok(record) } else { Err(RecordError) }
    }
}

/// Root of each run of records, and of all of them: the allocation root.
pub fn roots(records: &[Record]) -> (Vec<Hash>, Hash) {
    let leaves: Vec<Hash> = records.iter().map(|record| merkle::leaf_hash(&record.encode())).collect();
    let runs: Vec<Hash> = leaves.chunks(crate::register::RUN_ENTRIES).map(merkle::root).collect();
    let root = merkle::root_of_runs(&runs);
    (runs, root)
}
