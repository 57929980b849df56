//! What is asked about batches, revisions and entries, in words that every database understands.

use super::{BEGIN, Pool, journal};
use crate::{
    journal::{By, Kind, Said},
    store::{
        Count, HistoryLine, Kept, Recorded, StoreError,
        rows::{self, BatchRow, KeptRow, RevisionRow, leaf, position, signed, status, unsigned},
    },
};
use protocol::{
    entry::{LEAF_BYTES, Revision},
    hash::Hash,
    receipt::BatchStatement,
    ticket::Ticket,
};

pub(super) async fn last_batch(pool: &Pool) -> Result<Option<BatchStatement>, StoreError> {
    let query = "select number, leaves, time_unix_s, root from batches order by number desc limit 1";
    let row: Option<BatchRow> = sqlx::query_as(query).fetch_optional(pool).await?;
    row.map(rows::batch).transpose()
}

pub(super) async fn batches(pool: &Pool, from: u64) -> Result<Vec<BatchStatement>, StoreError> {
    let query = "select number, leaves, time_unix_s, root from batches where number >= $1 order by number";
    let found: Vec<BatchRow> = sqlx::query_as(query).bind(signed(from)?).fetch_all(pool).await?;
    found.into_iter().map(rows::batch).collect()
}

pub(super) async fn notes(pool: &Pool, first: u64, end: u64) -> Result<Vec<(BatchStatement, String)>, StoreError> {
    let query = "select number, leaves, time_unix_s, root, note from batches
                 where number >= $1 and number < $2 order by number";
    let found: Vec<(i64, i64, i64, Vec<u8>, String)> =
        sqlx::query_as(query).bind(signed(first)?).bind(signed(end)?).fetch_all(pool).await?;
    found.into_iter().map(|(a, b, c, d, note)| Ok((rows::batch((a, b, c, d))?, note))).collect()
}

pub(super) async fn leaves(pool: &Pool, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
    let query = sqlx::query_scalar::<_, Vec<u8>>(rows::LEAVES).bind(position(first)?).bind(position(end)?);
    query.fetch_all(pool).await?.iter().map(|bytes| leaf(bytes)).collect()
}

pub(super) async fn recorded(pool: &Pool, of: Ticket, number: u32) -> Result<Option<Recorded>, StoreError> {
    let query = "select position, ticket, cast(revision as bigint), cast(status as bigint), blinding, body, leaf,
                        request, content, actor
                 from revisions where ticket = $1 and revision = $2";
    let row: Option<KeptRow> =
        sqlx::query_as(query).bind(&of.0[..]).bind(i64::from(number)).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let Kept { batch, place, revision, request, .. } = rows::kept(row)?;
    let query = "select note from batches where number = $1";
    let note: String = sqlx::query_scalar(query).bind(signed(batch)?).fetch_one(pool).await?;
    Ok(Some(Recorded { revision, request, place, leaves: leaves(pool, batch, batch + 1).await?, note }))
}

pub(super) async fn history(pool: &Pool, of: Ticket) -> Result<Vec<HistoryLine>, StoreError> {
    let query = "select cast(r.revision as bigint), cast(r.status as bigint), b.time_unix_s
                 from revisions r join batches b on b.number = r.position / 65536
                 where r.ticket = $1 order by r.revision";
    let found: Vec<(i64, i64, i64)> = sqlx::query_as(query).bind(&of.0[..]).fetch_all(pool).await?;
    let line = |(revision, byte, time): (i64, i64, i64)| {
        Ok(HistoryLine { revision: unsigned(revision)?, status: status(byte)?, time_unix_s: unsigned(time)? })
    };
    found.into_iter().map(line).collect()
}

pub(super) async fn entry(pool: &Pool, person: &[u8; 32]) -> Result<Option<Revision>, StoreError> {
    let query = "select r.ticket, cast(r.revision as bigint), cast(r.status as bigint), r.blinding, r.body
                 from entries e join revisions r on r.ticket = e.ticket and r.revision = e.revision
                 where e.person = $1";
    let row: Option<RevisionRow> = sqlx::query_as(query).bind(&person[..]).fetch_optional(pool).await?;
    row.map(rows::revision).transpose()
}

