//! One person's result, from a bundle's files: the number, what happened at each choice, why this outcome. SPEC §11, §13.
//!
//! **Invariant:** an [`Explanation`] repeats what the files say and what the mechanism's rules make of it; it computes no
//! result. Whether the files are true is `protocol::verify`'s question.

mod facts;
mod words;

pub(crate) use facts::{Ground, in_words};
pub(crate) use words::luckiest;

use crate::opened::{self, OpenError};
use protocol::{
    bundle::RunsFile,
    lottery::LotteryNumber,
    manifest::Files,
    programme::{MechanismName, Programme, Reach, Title},
    sessions::{ClosingNumber, SessionsFile},
    ticket::Ticket,
};

/// Why nothing can be said about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// A file cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The register does not have the ticket.
    #[error("the register of this draw has no ticket {0}")]
    Unknown(Ticket),
    /// The ticket's record or entry names something that the programme or `sessions.json` does not have.
    #[error("the files contradict each other about ticket {0}: verify the bundle")]
    Contradiction(Ticket),
}

/// A session in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Identifier of the session.
    pub session: String,
    /// Name of its site.
    pub site: String,
    /// When it starts, in seconds since 1970.
    pub starts_at_unix_s: u64,
}

/// What a line of the list asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A session.
    Session(Place),
    /// Any session of the site with this name.
    Site(String),
}

/// What a seat cost the others, in the programme's rank costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// This many steps down the list, where the programme's rank costs are 0, 1, 2, ….
    Steps(u64),
    /// This much, where the programme has other rank costs.
    Cost(u64),
    /// At least as much as leaving somebody without a seat counts, in the tier where that counts least.
    Out(u64),
}

/// How a choice compares with what the applicant got, where prices decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is the choice that the applicant got.
    Got,
    /// What it would have cost the others is more than it would have given the applicant.
    Dearer,
    /// What it would have cost the others is at least what it would have given the applicant. Prices are the least
    /// ones, so that whoever's wish sets a price finds equality; it does not say that luck decided.
    Level,
}

/// What somebody with a seat found at a choice when their turn came. Whom the first of two passes placed had it in that
/// pass (SPEC §11.4), and the second one's closing numbers say nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was open.
    Open {
        /// Where it closed later in that pass, if it did.
        until: Option<ClosingNumber>,
    },
    /// It had closed, and was open to the applicant again in the second pass.
    Again,
}

/// What became of one choice. For a site, of the session that says most: the one that closed last, or that costs least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All its sessions stand further up in the list.
    Repeated,
    /// All its seats were kept for others and never opened.
    Kept,
    /// It had closed when the applicant's turn came.
    Closed {
        /// Its closing number.
        at: ClosingNumber,
    },
    /// It was open at the applicant's turn.
    Open {
        /// Where it closed later, if it did.
        until: Option<ClosingNumber>,
    },
    /// `priority`: it was open, but its seats all went to people who had nowhere else to go.
    Yielded {
        /// What the applicant found.
        turn: Turn,
    },
    /// It was open to the optimiser, at a price.
    Priced {
        /// `priority`: what the applicant found. None in `optimal`.
        turn: Option<Turn>,
        /// What a seat cost the others.
        price: Price,
        /// Against what the applicant got.
        comparison: Comparison,
    },
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was asked for.
    pub wanted: Wanted,
    /// What became of it.
    pub fate: Fate,
    /// For whom the seats were kept that this is said of, if for anybody.
    pub kept: Option<Title>,
}

/// A seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which choice it fulfils, from 0.
    pub choice: usize,
    /// Where.
    pub place: Place,
    /// For whom it was kept, if for anybody.
    pub kept: Option<Kept>,
    /// Whether it was given only when kept seats that were left had been opened to everybody (SPEC §11.4).
    pub second_pass: bool,
}

/// Somebody for whom a seat was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The reserve.
    pub title: Title,
    /// Whether who has it is not one of them.
    pub released: bool,
}

