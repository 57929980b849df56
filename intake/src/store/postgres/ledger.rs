//! The writer's turn in PostgreSQL: lock, look, append in one statement, commit.

use crate::{
    batch::{New, Sealed},
    journal::{Line, Tip},
    secrets::{CodeHash, Person},
    store::{
        End, Known, Ledger, Look, StoreError,
        rows::{self, BatchRow, PLACES, signed, unsigned},
    },
};
use async_trait::async_trait;
use protocol::entry::Revision;
use sqlx::{
    Connection, Executor, FromRow, PgConnection, Row,
    postgres::{PgArguments, PgConnectOptions, PgRow},
};

/// A connection, once there is one. After an error of which nobody knows what became of the statement it is dropped: what the
/// database still does with it ends before the next turn can have the lock, or finds that a line was written since.
pub(super) struct PostgresLedger {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
}

impl PostgresLedger {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, connection: None }
    }

    /// A connection that holds the lock, and what the lock's last holder left. A connection that was lost since the last
    /// turn is replaced: nothing was sent on it.
    async fn locked(&mut self) -> Result<(PgConnection, Vec<PgRow>), StoreError> {
        if let Some(mut connection) = self.connection.take()
            && let Ok(rows) = connection.fetch_all(sqlx::raw_sql(TURN)).await
        {
            return Ok((connection, rows));
        }
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let rows = connection.fetch_all(sqlx::raw_sql(TURN)).await?;
        Ok((connection, rows))
    }
}

/// A connection that never takes a turn.
pub(super) struct PostgresLook {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
}

impl PostgresLook {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, connection: None }
    }
}

#[async_trait]
impl Look for PostgresLook {
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError> {
        if let Some(mut connection) = self.connection.take()
            && let Ok(known) = known(&mut connection, codes).await
        {
            self.connection = Some(connection);
            return Ok(known);
        }
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let known = known(&mut connection, codes).await?;
        self.connection = Some(connection);
        Ok(known)
    }
}

