//! One level of costs: the best assignment, and the least prices that prove it.
//!
//! Definitions. The *market graph* has an arc from a pool to every node that an occupant may use, from the outside to
//! what those outside may use, from a bundle to its pools. Seats can be left free: a pool with free seats has an arc to the
//! outside, and the outside one to every pool that may have free seats and holds somebody.
//!
//! 1. The differences of two assignments are cycles of this graph. So only arcs within strongly connected components matter,
//!    and components can be solved one by one. (The biggest gain of all: most people have one pool left.)
//! 2. Whoever has a single pool left keeps it and takes a seat off; the others form groups of whole components, solved at
//!    the same time.
//!
//! **Invariant:** the result does not depend on how many threads there are: groups depend on the market only.

use crate::allocate::{Effort, Numbers};
use crate::amount::{Amount, Grain};
use crate::auction::NoRoom;
use crate::components::Components;
use crate::demand::Demand;
use crate::error::AllocateError;
use crate::group::{self, Group};
use crate::grouping;
use crate::least::{Proven, least_prices};
use crate::watch::Watch;
use crate::witness::NOWHERE;
use rayon::prelude::*;

/// People of a group of small components.
const GROUP_PEOPLE: usize = 20_000;

/// One level of costs.
pub(crate) struct Market<'a, D> {
    pub(crate) demand: &'a D,
    /// Seats of each pool for these people.
    pub(crate) capacity: &'a [u32],
    /// Whether each pool must be full because it has a price already; the others have a floor.
    pub(crate) must_fill: &'a [bool],
    /// Any effort gives the same result.
    pub(crate) effort: Effort,
}

/// A best assignment.
pub(crate) struct Settled {
    /// The pool of each person, [`NOWHERE`] for those who take no part.
    pub(crate) seats: Vec<u32>,
    /// The least price of each node.
    pub(crate) prices: Vec<i128>,
    /// Looks at occupants.
    pub(crate) visits: u64,
    /// Pools and bundles of the largest component: it tells the cost better than the number of people.
    pub(crate) largest_component: u64,
}

