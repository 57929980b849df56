//! `sessions.json`: what every session gave, its closing numbers and prices, and the totals by cohort. SPEC §13.2.

use crate::{
    certificate::{Certificate, Pass},
    entry::Revision,
    hash::Hash,
    instance::DrawKey,
    json,
    lottery::LotteryNumber,
    outcome::{Outcome, Record},
    programme::{MechanismName, Programme},
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
    /// `open`.
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
    /// Price in weight times position.
    #[serde(with = "json::text::decimal")]
    pub tie_price: i128,
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
    /// Its pools; one in this version.
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
    /// Passes over the draw order; 1.
    pub passes: u32,
    /// In programme order.
    pub sessions: Vec<SessionResult>,
    /// In programme order.
    pub cohorts: Vec<CohortResult>,
}

impl SessionsFile {
    /// Counts what the records say and puts the certificate beside it.
    pub fn new(programme: &Programme, register: &[Revision], records: &[Record], certificate: &Certificate) -> Self {
        let mut placed = vec![0u32; programme.sessions.len()];
        for record in records {
            if let Outcome::Placed { session, .. } = record.outcome
                && let Some(count) = placed.get_mut(session.0 as usize)
            {
                *count += 1;
            }
        }
        let sessions = programme.sessions.iter().zip(&placed).enumerate().map(|(index, (session, placed))| {
            let closing = |pass: &Pass| pass.closing.get(index).copied().flatten().map(ClosingNumber::from);
            let pool = PoolResult {
                access: "open".into(),
                capacity: session.capacity,
                placed: *placed,
                closing: certificate.passes.iter().map(closing).collect(),
                price: certificate.prices.get(index).copied().unwrap_or_default(),
                tie_price: certificate.ties.first().and_then(|ties| ties.get(index)).copied().unwrap_or_default(),
            };
            let id = session.id.clone();
            SessionResult { id, capacity: session.capacity, placed: *placed, pools: vec![pool] }
        });
        Self {
            format: "jebi/v0/sessions".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            mechanism: programme.mechanism.name,
            passes: 1,
            sessions: sessions.collect(),
            cohorts: cohorts(programme, register, records),
        }
    }

    /// The certificate inside; the check of SPEC §12 says whether it fits.
    pub fn certificate(&self) -> Certificate {
        let pools: Vec<&PoolResult> = self.sessions.iter().flat_map(|session| &session.pools).collect();
        let passes = pools.first().map_or(0, |pool| pool.closing.len());
        let closing = |pass: usize| Pass {
            closing: pools.iter().map(|pool| pool.closing.get(pass).copied().flatten().map(DrawKey::from)).collect(),
        };
        Certificate {
            passes: (0..passes).map(closing).collect(),
            prices: pools.iter().map(|pool| pool.price).collect(),
            ties: vec![pools.iter().map(|pool| pool.tie_price).collect()],
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

fn cohorts(programme: &Programme, register: &[Revision], records: &[Record]) -> Vec<CohortResult> {
    let empty = |cohort: &crate::programme::Cohort| CohortResult {
        id: cohort.id.clone(),
        active: 0,
        withdrawn: 0,
        placed: 0,
        unplaced: 0,
        choices: vec![0; usize::from(programme.max_choices)],
    };
    let mut cohorts: Vec<CohortResult> = programme.cohorts.iter().map(empty).collect();
    for (revision, record) in register.iter().zip(records) {
        let Some(cohort) = cohorts.get_mut(usize::from(revision.body.cohort)) else { continue };
        match record.outcome {
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
    cohorts
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
