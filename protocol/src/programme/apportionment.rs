//! Which reserves get their seats by how many register: the groups, their part of every site, floors and ceilings. SPEC §18.1.
//!
//! **Invariant:** after [`faults`] finds nothing, no cohort and district belong to two groups, each group has some, and
//! floors and ceilings are of sites that their group reaches.

use super::{
    Fields, Place, ProgrammeError,
    access::{self, Access},
    reach,
    rules::Faults,
};
use crate::apportionment::{MOST_CELLS, MOST_SEATS};
use crate::instance::{Class, ReserveIndex, SiteIndex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Seats of every site that go to groups, in proportion to their registrants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApportionmentRule {
    /// Identifiers of reserves, in the programme's order.
    pub groups: Vec<String>,
    /// How much of each site groups can have together: 0 … 1,000.
    pub reserved_permille: u16,
    /// Seats that a group gets at least.
    pub floors: Vec<Bound>,
    /// Seats that a group gets at most.
    pub ceilings: Vec<Bound>,
}

/// A floor or a ceiling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Identifier of the group's reserve.
    pub group: String,
    /// Identifier of the site; `None`: all sites together.
    pub site: Option<String>,
    /// How many.
    pub seats: u64,
}

/// A group by the programme's indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachingGroup {
    /// Its reserve.
    pub reserve: ReserveIndex,
    /// The sites that all of its cohorts and districts reach, in order.
    pub sites: Vec<SiteIndex>,
}

/// What is wrong with the rule of apportionment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are what the message beside them says")]
pub enum ApportionmentFault {
    /// Nobody gets anything.
    #[error("there is no group")]
    NoGroups,
    /// Groups out of order, or one twice.
    #[error("the group does not come after the one above in the programme's list of reserves")]
    GroupOrder,
    /// Seats of a group that were given by hand.
    #[error("session {session:?} has seats for it already")]
    HasSeats { session: String },
    /// A group that nobody can belong to.
    #[error("no cohort admits anybody who would belong to it")]
    NoMembers,
    /// Somebody belongs to two groups.
    #[error("people of cohort {cohort:?} and district {district:?} also belong to group {other:?}")]
    Overlap { other: String, cohort: String, district: String },
    /// More than all seats.
    #[error("reserved_permille is {found}, it must be 0 to 1,000")]
    Permille { found: u16 },
    /// A floor or ceiling of what is no group.
    #[error("{group:?} is none of the groups")]
    NoGroup { group: String },
    /// Floors or ceilings out of order, or one twice.
    #[error("it does not come after the one above, by group and then by site, those of all sites first")]
    BoundOrder,
    /// A floor or ceiling where the group can have nothing.
    #[error("group {group:?} does not reach site {site:?}: not all of its cohorts and districts do")]
    OutOfReach { group: String, site: String },
    /// A floor that says nothing.
    #[error("a floor has at least one seat")]
    FloorOfNothing,
    /// More seats than any draw has.
    #[error("{found} seats are more than any draw has")]
    TooManySeats { found: u64 },
    /// More groups at sites than can be apportioned.
    #[error("there are {found} groups at sites they reach, at most {MOST_CELLS} can be apportioned")]
    TooManyCells { found: usize },
}

impl ApportionmentFault {
    /// A sentence that says what to do.
    pub fn mend(&self) -> String {
        match self {
            Self::NoGroups => "name at least one reserve, or remove the apportionment".into(),
            Self::GroupOrder => "name each reserve once, in the order of the list of reserves".into(),
            Self::HasSeats { .. } => "remove its lines from reserves.csv: its seats follow from who registers".into(),
            Self::NoMembers => "correct the reserve's cohorts and districts, or remove it from the groups".into(),
            Self::Overlap { .. } => "change the cohorts and districts of one of the two reserves".into(),
            Self::Permille { .. } => "write 1000 for all seats, 500 for half of them".into(),
            Self::NoGroup { .. } => "correct it, or add the reserve to the groups".into(),
            Self::BoundOrder => "sort them by group and site as the programme lists them, each once".into(),
            Self::OutOfReach { .. } => "remove it, or widen the reach of the group's cohorts and districts".into(),
            Self::FloorOfNothing => "remove it, or write at least 1".into(),
            Self::TooManySeats { .. } => "write a number that the sites could hold".into(),
            Self::TooManyCells { .. } => "make fewer groups, or let them reach fewer sites".into(),
        }
    }
}

/// The groups of fields whose names are all known; empty without an apportionment.
pub(super) fn groups(fields: &Fields, access: &Access) -> Vec<ReachingGroup> {
    let Some(rule) = &fields.apportionment else { return Vec::new() };
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let known = rule.groups.iter().filter_map(|group| reserves.get(group.as_str()).copied());
    let group = |reserve: usize| {
        let sites = access.sites_of_all(pairs(fields, access, reserve), fields.sites.len());
        ReachingGroup { reserve: ReserveIndex(u32::try_from(reserve).unwrap_or(u32::MAX)), sites }
    };
    known.map(group).collect()
}

/// The cohorts and districts that belong to a reserve and are admitted, in order.
fn pairs<'a>(fields: &'a Fields, access: &'a Access, reserve: usize) -> impl Iterator<Item = (u16, u16)> + 'a {
    let count = |list: usize| u16::try_from(list).unwrap_or(u16::MAX);
    let (cohorts, districts) = (count(fields.cohorts.len()), count(fields.districts.len()));
    let all = (0..cohorts).flat_map(move |cohort| (0..districts).map(move |district| (cohort, district)));
    all.filter(move |(cohort, district)| {
        access.is_member(reserve, Class::new(*cohort, *district)) && access.is_admitted(*cohort, *district)
    })
}

