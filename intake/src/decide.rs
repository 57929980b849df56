//! What becomes of a request, given what the store holds: a function without I/O. SPEC §5.
//!
//! **Invariant:** a person has one ticket; a revision follows the one before it; who changes an entry shows the key
//! that the revision before asked for, or is the office, and the revision says so for good. Within a batch, later requests see what earlier ones did.

use crate::{
    randomness::{NoRandomness, Randomness},
    refusal::Refusal,
    request::{ByOffice, Request, Wish},
    secrets::{Person, Secrets},
};
use protocol::{
    entry::{Body, Change, ChangeKey, MAX_REVISIONS, Revision, Status},
    hash::Hash,
    instance::Choice,
    programme::Programme,
    ticket::Ticket,
};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// What the store holds about the persons and requests of one batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// The last revision of each person who ever registered.
    pub(crate) entries: BTreeMap<Person, Revision>,
    /// Requests that were granted before, by their keys.
    pub(crate) granted: BTreeMap<Hash, Granted>,
}

impl Held {
    /// Notes a revision of this person, and the key and content of the request that made it.
    pub(crate) fn note(&mut self, person: Person, revision: Revision, request: Hash, content: Hash) {
        self.granted.insert(request, Granted { content, ticket: revision.ticket, revision: revision.revision });
        self.entries.insert(person, revision);
    }
}

/// A request that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) content: Hash,
    pub(crate) ticket: Ticket,
    pub(crate) revision: u32,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A new revision, to be made durable.
    New(Revision),
    /// It was granted before: the same answer again.
    Again(Ticket, u32),
    /// It is refused.
    Refused(Refusal),
}

/// What decides.
pub(crate) struct Rules<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) secrets: &'a Secrets,
    pub(crate) randomness: &'a Randomness,
}

impl Rules<'_> {
    /// Decides `request` at second `now` and notes the consequence in `held`.
    ///
    /// # Errors
    /// [`NoRandomness`]: nothing was decided.
    pub(crate) fn decide(&self, held: &mut Held, request: &Request, now: u64) -> Result<Decision, NoRandomness> {
        if let Some(granted) = held.granted.get(&request.key) {
            return Ok(match granted.content == request.asked.content {
                true => Decision::Again(granted.ticket, granted.revision),
                false => Decision::Refused(Refusal::RequestIdReused),
            });
        }
        let next = match self.judge(held.entries.get(&request.person), request, now) {
            Ok(next) => next,
            Err(refusal) => return Ok(Decision::Refused(refusal)),
        };
        let revision = self.revise(held.entries.get(&request.person), request, next)?;
        held.note(request.person, revision.clone(), request.key, request.asked.content);
        Ok(Decision::New(revision))
    }

    /// Window, eligibility, choices and their reach, entry, change key: in this order, so that the first thing wrong is the one named.
    fn judge(&self, entry: Option<&Revision>, request: &Request, now: u64) -> Result<Next, Refusal> {
        let window = &self.programme.window;
        if now < window.opens_at_unix_s {
            return Err(Refusal::NotOpen);
        }
        if now >= window.closes_at_unix_s {
            return Err(Refusal::Closed);
        }
        let cohort = request.cohort.ok_or(Refusal::NotEligible)?;
        let (district, asked) = (request.district, &request.asked);
        let (status, choices) = match &asked.wish {
            Wish::Register(choices) | Wish::Amend(_, choices) | Wish::Change(choices) => {
                (Status::Active, choices.clone()?)
            }
            Wish::Withdraw(_) => (Status::Withdrawn, Vec::new()),
            Wish::ByOffice(ByOffice { choices: Some(choices), .. }) => (Status::ActiveByOffice, choices.clone()?),
            Wish::ByOffice(ByOffice { choices: None, .. }) => (Status::WithdrawnByOffice, Vec::new()),
        };
        if !choices.iter().all(|choice| self.programme.may_list(cohort, district, choice)) {
            return Err(Refusal::OutOfReach);
        }
        fits_entry(entry, &asked.wish)?;
        let change = match entry {
            // Who shows a key believes to be registered already, and should learn otherwise.
            None if asked.change_key.is_some() => return Err(Refusal::NotRegistered),
            None => None,
            Some(_) if asked.wish.reason().is_some() => Some(Change::Office),
            Some(entry) => Some(Change::Key(shown_key(entry, asked.change_key.as_ref())?)),
        };
        Ok(Next { cohort, district, status, choices, change })
    }

    fn revise(&self, before: Option<&Revision>, request: &Request, next: Next) -> Result<Revision, NoRandomness> {
        let Next { cohort, district, status, choices, change } = next;
        let (ticket, revision) = match before {
            None => (self.randomness.ticket(&request.person)?, 1),
            Some(before) => (before.ticket, before.revision + 1),
        };
        let blinding = self.randomness.blinding(&request.person, revision)?;
        let changes = before.map_or(&[][..], |before| &before.body.changes).iter().cloned();
        let changes = changes.chain(change).collect();
        let made = || self.secrets.change_key(ticket, revision, request.key).hash();
        let next = request.asked.next.unwrap_or_else(made);
        let (channel, person) = (request.asked.channel, request.person.0);
        let body = Body { cohort, district, channel, person, next, changes, choices };
        Ok(Revision { ticket, revision, status, blinding, body })
    }
}

/// What a granted request asks of the next revision.
struct Next {
    cohort: u16,
    district: u16,
    status: Status,
    choices: Vec<Choice>,
    /// What made it possible to change the revision before; none for a first registration.
    change: Option<Change>,
}

fn fits_entry(entry: Option<&Revision>, wish: &Wish) -> Result<(), Refusal> {
    let own = |ticket: &Ticket| entry.is_some_and(|entry| entry.ticket == *ticket);
    if let Wish::Amend(ticket, _) | Wish::Withdraw(Some(ticket)) = wish
        && !own(ticket)
    {
        return Err(Refusal::NoSuchTicket);
    }
    match (entry, wish) {
        (None, Wish::Register(_)) => Ok(()),
        (None, _) => Err(Refusal::NotRegistered),
        // The last revision is kept for a withdrawal: nobody is held in a draw they want to leave.
        (Some(entry), wish) if entry.revision >= MAX_REVISIONS - u32::from(!wish.is_withdrawal()) => {
            Err(Refusal::TooManyRevisions)
        }
        (Some(entry), Wish::Register(_)) if entry.status.is_active() => Err(Refusal::AlreadyRegistered),
        (Some(entry), wish)
            if !entry.status.is_active() && (wish.is_withdrawal() || matches!(wish, Wish::Amend(..))) =>
        {
            Err(Refusal::Withdrawn)
        }
        (Some(_), _) => Ok(()),
    }
}

/// The key, if it is the one the entry's last revision asks for.
fn shown_key(entry: &Revision, key: Option<&ChangeKey>) -> Result<ChangeKey, Refusal> {
    let key = key.ok_or(Refusal::ChangeKeyMissing)?;
    if bool::from(key.hash().0.ct_eq(&entry.body.next.0)) {
        return Ok(key.clone());
    }
    let changes = &entry.body.changes;
    let used = changes.iter().position(|change| *change == Change::Key(key.clone()));
    // A key that the office made useless stands nowhere: whoever shows another one is told what may have become of it.
    let by_office = changes.iter().skip(used.map_or(0, |used| used + 1)).any(|change| *change == Change::Office);
    Err(match used {
        _ if by_office => Refusal::ChangedByOffice,
        Some(_) => Refusal::ChangedElsewhere,
        None => Refusal::WrongChangeKey,
    })
}

#[cfg(test)]
mod tests;
