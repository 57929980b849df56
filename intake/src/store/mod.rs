//! What the intake remembers: roll, register, journal, batches, anchors. One trait; each database has its own module
//! for what it does in its own way, and what both say in the same words is in `sql`, compiled once for each.
//!
//! **Invariant:** [`Ledger::append`] returns `Ok` only when the batch survives a power cut. Any error from it means
//! *unknown*: the batch is durable as a whole, or not there at all. Every change has its line in the journal, written in
//! the same transaction; changes have one order, whoever makes them.

mod pages;
mod part;
mod postgres;
mod rows;
mod sqlite;
mod turn;

pub(crate) use pages::{OfPerson, OfRoll, OfTicket, Pages, Stored};
pub(crate) use part::{Of, Part, Undo};
pub(crate) use turn::{End, Known, Ledger, Look};

use crate::{
    clock::Clock,
    forget::Forgotten,
    journal::{By, CodeChange, Kind, Line, RollChange},
    secrets::{CodeHash, Person},
    tries::Wrong,
    turnout::{self, Arrived, Moved},
};
use async_trait::async_trait;
use protocol::{
    entry::{LEAF_BYTES, Revision, Status},
    hash::Hash,
    programme::{Programme, civil::Date},
    receipt::BatchStatement,
    ticket::Ticket,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// An open database that belongs to one programme. Clones share it.
#[derive(Clone)]
pub struct Database {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) programme: Arc<Programme>,
}

/// Why the store cannot be opened or cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address names no database this program knows.
    #[error("a store is given as sqlite:<file> or postgres://<host>/<database>, not {0:?}")]
    Address(String),
    /// The database belongs to another draw.
    #[error("the store belongs to programme {found}, not to {expected}")]
    OtherProgramme {
        /// The programme at hand.
        expected: Hash,
        /// The programme of the store.
        found: Hash,
    },
    /// A newer program made it.
    #[error("the store was made by a newer version of this program (migration {0})")]
    Ahead(i64),
    /// The database would acknowledge what it has not kept.
    #[error("the database has {0} = off: it would say that a registration is kept before it is")]
    NotDurable(String),
    /// The database copies itself with programs of its own.
    #[error("a PostgreSQL store is copied with pg_dump, or with pg_basebackup and its log")]
    OwnBackup,
    /// The register was taken; nothing is added any more.
    #[error("the register is frozen")]
    Frozen,
    /// A constraint refused it: another writer was faster, or ranges are out of order.
    #[error("the store refused what does not fit: {0}")]
    Conflict(String),
    /// What is stored does not keep the rules of the protocol.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// The database said so. For the operator's log, never for applicants.
    #[error("the database: {0}")]
    Database(String),
}

/// A person on the roll, found by access code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnRoll {
    pub(crate) person: Person,
    pub(crate) born: Date,
    /// The code of the district where the person lives.
    pub(crate) district: String,
    /// Wrong birth dates under this code.
    pub(crate) wrong: Wrong,
}

/// A line of the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RollLine {
    pub(crate) born: Date,
    pub(crate) district: String,
    /// Whether the person ever registered.
    pub(crate) registered: bool,
    /// Whether a code of the person's is in force.
    pub(crate) has_code: bool,
}

/// One revision as it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) revision: Revision,
    /// The key of the request that made it.
    pub(crate) request: Hash,
    /// Place in its batch.
    pub(crate) place: u32,
    /// All leaves of the batch, in order.
    pub(crate) leaves: Vec<[u8; LEAF_BYTES]>,
    /// The batch's signed note.
    pub(crate) note: String,
}

/// What happened to a ticket, one line for each revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryLine {
    pub(crate) revision: u32,
    pub(crate) status: Status,
    pub(crate) time_unix_s: u64,
}

/// Entries of one cohort and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) cohort: u16,
    pub(crate) status: Status,
    pub(crate) entries: u64,
}

/// A revision with everything that is kept about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) batch: u64,
    /// Place in its batch.
    pub(crate) place: u32,
    pub(crate) revision: Revision,
    pub(crate) leaf: [u8; LEAF_BYTES],
    pub(crate) request: Hash,
    pub(crate) content: Hash,
    pub(crate) actor: Option<String>,
}

/// Encrypted contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// How many.
    pub(crate) contacts: u64,
    /// What only the officials can open.
    pub(crate) sealed: Vec<u8>,
}

/// The same as it is kept: a sheet that was deleted has left its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptSheet {
    pub(crate) contacts: u64,
    pub(crate) digest: Hash,
    pub(crate) sealed: Option<Vec<u8>>,
}

