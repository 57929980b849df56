//! The writer's turns, one after the other: while one batch is written, the next is prepared.
//!
//! **Invariant:** at most one turn is under way. Where a batch is prepared before its turn, the turn itself judges by the
//! journal's end whether that still holds; whatever became of the batch before, and whoever else writes.

use super::{
    Answer, Failure, Job, Unknown, Writer,
    prepared::{Left, Prepared, codes},
};
use crate::{
    identify::Claim,
    journal::Tip,
    seldom::Seldom,
    store::{Ledger, Look, StoreError},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    task::{JoinError, JoinHandle},
    time::{Instant, timeout},
};

type Asker = oneshot::Sender<Result<Answer, Unknown>>;

/// Longest that a look before a turn is waited for. A store that is slower is asked in the turn alone.
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// How long nothing is looked at before its turn, after that failed.
const REST: Duration = Duration::from_secs(5);

/// What the writer has in its hands.
pub(super) struct Turns {
    writer: Arc<Writer>,
    ledger: Option<Box<dyn Ledger>>,
    ahead: Option<Box<dyn Look>>,
    /// When to look ahead again, after it failed.
    rested: Instant,
    under_way: Option<UnderWay>,
    /// When the last turn ended.
    ended: Instant,
    /// How the last turn, or the one under way, leaves the store, if that is known and nobody else seems to write.
    left: Option<Left>,
    /// The journal's end as the last turn left it.
    seen: Option<Tip>,
    latest: u64,
    failed: Seldom,
    unprepared: Seldom,
}

/// A batch that is being written.
struct UnderWay {
    task: JoinHandle<Result<Turned, Failure>>,
    askers: Vec<Asker>,
    /// When nothing else kept it from being written.
    begun: Instant,
}

/// A turn that ended well.
struct Turned {
    ledger: Box<dyn Ledger>,
    answers: Vec<Answer>,
    found: Tip,
    left: Left,
}

/// Answers on their way.
#[must_use]
pub(super) struct Told(Vec<(Asker, Result<Answer, Unknown>)>);

impl Turns {
    pub(super) fn of(writer: Writer) -> Self {
        let (ledger, ahead) = ((writer.ledger)(), (writer.ahead)());
        Self {
            writer: Arc::new(writer),
            ledger: Some(ledger),
            ahead,
            rested: Instant::now(),
            under_way: None,
            ended: Instant::now(),
            left: None,
            seen: None,
            latest: 0,
            failed: Seldom::new(),
            unprepared: Seldom::new(),
        }
    }

    /// How many must wait for the next batch to be prepared. While a batch is written: as many as it has, so that batches do not
    /// get small and costly; all, if it cannot be prepared before the turn is over.
    pub(super) fn enough(&self) -> usize {
        match &self.under_way {
            None => 0,
            Some(turn) if self.left.is_some() && self.ahead.is_some() => turn.askers.len(),
            Some(_) => usize::MAX,
        }
    }

    /// Waits for the end of the turn under way; for ever, if there is none. Nothing is lost when this is dropped before.
    pub(super) async fn over(&mut self) -> Told {
        let Some(UnderWay { task, .. }) = &mut self.under_way else { return std::future::pending().await };
        let turned = task.await;
        match self.under_way.take() {
            Some(UnderWay { askers, begun, .. }) => self.conclude(turned, askers, begun),
            None => Told(Vec::new()),
        }
    }

