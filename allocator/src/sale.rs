//! One group's seats are sold: in one auction, or region by region first.
//!
//! Definitions. A large group is cut into *regions*, ranges of its pools with about as many people each; a site is never
//! cut. Whoever may use pools of one region only is *inner*, the others *cross*. Regions sell to their inner people at the
//! same time; then their pools are put together as they are, and those who cross are inserted.
//!
//! **Invariant:** the conditions of an auction hold in each region and so in all together, since nobody inner sees the
//! prices of another; the order of insertion does not matter. Regions depend on the group only, not on how many threads
//! there are.

use crate::amount::Amount;
use crate::auction::{Arc, Auction, Bundled, Prices, Quotes, Seat, Tails};
use crate::demand::Demand;
use crate::error::AllocateError;
use crate::group::{Floor, Group, Solved};
use crate::grouping;
use crate::watch::Watch;
use rayon::prelude::*;
use std::ops::Range;

/// Inserted between two looks at the watch.
const BREATH: usize = 1024;
/// People whose lists are looked at to choose the size of seats.
const SAMPLE: usize = 1024;
/// Most regions of a group.
const REGIONS_MAX: usize = 16;

/// A group's seats, in the group's numbers.
pub(crate) struct Sale<'a, D> {
    pub(crate) floor: &'a Floor<'a, D>,
    pub(crate) group: &'a Group,
    /// The pools in the numbers of the market.
    pub(crate) pools: Vec<u32>,
    /// q of each pool.
    pub(crate) capacity: Vec<u32>,
    pub(crate) bundles: Vec<Vec<u32>>,
}

/// Pools, bundles and people, in the group's numbers.
struct Region<'a> {
    pools: Range<u32>,
    bundles: Range<u32>,
    /// Places in [`Group::people`].
    people: &'a [u32],
}

