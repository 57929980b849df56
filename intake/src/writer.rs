//! The one thread that writes: it takes the requests that wait, decides them, makes them durable together and only then
//! answers. While one batch is being written, the next is prepared. SPEC §7.1.
//!
//! **Invariant:** nobody is told of a revision before the batch that holds it is durable. Whether a request is in time
//! is decided here, by one reading of the clock for the batch, and that reading never goes back.

mod prepared;
mod turns;

use crate::{
    batch::SealError,
    clock::Clock,
    identify::{Claim, Denied},
    journal::By,
    queue::Pace,
    randomness::{NoRandomness, Randomness},
    refusal::Refusal,
    secrets::Secrets,
    store::{Ledger, Look, StoreError},
    tries::Tries,
};
use protocol::{entry::Revision, hash::Hash, note::SigningKey, programme::Programme, ticket::Ticket};
use std::sync::Arc;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use turns::Turns;

/// Most requests of one batch. The commit that is under way is what the next batch waits for, so batches grow with load.
pub(crate) const BATCH: usize = 512;

/// A request and where its answer goes.
pub(crate) struct Job {
    pub(crate) claim: Claim,
    pub(crate) answer: oneshot::Sender<Result<Answer, Unknown>>,
}

/// What became of a request, once it is certain.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A revision that is durable, with what its receipt needs.
    Granted(Box<Durable>),
    /// The same request was granted before.
    Again { ticket: Ticket, revision: u32 },
    /// Refused, at this second.
    Refused { refusal: Refusal, time_unix_s: u64 },
    /// Not looked at: who asks is not known.
    Denied(Denied),
}

/// A revision that is durable.
#[derive(Clone, Debug)]
pub(crate) struct Durable {
    pub(crate) revision: Revision,
    /// The key of the request that made it.
    pub(crate) request: Hash,
    /// Place in its batch.
    pub(crate) place: u32,
    /// From its leaf to the batch's root.
    pub(crate) path: Vec<Hash>,
    /// The batch's signed note.
    pub(crate) note: Arc<str>,
}

/// The commit did not come back: the request may be durable or not. Sending it again with the same id is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

/// What the writer needs.
pub(crate) struct Writer {
    /// Gives a connection to write with; asked again after a failure.
    pub(crate) ledger: Box<dyn Fn() -> Box<dyn Ledger> + Send + Sync>,
    /// Gives a connection to look with meanwhile, where there is one; asked again after a failure.
    pub(crate) ahead: Box<dyn Fn() -> Option<Box<dyn Look>> + Send + Sync>,
    pub(crate) programme: Arc<Programme>,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) secrets: Secrets,
    pub(crate) tries: Arc<Tries>,
    pub(crate) randomness: Randomness,
    pub(crate) clock: Clock,
    pub(crate) pace: Arc<Pace>,
    /// Who stands in the journal.
    pub(crate) by: By,
}

/// Why a batch came to nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("a look takes too long")]
    Slow,
    #[error("a panic")]
    Panic,
}

impl Writer {
    /// Starts it on a thread of its own, so that a crowd of connections does not keep commits waiting.
    pub(crate) fn start(self, queue: mpsc::Receiver<Job>) -> JoinHandle<()> {
        tokio::task::spawn_blocking(move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(self.run(queue)),
            Err(error) => tracing::error!(%error, "the writer has no runtime; nothing can be registered"),
        })
    }

    /// Runs until nobody can send requests any more and the last one is answered. A panic costs its batch, not the
    /// draw: without a writer the doors would stay open and turn everybody away.
    async fn run(self, mut queue: mpsc::Receiver<Job>) {
        let pace = self.pace.clone();
        let mut turns = Turns::of(self);
        loop {
            let enough = turns.enough();
            let jobs = tokio::select! {
                biased;
                told = turns.over() => {
                    told.tell();
                    continue;
                }
                jobs = take(&mut queue, enough, &pace) => jobs,
            };
            if jobs.is_empty() {
                return;
            }
            turns.next(jobs).await;
        }
    }
}

/// What waits, once `enough` wait; nothing, once nobody can send any more.
async fn take(queue: &mut mpsc::Receiver<Job>, enough: usize, pace: &Pace) -> Vec<Job> {
    pace.until(enough, queue).await;
    let mut jobs = Vec::with_capacity(BATCH);
    queue.recv_many(&mut jobs, BATCH).await;
    jobs
}

#[cfg(test)]
mod tests;
