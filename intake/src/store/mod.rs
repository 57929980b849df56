//! What the intake remembers: roll, register, journal, batches, anchors. One trait; each database has its own module
//! with its own SQL and migrations.
//!
//! **Invariant:** [`Store::append`] returns `Ok` only when the batch survives a power cut. Any error from it means
//! *unknown*: the batch is durable as a whole, or not there at all.

mod sqlite;

use crate::{
    batch::Sealed,
    decide::Held,
    secrets::{CodeHash, Person},
};
use async_trait::async_trait;
use protocol::{
    entry::{LEAF_BYTES, Revision, Status},
    hash::Hash,
    programme::{Programme, civil::Date},
    receipt::BatchStatement,
    ticket::Ticket,
};
use std::{collections::BTreeMap, sync::Arc};

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
    #[error("a store is given as sqlite:<file>, not {0:?}")]
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

/// Everything the intake asks of a database.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    /// The person with this access code.
    async fn person(&self, code: &CodeHash) -> Result<Option<OnRoll>, StoreError>;
    /// Those of `people` who are on the roll.
    async fn roll_lines(&self, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError>;
    /// Adds people, or gives those who are there another birth date and district: all or none.
    async fn put_roll(&self, lines: &[(Person, Date, String)]) -> Result<(), StoreError>;
    /// Gives each of these people on the roll this code instead of any earlier one: all or none.
    async fn put_codes(&self, codes: &[(Person, CodeHash)]) -> Result<(), StoreError>;

    /// What is held about these people and requests.
    async fn held(&self, people: &[Person], requests: &[Hash]) -> Result<Held, StoreError>;
    /// The last revision of a person who ever registered.
    async fn entry(&self, person: &Person) -> Result<Option<Revision>, StoreError>;
    /// Makes a batch durable, whole or not at all.
    async fn append(&self, batch: &Sealed) -> Result<(), StoreError>;
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
    async fn put_anchor(&self, first: u64, count: u64) -> Result<(), StoreError>;

    /// From here on no batch is accepted. The second of the freeze; an earlier freeze's second stays.
    async fn freeze(&self, now: u64) -> Result<u64, StoreError>;
    /// The leaves of the batches from `first` up to but not `end`, in the order in which they were acknowledged.
    async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError>;
    /// The last revisions of up to `limit` tickets after this one, in order of tickets, with their leaves.
    async fn entries_after(
        &self,
        ticket: Option<Ticket>,
        limit: u32,
    ) -> Result<Vec<(Revision, [u8; LEAF_BYTES])>, StoreError>;
    /// Entries by cohort and status.
    async fn counts(&self) -> Result<Vec<Count>, StoreError>;
    /// All revisions ever acknowledged.
    async fn revision_count(&self) -> Result<u64, StoreError>;

    /// Waits for what is under way and lets go of the database.
    async fn close(&self);
}

impl Database {
    /// Opens the store at `address` (`sqlite:<file>`), makes it if there is none, and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError`] if it belongs to another programme, was made by a newer program, or cannot be opened.
    pub async fn open(address: &str, programme: &Programme) -> Result<Self, StoreError> {
        let Some(path) = address.strip_prefix("sqlite:").filter(|path| !path.is_empty() && !path.starts_with(':'))
        else {
            return Err(StoreError::Address(address.to_owned()));
        };
        let store = sqlite::SqliteStore::open(path.as_ref(), programme.hash()).await?;
        Ok(Self { store: Arc::new(store), programme: Arc::new(programme.clone()) })
    }

    /// The programme it belongs to.
    pub fn programme(&self) -> &Programme {
        &self.programme
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
