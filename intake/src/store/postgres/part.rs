//! A part of an import in one turn: two COPYs where everybody is new.

use super::{BEGIN, Pool, bulk, journal};
use crate::{
    journal::{By, Kind, Said},
    store::{
        StoreError,
        part::{self, Of, Part},
        rows::signed,
    },
};

pub(super) async fn put(pool: &Pool, now: u64, by: &By, next_line: u64, part: &Part) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    journal::is_open(&mut transaction).await?;
    let query = sqlx::query_scalar(part::CHANGED_SINCE).bind(signed(next_line)?);
    part::unless_changed_since(query.fetch_one(&mut *transaction).await?)?;
    let said = Said { time_unix_s: now, kind: Kind::Import, by, first: 0, count: part.len(), digest: part.digest };
    let line = journal::add(&mut transaction, said).await?.number;
    match part.of {
        Of::New => bulk::add_people(&mut transaction, line, &part.changes).await?,
        Of::Any => {
            bulk::change_roll(&mut transaction, line, &part.changes).await?;
            let query = sqlx::query_scalar(part::REGISTERED).bind(signed(line)?);
            part::unless_registered(query.fetch_one(&mut *transaction).await?)?;
        }
    }
    transaction.commit().await?;
    Ok(line)
}
