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

enum Asked {
    Who(CodeHash, oneshot::Sender<Result<Option<OnRoll>, StoreError>>),
    /// Let go of the file, and say so.
    End(oneshot::Sender<()>),
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
            while let Some(asked) = asked.blocking_recv() {
                // Whoever hung up does not want to know.
                match asked {
                    Asked::Who(code, answer) => drop(answer.send(look_up(&connection, &code))),
                    Asked::End(ended) => {
                        drop(connection);
                        let _ = ended.send(());
                        return;
                    }
                }
            }
        };
        let started = std::thread::Builder::new().name("look-up".to_owned()).spawn(run);
        started.map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self(ask))
    }

    pub(super) async fn person(&self, code: CodeHash) -> Result<Option<OnRoll>, StoreError> {
        let gone = || StoreError::Database("the thread that looks people up has ended".to_owned());
        let (answer, answered) = oneshot::channel();
        self.0.send(Asked::Who(code, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// Lets go of the file: whoever closes last takes the log into it, and that must not come later.
    pub(super) async fn close(&self) {
        let (end, ended) = oneshot::channel();
        // If it has ended already, there is nothing to wait for.
        let _ = self.0.send(Asked::End(end)).await;
        let _ = ended.await;
    }
}

fn look_up(connection: &Connection, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
    let mut query = connection.prepare_cached("select person, born, district from roll where code_hash = ?1")?;
    let found = query.query_row([&code.0[..]], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((person, born, district)) = found else { return Ok(None) };
    let (person, born): (Vec<u8>, String) = (person, born);
    Ok(Some(OnRoll { person: rows::person(&person)?, born: rows::date(&born)?, district }))
}
