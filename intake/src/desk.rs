//! The desk: people who come on paper or by telephone, with their letter. Somebody of the office types, the same rules decide.
//!
//! A desk is an intake without doors: a second one on the same store. Both take turns there, so that it does not matter
//! whether the service runs meanwhile. Who typed stands beside the revision and in the journal; the channel stands in the
//! entry's body (SPEC §5.1).
//!
//! A person who lost the change key and showed at the office who they are is helped by a change of the office: marked as that in
//! the entry for good (SPEC §5.4), with a reason in the journal. It needs a [`Reason`], so that nobody makes one by leaving
//! something out.
//!
//! **Invariant:** but for that a desk can do nothing that the person could not do: it shows the person's access code and birth
//! date, and for a change the change key. The same form given in twice counts once.

use crate::{
    html,
    intake::{Credentials, Granted, Hand, Intake, Submission},
    journal::By,
    meters::Meters,
    problem::Problem,
    randomness::{self, NoRandomness},
    refusal::Refusal,
    request::{ByOffice, Choices, Named, Wish, name_of},
    serve::{Begun, Config, ServeError, begin},
};
use axum::body::Bytes;
use pages::Lang;
use protocol::{
    entry::{ChangeKey, Channel, Status},
    hash::{Hash, hex},
    instance::Choice,
    programme::Programme,
    ticket::Ticket,
};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// How forms come to a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Filled in by the person.
    Paper,
    /// Said by the person, who is on the telephone or sits at the desk.
    Telephone,
}

/// One form, as it was typed.
#[derive(Clone)]
pub struct Form {
    /// From the letter.
    pub access_code: String,
    /// `1960-02-29`, `19600229` or `1960. 2. 29.`.
    pub birth_date: String,
    /// What tells this form from the person's other ones, such as its number. The same twice is the same request.
    pub number: String,
    /// What the person wants.
    pub asked: Asked,
    /// The change key of the person's last receipt, where there is one; empty for a first registration.
    pub change_key: String,
    /// Why the office changes the entry without the change key, if it does; then the key is empty.
    pub by_office: Option<Reason>,
}

/// Why the office changes an entry without the change key, as the journal will have it. Nobody's name belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(Arc<str>);

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To take part with these choices, best first, each as `session.ID` or `site.ID`; with the change key: other choices
    /// than before, or again after a withdrawal.
    Choices(Vec<String>),
    /// To take no part any more.
    Withdrawal,
}

/// What the person takes along.
#[derive(Clone)]
pub struct Handout {
    /// Whose.
    pub ticket: Ticket,
    /// Which revision.
    pub revision: u32,
    /// Whether it takes part.
    pub status: Status,
    /// Its choices, as `session.ID` or `site.ID`.
    pub choices: Vec<String>,
    /// The signed receipt: canonical JSON, without the change key.
    pub receipt: String,
    /// The key for the next change, 64 hexadecimal digits.
    pub change_key: String,
    /// The page of the receipt with the change key, to be printed: complete in itself.
    pub page: String,
}

/// A form that was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words} ({code})")]
pub struct NotGranted {
    /// The API's code, such as `wrong-code-or-birth-date`.
    pub code: &'static str,
    /// In the language of the desk's pages.
    pub words: String,
    /// The signed refusal (SPEC §7.5), for the person to keep.
    pub refusal: Option<String>,
}

/// An open desk.
pub struct Desk {
    intake: Arc<Intake>,
    writer: JoinHandle<()>,
    counter: JoinHandle<()>,
    hand: Hand,
    lang: Lang,
}

/// How often a form is sent again whose commit did not come back.
const TRIES: usize = 3;

/// How long it waits in between.
const PAUSE: Duration = Duration::from_millis(500);

impl Reason {
    /// Most characters of one.
    pub const LONGEST: usize = 80;

    /// One line that says something; `None` if it is none, longer than [`Self::LONGEST`], or has in it what turns lines round in a
    /// terminal, or `|`, which stands between reasons.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = |c: char| {
            !c.is_control()
                && !matches!(c, '|' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let fits = !text.is_empty() && text.chars().count() <= Self::LONGEST && text.chars().all(is_plain);
        fits.then(|| Self(text.into()))
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Way {
    /// How the entry says it.
    pub fn channel(self) -> Channel {
        match self {
            Self::Paper => Channel::Paper,
            Self::Telephone => Channel::Assisted,
        }
    }

    /// How the journal says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Telephone => "telephone",
        }
    }
}

