//! The demo's people: who is on the roll, what each wants, and what each will do in the window.

use super::sources::MAX_CHOICES;
use allocator::synthetic::{Person, World};
use protocol::{
    entry::ChangeKey,
    hash::Hash,
    instance::{Choice, SessionIndex},
    programme::Programme,
};
use serde_json::{Value, json};

/// Half-days of the fortnight's window.
pub(crate) const HALF_DAYS: u32 = 28;

/// Somebody on the roll.
pub(crate) struct Citizen {
    /// The roll's reference.
    pub reference: String,
    /// Birth date, `YYYY-MM-DD`.
    pub born: String,
    /// District code.
    pub district: String,
    /// The access code, once issued.
    pub code: String,
    /// Ranked choices.
    pub choices: Vec<Choice>,
    /// Whether a cohort has the birth date.
    pub eligible: bool,
    /// What the intake gave.
    pub held: Option<Held>,
}

impl Citizen {
    /// Whether this one, at this place of the roll, tries to change the choices without the change key, and then asks the office.
    pub(crate) fn needs_the_office(&self, index: usize) -> bool {
        self.held.is_some() && later(index as u64).iter().any(|(_, act)| *act == Act::NoChangeKey)
    }
}

/// What a citizen keeps after registering.
#[derive(Clone)]
pub(crate) struct Held {
    /// The ticket, as spelled.
    pub ticket: String,
    /// The revision of the last receipt.
    pub revision: u32,
    /// What the next change must show, hexadecimal.
    pub change_key: String,
    /// The last receipt, as it was handed out.
    pub receipt: Vec<u8>,
}

/// One thing a citizen tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    TooEarly,
    Register,
    SendTwice,
    Amend,
    Withdraw,
    RegisterAgain,
    RegisterTwice,
    WrongCode,
    WrongBirthDate,
    NotEligible,
    NoSuchSession,
    TooManyChoices,
    OthersTicket,
    NoChangeKey,
    WrongChangeKey,
    AtTheOffice,
    TooLate,
}

impl Act {
    /// In plain words, for the summary.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::TooEarly => "register before the window opens",
            Self::Register => "register",
            Self::SendTwice => "send the same request twice",
            Self::Amend => "change the choices",
            Self::Withdraw => "withdraw",
            Self::RegisterAgain => "register again after withdrawing",
            Self::RegisterTwice => "register a second time",
            Self::WrongCode => "sign in with a wrong code",
            Self::WrongBirthDate => "sign in with a wrong birth date",
            Self::NotEligible => "register with a birth date outside the cohorts",
            Self::NoSuchSession => "choose a session that does not exist",
            Self::TooManyChoices => "list too many choices",
            Self::OthersTicket => "change another person's ticket",
            Self::NoChangeKey => "change without the change key",
            Self::WrongChangeKey => "change with a wrong change key",
            Self::AtTheOffice => "have it changed at the desk, without the change key",
            Self::TooLate => "register after the close",
        }
    }

    /// The right answer: HTTP status and stable code (none for what is granted).
    pub(crate) fn right_answer(self) -> (u16, Option<&'static str>) {
        match self {
            // A repeated request gets the first answer again.
            Self::Register | Self::SendTwice => (201, None),
            Self::Amend | Self::Withdraw | Self::RegisterAgain | Self::AtTheOffice => (200, None),
            Self::TooEarly => (403, Some("not-open")),
            Self::TooLate => (403, Some("closed")),
            Self::RegisterTwice => (409, Some("already-registered")),
            Self::WrongCode | Self::WrongBirthDate => (403, Some("wrong-code-or-birth-date")),
            Self::NotEligible => (403, Some("not-eligible")),
            Self::NoSuchSession => (422, Some("unknown-choice")),
            Self::TooManyChoices => (422, Some("too-many-choices")),
            Self::OthersTicket => (404, Some("no-such-ticket")),
            Self::NoChangeKey => (403, Some("change-key-missing")),
            Self::WrongChangeKey => (403, Some("wrong-change-key")),
        }
    }
}

