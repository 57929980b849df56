//! The rules of an apportionment: names, order, members, bounds. SPEC §18.1.

use super::{ApportionmentFault, ApportionmentRule, Bound, Members, ReachingGroup};
use crate::{
    apportionment::{MOST_CELLS, MOST_SEATS},
    programme::{
        Fields, Place, ProgrammeError,
        access::{self, Access},
        rules::Faults,
    },
};
use std::collections::{BTreeMap, BTreeSet};

const GROUPS: &str = "apportionment.groups";

/// The rules, for fields that break no other: they ask who reaches what.
pub(in crate::programme) fn faults(fields: &Fields, faults: &mut Faults) {
    let Some(rule) = &fields.apportionment else { return };
    if rule.groups.is_empty() {
        faults.push(fault(Place::Field(GROUPS), ApportionmentFault::NoGroups));
    }
    if rule.reserved_permille > 1000 {
        let place = Place::Field("apportionment.reserved_permille");
        faults.push(fault(place, ApportionmentFault::Permille { found: rule.reserved_permille }));
    }
    groups(fields, rule, faults);
    named(fields, rule, faults);
    if !faults.is_empty() {
        return;
    }
    let members = match Members::of(fields, &Access::of(fields)) {
        Ok(members) => members,
        Err(too_much) => return faults.push(fault(Place::Field(GROUPS), too_much)),
    };
    apart(fields, rule, &members, faults);
    let cells = members.groups.iter().map(|group| group.sites.len()).sum();
    if cells > MOST_CELLS {
        faults.push(fault(Place::Field(GROUPS), ApportionmentFault::TooManyCells { found: cells }));
    }
    for (list, bounds) in lists(rule) {
        self::bounds(list, bounds, fields, &members.groups, faults);
    }
}

fn fault(place: Place, fault: ApportionmentFault) -> ProgrammeError {
    ProgrammeError::Apportionment { place, fault: Box::new(fault) }
}

fn lists(rule: &ApportionmentRule) -> [(&'static str, &[Bound]); 2] {
    [("apportionment.floors", &rule.floors), ("apportionment.ceilings", &rule.ceilings)]
}

/// Groups are reserves, in order, without seats of their own.
fn groups(fields: &Fields, rule: &ApportionmentRule, faults: &mut Faults) {
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let mut seats = BTreeMap::new();
    for session in &fields.sessions {
        session.reserves.iter().for_each(|kept| {
            seats.entry(kept.reserve.as_str()).or_insert(&session.id);
        });
    }
    let mut above = None;
    for (index, group) in rule.groups.iter().enumerate() {
        let place = || Place::item(GROUPS, index, group, "");
        let Some(reserve) = reserves.get(group.as_str()) else {
            faults.push(ProgrammeError::Unknown { place: place(), what: "reserve", name: group.clone() });
            continue;
        };
        if above.is_some_and(|above| above >= *reserve) {
            faults.push(fault(place(), ApportionmentFault::GroupOrder));
        }
        above = Some(*reserve);
        if let Some(session) = seats.get(group.as_str()) {
            faults.push(fault(place(), ApportionmentFault::HasSeats { session: (*session).clone() }));
        }
    }
}

/// Floors and ceilings are of groups, at sites that are there.
fn named(fields: &Fields, rule: &ApportionmentRule, faults: &mut Faults) {
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let groups: BTreeSet<&str> = rule.groups.iter().map(String::as_str).collect();
    for (list, bounds) in lists(rule) {
        for (index, bound) in bounds.iter().enumerate() {
            let place = |field| Place::item(list, index, "", field);
            if !groups.contains(bound.group.as_str()) {
                faults.push(fault(place("group"), ApportionmentFault::NoGroup { group: bound.group.clone() }));
            }
            if let Some(name) = bound.site.as_ref().filter(|site| !sites.contains_key(site.as_str())) {
                faults.push(ProgrammeError::Unknown { place: place("site"), what: "site", name: name.clone() });
            }
        }
    }
}

/// Every group has members, and none of another's.
fn apart(fields: &Fields, rule: &ApportionmentRule, members: &Members, faults: &mut Faults) {
    let place = |group: usize| Place::item(GROUPS, group, &rule.groups[group], "");
    for group in members.empty() {
        faults.push(fault(place(group), ApportionmentFault::NoMembers));
    }
    for (group, other, pair) in members.overlaps() {
        let cohort = fields.cohorts[usize::from(pair.cohort())].id.clone();
        let district = fields.districts[usize::from(pair.district())].code.clone();
        let other = rule.groups[other].clone();
        faults.push(fault(place(group), ApportionmentFault::Overlap { other, cohort, district }));
    }
}

/// Floors or ceilings are in order, at sites that their group reaches, and say something.
fn bounds(list: &'static str, bounds: &[Bound], fields: &Fields, groups: &[ReachingGroup], faults: &mut Faults) {
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let by_reserve: BTreeMap<usize, &ReachingGroup> =
        groups.iter().map(|group| (group.reserve.0 as usize, group)).collect();
    let mut above = None;
    for (index, bound) in bounds.iter().enumerate() {
        let place = |field| Place::item(list, index, "", field);
        let reserve = reserves.get(bound.group.as_str()).copied();
        let site = bound.site.as_ref().and_then(|site| sites.get(site.as_str()).copied());
        let key = (reserve, site);
        if above.is_some_and(|above| above >= key) {
            faults.push(fault(place(""), ApportionmentFault::BoundOrder));
        }
        above = Some(key);
        let reaches = |site: usize, group: &ReachingGroup| {
            group.sites.binary_search_by_key(&site, |site| site.0 as usize).is_ok()
        };
        if let (Some(at), Some(group)) = (site, reserve.and_then(|reserve| by_reserve.get(&reserve)))
            && !reaches(at, group)
        {
            let (group, site) = (bound.group.clone(), fields.sites[at].id.clone());
            faults.push(fault(place("site"), ApportionmentFault::OutOfReach { group, site }));
        }
        if bound.seats > MOST_SEATS {
            faults.push(fault(place("seats"), ApportionmentFault::TooManySeats { found: bound.seats }));
        }
        if bound.seats == 0 && list == "apportionment.floors" {
            faults.push(fault(place("seats"), ApportionmentFault::FloorOfNothing));
        }
    }
}