pub(super) async fn stranger(pool: &Pool) -> Result<Option<Ticket>, StoreError> {
    let query = "select ticket from entries where not exists (select 1 from roll where roll.person = entries.person)
                 order by ticket limit 1";
    let found: Option<Vec<u8>> = sqlx::query_scalar(query).fetch_optional(pool).await?;
    found.map(|bytes| rows::ticket(&bytes)).transpose()
}

pub(super) async fn counts(pool: &Pool) -> Result<Vec<Count>, StoreError> {
    let query = "select cast(cohort as bigint), cast(status as bigint), count(*) from entries
                 group by cohort, status order by cohort, status";
    let found: Vec<(i64, i64, i64)> = sqlx::query_as(query).fetch_all(pool).await?;
    let count = |(cohort, byte, entries): (i64, i64, i64)| {
        Ok(Count { cohort: unsigned(cohort)?, status: status(byte)?, entries: unsigned(entries)? })
    };
    found.into_iter().map(count).collect()
}

pub(super) async fn revision_count(pool: &Pool) -> Result<u64, StoreError> {
    unsigned(sqlx::query_scalar::<_, i64>("select count(*) from revisions").fetch_one(pool).await?)
}

pub(super) async fn first_unanchored(pool: &Pool) -> Result<u64, StoreError> {
    let query = "select coalesce(max(first + count), 0) from anchors";
    unsigned(sqlx::query_scalar::<_, i64>(query).fetch_one(pool).await?)
}

pub(super) async fn anchors(pool: &Pool) -> Result<Vec<(u64, u64)>, StoreError> {
    let query = "select first, count from anchors order by first";
    let found: Vec<(i64, i64)> = sqlx::query_as(query).fetch_all(pool).await?;
    found.into_iter().map(|(first, count)| Ok((unsigned(first)?, unsigned(count)?))).collect()
}

pub(super) async fn put_anchor(pool: &Pool, now: u64, by: &By, first: u64, count: u64) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let query = "insert into anchors (first, count) values ($1, $2)";
    sqlx::query(query).bind(signed(first)?).bind(signed(count)?).execute(&mut *transaction).await?;
    let said = Said { time_unix_s: now, kind: Kind::Anchor, by, first, count, digest: Hash::default() };
    journal::add(&mut transaction, said).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn frozen(pool: &Pool) -> Result<Option<u64>, StoreError> {
    let at: Option<i64> = sqlx::query_scalar("select frozen_at_unix_s from draw").fetch_one(pool).await?;
    at.map(unsigned).transpose()
}

pub(super) async fn freeze(pool: &Pool, now: u64, by: &By) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let query = "select frozen_at_unix_s from draw";
    let at: Option<i64> = sqlx::query_scalar(query).fetch_one(&mut *transaction).await?;
    if let Some(at) = at {
        return unsigned(at);
    }
    let query = "update draw set frozen_at_unix_s = $1";
    sqlx::query(query).bind(signed(now)?).execute(&mut *transaction).await?;
    let said = Said { time_unix_s: now, kind: Kind::Freeze, by, first: now, count: 0, digest: Hash::default() };
    journal::add(&mut transaction, said).await?;
    transaction.commit().await?;
    Ok(now)
}

/// A new database becomes this programme's; an old one must be.
pub(super) async fn belong(pool: &Pool, programme: Hash) -> Result<(), StoreError> {
    let claim = "insert into draw (only_row, programme_hash) values (1, $1) on conflict do nothing";
    sqlx::query(claim).bind(&programme.0[..]).execute(pool).await?;
    let found: Vec<u8> = sqlx::query_scalar("select programme_hash from draw").fetch_one(pool).await?;
    let found = rows::hash(&found)?;
    if found == programme { Ok(()) } else { Err(StoreError::OtherProgramme { expected: programme, found }) }
}
