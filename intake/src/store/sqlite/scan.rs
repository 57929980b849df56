//! Reading the whole register in order. Through the pool each row would be a message from another thread, which costs
//! several times what the row itself does.

use super::connect;
use crate::store::{
    Acknowledged, StoreError,
    rows::{self, leaf, position},
};
use protocol::{entry::LEAF_BYTES, ticket::Ticket};
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// One connection, opened when it is first needed, for one reader at a time.
#[derive(Clone)]
pub(super) struct Scan {
    path: PathBuf,
    kept: Arc<Mutex<Option<Connection>>>,
}

impl Scan {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, kept: Arc::default() }
    }

    pub(super) async fn leaves(&self, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
        let (from, to) = (position(first)?, position(end)?);
        self.read(move |connection| {
            let mut query = connection.prepare_cached(rows::LEAVES)?;
            let mut found = query.query([from, to])?;
            let mut leaves = Vec::new();
            while let Some(row) = found.next()? {
                leaves.push(leaf(row.get_ref(0)?.as_blob().map_err(|_| NO_LEAF)?)?);
            }
            Ok(leaves)
        })
        .await
    }

    pub(super) async fn entries_after(
        &self,
        ticket: Option<Ticket>,
        limit: u32,
    ) -> Result<Vec<Acknowledged>, StoreError> {
        let after = ticket.map_or_else(Vec::new, |ticket| ticket.0.to_vec());
        self.read(move |connection| {
            let mut query = connection.prepare_cached(rows::ENTRIES_AFTER)?;
            let mut found = query.query(rusqlite::params![after, limit])?;
            let mut entries = Vec::new();
            while let Some(row) = found.next()? {
                let row = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
                entries.push(rows::entry(row)?);
            }
            Ok(entries)
        })
        .await
    }

    /// Lets go of the file.
    pub(super) fn close(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let Self { path, kept } = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = match kept.take() {
                Some(connection) => connection,
                None => {
                    let connection = connect(&path)?;
                    connection.execute_batch("pragma query_only = on")?;
                    connection
                }
            };
            let read = read(&connection)?;
            *kept = Some(connection);
            Ok(read)
        });
        done.await.map_err(|error| StoreError::Database(error.to_string()))?
    }
}

const NO_LEAF: StoreError = StoreError::Damaged("a leaf is no bytes");
