//! People by their codes, on a connection and a thread of their own.

use super::connect;
use crate::{
    secrets::CodeHash,
    store::{OnRoll, StoreError, rows},
};
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;
use tokio::sync::{mpsc, oneshot};

/// Those who may wait to be looked up.
const WAITING: usize = 2048;

struct Asked {
    code: CodeHash,
    answer: oneshot::Sender<Result<Option<OnRoll>, StoreError>>,
}

/// Where to ask.
pub(super) struct Lookup(mpsc::Sender<Asked>);

impl Lookup {
    /// Starts the thread; it ends with the last of those who can ask.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let (ask, mut asked) = mpsc::channel::<Asked>(WAITING);
        let connection = connect(path)?;
        connection.execute_batch("pragma query_only = on")?;
        let run = move || {
            while let Some(Asked { code, answer }) = asked.blocking_recv() {
                // Whoever hung up does not want to know.
                let _ = answer.send(look_up(&connection, &code));
            }
        };
        let started = std::thread::Builder::new().name("look-up".to_owned()).spawn(run);
        started.map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self(ask))
    }

    pub(super) async fn person(&self, code: CodeHash) -> Result<Option<OnRoll>, StoreError> {
        let gone = || StoreError::Database("the thread that looks people up has ended".to_owned());
        let (answer, answered) = oneshot::channel();
        self.0.send(Asked { code, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn look_up(connection: &Connection, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
    let mut query = connection.prepare_cached("select person, born, district from roll where code_hash = ?1")?;
    let found = query.query_row([&code.0[..]], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((person, born, district)) = found else { return Ok(None) };
    let (person, born): (Vec<u8>, String) = (person, born);
    Ok(Some(OnRoll { person: rows::person(&person)?, born: rows::date(&born)?, district }))
}