/// What happened to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It took no part.
    Withdrawn,
    /// It took part.
    Drawn {
        /// Its lottery number; smaller is luckier.
        number: LotteryNumber,
        /// Than how many of all possible numbers it is luckier, in hundredths of a percent, rounded down.
        luckier_than_hundredths_of_percent: u16,
        /// The list, best first.
        lines: Vec<Line>,
        /// What it got.
        seat: Option<Seat>,
    },
}

/// One person's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whose.
    pub ticket: Ticket,
    /// Whether the draw is a rehearsal.
    pub rehearsal: bool,
    /// The draw.
    pub title: Title,
    /// For times.
    pub time_zone: String,
    /// What decided.
    pub mechanism: MechanismName,
    /// The applicant's cohort.
    pub cohort: Title,
    /// How many numbers each of that cohort draws.
    pub lots: u8,
    /// Where the applicant lives, if the programme makes a difference of it.
    pub district: Option<Title>,
    /// Its tier.
    pub tier: u8,
    /// How many tiers the programme has.
    pub tiers: u8,
    /// Whether the office made the last change of the entry, without the change key.
    pub by_office: bool,
    /// What leaving somebody of this tier out costs; 0 but in `optimal`.
    pub unplaced_cost: u32,
    /// What a seat by each choice costs; none in `serial`.
    pub rank_costs: Vec<u32>,
    /// The rest.
    pub part: Part,
}

/// What a bundle says about a ticket.
///
/// # Errors
/// [`ExplainError`].
pub fn explain(files: &Files, ticket: Ticket) -> Result<Explanation, ExplainError> {
    let programme = opened::programme(files)?;
    let sessions: SessionsFile = opened::file(files, crate::layout::protocol::SESSIONS)?;
    let index: RunsFile = opened::file(files, crate::layout::protocol::RUNS)?;
    let unknown = ExplainError::Unknown(ticket);
    let Some(number) = index.run_of(ticket) else { return Err(unknown) };
    let published = opened::run(files, &programme, number)?;
    let Some(place) = published.run.revisions.iter().position(|entry| entry.ticket == ticket) else {
        return Err(unknown);
    };
    let (entry, record) = (&published.run.revisions[place], &published.records[place]);
    let seat = published.seats.get(place).copied().unwrap_or_default();
    let contradiction = ExplainError::Contradiction(ticket);
    let cohort = programme.cohorts.get(usize::from(entry.body.cohort)).ok_or(contradiction.clone())?;
    let ground = facts::Ground::new(&programme, &sessions).ok_or(contradiction.clone())?;
    let part = ground.part(entry, record, seat).ok_or(contradiction)?;
    Ok(Explanation {
        ticket,
        rehearsal: programme.rehearsal,
        title: programme.title.clone(),
        time_zone: programme.time_zone.clone(),
        mechanism: programme.mechanism.name,
        cohort: cohort.title.clone(),
        lots: cohort.lots,
        district: district(&programme, entry.body.district),
        tier: cohort.tier,
        tiers: tiers(&programme),
        by_office: entry.status.is_by_office(),
        unplaced_cost: unplaced_cost(&programme, cohort.tier),
        rank_costs: programme.mechanism.rank_costs.clone(),
        part,
    })
}

/// The district's name, where cohorts, reserves or reach ask for districts.
fn district(programme: &Programme, district: u16) -> Option<Title> {
    let cohorts = programme.cohorts.iter().any(|cohort| !cohort.districts.is_empty());
    let reserves = programme.reserves.iter().any(|reserve| !reserve.districts.is_empty());
    let asked = cohorts || reserves || matches!(programme.reach, Reach::Table { .. });
    programme.districts.get(usize::from(district)).filter(|_| asked).map(|district| district.name.clone())
}

fn tiers(programme: &Programme) -> u8 {
    programme.cohorts.iter().map(|cohort| cohort.tier).max().unwrap_or(1)
}

fn unplaced_cost(programme: &Programme, tier: u8) -> u32 {
    let place = usize::from(tier).checked_sub(1);
    place.and_then(|place| programme.mechanism.unplaced_costs.get(place)).copied().unwrap_or(0)
}
