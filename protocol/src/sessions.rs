//! `sessions.json`: what every session gave, its closing numbers and prices, and the totals by cohort. SPEC §13.2.

use crate::{
    certificate::{Certificate, Pass},
    draw,
    entry::Revision,
    hash::Hash,
    instance::{Access, DrawKey, Places, Pool, PoolIndex, SessionIndex},
    json,
    lottery::LotteryNumber,
    outcome::{Outcome, Record},
    programme::{Cohort, MechanismName, Programme},
    seat::Seat,
    ticket::Ticket,
};
use serde::{Deserialize, Serialize};

/// The draw key at which a pool closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingNumber {
    /// Tier of the applicant at whom it closed.
    pub tier: u8,
    /// That applicant's lottery number.
    #[serde(with = "json::text::decimal")]
    pub number: u64,
    /// That applicant's ticket.
    pub ticket: Ticket,
}

/// Seats of a session that share an access rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolResult {
    /// `open`, or the identifier of a reserve.
    pub access: String,
    /// Seats.
    pub capacity: u32,
    /// Seats taken.
    pub placed: u32,
    /// One per pass; empty for `optimal`.
    pub closing: Vec<Option<ClosingNumber>>,
    /// Price in rank costs.
    #[serde(with = "json::text::decimal")]
    pub price: i64,
    /// Price in weight times position, one per level.
    #[serde(with = "json::text::decimals")]
    pub tie_prices: Vec<i128>,
}

impl PoolResult {
    /// The closing number of the last pass, which decided; `None` if the pool never closed, or nothing closes.
    pub fn closed(&self) -> Option<ClosingNumber> {
        self.closing.last().copied().flatten()
    }
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionResult {
    /// Its identifier.
    pub id: String,
    /// Seats.
    pub capacity: u32,
    /// Seats taken.
    pub placed: u32,
    /// Its pools: the open one, then those of its reserves in the programme's order.
    pub pools: Vec<PoolResult>,
}

/// Totals of one cohort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortResult {
    /// Its identifier.
    pub id: String,
    /// Active entries.
    pub active: u64,
    /// Withdrawn entries.
    pub withdrawn: u64,
    /// Active entries with a seat.
    pub placed: u64,
    /// Active entries without.
    pub unplaced: u64,
    /// Placed by first, second, … choice; as many as the programme allows choices.
    pub choices: Vec<u64>,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsFile {
    /// `jebi/v0/sessions`.
    pub format: String,
    /// As in the programme.
    pub rehearsal: bool,
    /// Programme hash.
    pub programme: Hash,
    /// What decided.
    pub mechanism: MechanismName,
    /// Passes over the draw order: 0 in `optimal`, otherwise 1 or 2.
    pub passes: u32,
    /// In programme order.
    pub sessions: Vec<SessionResult>,
    /// In programme order.
    pub cohorts: Vec<CohortResult>,
}

impl SessionsFile {
    /// Counts what records and seats say and puts the certificate beside it. Seats are none, or one per record.
    pub fn new(
        programme: &Programme,
        places: &Places,
        register: &[Revision],
        (records, seats): (&[Record], &[Seat]),
        certificate: &Certificate,
    ) -> Self {
        let mut counts = Counts::new(programme, places);
        for (place, (revision, record)) in register.iter().zip(records).enumerate() {
            let number = if seats.is_empty() { Some(0) } else { seats.get(place).and_then(|seat| seat.pool) };
            let pool = match record.outcome {
                Outcome::Placed { session, .. } => number.and_then(|number| draw::pool(places, session, number)),
                _ => None,
            };
            counts.add(revision.body.cohort, record.outcome, pool);
        }
        Self::counted(programme, places, counts, certificate)
    }

