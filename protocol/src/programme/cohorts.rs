//! Cohorts against each other: tiers without a gap, and for every district birth dates without overlap and without a
//! hole. SPEC §3.1.
//!
//! **Invariant:** after [`faults`] finds nothing, for every district each birth date from the earliest to the latest of
//! the cohorts that admit it is in exactly one of them, and every other date in none.

use super::{Born, Cohort, Fields, Place, Programme, ProgrammeError, access, civil::Date};
use crate::instance::{Class, Reserve};
use std::collections::{BTreeMap, BTreeSet};

/// Districts that the same cohorts admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Indices of the districts, in the programme's order.
    pub districts: Vec<u16>,
    /// Indices of the cohorts that admit them, in the programme's order; may be empty.
    pub cohorts: Vec<u16>,
}

/// The ends of one range of a cohort's birth dates, with the days beside it, for people to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Indices of the districts for whose residents it is so: those of one [`Admission`].
    pub districts: Vec<u16>,
    /// The cohort's identifier.
    pub cohort: String,
    /// First birth date that belongs.
    pub first: Date,
    /// Last birth date that belongs.
    pub last: Date,
    /// The day before the first one.
    pub before: Option<Neighbour>,
    /// The day after the last one.
    pub after: Option<Neighbour>,
}

/// A day just outside a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The day.
    pub day: Date,
    /// The cohort that has it, if any.
    pub cohort: Option<String>,
}

/// The districts sorted by which cohorts admit them, in the order of their first district. Without conditions it is one.
pub fn admissions(fields: &Fields) -> Vec<Admission> {
    let districts = access::places(fields.districts.iter().map(|district| &*district.code));
    let admitted = access::of_cohorts(&fields.cohorts, &districts);
    let mut places: BTreeMap<Vec<u16>, usize> = BTreeMap::new();
    let mut admissions: Vec<Admission> = Vec::new();
    for (district, _) in (0..=u16::MAX).zip(&fields.districts) {
        let admits = |cohort: u16, admitted: &Reserve| admitted.has_member(Class::new(cohort, district));
        let admitting = (0..=u16::MAX).zip(&admitted).filter(|(cohort, admitted)| admits(*cohort, admitted));
        let cohorts: Vec<u16> = admitting.map(|(cohort, _)| cohort).collect();
        let at = *places.entry(cohorts.clone()).or_insert(admissions.len());
        match admissions.get_mut(at) {
            Some(admission) => admission.districts.push(district),
            None => admissions.push(Admission { districts: vec![district], cohorts }),
        }
    }
    admissions
}

/// Both ends of each range of each cohort, in the programme's order, for each of the [`admissions`]. `None` stands for a
/// day outside the calendar.
pub fn boundaries(programme: &Programme) -> Vec<Boundary> {
    let of = |admission: Admission| {
        let Admission { districts, cohorts } = admission;
        let first = districts.first().copied().unwrap_or(0);
        let neighbour = |day: Date| {
            let index = programme.cohort_of(day, first).map(usize::from);
            let cohort = index.and_then(|index| programme.cohorts.get(index)).map(|cohort| cohort.id.clone());
            Neighbour { day, cohort }
        };
        let boundary = |cohort: &Cohort, born: &Born| Boundary {
            districts: districts.clone(),
            cohort: cohort.id.clone(),
            first: born.from,
            last: born.to,
            before: born.from.yesterday().map(neighbour),
            after: born.to.tomorrow().map(neighbour),
        };
        let admitted = cohorts.iter().filter_map(|at| programme.cohorts.get(usize::from(*at)));
        let all = admitted.flat_map(|cohort| cohort.born.iter().map(|born| boundary(cohort, born)));
        all.collect::<Vec<_>>()
    };
    admissions(programme).into_iter().flat_map(of).collect()
}