#[async_trait]
impl Look for PostgresLedger {
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError> {
        let mut connection = self.connection.take().ok_or(NO_TURN)?;
        let known = known(&mut connection, codes).await?;
        self.connection = Some(connection);
        Ok(known)
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn begin(&mut self) -> Result<End, StoreError> {
        let (connection, rows) = self.locked().await?;
        let end = end(&rows)?;
        self.connection = Some(connection);
        Ok(end)
    }

    /// One statement, which is a transaction of its own. The line before is asked for as the statement sees it; a line that came
    /// after its beginning and before the lock has this one's number, and the database refuses a second.
    async fn append_upon(&mut self, upon: Tip, batch: &Sealed, line: &Line) -> Result<bool, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => PgConnection::connect_with(&self.options).await?,
        };
        match append(&mut connection, Some(upon), batch, line).await {
            Ok(()) => {
                self.connection = Some(connection);
                Ok(true)
            }
            // The statement was taken back; the connection can be used again.
            Err(StoreError::Conflict(_) | StoreError::Frozen) => {
                self.connection = Some(connection);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn append(&mut self, batch: &Sealed, line: &Line) -> Result<(), StoreError> {
        let Some(mut connection) = self.connection.take() else { return Err(NO_TURN) };
        append(&mut connection, None, batch, line).await?;
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

/// One way to the database and back. Each statement sees what was committed before it began, so the last one sees what
/// the lock's holder before us left.
const TURN: &str = "begin; select 1 from draw for update;
     select d.programme_hash, j.number, j.link, b.number, b.leaves, b.time_unix_s, b.root
     from draw d
     left join (select number, link from journal order by number desc limit 1) j on true
     left join (select number, leaves, time_unix_s, root from batches order by number desc limit 1) b on true";

fn end(rows: &[PgRow]) -> Result<End, StoreError> {
    type Last = (Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<i64>, Option<Vec<u8>>);
    let row = rows.last().ok_or(StoreError::Damaged("the store has no draw"))?;
    let (programme, number, link, batch, leaves, time, root) = Last::from_row(row)?;
    let tip = match (number, link) {
        (Some(number), Some(link)) => Tip { next: unsigned::<u64>(number)? + 1, link: rows::hash(&link)? },
        _ => Tip::start(rows::hash(&programme)?),
    };
    let last: Option<BatchRow> = match (batch, leaves, time, root) {
        (Some(batch), Some(leaves), Some(time), Some(root)) => Some((batch, leaves, time, root)),
        _ => None,
    };
    Ok(End { tip, last: last.map(rows::batch).transpose()? })
}

/// The people with these codes, all requests of theirs that were granted, and their last revisions.
async fn known(connection: &mut PgConnection, codes: &[CodeHash]) -> Result<Known, StoreError> {
    let query = "select r.code_hash, r.person, r.born, r.district, coalesce(t.since_unix_s, 0), coalesce(t.dates, 0),
                        v.request, v.content, v.ticket, v.revision::bigint, v.status::bigint, v.blinding,
                        case when v.revision = e.revision then v.body end
                 from roll r
                 left join tries t on t.code_hash = r.code_hash
                 left join entries e on e.person = r.person
                 left join revisions v on v.ticket = e.ticket
                 where r.code_hash = any($1)";
    let keys: Vec<&[u8]> = codes.iter().map(|code| &code.0[..]).collect();
    let found = sqlx::query(query).bind(keys).fetch_all(connection).await?;
    let mut all = Known::default();
    for row in &found {
        let code: &[u8] = row.try_get(0)?;
        let person = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
        all.on_roll.insert(CodeHash(rows::hash(code)?.0), rows::on_roll(person)?);
        let Some(request) = row.try_get::<Option<&[u8]>, _>(6)? else { continue };
        let (content, ticket, revision): (&[u8], Vec<u8>, i64) = (row.try_get(7)?, row.try_get(8)?, row.try_get(9)?);
        all.held.granted.insert(rows::hash(request)?, rows::granted(content, &ticket, revision)?);
        if let Some(body) = row.try_get(12)? {
            let (status, blinding) = (row.try_get(10)?, row.try_get(11)?);
            let last = rows::revision((ticket, revision, status, blinding, body))?;
            all.held.entries.insert(Person(last.body.person), last);
        }
    }
    Ok(all)
}

/// In a turn, what it goes upon is known.
async fn append(
    connection: &mut PgConnection,
    upon: Option<Tip>,
    batch: &Sealed,
    line: &Line,
) -> Result<(), StoreError> {
    let (first, later) = batch.entries();
    let mut arguments = arguments(batch, line, &first, &later)?;
    bind(&mut arguments, upon.as_ref().map(|tip| &tip.link.0[..]))?;
    sqlx::query_with(APPEND, arguments).execute(connection).await?;
    Ok(())
}

/// Everything of a batch in one statement: one way to the database and back. The lock comes before everything, since
/// everything is read from it. The roll is asked once more, so that there is never an entry of somebody who is not on it.
const APPEND: &str = "
with turn as materialized (
    select 1 from draw for update
), batch as (
    insert into batches (number, leaves, time_unix_s, root, note) select $1, $2, $3, $4, $5 from turn
), line as (
    insert into journal (number, time_unix_s, kind, actor, channel, first, count, digest, link)
    select $6, $3, $7, $8, $9, $1, $2, $10, $11 from turn
), new as (
    insert into revisions (position, ticket, revision, status, blinding, body, leaf, request, content, actor)
    select u.* from turn, unnest($12::bigint[], $13::bytea[], $14::integer[], $15::integer[], $16::bytea[], $17::bytea[],
                                 $18::bytea[], $19::bytea[], $20::bytea[], $21::text[]) as u
), made as (
    insert into entries (person, ticket, cohort, status, revision)
    select u.* from turn, unnest($22::bytea[], $23::bytea[], $24::integer[], $25::integer[], $26::integer[])
        as u (person, ticket, cohort, status, revision)
    where exists (select 1 from roll where roll.person = u.person)
    returning 1
), changed as (
    update entries e set cohort = u.cohort, status = u.status, revision = u.revision
    from turn, unnest($27::bytea[], $28::bytea[], $29::integer[], $30::integer[], $31::integer[])
        as u (person, ticket, cohort, status, revision)
    where e.person = u.person and e.ticket = u.ticket
    returning 1
)
select must((select count(*) from made) = cardinality($22::bytea[])
                and (select count(*) from changed) = cardinality($27::bytea[]),
            'an entry of somebody who is not on the roll, or has another ticket'),
       must($32::bytea is null
                or $32 = coalesce((select link from journal where number = $6 - 1), (select programme_hash from draw)),
            'another line came first')";

fn arguments(batch: &Sealed, line: &Line, first: &[&Revision], later: &[&Revision]) -> Result<PgArguments, StoreError> {
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
    let start = statement.number.saturating_mul(PLACES);
    let positions = (start..).take(batch.revisions.len()).map(signed).collect::<Result<Vec<i64>, _>>()?;
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
    for entries in [first, later] {
        bind(&mut all, entries.iter().map(|revision| &revision.body.person[..]).collect::<Vec<&[u8]>>())?;
        bind(&mut all, entries.iter().map(|revision| &revision.ticket.0[..]).collect::<Vec<&[u8]>>())?;
        bind(&mut all, entries.iter().map(|revision| i32::from(revision.body.cohort)).collect::<Vec<i32>>())?;
        bind(&mut all, entries.iter().map(|revision| status(revision)).collect::<Vec<i32>>())?;
        bind(&mut all, entries.iter().map(|revision| number(revision)).collect::<Vec<i32>>())?;
    }
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