/// Everybody on the roll: `people` of the world, and a few whose birth date is in no cohort.
pub(crate) fn roll(world: &World) -> Vec<Citizen> {
    let people = world.shape().people;
    let outside = (people / 500).max(4);
    let eligible = (0..people).map(|n| (format!("KR-{n:07}"), world.person(n)));
    let outside = (0..outside).map(|n| (format!("XX-{n:07}"), world.ineligible_person(n)));
    let citizen = |(reference, person): (String, Person)| Citizen {
        reference,
        born: person.birth.to_string(),
        district: world.districts()[person.district as usize].code.clone(),
        code: String::new(),
        choices: person.choices,
        eligible: person.cohort.is_some(),
        held: None,
    };
    eligible.chain(outside).map(citizen).collect()
}

/// The roll as the office's CSV file.
pub(crate) fn roll_csv(citizens: &[Citizen]) -> String {
    let line = |c: &Citizen| format!("{},{},{}\n", c.reference, c.born, c.district);
    std::iter::once("reference,born,district\n".to_owned()).chain(citizens.iter().map(line)).collect()
}

/// What happens in each half-day, by index of the citizen; the last item is after the close. Everybody's plan depends
/// on the index alone, so the same demo is the same on every machine.
pub(crate) fn plan(citizens: &[Citizen]) -> Vec<Vec<(usize, Act)>> {
    let mut half_days = vec![Vec::new(); HALF_DAYS as usize + 1];
    let close = HALF_DAYS as usize;
    for (index, citizen) in citizens.iter().enumerate() {
        // A fixed stir of the index: neighbours on the roll do not come together.
        let stir = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let day = usize::try_from(stir % u64::from(HALF_DAYS - 8)).unwrap_or(0);
        let mut then = |offset: usize, act| half_days[(day + offset).min(close)].push((index, act));
        if !citizen.eligible {
            then(0, Act::NotEligible);
            continue;
        }
        // Of every two hundred: 6 never come, 2 try after the close only.
        match index % 200 {
            30..36 => continue,
            36..38 => {
                then(close, Act::TooLate);
                continue;
            }
            _ => then(0, Act::Register),
        }
        for act in later(index as u64) {
            then(act.0, act.1);
        }
    }
    half_days
}

/// What a registered citizen does afterwards, at most one thing in a half-day.
fn later(index: u64) -> Vec<(usize, Act)> {
    match index % 200 {
        0..14 => vec![(2, Act::Amend)],
        14 => vec![(1, Act::Amend), (3, Act::Amend), (4, Act::Amend)],
        15..20 => vec![(3, Act::Withdraw)],
        20 => vec![(2, Act::Withdraw), (5, Act::RegisterAgain)],
        21 => vec![(1, Act::RegisterTwice)],
        22 => vec![(1, Act::WrongCode)],
        23 => vec![(1, Act::WrongBirthDate)],
        24 => vec![(1, Act::NoSuchSession)],
        25 => vec![(1, Act::TooManyChoices)],
        26 => vec![(1, Act::OthersTicket)],
        27 => vec![(1, Act::NoChangeKey)],
        28 => vec![(1, Act::WrongChangeKey)],
        29 => vec![(1, Act::SendTwice)],
        _ => Vec::new(),
    }
}

/// The change key a citizen's device would make for a revision; every tenth citizen leaves it to the server.
pub(crate) fn own_key(citizen: &Citizen, revision: u32) -> Option<ChangeKey> {
    let key = Hash::tagged("demo-change-key", &[&revision.to_be_bytes(), citizen.reference.as_bytes()]);
    (!citizen.reference.ends_with('0')).then_some(ChangeKey(key.0))
}

/// Choices as the API takes them.
pub(crate) fn names(programme: &Programme, choices: &[Choice]) -> Vec<Value> {
    let name = |choice: &Choice| match choice {
        Choice::Session(session) => json!({ "session": programme.sessions[session.0 as usize].id }),
        Choice::Site(site) => json!({ "site": programme.sites[site.0 as usize].id }),
    };
    choices.iter().map(name).collect()
}

/// One choice more than is allowed.
pub(crate) fn too_many(programme: &Programme) -> Vec<Value> {
    let choices: Vec<Choice> = (0..).take(MAX_CHOICES + 1).map(|n| Choice::Session(SessionIndex(n))).collect();
    names(programme, &choices)
}
