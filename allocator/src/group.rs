//! A group of components, put on its own floor: numbered from 0, sold, and numbered back.

use crate::amount::{Amount, Grain};
use crate::auction::{Arc, Auction, Bundled, Prices, Quotes, Seat, Unit};
use crate::components::Components;
use crate::demand::Demand;
use crate::error::AllocateError;
use crate::market::Market;
use crate::watch::Watch;
use crate::witness::NOWHERE;

/// Inserted between two looks at the watch.
const BREATH: usize = 1024;
/// People of a group whose lists are looked at to choose the size of seats.
const SAMPLE: usize = 1024;

/// Whole components, and everybody in them who has a choice.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) nodes: Vec<u32>,
    pub(crate) people: Vec<u32>,
}

/// What a group's auction found.
pub(crate) struct Solved<N> {
    /// Place in [`Group::people`], and pool.
    pub(crate) seats: Vec<(u32, u32)>,
    /// Pool, and scaled price.
    pub(crate) potentials: Vec<(u32, N)>,
    pub(crate) visits: u64,
}

/// What all groups of a market share.
pub(crate) struct Floor<'a, D> {
    market: &'a Market<'a, D>,
    grain: Grain,
    components: &'a Components,
    /// The assignment before; `None` if everybody may go everywhere.
    seats: Option<&'a [u32]>,
    /// Seats of each pool for those who have a choice.
    capacity: Vec<u32>,
    /// Each node's number in its group.
    local: Vec<u32>,
}

impl<'a, D: Demand> Floor<'a, D> {
    pub(crate) fn new(
        market: &'a Market<'a, D>,
        grain: Grain,
        components: &'a Components,
        seats: Option<&'a [u32]>,
        groups: &[Group],
    ) -> Self {
        let nodes = market.demand.nodes();
        let mut capacity = market.capacity.to_vec();
        if let Some(seats) = seats {
            let mut is_active = vec![false; seats.len()];
            for person in groups.iter().flat_map(|group| &group.people) {
                is_active[*person as usize] = true;
            }
            for (seat, _) in seats.iter().zip(&is_active).filter(|(_, is_active)| !**is_active) {
                if *seat < nodes.outside() {
                    capacity[*seat as usize] -= 1;
                }
            }
        }
        let mut local = vec![NOWHERE; nodes.count()];
        for group in groups {
            let (pools, bundles) = split(group, nodes.outside());
            let ordered = pools.iter().chain(&bundles);
            for (node, number) in ordered.zip((0..count(pools.len())).chain(count(pools.len()) + 1..)) {
                local[*node as usize] = number;
            }
        }
        Self { market, grain, components, seats, capacity, local }
    }

    /// What the person may use within the group, in its numbers.
    fn arcs(&self, person: u32, outside: u32, found: &mut Vec<Arc>) {
        let nodes = self.market.demand.nodes();
        let component = |node: u32| self.components.of[node as usize];
        let own = self.seats.map(|seats| component(seats[person as usize]));
        found.clear();
        self.market.demand.for_each_arc(person as usize, |arc| {
            if own.is_some_and(|own| component(arc.to) != own) {
                return;
            }
            if arc.to == nodes.outside() {
                found.push(Arc { to: outside, ..arc });
            } else if self.capacity.get(arc.to as usize) != Some(&0) || arc.to > nodes.outside() {
                found.push(Arc { to: self.local[arc.to as usize], ..arc });
            }
        });
    }
}

/// Pools and bundles of a group, each in order.
fn split(group: &Group, outside: u32) -> (Vec<u32>, Vec<u32>) {
    let mut pools: Vec<u32> = group.nodes.iter().copied().filter(|node| *node < outside).collect();
    let mut bundles: Vec<u32> = group.nodes.iter().copied().filter(|node| *node > outside).collect();
    pools.sort_unstable();
    bundles.sort_unstable();
    (pools, bundles)
}

