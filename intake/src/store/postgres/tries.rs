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

/// In order of codes, so that two processes never wait for each other.
const COUNT: &str = rows::count_wrong!(
    "select code_hash, $2::bigint, dates from unnest($1::bytea[], $3::bigint[]) as wrong (code_hash, dates)
     where exists (select 1 from roll r where r.code_hash = wrong.code_hash) order by code_hash"
);

/// code_hash, since_unix_s, dates.
type Row = (Vec<u8>, i64, i64);

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
        let keys: Vec<&[u8]> = codes.keys().map(|code| &code.0[..]).collect();
        let dates = codes.values().map(|dates| signed(*dates)).collect::<Result<Vec<i64>, _>>()?;
        let (now, until) = (signed(now)?, signed(now.saturating_sub(PERIOD_S))?);
        let count = async |mut connection: PgConnection| -> Result<(Vec<Row>, PgConnection), sqlx::Error> {
            let query = sqlx::query_as(COUNT).bind(&keys).bind(now).bind(&dates).bind(until);
            Ok((query.fetch_all(&mut connection).await?, connection))
        };
        let connect = || PgConnection::connect_with(&self.options);
        let mut kept = self.kept.lock().await;
        let counted = match kept.take() {
            None => count(connect().await?).await,
            Some(connection) => match count(connection).await {
                // One that was lost since the last time is replaced. If it was only the answer that was lost, this counts
                // twice.
                Err(error) if is_lost(&error) => count(connect().await?).await,
                counted => counted,
            },
        };
        let (found, connection) = counted?;
        *kept = Some(connection);
        let wrong = |(code, since, dates): Row| {
            let wrong = Wrong { since_unix_s: unsigned(since)?, dates: unsigned(dates)? };
            Ok((CodeHash(rows::hash(&code)?.0), wrong))
        };
        found.into_iter().map(wrong).collect()
    }

    /// Waits for what is under way and lets go of the connection.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.kept.lock().await.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "a connection did not end well");
        }
    }
}

/// Whether it is the connection that failed, not the statement. Class 57P: the database ended it, or is about to start.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(refused) => refused.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