/// Everything the intake asks of a database.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// The person with this access code.
    async fn person(&self, code: &CodeHash) -> Result<Option<OnRoll>, StoreError>;
    /// Counts wrong birth dates under these codes at second `now`; gives how many there are of each that is in force. Needs
    /// no turn.
    async fn count_wrong(
        &self,
        now: u64,
        codes: &BTreeMap<CodeHash, u64>,
    ) -> Result<BTreeMap<CodeHash, Wrong>, StoreError>;
    /// Deletes counts that began at this second or before.
    async fn drop_wrong(&self, until: u64) -> Result<(), StoreError>;
    /// Those of `people` who are on the roll.
    async fn roll_lines(&self, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError>;
    /// Whether anybody is on the roll.
    async fn has_roll(&self) -> Result<bool, StoreError>;
    /// Number of the journal's next line.
    async fn next_line(&self) -> Result<u64, StoreError>;
    /// Puts people on the roll or corrects them, who were compared with the roll when `next_line` was the journal's next:
    /// all or none. Refused if the roll was changed since. The line in the journal.
    async fn put_part(&self, now: u64, by: &By, next_line: u64, part: Part) -> Result<u64, StoreError>;
    /// The first and the last person, in order of persons, whom this line added, corrected or took off.
    async fn span(&self, line: u64) -> Result<Option<(Person, Person)>, StoreError>;
    /// How many people were changed by both of these lines.
    async fn in_both(&self, line: u64, other: u64) -> Result<u64, StoreError>;
    /// How many people of this line have registered.
    async fn registered(&self, line: u64) -> Result<u64, StoreError>;
    /// Takes an import back: who was not on the roll before it is not any more, who was corrected is as before. Refused if
    /// one of them has registered, or the roll was changed since it was looked at. The line in the journal.
    async fn undo_import(&self, now: u64, by: &By, undo: &Undo) -> Result<u64, StoreError>;
    /// Gives each of these people on the roll this code instead of any earlier one: all or none.
    async fn put_codes(&self, now: u64, by: &By, codes: &[(Person, CodeHash)]) -> Result<u64, StoreError>;

    /// Keeps encrypted contacts. The line in the journal.
    async fn put_contacts(&self, now: u64, by: &By, sheets: &[Sheet]) -> Result<u64, StoreError>;
    /// Up to `limit` sheets of contacts that this line put there, from this place on.
    async fn contact_sheets(&self, line: u64, from: u64, limit: u32) -> Result<Vec<KeptSheet>, StoreError>;
    /// How many sheets there are or were.
    async fn sheet_count(&self) -> Result<u64, StoreError>;
    /// Deletes one of these; the line in the journal. Refused before the freeze, twice, and for the roll before its codes.
    async fn forget(&self, now: u64, by: &By, what: Forgotten) -> Result<Line, StoreError>;

    /// A connection to write registrations with, opened when it is first used.
    fn ledger(&self) -> Box<dyn Ledger>;
    /// A connection to look with while another one writes, where that costs less than it saves.
    fn look_ahead(&self) -> Option<Box<dyn Look>>;
    /// The last revision of a person who ever registered.
    async fn entry(&self, person: &Person) -> Result<Option<Revision>, StoreError>;
    /// The newest batch.
    async fn last_batch(&self) -> Result<Option<BatchStatement>, StoreError>;
    /// One revision with what its receipt needs.
    async fn recorded(&self, ticket: Ticket, revision: u32) -> Result<Option<Recorded>, StoreError>;
    /// Every revision of a ticket, in order.
    async fn history(&self, ticket: Ticket) -> Result<Vec<HistoryLine>, StoreError>;

    /// All batches from this number on, in order.
    async fn batches(&self, from: u64) -> Result<Vec<BatchStatement>, StoreError>;
    /// The first batch that is in no anchor.
    async fn first_unanchored(&self) -> Result<u64, StoreError>;
    /// Notes that these batches are anchored: the next ones in order.
    async fn put_anchor(&self, now: u64, by: &By, first: u64, count: u64) -> Result<(), StoreError>;

    /// From here on no batch is accepted. The second of the freeze; an earlier freeze's second stays.
    async fn freeze(&self, now: u64, by: &By) -> Result<u64, StoreError>;
    /// The second of the freeze, if there was one.
    async fn frozen(&self) -> Result<Option<u64>, StoreError>;
    /// The leaves of the batches from `first` up to but not `end`, in the order in which they were acknowledged.
    async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError>;
    /// All revisions in order of tickets, those of one ticket in their order.
    fn by_ticket(&self) -> Pages<Stored>;
    /// All entries in order of tickets, with what the roll says of their people.
    fn people_by_ticket(&self) -> Pages<OfRoll>;
    /// The first ticket of somebody who is not on the roll.
    async fn stranger(&self) -> Result<Option<Ticket>, StoreError>;
    /// Entries by cohort and status.
    async fn counts(&self) -> Result<Vec<Count>, StoreError>;
    /// All revisions ever acknowledged.
    async fn revision_count(&self) -> Result<u64, StoreError>;

    /// Up to `limit` lines of the journal from this number on, in order.
    async fn journal(&self, from: u64, limit: u32) -> Result<Vec<Line>, StoreError>;
    /// The lines of these kinds, in order. Not for batches and anchors, of which there are too many.
    async fn lines_of(&self, kinds: &[Kind]) -> Result<Vec<Line>, StoreError>;
    /// The statements of the batches from `first` up to but not `end`, with their signed notes.
    async fn notes(&self, first: u64, end: u64) -> Result<Vec<(BatchStatement, String)>, StoreError>;
    /// Everything kept about all revisions, batch by batch, in order.
    fn kept(&self) -> Pages<Kept>;
    /// Up to `limit` rows of the roll's change of this line, from this place on.
    async fn roll_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError>;
    /// Up to `limit` codes that were put into force by this line, from this place on.
    async fn code_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<CodeChange>, StoreError>;
    /// All that was ever said about each person on the roll, ending with what the roll says now.
    fn roll_story(&self) -> Pages<OfPerson>;
    /// All revisions of each ticket, ending with what the entry says now.
    fn entry_story(&self) -> Pages<OfTicket>;
    /// All anchors in order, as first batch and count.
    async fn anchors(&self) -> Result<Vec<(u64, u64)>, StoreError>;

    /// Revisions of the batches from `first` up to but not `end`, by when they arrived.
    async fn arrived(&self, first: u64, end: u64) -> Result<Vec<Arrived>, StoreError>;
    /// By how much entries of each kind became more or fewer with these batches.
    async fn moved(&self, first: u64, end: u64) -> Result<Vec<Moved>, StoreError>;
    /// People on the roll by district and by how many of these dates, which rise, are not after the birth date.
    async fn on_roll(&self, dates: &[Date]) -> Result<Vec<turnout::OnRoll>, StoreError>;
    /// Number of the next line of the journal, and whether one from `line` on may have changed the roll.
    async fn roll_changed(&self, line: u64) -> Result<(u64, bool), StoreError>;
    /// What the database's own clock shows, in Unix seconds.
    async fn clock_unix_s(&self) -> Result<i64, StoreError>;

    /// Writes a copy of everything as it is at one moment to this file.
    async fn backup(&self, file: &Path) -> Result<(), StoreError>;

    /// Waits for what is under way and lets go of the database.
    async fn close(&self);
}

