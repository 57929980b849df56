//! Which wish a choice is, for applicants of each class.
//!
//! Where nothing is reserved, the pools of a session, or of a site, are one wish for everybody. Elsewhere they depend on
//! the reserves that admit the applicant. Sessions and sites with the same reserves share an **arrangement**: which classes
//! may use which of these reserves. Classes are numbered district by district, and an arrangement lists those from the
//! first to the last that may use any; the others share its first variant, the open pools.
//!
//! **Invariant:** the wish of a choice holds exactly the pools of the session or site that admit the class in this pass.
//!
//! Complexity: a look-up reads three tables; where every session has but its open pool, none. To build, members of
//! reserves, and pools times variants.

use super::wishes::{Wish, Wishes};
use crate::error::AllocateError;
use protocol::instance::{Access as Rule, Choice, Class, Instance, PoolIndex, ReserveIndex, SessionIndex, SiteIndex};
use std::collections::BTreeMap;
use std::ops::Range;

/// Who may use what in one pass.
pub(crate) struct Access {
    /// Empty if every session has only its open pool: then sessions, pools and wishes have the same numbers.
    sessions: Vec<Opening>,
    sites: Vec<Opening>,
    arrangements: Vec<Arrangement>,
    /// How many cohorts there are, for [`Self::number`].
    cohorts: u32,
    /// The wishes of all variants of all sessions and sites.
    variants: Vec<Wish>,
    /// A wish of no pool.
    nothing: Wish,
}

/// A session or site.
#[derive(Clone, Copy)]
struct Opening {
    arrangement: usize,
    /// Where its variants start.
    first: usize,
}

/// Reserves that occur together, and who may use which of them.
struct Arrangement {
    /// The number of the first class that may use some of them.
    first: u32,
    /// The variant of that class and those after it, up to the last one that may use some.
    classes: Vec<u32>,
    /// The reserves that each variant may use; the first one none.
    variants: Vec<Vec<ReserveIndex>>,
}

impl Access {
    /// What a pass of the instance admits, and all wishes that come of it.
    ///
    /// # Errors
    /// [`AllocateError::TooManyWishes`] if classes and reserves are combined in more ways than can be numbered.
    pub(crate) fn read(instance: &Instance, pass: usize) -> Result<(Self, Wishes), AllocateError> {
        let mut wishes = Wishes::of_pools(u32::try_from(instance.pools().len()).unwrap_or(u32::MAX));
        let nothing = wishes.push(std::iter::empty()).ok_or(AllocateError::TooManyWishes)?;
        let (sessions, sites, arrangements, variants) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let cohorts = (0..instance.applicants()).map(|one| instance.class(one).cohort()).max();
        let cohorts = u32::from(cohorts.unwrap_or(0)) + 1;
        let access = Self { sessions, sites, arrangements, cohorts, variants, nothing };
        let mut reader = Reader { instance, members: members(instance, pass), known: BTreeMap::new(), wishes, access };
        let places = instance.places();
        if !places.all_open() {
            for session in (0..).map(SessionIndex).take(places.sessions()) {
                let opening = reader.open(instance.pools_of(session))?;
                reader.access.sessions.push(opening);
            }
        }
        for site in (0..).map(SiteIndex).take(places.sites()) {
            let opening = reader.open(instance.pools_of_site(site))?;
            reader.access.sites.push(opening);
        }
        Ok((reader.access, reader.wishes.finish()))
    }

    /// Whether classes make no difference.
    #[inline]
    pub(crate) fn is_same_for_all(&self) -> bool {
        self.sessions.is_empty()
    }

    /// A wish that nothing fulfils.
    #[inline]
    pub(crate) fn nothing(&self) -> Wish {
        self.nothing
    }

    /// The wish that a choice is for applicants of this class.
    #[inline]
    pub(crate) fn wish(&self, choice: Choice, class: Class) -> Wish {
        let opening = match choice {
            Choice::Session(session) if self.sessions.is_empty() => return Wish(session.0),
            Choice::Session(session) => self.sessions[session.0 as usize],
            Choice::Site(site) => self.sites[site.0 as usize],
        };
        let Arrangement { first, classes, .. } = &self.arrangements[opening.arrangement];
        let place = self.number(class).checked_sub(*first);
        let variant = place.and_then(|place| classes.get(place as usize)).copied().unwrap_or(0);
        self.variants[opening.first + variant as usize]
    }

    /// Classes of a district are neighbours. At most 65,535 × 65,536 + 65,535 < 2³².
    #[inline]
    fn number(&self, class: Class) -> u32 {
        u32::from(class.district()) * self.cohorts + u32::from(class.cohort())
    }
}

