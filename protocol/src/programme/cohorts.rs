//! Cohorts against each other: tiers without a gap, birth dates without overlap and without a hole. SPEC §3.1.
//!
//! **Invariant:** after [`faults`] finds nothing, every birth date from the earliest to the latest of the programme is in
//! exactly one cohort, and every other date in none.

use super::{Cohort, Place, Programme, ProgrammeError, civil::Date};
use std::collections::BTreeSet;

/// The ends of one range of a cohort's birth dates, with the days beside it, for people to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
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

/// Both ends of each range of each cohort, in the programme's order. `None` stands for a day outside the calendar.
pub fn boundaries(programme: &Programme) -> Vec<Boundary> {
    let neighbour = |day: Date| {
        let index = programme.cohort_of(day).map(usize::from);
        Neighbour { day, cohort: index.and_then(|index| programme.cohorts.get(index)).map(|cohort| cohort.id.clone()) }
    };
    let ranges = programme.cohorts.iter().flat_map(|cohort| cohort.born.iter().map(move |born| (cohort, born)));
    let boundary = |(cohort, born): (&Cohort, &super::Born)| Boundary {
        cohort: cohort.id.clone(),
        first: born.from,
        last: born.to,
        before: born.from.yesterday().map(neighbour),
        after: born.to.tomorrow().map(neighbour),
    };
    ranges.map(boundary).collect()
}

pub(super) fn faults(cohorts: &[Cohort], faults: &mut Vec<ProgrammeError>) {
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
    seams(cohorts, faults);
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

/// Walks over all ranges by their first day; `(last, owner)` is the latest day so far and the cohort that has it.
fn seams(cohorts: &[Cohort], faults: &mut Vec<ProgrammeError>) {
    let ranges = cohorts.iter().enumerate().flat_map(|(at, cohort)| cohort.born.iter().map(move |born| (born, at)));
    let mut ranges: Vec<_> = ranges.filter(|(born, _)| born.from <= born.to).collect();
    ranges.sort_by_key(|(born, at)| (born.from, born.to, *at));
    let mut ranges = ranges.into_iter();
    let Some((born, owner)) = ranges.next() else { return };
    let (mut last, mut owner) = (born.to, owner);
    for (born, at) in ranges {
        let (place, other) = (born_at(cohorts, at), cohorts[owner].id.clone());
        if born.from <= last {
            faults.push(ProgrammeError::BornOverlap { place, other, from: born.from, to: last.min(born.to) });
        } else if let (Some(from), Some(to)) = (last.tomorrow(), born.from.yesterday())
            && from <= to
        {
            faults.push(ProgrammeError::BornGap { place, other, from, to });
        }
        if born.to > last {
            (last, owner) = (born.to, at);
        }
    }
}

fn born_at(cohorts: &[Cohort], index: usize) -> Place {
    Place::item("cohorts", index, &cohorts[index].id, "born")
}