impl<D: Demand> Sale<'_, D> {
    /// Sells with seats of the usual size.
    ///
    /// # Errors
    /// If it was cancelled, or somebody can be seated nowhere.
    pub(crate) fn sell<N: Amount>(&self, watch: &Watch) -> Result<Solved<N>, AllocateError> {
        match self.usual_arcs() {
            _ if !self.bundles.is_empty() => self.sell_with::<N, Bundled<N>, 4>(watch),
            0..=2 => self.sell_with::<N, Prices<N>, 2>(watch),
            3..=4 => self.sell_with::<N, Prices<N>, 4>(watch),
            _ => self.sell_with::<N, Prices<N>, 6>(watch),
        }
    }

    /// How many arcs seven in eight people have at most, judged by some of them.
    fn usual_arcs(&self) -> usize {
        let people = &self.group.people;
        let mut arcs = Vec::new();
        let count = |person: &u32| {
            self.floor.arcs(*person, self.outside(), &mut arcs);
            arcs.len()
        };
        let mut counts: Vec<usize> = people.iter().step_by(people.len() / SAMPLE + 1).map(count).collect();
        counts.sort_unstable();
        counts.get(counts.len() * 7 / 8).copied().unwrap_or(0)
    }

    fn sell_with<N: Amount, Q: Quotes<N>, const K: usize>(&self, watch: &Watch) -> Result<Solved<N>, AllocateError> {
        let regions = (self.group.people.len() / self.floor.effort().region.max(1)).min(REGIONS_MAX);
        let mut auction = if regions < 2 {
            let people: Vec<u32> = (0..count(self.group.people.len())).collect();
            let (pools, bundles) = (0..self.outside(), 0..count(self.bundles.len()));
            self.sell_region::<N, Q, K>(&Region { pools, bundles, people: &people }, watch)?.0
        } else {
            self.sell_regions::<N, Q, K>(regions, watch)?
        };
        let must = self.floor.must_fill(&self.pools);
        if must.contains(&true) {
            auction.refill(&must, self.group.people.len())?;
        }
        let global = |pool: u32| self.pools.get(pool as usize).copied().unwrap_or(self.floor.outside());
        let price = |pool: u32| {
            let price = auction.price(pool);
            if price >= N::HALF { N::CLOSED } else { price }
        };
        Ok(Solved {
            seats: auction.seats().map(|(person, pool)| (person, global(pool))).collect(),
            potentials: (0..self.outside()).map(|pool| (global(pool), price(pool))).collect(),
            visits: auction.visits,
        })
    }

    /// Inserts the region's inner people into its empty pools; gives back those who cross.
    #[expect(clippy::type_complexity, reason = "an auction, and who was not inserted")]
    fn sell_region<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        region: &Region,
        watch: &Watch,
    ) -> Result<(Auction<N, D::Unit, Q, K>, Vec<u32>), AllocateError> {
        let capacity = self.capacity[region.pools.start as usize..region.pools.end as usize].to_vec();
        let price = |seats: &u32| if *seats == 0 { N::FAR } else { N::ZERO };
        let inside = |pool: &u32| pool - region.pools.start;
        let bundles = &self.bundles[region.bundles.start as usize..region.bundles.end as usize];
        let bundles = bundles.iter().map(|pools| pools.iter().map(inside).collect()).collect();
        let quotes = Q::new(capacity.iter().map(price).collect(), bundles, &|pool| capacity[pool] == 0);
        let occupants = vec![Vec::new(); capacity.len() + 1];
        let mut auction = self.floor.auction(capacity, occupants, quotes, Tails::default());
        let (mut arcs, mut crossing) = (Vec::new(), Vec::new());
        for people in region.people.chunks(BREATH) {
            let before = crossing.len();
            for place in people {
                self.floor.arcs(self.group.people[*place as usize], self.outside(), &mut arcs);
                if self.renumber(region, &mut arcs) {
                    self.insert(&mut auction, *place, &arcs)?;
                } else {
                    crossing.push(*place);
                }
            }
            watch.advance((people.len() + before - crossing.len()) as u64)?;
        }
        Ok((auction, crossing))
    }

    fn insert<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        auction: &mut Auction<N, D::Unit, Q, K>,
        place: u32,
        arcs: &[Arc],
    ) -> Result<(), AllocateError> {
        let unit = self.floor.unit(self.group.people[place as usize]);
        let void = auction.void();
        let seat = Seat::new(place, unit, arcs, void, auction.tails_mut());
        Ok(auction.insert(seat)?)
    }

    /// Arcs in the region's numbers; false if one leads to another region.
    fn renumber(&self, region: &Region, arcs: &mut [Arc]) -> bool {
        let (outside, pools) = (self.outside(), region.pools.end - region.pools.start);
        arcs.iter_mut().all(|arc| {
            let number = match arc.to {
                to if to < outside => region.pools.contains(&to).then(|| to - region.pools.start),
                to if to == outside => Some(pools),
                to => {
                    let bundle = to - outside - 1;
                    region.bundles.contains(&bundle).then(|| pools + 1 + bundle - region.bundles.start)
                }
            };
            arc.to = number.unwrap_or(arc.to);
            number.is_some()
        })
    }

    fn sell_regions<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        count: usize,
        watch: &Watch,
    ) -> Result<Auction<N, D::Unit, Q, K>, AllocateError> {
        let (starts, people) = self.by_home();
        let regions = self.regions(count, &starts, &people);
        let sold: Vec<_> = regions
            .par_iter()
            .with_max_len(1)
            .map(|region| self.sell_region::<N, Q, K>(region, watch))
            .collect::<Result<_, _>>()?;
        let (auctions, crossing): (Vec<_>, Vec<_>) = sold.into_iter().unzip();
        let mut auction = self.put_together(&regions, auctions);
        let mut arcs = Vec::new();
        for people in crossing.concat().chunks(BREATH) {
            for place in people {
                self.floor.arcs(self.group.people[*place as usize], self.outside(), &mut arcs);
                self.insert(&mut auction, *place, &arcs)?;
            }
            watch.advance(people.len() as u64)?;
        }
        Ok(auction)
    }

    /// Places in [`Group::people`] by the first pool they may use, and where each pool's start.
    fn by_home(&self) -> (Vec<u32>, Vec<u32>) {
        let home = |person: &u32| {
            let mut arcs = Vec::new();
            self.floor.arcs(*person, self.outside(), &mut arcs);
            let pool = |arc: &Arc| match arc.to.checked_sub(self.outside() + 1) {
                Some(bundle) => self.bundles[bundle as usize].first().copied(),
                None => (arc.to < self.outside()).then_some(arc.to),
            };
            arcs.iter().find_map(pool).unwrap_or(0)
        };
        let homes: Vec<u32> = self.group.people.par_iter().with_min_len(4096).map(home).collect();
        grouping::by_group(homes.iter().copied(), self.pools.len())
    }

    fn regions<'b>(&self, regions: usize, starts: &[u32], people: &'b [u32]) -> Vec<Region<'b>> {
        let bundle_starts: Vec<u32> = self.bundles.iter().filter_map(|pools| pools.first().copied()).collect();
        let mut found: Vec<Region> = Vec::new();
        for number in 1..=regions {
            let pools = found.last().map_or(0, |region| region.pools.end);
            let bundles = found.last().map_or(0, |region| region.bundles.end);
            let wanted = count(people.len() * number / regions);
            let mut end = count(starts.partition_point(|start| *start < wanted)).clamp(pools, self.outside());
            if number == regions {
                end = self.outside();
            }
            while let Some(last) = self.cut_bundle(end) {
                end = last + 1;
            }
            let bundles = bundles..count(bundle_starts.partition_point(|start| *start < end));
            let people = &people[starts[pools as usize] as usize..starts[end as usize] as usize];
            found.push(Region { pools: pools..end, bundles, people });
        }
        found
    }

    /// The last pool of a bundle that has pools before and after this cut.
    fn cut_bundle(&self, cut: u32) -> Option<u32> {
        let ends = self.bundles.iter().filter_map(|pools| Some((*pools.first()?, *pools.last()?)));
        ends.filter(|(first, last)| *first < cut && cut <= *last).map(|(_, last)| last).max()
    }

    fn put_together<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        regions: &[Region],
        auctions: Vec<Auction<N, D::Unit, Q, K>>,
    ) -> Auction<N, D::Unit, Q, K> {
        let (mut prices, mut occupants, mut outside) = (Vec::new(), Vec::new(), Vec::new());
        let (mut tails, mut visits) = (Tails::default(), 0);
        for (region, auction) in regions.iter().zip(auctions) {
            let pools = region.pools.end - region.pools.start;
            let void = auction.void();
            let node = |node: u32| match node {
                node if node == void => self.outside() + count(self.bundles.len()) + 1,
                node if node < pools => node + region.pools.start,
                node => node - pools + self.outside() + if node > pools { region.bundles.start } else { 0 },
            };
            visits += auction.visits;
            prices.extend((0..pools).map(|pool| auction.price(pool)));
            let mut moved = auction.renumbered(&node, &mut tails);
            outside.append(&mut moved.pop().unwrap_or_default());
            occupants.append(&mut moved);
        }
        let full: Vec<bool> =
            self.capacity.iter().zip(&occupants).map(|(seats, held)| held.len() == *seats as usize).collect();
        occupants.push(outside);
        let quotes = Q::new(prices, self.bundles.clone(), &|pool| full[pool]);
        let mut auction = self.floor.auction(self.capacity.clone(), occupants, quotes, tails);
        auction.visits = visits;
        auction
    }

    fn outside(&self) -> u32 {
        count(self.pools.len())
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
