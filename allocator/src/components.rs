//! Strongly connected components: which parts of a market have nothing to do with each other.
//!
//! Definitions. Nodes are numbered from 0; an arc leads from where somebody is to where they could be. A *component*
//! is a largest set of nodes of which each can be reached from each.
//!
//! **Invariant:** components are numbered so that arcs between different ones lead from the higher number to the lower.
//! The differences of two optimal assignments are cycles of arcs, so nobody changes component.
//!
//! Cost: linear in nodes and arcs, in one depth-first search without recursion (Tarjan 1972). The arcs of a node are
//! asked for once; those of the nodes on the way are kept.

/// The components of a graph.
pub(crate) struct Components {
    /// The component of each node.
    pub(crate) of: Vec<u32>,
    /// All nodes, those of component 0 first, ascending within one.
    pub(crate) nodes: Vec<u32>,
    /// Where each component starts in `nodes`; one more than there are components.
    pub(crate) starts: Vec<u32>,
}

impl Components {
    /// Everything in one.
    pub(crate) fn one(nodes: u32) -> Self {
        Self { of: vec![0; nodes as usize], nodes: (0..nodes).collect(), starts: vec![0, nodes] }
    }

    /// Those of the graph whose arcs `arcs` tells.
    pub(crate) fn find(nodes: u32, arcs: impl FnMut(u32, &mut dyn FnMut(u32))) -> Self {
        let mut search = Search::new(nodes as usize, arcs);
        for root in 0..nodes {
            if search.entered[root as usize] == UNSEEN {
                search.explore(root);
            }
        }
        Self::grouped(search.component, search.components)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many nodes the largest has.
    pub(crate) fn largest(&self) -> usize {
        self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }

    /// The nodes of one.
    pub(crate) fn nodes_of(&self, component: usize) -> &[u32] {
        &self.nodes[self.starts[component] as usize..self.starts[component + 1] as usize]
    }

    fn grouped(of: Vec<u32>, count: u32) -> Self {
        let (starts, nodes) = crate::grouping::by_group(of.iter().copied(), count as usize);
        Self { of, nodes, starts }
    }
}

const UNSEEN: u32 = u32::MAX;

struct Search<F> {
    arcs: F,
    /// When each node was entered.
    entered: Vec<u32>,
    /// The earliest node still open that each can reach.
    lowest: Vec<u32>,
    component: Vec<u32>,
    components: u32,
    clock: u32,
    /// Nodes entered whose component is not known yet.
    open: Vec<u32>,
    /// The way from the root: each node, and where its arcs begin among `ahead`.
    way: Vec<(u32, usize)>,
    /// Arcs of the nodes on the way, not yet followed.
    ahead: Vec<u32>,
    /// The last node that had an arc to each: the same arc is kept once.
    seen_from: Vec<u32>,
}

impl<F: FnMut(u32, &mut dyn FnMut(u32))> Search<F> {
    fn new(nodes: usize, arcs: F) -> Self {
        Self {
            arcs,
            entered: vec![UNSEEN; nodes],
            lowest: vec![0; nodes],
            component: vec![UNSEEN; nodes],
            components: 0,
            clock: 0,
            open: Vec::new(),
            way: Vec::new(),
            ahead: Vec::new(),
            seen_from: vec![UNSEEN; nodes],
        }
    }

    fn explore(&mut self, root: u32) {
        self.enter(root);
        while let Some((node, begin)) = self.way.last().copied() {
            if self.ahead.len() == begin {
                self.way.pop();
                self.leave(node);
                continue;
            }
            let Some(to) = self.ahead.pop() else { continue };
            if self.entered[to as usize] == UNSEEN {
                self.enter(to);
            } else if self.component[to as usize] == UNSEEN {
                self.lower(node, self.entered[to as usize]);
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.entered[node as usize] = self.clock;
        self.lowest[node as usize] = self.clock;
        self.clock += 1;
        self.open.push(node);
        self.way.push((node, self.ahead.len()));
        let (ahead, seen_from) = (&mut self.ahead, &mut self.seen_from);
        (self.arcs)(node, &mut |to| {
            if seen_from[to as usize] != node {
                seen_from[to as usize] = node;
                ahead.push(to);
            }
        });
    }

    fn lower(&mut self, node: u32, entered: u32) {
        let lowest = &mut self.lowest[node as usize];
        *lowest = entered.min(*lowest);
    }

    fn leave(&mut self, node: u32) {
        let lowest = self.lowest[node as usize];
        if let Some((before, _)) = self.way.last().copied() {
            self.lower(before, lowest);
        }
        if lowest != self.entered[node as usize] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member as usize] = self.components;
            if member == node {
                break;
            }
        }
        self.components += 1;
    }
}
