//! What is counted while people register, in words that every database understands.
//!
//! **Invariant:** revisions up to a batch that is there never change, so counts of one range are the same whenever they
//! are read, and ranges can be added up.

use super::Pool;
use crate::store::{
    StoreError,
    rows::{self, position, signed, unsigned},
};
use crate::turnout::{Arrived, Moved, OnRoll};
use protocol::programme::civil::Date;

/// Revisions of the batches from `first` up to but not `end`, by quarter of an hour, status, and whether they are first
/// ones.
pub(super) async fn arrived(pool: &Pool, first: u64, end: u64) -> Result<Vec<Arrived>, StoreError> {
    let query = "select b.time_unix_s / 900, cast(r.status as bigint), cast((r.revision = 1) as integer), count(*)
                 from revisions r join batches b on b.number = r.position / 65536
                 where r.position >= $1 and r.position < $2
                 group by b.time_unix_s / 900, r.status, cast((r.revision = 1) as integer)";
    let query = sqlx::query_as(query).bind(position(first)?).bind(position(end)?);
    let found: Vec<(i64, i64, i32, i64)> = query.fetch_all(pool).await?;
    let arrived = |(quarter, byte, is_first, revisions): (i64, i64, i32, i64)| {
        Ok(Arrived {
            quarter: unsigned(quarter)?,
            status: rows::status(byte)?,
            is_first: is_first == 1,
            revisions: unsigned(revisions)?,
        })
    };
    found.into_iter().map(arrived).collect()
}

/// By how much entries of each kind became more, or fewer, with these batches: a revision counts for its own kind, and
/// against the one that it replaced. Cohort, district and channel stand in a body's bytes 1 to 6, after the version and
/// around the seats (SPEC §5.1).
pub(super) async fn moved(pool: &Pool, first: u64, end: u64) -> Result<Vec<Moved>, StoreError> {
    let query = "select kind, status, cast(sum(more) as bigint) from (
                     select substr(body, 2, 6) as kind, cast(status as bigint) as status, 1 as more from revisions
                     where position >= $1 and position < $2
                     union all
                     select substr(b.body, 2, 6), cast(b.status as bigint), -1
                     from revisions r join revisions b on b.ticket = r.ticket and b.revision = r.revision - 1
                     where r.position >= $1 and r.position < $2 and r.revision > 1
                 ) as changed group by kind, status";
    let query = sqlx::query_as(query).bind(position(first)?).bind(position(end)?);
    let found: Vec<(Vec<u8>, i64, i64)> = query.fetch_all(pool).await?;
    let moved = |(kind, byte, more): (Vec<u8>, i64, i64)| {
        let kind = kind.try_into().map_err(|_| StoreError::Damaged("a body is none"))?;
        Ok(Moved { kind, status: rows::status(byte)?, more })
    };
    found.into_iter().map(moved).collect()
}

/// People on the roll by district and by how many of these dates, which rise, are not after the birth date: the roll is
/// gone through once.
pub(super) async fn on_roll(pool: &Pool, dates: &[Date]) -> Result<Vec<OnRoll>, StoreError> {
    // Dates are text of one length, in the order of time.
    let part = |(place, date): (usize, &Date)| format!(" when born < '{date}' then {place}");
    let parts: String = dates.iter().enumerate().map(part).collect();
    let part = if dates.is_empty() { "0".to_owned() } else { format!("case{parts} else {} end", dates.len()) };
    let query = format!("select district, cast({part} as bigint) as part, count(*) from roll group by district, part");
    let found: Vec<(String, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(pool).await?;
    let on_roll = |(district, dates, people): (String, i64, i64)| {
        Ok(OnRoll { district, dates: unsigned(dates)?, people: unsigned(people)? })
    };
    found.into_iter().map(on_roll).collect()
}

/// Number of the next line of the journal, and whether one of those from `line` on may have changed the roll.
pub(super) async fn roll_changed(pool: &Pool, line: u64) -> Result<(u64, bool), StoreError> {
    let query = "select coalesce(max(number) + 1, $1),
                        coalesce(max(case when kind in ('batch', 'anchor', 'freeze') then 0 else 1 end), 0)
                 from journal where number >= $1";
    let (next, changed): (i64, i32) = sqlx::query_as(query).bind(signed(line)?).fetch_one(pool).await?;
    Ok((unsigned(next)?, changed == 1))
}
