//! The store in PostgreSQL: one connection that writes registrations, one that looks who registers next, one that
//! counts wrong birth dates, a few for everything else.
//!
//! **Invariant:** whoever changes the store holds the lock on the row of `draw` until the commit. So changes have one
//! order, two intakes on one database take turns, and what a turn was told at its beginning is still so at its end. A
//! database that would acknowledge before it has flushed is refused.

#![allow(clippy::duplicate_mod, reason = "the same words, compiled once against the types of each database")]

mod bulk;
mod ledger;
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
    ConnectOptions, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{collections::BTreeMap, path::Path, time::Duration};

/// What begins a change: from here to the commit nobody else changes the store.
const BEGIN: &str = "begin; select 1 from draw for update";

type Pool = PgPool;
type Tx = Transaction<'static, Postgres>;

/// The store's tables, in order.
pub(super) const MIGRATIONS: [(&str, &str); 10] = [
    ("draw", include_str!("../../../migrations/postgres/0001_draw.sql")),
    ("journal", include_str!("../../../migrations/postgres/0002_journal.sql")),
    ("roll", include_str!("../../../migrations/postgres/0003_roll.sql")),
    ("register", include_str!("../../../migrations/postgres/0004_register.sql")),
    ("append only", include_str!("../../../migrations/postgres/0005_append_only.sql")),
    ("anchors", include_str!("../../../migrations/postgres/0006_anchors.sql")),
    ("forget", include_str!("../../../migrations/postgres/0007_forget.sql")),
    ("entries", include_str!("../../../migrations/postgres/0008_entries.sql")),
    ("tries", include_str!("../../../migrations/postgres/0009_tries.sql")),
    ("must", include_str!("../../../migrations/postgres/0010_must.sql")),
];

/// A PostgreSQL database.
pub(super) struct PostgresStore {
    pool: PgPool,
    /// For the connection that writes registrations.
    quick: PgConnectOptions,
    /// For wrong birth dates.
    tries: tries::Tries,
}

impl PostgresStore {
    pub(super) async fn open(address: &str, programme: Hash) -> Result<Self, StoreError> {
        let options: PgConnectOptions = address.parse()?;
        let options = options.application_name("jebi").disable_statement_logging();
        let options = options.options([("client_min_messages", "warning")]);
        // Kept open: in a crowd of connections there may be no file descriptor left to open another.
        let pool = PgPoolOptions::new().min_connections(2).max_connections(4).idle_timeout(None).max_lifetime(None);
        let pool = pool.acquire_timeout(Duration::from_secs(5)).connect_with(options.clone()).await?;
        durable(&pool).await?;
        rows::migrator(&MIGRATIONS).run(&pool).await?;
        register::belong(&pool, programme).await?;
        let quick = quick(options);
        Ok(Self { pool, tries: tries::Tries::new(quick.clone()), quick })
    }
}

/// Plans for rows found by their keys, and no others: a plan made while a table was small would be kept when it has
/// grown to millions. A turn that nobody ends is ended by the database.
fn quick(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        ("jit", "off"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ])
}

async fn durable(pool: &PgPool) -> Result<(), StoreError> {
    let query = "select name from pg_settings
                 where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name";
    let off: Option<String> = sqlx::query_scalar(query).fetch_optional(pool).await?;
    off.map_or(Ok(()), |name| Err(StoreError::NotDurable(name)))
}

