//! One group's seats are sold: in one auction, or region by region first.
//!
//! Definitions. A large group is cut into *regions*, ranges of its pools: see `regions`. A *span* is some neighbouring
//! regions. Whoever may use pools of one span only is *inner* there, the others *cross*. The halves of a span sell to their
//! inner people at the same time; then one takes over the pools of the other as they are, and those who cross from one to the
//! other are inserted.
//!
//! **Invariant:** the conditions of an auction hold in each half and so in both together, since nobody inner sees the
//! prices of another; the order of insertion does not matter. Spans depend on the group only, not on how many threads
//! there are.

use crate::amount::Amount;
use crate::auction::{Auction, Bundled, Prices, Quotes, Seat};
use crate::demand::Demand;
use crate::error::AllocateError;
use crate::group::{Floor, Group, Solved};
use crate::regions::{Layout, Region};
use crate::watch::Watch;
use std::ops::Range;

/// People who are looked up at one time, between two looks at the watch.
pub(crate) const BREATH: usize = 1024;
/// People whose lists are looked at to choose the size of seats.
const SAMPLE: usize = 1024;
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

/// An auction, and the places in [`Group::people`] of those who have not been inserted.
struct Sold<N, U, Q, const K: usize> {
    auction: Auction<N, U, Q, K>,
    crossing: Vec<u32>,
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
        let layout = Layout::new(self);
        let mut auction = self.sell_span::<N, Q, K>(&layout.regions(self.floor.effort().region), watch)?.auction;
        drop(layout);
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

    fn sell_span<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        regions: &[Region],
        watch: &Watch,
    ) -> Result<Sold<N, D::Unit, Q, K>, AllocateError> {
        let [first, .., last] = regions else { return self.sell_region(regions.first(), watch) };
        let (before, after) = regions.split_at(regions.len() / 2);
        let (before, after) = rayon::join(|| self.sell_span(before, watch), || self.sell_span(after, watch));
        let (mut sold, Sold { auction, mut crossing }) = (before?, after?);
        let cut = regions[regions.len() / 2].pools.start;
        sold.auction.absorb(auction, cut..last.pools.end);
        crossing.append(&mut sold.crossing);
        sold.crossing = self.insert_inner(&mut sold.auction, first.pools.start..last.pools.end, &crossing, watch)?;
        Ok(sold)
    }

    fn sell_region<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        region: Option<&Region>,
        watch: &Watch,
    ) -> Result<Sold<N, D::Unit, Q, K>, AllocateError> {
        let price = |seats: &u32| if *seats == 0 { N::FAR } else { N::ZERO };
        let prices = self.capacity.iter().map(price).collect();
        let quotes = Q::new(prices, self.bundles.clone(), &|pool| self.capacity[pool] == 0);
        let mut auction = self.floor.auction(self.capacity.clone(), quotes);
        let crossing = match region {
            Some(region) => self.insert_inner(&mut auction, region.pools.clone(), region.people, watch)?,
            None => Vec::new(),
        };
        Ok(Sold { auction, crossing })
    }

    /// Inserts those who may use these pools only; gives back the others.
    fn insert_inner<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        auction: &mut Auction<N, D::Unit, Q, K>,
        pools: Range<u32>,
        people: &[u32],
        watch: &Watch,
    ) -> Result<Vec<u32>, AllocateError> {
        let (mut arcs, mut crossing) = (Vec::new(), Vec::new());
        for people in people.chunks(BREATH) {
            people.iter().for_each(|place| self.floor.touch(self.group.people[*place as usize]));
            let before = crossing.len();
            for place in people {
                let person = self.group.people[*place as usize];
                self.floor.arcs(person, self.outside(), &mut arcs);
                if arcs.iter().filter_map(|arc| self.first_pool(arc.to)).all(|pool| pools.contains(&pool)) {
                    let void = auction.void();
                    let seat = Seat::new(*place, self.floor.unit(person), &arcs, void, auction.tails_mut());
                    auction.insert(seat)?;
                } else {
                    crossing.push(*place);
                }
            }
            watch.advance((people.len() + before - crossing.len()) as u64)?;
        }
        Ok(crossing)
    }

    /// A pool itself, the first one of a bundle; none for the outside.
    #[inline]
    pub(crate) fn first_pool(&self, node: u32) -> Option<u32> {
        match node.checked_sub(self.outside()) {
            None => Some(node),
            Some(0) => None,
            Some(bundle) => self.bundles[bundle as usize - 1].first().copied(),
        }
    }

    /// The outside, in the group's numbers.
    #[inline]
    pub(crate) fn outside(&self) -> u32 {
        count(self.pools.len())
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
