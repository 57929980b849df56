//! Wrong birth dates, on a connection of their own, which never waits for the disk: what a crash takes away of them is
//! counted anew.

use crate::{
    secrets::CodeHash,
    store::{
        StoreError,
        rows::{self, signed, unsigned},
    },
    tries::{PERIOD_S, Wrong},
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// The connection, once there is one.
pub(super) struct Tries {
    options: PgConnectOptions,
    kept: Mutex<Option<PgConnection>>,
}

impl Tries {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options: options.options([("synchronous_commit", "off")]), kept: Mutex::new(None) }
    }

    pub(super) async fn count(
        &self,
        now: u64,
        codes: &BTreeMap<CodeHash, u64>,
    ) -> Result<BTreeMap<CodeHash, Wrong>, StoreError> {
        let mut kept = self.kept.lock().await;
        // A connection that was lost since the last time is replaced once.
        match self.counted(&mut kept, now, codes).await {
            Err(_) => self.counted(&mut kept, now, codes).await,
            counted => counted,
        }
    }

    async fn counted(
        &self,
        kept: &mut Option<PgConnection>,
        now: u64,
        codes: &BTreeMap<CodeHash, u64>,
    ) -> Result<BTreeMap<CodeHash, Wrong>, StoreError> {
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => PgConnection::connect_with(&self.options).await?,
        };
        // In order of codes, so that two processes never wait for each other.
        let keys: Vec<&[u8]> = codes.keys().map(|code| &code.0[..]).collect();
        let dates = codes.values().map(|dates| signed(*dates)).collect::<Result<Vec<i64>, _>>()?;
        let query = "insert into tries as t (code_hash, since_unix_s, dates)
                     select code_hash, $3, dates from unnest($1::bytea[], $2::bigint[]) as wrong (code_hash, dates)
                     on conflict (code_hash) do update set
                         since_unix_s = case when t.since_unix_s <= $4 then excluded.since_unix_s else t.since_unix_s end,
                         dates = case when t.since_unix_s <= $4 then 0 else t.dates end + excluded.dates
                     returning code_hash, since_unix_s, dates";
        let query = sqlx::query_as(query).bind(keys).bind(dates);
        let query = query.bind(signed(now)?).bind(signed(now.saturating_sub(PERIOD_S))?);
        let found: Vec<(Vec<u8>, i64, i64)> = query.fetch_all(&mut connection).await?;
        *kept = Some(connection);
        let wrong = |(code, since, dates): (Vec<u8>, i64, i64)| {
            let wrong = Wrong { since_unix_s: unsigned(since)?, dates: unsigned(dates)? };
            Ok((CodeHash(rows::hash(&code)?.0), wrong))
        };
        found.into_iter().map(wrong).collect()
    }
}
