//! Whether another allocation is as good. SPEC §12.5.
//!
//! Definitions. The nodes are the pools and the outside. A *moving* arc leads from a pool to wherever an occupant would
//! be just as well off, and from the outside to wherever an unplaced applicant would. A pool with free seats has an arc
//! to the outside, and there is an arc from the outside to each pool without a price that holds somebody: a seat may be
//! left free for another there.
//!
//! The differences between two optimal allocations are cycles of these arcs, and each cycle with a moving arc gives
//! another optimal allocation. So the optimum is not unique exactly if a moving arc lies in a strongly connected
//! component. Here the outside absorbs all pools with free seats. That keeps the cycles and leaves none without a
//! moving arc, so that it suffices to look for any cycle: peel off what nothing leads to (Kahn 1962), in linear time.

use super::cost::Cost;
use super::prices::Market;
use crate::instance::PoolIndex;

/// Whether the market's allocation is the only optimal one. The conditions on prices must hold.
pub(super) fn is_unique(market: &Market) -> bool {
    let graph = Graph { market, outside: market.prices.len() };
    let mut arcs_in = vec![0_u32; graph.outside + 1];
    for node in graph.nodes() {
        graph.for_each_arc(node, |to| arcs_in[to] += 1);
    }
    let mut free: Vec<usize> = graph.nodes().filter(|node| arcs_in[*node] == 0).collect();
    let mut peeled = 0;
    while let Some(node) = free.pop() {
        peeled += 1;
        graph.for_each_arc(node, |to| {
            arcs_in[to] -= 1;
            if arcs_in[to] == 0 {
                free.push(to);
            }
        });
    }
    peeled == graph.nodes().count()
}

struct Graph<'a> {
    market: &'a Market<'a>,
    outside: usize,
}

impl Graph<'_> {
    /// The outside and the full pools.
    fn nodes(&self) -> impl Iterator<Item = usize> {
        (0..=self.outside).filter(|node| *node == self.outside || self.node(pool(*node)) == *node)
    }

    fn node(&self, pool: PoolIndex) -> usize {
        if self.market.occupancy.is_full(pool) { pool.at() } else { self.outside }
    }

    fn for_each_arc(&self, node: usize, mut visit: impl FnMut(usize)) {
        if node != self.outside {
            return self.for_each_move(pool(node), &mut visit);
        }
        for applicant in self.market.unplaced() {
            self.market.tight(applicant).for_each(|to| visit(self.node(to)));
        }
        for (index, price) in self.market.prices.iter().enumerate() {
            let pool = pool(index);
            if !self.market.occupancy.is_full(pool) {
                self.for_each_move(pool, &mut visit);
            } else if *price == Cost::ZERO && self.market.occupancy.placed(pool) > 0 {
                visit(index);
            }
        }
    }

    fn for_each_move(&self, from: PoolIndex, visit: &mut impl FnMut(usize)) {
        for occupant in self.market.occupancy.occupants(from) {
            self.market.tight(occupant).for_each(|to| visit(self.node(to)));
            if self.market.tight_outside(occupant) {
                visit(self.outside);
            }
        }
    }
}

fn pool(node: usize) -> PoolIndex {
    PoolIndex(u32::try_from(node).unwrap_or(u32::MAX))
}
