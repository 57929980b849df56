//! The register's SQL: what is held, a batch appended, what was recorded.

use super::{
    ROWS, hash,
    read::{BatchRow, GrantedRow, RevisionRow, leaf, status},
    signed, unsigned,
};
use crate::{
    batch::{New, Sealed},
    decide::Held,
    secrets::Person,
    store::{HistoryLine, Recorded, StoreError},
};
use protocol::{
    entry::{LEAF_BYTES, Revision},
    hash::Hash,
    receipt::BatchStatement,
    ticket::Ticket,
};
use sqlx::{QueryBuilder, Sqlite, SqlitePool, Transaction};
use std::collections::BTreeMap;

pub(super) async fn held(pool: &SqlitePool, people: &[Person], requests: &[Hash]) -> Result<Held, StoreError> {
    let mut held = Held::default();
    let mut connection = pool.acquire().await?;
    for chunk in people.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "select r.ticket, r.revision, r.status, r.blinding, r.body
             from entries e join revisions r on r.ticket = e.ticket and r.revision = e.revision where e.person in (",
        );
        bind_list(&mut query, chunk.iter().map(|person| &person.0));
        let rows: Vec<RevisionRow> = query.build_query_as().persistent(false).fetch_all(&mut *connection).await?;
        for row in rows {
            let revision = Revision::try_from(row)?;
            held.entries.insert(Person(revision.body.person), revision);
        }
    }
    for chunk in requests.chunks(ROWS) {
        let mut query =
            QueryBuilder::<Sqlite>::new("select request, content, ticket, revision from revisions where request in (");
        bind_list(&mut query, chunk.iter().map(|request| &request.0));
        let rows: Vec<GrantedRow> = query.build_query_as().persistent(false).fetch_all(&mut *connection).await?;
        for row in rows {
            held.granted.insert(hash(&row.request)?, row.try_into()?);
        }
    }
    Ok(held)
}

fn bind_list<'a>(query: &mut QueryBuilder<Sqlite>, values: impl Iterator<Item = &'a [u8; 32]>) {
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value.to_vec());
    }
    query.push(")");
}

pub(super) async fn append(pool: &SqlitePool, batch: &Sealed) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    let BatchStatement { number, leaves, time_unix_s, root } = batch.statement;
    sqlx::query("insert into batches (number, leaves, time_unix_s, root, note) values (?, ?, ?, ?, ?)")
        .bind(signed(number)?)
        .bind(leaves)
        .bind(signed(time_unix_s)?)
        .bind(&root.0[..])
        .bind(&batch.note)
        .execute(&mut *transaction)
        .await?;
    append_revisions(&mut transaction, batch, signed(number)?).await?;
    point_entries(&mut transaction, batch).await?;
    Ok(transaction.commit().await?)
}

async fn append_revisions(
    transaction: &mut Transaction<'static, Sqlite>,
    batch: &Sealed,
    number: i64,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(batch.revisions.len());
    for ((new, leaf), place) in batch.revisions.iter().zip(&batch.leaves).zip(0_u32..) {
        let body = new.revision.body.encode().map_err(|_| StoreError::Damaged("a body cannot be written"))?;
        rows.push((new, body, leaf, place));
    }
    for chunk in rows.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "insert into revisions
             (ticket, revision, status, blinding, body, leaf, batch, place, request, content) ",
        );
        query.push_values(chunk, |mut row, (new, body, leaf, place)| {
            let Revision { ticket, revision, status, blinding, .. } = &new.revision;
            row.push_bind(ticket.0.to_vec()).push_bind(*revision).push_bind(status.byte());
            row.push_bind(blinding.to_vec()).push_bind(body).push_bind(leaf.to_vec());
            row.push_bind(number).push_bind(place);
            row.push_bind(new.request.0.to_vec()).push_bind(new.content.0.to_vec());
        });
        query.build().persistent(false).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Lets each ticket's entry name its last revision. A ticket may be in the batch more than once.
async fn point_entries(transaction: &mut Transaction<'static, Sqlite>, batch: &Sealed) -> Result<(), StoreError> {
    let last: BTreeMap<Ticket, &New> = batch.revisions.iter().map(|new| (new.revision.ticket, new)).collect();
    let last: Vec<&New> = last.into_values().collect();
    for chunk in last.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into entries (ticket, person, cohort, status, revision) ");
        query.push_values(chunk, |mut row, new| {
            let Revision { ticket, revision, status, body, .. } = &new.revision;
            row.push_bind(ticket.0.to_vec()).push_bind(body.person.to_vec()).push_bind(body.cohort);
            row.push_bind(status.byte()).push_bind(*revision);
        });
        query.push(
            " on conflict (ticket) do update
             set cohort = excluded.cohort, status = excluded.status, revision = excluded.revision",
        );
        query.build().persistent(false).execute(&mut **transaction).await?;
    }
    Ok(())
}

pub(super) async fn last_batch(pool: &SqlitePool) -> Result<Option<BatchStatement>, StoreError> {
    let query = "select number, leaves, time_unix_s, root from batches order by number desc limit 1";
    let row: Option<BatchRow> = sqlx::query_as(query).fetch_optional(pool).await?;
    row.map(BatchStatement::try_from).transpose()
}

pub(super) async fn recorded(pool: &SqlitePool, of: Ticket, number: u32) -> Result<Option<Recorded>, StoreError> {
    let query = "select ticket, revision, status, blinding, body from revisions where ticket = ? and revision = ?";
    let row: Option<RevisionRow> = sqlx::query_as(query).bind(&of.0[..]).bind(number).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let query = "select b.number, b.note, r.place from revisions r join batches b on b.number = r.batch
                 where r.ticket = ? and r.revision = ?";
    let (batch, note, place): (i64, String, i64) =
        sqlx::query_as(query).bind(&of.0[..]).bind(number).fetch_one(pool).await?;
    let query = "select leaf from revisions where batch = ? order by place";
    let leaves: Vec<Vec<u8>> = sqlx::query_scalar(query).bind(batch).fetch_all(pool).await?;
    let leaves = leaves.iter().map(|bytes| leaf::<LEAF_BYTES>(bytes)).collect::<Result<_, _>>()?;
    Ok(Some(Recorded { revision: row.try_into()?, place: unsigned(place)?, leaves, note }))
}

pub(super) async fn history(pool: &SqlitePool, of: Ticket) -> Result<Vec<HistoryLine>, StoreError> {
    let query = "select r.revision, r.status, b.time_unix_s from revisions r join batches b on b.number = r.batch
                 where r.ticket = ? order by r.revision";
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(query).bind(&of.0[..]).fetch_all(pool).await?;
    let line = |(revision, byte, time): (i64, i64, i64)| {
        Ok(HistoryLine { revision: unsigned(revision)?, status: status(byte)?, time_unix_s: unsigned(time)? })
    };
    rows.into_iter().map(line).collect()
}