/// Sells a group's seats.
///
/// # Errors
/// If it was cancelled, or somebody can be seated nowhere.
pub(crate) fn solve<N: Amount, D: Demand>(
    floor: &Floor<'_, D>,
    group: &Group,
    watch: &Watch,
) -> Result<Solved<N>, AllocateError> {
    let outside = floor.market.demand.nodes().outside();
    let (pools, bundles) = split(group, outside);
    let mut capacity: Vec<u32> = pools.iter().map(|pool| floor.capacity[*pool as usize]).collect();
    let mut prices: Vec<N> = capacity.iter().map(|seats| if *seats == 0 { N::FAR } else { N::ZERO }).collect();
    capacity.push(u32::MAX);
    prices.push(N::ZERO);
    let sale = Sale { floor, group, pools: &pools, capacity };
    if bundles.is_empty() {
        prices.push(N::FAR);
        return sale.with_quotes(Prices(prices), watch);
    }
    let inside = |bundle: &u32| -> Vec<u32> {
        let pools = floor.market.demand.nodes().bundle(*bundle).unwrap_or(&[]);
        let component = |node: u32| floor.components.of[node as usize];
        let inside = pools.iter().filter(|pool| component(**pool) == component(*bundle));
        inside.map(|pool| floor.local[*pool as usize]).collect()
    };
    let quotes = Bundled::new(&prices, bundles.iter().map(inside).collect(), |node| sale.capacity[node] == 0);
    sale.with_quotes(quotes, watch)
}

struct Sale<'a, D> {
    floor: &'a Floor<'a, D>,
    group: &'a Group,
    pools: &'a [u32],
    capacity: Vec<u32>,
}

impl<D: Demand> Sale<'_, D> {
    fn with_quotes<N: Amount, Q: Quotes<N>>(self, quotes: Q, watch: &Watch) -> Result<Solved<N>, AllocateError> {
        match self.usual_arcs() {
            0..=2 => self.run::<N, Q, 2>(quotes, watch),
            3..=4 => self.run::<N, Q, 4>(quotes, watch),
            _ => self.run::<N, Q, 6>(quotes, watch),
        }
    }

    /// How many arcs seven in eight people have at most, judged by some of them.
    fn usual_arcs(&self) -> usize {
        let people = &self.group.people;
        let mut arcs = Vec::new();
        let count = |person: &u32| {
            self.floor.arcs(*person, 0, &mut arcs);
            arcs.len()
        };
        let mut counts: Vec<usize> = people.iter().step_by(people.len() / SAMPLE + 1).map(count).collect();
        counts.sort_unstable();
        counts.get(counts.len() * 7 / 8).copied().unwrap_or(0)
    }

    fn run<N: Amount, Q: Quotes<N>, const K: usize>(
        self,
        quotes: Q,
        watch: &Watch,
    ) -> Result<Solved<N>, AllocateError> {
        let (floor, group) = (self.floor, self.group);
        let outside = count(self.pools.len());
        let void = quotes.void();
        let mut auction = Auction::<N, <D as Demand>::Unit, Q, K>::new(
            self.capacity,
            quotes,
            void as usize + 1,
            floor.grain,
            floor.market.effort.patience,
        );
        auction.keeps_outside = floor.seats.is_some();
        let mut arcs = Vec::new();
        for (chunk, begin) in group.people.chunks(BREATH).zip((0..).step_by(BREATH)) {
            watch.advance(chunk.len() as u64)?;
            for (person, number) in chunk.iter().zip(begin..) {
                floor.arcs(*person, outside, &mut arcs);
                let unit = floor.market.demand.unit(*person as usize);
                let seat = Seat::new(number, unit, &arcs, void, &mut auction.tails);
                auction.insert(seat)?;
            }
        }
        let must: Vec<bool> = self.pools.iter().map(|pool| floor.market.must_fill[*pool as usize]).collect();
        if must.contains(&true) {
            auction.refill(&must, group.people.len())?;
        }
        Ok(numbered_back(auction, self.pools, floor.market.demand.nodes().outside()))
    }
}

fn numbered_back<N: Amount, U: Unit, Q: Quotes<N>, const K: usize>(
    auction: Auction<N, U, Q, K>,
    pools: &[u32],
    outside: u32,
) -> Solved<N> {
    let global = |pool: u32| pools.get(pool as usize).copied().unwrap_or(outside);
    let seats = auction.seats().map(|(person, pool)| (person, global(pool))).collect();
    let price = |pool: u32| {
        let price = auction.price(pool);
        if price >= N::HALF { N::CLOSED } else { price }
    };
    let potentials = (0..count(pools.len())).map(|pool| (global(pool), price(pool))).collect();
    Solved { seats, potentials, visits: auction.visits }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
