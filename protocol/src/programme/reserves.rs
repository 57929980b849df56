//! Reserves: seats of sessions kept for some cohorts and districts. SPEC §3.1.
//!
//! **Invariant:** after [`faults`] finds nothing, every session's reserves stand in the programme's order, each once,
//! and leave the open pool what is left of the capacity, which may be nothing.

use super::{
    Fields, MechanismName, Place, ProgrammeError, Session, Title, access,
    access::Places,
    rules::{self, Faults},
};
use serde::{Deserialize, Serialize};

/// Most reserves: a session numbers its pools in 16 bits, the open one 0, and the largest number says "none".
pub const MOST_RESERVES: usize = 65_534;

/// For whom seats can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub title: Title,
    /// Identifiers of the cohorts that it is for; empty: any.
    pub cohorts: Vec<String>,
    /// Codes of the districts that it is for; empty: any.
    pub districts: Vec<String>,
    /// Whether seats that its members leave free are opened to others.
    pub release: bool,
}

/// Seats of one session that are kept for a reserve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionReserve {
    /// Identifier of the reserve.
    pub reserve: String,
    /// How many seats, at least 1.
    pub seats: u32,
}

impl Session {
    /// Seats that no reserve has.
    pub fn open_seats(&self) -> u32 {
        let kept = self.reserves.iter().fold(0_u32, |sum, reserve| sum.saturating_add(reserve.seats));
        self.capacity.saturating_sub(kept)
    }
}

/// The reserves themselves; [`of_session`] has the rules of the seats.
pub(super) fn faults(fields: &Fields, faults: &mut Faults) {
    if fields.reserves.len() > MOST_RESERVES {
        let found = fields.reserves.len();
        faults.push(ProgrammeError::Count { list: "reserves", found, most: MOST_RESERVES });
    }
    rules::identifiers("reserves", "id", fields.reserves.iter().map(|reserve| &*reserve.id), faults);
    let cohorts = access::places(fields.cohorts.iter().map(|cohort| &*cohort.id));
    let districts = access::places(fields.districts.iter().map(|district| &*district.code));
    for (index, reserve) in fields.reserves.iter().enumerate() {
        let place = |field| Place::item("reserves", index, &reserve.id, field);
        rules::title(&reserve.title, place, faults);
        named_once(&reserve.cohorts, "cohort", &cohorts, place("cohorts"), faults);
        named_once(&reserve.districts, "district", &districts, place("districts"), faults);
        if reserve.release && fields.mechanism.name == MechanismName::Serial {
            faults.push(ProgrammeError::ReleaseInSerial { place: place("release") });
        }
    }
}

/// The seats that one session keeps; `reserves` are the places of the programme's.
pub(super) fn of_session(index: usize, session: &Session, reserves: &Places<'_>, faults: &mut Faults) {
    let mut above = None;
    for (at, kept) in session.reserves.iter().enumerate() {
        let place = || Place::inner("sessions", index, &session.id, "reserves", at);
        let name = &kept.reserve;
        if kept.seats == 0 {
            faults.push(ProgrammeError::NoSeatsReserved { place: place(), reserve: name.clone() });
        }
        let Some(known) = reserves.get(name.as_str()) else {
            faults.push(ProgrammeError::Unknown { place: place(), what: "reserve", name: name.clone() });
            continue;
        };
        if above.is_some_and(|above| above >= *known) {
            faults.push(ProgrammeError::ReservesOrder { place: place(), reserve: name.clone() });
        }
        above = Some(*known);
    }
    let reserved: u64 = session.reserves.iter().map(|kept| u64::from(kept.seats)).sum();
    if reserved > u64::from(session.capacity) {
        let (place, capacity) = (Place::item("sessions", index, &session.id, "reserves"), session.capacity);
        faults.push(ProgrammeError::ReservedBeyond { place, reserved, capacity });
    }
}

/// Every name is in the programme's list, and none stands twice.
pub(super) fn named_once(names: &[String], what: &'static str, known: &Places<'_>, place: Place, faults: &mut Faults) {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !known.contains_key(name.as_str()) {
            faults.push(ProgrammeError::Unknown { place: place.clone(), what, name: name.clone() });
        }
        if !seen.insert(name) {
            faults.push(ProgrammeError::NamedTwice { place: place.clone(), what, name: name.clone() });
        }
    }
}
