//! Wrong birth dates, on a connection of their own, which does not wait for the disk: what a power cut takes away of them
//! is counted anew.

use super::{BEGIN, own::Own};
use crate::{
    secrets::CodeHash,
    store::{
        StoreError,
        rows::{signed, unsigned},
    },
    tries::{PERIOD_S, Wrong},
};
use rusqlite::params;
use std::collections::BTreeMap;

pub(super) async fn count(
    own: &Own,
    now: u64,
    codes: &BTreeMap<CodeHash, u64>,
) -> Result<BTreeMap<CodeHash, Wrong>, StoreError> {
    let codes = codes.clone();
    own.run(move |connection| {
        connection.execute_batch(BEGIN)?;
        let (until, now) = (signed(now.saturating_sub(PERIOD_S))?, signed(now)?);
        let mut counted = BTreeMap::new();
        {
            let mut count = connection.prepare_cached(
                "insert into tries as t (code_hash, since_unix_s, dates) values (?1, ?2, ?3)
                 on conflict (code_hash) do update set
                     since_unix_s = case when t.since_unix_s <= ?4 then excluded.since_unix_s else t.since_unix_s end,
                     dates = case when t.since_unix_s <= ?4 then 0 else t.dates end + excluded.dates
                 returning since_unix_s, dates",
            )?;
            for (code, dates) in codes {
                let row = params![&code.0[..], now, signed(dates)?, until];
                let (since, dates): (i64, i64) = count.query_row(row, |row| Ok((row.get(0)?, row.get(1)?)))?;
                counted.insert(code, Wrong { since_unix_s: unsigned(since)?, dates: unsigned(dates)? });
            }
        }
        connection.execute_batch("commit")?;
        Ok(counted)
    })
    .await
}