/// The rules, for fields that break no other: they ask who reaches what.
pub(super) fn faults(fields: &Fields, faults: &mut Faults) {
    let Some(rule) = &fields.apportionment else { return };
    if rule.groups.is_empty() {
        faults.push(fault(Place::Field("apportionment.groups"), ApportionmentFault::NoGroups));
    }
    if rule.reserved_permille > 1000 {
        let place = Place::Field("apportionment.reserved_permille");
        faults.push(fault(place, ApportionmentFault::Permille { found: rule.reserved_permille }));
    }
    named(fields, rule, faults);
    if !faults.is_empty() {
        return;
    }
    let access = Access::of(fields);
    members(fields, rule, &access, faults);
    let groups = groups(fields, &access);
    let cells = groups.iter().map(|group| group.sites.len()).sum();
    if cells > MOST_CELLS {
        let place = Place::Field("apportionment.groups");
        faults.push(fault(place, ApportionmentFault::TooManyCells { found: cells }));
    }
    bounds("apportionment.floors", &rule.floors, fields, &groups, faults);
    bounds("apportionment.ceilings", &rule.ceilings, fields, &groups, faults);
}

fn fault(place: Place, fault: ApportionmentFault) -> ProgrammeError {
    ProgrammeError::Apportionment { place, fault }
}

/// Groups and sites are there, groups in order and without seats of their own.
fn named(fields: &Fields, rule: &ApportionmentRule, faults: &mut Faults) {
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let mut above = None;
    for (index, group) in rule.groups.iter().enumerate() {
        let place = || Place::item("apportionment.groups", index, group, "");
        let Some(reserve) = reserves.get(group.as_str()) else {
            faults.push(ProgrammeError::Unknown { place: place(), what: "reserve", name: group.clone() });
            continue;
        };
        if above.is_some_and(|above| above >= *reserve) {
            faults.push(fault(place(), ApportionmentFault::GroupOrder));
        }
        above = Some(*reserve);
        let has = |session: &&super::Session| session.reserves.iter().any(|kept| kept.reserve == *group);
        if let Some(session) = fields.sessions.iter().find(has) {
            faults.push(fault(place(), ApportionmentFault::HasSeats { session: session.id.clone() }));
        }
    }
    for (list, bounds) in [("apportionment.floors", &rule.floors), ("apportionment.ceilings", &rule.ceilings)] {
        for (index, bound) in bounds.iter().enumerate() {
            let place = |field| Place::item(list, index, "", field);
            if !rule.groups.contains(&bound.group) {
                faults.push(fault(place("group"), ApportionmentFault::NoGroup { group: bound.group.clone() }));
            }
            if let Some(name) = bound.site.as_ref().filter(|site| !sites.contains_key(site.as_str())) {
                faults.push(ProgrammeError::Unknown { place: place("site"), what: "site", name: name.clone() });
            }
        }
    }
}

/// Every group has members, and none of another's.
fn members(fields: &Fields, rule: &ApportionmentRule, access: &Access, faults: &mut Faults) {
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
    let mut owners = vec![None; fields.cohorts.len() * fields.districts.len()];
    for (index, group) in rule.groups.iter().enumerate() {
        let Some(reserve) = reserves.get(group.as_str()) else { continue };
        let place = || Place::item("apportionment.groups", index, group, "");
        let mut has_members = false;
        for (cohort, district) in pairs(fields, access, *reserve) {
            has_members = true;
            let (cohort, district) = (usize::from(cohort), usize::from(district));
            let owner = &mut owners[cohort * fields.districts.len() + district];
            if let Some(other) = owner.replace(index) {
                let (other, cohort) = (rule.groups[other].clone(), fields.cohorts[cohort].id.clone());
                let district = fields.districts[district].code.clone();
                faults.push(fault(place(), ApportionmentFault::Overlap { other, cohort, district }));
                break;
            }
        }
        if !has_members {
            faults.push(fault(place(), ApportionmentFault::NoMembers));
        }
    }
}

fn bounds(list: &'static str, bounds: &[Bound], fields: &Fields, groups: &[ReachingGroup], faults: &mut Faults) {
    let sites = access::places(fields.sites.iter().map(|site| &*site.id));
    let reserves = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
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
        let of = |group: &&ReachingGroup| Some(group.reserve.0 as usize) == reserve;
        let reaches = |site: usize, group: &ReachingGroup| {
            group.sites.binary_search_by_key(&site, |site| site.0 as usize).is_ok()
        };
        if let (Some(at), Some(group)) = (site, groups.iter().find(of))
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

impl Access {
    /// Sites that all these cohorts and districts reach, in order.
    fn sites_of_all(&self, pairs: impl Iterator<Item = (u16, u16)>, sites: usize) -> Vec<SiteIndex> {
        let mut common: Option<BTreeSet<u32>> = None;
        for (cohort, district) in pairs {
            // `None`: every site.
            let Some(own) = self.reach().and_then(|keys| reach::sites(keys, cohort, district)) else { continue };
            common = Some(match common {
                None => own,
                Some(common) => common.intersection(&own).copied().collect(),
            });
            if common.as_ref().is_some_and(BTreeSet::is_empty) {
                break;
            }
        }
        let all = 0..u32::try_from(sites).unwrap_or(u32::MAX);
        all.filter(|site| common.as_ref().is_none_or(|common| common.contains(site))).map(SiteIndex).collect()
    }
}
