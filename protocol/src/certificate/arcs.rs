//! Arcs between pools, gathered one by one, and the two questions about them: what can be reached, and what lies on
//! cycles. Linear time and memory.

/// Arcs between nodes counted from 0. Those that come often are kept once.
pub(super) struct Arcs {
    nodes: usize,
    arcs: Vec<(u32, u32)>,
    /// How many arcs to gather before repeated ones are dropped.
    limit: usize,
}

/// The same, grouped by where they begin.
pub(super) struct Graph {
    /// Where each node's arcs start; one more than there are nodes.
    starts: Vec<usize>,
    ends: Vec<u32>,
}

impl Arcs {
    pub(super) fn new(nodes: usize) -> Self {
        Self { nodes, arcs: Vec::new(), limit: 2 * nodes + 1024 }
    }

    #[inline]
    pub(super) fn push(&mut self, from: u32, to: u32) {
        if self.arcs.len() == self.limit {
            self.drop_repeated();
        }
        self.arcs.push((from, to));
    }

    /// Adds those of another gathering between the same nodes.
    pub(super) fn append(&mut self, other: Self) {
        if self.arcs.is_empty() {
            *self = other;
            return;
        }
        other.arcs.into_iter().for_each(|(from, to)| self.push(from, to));
    }

    /// Costs as much as was gathered since the last time, at least.
    #[cold]
    fn drop_repeated(&mut self) {
        let graph = self.graph();
        let mut last_from = vec![u32::MAX; self.nodes];
        self.arcs.clear();
        for (from, to) in graph.arcs() {
            if last_from[to as usize] != from {
                last_from[to as usize] = from;
                self.arcs.push((from, to));
            }
        }
        self.limit = self.limit.max(2 * self.arcs.len());
    }

    pub(super) fn graph(&self) -> Graph {
        let mut starts = vec![0; self.nodes + 1];
        for (from, _) in &self.arcs {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..self.nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut ends = vec![0; self.arcs.len()];
        for (from, to) in &self.arcs {
            ends[next[*from as usize]] = *to;
            next[*from as usize] += 1;
        }
        Graph { starts, ends }
    }
}

impl Graph {
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All arcs, by where they begin.
    pub(super) fn arcs(&self) -> impl Iterator<Item = (u32, u32)> {
        let nodes = (0..).zip(self.starts.windows(2));
        nodes.flat_map(|(from, range)| self.ends[range[0]..range[1]].iter().map(move |to| (from, *to)))
    }

    /// Which nodes can be reached from these, themselves included.
    pub(super) fn reached_from(&self, sources: impl Iterator<Item = u32>) -> Vec<bool> {
        let mut reached = vec![false; self.starts.len() - 1];
        let mut frontier: Vec<u32> = sources.collect();
        frontier.iter().for_each(|source| reached[*source as usize] = true);
        while let Some(node) = frontier.pop() {
            for to in &self.ends[self.starts[node as usize]..self.starts[node as usize + 1]] {
                if !reached[*to as usize] {
                    reached[*to as usize] = true;
                    frontier.push(*to);
                }
            }
        }
        reached
    }

    /// The strongly connected component of each node, by a number (Tarjan 1972, with a stack of its own).
    pub(super) fn components(&self) -> Vec<u32> {
        const UNSEEN: u32 = u32::MAX;
        let nodes = self.starts.len() - 1;
        // When each node was seen; while it waits on the stack, the earliest seen node known to lead back to it.
        let (mut low, mut component) = (vec![UNSEEN; nodes], vec![UNSEEN; nodes]);
        let mut next = self.starts.clone();
        let (mut seen, mut path, mut stack) = (0, Vec::new(), Vec::new());
        let mut order = vec![0; nodes];
        for root in 0..nodes {
            if low[root] != UNSEEN {
                continue;
            }
            path.push(root);
            while let Some(node) = path.last().copied() {
                if low[node] == UNSEEN {
                    (low[node], order[node]) = (seen, seen);
                    seen += 1;
                    stack.push(node);
                }
                if next[node] < self.starts[node + 1] {
                    let to = self.ends[next[node]] as usize;
                    if low[to] == UNSEEN {
                        // Looked at again when the walk comes back from it.
                        path.push(to);
                        continue;
                    }
                    if component[to] == UNSEEN {
                        low[node] = low[node].min(low[to]);
                    }
                    next[node] += 1;
                    continue;
                }
                path.pop();
                if low[node] == order[node] {
                    while let Some(member) = stack.pop() {
                        component[member] = order[node];
                        if member == node {
                            break;
                        }
                    }
                }
            }
        }
        component
    }
}
