//! People by their codes: whoever asks while a look-up is under way is looked up with the next.
//!
//! **Invariant:** looking up a thousand people costs a few statements, on a connection and a thread of their own, so that
//! the crowd at the door does not keep the writer waiting.

use crate::{
    secrets::CodeHash,
    store::{OnRoll, StoreError, rows},
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};

/// Codes of one statement.
const CODES: usize = 512;

struct Asked {
    code: CodeHash,
    answer: oneshot::Sender<Result<Option<OnRoll>, StoreError>>,
}

/// Where to ask.
pub(super) struct Lookup(mpsc::Sender<Asked>);

impl Lookup {
    /// Starts the thread; it ends with the last of those who can ask.
    pub(super) fn start(options: PgConnectOptions) -> Result<Self, StoreError> {
        let (ask, mut asked) = mpsc::channel::<Asked>(CODES * 4);
        let failed = |error: std::io::Error| StoreError::Database(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let run = move || {
            runtime.block_on(async move {
                let mut connection = None;
                let mut waiting = Vec::with_capacity(CODES);
                while asked.recv_many(&mut waiting, CODES).await > 0 {
                    let codes: Vec<CodeHash> = waiting.iter().map(|asked| asked.code).collect();
                    let found = match look_up(&mut connection, &options, &codes).await {
                        // A connection that was lost since the last time is replaced once.
                        Err(_) => look_up(&mut connection, &options, &codes).await,
                        found => found,
                    };
                    for Asked { code, answer } in waiting.drain(..) {
                        let found = found.as_ref().map(|people| people.get(&code).cloned()).map_err(Clone::clone);
                        // Whoever hung up does not want to know.
                        let _ = answer.send(found);
                    }
                }
            });
        };
        std::thread::Builder::new().name("look-up".to_owned()).spawn(run).map_err(failed)?;
        Ok(Self(ask))
    }

    pub(super) async fn person(&self, code: CodeHash) -> Result<Option<OnRoll>, StoreError> {
        let gone = || StoreError::Database("the thread that looks people up has ended".to_owned());
        let (answer, answered) = oneshot::channel();
        self.0.send(Asked { code, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

async fn look_up(
    kept: &mut Option<PgConnection>,
    options: &PgConnectOptions,
    codes: &[CodeHash],
) -> Result<BTreeMap<CodeHash, OnRoll>, StoreError> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => PgConnection::connect_with(options).await?,
    };
    let query = "select code_hash, person, born, district from roll where code_hash = any($1)";
    let keys: Vec<&[u8]> = codes.iter().map(|code| &code.0[..]).collect();
    let found: Vec<(Vec<u8>, Vec<u8>, String, String)> =
        sqlx::query_as(query).bind(keys).fetch_all(&mut connection).await?;
    *kept = Some(connection);
    let person = |(code, person, born, district): (Vec<u8>, Vec<u8>, String, String)| {
        let on_roll = OnRoll { person: rows::person(&person)?, born: rows::date(&born)?, district };
        Ok((CodeHash(rows::hash(&code)?.0), on_roll))
    };
    found.into_iter().map(person).collect()
}
