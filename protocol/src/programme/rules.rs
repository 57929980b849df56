//! The rules on a programme's fields that one field, or one item of a list, can break. SPEC §3.1.
//!
//! **Invariant:** the answer depends on the fields alone: no clock, no time zone database, no file.

use super::{
    Cohort, Fields, MechanismName, Place, ProgrammeError, Session, Site, Title, access, access::Places, apportionment,
    cohorts, error, keys, reach, reserves,
};
use crate::beacon;
use std::collections::BTreeMap;

/// All faults, in the order of the fields; empty if the programme keeps every rule.
pub fn faults(fields: &Fields) -> Vec<ProgrammeError> {
    let mut faults = Vec::new();
    if fields.format != error::FORMAT {
        faults.push(ProgrammeError::Format { found: fields.format.clone() });
    }
    title(&fields.title, Place::Field, &mut faults);
    if !is_zone_name(&fields.time_zone) {
        faults.push(ProgrammeError::TimeZone { found: fields.time_zone.clone() });
    }
    times(fields, &mut faults);
    costs(fields, &mut faults);
    if fields.max_choices == 0 || fields.max_choices > error::MOST_CHOICES {
        faults.push(ProgrammeError::MaxChoices { found: fields.max_choices });
    }
    counts(fields, &mut faults);
    places(fields, &mut faults);
    cohorts::faults(fields, &mut faults);
    reserves::faults(fields, &mut faults);
    sessions(fields, &mut faults);
    reach::faults(fields, &mut faults);
    not_built(fields, &mut faults);
    keys::faults(fields, &mut faults);
    if faults.is_empty() {
        apportionment::faults(fields, &mut faults);
    }
    faults
}

pub(super) type Faults = Vec<ProgrammeError>;

pub(super) fn title(title: &Title, place: impl Fn(&'static str) -> Place, faults: &mut Faults) {
    text(&title.en, place("title.en"), faults);
    text(&title.ko, place("title.ko"), faults);
}

fn text(text: &str, place: Place, faults: &mut Faults) {
    if text.trim().is_empty() || text.contains('\n') {
        faults.push(ProgrammeError::Text { place, found: text.into() });
    }
}

/// The spelling only: which zones exist changes with every release of the database, and a programme must not.
fn is_zone_name(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
    };
    name.len() <= 64 && name.split('/').all(part)
}

fn times(fields: &Fields, faults: &mut Faults) {
    let window = &fields.window;
    let (opens, closes, ends) =
        ("window.opens_at_unix_s", "window.closes_at_unix_s", "window.objection_ends_at_unix_s");
    if window.opens_at_unix_s >= window.closes_at_unix_s {
        faults.push(ProgrammeError::Window { earlier: opens, later: closes });
    }
    if window.closes_at_unix_s >= window.objection_ends_at_unix_s {
        faults.push(ProgrammeError::Window { earlier: closes, later: ends });
    } else if window.objection_ends_at_unix_s - window.closes_at_unix_s < error::SHORTEST_OBJECTION_S {
        faults.push(ProgrammeError::ObjectionPeriod);
    }
    if fields.beacon.chain_hash != beacon::CHAIN_HASH {
        faults.push(ProgrammeError::Chain { found: fields.beacon.chain_hash.clone() });
    }
    let (found, expected) = (fields.beacon.round, beacon::round_at_or_after(window.objection_ends_at_unix_s));
    if found != expected {
        faults.push(ProgrammeError::Round { found, expected });
    }
}

fn costs(fields: &Fields, faults: &mut Faults) {
    const RANKS: &str = "mechanism.rank_costs";
    const UNPLACED: &str = "mechanism.unplaced_costs";
    const OUTSIDER: &str = "mechanism.outsider_cost";
    let (mechanism, ranks, unplaced) =
        (&fields.mechanism, &fields.mechanism.rank_costs, &fields.mechanism.unplaced_costs);
    let tiers = fields.cohorts.iter().map(|cohort| cohort.tier).max().unwrap_or(0);
    let (name, rank_count, unplaced_count) = match mechanism.name {
        MechanismName::Serial => ("serial", 0, 0),
        MechanismName::Priority => ("priority", fields.max_choices, 0),
        MechanismName::Optimal => ("optimal", fields.max_choices, tiers),
    };
    for (list, found, expected) in [(RANKS, ranks.len(), rank_count), (UNPLACED, unplaced.len(), unplaced_count)] {
        if found != usize::from(expected) {
            let expected = usize::from(expected);
            faults.push(ProgrammeError::CostCount { list, mechanism: name, found, expected });
        }
    }
    if let Some(found) = ranks.first().filter(|cost| **cost != 0) {
        faults.push(ProgrammeError::CostOrder { choice: 1, found: *found, rule: "0" });
    }
    for (at, pair) in ranks.windows(2).enumerate().filter(|(_, pair)| pair[1] < pair[0]) {
        let rule = "at least that of the choice before";
        faults.push(ProgrammeError::CostOrder { choice: at + 2, found: pair[1], rule });
    }
    if mechanism.outsider_cost != 0 && mechanism.name != MechanismName::Optimal {
        faults.push(ProgrammeError::Outsider { mechanism: name, found: mechanism.outsider_cost });
    }
    for (list, costs) in [(RANKS, &**ranks), (UNPLACED, unplaced), (OUTSIDER, &[mechanism.outsider_cost])] {
        for found in costs.iter().filter(|cost| **cost > error::LARGEST_COST) {
            faults.push(ProgrammeError::CostRange { list, found: *found });
        }
    }
}

