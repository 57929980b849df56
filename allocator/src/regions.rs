//! A large group is cut into regions where few people cross.
//!
//! Definitions. A *region* is a range of a group's pools. A *cut* before a pool is *crossed* by whoever may use that pool or
//! later ones and earlier ones too. A person's *home* is the pool they have a seat in, otherwise the first one in the list;
//! regions are to have about as many homes each.
//!
//! **Invariant:** no cut goes through a bundle. Cuts depend on the group only.
//!
//! Cost: everybody's arcs once.

use crate::auction::Arc;
use crate::demand::Demand;
use crate::grouping;
use crate::sale::{BREATH, Sale};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicI64, Ordering};

/// Most regions of a group.
const REGIONS_MAX: usize = 64;

const NEVER: i64 = 1 << 40;

/// Pools, and who lives there, in the group's numbers.
pub(crate) struct Region<'a> {
    pub(crate) pools: Range<u32>,
    /// Places in the group's people.
    pub(crate) people: &'a [u32],
}

/// Where people live, and where cuts would be.
pub(crate) struct Layout {
    /// Places in the group's people by home, and where those of each pool start.
    people: Vec<u32>,
    starts: Vec<u32>,
    /// How many cross a cut before each pool; from [`NEVER`] on, no cut is allowed there.
    crossing: Vec<i64>,
}

impl Layout {
    /// Looks at everybody's list.
    pub(crate) fn new<D: Demand>(sale: &Sale<'_, D>) -> Self {
        let pools = sale.pools.len();
        // By how much the count changes from each cut to the next.
        let changes: Vec<AtomicI64> = (0..=pools).map(|_| AtomicI64::new(0)).collect();
        let note = |first: u32, last: u32, by: i64| {
            if first < last {
                changes[first as usize + 1].fetch_add(by, Ordering::Relaxed);
                changes[last as usize + 1].fetch_sub(by, Ordering::Relaxed);
            }
        };
        let home = |arcs: &mut Vec<Arc>, person: &u32| {
            sale.floor.arcs(*person, sale.outside(), arcs);
            let mut reach = arcs.iter().filter_map(|arc| sale.first_pool(arc.to));
            let Some(home) = reach.next() else { return 0 };
            let (first, last) = reach.fold((home, home), |(first, last), pool| (first.min(pool), last.max(pool)));
            note(first, last, 1);
            sale.floor.seat(*person).filter(|seat| *seat < sale.outside()).unwrap_or(home)
        };
        let homes_of = |people: &[u32]| {
            people.iter().for_each(|person| sale.floor.touch(*person));
            let mut arcs = Vec::new();
            people.iter().map(|person| home(&mut arcs, person)).collect::<Vec<u32>>()
        };
        let homes: Vec<u32> = sale.group.people.par_chunks(BREATH).flat_map_iter(homes_of).collect();
        for (first, last) in sale.bundles.iter().filter_map(|pools| Some((*pools.first()?, *pools.last()?))) {
            note(first, last, NEVER);
        }
        let (starts, people) = grouping::by_group(homes.iter().copied(), pools);
        let crossing = changes.into_iter().scan(0, |crossing, change| {
            *crossing += change.into_inner();
            Some(*crossing)
        });
        Self { people, starts, crossing: crossing.collect() }
    }

    /// Regions of about `size` people, in order: together all pools.
    pub(crate) fn regions(&self, size: usize) -> Vec<Region<'_>> {
        let count = (self.people.len() / size.max(1)).clamp(1, REGIONS_MAX);
        let end = self.starts.len() - 1;
        let mut cuts = vec![0];
        for number in 1..count {
            let after = cuts.last().copied().unwrap_or(0);
            cuts.extend(self.cut(self.people.len() * number / count, self.people.len() / count / 3, after));
        }
        cuts.push(end);
        let region = |cuts: &[usize]| Region {
            pools: narrow(cuts[0])..narrow(cuts[1]),
            people: &self.people[self.starts[cuts[0]] as usize..self.starts[cuts[1]] as usize],
        };
        cuts.windows(2).map(region).collect()
    }

    /// The least crossed cut among those that have `wanted` homes before them, more or less; of equal ones the nearest.
    fn cut(&self, wanted: usize, slack: usize, after: usize) -> Option<usize> {
        let from = self.starts.partition_point(|homes| (*homes as usize) < wanted - slack).max(after + 1);
        let to = self.starts.partition_point(|homes| *homes as usize <= wanted + slack).min(self.starts.len() - 1);
        let cuts = (from..to).filter(|cut| self.crossing[*cut] < NEVER);
        cuts.min_by_key(|cut| (self.crossing[*cut], wanted.abs_diff(self.starts[*cut] as usize)))
    }
}

fn narrow(pool: usize) -> u32 {
    u32::try_from(pool).unwrap_or(u32::MAX)
}
