//! The writer's turn in PostgreSQL: lock, look, append in one statement, commit.

use super::BEGIN;
use crate::{
    batch::{New, Sealed},
    decide::Held,
    journal::{Line, Tip},
    secrets::Person,
    store::{
        Ledger, StoreError, Turn,
        rows::{self, BatchRow, PLACES, signed, unsigned},
    },
};
use async_trait::async_trait;
use protocol::{entry::Revision, ticket::Ticket};
use sqlx::{
    Connection, Executor, PgConnection,
    postgres::{PgArguments, PgConnectOptions},
};
use std::collections::BTreeMap;

/// A connection, once there is one. After any error it is dropped: what the database still does with it ends before the
/// next turn can have the lock.
pub(super) struct PostgresLedger {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
}

impl PostgresLedger {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, connection: None }
    }

    /// A connection that holds the lock. One that was lost since the last turn is replaced: nothing was sent on it.
    async fn locked(&mut self) -> Result<PgConnection, StoreError> {
        if let Some(mut connection) = self.connection.take()
            && connection.execute(sqlx::raw_sql(BEGIN)).await.is_ok()
        {
            return Ok(connection);
        }
        let mut connection = PgConnection::connect_with(&self.options).await?;
        connection.execute(sqlx::raw_sql(BEGIN)).await?;
        Ok(connection)
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn begin(&mut self, people: &[Person]) -> Result<Turn, StoreError> {
        let mut connection = self.locked().await?;
        let (tip, last) = ends(&mut connection).await?;
        let held = held(&mut connection, people).await?;
        self.connection = Some(connection);
        Ok(Turn { held, last, tip })
    }

    async fn append(&mut self, batch: &Sealed, line: &Line) -> Result<(), StoreError> {
        let Some(mut connection) = self.connection.take() else { return Err(NO_TURN) };
        sqlx::query_with(APPEND, arguments(batch, line)?).execute(&mut connection).await?;
        connection.execute(sqlx::raw_sql("commit")).await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn leave(&mut self) -> Result<(), StoreError> {
        let Some(mut connection) = self.connection.take() else { return Err(NO_TURN) };
        connection.execute(sqlx::raw_sql("rollback")).await?;
        self.connection = Some(connection);
        Ok(())
    }
}

const NO_TURN: StoreError = StoreError::Damaged("a batch was written without a turn");

async fn ends(connection: &mut PgConnection) -> Result<(Tip, Option<protocol::receipt::BatchStatement>), StoreError> {
    let query = "select d.programme_hash, j.number, j.link, b.number, b.leaves, b.time_unix_s, b.root
                 from draw d
                 left join (select number, link from journal order by number desc limit 1) j on true
                 left join (select number, leaves, time_unix_s, root from batches order by number desc limit 1) b
                     on true";
    type Ends = (Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<i64>, Option<Vec<u8>>);
    let (programme, number, link, batch, leaves, time, root): Ends =
        sqlx::query_as(query).fetch_one(connection).await?;
    let tip = match (number, link) {
        (Some(number), Some(link)) => Tip { next: unsigned::<u64>(number)? + 1, link: rows::hash(&link)? },
        _ => Tip::start(rows::hash(&programme)?),
    };
    let last: Option<BatchRow> = match (batch, leaves, time, root) {
        (Some(batch), Some(leaves), Some(time), Some(root)) => Some((batch, leaves, time, root)),
        _ => None,
    };
    Ok((tip, last.map(rows::batch).transpose()?))
}

/// All requests of these people that were granted, and their last revisions.
async fn held(connection: &mut PgConnection, people: &[Person]) -> Result<Held, StoreError> {
    let query = "select r.request, r.content, r.ticket, r.revision::bigint, r.status::bigint, r.blinding,
                        case when r.revision = e.revision then r.body end
                 from entries e join revisions r on r.ticket = e.ticket where e.person = any($1)";
    type Row = (Vec<u8>, Vec<u8>, Vec<u8>, i64, i64, Vec<u8>, Option<Vec<u8>>);
    let keys: Vec<&[u8]> = people.iter().map(|person| &person.0[..]).collect();
    let found: Vec<Row> = sqlx::query_as(query).bind(keys).fetch_all(connection).await?;
    let mut held = Held::default();
    for (request, content, ticket, revision, status, blinding, body) in found {
        held.granted.insert(rows::hash(&request)?, rows::granted(&content, &ticket, revision)?);
        if let Some(body) = body {
            let last = rows::revision((ticket, revision, status, blinding, body))?;
            held.entries.insert(Person(last.body.person), last);
        }
    }
    Ok(held)
}

/// Everything of a batch in one statement: one way to the database and back.
const APPEND: &str = "
with batch as (
    insert into batches (number, leaves, time_unix_s, root, note) values ($1, $2, $3, $4, $5)
), line as (
    insert into journal (number, time_unix_s, kind, actor, channel, first, count, digest, link)
    values ($6, $3, $7, $8, $9, $1, $2, $10, $11)
), new as (
    insert into revisions (position, ticket, revision, status, blinding, body, leaf, request, content, actor)
    select * from unnest($12::bigint[], $13::bytea[], $14::integer[], $15::integer[], $16::bytea[], $17::bytea[],
                         $18::bytea[], $19::bytea[], $20::bytea[], $21::text[])
)
insert into entries (person, ticket, cohort, status, revision)
select * from unnest($22::bytea[], $23::bytea[], $24::integer[], $25::integer[], $26::integer[])
on conflict (person) do update
set ticket = excluded.ticket, cohort = excluded.cohort, status = excluded.status, revision = excluded.revision";

fn arguments(batch: &Sealed, line: &Line) -> Result<PgArguments, StoreError> {
    let mut all = PgArguments::default();
    let statement = &batch.statement;
    bind(&mut all, signed(statement.number)?)?;
    bind(&mut all, i64::from(statement.leaves))?;
    bind(&mut all, signed(statement.time_unix_s)?)?;
    bind(&mut all, &statement.root.0[..])?;
    bind(&mut all, batch.note.as_str())?;
    bind(&mut all, signed(line.number)?)?;
    bind(&mut all, line.kind.name())?;
    bind(&mut all, line.actor.as_str())?;
    bind(&mut all, line.channel.as_str())?;
    bind(&mut all, &line.digest.0[..])?;
    bind(&mut all, &line.link.0[..])?;
    let first = statement.number.saturating_mul(PLACES);
    let positions = (first..).take(batch.revisions.len()).map(signed).collect::<Result<Vec<i64>, _>>()?;
    bind(&mut all, positions)?;
    let of = |each: fn(&New) -> &[u8]| batch.revisions.iter().map(each).collect::<Vec<&[u8]>>();
    let numbers =
        |each: fn(&Revision) -> i32| -> Vec<i32> { batch.revisions.iter().map(|new| each(&new.revision)).collect() };
    bind(&mut all, of(|new| &new.revision.ticket.0))?;
    bind(&mut all, numbers(number))?;
    bind(&mut all, numbers(status))?;
    bind(&mut all, of(|new| &new.revision.blinding))?;
    bind(&mut all, batch.bodies.iter().map(Vec::as_slice).collect::<Vec<&[u8]>>())?;
    bind(&mut all, batch.leaves.iter().map(|leaf| &leaf[..]).collect::<Vec<&[u8]>>())?;
    bind(&mut all, of(|new| &new.request.0))?;
    bind(&mut all, of(|new| &new.content.0))?;
    bind(&mut all, batch.revisions.iter().map(|new| new.actor.as_deref()).collect::<Vec<Option<&str>>>())?;
    // A ticket may be in the batch more than once; its entry names the last.
    let last: BTreeMap<Ticket, &Revision> =
        batch.revisions.iter().map(|new| (new.revision.ticket, &new.revision)).collect();
    bind(&mut all, last.values().map(|revision| &revision.body.person[..]).collect::<Vec<&[u8]>>())?;
    bind(&mut all, last.keys().map(|ticket| &ticket.0[..]).collect::<Vec<&[u8]>>())?;
    bind(&mut all, last.values().map(|revision| i32::from(revision.body.cohort)).collect::<Vec<i32>>())?;
    bind(&mut all, last.values().map(|revision| status(revision)).collect::<Vec<i32>>())?;
    bind(&mut all, last.values().map(|revision| number(revision)).collect::<Vec<i32>>())?;
    Ok(all)
}

fn number(revision: &Revision) -> i32 {
    i32::try_from(revision.revision).unwrap_or(i32::MAX)
}

fn status(revision: &Revision) -> i32 {
    i32::from(revision.status.byte())
}

fn bind<'a, T>(all: &mut PgArguments, value: T) -> Result<(), StoreError>
where
    T: sqlx::Encode<'a, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    use sqlx::Arguments;
    all.add(value).map_err(|_| StoreError::Damaged("a value cannot be sent"))
}