impl<D: Demand> Market<'_, D> {
    /// Settles the market. `seats` is any assignment that fills what must be filled; without one everybody may stay outside.
    ///
    /// # Errors
    /// If it was cancelled. [`AllocateError::GuaranteeLost`] would be a fault of this program.
    pub(crate) fn settle(&self, seats: Option<Vec<u32>>, watch: &Watch) -> Result<Settled, AllocateError> {
        let nodes = self.demand.nodes().count();
        let most = self.demand.largest_cost();
        let narrow = Grain::finest::<i64>(nodes, nodes, most).filter(|_| self.effort.numbers == Numbers::Narrowest);
        if let Some(grain) = narrow {
            return self.settle_in::<i64>(grain, seats, watch);
        }
        let wide = Grain::finest::<i128>(nodes, nodes, most).filter(|_| self.effort.numbers != Numbers::Whole);
        self.settle_in::<i128>(wide.unwrap_or(Grain::WHOLE), seats, watch)
    }

    fn settle_in<N: Amount>(
        &self,
        grain: Grain,
        seats: Option<Vec<u32>>,
        watch: &Watch,
    ) -> Result<Settled, AllocateError> {
        let nodes = self.demand.nodes();
        let (components, mut groups) = match &seats {
            Some(seats) => {
                let components = self.components(seats);
                let groups = self.groups(&components, seats);
                (components, groups)
            }
            None => (Components::one(u32::try_from(nodes.count()).unwrap_or(u32::MAX)), vec![self.everybody()]),
        };
        // Long ones first, so that nobody waits for the last.
        groups.sort_by_key(|group| std::cmp::Reverse(group.people.len()));
        let floor = group::Floor::new(self, grain, &components, seats.as_deref(), &groups);
        let solved: Vec<_> = groups
            .par_iter()
            .with_max_len(1)
            .map(|group| group::solve::<N, D>(&floor, group, watch))
            .collect::<Result<_, _>>()?;
        drop(floor);
        let mut seats = seats.unwrap_or_else(|| self.all_outside());
        let mut potentials = vec![N::ZERO; nodes.pools() as usize + 1];
        let mut visits = 0;
        for (group, solved) in groups.iter().zip(solved) {
            visits += solved.visits;
            for (person, pool) in solved.seats {
                seats[group.people[person as usize] as usize] = pool;
            }
            for (pool, price) in solved.potentials {
                potentials[pool as usize] = price;
            }
        }
        drop(groups);
        let floors: Vec<bool> = self.must_fill.iter().map(|must| !must).collect();
        let proven = Proven { demand: self.demand, seats: &seats, components: &components, potentials, grain };
        let prices = least_prices(proven, &floors);
        let largest_component = components.largest() as u64;
        Ok(Settled { seats, prices, visits, largest_component })
    }

    fn components(&self, seats: &[u32]) -> Components {
        let (demand, nodes) = (self.demand, self.demand.nodes());
        let outside = nodes.outside() as usize;
        let (starts, people) = grouping::by_group(seats.iter().copied(), outside + 1);
        let load = |pool: usize| starts[pool + 1] - starts[pool];
        let count = u32::try_from(nodes.count()).unwrap_or(u32::MAX);
        Components::find(count, |node, visit| {
            if let Some(pools) = nodes.bundle(node) {
                pools.iter().for_each(|pool| visit(*pool));
                return;
            }
            let at = node as usize;
            let people = &people[starts[at] as usize..starts[at + 1] as usize];
            people.iter().for_each(|person| demand.touch(*person as usize));
            for person in people {
                demand.for_each_arc(*person as usize, |arc| visit(arc.to));
            }
            if at != outside {
                if load(at) < self.capacity[at] {
                    visit(nodes.outside());
                }
            } else {
                let may_be_free = (0..nodes.pools()).filter(|pool| !self.must_fill[*pool as usize]);
                may_be_free.filter(|pool| load(*pool as usize) > 0).for_each(visit);
            }
        })
    }

    /// Everybody who has more than one pool left, in groups of whole components.
    fn groups(&self, components: &Components, seats: &[u32]) -> Vec<Group> {
        let nodes = self.demand.nodes();
        let free = |person: usize| seats[person] != NOWHERE && self.has_choice(components, seats, person);
        let active: Vec<u32> = (0..seats.len())
            .into_par_iter()
            .with_min_len(4096)
            .map(|person| if free(person) { seats[person] } else { NOWHERE })
            .collect();
        let (starts, people) = grouping::by_group(active.iter().copied(), nodes.pools() as usize + 1);
        drop(active);
        let mut groups = Vec::new();
        let mut group = Group::default();
        for component in 0..components.count() {
            let mut all: Vec<u32> = Vec::new();
            for node in components.nodes_of(component).iter().filter(|node| **node <= nodes.outside()) {
                let at = *node as usize;
                all.extend(&people[starts[at] as usize..starts[at + 1] as usize]);
            }
            if all.is_empty() {
                continue;
            }
            if group.people.len() + all.len() > GROUP_PEOPLE && !group.people.is_empty() {
                groups.push(std::mem::take(&mut group));
            }
            group.people.append(&mut all);
            group.nodes.extend(components.nodes_of(component));
        }
        if !group.people.is_empty() {
            groups.push(group);
        }
        groups
    }

    fn has_choice(&self, components: &Components, seats: &[u32], person: usize) -> bool {
        let nodes = self.demand.nodes();
        let (mut first, mut several) = (None, false);
        self.demand.for_each_arc(person, |arc| {
            if components.of[arc.to as usize] == components.of[seats[person] as usize] {
                several |= arc.to > nodes.outside() || *first.get_or_insert(arc.to) != arc.to;
            }
        });
        several
    }

    /// Everybody, free to go anywhere.
    fn everybody(&self) -> Group {
        let all = |count: usize| (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        Group { nodes: all(self.demand.nodes().count()), people: all(self.demand.people()) }
    }

    fn all_outside(&self) -> Vec<u32> {
        vec![self.demand.nodes().outside(); self.demand.people()]
    }
}

impl From<NoRoom> for AllocateError {
    fn from(_: NoRoom) -> Self {
        Self::GuaranteeLost
    }
}
