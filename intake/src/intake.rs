//! What the API and the pages share: who is asking, the way through the queue, the receipt.
//!
//! **Invariant:** a wrong code and a wrong birth date get the same answer, and one code has few wrong dates. A place in the
//! queue is taken before anything is parsed, so that what cannot be served costs little.

use crate::{
    batch::Paths,
    clock::Clock,
    code::AccessCode,
    html::Prepared,
    http::Fixed,
    identify::{Claim, Shown},
    meters::Meters,
    office::Office,
    problem::Problem,
    queue::Queue,
    refusal::Refusal,
    request::{Asked, Places, Wish},
    secrets::Secrets,
    store::{HistoryLine, OnRoll, Recorded, Store},
    tries::Tries,
    writer::{Answer, Durable, Job},
};
use axum::body::Bytes;
use protocol::{
    entry::{ChangeKey, Channel, Revision},
    hash::Hash,
    note::SigningKey,
    programme::{Programme, civil::Date},
    receipt::{Receipt, refusal},
    ticket::Ticket,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Semaphore, mpsc::OwnedPermit, oneshot},
    time::Instant,
};

/// How long an answer of the writer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Readers of entries at one time.
pub(crate) const READERS: usize = 128;

/// The intake of one draw, as requests see it.
pub(crate) struct Intake {
    pub(crate) programme: Arc<Programme>,
    /// The programme's canonical form.
    pub(crate) published: Fixed,
    /// Pages that are the same for everybody.
    pub(crate) prepared: Prepared,
    pub(crate) office: Office,
    pub(crate) places: Places,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) secrets: Secrets,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) clock: Clock,
    pub(crate) tries: Arc<Tries>,
    pub(crate) queue: Queue,
    /// Whether everybody is turned away as if too many waited.
    pub(crate) paused: AtomicBool,
    /// Set once nobody new is let in.
    pub(crate) stopping: AtomicBool,
    /// Readers of entries who may be asked for at one time; more are asked to come again.
    pub(crate) readers: Semaphore,
    pub(crate) meters: Arc<Meters>,
}

/// What a person shows to be let in, as it was typed.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) access_code: &'a str,
    pub(crate) birth_date: &'a str,
}

/// A request to register, change or withdraw.
pub(crate) struct Submission<'a> {
    pub(crate) credentials: Credentials<'a>,
    pub(crate) request_id: &'a str,
    /// The body as it was sent, for signed refusals.
    pub(crate) body: &'a Bytes,
    pub(crate) wish: Wish,
    pub(crate) change_key: Option<ChangeKey>,
    pub(crate) next: Option<Hash>,
    pub(crate) hand: Hand,
}

/// Through whose hands a request came.
#[derive(Clone, Debug)]
pub(crate) struct Hand {
    pub(crate) channel: Channel,
    /// Who typed it in, if it was not the applicant.
    pub(crate) actor: Option<Arc<str>>,
}

impl Hand {
    /// The applicant's own.
    pub(crate) fn own() -> Self {
        Self { channel: Channel::Own, actor: None }
    }
}

/// A granted request.
pub(crate) struct Granted {
    pub(crate) revision: Revision,
    pub(crate) receipt: Receipt,
    /// The next change key, if it was made here.
    pub(crate) change_key: Option<ChangeKey>,
}

/// An entry as its person reads it.
pub(crate) struct Current {
    pub(crate) revision: Revision,
    pub(crate) receipt: Receipt,
    pub(crate) history: Vec<HistoryLine>,
}

impl Intake {
    /// A place in the queue.
    pub(crate) fn admit(&self) -> Result<OwnedPermit<Job>, Problem> {
        if self.paused.load(Ordering::Relaxed) {
            return Err(Problem::Busy);
        }
        self.queue.place().ok_or(Problem::Busy)
    }

    /// Whether there is no place in the queue. Nothing is taken: who asks has not even sent a body.
    pub(crate) fn is_full(&self) -> bool {
        self.paused.load(Ordering::Relaxed) || self.queue.is_full()
    }

    /// Whether the store answers and the end has not come.
    pub(crate) async fn is_ready(&self) -> bool {
        !self.stopping.load(Ordering::Relaxed) && self.store.last_batch().await.is_ok()
    }

    /// Has a request decided and made durable.
    pub(crate) async fn submit(&self, place: OwnedPermit<Job>, submission: Submission<'_>) -> Result<Granted, Problem> {
        let begun = Instant::now();
        let outcome = self.submitted(place, submission).await;
        self.meters.decided(outcome.as_ref().map_or_else(Problem::code, |_| "granted"), begun.elapsed());
        outcome
    }

