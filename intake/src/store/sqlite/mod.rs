//! The store in one SQLite file: one connection that writes, a few that read beside it.
//!
//! **Invariant:** write-ahead log with `synchronous = full`: a commit that returned has been flushed to the disk. With
//! `normal` a power cut could take back what receipts already acknowledged.

mod freeze;
mod read;
mod register;
mod roll;

use super::{Count, HistoryLine, OnRoll, Recorded, RollLine, Store, StoreError};
use crate::{
    batch::Sealed,
    decide::Held,
    secrets::{CodeHash, Person},
};
use async_trait::async_trait;
use protocol::{
    entry::{LEAF_BYTES, Revision},
    hash::Hash,
    programme::civil::Date,
    receipt::BatchStatement,
    ticket::Ticket,
};
use sqlx::{
    ConnectOptions, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{collections::BTreeMap, fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Rows of one statement: far below SQLite's 32,766 parameters for every table here.
const ROWS: usize = 500;

/// A SQLite file.
pub(super) struct SqliteStore {
    write: SqlitePool,
    read: SqlitePool,
}

impl SqliteStore {
    pub(super) async fn open(path: &Path, programme: Hash) -> Result<Self, StoreError> {
        private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .disable_statement_logging();
        let pool = |connections, options| {
            // Opened once and kept: in a crowd of connections there may be no file descriptor left to open another.
            let pool = SqlitePoolOptions::new().min_connections(connections).max_connections(connections);
            pool.idle_timeout(None).max_lifetime(None).acquire_timeout(Duration::from_secs(5)).connect_with(options)
        };
        let write = pool(1, options.clone()).await?;
        MIGRATIONS.run(&write).await?;
        belong(&write, programme).await?;
        let read = pool(4, options.pragma("query_only", "on")).await?;
        Ok(Self { write, read })
    }
}

/// Makes the file, if there is none, readable by its owner only: it holds birth dates. The log beside it follows it.
fn private(path: &Path) -> Result<(), StoreError> {
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    opened.map(|_| ()).map_err(|error| StoreError::Database(error.to_string()))
}

/// A new database becomes this programme's; an old one must be.
async fn belong(pool: &SqlitePool, programme: Hash) -> Result<(), StoreError> {
    let claim = "insert into draw (only_row, programme_hash) values (1, ?) on conflict do nothing";
    sqlx::query(claim).bind(&programme.0[..]).execute(pool).await?;
    let found: Vec<u8> = sqlx::query_scalar("select programme_hash from draw").fetch_one(pool).await?;
    let found = hash(&found)?;
    if found == programme { Ok(()) } else { Err(StoreError::OtherProgramme { expected: programme, found }) }
}

#[async_trait]
impl Store for SqliteStore {
    async fn person(&self, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
        roll::person(&self.read, code).await
    }
    async fn roll_lines(&self, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
        roll::lines(&self.read, people).await
    }
    async fn put_roll(&self, lines: &[(Person, Date, String)]) -> Result<(), StoreError> {
        roll::put(&self.write, lines).await
    }
    async fn put_codes(&self, codes: &[(Person, CodeHash)]) -> Result<(), StoreError> {
        roll::put_codes(&self.write, codes).await
    }
    async fn held(&self, people: &[Person], requests: &[Hash]) -> Result<Held, StoreError> {
        register::held(&self.write, people, requests).await
    }
    async fn entry(&self, person: &Person) -> Result<Option<Revision>, StoreError> {
        Ok(register::held(&self.read, &[*person], &[]).await?.entries.remove(person))
    }
    async fn append(&self, batch: &Sealed) -> Result<(), StoreError> {
        register::append(&self.write, batch).await
    }
    async fn last_batch(&self) -> Result<Option<BatchStatement>, StoreError> {
        register::last_batch(&self.write).await
    }
    async fn recorded(&self, ticket: Ticket, revision: u32) -> Result<Option<Recorded>, StoreError> {
        register::recorded(&self.read, ticket, revision).await
    }
    async fn history(&self, ticket: Ticket) -> Result<Vec<HistoryLine>, StoreError> {
        register::history(&self.read, ticket).await
    }
    async fn batches(&self, from: u64) -> Result<Vec<BatchStatement>, StoreError> {
        freeze::batches(&self.read, from).await
    }
    async fn first_unanchored(&self) -> Result<u64, StoreError> {
        freeze::first_unanchored(&self.read).await
    }
    async fn put_anchor(&self, first: u64, count: u64) -> Result<(), StoreError> {
        freeze::put_anchor(&self.write, first, count).await
    }
    async fn freeze(&self, now: u64) -> Result<u64, StoreError> {
        freeze::freeze(&self.write, now).await
    }
    async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
        freeze::leaves(&self.read, first, end).await
    }
    async fn entries_after(
        &self,
        ticket: Option<Ticket>,
        limit: u32,
    ) -> Result<Vec<(Revision, [u8; LEAF_BYTES])>, StoreError> {
        freeze::entries_after(&self.read, ticket, limit).await
    }
    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        freeze::counts(&self.read).await
    }
    async fn revision_count(&self) -> Result<u64, StoreError> {
        freeze::revision_count(&self.read).await
    }
    async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(refused) = error.as_database_error() else { return Self::Database(error.to_string()) };
        // 19 is SQLITE_CONSTRAINT; its extended codes, of which one is "by a trigger", add a multiple of 256.
        let code: u32 = refused.code().and_then(|code| code.parse().ok()).unwrap_or(0);
        match refused.message() {
            "the register is frozen" => Self::Frozen,
            message if code % 256 == 19 => Self::Conflict(message.to_owned()),
            message => Self::Database(message.to_owned()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::Ahead(version),
            MigrateError::Execute(error) => error.into(),
            other => Self::Database(other.to_string()),
        }
    }
}

fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Ok(Hash(bytes.try_into().map_err(|_| StoreError::Damaged("a hash has another length"))?))
}

/// SQLite has signed integers only; every count and time here is far below 2⁶³.
fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Damaged("a number is beyond 63 bits"))
}

fn unsigned<T: TryFrom<i64>>(number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::Damaged("a number is out of range"))
}

#[cfg(test)]
mod tests;
