//! The least prices that prove an assignment, given any.
//!
//! Definitions. Somebody who sits at a and may use b shows that π(b) ≥ π(a) + c(a) − c(b), for the costs c of that person;
//! somebody outside that π(b) ≥ c(outside) − c(b). A *floor* is the bound π ≥ 0. Any prices that meet these conditions prove
//! the assignment; the pointwise least ones are what the bounds force: the longest paths from floors and from the outside.
//!
//! 1. Between components bounds only lead from a higher number to a lower one. So components are settled in this
//!    order, each with all bounds from before known.
//! 2. Within one, the potentials p that an auction ends with make every S·(c(b) − c(a)) + p(b) − p(a) + ε a length that
//!    is not negative. So one run of Dijkstra's algorithm finds the longest paths (Johnson 1977). The ε of a path, fewer
//!    than S, only fill the bits below its cost, and rounding removes them.
//!
//! **Invariant:** exact integers come out, the same for every assignment and all potentials that were handed in.
//!
//! Cost: everybody's arcs once, and the logarithm of a component's nodes for each way that is shorter than all before.

use crate::amount::{Amount, Grain};
use crate::components::Components;
use crate::demand::Demand;
use crate::grouping;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An assignment, and what is known of its prices.
pub(crate) struct Proven<'a, D, N> {
    pub(crate) demand: &'a D,
    /// The pool of each person.
    pub(crate) seats: &'a [u32],
    pub(crate) components: &'a Components,
    /// Scaled prices of all pools and the outside that prove it within ε, component by component.
    pub(crate) potentials: Vec<N>,
    pub(crate) grain: Grain,
}

/// The least price of every node; `floors` says whether a pool has a floor. A node without floor that nothing bounds has
/// the price 0.
pub(crate) fn least_prices<D: Demand, N: Amount>(proven: Proven<'_, D, N>, floors: &[bool]) -> Vec<i128> {
    let Proven { demand, seats, components, mut potentials, grain } = proven;
    let nodes = demand.nodes();
    let (starts, people) = grouping::by_group(seats.iter().copied(), nodes.pools() as usize + 1);
    let of = &components.of;
    for node in nodes.outside() + 1.. {
        let Some(pools) = nodes.bundle(node) else { break };
        let inside = pools.iter().filter(|pool| of[**pool as usize] == of[node as usize]);
        potentials.push(inside.map(|pool| potentials[*pool as usize]).min().unwrap_or(N::ZERO));
    }
    let mut bounds = vec![None; nodes.count()];
    bounds[nodes.outside() as usize] = Some(0);
    for (bound, _) in bounds.iter_mut().zip(floors).filter(|(_, floor)| **floor) {
        *bound = Some(0);
    }
    let mut search = Search {
        demand,
        components,
        grain,
        starts,
        people,
        bounds,
        near: vec![N::FAR; nodes.count()],
        potentials,
        frontier: BinaryHeap::new(),
        prices: vec![0; nodes.count()],
    };
    for component in (0..components.count()).rev() {
        search.settle_component(component);
    }
    search.prices
}

struct Search<'a, D, N> {
    demand: &'a D,
    components: &'a Components,
    grain: Grain,
    /// People by the pool they sit in, and where each pool's start.
    starts: Vec<u32>,
    people: Vec<u32>,
    /// What floors and components before force each price to be.
    bounds: Vec<Option<i128>>,
    potentials: Vec<N>,
    /// How near each node of the present component is.
    near: Vec<N>,
    frontier: BinaryHeap<Reverse<(N, u32)>>,
    prices: Vec<i128>,
}

impl<D: Demand, N: Amount> Search<'_, D, N> {
    fn settle_component(&mut self, component: usize) {
        let components = self.components;
        for node in components.nodes_of(component) {
            if let Some(bound) = self.bounds[*node as usize] {
                let scaled = N::narrow(bound << self.grain.shift);
                self.approach(*node, self.potentials[*node as usize] - scaled);
            }
        }
        while let Some(Reverse((distance, node))) = self.frontier.pop() {
            if self.near[node as usize] == distance {
                self.settle(node, distance);
            }
        }
    }

    #[inline]
    fn approach(&mut self, node: u32, distance: N) {
        if distance < self.near[node as usize] {
            self.near[node as usize] = distance;
            self.frontier.push(Reverse((distance, node)));
        }
    }

    /// The price of a node is known; follows its arcs.
    fn settle(&mut self, node: u32, distance: N) {
        let below = (distance - self.potentials[node as usize]).wide();
        self.prices[node as usize] = -(below >> self.grain.shift);
        let (demand, at) = (self.demand, node as usize);
        if let Some(pools) = demand.nodes().bundle(node) {
            for pool in pools {
                self.follow(node, distance, *pool, N::ZERO, 0);
            }
            return;
        }
        let places = self.starts[at]..self.starts[at + 1];
        self.people[places.start as usize..places.end as usize]
            .iter()
            .for_each(|person| demand.touch(*person as usize));
        for place in places {
            self.follow_person(self.people[place as usize] as usize, node, distance);
        }
    }

    fn follow_person(&mut self, person: usize, node: u32, distance: N) {
        use crate::auction::Unit;
        let (demand, weight) = (self.demand, self.demand.unit(person).weight());
        let around = demand.nodes().around(node);
        let mut own = u32::MAX;
        demand.for_each_arc(person, |arc| {
            if arc.to == node || arc.to == around {
                own = own.min(arc.steps);
            }
        });
        let grain = self.grain;
        let own_cost: N = grain.cost(weight, own);
        demand.for_each_arc(person, |arc| {
            if arc.to != node {
                let length = grain.cost::<N>(weight, arc.steps) - own_cost + grain.epsilon();
                let bound = (i128::from(own) - i128::from(arc.steps)) * i128::from(weight);
                self.follow(node, distance, arc.to, length, bound);
            }
        });
    }

    /// Takes an arc into account: `length` within the component, the bound `gain` above the price beyond it.
    #[inline]
    fn follow(&mut self, from: u32, distance: N, to: u32, length: N, gain: i128) {
        let of = &self.components.of;
        if of[from as usize] == of[to as usize] {
            let reduced = length + self.potentials[to as usize] - self.potentials[from as usize];
            self.approach(to, distance + reduced);
        } else {
            let bound = Some(self.prices[from as usize] + gain);
            let known = &mut self.bounds[to as usize];
            *known = bound.max(*known);
        }
    }
}
