//! A store that was filled before there was a journal gets one: the roll as it was found, then each batch, the anchors,
//! the freeze.
//!
//! **Invariant:** all lines or none; a store that has a line is left as it is.

use super::{BEGIN, Pool, Tx, journal};
use crate::{
    journal::{BatchDigest, By, Kind, RollDigest, Said},
    store::{
        StoreError,
        rows::{self, signed, unsigned},
    },
};
use protocol::hash::Hash;

pub(super) async fn roll_and_batches(pool: &Pool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let query = "select (select count(*) from journal), (select count(*) from roll)";
    let (lines, people): (i64, i64) = sqlx::query_as(query).fetch_one(&mut *transaction).await?;
    if lines > 0 || people == 0 {
        return Ok(());
    }
    let by = By { actor: "migration".to_owned(), channel: "command".to_owned() };
    carry_roll(&mut transaction, &by, unsigned(people)?).await?;
    carry_batches(&mut transaction, &by).await?;
    let query = "select first, count from anchors order by first";
    let anchors: Vec<(i64, i64)> = sqlx::query_as(query).fetch_all(&mut *transaction).await?;
    for (first, count) in anchors {
        let (first, count) = (unsigned(first)?, unsigned(count)?);
        let said = Said { time_unix_s: 0, kind: Kind::Anchor, by: &by, first, count, digest: Hash::default() };
        journal::add(&mut transaction, said).await?;
    }
    let query = "select frozen_at_unix_s from draw";
    let frozen: Option<i64> = sqlx::query_scalar(query).fetch_one(&mut *transaction).await?;
    if let Some(at) = frozen {
        let at = unsigned(at)?;
        let said = Said { time_unix_s: at, kind: Kind::Freeze, by: &by, first: at, count: 0, digest: Hash::default() };
        journal::add(&mut transaction, said).await?;
    }
    Ok(transaction.commit().await?)
}

async fn carry_roll(transaction: &mut Tx, by: &By, people: u64) -> Result<(), StoreError> {
    let copy = [
        "insert into roll_changes (line, place, person, born, district)
         select 0, row_number() over (order by person) - 1, person, born, district from roll order by person",
        "insert into code_changes (line, place, person, code_hash, codes_issued)
         select 0, row_number() over (order by person) - 1, person, code_hash, codes_issued from roll
         where code_hash is not null order by person",
    ];
    for statement in copy {
        sqlx::query(statement).execute(&mut **transaction).await?;
    }
    let mut digest = RollDigest::new();
    let query =
        "select person, born, district from roll_changes where line = 0 and place >= $1 order by place limit $2";
    for from in (0..people).step_by(PAGE) {
        let page = sqlx::query_as(query).bind(signed(from)?).bind(PAGE_ROWS).fetch_all(&mut **transaction).await?;
        page.into_iter().map(rows::roll_change).try_for_each(|change| change.map(|change| digest.add(&change)))?;
    }
    let query = "select person, code_hash, codes_issued from code_changes
                 where line = 0 and place >= $1 order by place limit $2";
    for from in (0..people).step_by(PAGE) {
        let page = sqlx::query_as(query).bind(signed(from)?).bind(PAGE_ROWS).fetch_all(&mut **transaction).await?;
        page.into_iter().map(rows::code_change).try_for_each(|change| change.map(|change| digest.add_code(&change)))?;
    }
    let digest = digest.end();
    let said = Said { time_unix_s: 0, kind: Kind::Carried, by, first: 0, count: people, digest };
    journal::add(transaction, said).await?;
    Ok(())
}

/// Rows that are held in memory at one time.
const PAGE: usize = 1000;
const PAGE_ROWS: i64 = 1000;

async fn carry_batches(transaction: &mut Tx, by: &By) -> Result<(), StoreError> {
    let query = "select number, leaves, time_unix_s, note from batches order by number";
    let batches: Vec<(i64, i64, i64, String)> = sqlx::query_as(query).fetch_all(&mut **transaction).await?;
    for (number, leaves, time, note) in batches {
        let mut digest = BatchDigest::of(&note);
        let query = "select request, content from revisions
                     where position >= $1 * 65536 and position < ($1 + 1) * 65536 order by position";
        let requests: Vec<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as(query).bind(number).fetch_all(&mut **transaction).await?;
        for (request, content) in requests {
            digest.add(&rows::hash(&request)?, &rows::hash(&content)?, None);
        }
        let said = Said {
            time_unix_s: unsigned(time)?,
            kind: Kind::Batch,
            by,
            first: unsigned(number)?,
            count: unsigned(leaves)?,
            digest: digest.end(),
        };
        journal::add(transaction, said).await?;
    }
    Ok(())
}
