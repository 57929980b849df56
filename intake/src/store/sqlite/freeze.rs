//! The SQL of anchors, freeze and totals.

use super::{
    read::{BatchRow, RevisionRow, leaf, status},
    signed, unsigned,
};
use crate::store::{Count, StoreError};
use protocol::{
    entry::{LEAF_BYTES, Revision},
    receipt::BatchStatement,
    ticket::Ticket,
};
use sqlx::{FromRow, SqlitePool};

pub(super) async fn batches(pool: &SqlitePool, from: u64) -> Result<Vec<BatchStatement>, StoreError> {
    let query = "select number, leaves, time_unix_s, root from batches where number >= ? order by number";
    let rows: Vec<BatchRow> = sqlx::query_as(query).bind(signed(from)?).fetch_all(pool).await?;
    rows.into_iter().map(BatchStatement::try_from).collect()
}

pub(super) async fn first_unanchored(pool: &SqlitePool) -> Result<u64, StoreError> {
    let query = "select coalesce(max(first + count), 0) from anchors";
    unsigned(sqlx::query_scalar::<_, i64>(query).fetch_one(pool).await?)
}

pub(super) async fn put_anchor(pool: &SqlitePool, first: u64, count: u64) -> Result<(), StoreError> {
    let query = "insert into anchors (first, count) values (?, ?)";
    sqlx::query(query).bind(signed(first)?).bind(signed(count)?).execute(pool).await?;
    Ok(())
}

pub(super) async fn freeze(pool: &SqlitePool, now: u64) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    let query = "update draw set frozen_at_unix_s = ? where frozen_at_unix_s is null";
    sqlx::query(query).bind(signed(now)?).execute(&mut *transaction).await?;
    let at: i64 = sqlx::query_scalar("select frozen_at_unix_s from draw").fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    unsigned(at)
}

pub(super) async fn leaves(pool: &SqlitePool, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
    let query = "select leaf from revisions where batch >= ? and batch < ? order by batch, place";
    let query = sqlx::query_scalar::<_, Vec<u8>>(query).bind(signed(first)?).bind(signed(end)?);
    query.fetch_all(pool).await?.iter().map(|bytes| leaf(bytes)).collect()
}

#[derive(FromRow)]
struct EntryRow {
    #[sqlx(flatten)]
    revision: RevisionRow,
    leaf: Vec<u8>,
}

pub(super) async fn entries_after(
    pool: &SqlitePool,
    ticket: Option<Ticket>,
    limit: u32,
) -> Result<Vec<(Revision, [u8; LEAF_BYTES])>, StoreError> {
    // The empty byte string comes before every ticket.
    let after = ticket.map_or_else(Vec::new, |ticket| ticket.0.to_vec());
    let query = "select r.ticket, r.revision, r.status, r.blinding, r.body, r.leaf
                 from entries e join revisions r on r.ticket = e.ticket and r.revision = e.revision
                 where e.ticket > ? order by e.ticket limit ?";
    let rows: Vec<EntryRow> = sqlx::query_as(query).bind(after).bind(limit).fetch_all(pool).await?;
    rows.into_iter().map(|row| Ok((row.revision.try_into()?, leaf(&row.leaf)?))).collect()
}

pub(super) async fn counts(pool: &SqlitePool) -> Result<Vec<Count>, StoreError> {
    let query = "select cohort, status, count(*) from entries group by cohort, status order by cohort, status";
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(query).fetch_all(pool).await?;
    let count = |(cohort, byte, entries): (i64, i64, i64)| {
        Ok(Count { cohort: unsigned(cohort)?, status: status(byte)?, entries: unsigned(entries)? })
    };
    rows.into_iter().map(count).collect()
}

pub(super) async fn revision_count(pool: &SqlitePool) -> Result<u64, StoreError> {
    unsigned(sqlx::query_scalar::<_, i64>("select count(*) from revisions").fetch_one(pool).await?)
}