pub(super) fn faults(fields: &Fields, faults: &mut Vec<ProgrammeError>) {
    let cohorts = &fields.cohorts;
    tiers(cohorts, faults);
    for (index, cohort) in cohorts.iter().enumerate() {
        let place = || born_at(cohorts, index);
        if cohort.born.is_empty() {
            faults.push(ProgrammeError::NobodyBorn { place: place() });
        }
        for born in cohort.born.iter().filter(|born| born.to < born.from) {
            faults.push(ProgrammeError::BornBackwards { place: place(), from: born.from, to: born.to });
        }
        for pair in cohort.born.windows(2).filter(|pair| pair[1].from < pair[0].from) {
            faults.push(ProgrammeError::BornUnsorted { place: place(), from: pair[1].from });
        }
    }
    let admissions = admissions(fields);
    let mut told = BTreeSet::new();
    for Admission { districts, cohorts: admitted } in &admissions {
        let district = districts.first().and_then(|first| fields.districts.get(usize::from(*first)));
        let district = district.filter(|_| admissions.len() > 1).map(|district| district.code.clone());
        for seam in seams(cohorts, admitted) {
            // Two cohorts that overlap do so in every district that both admit: one is named.
            if told.insert(seam) {
                faults.push(seam.fault(cohorts, district.clone()));
            }
        }
    }
}

fn tiers(cohorts: &[Cohort], faults: &mut Vec<ProgrammeError>) {
    for (index, cohort) in cohorts.iter().enumerate().filter(|(_, cohort)| cohort.tier == 0) {
        let place = Place::item("cohorts", index, &cohort.id, "tier");
        faults.push(ProgrammeError::Tier { place });
    }
    let used: BTreeSet<u8> = cohorts.iter().map(|cohort| cohort.tier).collect();
    let last = used.last().copied().unwrap_or(0);
    faults.extend((1..last).filter(|tier| !used.contains(tier)).map(|missing| ProgrammeError::TierGap { missing }));
}

/// Days that are in two ranges, or between two in none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seam {
    overlaps: bool,
    /// The cohort of the later range.
    at: usize,
    /// That of the range before it.
    other: usize,
    from: Date,
    to: Date,
}

impl Seam {
    fn fault(self, cohorts: &[Cohort], district: Option<String>) -> ProgrammeError {
        let Self { overlaps, at, other, from, to } = self;
        let (place, other) = (born_at(cohorts, at), cohorts[other].id.clone());
        match overlaps {
            true => ProgrammeError::BornOverlap { place, other, from, to, district },
            false => ProgrammeError::BornGap { place, other, from, to, district },
        }
    }
}

/// Walks over all ranges of the admitted cohorts by their first day; `(last, other)` is the latest day so far and the
/// cohort that has it.
fn seams(cohorts: &[Cohort], admitted: &[u16]) -> Vec<Seam> {
    let admitted = admitted.iter().map(|at| usize::from(*at)).filter_map(|at| Some((at, cohorts.get(at)?)));
    let ranges = admitted.flat_map(|(at, cohort)| cohort.born.iter().map(move |born| (born.from, born.to, at)));
    let mut ranges: Vec<_> = ranges.filter(|(from, to, _)| from <= to).collect();
    ranges.sort_unstable();
    let mut seams = Vec::new();
    let mut ranges = ranges.into_iter();
    let Some((_, mut last, mut other)) = ranges.next() else { return seams };
    for (first, to, at) in ranges {
        if first <= last {
            seams.push(Seam { overlaps: true, at, other, from: first, to: last.min(to) });
        } else if let (Some(from), Some(to)) = (last.tomorrow(), first.yesterday())
            && from <= to
        {
            seams.push(Seam { overlaps: false, at, other, from, to });
        }
        if to > last {
            (last, other) = (to, at);
        }
    }
    seams
}

fn born_at(cohorts: &[Cohort], index: usize) -> Place {
    Place::item("cohorts", index, &cohorts[index].id, "born")
}
