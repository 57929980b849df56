//! The journal's lines and what lies beside them, in words that every database understands.

use super::{Pool, Tx};
use crate::{
    forget::Forgotten,
    journal::{Kind, Line, Said, Tip},
    store::{
        StoreError,
        rows::{self, LineRow, signed, unsigned},
    },
};

/// The end of the chain as this transaction sees it.
pub(super) async fn tip(transaction: &mut Tx) -> Result<Tip, StoreError> {
    let query = "select number, link from journal order by number desc limit 1";
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(query).fetch_optional(&mut **transaction).await?;
    if let Some((number, link)) = last {
        return Ok(Tip { next: unsigned::<u64>(number)? + 1, link: rows::hash(&link)? });
    }
    let query = "select programme_hash from draw";
    let programme: Vec<u8> = sqlx::query_scalar(query).fetch_one(&mut **transaction).await?;
    Ok(Tip::start(rows::hash(&programme)?))
}

/// Number of the next line.
pub(super) async fn next_line(pool: &Pool) -> Result<u64, StoreError> {
    let query = "select coalesce(max(number) + 1, 0) from journal";
    unsigned(sqlx::query_scalar::<_, i64>(query).fetch_one(pool).await?)
}

/// Whether anybody is on the roll.
pub(super) async fn has_roll(pool: &Pool) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from roll)").fetch_one(pool).await?)
}

/// The roll decides who may register; when nobody may any more it stays as it was.
pub(super) async fn is_open(transaction: &mut Tx) -> Result<(), StoreError> {
    let query = "select frozen_at_unix_s from draw";
    let frozen: Option<i64> = sqlx::query_scalar(query).fetch_one(&mut **transaction).await?;
    frozen.map_or(Ok(()), |_| Err(StoreError::Frozen))
}

/// Whether this was deleted.
pub(super) async fn has_forgotten(transaction: &mut Tx, what: Forgotten) -> Result<bool, StoreError> {
    let query = "select count(*) from journal where kind = 'forget' and first = $1";
    let lines: i64 = sqlx::query_scalar(query).bind(signed(what.number())?).fetch_one(&mut **transaction).await?;
    Ok(lines > 0)
}

/// The lines of these kinds, in order.
pub(super) async fn lines_of(pool: &Pool, kinds: &[Kind]) -> Result<Vec<Line>, StoreError> {
    let query = "select number, time_unix_s, kind, actor, channel, first, count, digest, link from journal
                 where kind <> 'batch' and kind <> 'anchor' order by number";
    let found: Vec<LineRow> = sqlx::query_as(query).fetch_all(pool).await?;
    let lines = found.into_iter().map(rows::line).collect::<Result<Vec<Line>, _>>()?;
    Ok(lines.into_iter().filter(|line| kinds.contains(&line.kind)).collect())
}

/// Writes the next line.
pub(super) async fn add(transaction: &mut Tx, said: Said<'_>) -> Result<Line, StoreError> {
    let line = tip(transaction).await?.line(said);
    let query = "insert into journal (number, time_unix_s, kind, actor, channel, first, count, digest, link)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(query)
        .bind(signed(line.number)?)
        .bind(signed(line.time_unix_s)?)
        .bind(line.kind.name())
        .bind(&line.actor)
        .bind(&line.channel)
        .bind(signed(line.first)?)
        .bind(signed(line.count)?)
        .bind(&line.digest.0[..])
        .bind(&line.link.0[..])
        .execute(&mut **transaction)
        .await?;
    Ok(line)
}

pub(super) async fn lines(pool: &Pool, from: u64, limit: u32) -> Result<Vec<Line>, StoreError> {
    let query = "select number, time_unix_s, kind, actor, channel, first, count, digest, link from journal
                 where number >= $1 order by number limit $2";
    let found: Vec<LineRow> = sqlx::query_as(query).bind(signed(from)?).bind(i64::from(limit)).fetch_all(pool).await?;
    found.into_iter().map(rows::line).collect()
}
