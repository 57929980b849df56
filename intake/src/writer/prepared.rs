//! A batch decided and sealed: everything but making it durable.
//!
//! It may be prepared while the batch before is being written, from what a look outside any turn says, laid over by what
//! the batch before changes. Whatever is done to the store has its line in the journal, chained to all before; so if the journal
//! still ends where it was expected to, nothing was done in between, and nothing would be decided otherwise.
//!
//! **Invariant:** a batch is appended only at the [`End`] it was prepared upon. A look begins when the turn before the one under
//! way has ended well; so all that it can have missed is the batch under way, and that is laid over.

use super::{Answer, Durable, Failure, Writer};
use crate::{
    batch::{New, Sealed},
    decide::{Decision, Held, Rules},
    identify::{Claim, Denied},
    journal::{self, Line},
    refusal::Refusal,
    request::Request,
    secrets::{CodeHash, Person},
    store::{End, Known},
};
use std::sync::Arc;

/// A request with what was decided, or why it was not looked at.
type Decided = Result<(Request, Decision), Denied>;

/// A batch that is ready to be appended.
pub(super) struct Prepared {
    /// Where it goes.
    pub(super) upon: End,
    /// The second at which it was decided.
    pub(super) now: u64,
    decided: Vec<Decided>,
    /// Nothing, if nobody is granted anything.
    pub(super) batch: Option<(Arc<Sealed>, Line)>,
}

/// How a turn leaves the store, if it is not lost.
#[derive(Clone)]
pub(super) struct Left {
    /// Where the next batch goes.
    pub(super) end: End,
    /// What a look may have missed.
    batch: Option<Arc<Sealed>>,
}

impl Left {
    /// Of a turn that is over: every look from now on sees all of it.
    pub(super) fn over(end: End) -> Self {
        Self { end, batch: None }
    }

    /// Lets what is being granted stand over what a look found: that may have been before or after.
    pub(super) fn lie_over(&self, held: &mut Held) {
        for New { revision, request, content, .. } in self.batch.iter().flat_map(|batch| &batch.revisions) {
            let person = Person(revision.body.person);
            if held.entries.get(&person).is_none_or(|found| found.revision < revision.revision) {
                held.note(person, revision.clone(), *request, *content);
            }
        }
    }
}

impl Writer {
    /// Decides `claims`, of which `known` is known, at second `now` or later, and seals what is granted.
    pub(super) fn prepare(&self, claims: &[Claim], known: Known, upon: End, now: u64) -> Result<Prepared, Failure> {
        let Known { on_roll, mut held } = known;
        // Batches never go back in time, even if the system's clock was set back since the last one.
        let now = now.max(upon.last.map_or(0, |batch| batch.time_unix_s));
        let rules = Rules { programme: &self.programme, secrets: &self.secrets, randomness: &self.randomness };
        let decide = |claim: &Claim| match claim.of(on_roll.get(&claim.shown.code), &self.programme, &self.tries, now) {
            Ok(request) => rules.decide(&mut held, &request, now).map(|decision| Ok((request, decision))),
            Err(denied) => Ok(Err(denied)),
        };
        let decided = claims.iter().map(decide).collect::<Result<Vec<Decided>, _>>()?;
        let new = newly_granted(&decided);
        let batch = match new.is_empty() {
            true => None,
            false => {
                let number = upon.last.map_or(0, |batch| batch.number + 1);
                let sealed = Sealed::new(&self.programme, &self.key, number, now, new)?;
                let line = journal::of_batch(upon.tip, &self.by, &sealed);
                Some((Arc::new(sealed), line))
            }
        };
        Ok(Prepared { upon, now, decided, batch })
    }
}

impl Prepared {
    /// How its turn leaves the store.
    pub(super) fn left(&self) -> Left {
        match &self.batch {
            Some((sealed, line)) => {
                Left { end: End { tip: line.tip(), last: Some(sealed.statement) }, batch: Some(sealed.clone()) }
            }
            None => Left { end: self.upon, batch: None },
        }
    }

    /// What people are told once it is durable.
    pub(super) fn answers(self) -> Vec<Answer> {
        let Self { now, decided, batch, .. } = self;
        answers(decided, batch.as_ref().map(|(sealed, _)| &**sealed), now)
    }

    /// What people are told if the register was taken first: who would have been granted something is too late.
    pub(super) fn too_late(self, now: u64) -> Vec<Answer> {
        answers(self.decided, None, now)
    }
}

/// The codes of those who ask.
pub(super) fn codes(claims: &[Claim]) -> Vec<CodeHash> {
    claims.iter().map(|claim| claim.shown.code).collect()
}

fn newly_granted(decided: &[Decided]) -> Vec<New> {
    let granted = decided.iter().filter_map(|decided| match decided {
        Ok((Request { key, asked, .. }, Decision::New(revision))) => {
            let (request, content, actor) = (*key, asked.content, asked.actor.clone());
            let reason = asked.wish.reason().cloned();
            Some(New { revision: revision.clone(), request, content, actor, reason })
        }
        _ => None,
    });
    granted.collect()
}

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