/// Of each reserve: the classes that it admits in this pass, or `None` if it admits everybody.
fn members(instance: &Instance, pass: usize) -> Vec<Option<Vec<Class>>> {
    let mut members: Vec<Option<Vec<Class>>> = vec![None; instance.places().reserves().len()];
    if members.is_empty() {
        return members;
    }
    let classes = classes(instance);
    let mut seen = vec![false; members.len()];
    for (pool, index) in instance.pools().iter().zip(0..) {
        let Rule::Reserved(reserve) = pool.access else { continue };
        let reserve = reserve.0 as usize;
        if std::mem::replace(&mut seen[reserve], true) {
            continue;
        }
        let admitted = classes.iter().copied().filter(|class| instance.admits(pass, PoolIndex(index), *class));
        members[reserve] = Some(admitted.collect::<Vec<_>>()).filter(|admitted| admitted.len() < classes.len());
    }
    members
}

/// All classes that occur, ascending.
fn classes(instance: &Instance) -> Vec<Class> {
    let mut districts: Vec<Vec<bool>> = Vec::new();
    for applicant in 0..instance.applicants() {
        let class = instance.class(applicant);
        let (cohort, district) = (usize::from(class.cohort()), usize::from(class.district()));
        if districts.len() <= cohort {
            districts.resize(cohort + 1, Vec::new());
        }
        if districts[cohort].len() <= district {
            districts[cohort].resize(district + 1, false);
        }
        districts[cohort][district] = true;
    }
    let of_cohort = |(districts, cohort): (&Vec<bool>, u16)| {
        let occurring = (0..).zip(districts.clone()).filter_map(|(district, occurs)| occurs.then_some(district));
        occurring.map(move |district| Class::new(cohort, district)).collect::<Vec<_>>()
    };
    districts.iter().zip(0..).flat_map(of_cohort).collect()
}

/// Finds arrangements and numbers wishes.
struct Reader<'a> {
    instance: &'a Instance,
    members: Vec<Option<Vec<Class>>>,
    /// The arrangement of each set of reserves.
    known: BTreeMap<Vec<ReserveIndex>, usize>,
    wishes: Wishes,
    access: Access,
}

impl Reader<'_> {
    /// A session or site with these pools.
    fn open(&mut self, pools: Range<u32>) -> Result<Opening, AllocateError> {
        let mut reserves: Vec<_> = pools.clone().filter_map(|pool| self.restricted(PoolIndex(pool))).collect();
        reserves.sort_unstable();
        reserves.dedup();
        let arrangement = self.arrangement(reserves);
        let first = self.access.variants.len();
        for variant in &self.access.arrangements[arrangement].variants {
            let admits = |pool: &PoolIndex| self.restricted(*pool).is_none_or(|reserve| variant.contains(&reserve));
            let mut admitted: Vec<_> = pools.clone().map(PoolIndex).filter(admits).collect();
            let wish = match admitted.as_slice() {
                [pool] => Some(Wish::from(*pool)),
                _ => self.wishes.push(admitted.drain(..)),
            };
            self.access.variants.push(wish.ok_or(AllocateError::TooManyWishes)?);
        }
        Ok(Opening { arrangement, first })
    }

    /// The pool's reserve, unless it admits everybody.
    fn restricted(&self, pool: PoolIndex) -> Option<ReserveIndex> {
        match self.instance.pools()[pool.at()].access {
            Rule::Reserved(reserve) if self.members[reserve.0 as usize].is_some() => Some(reserve),
            _ => None,
        }
    }

    fn arrangement(&mut self, reserves: Vec<ReserveIndex>) -> usize {
        if let Some(known) = self.known.get(&reserves) {
            return *known;
        }
        let mut usable: BTreeMap<Class, Vec<ReserveIndex>> = BTreeMap::new();
        for reserve in &reserves {
            for class in self.members[reserve.0 as usize].iter().flatten() {
                usable.entry(*class).or_default().push(*reserve);
            }
        }
        let numbers = || usable.keys().map(|class| self.access.number(*class));
        let (first, last) = (numbers().min().unwrap_or(0), numbers().max());
        let mut classes = vec![0; last.map_or(0, |last| (last - first) as usize + 1)];
        let mut variants = vec![Vec::new()];
        let mut known = BTreeMap::new();
        for (class, reserves) in &usable {
            classes[(self.access.number(*class) - first) as usize] = *known.entry(reserves).or_insert_with(|| {
                variants.push(reserves.clone());
                u32::try_from(variants.len() - 1).unwrap_or(u32::MAX)
            });
        }
        self.access.arrangements.push(Arrangement { first, classes, variants });
        self.known.insert(reserves, self.access.arrangements.len() - 1);
        self.access.arrangements.len() - 1
    }
}
