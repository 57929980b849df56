//! The floor: the same rows, a thousand a transaction, by the best client we know, into tables with the same indexes.

use super::{Outcome, now};
use protocol::hash::Hash;
use sqlx::{Connection, Executor, PgConnection};
use std::time::Duration;

/// Rows of a transaction.
const ROWS: u64 = 1000;

/// A connection to the store's own database, and how many rows were made.
pub(super) struct Raw {
    to: To,
    batch: u64,
}

enum To {
    Sqlite(rusqlite::Connection),
    Postgres(tokio::runtime::Runtime, PgConnection),
}

/// One revision's columns.
struct Row {
    position: i64,
    ticket: [u8; 12],
    revision: i32,
    person: [u8; 32],
    blinding: [u8; 32],
    leaf: [u8; 50],
    request: [u8; 32],
    content: [u8; 32],
}

/// As long as the sample's bodies are.
const BODY: [u8; 95] = [7; 95];

impl Raw {
    pub(super) fn open(store: &str) -> Outcome<Self> {
        let to = match store.strip_prefix("sqlite:") {
            Some(path) => {
                let connection = rusqlite::Connection::open(path)?;
                connection.set_prepared_statement_cache_capacity(16);
                connection.execute_batch(SQLITE_TABLES)?;
                To::Sqlite(connection)
            }
            None => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let mut connection = runtime.block_on(PgConnection::connect(store))?;
                runtime.block_on(connection.execute(sqlx::raw_sql(POSTGRES_TABLES)))?;
                To::Postgres(runtime, connection)
            }
        };
        Ok(Self { to, batch: 0 })
    }

    /// Rows a second.
    pub(super) fn run(&mut self, time: Duration) -> Outcome<f64> {
        let (start, mut rows) = (now(), 0.0);
        while start.elapsed() < time {
            self.insert()?;
            rows += ROWS as f64;
        }
        Ok(rows / start.elapsed().as_secs_f64())
    }

    /// Puts rows into the store's own revisions and entries, and into the raw tables, so that both are as large.
    pub(super) fn fill(&mut self, rows: usize) -> Outcome {
        for _ in 0..(rows as u64).div_ceil(ROWS) {
            self.insert()?;
        }
        let copy = "insert into entries select * from raw_entries; insert into revisions select * from raw_revisions;";
        match &mut self.to {
            To::Sqlite(connection) => {
                connection.execute_batch("pragma foreign_keys = off")?;
                connection.execute_batch(copy)?;
            }
            To::Postgres(runtime, connection) => {
                let quiet = format!("set session_replication_role = replica; {copy} reset session_replication_role");
                runtime.block_on(connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(quiet))))?;
                // What a bulk load leaves to be done later is done before anything is measured: nobody fills a register so.
                let settle = "vacuum analyze entries; vacuum analyze revisions; vacuum analyze raw_entries;
                              vacuum analyze raw_revisions; checkpoint";
                for statement in settle.split(';') {
                    runtime.block_on(connection.execute(sqlx::raw_sql(statement)))?;
                }
            }
        }
        Ok(())
    }

    fn insert(&mut self) -> Outcome {
        // Positions far behind all that the service will write.
        let rows: Vec<Row> = (0..ROWS).map(|place| row(self.batch, place)).collect();
        let batch = i64::try_from(self.batch)?;
        self.batch += 1;
        match &mut self.to {
            To::Sqlite(connection) => sqlite(connection, batch, &rows),
            To::Postgres(runtime, connection) => runtime.block_on(postgres(connection, batch, &rows)),
        }
    }
}

/// Each tenth row is another revision of somebody of the batch before.
fn row(batch: u64, place: u64) -> Row {
    let amends = place % 10 == 9 && batch > 0;
    let of = if amends { batch - 1 } else { batch };
    let hash = |name: &str, batch: u64| Hash::tagged(name, &[&batch.to_be_bytes(), &place.to_be_bytes()]).0;
    let (person, other) = (hash("bench-person", of), hash("bench-other", batch));
    // Only those whose first row was their own are amended.
    let place_of = if amends { place - 1 } else { place };
    let ticket_of = Hash::tagged("bench-ticket", &[&of.to_be_bytes(), &place_of.to_be_bytes()]).0;
    let person =
        if amends { Hash::tagged("bench-person", &[&of.to_be_bytes(), &place_of.to_be_bytes()]).0 } else { person };
    let mut ticket = [0; 12];
    ticket.copy_from_slice(&ticket_of[..12]);
    let position = i64::try_from((1_u64 << 40) + batch * 65_536 + place).unwrap_or(i64::MAX);
    let revision = if amends { 2 } else { 1 };
    Row { position, ticket, revision, person, blinding: other, leaf: [9; 50], request: other, content: other }
}