#[async_trait]
impl Store for PostgresStore {
    async fn person(&self, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
        roll::person(&self.pool, code).await
    }
    async fn count_wrong(
        &self,
        now: u64,
        codes: &BTreeMap<CodeHash, u64>,
    ) -> Result<BTreeMap<CodeHash, Wrong>, StoreError> {
        self.tries.count(now, codes).await
    }
    async fn drop_wrong(&self, until: u64) -> Result<(), StoreError> {
        roll::drop_wrong(&self.pool, until).await
    }
    async fn roll_lines(&self, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
        bulk::roll_lines(&self.pool, people).await
    }
    async fn has_roll(&self) -> Result<bool, StoreError> {
        journal::has_roll(&self.pool).await
    }
    async fn next_line(&self) -> Result<u64, StoreError> {
        journal::next_line(&self.pool).await
    }
    async fn put_part(&self, now: u64, by: &By, next_line: u64, part: Part) -> Result<u64, StoreError> {
        part::put(&self.pool, now, by, next_line, &part).await
    }
    async fn span(&self, line: u64) -> Result<Option<(Person, Person)>, StoreError> {
        undo::span(&self.pool, line).await
    }
    async fn in_both(&self, line: u64, other: u64) -> Result<u64, StoreError> {
        undo::in_both(&self.pool, line, other).await
    }
    async fn registered(&self, line: u64) -> Result<u64, StoreError> {
        undo::registered(&self.pool, line).await
    }
    async fn undo_import(&self, now: u64, by: &By, undo: &Undo) -> Result<u64, StoreError> {
        undo::undo(&self.pool, now, by, undo).await
    }
    async fn put_codes(&self, now: u64, by: &By, codes: &[(Person, CodeHash)]) -> Result<u64, StoreError> {
        roll::put_codes(&self.pool, now, by, codes).await
    }
    async fn put_contacts(&self, now: u64, by: &By, sheets: &[Sheet]) -> Result<u64, StoreError> {
        contacts::put(&self.pool, now, by, sheets).await
    }
    async fn contact_sheets(&self, line: u64, from: u64, limit: u32) -> Result<Vec<KeptSheet>, StoreError> {
        contacts::sheets(&self.pool, line, from, limit).await
    }
    async fn sheet_count(&self) -> Result<u64, StoreError> {
        contacts::sheet_count(&self.pool).await
    }
    async fn forget(&self, now: u64, by: &By, what: Forgotten) -> Result<Line, StoreError> {
        forget::forget(&self.pool, now, by, what).await
    }
    fn ledger(&self) -> Box<dyn Ledger> {
        Box::new(ledger::PostgresLedger::new(self.quick.clone()))
    }
    fn look_ahead(&self) -> Option<Box<dyn Look>> {
        Some(Box::new(ledger::PostgresLook::new(self.quick.clone())))
    }
    async fn entry(&self, person: &Person) -> Result<Option<Revision>, StoreError> {
        register::entry(&self.pool, &person.0).await
    }
    async fn last_batch(&self) -> Result<Option<BatchStatement>, StoreError> {
        register::last_batch(&self.pool).await
    }
    async fn recorded(&self, ticket: Ticket, revision: u32) -> Result<Option<Recorded>, StoreError> {
        register::recorded(&self.pool, ticket, revision).await
    }
    async fn history(&self, ticket: Ticket) -> Result<Vec<HistoryLine>, StoreError> {
        register::history(&self.pool, ticket).await
    }
    async fn batches(&self, from: u64) -> Result<Vec<BatchStatement>, StoreError> {
        register::batches(&self.pool, from).await
    }
    async fn first_unanchored(&self) -> Result<u64, StoreError> {
        register::first_unanchored(&self.pool).await
    }
    async fn put_anchor(&self, now: u64, by: &By, first: u64, count: u64) -> Result<(), StoreError> {
        register::put_anchor(&self.pool, now, by, first, count).await
    }
    async fn freeze(&self, now: u64, by: &By) -> Result<u64, StoreError> {
        register::freeze(&self.pool, now, by).await
    }
    async fn frozen(&self) -> Result<Option<u64>, StoreError> {
        register::frozen(&self.pool).await
    }
    async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
        register::leaves(&self.pool, first, end).await
    }
    fn by_ticket(&self) -> Pages<Stored> {
        scan::by_ticket(&self.pool)
    }
    fn people_by_ticket(&self) -> Pages<OfRoll> {
        scan::people_by_ticket(&self.pool)
    }
    async fn stranger(&self) -> Result<Option<Ticket>, StoreError> {
        register::stranger(&self.pool).await
    }
    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        register::counts(&self.pool).await
    }
    async fn revision_count(&self) -> Result<u64, StoreError> {
        register::revision_count(&self.pool).await
    }
    async fn journal(&self, from: u64, limit: u32) -> Result<Vec<Line>, StoreError> {
        journal::lines(&self.pool, from, limit).await
    }
    async fn lines_of(&self, kinds: &[Kind]) -> Result<Vec<Line>, StoreError> {
        journal::lines_of(&self.pool, kinds).await
    }
    async fn notes(&self, first: u64, end: u64) -> Result<Vec<(BatchStatement, String)>, StoreError> {
        register::notes(&self.pool, first, end).await
    }
    fn kept(&self) -> Pages<Kept> {
        scan::kept(&self.pool)
    }
    async fn roll_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
        scan::roll_rows(&self.pool, line, from, limit).await
    }
    async fn code_rows(&self, line: u64, from: u64, limit: u32) -> Result<Vec<CodeChange>, StoreError> {
        scan::code_rows(&self.pool, line, from, limit).await
    }
    fn roll_story(&self) -> Pages<OfPerson> {
        scan::roll_story(&self.pool)
    }
    fn entry_story(&self) -> Pages<OfTicket> {
        scan::entry_story(&self.pool)
    }
    async fn anchors(&self) -> Result<Vec<(u64, u64)>, StoreError> {
        register::anchors(&self.pool).await
    }
    async fn arrived(&self, first: u64, end: u64) -> Result<Vec<Arrived>, StoreError> {
        turnout::arrived(&self.pool, first, end).await
    }
    async fn moved(&self, first: u64, end: u64) -> Result<Vec<Moved>, StoreError> {
        turnout::moved(&self.pool, first, end).await
    }
    async fn on_roll(&self, dates: &[Date]) -> Result<Vec<crate::turnout::OnRoll>, StoreError> {
        turnout::on_roll(&self.pool, dates).await
    }
    async fn roll_changed(&self, line: u64) -> Result<(u64, bool), StoreError> {
        turnout::roll_changed(&self.pool, line).await
    }
    async fn clock_unix_s(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select floor(extract(epoch from clock_timestamp()))::bigint")
            .fetch_one(&self.pool)
            .await?)
    }
    async fn backup(&self, _: &Path) -> Result<(), StoreError> {
        Err(StoreError::OwnBackup)
    }
    async fn close(&self) {
        self.tries.close().await;
        self.pool.close().await;
    }
}