impl Desk {
    /// Opens a desk at which `actor` types, on the runtime it is called from. Pages and words are in `lang`.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn open(config: Config, actor: &str, way: Way, lang: Lang) -> Result<Self, ServeError> {
        let by = By { actor: actor.to_owned(), channel: way.name().to_owned() };
        let Begun { intake, writer, counter } = begin(config, by, Arc::new(Meters::new(0)))?;
        let hand = Hand { channel: way.channel(), actor: Some(actor.into()) };
        Ok(Self { intake, writer, counter, hand, lang })
    }

    /// Has a form decided and made durable.
    ///
    /// # Errors
    /// [`NotGranted`]; only with the code `unknown-retry` may it have been kept all the same: give it in again.
    pub async fn give_in(&self, form: &Form) -> Result<Handout, NotGranted> {
        let mut tries = 1;
        loop {
            match self.submit(form).await {
                Err(Problem::Unknown | Problem::Busy) if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                outcome => return outcome.map_err(|problem| self.told(&problem)),
            }
        }
    }

    async fn submit(&self, form: &Form) -> Result<Handout, Problem> {
        let Form { access_code, birth_date, number, asked, change_key, by_office } = form;
        let place = self.intake.admit()?;
        let change_key = html::change_key(change_key)?;
        let wish = match (asked, by_office) {
            (_, Some(_)) if change_key.is_some() => {
                return Err(Problem::Malformed("change_key: what the office changes needs none".to_owned()));
            }
            (asked, Some(Reason(reason))) => {
                let choices = match asked {
                    Asked::Withdrawal => None,
                    Asked::Choices(named) => Some(self.choices(named)),
                };
                Wish::ByOffice(ByOffice { choices, reason: reason.clone() })
            }
            (Asked::Withdrawal, None) => Wish::Withdraw(None),
            (Asked::Choices(named), None) if change_key.is_some() => Wish::Change(self.choices(named)),
            (Asked::Choices(named), None) => Wish::Register(self.choices(named)),
        };
        let number = Hash::tagged("intake-desk-form", &[number.trim().as_bytes()]);
        let request_id = hex(&number.0);
        let birth_date = html::birth_date(birth_date);
        // A signed refusal names the request that it refuses: there is none but the form on the desk.
        let body = Bytes::copy_from_slice(request_id.as_bytes());
        let credentials = Credentials { access_code, birth_date: &birth_date };
        let hand = self.hand.clone();
        let submission =
            Submission { credentials, request_id: &request_id, body: &body, wish, change_key, next: None, hand };
        self.handout(self.intake.submit(place, submission).await?)
    }

    fn choices(&self, named: &[String]) -> Choices {
        let named = named.iter().map(|name| Named::parse(name.trim()).ok_or(Refusal::UnknownChoice));
        let named = named.collect::<Result<Vec<_>, _>>()?;
        self.intake.places.choices(&named, self.intake.programme.max_choices)
    }

    /// It is durable by now: whatever fails here is no reason to say otherwise.
    fn handout(&self, granted: Granted) -> Result<Handout, Problem> {
        let page = html::handout(&self.intake, self.lang, &granted).ok_or(Problem::Unknown)?;
        let Granted { revision, receipt, change_key } = granted;
        let receipt =
            receipt.to_bytes().ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Problem::Unknown)?;
        let ChangeKey(key) = change_key.ok_or(Problem::Unknown)?;
        let choices = named(&self.intake.programme, &revision.body.choices);
        let (ticket, status) = (revision.ticket, revision.status);
        Ok(Handout { ticket, revision: revision.revision, status, choices, receipt, change_key: hex(&key), page })
    }

    /// A number for a form that has none.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh_number(&self) -> Result<String, NoRandomness> {
        Ok(hex(&randomness::system::<16>()?))
    }

    fn told(&self, problem: &Problem) -> NotGranted {
        let refusal = match problem {
            Problem::Refused(_, note) => note.clone(),
            _ => None,
        };
        NotGranted { code: problem.code(), words: problem.words(self.lang), refusal }
    }

    /// Waits for what is under way. The database stays open.
    pub async fn close(self) {
        let Self { intake, writer, counter, .. } = self;
        drop(intake);
        for task in [writer, counter] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the desk did not end well");
            }
        }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk(of programme {})", self.intake.programme.hash())
    }
}

fn named(programme: &Programme, choices: &[Choice]) -> Vec<String> {
    choices.iter().filter_map(|choice| name_of(programme, *choice)).map(|name| name.to_string()).collect()
}