fn sqlite(connection: &rusqlite::Connection, batch: i64, rows: &[Row]) -> Outcome {
    connection.execute_batch("begin immediate")?;
    let hash = [1_u8; 32];
    connection.prepare_cached("insert into raw_batches values (?1, ?2, 5, ?3, ?4)")?.execute(rusqlite::params![
        batch,
        1000,
        &hash[..],
        NOTE
    ])?;
    connection
        .prepare_cached("insert into raw_journal values (?1, 5, 'batch', 'intake', 'http', ?1, 1000, ?2, ?2)")?
        .execute(rusqlite::params![batch, &hash[..]])?;
    {
        let mut add =
            connection.prepare_cached("insert into raw_revisions values (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, null)")?;
        let mut point = connection.prepare_cached(
            "insert into raw_entries values (?1, ?2, 1, 0, ?3)
             on conflict (person) do update set revision = excluded.revision",
        )?;
        for row in rows {
            let Row { position, ticket, revision, person, blinding, leaf, request, content } = row;
            add.execute(rusqlite::params![
                position,
                &ticket[..],
                revision,
                &blinding[..],
                &BODY[..],
                &leaf[..],
                &request[..],
                &content[..]
            ])?;
            point.execute(rusqlite::params![&person[..], &ticket[..], revision])?;
        }
    }
    Ok(connection.execute_batch("commit")?)
}

async fn postgres(connection: &mut PgConnection, batch: i64, rows: &[Row]) -> Outcome {
    let columns = |of: fn(&Row) -> &[u8]| rows.iter().map(of).collect::<Vec<&[u8]>>();
    sqlx::query(
        "with batch as (insert into raw_batches values ($1, 1000, 5, $2, $3)),
         line as (insert into raw_journal values ($1, 5, 'batch', 'intake', 'http', $1, 1000, $2, $2)),
         new as (insert into raw_revisions
             select p, t, r, 0, b, y, l, q, c, null from unnest($4::bigint[], $5::bytea[], $6::integer[], $7::bytea[],
                 $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[]) as u (p, t, r, b, y, l, q, c))
         insert into raw_entries select e, t, 1, 0, r from unnest($12::bytea[], $5::bytea[], $6::integer[])
             as u (e, t, r)
         on conflict (person) do update set revision = excluded.revision",
    )
    .bind(batch)
    .bind(&[1_u8; 32][..])
    .bind(NOTE)
    .bind(rows.iter().map(|row| row.position).collect::<Vec<i64>>())
    .bind(columns(|row| &row.ticket))
    .bind(rows.iter().map(|row| row.revision).collect::<Vec<i32>>())
    .bind(columns(|row| &row.blinding))
    .bind(columns(|_| &BODY))
    .bind(columns(|row| &row.leaf))
    .bind(columns(|row| &row.request))
    .bind(columns(|row| &row.content))
    .bind(columns(|row| &row.person))
    .execute(connection)
    .await?;
    Ok(())
}

/// As long as a signed note is.
const NOTE: &str =
    "jebi/v0/receipts rehearsal 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 12345 256
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= 1691366400 signed by receipts.example/jebi with a line of base64 as long as
this one is, which is about as long as an Ed25519 signature of a note with its key id";

const POSTGRES_TABLES: &str = "
create table raw_batches (like batches including indexes);
create table raw_journal (like journal including indexes);
create table raw_revisions (like revisions including indexes);
create table raw_entries (like entries including indexes including storage)";

const SQLITE_TABLES: &str = "
pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;
create table raw_batches (number integer primary key, leaves, time_unix_s, root, note) ;
create table raw_journal (number integer primary key, time_unix_s, kind, actor, channel, first, count, digest, link);
create table raw_revisions (position integer primary key, ticket blob, revision integer, status integer, blinding blob,
    body blob, leaf blob, request blob, content blob, actor text, unique (ticket, revision)) strict;
create table raw_entries (person blob primary key, ticket blob, cohort integer, status integer, revision integer)
    strict, without rowid";
