//! Exact maximum flow from groups to sites, by shortest augmenting paths (Dinic 1970).
//!
//! **Invariant:** flow never exceeds a capacity; after [`Flow::fill`] no more can be sent, and what [`Flow::reached`] says is
//! a minimum cut.
//!
//! Complexity: O(V² E) at worst; on these two-sided networks a few passes over the cells.

use std::collections::VecDeque;

/// Node 0 is the source, 1 the sink, then groups, then sites.
pub(super) struct Flow {
    arcs: Vec<Arc>,
    out: Vec<Vec<usize>>,
    groups: usize,
    /// Arc of the source to each group.
    demands: Vec<usize>,
    /// Arc of each site to the sink.
    rooms: Vec<usize>,
    /// Arc of each cell.
    cells: Vec<usize>,
}

struct Arc {
    to: usize,
    left: u128,
}

const SOURCE: usize = 0;
const SINK: usize = 1;
const UNSEEN: usize = usize::MAX;

impl Flow {
    /// An empty flow. Cells are (group, site, capacity).
    pub(super) fn new(demands: &[u128], rooms: &[u128], cells: impl Iterator<Item = (usize, usize, u128)>) -> Self {
        let (groups, nodes) = (demands.len(), 2 + demands.len() + rooms.len());
        let (demands_at, rooms_at) = (Vec::with_capacity(groups), Vec::with_capacity(rooms.len()));
        let out = vec![Vec::new(); nodes];
        let mut flow = Self { arcs: Vec::new(), out, groups, demands: demands_at, rooms: rooms_at, cells: Vec::new() };
        for (group, demand) in demands.iter().enumerate() {
            let arc = flow.arc(SOURCE, 2 + group, *demand);
            flow.demands.push(arc);
        }
        for (site, room) in rooms.iter().enumerate() {
            let arc = flow.arc(2 + groups + site, SINK, *room);
            flow.rooms.push(arc);
        }
        for (group, site, capacity) in cells {
            let arc = flow.arc(2 + group, 2 + groups + site, capacity);
            flow.cells.push(arc);
        }
        flow
    }

    fn arc(&mut self, from: usize, to: usize, capacity: u128) -> usize {
        let at = self.arcs.len();
        self.arcs.extend([Arc { to, left: capacity }, Arc { to: from, left: 0 }]);
        self.out[from].push(at);
        self.out[to].push(at + 1);
        at
    }

    /// Sends all that fits.
    pub(super) fn fill(&mut self) {
        loop {
            let layers = self.layers();
            if layers[SINK] == UNSEEN {
                return;
            }
            let mut next = vec![0; self.out.len()];
            while self.push(&layers, &mut next) {}
        }
    }

    /// Whether every demand is met.
    pub(super) fn is_met(&self) -> bool {
        self.demands.iter().all(|arc| self.arcs[*arc].left == 0)
    }

    fn layers(&self) -> Vec<usize> {
        let mut layers = vec![UNSEEN; self.out.len()];
        layers[SOURCE] = 0;
        let mut line = VecDeque::from([SOURCE]);
        while let Some(node) = line.pop_front() {
            for Arc { to, left } in self.out[node].iter().map(|arc| &self.arcs[*arc]) {
                if *left > 0 && layers[*to] == UNSEEN {
                    layers[*to] = layers[node] + 1;
                    line.push_back(*to);
                }
            }
        }
        layers
    }

    /// One path along the layers. `next` is the first arc of each node that has not failed in this phase.
    fn push(&mut self, layers: &[usize], next: &mut [usize]) -> bool {
        let mut path: Vec<usize> = Vec::new();
        let mut node = SOURCE;
        while node != SINK {
            let arcs = &self.out[node];
            let open = |arc: &usize| self.arcs[*arc].left > 0 && layers[self.arcs[*arc].to] == layers[node] + 1;
            while next[node] < arcs.len() && !open(&arcs[next[node]]) {
                next[node] += 1;
            }
            if let Some(arc) = arcs.get(next[node]) {
                path.push(*arc);
                node = self.arcs[*arc].to;
            } else {
                let Some(arc) = path.pop() else { return false };
                node = self.arcs[arc ^ 1].to;
                next[node] += 1;
            }
        }
        let amount = path.iter().map(|arc| self.arcs[*arc].left).min().unwrap_or(0);
        for arc in path {
            self.arcs[arc].left -= amount;
            self.arcs[arc ^ 1].left += amount;
        }
        true
    }

    /// Asks for one unit more for a group; says whether it fits. What others have stays theirs.
    pub(super) fn add_one(&mut self, group: usize) -> bool {
        let arc = self.demands[group];
        self.arcs[arc].left += 1;
        self.fill();
        let fits = self.arcs[arc].left == 0;
        if !fits {
            self.arcs[arc].left -= 1;
        }
        fits
    }

    /// Groups that the source still reaches: those of a minimum cut.
    pub(super) fn reached(&self) -> Vec<bool> {
        let layers = self.layers();
        (0..self.groups).map(|group| layers[2 + group] != UNSEEN).collect()
    }

    /// Flow of a cell, by its place.
    pub(super) fn of_cell(&self, cell: usize) -> u128 {
        self.arcs[self.cells[cell] ^ 1].left
    }

    /// Whether a cell could carry more.
    pub(super) fn can_rise(&self, cell: usize) -> bool {
        self.arcs[self.cells[cell]].left > 0
    }

    /// Whether a site has room left.
    pub(super) fn has_room(&self, site: usize) -> bool {
        self.arcs[self.rooms[site]].left > 0
    }
}
