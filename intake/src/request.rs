//! What somebody who proved to be a person on the roll asks for.

use crate::{refusal::Refusal, secrets::Person};
use protocol::{
    entry::{ChangeKey, Channel},
    hash::Hash,
    instance::{Choice, SessionIndex, SiteIndex},
    programme::Programme,
    ticket::Ticket,
};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// One request, ready to be decided.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Who asks.
    pub(crate) person: Person,
    /// The person's cohort, if the programme has one for the birth date and district.
    pub(crate) cohort: Option<u16>,
    /// The district where the person lives.
    pub(crate) district: u16,
    /// Person and request id: the same request sent twice has the same key.
    pub(crate) key: Hash,
    pub(crate) asked: Arc<Asked>,
}

/// What is asked, whoever asks.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The applicant's own name for this request.
    pub(crate) request_id: String,
    /// What is asked, as one hash: another content under the same key is another request.
    pub(crate) content: Hash,
    pub(crate) channel: Channel,
    /// Who types it in, if it is not the person.
    pub(crate) actor: Option<Arc<str>>,
    pub(crate) wish: Wish,
    pub(crate) change_key: Option<ChangeKey>,
    /// Hash of the next change key, if the applicant made one.
    pub(crate) next: Option<Hash>,
}

/// What is to become of the person's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A first registration, or another one after a withdrawal.
    Register(Choices),
    /// Other choices for this ticket.
    Amend(Ticket, Choices),
    /// Other choices for whatever ticket the person has, or a registration again.
    Change(Choices),
    /// No part in the draw any more; `None` is whatever ticket the person has.
    Withdraw(Option<Ticket>),
    /// The same as `Change` and `Withdraw`, done by the office for a person without the change key. No door but the desk
    /// makes this.
    ByOffice(ByOffice),
}

/// What the office does without the change key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByOffice {
    /// Other choices, or none for a withdrawal.
    pub(crate) choices: Option<Choices>,
    /// Why, for the journal.
    pub(crate) reason: Arc<str>,
}

impl Wish {
    /// Whether the person takes no part any more.
    pub(crate) fn is_withdrawal(&self) -> bool {
        matches!(self, Self::Withdraw(_) | Self::ByOffice(ByOffice { choices: None, .. }))
    }

    /// Why the office makes the change without the change key, if it does.
    pub(crate) fn reason(&self) -> Option<&Arc<str>> {
        match self {
            Self::ByOffice(by) => Some(&by.reason),
            _ => None,
        }
    }

    /// What is asked, as one hash: the same for every spelling of the same request, another for another request under
    /// the same id. Credentials are left out, so that an answer can be had again with a code that was issued since.
    pub(crate) fn content(&self, change_key: Option<&ChangeKey>, next: Option<Hash>) -> Hash {
        let (kind, ticket, choices) = match self {
            Self::Register(choices) => (0, None, Some(choices)),
            Self::Amend(ticket, choices) => (1, Some(*ticket), Some(choices)),
            Self::Change(choices) => (2, None, Some(choices)),
            Self::Withdraw(ticket) => (3, *ticket, None),
            // The same form with its reason in better words is the same request.
            Self::ByOffice(ByOffice { choices: Some(choices), .. }) => (4, None, Some(choices)),
            Self::ByOffice(ByOffice { choices: None, .. }) => (5, None, None),
        };
        // Choices that are refused are never granted, so what stands here for them is never compared.
        let choices = choices.and_then(|choices| choices.as_ref().ok()).map_or(&[][..], Vec::as_slice);
        let list: Vec<u8> = choices.iter().flat_map(|choice| encoded(*choice)).collect();
        let ticket = ticket.map_or([0; 13], |ticket| marked(&ticket.0));
        let key = change_key.map_or([0; 33], |key| marked(&key.0));
        let next = next.map_or([0; 33], |next| marked(&next.0));
        Hash::tagged("intake-content", &[&[kind], &ticket, &key, &next, &list])
    }
}

/// A value that is there, told apart from one that is not.
fn marked<const N: usize, const MARKED: usize>(value: &[u8; N]) -> [u8; MARKED] {
    let mut bytes = [0; MARKED];
    bytes[0] = 1;
    bytes[1..].copy_from_slice(value);
    bytes
}

fn encoded(choice: Choice) -> [u8; 5] {
    let (kind, index) = match choice {
        Choice::Session(session) => (0, session.0),
        Choice::Site(site) => (1, site.0),
    };
    let [a, b, c, d] = index.to_be_bytes();
    [kind, a, b, c, d]
}

/// Choices, or why what was sent is none. Kept unrefused until credentials and window were looked at.
pub(crate) type Choices = Result<Vec<Choice>, Refusal>;

/// A choice by its identifier, as forms and addresses have it: `session.<id>` or `site.<id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Session(String),
    Site(String),
}

impl Named {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once('.')? {
            ("session", id) => Some(Self::Session(id.to_owned())),
            ("site", id) => Some(Self::Site(id.to_owned())),
            _ => None,
        }
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session(id) => write!(f, "session.{id}"),
            Self::Site(id) => write!(f, "site.{id}"),
        }
    }
}

/// The places of a programme's sites and sessions by identifier.
#[derive(Debug)]
pub(crate) struct Places {
    sessions: BTreeMap<String, SessionIndex>,
    sites: BTreeMap<String, SiteIndex>,
    /// Where each site's sessions stand: together, as the programme has them (SPEC §3.1).
    of_site: BTreeMap<String, Range<usize>>,
}

impl Places {
    pub(crate) fn of(programme: &Programme) -> Self {
        let sessions = (0..).zip(&programme.sessions).map(|(index, s)| (s.id.clone(), SessionIndex(index))).collect();
        let sites = (0..).zip(&programme.sites).map(|(index, s)| (s.id.clone(), SiteIndex(index))).collect();
        let mut of_site: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for (at, session) in programme.sessions.iter().enumerate() {
            of_site.entry(session.site.clone()).or_insert(at..at).end = at + 1;
        }
        Self { sessions, sites, of_site }
    }

    pub(crate) fn choice(&self, named: &Named) -> Option<Choice> {
        match named {
            Named::Session(id) => self.sessions.get(id).copied().map(Choice::Session),
            Named::Site(id) => self.sites.get(id).copied().map(Choice::Site),
        }
    }

    /// The places of a site's sessions in the programme's list; empty for a site without any.
    pub(crate) fn sessions_of(&self, site: &str) -> Range<usize> {
        self.of_site.get(site).cloned().unwrap_or_default()
    }

    /// The choices with these names, at most `max`, all different.
    pub(crate) fn choices(&self, named: &[Named], max: u8) -> Choices {
        if named.is_empty() {
            return Err(Refusal::NoChoices);
        }
        if named.len() > usize::from(max) {
            return Err(Refusal::TooManyChoices);
        }
        let mut choices = Vec::with_capacity(named.len());
        for name in named {
            let choice = self.choice(name).ok_or(Refusal::UnknownChoice)?;
            if choices.contains(&choice) {
                return Err(Refusal::RepeatedChoice);
            }
            choices.push(choice);
        }
        Ok(choices)
    }
}

/// How a choice of this programme is named; `None` if its index is outside.
pub(crate) fn name_of(programme: &Programme, choice: Choice) -> Option<Named> {
    match choice {
        Choice::Session(SessionIndex(at)) => {
            programme.sessions.get(usize::try_from(at).ok()?).map(|session| Named::Session(session.id.clone()))
        }
        Choice::Site(SiteIndex(at)) => {
            programme.sites.get(usize::try_from(at).ok()?).map(|site| Named::Site(site.id.clone()))
        }
    }
}
