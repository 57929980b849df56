//! The one thread that writes: it takes the requests that wait, decides them, makes them durable together and only then
//! answers. SPEC §7.1.
//!
//! **Invariant:** nobody is told of a revision before the batch that holds it is durable. Whether a request is in time
//! is decided here, by one reading of the clock for the batch, and that reading never goes back.

use crate::{
    batch::{New, SealError, Sealed},
    clock::Clock,
    decide::{Decision, Held, Rules},
    identify::{Claim, Denied},
    journal::{self, By},
    queue::Pace,
    randomness::{NoRandomness, Randomness},
    refusal::Refusal,
    request::Request,
    secrets::Secrets,
    seldom::Seldom,
    store::{Ledger, StoreError, Turn},
    tries::Tries,
};
use protocol::{entry::Revision, hash::Hash, note::SigningKey, programme::Programme, ticket::Ticket};
use std::sync::Arc;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::Instant,
};

/// Most requests of one batch. The commit that is under way is what the next batch waits for, so batches grow with load.
pub(crate) const BATCH: usize = 512;

/// A request and where its answer goes.
pub(crate) struct Job {
    pub(crate) claim: Claim,
    pub(crate) answer: oneshot::Sender<Result<Answer, Unknown>>,
}

/// A request with what was decided, or why it was not looked at.
type Decided = Result<(Request, Decision), Denied>;

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
    /// Its words may hold anything; the panic hook has told standard error.
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
        let writer = Arc::new(self);
        let mut latest = 0;
        let mut ledger = (writer.ledger)();
        let mut jobs = Vec::with_capacity(BATCH);
        let failed = Seldom::new();
        while queue.recv_many(&mut jobs, BATCH).await > 0 {
            latest = latest.max(writer.clock.now());
            let (claims, answers): (Vec<_>, Vec<_>) = jobs.drain(..).map(|job| (job.claim, job.answer)).unzip();
            let (turn, begun) = (writer.clone(), Instant::now());
            let turn = tokio::spawn(async move {
                let outcome = turn.turn(&mut *ledger, claims, latest).await;
                outcome.map(|answers| (ledger, answers))
            });
            let turned = turn.await;
            writer.pace.took(begun.elapsed());
            let outcome: Vec<_> = match turned.unwrap_or(Err(Failure::Panic)) {
                Ok((kept, all)) => {
                    ledger = kept;
                    all.into_iter().map(Ok).collect()
                }
                Err(failure) => {
                    if let Some(times) = failed.due() {
                        tracing::error!(%failure, times, "batches failed; their applicants are asked to retry");
                    }
                    ledger = (writer.ledger)();
                    answers.iter().map(|_| Err(Unknown)).collect()
                }
            };
            for (answer, outcome) in answers.into_iter().zip(outcome) {
                // Whoever hung up can ask again with the same request id.
                let _ = answer.send(outcome);
            }
        }
    }

    async fn turn(&self, ledger: &mut dyn Ledger, claims: Vec<Claim>, now: u64) -> Result<Vec<Answer>, Failure> {
        let codes: Vec<_> = claims.iter().map(|claim| claim.shown.code).collect();
        let Turn { on_roll, mut held, last, tip } = ledger.begin(&codes).await?;
        // Batches never go back in time, even if the system's clock was set back since the last one.
        let now = now.max(last.map_or(0, |batch| batch.time_unix_s));
        let identify = |claim: Claim| {
            let found = on_roll.get(&claim.shown.code);
            claim.of(found, &self.programme, &self.tries, now)
        };
        let requests = claims.into_iter().map(identify).collect();
        let decided = self.decide(&mut held, requests, now)?;
        let new = newly_granted(&decided);
        if new.is_empty() {
            ledger.leave().await?;
            return Ok(answers(decided, None, now));
        }
        let number = last.map_or(0, |batch| batch.number + 1);
        let sealed = Sealed::new(&self.programme, &self.key, number, now, new)?;
        match ledger.append(&sealed, &journal::of_batch(tip, &self.by, &sealed)).await {
            Ok(()) => Ok(answers(decided, Some(&sealed), now)),
            // Another process took the register between our look at the clock and the commit. The clock is read again:
            // a signed refusal for being late must not carry a second at which the window was open.
            Err(StoreError::Frozen) => Ok(answers(decided, None, now.max(self.clock.now()))),
            Err(error) => Err(error.into()),
        }
    }

    fn decide(
        &self,
        held: &mut Held,
        requests: Vec<Result<Request, Denied>>,
        now: u64,
    ) -> Result<Vec<Decided>, NoRandomness> {
        let rules = Rules { programme: &self.programme, secrets: &self.secrets, randomness: &self.randomness };
        let decide = |request: Result<Request, Denied>| match request {
            Ok(request) => rules.decide(held, &request, now).map(|decision| Ok((request, decision))),
            Err(denied) => Ok(Err(denied)),
        };
        requests.into_iter().map(decide).collect()
    }
}

fn newly_granted(decided: &[Decided]) -> Vec<New> {
    let granted = decided.iter().filter_map(|decided| match decided {
        Ok((request, Decision::New(revision))) => {
            let (key, content, actor) = (request.key, request.content, request.actor.clone());
            let reason = request.wish.reason().cloned();
            Some(New { revision: revision.clone(), request: key, content, actor, reason })
        }
        _ => None,
    });
    granted.collect()
}

/// What people are told once a batch is durable. Without one, because the register was taken first, who would have been granted
/// something is too late.
fn answers(decided: Vec<Decided>, sealed: Option<&Sealed>, time_unix_s: u64) -> Vec<Answer> {
    let note: Arc<str> = sealed.map_or("", |sealed| &sealed.note).into();
    let mut granted = sealed.into_iter().flat_map(|sealed| {
        let places = (0_u32..).zip(&sealed.revisions);
        places.map(|(place, new)| (new.request, place, sealed.paths.path(place as usize)))
    });
    let answer = |decided| match decided {
        Ok((_, Decision::New(revision))) => match granted.next() {
            Some((request, place, path)) => {
                Answer::Granted(Box::new(Durable { revision, request, place, path, note: note.clone() }))
            }
            None => Answer::Refused { refusal: Refusal::Closed, time_unix_s },
        },
        Ok((_, Decision::Again(ticket, revision))) => Answer::Again { ticket, revision },
        Ok((_, Decision::Refused(refusal))) => Answer::Refused { refusal, time_unix_s },
        Err(denied) => Answer::Denied(denied),
    };
    decided.into_iter().map(answer).collect()
}

#[cfg(test)]
mod tests;
