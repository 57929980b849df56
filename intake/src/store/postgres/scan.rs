//! Reading the whole store in some order.

use super::Pool;
use crate::{
    journal::{CodeChange, RollChange},
    store::{
        Kept, OfPerson, OfRoll, OfTicket, Pages, StoreError, Stored,
        pages::PAGE,
        rows::{self, KeptRow, StoryRow, signed},
    },
};
use futures_util::TryStreamExt;
use sqlx::{FromRow, Row, postgres::PgRow};

/// What is sorted is read from one end of its table to the other: going by an index would look each of millions of rows up.
/// What does not fit in memory goes into the database's temporary files.
const SORTS: &str = "begin transaction read only; set local enable_indexscan = off; set local enable_bitmapscan = off;
    set local work_mem = '64MB'; set local jit = off";

/// Rows that lie in their order.
const FOLLOWS: &str = "begin transaction read only";

fn pages<T: Send + 'static>(
    pool: &Pool,
    begin: &'static str,
    query: &'static str,
    read: fn(&PgRow) -> Result<T, StoreError>,
) -> Pages<T> {
    let pool = pool.clone();
    Pages::by_task(move |to| async move {
        let mut transaction = pool.begin_with(begin).await?;
        let mut found = sqlx::query(query).fetch(&mut *transaction);
        let mut page = Vec::with_capacity(PAGE);
        while let Some(row) = found.try_next().await? {
            page.push(read(&row)?);
            if page.len() == PAGE && to.send(std::mem::replace(&mut page, Vec::with_capacity(PAGE))).await.is_err() {
                return Ok(());
            }
        }
        if !page.is_empty() {
            // Whoever does not listen any more has heard enough.
            let _ = to.send(page).await;
        }
        Ok(())
    })
}

pub(super) fn by_ticket(pool: &Pool) -> Pages<Stored> {
    pages(pool, SORTS, rows::by_ticket!("ticket"), |row| {
        let (position, ticket, revision, status) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        rows::stored((position, ticket, revision, status, row.try_get(4)?, row.try_get(5)?, row.try_get(6)?))
    })
}

pub(super) fn people_by_ticket(pool: &Pool) -> Pages<OfRoll> {
    pages(pool, SORTS, rows::people_by_ticket!("e.ticket"), |row| {
        rows::of_roll((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
    })
}

pub(super) fn kept(pool: &Pool) -> Pages<Kept> {
    pages(pool, FOLLOWS, rows::KEPT, |row| rows::kept(KeptRow::from_row(row)?))
}

pub(super) fn roll_story(pool: &Pool) -> Pages<OfPerson> {
    pages(pool, SORTS, rows::ROLL_STORY, |row| rows::of_person(StoryRow::from_row(row)?))
}

pub(super) fn entry_story(pool: &Pool) -> Pages<OfTicket> {
    pages(pool, SORTS, rows::ENTRY_STORY, |row| {
        let (ticket, revision, status) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        rows::of_ticket((ticket, revision, status, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?))
    })
}

/// Up to `limit` rows of the roll's change of this line, from this place on.
pub(super) async fn roll_rows(pool: &Pool, line: u64, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
    let query = sqlx::query_as(rows::ROLL_ROWS).bind(signed(line)?).bind(signed(from)?).bind(i64::from(limit));
    query.fetch_all(pool).await?.into_iter().map(rows::roll_change).collect()
}

/// Up to `limit` codes that were put into force by this line, from this place on.
pub(super) async fn code_rows(pool: &Pool, line: u64, from: u64, limit: u32) -> Result<Vec<CodeChange>, StoreError> {
    let query = sqlx::query_as(rows::CODE_ROWS).bind(signed(line)?).bind(signed(from)?).bind(i64::from(limit));
    query.fetch_all(pool).await?.into_iter().map(rows::code_change).collect()
}
