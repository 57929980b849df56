//! The programme: everything that can influence a draw's result, fixed before registration opens. SPEC §3.
//!
//! **Invariant:** a [`Programme`] has passed every rule of SPEC §3.1; there is no other way to get one than
//! [`Programme::parse`] (canonical bytes) or `source::compile` (what officials write).

mod access;
mod apportionment;
pub mod civil;
mod cohorts;
mod error;
mod keys;
mod place;
mod reach;
mod reserves;
mod rules;
pub mod source;

pub use apportionment::{ApportionmentFault, ApportionmentRule, Bound, MOST_ASKED, MOST_PAIRS, ReachingGroup};
pub use cohorts::{Admission, Boundary, Neighbour, admissions, boundaries};
pub use error::{
    FORMAT, LARGEST_CAPACITY, LARGEST_COST, MOST_CHOICES, MOST_LOTS, ProgrammeError, SHORTEST_OBJECTION_S,
};
pub use place::{Item, Place};
pub use reach::{MOST_ROWS, Reach, ReachRow};
pub use reserves::{MOST_RESERVES, Reserve, SessionReserve};
pub use rules::faults;

use crate::{hash::Hash, instance::Class, json};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// A name in the two languages of version 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// The registration window and the objection period, in Unix seconds. A revision counts iff `opens <= time < closes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First second in which a registration counts.
    pub opens_at_unix_s: u64,
    /// First second in which none counts any more.
    pub closes_at_unix_s: u64,
    /// The beacon round is the first at or after this second.
    pub objection_ends_at_unix_s: u64,
}

/// The beacon round that will give the seed, computed from the window (SPEC §9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconRound {
    /// drand quicknet's chain hash, hexadecimal.
    pub chain_hash: String,
    /// The round's number.
    pub round: u64,
}

/// Which of the three mechanisms decides (SPEC §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MechanismName {
    /// The lottery, choice by choice.
    Serial,
    /// The lottery decides who, the optimiser where.
    Priority,
    /// The optimiser; the lottery settles ties.
    Optimal,
}

/// The mechanism and its integer costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MechanismChoice {
    /// Which mechanism.
    pub name: MechanismName,
    /// Cost of each rank, from 0; empty for `serial`.
    pub rank_costs: Vec<u32>,
    /// Cost of leaving somebody of each tier out; `optimal` only.
    pub unplaced_costs: Vec<u32>,
    /// What it costs beyond the rank that somebody uses a released reserve of others; `optimal` only, else 0.
    pub outsider_cost: u32,
}

/// An inclusive range of civil birth dates, `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Born {
    /// First birth date that belongs.
    pub from: civil::Date,
    /// Last birth date that belongs.
    pub to: civil::Date,
}

/// People with one tier. Exactly one cohort, or none, fits a person's birth date and district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cohort {
    /// Identifier, `[a-z0-9][a-z0-9-]{0,31}`.
    pub id: String,
    /// Name for people.
    pub title: Title,
    /// Priority class from 1; tier 1 comes first.
    pub tier: u8,
    /// How many lottery numbers each draws, of which the smallest counts: 1 … 8.
    pub lots: u8,
    /// Birth dates, sorted, inclusive.
    pub born: Vec<Born>,
    /// Codes of the districts whose residents it admits; empty: any.
    pub districts: Vec<String>,
    /// Declared attributes, empty: none asked. Only empty in this version.
    pub attributes: Vec<String>,
}

/// A district that residents and sites belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// Official code.
    pub code: String,
    /// Name for people.
    pub name: Title,
}

/// A place with sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Identifier.
    pub id: String,
    /// Name for people, as the place calls itself.
    pub name: String,
    /// Code of its district.
    pub district: String,
    /// Degrees north × 1,000,000 (WGS 84).
    pub latitude_microdeg: i32,
    /// Degrees east × 1,000,000 (WGS 84).
    pub longitude_microdeg: i32,
}

/// Seats at one site at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Identifier.
    pub id: String,
    /// Identifier of its site.
    pub site: String,
    /// When it starts.
    pub starts_at_unix_s: u64,
    /// Seats, 1 … 1,000,000, those of its reserves among them.
    pub capacity: u32,
    /// Seats kept for reserves, in the order of the programme's reserves; the rest is open to all.
    pub reserves: Vec<SessionReserve>,
}

/// The draw's log: its origin, and the key of that name which signs its heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIdentity {
    /// Origin line of the checkpoints; ends in `/rehearsal` exactly for rehearsals.
    pub origin: String,
    /// Verifier key.
    pub key: String,
}

/// The key that signs receipts, refusals and their anchors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptsKey {
    /// Verifier key.
    pub key: String,
}