/// Indices of cohorts and districts are u16 and those of sites and sessions u32 in an entry; a bundle's reader holds them
/// all.
fn counts(fields: &Fields, faults: &mut Faults) {
    let lists = [
        ("cohorts", fields.cohorts.len(), 256),
        ("districts", fields.districts.len(), 65_535),
        ("sites", fields.sites.len(), 1_000_000),
        ("sessions", fields.sessions.len(), 1_000_000),
    ];
    for (list, found, most) in lists {
        if found == 0 || found > most {
            faults.push(ProgrammeError::Count { list, found, most });
        }
    }
}

fn cohort(index: usize, cohort: &Cohort, districts: &Places<'_>, faults: &mut Faults) {
    let place = |field| Place::item("cohorts", index, &cohort.id, field);
    title(&cohort.title, place, faults);
    if cohort.lots == 0 || cohort.lots > error::MOST_LOTS {
        faults.push(ProgrammeError::Lots { place: place("lots"), found: cohort.lots });
    }
    reserves::named_once(&cohort.districts, "district", districts, place("districts"), faults);
    if !cohort.attributes.is_empty() {
        faults.push(ProgrammeError::NotBuilt { place: place("attributes"), field: "a condition on attributes" });
    }
}

fn places(fields: &Fields, faults: &mut Faults) {
    identifiers("cohorts", "id", fields.cohorts.iter().map(|cohort| &*cohort.id), faults);
    let districts = identifiers("districts", "code", fields.districts.iter().map(|item| &*item.code), faults);
    for (index, item) in fields.cohorts.iter().enumerate() {
        cohort(index, item, &districts, faults);
    }
    for (index, district) in fields.districts.iter().enumerate() {
        let place = |field| Place::item("districts", index, &district.code, field);
        text(&district.name.en, place("name.en"), faults);
        text(&district.name.ko, place("name.ko"), faults);
    }
    for (index, site) in fields.sites.iter().enumerate() {
        let place = |field| Place::item("sites", index, &site.id, field);
        text(&site.name, place("name"), faults);
        if !districts.contains_key(&*site.district) {
            let (place, name) = (place("district"), site.district.clone());
            faults.push(ProgrammeError::Unknown { place, what: "district", name });
        }
        coordinates(site, place, faults);
    }
}

fn coordinates(site: &Site, place: impl Fn(&'static str) -> Place, faults: &mut Faults) {
    let checks = [
        ("latitude_microdeg", site.latitude_microdeg, 90_000_000),
        ("longitude_microdeg", site.longitude_microdeg, 180_000_000),
    ];
    for (field, found, most) in checks {
        if !(-most..=most).contains(&found) {
            faults.push(ProgrammeError::Coordinate { place: place(field), found, most });
        }
    }
}

fn sessions(fields: &Fields, faults: &mut Faults) {
    let sites = identifiers("sites", "id", fields.sites.iter().map(|site| &*site.id), faults);
    identifiers("sessions", "id", fields.sessions.iter().map(|session| &*session.id), faults);
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let mut above = 0;
    for (index, session) in fields.sessions.iter().enumerate() {
        let place = |field| Place::item("sessions", index, &session.id, field);
        match sites.get(&*session.site) {
            None => {
                let (place, name) = (place("site"), session.site.clone());
                faults.push(ProgrammeError::Unknown { place, what: "site", name });
            }
            Some(site) if *site < above => {
                faults.push(ProgrammeError::SessionOrder { place: place("site"), site: session.site.clone() });
            }
            Some(site) => above = *site,
        }
        seats(session, place, faults);
        reserves::of_session(index, session, &reserves, faults);
    }
}

fn seats(session: &Session, place: impl Fn(&'static str) -> Place, faults: &mut Faults) {
    if session.capacity == 0 || session.capacity > error::LARGEST_CAPACITY {
        faults.push(ProgrammeError::Capacity { place: place("capacity"), found: session.capacity });
    }
}

/// Checks form and distinctness; gives the place in the list at which each identifier stands first.
pub(super) fn identifiers<'a>(
    list: &'static str,
    field: &'static str,
    items: impl Iterator<Item = &'a str>,
    faults: &mut Faults,
) -> Places<'a> {
    let mut seen = BTreeMap::new();
    for (index, id) in items.enumerate() {
        let place = || Place::item(list, index, id, field);
        if !is_identifier(id) {
            faults.push(ProgrammeError::Id { place: place() });
        }
        if let Some(first) = seen.get(id) {
            faults.push(ProgrammeError::Duplicate { place: place(), first: *first });
        } else {
            seen.insert(id, index);
        }
    }
    seen
}

/// `[a-z0-9][a-z0-9-]{0,31}`.
fn is_identifier(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    matches!(text.as_bytes(), [first, rest @ ..] if plain(*first) && rest.len() < 32 && rest.iter().all(|b| plain(*b) || *b == b'-'))
}

fn not_built(fields: &Fields, faults: &mut Faults) {
    let checks = [
        ("refill", fields.refill.is_some(), "refill"),
        ("disclosure", fields.disclosure != "open", "disclosure other than \"open\""),
        ("supersedes", fields.supersedes.is_some(), "a predecessor"),
    ];
    for (name, _, field) in checks.into_iter().filter(|(_, found, _)| *found) {
        faults.push(ProgrammeError::NotBuilt { place: Place::Field(name), field });
    }
}