impl Database {
    /// Opens the store at `address` (`sqlite:<file>` or `postgres://…`), makes it if there is none, and brings it up to
    /// date. A PostgreSQL database must be there, empty or this draw's; the connection is not encrypted: a socket or
    /// loopback.
    ///
    /// # Errors
    /// [`StoreError`] if it belongs to another programme, was made by a newer program, or cannot be opened.
    pub async fn open(address: &str, programme: &Programme) -> Result<Self, StoreError> {
        let file = address.strip_prefix("sqlite:").filter(|path| !path.is_empty() && !path.starts_with(':'));
        let is_postgres = address.starts_with("postgres://") || address.starts_with("postgresql://");
        let store: Arc<dyn Store> = match file {
            Some(path) => Arc::new(sqlite::SqliteStore::open(path.as_ref(), programme.hash()).await?),
            None if is_postgres => Arc::new(postgres::PostgresStore::open(address, programme.hash()).await?),
            None => return Err(StoreError::Address(address.to_owned())),
        };
        Ok(Self { store, programme: Arc::new(programme.clone()) })
    }

    /// The programme it belongs to.
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// By how many seconds the database's clock is ahead of this machine's. They are the same clock for an embedded one.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be asked.
    pub async fn clock_ahead_s(&self) -> Result<i64, StoreError> {
        let theirs = self.store.clock_unix_s().await?;
        Ok(theirs.saturating_sub(i64::try_from(Clock::System.now()).unwrap_or(i64::MAX)))
    }

    /// Writes a copy of everything as it is at one moment to this file, while the store is in use.
    ///
    /// # Errors
    /// [`StoreError`] if the file is there already or cannot be written, or the database has its own programs for this.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        self.store.backup(file).await
    }

    /// Waits for what is under way and lets go of the database.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database(of programme {})", self.programme.hash())
    }
}

#[cfg(test)]
pub(crate) mod conformance;