/// Who cosigns the log's heads, and how many must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witnesses {
    /// Cosignature verifier keys.
    pub keys: Vec<String>,
    /// How many distinct witnesses a head needs.
    pub quorum: u32,
    /// How many of them may be faulty.
    pub faults: u32,
}

/// The fields of a programme, in the canonical form's names. See SPEC §3.1 for the rules on each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// `jebi/v0/programme`.
    pub format: String,
    /// Whether the draw may run with another clock than the world's.
    pub rehearsal: bool,
    /// Name for people.
    pub title: Title,
    /// IANA time zone, for display.
    pub time_zone: String,
    /// When registration opens and closes, and when objections end.
    pub window: Window,
    /// Chain and round of the beacon.
    pub beacon: BeaconRound,
    /// Mechanism and costs.
    pub mechanism: MechanismChoice,
    /// Longest list of choices.
    pub max_choices: u8,
    /// Cohorts in order; entries name them by index.
    pub cohorts: Vec<Cohort>,
    /// Districts in order; entries name them by index.
    pub districts: Vec<District>,
    /// Sites in order; entries name them by index.
    pub sites: Vec<Site>,
    /// Sessions in order, grouped by site; entries name them by index.
    pub sessions: Vec<Session>,
    /// For whom seats can be kept, in order; sessions name them.
    pub reserves: Vec<Reserve>,
    /// Who may list what.
    pub reach: Reach,
    /// Reserves whose seats follow from who registers.
    pub apportionment: Option<ApportionmentRule>,
    /// Not built: `null`.
    pub refill: Option<serde_json::Value>,
    /// `open`: entries are public.
    pub disclosure: String,
    /// The draw's log.
    pub log: LogIdentity,
    /// The intake's key.
    pub receipts: ReceiptsKey,
    /// Verifier keys of those who sign the programme, the events and the manifest.
    pub operators: Vec<String>,
    /// Witnesses and quorum.
    pub witnesses: Witnesses,
    /// Not built: `null`.
    pub supersedes: Option<serde_json::Value>,
}

/// A valid programme with its canonical bytes and hash. Fields are read through `Deref`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    fields: Fields,
    access: access::Access,
    members: apportionment::Members,
    bytes: Vec<u8>,
    hash: Hash,
}

impl Deref for Programme {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Programme {
    /// Reads the canonical form and checks every rule.
    ///
    /// # Errors
    /// The first [`ProgrammeError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ProgrammeError> {
        Self::of(json::parse(bytes)?)
    }

    /// Checks every rule of SPEC §3.1 and fixes the canonical bytes and their hash.
    ///
    /// # Errors
    /// The first [`ProgrammeError`]; [`faults`] gives them all.
    pub fn of(fields: Fields) -> Result<Self, ProgrammeError> {
        if let Some(fault) = rules::faults(&fields).into_iter().next() {
            return Err(fault);
        }
        let bytes = json::to_bytes(&fields)?;
        let hash = Hash::tagged("programme", &[&bytes]);
        let access = access::Access::of(&fields);
        // The rules have shown that it is not too much work.
        let members = apportionment::Members::of(&fields, &access).unwrap_or_default();
        Ok(Self { fields, access, members, bytes, hash })
    }

    /// The canonical bytes: `programme.json`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The programme hash.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The groups of its apportionment, in order; none without one.
    pub fn groups(&self) -> &[ReachingGroup] {
        &self.members.groups
    }

    /// The place among [`groups`](Self::groups) of the one that this cohort and district belong to.
    pub fn group_of(&self, cohort: u16, district: u16) -> Option<usize> {
        self.members.group_of(Class::new(cohort, district))
    }

    /// `rehearsal` or `binding`: the line that every note of this draw carries (SPEC §2.7).
    pub fn mark(&self) -> &'static str {
        if self.rehearsal { "rehearsal" } else { "binding" }
    }

    /// The first three lines of every note of this draw: what it is, whether it binds, the programme hash.
    pub fn heading(&self, name: &str) -> String {
        format!("jebi/v0/{name}\n{}\n{}\n", self.mark(), self.hash)
    }

    /// The first bytes of every binary file of this draw: what it is, the mark of a rehearsal, the programme hash.
    pub(crate) fn header(&self, format: &[u8]) -> Vec<u8> {
        self.header_marked(format, self.rehearsal)
    }

    /// Whether a binary file is of this programme, but flagged as a rehearsal's where it is binding, or the reverse.
    pub(crate) fn is_marked_otherwise(&self, format: &[u8], bytes: &[u8]) -> bool {
        bytes.starts_with(&self.header_marked(format, !self.rehearsal))
    }

    fn header_marked(&self, format: &[u8], rehearsal: bool) -> Vec<u8> {
        [format, &[u8::from(rehearsal)], &self.hash.0].concat()
    }
}
