//! Who belongs to which group, and which sites a whole group reaches. SPEC §18.1.
//!
//! A *pair* is a cohort and a district that it admits. A group's pairs are those whose members its reserve has; the
//! group reaches a site if each of its pairs does.
//!
//! **Invariant:** the work is bounded whatever the programme says: [`MOST_PAIRS`] pairs are made, and [`MOST_ASKED`]
//! times a table of reach is looked at.

use super::{ApportionmentFault, MOST_ASKED, MOST_PAIRS, ReachingGroup};
use crate::{
    instance::{Class, ReserveIndex, SiteIndex},
    programme::{Fields, access, access::Access, reach},
};

/// The groups of a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::programme) struct Members {
    /// In the programme's order.
    pub(in crate::programme) groups: Vec<ReachingGroup>,
    /// Each group's pairs, by pair and then group.
    pairs: Vec<(Class, u32)>,
}

impl Members {
    /// Of fields whose names are all known; empty without an apportionment.
    ///
    /// # Errors
    /// [`ApportionmentFault`] if that would be too much work.
    pub(in crate::programme) fn of(fields: &Fields, access: &Access) -> Result<Self, ApportionmentFault> {
        let Some(rule) = &fields.apportionment else { return Ok(Self::default()) };
        let places = access::places(fields.reserves.iter().map(|reserve| &*reserve.id));
        let known = rule.groups.iter().filter_map(|group| places.get(group.as_str()).copied());
        let known: Vec<usize> = known.collect();
        let asked = |reserve: &usize| fields.reserves.get(*reserve).map_or(0, |reserve| width(fields, reserve));
        let found = known.iter().map(asked).fold(0u64, u64::saturating_add);
        if found > MOST_PAIRS {
            return Err(ApportionmentFault::TooManyPairs { found });
        }
        let (mut groups, mut pairs, mut asked) = (Vec::new(), Vec::new(), 0u64);
        for (place, reserve) in (0..).zip(&known) {
            let own = pairs_of(fields, access, *reserve);
            let sites = sites_of(access, &own, fields.sites.len(), &mut asked)?;
            let reserve = ReserveIndex(u32::try_from(*reserve).unwrap_or(u32::MAX));
            groups.push(ReachingGroup { reserve, sites });
            pairs.extend(own.into_iter().map(|pair| (pair, place)));
        }
        pairs.sort_unstable();
        Ok(Self { groups, pairs })
    }

    /// The place of the group that a pair belongs to.
    pub(in crate::programme) fn group_of(&self, pair: Class) -> Option<usize> {
        let at = self.pairs.binary_search_by_key(&pair, |(pair, _)| *pair).ok()?;
        usize::try_from(self.pairs.get(at)?.1).ok()
    }

    /// Groups that have pairs of another before them, with the first of those: (group, other, pair).
    pub(super) fn overlaps(&self) -> Vec<(usize, usize, Class)> {
        let twice = self.pairs.windows(2).filter(|two| two[0].0 == two[1].0);
        let mut overlaps: Vec<_> = twice.map(|two| (two[1].1 as usize, two[0].1 as usize, two[0].0)).collect();
        overlaps.sort_unstable_by_key(|(group, _, pair)| (*group, *pair));
        overlaps.dedup_by_key(|(group, ..)| *group);
        overlaps
    }

    /// Which groups have no pair.
    pub(super) fn empty(&self) -> Vec<usize> {
        let mut has = vec![false; self.groups.len()];
        self.pairs.iter().for_each(|(_, group)| has[*group as usize] = true);
        (0..has.len()).filter(|group| !has[*group]).collect()
    }
}

/// Cohorts times districts of a reserve, admitted or not.
fn width(fields: &Fields, reserve: &crate::programme::Reserve) -> u64 {
    let of = |named: usize, all: usize| if named == 0 { all as u64 } else { named as u64 };
    of(reserve.cohorts.len(), fields.cohorts.len()) * of(reserve.districts.len(), fields.districts.len())
}

/// The cohorts and districts that belong to a reserve and are admitted, in order.
fn pairs_of(fields: &Fields, access: &Access, reserve: usize) -> Vec<Class> {
    let Some(reserve) = access.reserve(reserve) else { return Vec::new() };
    let all = |count: usize| 0..u16::try_from(count).unwrap_or(u16::MAX);
    let listed = |named: &[u16], count: usize| if named.is_empty() { all(count).collect() } else { named.to_vec() };
    let cohorts: Vec<u16> = listed(reserve.cohorts(), fields.cohorts.len());
    let districts: Vec<u16> = listed(reserve.districts(), fields.districts.len());
    let pairs = cohorts.iter().flat_map(|cohort| districts.iter().map(|district| Class::new(*cohort, *district)));
    pairs.filter(|pair| access.is_admitted(pair.cohort(), pair.district())).collect()
}

/// Sites that all these pairs reach, in order. What a first pair reaches is asked of every other.
fn sites_of(
    access: &Access,
    pairs: &[Class],
    sites: usize,
    asked: &mut u64,
) -> Result<Vec<SiteIndex>, ApportionmentFault> {
    let all = 0..u32::try_from(sites).unwrap_or(u32::MAX);
    let (Some(keys), Some((first, others))) = (access.reach(), pairs.split_first()) else {
        return Ok(all.map(SiteIndex).collect());
    };
    let mut common: Vec<u32> = match reach::sites(keys, first.cohort(), first.district()) {
        Some(sites) => sites.into_iter().collect(),
        None => all.collect(),
    };
    *asked = asked.saturating_add((common.len() as u64).saturating_mul(pairs.len() as u64));
    if *asked > MOST_ASKED {
        return Err(ApportionmentFault::TooMuchAsked { found: *asked });
    }
    for pair in others {
        common.retain(|site| reach::has(keys, pair.cohort(), pair.district(), *site));
    }
    Ok(common.into_iter().map(SiteIndex).collect())
}