    async fn submitted(&self, place: OwnedPermit<Job>, submission: Submission<'_>) -> Result<Granted, Problem> {
        let Submission { credentials, request_id, body, wish, change_key, next, hand } = submission;
        let Hand { channel, actor } = hand;
        check_request_id(request_id)?;
        let (shown, request_id) = (self.shown(credentials)?, request_id.to_owned());
        let content = wish.content(change_key.as_ref(), next);
        let asked = Arc::new(Asked { request_id, content, channel, actor, wish, change_key, next });
        let claim = Claim { shown, asked };
        let (answer, answered) = oneshot::channel();
        self.queue.put(place, Job { claim, answer });
        let Ok(Ok(Ok(answer))) = tokio::time::timeout(PATIENCE, answered).await else { return Err(Problem::Unknown) };
        match answer {
            Answer::Granted(durable) => self.granted(*durable),
            Answer::Again { ticket, revision } => {
                // It was granted once, so whatever fails now must not say that nothing was saved.
                let recorded = self.store.recorded(ticket, revision).await.map_err(|error| {
                    tracing::error!(%error, "a granted request cannot be answered again");
                    Problem::Unknown
                });
                self.granted(recorded?.ok_or(Problem::Unknown)?.into())
            }
            Answer::Denied(denied) => Err(denied.told().await),
            Answer::Refused { refusal, time_unix_s } => Err(self.refused(refusal, body, time_unix_s)),
        }
    }

    /// The entry of the person with these credentials; `ticket`, where given, must be theirs.
    pub(crate) async fn read(&self, credentials: Credentials<'_>, ticket: Option<Ticket>) -> Result<Current, Problem> {
        let reader = self.readers.try_acquire().map_err(|_| Problem::Busy)?;
        let shown = self.shown(credentials)?;
        let found = self.store.person(&shown.code).await?;
        let OnRoll { person, .. } = match shown.of(found.as_ref(), &self.tries, self.clock.now()) {
            Ok(person) => person,
            Err(denied) => {
                // Who waits to hear that a date was wrong keeps no reader waiting.
                drop(reader);
                return Err(denied.told().await);
            }
        };
        let Some(revision) = self.store.entry(person).await? else {
            return Err(if ticket.is_some() { Refusal::NoSuchTicket } else { Refusal::NotRegistered }.into());
        };
        if ticket.is_some_and(|ticket| ticket != revision.ticket) {
            return Err(Refusal::NoSuchTicket.into());
        }
        let recorded = self.store.recorded(revision.ticket, revision.revision).await?.ok_or(Problem::Internal)?;
        let durable = Durable::from(recorded);
        let receipt = self.receipt(&durable)?;
        let revision = durable.revision;
        let mut history = self.store.history(revision.ticket).await?;
        // What was committed since would not fit the entry that was read.
        history.retain(|line| line.revision <= revision.revision);
        Ok(Current { revision, receipt, history })
    }

    /// People are looked up by the code's keyed hash, so that how long that takes says nothing about codes. Codes that are in
    /// force and others are refused after the same wait ([`crate::tries`]), unless the store is slower than that or wrong codes
    /// come in a flood; what tells them apart for certain is that one in force is closed after its wrong dates.
    fn shown(&self, credentials: Credentials<'_>) -> Result<Shown, Problem> {
        let code = AccessCode::parse(credentials.access_code).map(|code| self.secrets.code(&code));
        let shown = code.zip(Date::parse(credentials.birth_date)).map(|(code, born)| Shown { code, born });
        shown.ok_or_else(|| Refusal::WrongCodeOrBirthDate.into())
    }

    fn granted(&self, durable: Durable) -> Result<Granted, Problem> {
        let receipt = self.receipt(&durable)?;
        let Durable { revision, request, .. } = durable;
        let made = self.secrets.change_key(revision.ticket, revision.revision, request);
        let change_key = (made.hash() == revision.body.next).then_some(made);
        Ok(Granted { revision, receipt, change_key })
    }

    /// It is durable by now, so a receipt that cannot be written is no reason to say otherwise.
    fn receipt(&self, durable: &Durable) -> Result<Receipt, Problem> {
        let Durable { revision, place, path, note, .. } = durable;
        Receipt::new(&self.programme, revision, *place, path, note).map_err(|error| {
            tracing::error!(%error, "a receipt cannot be written");
            Problem::Unknown
        })
    }

    fn refused(&self, reason: Refusal, body: &[u8], time_unix_s: u64) -> Problem {
        if !reason.is_signed() {
            return reason.into();
        }
        let note = refusal(&self.programme, &self.key, reason.code(), body, time_unix_s);
        note.map_or(Problem::Internal, |note| Problem::Refused(reason, Some(note)))
    }
}

impl From<Recorded> for Durable {
    fn from(recorded: Recorded) -> Self {
        let Recorded { revision, request, place, leaves, note } = recorded;
        let path = Paths::of(&leaves).path(place as usize);
        Self { revision, request, place, path, note: note.into() }
    }
}

/// 8 to 64 letters, digits, hyphens or underscores.
pub(crate) fn check_request_id(id: &str) -> Result<(), Problem> {
    let fits =
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if fits { Ok(()) } else { Err(Problem::Malformed("request_id: 8 to 64 of A-Z a-z 0-9 - _".to_owned())) }
}
