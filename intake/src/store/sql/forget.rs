//! Deletion of what is not needed any more, with its line in the journal, in words that every database understands.

use super::{BEGIN, Pool, bulk, journal};
use crate::{
    forget::{ForgetDigest, Forgotten},
    journal::{By, Kind, Line, Said},
    store::{
        StoreError,
        rows::{self, LineRow, unsigned},
    },
};

/// Deletes one thing. The line covers the lines whose rows went.
pub(super) async fn forget(pool: &Pool, now: u64, by: &By, what: Forgotten) -> Result<Line, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let refuse = |why: &str| Err(StoreError::Conflict(why.to_owned()));
    let query = "select frozen_at_unix_s from draw";
    let frozen: Option<i64> = sqlx::query_scalar(query).fetch_one(&mut *transaction).await?;
    if frozen.is_none() {
        return refuse("the register is not frozen");
    }
    let query = "select number, time_unix_s, kind, actor, channel, first, count, digest, link from journal
                 where kind in ('carried', 'import', 'undo', 'codes', 'contacts', 'forget') order by number";
    let found: Vec<LineRow> = sqlx::query_as(query).fetch_all(&mut *transaction).await?;
    let lines = found.into_iter().map(rows::line).collect::<Result<Vec<Line>, _>>()?;
    let gone = |what: Forgotten| lines.iter().any(|line| line.kind == Kind::Forget && line.first == what.number());
    if gone(what) {
        return refuse("they are deleted already");
    }
    if what == Forgotten::Roll && !gone(Forgotten::Codes) {
        return refuse("codes go before the roll");
    }
    let mut digest = ForgetDigest::default();
    lines.iter().for_each(|line| digest.hear(line));
    let query = match what {
        Forgotten::Contacts => {
            "select cast(coalesce(sum(contacts), 0) as bigint) from contact_sheets where sheet is not null"
        }
        Forgotten::Codes => "select count(*) from code_changes",
        Forgotten::Roll => "select count(*) from roll",
    };
    let count: i64 = sqlx::query_scalar(query).fetch_one(&mut *transaction).await?;
    let (first, digest) = (what.number(), digest.of(what));
    let said = Said { time_unix_s: now, kind: Kind::Forget, by, first, count: unsigned(count)?, digest };
    let line = journal::add(&mut transaction, said).await?;
    bulk::erase(&mut transaction, what).await?;
    transaction.commit().await?;
    bulk::scrub(pool, what).await?;
    Ok(line)
}
