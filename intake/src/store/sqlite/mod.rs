//! The store in one SQLite file: one connection that writes registrations, one for the parts of an import, one for wrong birth
//! dates, one for other changes, a few that read.
//!
//! **Invariant:** write-ahead log with `synchronous = full`, but for wrong birth dates: a commit that returned has been flushed
//! to the disk. With `normal` a power cut could take back what receipts already acknowledged.

mod bulk;
mod carry;
mod ledger;
mod own;
mod part;
mod scan;
mod tries;

#[path = "../sql/contacts.rs"]
mod contacts;
#[path = "../sql/forget.rs"]
mod forget;
#[path = "../sql/journal.rs"]
mod journal;
#[path = "../sql/register.rs"]
mod register;
#[path = "../sql/roll.rs"]
mod roll;
#[path = "../sql/turnout.rs"]
mod turnout;
#[path = "../sql/undo.rs"]
mod undo;

use super::{
    Count, HistoryLine, Kept, KeptSheet, Ledger, Look, OfPerson, OfRoll, OfTicket, OnRoll, Pages, Part, Recorded,
    RollLine, Sheet, Store, StoreError, Stored, Undo, rows,
};
use crate::{
    forget::Forgotten,
    journal::{By, CodeChange, Kind, Line, RollChange},
    secrets::{CodeHash, Person},
    tries::Wrong,
    turnout::{Arrived, Moved},
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
    ConnectOptions, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

/// What begins a change: from here to the commit nobody else changes the store.
const BEGIN: &str = "begin immediate";

/// How long a change waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Rows of one statement: far below SQLite's 32,766 parameters for every table here.
const ROWS: usize = 500;

type Pool = SqlitePool;
type Tx = Transaction<'static, Sqlite>;

/// The store's tables, in order.
pub(super) const MIGRATIONS: [(&str, &str); 10] = [
    ("draw", include_str!("../../../migrations/sqlite/0001_draw.sql")),
    ("roll", include_str!("../../../migrations/sqlite/0002_roll.sql")),
    ("register", include_str!("../../../migrations/sqlite/0003_register.sql")),
    ("journal", include_str!("../../../migrations/sqlite/0004_journal.sql")),
    ("freeze", include_str!("../../../migrations/sqlite/0005_freeze.sql")),
    ("anchors", include_str!("../../../migrations/sqlite/0006_anchors.sql")),
    ("chain", include_str!("../../../migrations/sqlite/0007_chain.sql")),
    ("fewer indexes", include_str!("../../../migrations/sqlite/0008_fewer_indexes.sql")),
    ("forget", include_str!("../../../migrations/sqlite/0009_forget.sql")),
    ("tries", include_str!("../../../migrations/sqlite/0010_tries.sql")),
];

/// A SQLite file.
pub(super) struct SqliteStore {
    path: PathBuf,
    write: SqlitePool,
    read: SqlitePool,
    /// For leaves, and for what was said of people.
    scan: own::Own,
    /// For many people, while the register's next run is read.
    people: own::Own,
    /// For parts of an import.
    parts: own::Own,
    /// For wrong birth dates.
    tries: own::Own,
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
            // What is deleted is overwritten.
            .pragma("secure_delete", "on")
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let pool = |connections, options| {
            // Opened once and kept: in a crowd of connections there may be no file descriptor left to open another.
            let pool = SqlitePoolOptions::new().min_connections(connections).max_connections(connections);
            pool.idle_timeout(None).max_lifetime(None).acquire_timeout(PATIENCE).connect_with(options)
        };
        let write = pool(1, options.clone()).await?;
        rows::migrator(&MIGRATIONS).run(&write).await?;
        register::belong(&write, programme).await?;
        carry::roll_and_batches(&write).await?;
        let read = pool(4, options.pragma("query_only", "on")).await?;
        Ok(Self {
            path: path.to_owned(),
            write,
            read,
            scan: own::Own::reads(path.to_owned()),
            people: own::Own::reads(path.to_owned()),
            parts: own::Own::writes(path.to_owned()),
            tries: own::Own::counts(path.to_owned()),
        })
    }
}

