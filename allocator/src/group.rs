//! A group of components, put on its own floor: numbered from 0, sold, and numbered back.

use crate::allocate::Effort;
use crate::amount::{Amount, Grain};
use crate::auction::{Arc, Auction, Quotes};
use crate::components::Components;
use crate::demand::Demand;
use crate::error::AllocateError;
use crate::market::Market;
use crate::nodes::Nodes;
use crate::sale::Sale;
use crate::watch::Watch;
use crate::witness::NOWHERE;

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
            let (pools, bundles) = split(group, nodes, components);
            let ordered = pools.iter().chain(&bundles);
            for (node, number) in ordered.zip((0..count(pools.len())).chain(count(pools.len()) + 1..)) {
                local[*node as usize] = number;
            }
        }
        Self { market, grain, components, seats, capacity, local }
    }

    /// An auction of these seats, for this market.
    pub(crate) fn auction<N: Amount, Q: Quotes<N>, const K: usize>(
        &self,
        mut capacity: Vec<u32>,
        quotes: Q,
    ) -> Auction<N, D::Unit, Q, K> {
        capacity.push(u32::MAX);
        // Where everybody may go everywhere, those outside need not be remembered.
        let keeps_outside = self.seats.is_some();
        Auction::new(capacity, quotes, self.grain, self.market.effort.patience, keeps_outside)
    }

    pub(crate) fn effort(&self) -> Effort {
        self.market.effort
    }

    pub(crate) fn outside(&self) -> u32 {
        self.market.demand.nodes().outside()
    }

    pub(crate) fn unit(&self, person: u32) -> D::Unit {
        self.market.demand.unit(person as usize)
    }

    /// Where the person sat before, in the group's numbers; none where everybody may go everywhere.
    pub(crate) fn seat(&self, person: u32) -> Option<u32> {
        Some(self.local[self.seats?[person as usize] as usize])
    }

    /// Which of the pools must be full.
    pub(crate) fn must_fill(&self, pools: &[u32]) -> Vec<bool> {
        pools.iter().map(|pool| self.market.must_fill[*pool as usize]).collect()
    }

    /// [`Demand::touch`].
    #[inline]
    pub(crate) fn touch(&self, person: u32) {
        self.market.demand.touch(person as usize);
    }

    /// What the person may use within the group, in its numbers.
    pub(crate) fn arcs(&self, person: u32, outside: u32, found: &mut Vec<Arc>) {
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

/// Pools of a group in order, and its bundles by their first pools.
fn split(group: &Group, nodes: &Nodes, components: &Components) -> (Vec<u32>, Vec<u32>) {
    let outside = nodes.outside();
    let mut pools: Vec<u32> = group.nodes.iter().copied().filter(|node| *node < outside).collect();
    let mut bundles: Vec<u32> = group.nodes.iter().copied().filter(|node| *node > outside).collect();
    pools.sort_unstable();
    bundles.sort_unstable_by_key(|bundle| inside(*bundle, nodes, components).next());
    (pools, bundles)
}

/// The pools of a bundle that are in its component.
fn inside<'a>(bundle: u32, nodes: &'a Nodes, components: &'a Components) -> impl Iterator<Item = u32> {
    let pools = nodes.bundle(bundle).unwrap_or(&[]).iter().copied();
    pools.filter(move |pool| components.of[*pool as usize] == components.of[bundle as usize])
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
    let nodes = floor.market.demand.nodes();
    let (pools, bundles) = split(group, nodes, floor.components);
    let local = |bundle: &u32| {
        let pools = inside(*bundle, nodes, floor.components);
        pools.map(|pool| floor.local[pool as usize]).collect()
    };
    let bundles: Vec<Vec<u32>> = bundles.iter().map(local).collect();
    let capacity = pools.iter().map(|pool| floor.capacity[*pool as usize]).collect();
    Sale { floor, group, pools, capacity, bundles }.sell(watch)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