    /// The same from what was counted.
    pub fn counted(programme: &Programme, places: &Places, counts: Counts, certificate: &Certificate) -> Self {
        let ids: Vec<&str> = programme.reserves.iter().map(|reserve| reserve.id.as_str()).collect();
        let pool = |pool: usize| {
            let Pool { access, capacity, .. } = places.pools()[pool];
            let access = match access {
                Access::Open => "open",
                Access::Reserved(reserve) => ids.get(reserve.0 as usize).copied().unwrap_or_default(),
            };
            let closing = |pass: &Pass| pass.closing.get(pool).copied().flatten().map(ClosingNumber::from);
            PoolResult {
                access: access.into(),
                capacity,
                placed: counts.placed.get(pool).copied().unwrap_or_default(),
                closing: certificate.passes.iter().map(closing).collect(),
                price: certificate.prices.get(pool).copied().unwrap_or_default(),
                tie_prices: certificate.ties.iter().map(|level| level.get(pool).copied().unwrap_or_default()).collect(),
            }
        };
        let sessions = programme.sessions.iter().zip(0..).map(|(session, index)| {
            let pools: Vec<PoolResult> =
                places.pools_of(SessionIndex(index)).map(|index| pool(PoolIndex(index).at())).collect();
            let placed = pools.iter().map(|pool| pool.placed).sum();
            SessionResult { id: session.id.clone(), capacity: session.capacity, placed, pools }
        });
        Self {
            format: "jebi/v0/sessions".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            mechanism: programme.mechanism.name,
            passes: u32::try_from(certificate.passes.len()).unwrap_or(u32::MAX),
            sessions: sessions.collect(),
            cohorts: counts.cohorts,
        }
    }

    /// The certificate inside; the check of SPEC §12 says whether it fits.
    pub fn certificate(&self) -> Certificate {
        let pools: Vec<&PoolResult> = self.sessions.iter().flat_map(|session| &session.pools).collect();
        let passes = pools.first().map_or(0, |pool| pool.closing.len());
        let closing = |pass: usize| Pass {
            closing: pools.iter().map(|pool| pool.closing.get(pass).copied().flatten().map(DrawKey::from)).collect(),
        };
        let levels = pools.first().map_or(0, |pool| pool.tie_prices.len());
        let tie =
            |level: usize| pools.iter().map(|pool| pool.tie_prices.get(level).copied().unwrap_or_default()).collect();
        Certificate {
            passes: (0..passes).map(closing).collect(),
            prices: pools.iter().map(|pool| pool.price).collect(),
            ties: (0..levels).map(tie).collect(),
        }
    }

    /// Active, withdrawn, placed and unplaced entries of all cohorts together.
    pub fn totals(&self) -> Totals {
        let sum = |field: fn(&CohortResult) -> u64| self.cohorts.iter().map(field).sum();
        Totals {
            active: sum(|c| c.active),
            withdrawn: sum(|c| c.withdrawn),
            placed: sum(|c| c.placed),
            unplaced: sum(|c| c.unplaced),
        }
    }
}

/// Entries of all cohorts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Taking part.
    pub active: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// With a seat.
    pub placed: u64,
    /// Taking part, without a seat.
    pub unplaced: u64,
}

/// What a result adds up to, counted entry by entry, in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many sit in each pool.
    placed: Vec<u32>,
    cohorts: Vec<CohortResult>,
}

impl Counts {
    /// Nothing yet.
    pub fn new(programme: &Programme, places: &Places) -> Self {
        let empty = |cohort: &Cohort| CohortResult {
            id: cohort.id.clone(),
            active: 0,
            withdrawn: 0,
            placed: 0,
            unplaced: 0,
            choices: vec![0; usize::from(programme.max_choices)],
        };
        Self { placed: vec![0; places.pools().len()], cohorts: programme.cohorts.iter().map(empty).collect() }
    }

    /// Counts an entry of a cohort, and the pool in which it sits. A cohort or a choice that the programme does not have
    /// is not counted.
    pub fn add(&mut self, cohort: u16, outcome: Outcome, pool: Option<PoolIndex>) {
        if let Some(placed) = pool.and_then(|pool| self.placed.get_mut(pool.at())) {
            *placed += 1;
        }
        let Some(cohort) = self.cohorts.get_mut(usize::from(cohort)) else { return };
        match outcome {
            Outcome::Withdrawn => cohort.withdrawn += 1,
            Outcome::Unplaced => cohort.unplaced += 1,
            Outcome::Placed { choice, .. } => {
                cohort.placed += 1;
                if let Some(count) = cohort.choices.get_mut(usize::from(choice)) {
                    *count += 1;
                }
            }
        }
        cohort.active = cohort.placed + cohort.unplaced;
    }
}

impl From<DrawKey> for ClosingNumber {
    fn from(key: DrawKey) -> Self {
        Self { tier: key.tier, number: key.number.0, ticket: key.ticket }
    }
}

impl From<ClosingNumber> for DrawKey {
    fn from(closing: ClosingNumber) -> Self {
        Self { tier: closing.tier, number: LotteryNumber(closing.number), ticket: closing.ticket }
    }
}
