//! Wrong birth dates, on a connection of their own, which does not wait for the disk: what a power cut takes away of them
//! is counted anew.

use super::{BEGIN, own::Own};
use crate::{
    secrets::CodeHash,
    store::{
        StoreError,
        rows::{self, signed, unsigned},
    },
    tries::{PERIOD_S, Wrong},
};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;

const COUNT: &str = rows::count_wrong!("select $1, $2, $3 where exists (select 1 from roll where code_hash = $1)");

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
            let mut count = connection.prepare_cached(COUNT)?;
            for (code, dates) in codes {
                let row = params![&code.0[..], now, signed(dates)?, until];
                let found = count.query_row(row, |row| Ok((row.get(1)?, row.get(2)?))).optional()?;
                if let Some((since, dates)) = found {
                    let (since, dates): (i64, i64) = (since, dates);
                    counted.insert(code, Wrong { since_unix_s: unsigned(since)?, dates: unsigned(dates)? });
                }
            }
        }
        connection.execute_batch("commit")?;
        Ok(counted)
    })
    .await
}
