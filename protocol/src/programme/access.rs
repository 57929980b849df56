//! Whom cohorts and reserves admit, and who may list what, by the programme's own indices: made once, asked for every
//! entry of a register. SPEC §3.1.
//!
//! **Invariant:** the answers are a function of the programme's fields. An index outside the programme is admitted to
//! nothing and reaches nothing.

use super::{Admission, Cohort, Fields, Programme, Reach, admissions, civil::Date, reach};
use crate::instance::{Choice, Class, Reserve, SiteIndex};
use std::collections::{BTreeMap, BTreeSet};

/// The places of identifiers in one of the programme's lists.
pub(super) type Places<'a> = BTreeMap<&'a str, usize>;

/// The first place of each identifier.
pub(super) fn places<'a>(ids: impl Iterator<Item = &'a str>) -> Places<'a> {
    let mut places = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        places.entry(id).or_insert(at);
    }
    places
}

/// Whom each cohort admits: people of some districts. Codes that the programme does not have are left out.
pub(super) fn of_cohorts(cohorts: &[Cohort], districts: &Places<'_>) -> Vec<Reserve> {
    cohorts.iter().map(|cohort| Reserve::new(Vec::new(), known(&cohort.districts, districts), false)).collect()
}

fn known(names: &[String], places: &Places<'_>) -> Vec<u16> {
    let index = |name: &String| places.get(name.as_str()).and_then(|at| u16::try_from(*at).ok());
    names.iter().filter_map(index).collect()
}

/// The programme's conditions by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Access {
    districts: BTreeMap<String, u16>,
    cohorts: Vec<Reserve>,
    reserves: Vec<Reserve>,
    /// The site of each session.
    sites: Vec<u32>,
    /// `None`: everybody reaches everything.
    reach: Option<Vec<reach::Key>>,
}

impl Access {
    /// Of fields that keep every rule.
    pub(super) fn of(fields: &Fields) -> Self {
        let cohorts = places(fields.cohorts.iter().map(|cohort| &*cohort.id));
        let districts = places(fields.districts.iter().map(|district| &*district.code));
        let sites = places(fields.sites.iter().map(|site| &*site.id));
        let reserves = fields.reserves.iter().map(|reserve| {
            let (of, from) = (known(&reserve.cohorts, &cohorts), known(&reserve.districts, &districts));
            Reserve::new(of, from, reserve.release)
        });
        let site_of = |site: &str| sites.get(site).and_then(|at| u32::try_from(*at).ok()).unwrap_or(u32::MAX);
        let reach = match &fields.reach {
            Reach::Anywhere {} => None,
            Reach::Table { rows } => {
                Some(rows.iter().filter_map(|row| reach::key(row, &cohorts, &districts, &sites)).collect())
            }
        };
        Self {
            cohorts: of_cohorts(&fields.cohorts, &districts),
            reserves: reserves.collect(),
            sites: fields.sessions.iter().map(|session| site_of(&session.site)).collect(),
            reach,
            districts: (0..).zip(&fields.districts).map(|(at, district)| (district.code.clone(), at)).collect(),
        }
    }
}

impl Access {
    /// The rows of reach; `None`: everybody reaches everything.
    pub(super) fn reach(&self) -> Option<&[reach::Key]> {
        self.reach.as_deref()
    }

    /// Whom a reserve is for.
    pub(super) fn reserve(&self, reserve: usize) -> Option<&Reserve> {
        self.reserves.get(reserve)
    }

    /// Whether a cohort admits residents of a district that is there.
    pub(super) fn is_admitted(&self, cohort: u16, district: u16) -> bool {
        let cohorts = self.cohorts.get(usize::from(cohort));
        cohorts.is_some_and(|cohorts| cohorts.has_member(Class::new(cohort, district)))
    }
}

impl Programme {
    /// Index of the district with this code.
    pub fn district_of(&self, code: &str) -> Option<u16> {
        self.access.districts.get(code).copied()
    }

    /// Whether a cohort admits residents of a district.
    pub fn admits(&self, cohort: u16, district: u16) -> bool {
        let known = usize::from(district) < self.districts.len();
        known && self.access.is_admitted(cohort, district)
    }

    /// Index of the one cohort that admits a resident of this district with this birth date, if any.
    pub fn cohort_of(&self, born: Date, district: u16) -> Option<u16> {
        self.cohorts_of(born).find(|cohort| self.admits(*cohort, district))
    }

    /// Indices of the cohorts with this birth date: at most one, unless they are for different districts.
    pub fn cohorts_of(&self, born: Date) -> impl Iterator<Item = u16> + '_ {
        let fits = move |cohort: &Cohort| cohort.born.iter().any(|range| range.from <= born && born <= range.to);
        (0..).zip(&self.cohorts).filter(move |(_, cohort)| fits(cohort)).map(|(at, _)| at)
    }

    /// The members of each of the programme's reserves, in its order.
    pub fn members(&self) -> &[Reserve] {
        &self.access.reserves
    }

    /// Whether somebody of this cohort and district may list this site, and so its sessions.
    pub fn reaches(&self, cohort: u16, district: u16, site: SiteIndex) -> bool {
        let known = (site.0 as usize) < self.sites.len() && self.admits(cohort, district);
        known && self.access.reach.as_ref().is_none_or(|keys| reach::has(keys, cohort, district, site.0))
    }

    /// Whether somebody of this cohort and district may list this choice: a session counts as its site.
    pub fn may_list(&self, cohort: u16, district: u16, choice: &Choice) -> bool {
        let site = match choice {
            Choice::Site(site) => Some(*site),
            Choice::Session(session) => self.access.sites.get(session.0 as usize).copied().map(SiteIndex),
        };
        site.is_some_and(|site| self.reaches(cohort, district, site))
    }

    /// Cohorts and districts, of those that the cohorts admit, that may list no site with a session.
    pub fn without_reach(&self) -> Vec<(u16, u16)> {
        let Some(keys) = &self.access.reach else { return Vec::new() };
        let open: BTreeSet<u32> = self.access.sites.iter().map(|site| site.saturating_add(1)).collect();
        let rows = keys.iter().filter(|[_, _, site]| *site == 0 || open.contains(site));
        let reaching: BTreeSet<(u32, u32)> = rows.map(|[cohort, district, _]| (*cohort, *district)).collect();
        let reaches = |cohort: u32, district: u32| {
            [(cohort, district), (cohort, 0), (0, district), (0, 0)].iter().any(|pair| reaching.contains(pair))
        };
        let admissions = admissions(self).into_iter();
        let pairs = admissions.flat_map(|Admission { districts, cohorts }| {
            cohorts
                .into_iter()
                .flat_map(move |cohort| districts.clone().into_iter().map(move |district| (cohort, district)))
        });
        let mut pairs: Vec<(u16, u16)> =
            pairs.filter(|(cohort, district)| !reaches(u32::from(*cohort) + 1, u32::from(*district) + 1)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The sites that somebody of this cohort and district may list, in the programme's order.
    pub fn sites_in_reach(&self, cohort: u16, district: u16) -> impl Iterator<Item = SiteIndex> + '_ {
        let sites = (0..).zip(&self.sites).map(|(at, _)| SiteIndex(at));
        sites.filter(move |site| self.reaches(cohort, district, *site))
    }
}