/// Makes the file, if there is none, readable by its owner only: it holds birth dates. The log beside it follows it.
fn private(path: &Path) -> Result<(), StoreError> {
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    opened.map(|_| ()).map_err(|error| StoreError::Database(error.to_string()))
}

#[async_trait]
impl Store for SqliteStore {
    async fn person(&self, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
        roll::person(&self.read, code).await
    }
    async fn count_wrong(
        &self,
        now: u64,
        codes: &BTreeMap<CodeHash, u64>,
    ) -> Result<BTreeMap<CodeHash, Wrong>, StoreError> {
        tries::count(&self.tries, now, codes).await
    }
    async fn drop_wrong(&self, until: u64) -> Result<(), StoreError> {
        roll::drop_wrong(&self.write, until).await
    }
    async fn roll_lines(&self, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
        scan::roll_lines(&self.people, people).await
    }
    async fn has_roll(&self) -> Result<bool, StoreError> {
        journal::has_roll(&self.read).await
    }
    async fn next_line(&self) -> Result<u64, StoreError> {
        journal::next_line(&self.read).await
    }
    async fn put_part(&self, now: u64, by: &By, next_line: u64, part: Part) -> Result<u64, StoreError> {
        let by = by.clone();
        self.parts.run(move |connection| part::put(connection, now, &by, next_line, &part)).await
    }
    async fn span(&self, line: u64) -> Result<Option<(Person, Person)>, StoreError> {
        undo::span(&self.read, line).await
    }
    async fn in_both(&self, line: u64, other: u64) -> Result<u64, StoreError> {
        undo::in_both(&self.read, line, other).await
    }
    async fn registered(&self, line: u64) -> Result<u64, StoreError> {
        undo::registered(&self.read, line).await
    }
    async fn undo_import(&self, now: u64, by: &By, undo: &Undo) -> Result<u64, StoreError> {
        undo::undo(&self.write, now, by, undo).await
    }
    async fn put_codes(&self, now: u64, by: &By, codes: &[(Person, CodeHash)]) -> Result<u64, StoreError> {
        roll::put_codes(&self.write, now, by, codes).await
    }
    async fn put_contacts(&self, now: u64, by: &By, sheets: &[Sheet]) -> Result<u64, StoreError> {
        contacts::put(&self.write, now, by, sheets).await
    }
    async fn contact_sheets(&self, line: u64, from: u64, limit: u32) -> Result<Vec<KeptSheet>, StoreError> {
        contacts::sheets(&self.read, line, from, limit).await
    }
    async fn sheet_count(&self) -> Result<u64, StoreError> {
        contacts::sheet_count(&self.read).await
    }
    async fn forget(&self, now: u64, by: &By, what: Forgotten) -> Result<Line, StoreError> {
        forget::forget(&self.write, now, by, what).await
    }
    fn ledger(&self) -> Box<dyn Ledger> {
        Box::new(ledger::SqliteLedger::new(self.path.clone()))
    }
    fn look_ahead(&self) -> Option<Box<dyn Look>> {
        // A second connection would read again what the first has in its cache: each commit makes a reader's cache void.
        None
    }
    async fn entry(&self, person: &Person) -> Result<Option<Revision>, StoreError> {
        register::entry(&self.read, &person.0).await
    }
    async fn last_batch(&self) -> Result<Option<BatchStatement>, StoreError> {
        register::last_batch(&self.read).await
    }
    async fn recorded(&self, ticket: Ticket, revision: u32) -> Result<Option<Recorded>, StoreError> {
        register::recorded(&self.read, ticket, revision).await
    }
    async fn history(&self, ticket: Ticket) -> Result<Vec<HistoryLine>, StoreError> {
        register::history(&self.read, ticket).await
    }
    async fn batches(&self, from: u64) -> Result<Vec<BatchStatement>, StoreError> {
        register::batches(&self.read, from).await
    }
    async fn first_unanchored(&self) -> Result<u64, StoreError> {
        register::first_unanchored(&self.read).await
    }
    async fn put_anchor(&self, now: u64, by: &By, first: u64, count: u64) -> Result<(), StoreError> {
        register::put_anchor(&self.write, now, by, first, count).await
    }
    async fn freeze(&self, now: u64, by: &By) -> Result<u64, StoreError> {
        register::freeze(&self.write, now, by).await
    }
    async fn frozen(&self) -> Result<Option<u64>, StoreError> {
        register::frozen(&self.read).await
    }
    async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
        scan::leaves(&self.scan, first, end).await
    }
    fn by_ticket(&self) -> Pages<Stored> {
        scan::by_ticket(&self.path)
    }
    fn people_by_ticket(&self) -> Pages<OfRoll> {
        scan::people_by_ticket(&self.path)
    }
    async fn stranger(&self) -> Result<Option<Ticket>, StoreError> {
        register::stranger(&self.read).await
    }
    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        register::counts(&self.read).await
    }
    async fn revision_count(&self) -> Result<u64, StoreError> {
        register::revision_count(&self.read).await
    }
    async fn journal(&self, from: u64, limit: u32) -> Result<Vec<Line>, StoreError> {
        journal::lines(&self.read, from, limit).await
    }
    async fn lines_of(&self, kinds: &[Kind]) -> Result<Vec<Line>, StoreError> {
        journal::lines_of(&self.read, kinds).await
    }
    async fn notes(&self, first: u64, end: u64) -> Result<Vec<(BatchStatement, String)>, StoreError> {
        register::notes(&self.read, first, end).await
    }
    fn kept(&self) -> Pages<Kept> {
        scan::kept(&self.path)
    }
    async fn roll_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
        scan::roll_rows(&self.scan, line, from, limit).await
    }
    async fn code_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<CodeChange>, StoreError> {
        scan::code_rows(&self.scan, line, from, limit).await
    }
    fn roll_story(&self) -> Pages<OfPerson> {
        scan::roll_story(&self.path)
    }
    fn entry_story(&self) -> Pages<OfTicket> {
        scan::entry_story(&self.path)
    }
    async fn anchors(&self) -> Result<Vec<(u64, u64)>, StoreError> {
        register::anchors(&self.read).await
    }
    async fn arrived(&self, first: u64, end: u64) -> Result<Vec<Arrived>, StoreError> {
        turnout::arrived(&self.read, first, end).await
    }
    async fn moved(&self, first: u64, end: u64) -> Result<Vec<Moved>, StoreError> {
        turnout::moved(&self.read, first, end).await
    }
    async fn on_roll(&self, dates: &[Date]) -> Result<Vec<crate::turnout::OnRoll>, StoreError> {
        turnout::on_roll(&self.read, dates).await
    }
    async fn roll_changed(&self, line: u64) -> Result<(u64, bool), StoreError> {
        turnout::roll_changed(&self.read, line).await
    }
    async fn clock_unix_s(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select unixepoch()").fetch_one(&self.read).await?)
    }
    async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| StoreError::Database(error.to_string());
        let copy = OpenOptions::new().create_new(true).write(true).mode(0o600).open(file).map_err(failed)?;
        let name = file.to_str().ok_or(StoreError::Damaged("the name of a copy is no text"))?;
        let done = sqlx::query("vacuum into $1").bind(name).execute(&self.write).await;
        if done.is_err() {
            // What is half-written is no copy.
            let _ = std::fs::remove_file(file);
        }
        done?;
        copy.sync_all().map_err(failed)
    }
    async fn close(&self) {
        self.scan.close();
        self.people.close();
        self.parts.close();
        self.tries.close();
        self.read.close().await;
        self.write.close().await;
    }
}

/// A connection of SQLite's own kind: for what every registration waits for. Each call is a call, not a message to
/// another thread.
fn connect(path: &Path) -> Result<rusqlite::Connection, StoreError> {
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(32);
    // 64 MiB of pages: with the 2 MiB that are usual, most rows of a large register are read from the file again.
    connection.execute_batch(
        "pragma synchronous = full; pragma foreign_keys = on; pragma wal_autocheckpoint = 4000;
         pragma cache_size = -65536;",
    )?;
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, said) = &error else { return Self::Database(error.to_string()) };
        match said.as_deref() {
            Some("the register is frozen") => Self::Frozen,
            Some(said) if failure.code == rusqlite::ErrorCode::ConstraintViolation => Self::Conflict(said.to_owned()),
            _ => Self::Database(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