    /// Takes these jobs' turn as soon as it may.
    pub(super) async fn next(&mut self, jobs: Vec<Job>) {
        let taken = Instant::now();
        self.latest = self.latest.max(self.writer.clock.now());
        let (claims, askers): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.claim, job.answer)).unzip();
        let claims: Arc<[Claim]> = claims.into();
        let prepared = self.prepared(&claims).await;
        let told = if self.under_way.is_some() { Some(self.over().await) } else { None };
        // After a turn of which nobody knows how it ended, or that ended otherwise, only the next turn itself can tell.
        let prepared = prepared.filter(|prepared| self.seen == Some(prepared.upon.tip));
        self.begin(claims, askers, prepared, taken);
        // The store has its work before anybody is told of the batch before.
        tokio::task::yield_now().await;
        if let Some(told) = told {
            told.tell();
        }
    }

    /// Prepares a batch before its turn, if how the turn before leaves the store is known. Nobody waits for it to hear what is
    /// durable.
    async fn prepared(&mut self, claims: &Arc<[Claim]>) -> Option<Prepared> {
        let left = self.left.clone()?;
        if self.ahead.is_none() && self.rested <= Instant::now() {
            self.ahead = (self.writer.ahead)();
        }
        let mut ahead = self.ahead.take()?;
        let (writer, claims, now) = (self.writer.clone(), claims.clone(), self.latest);
        let mut task = tokio::spawn(async move {
            let mut known = timeout(LONGEST_LOOK, ahead.look(&codes(&claims))).await.map_err(|_| Failure::Slow)??;
            left.lie_over(&mut known.held);
            Ok::<_, Failure>((ahead, writer.prepare(&claims, known, left.end, now)?))
        });
        let done = loop {
            tokio::select! {
                biased;
                done = &mut task => break done,
                told = self.over() => told.tell(),
            }
        };
        match flat(done) {
            Ok((ahead, prepared)) => {
                self.ahead = Some(ahead);
                Some(prepared)
            }
            Err(failure) => {
                if let Some(times) = self.unprepared.due() {
                    tracing::warn!(%failure, times, "batches were not prepared before their turn");
                }
                self.rested = Instant::now() + REST;
                None
            }
        }
    }

    fn begin(&mut self, claims: Arc<[Claim]>, askers: Vec<Asker>, prepared: Option<Prepared>, taken: Instant) {
        self.left = prepared.as_ref().map(Prepared::left);
        let mut ledger = self.ledger.take().unwrap_or_else(|| (self.writer.ledger)());
        let (writer, now) = (self.writer.clone(), self.latest);
        let task = tokio::spawn(async move {
            let (found, left, answers) = writer.turn(&mut *ledger, &claims, prepared, now).await?;
            Ok(Turned { ledger, answers, found, left })
        });
        self.under_way = Some(UnderWay { task, askers, begun: taken.max(self.ended) });
    }

    fn conclude(
        &mut self,
        turned: Result<Result<Turned, Failure>, JoinError>,
        askers: Vec<Asker>,
        begun: Instant,
    ) -> Told {
        self.ended = Instant::now();
        self.writer.pace.took(self.ended.duration_since(begun));
        match flat(turned) {
            Ok(Turned { ledger, answers, found, left }) => {
                self.ledger = Some(ledger);
                let alone = self.seen.replace(left.end.tip) == Some(found);
                self.left = alone.then(|| Left::over(left.end));
                Told(askers.into_iter().zip(answers.into_iter().map(Ok)).collect())
            }
            Err(failure) => {
                if let Some(times) = self.failed.due() {
                    tracing::error!(%failure, times, "batches failed; their applicants are asked to retry");
                }
                (self.left, self.seen) = (None, None);
                Told(askers.into_iter().map(|asker| (asker, Err(Unknown))).collect())
            }
        }
    }
}

impl Told {
    pub(super) fn tell(self) {
        for (asker, answer) in self.0 {
            // Whoever hung up can ask again with the same request id.
            let _ = asker.send(answer);
        }
    }
}

impl Writer {
    /// One turn, with what was prepared if that still holds. The journal's end that it found, how it leaves the store, and
    /// what people are told.
    async fn turn(
        &self,
        ledger: &mut dyn Ledger,
        claims: &[Claim],
        prepared: Option<Prepared>,
        now: u64,
    ) -> Result<(Tip, Left, Vec<Answer>), Failure> {
        if let Some(prepared) = prepared {
            let left = prepared.left();
            let kept = match &prepared.batch {
                Some((sealed, line)) => ledger.append_upon(prepared.upon.tip, sealed, line).await?,
                // What a look said and the turn before has kept is enough to refuse.
                None => true,
            };
            if kept {
                return Ok((prepared.upon.tip, left, prepared.answers()));
            }
        }
        let end = ledger.begin().await?;
        let found = end.tip;
        let prepared = self.prepare(claims, ledger.look(&codes(claims)).await?, end, now)?;
        let left = prepared.left();
        let Some((sealed, line)) = &prepared.batch else {
            ledger.leave().await?;
            return Ok((found, left, prepared.answers()));
        };
        match ledger.append(sealed, line).await {
            Ok(()) => Ok((found, left, prepared.answers())),
            // Another process took the register between our look at the clock and the commit. The clock is read again:
            // a signed refusal for being late must not carry a second at which the window was open.
            Err(StoreError::Frozen) => {
                let now = prepared.now.max(self.clock.now());
                Ok((found, Left::over(end), prepared.too_late(now)))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A panic is a failure like others; its words may hold anything, and the panic hook has told standard error.
fn flat<T>(done: Result<Result<T, Failure>, JoinError>) -> Result<T, Failure> {
    done.unwrap_or(Err(Failure::Panic))
}
