//! A connection of SQLite's own kind for one user at a time, opened when it is first needed. Through the pool each row
//! would be a message from another thread, which costs several times what the row itself does.

use super::connect;
use crate::store::StoreError;
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// The connection, once there is one. After any error it is dropped, which takes back what was not committed.
#[derive(Clone)]
pub(super) struct Own {
    path: PathBuf,
    begin: &'static str,
    kept: Arc<Mutex<Option<Connection>>>,
}

impl Own {
    /// For reading.
    pub(super) fn reads(path: PathBuf) -> Self {
        Self { path, begin: "pragma query_only = on", kept: Arc::default() }
    }

    /// For changes, each in a turn.
    pub(super) fn writes(path: PathBuf) -> Self {
        Self { path, begin: "", kept: Arc::default() }
    }

    /// For what may be lost in a power cut.
    pub(super) fn counts(path: PathBuf) -> Self {
        Self { path, begin: "pragma synchronous = normal", kept: Arc::default() }
    }

    /// Lets go of the file.
    pub(super) fn close(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Does this on a thread that may wait.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let Self { path, begin, kept } = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = match kept.take() {
                Some(connection) => connection,
                None => {
                    let connection = connect(&path)?;
                    connection.execute_batch(begin)?;
                    connection
                }
            };
            let done = work(&connection)?;
            *kept = Some(connection);
            Ok(done)
        });
        done.await.map_err(|error| StoreError::Database(error.to_string()))?
    }
}
