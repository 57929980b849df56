//! Among distributions that are as even, the first: each cell in turn as small as can be. SPEC §18.5.
//!
//! At optimal prices a seat moves without cost from one of a row's dearest cells to one of its cheapest, if both are equal.
//! A cell falls by one if such moves lead back to its site over later cells.

use protocol::apportionment::{Problem, weight_of};

struct Moves<'a> {
    problem: &'a Problem,
    seats: &'a mut [u64],
    prices: &'a [u64],
    unused: Vec<u64>,
    at_site: Vec<Vec<usize>>,
    up: Vec<bool>,
    down: Vec<bool>,
    /// Groups with cells that have just changed.
    touched: Vec<usize>,
}

pub(super) fn make_first(problem: &Problem, seats: &mut [u64], prices: &[u64]) {
    let mut unused = problem.rooms().to_vec();
    let mut at_site = vec![Vec::new(); unused.len()];
    for (at, cell) in problem.cells().iter().enumerate() {
        unused[cell.site] -= seats[at];
        at_site[cell.site].push(at);
    }
    let cells = seats.len();
    let (up, down) = (vec![false; cells], vec![false; cells]);
    let mut moves = Moves { problem, seats, prices, unused, at_site, up, down, touched: Vec::new() };
    (0..problem.groups().len()).for_each(|group| moves.mark(group));
    for cell in 0..cells {
        moves.lower(cell);
    }
}

impl Moves<'_> {
    /// Marks the cells of a group at which a move without cost may raise or lower it.
    fn mark(&mut self, group: usize) {
        let cells = self.problem.cells_of(group);
        let cost = |at: usize, up: bool| {
            let cell = &self.problem.cells()[at];
            let possible = if up { self.seats[at] < cell.ceiling } else { self.seats[at] > cell.floor };
            let twice = 2 * u128::from(self.seats[at]);
            let step = |twice| weight_of(self.problem.rooms()[cell.site]) * twice + u128::from(self.prices[cell.site]);
            possible.then(|| step(if up { twice + 1 } else { twice - 1 }))
        };
        let saved = cells.clone().filter_map(|at| cost(at, false)).max();
        let spent = cells.clone().filter_map(|at| cost(at, true)).min();
        let level = saved.filter(|saved| Some(*saved) == spent);
        let marks: Vec<_> =
            cells.clone().map(|at| [true, false].map(|up| level.is_some() && cost(at, up) == level)).collect();
        for (at, [up, down]) in cells.zip(marks) {
            (self.up[at], self.down[at]) = (up, down);
        }
    }

    fn lower(&mut self, cell: usize) {
        let Some(path) = self.down[cell].then(|| self.way_back(cell)).flatten() else { return };
        let (falls, rises): (Vec<_>, Vec<_>) = path.into_iter().partition(|(_, rises)| !rises);
        for (at, rises) in [(cell, false)].into_iter().chain(falls).chain(rises) {
            let site = self.problem.cells()[at].site;
            if rises {
                (self.seats[at], self.unused[site]) = (self.seats[at] + 1, self.unused[site] - 1);
            } else {
                (self.seats[at], self.unused[site]) = (self.seats[at] - 1, self.unused[site] + 1);
            }
            self.touched.push(self.problem.cells()[at].group);
        }
        std::mem::take(&mut self.touched).into_iter().for_each(|group| self.mark(group));
    }

    /// Moves over later cells, each a cell and whether it rises, after which a seat at this cell is not needed.
    fn way_back(&self, cell: usize) -> Option<Vec<(usize, bool)>> {
        let cells = self.problem.cells();
        let (start, home) = (cells[cell].group, cells[cell].site);
        // By which cell a group fell, and by which a site was filled; a free seat hops from a site with room to another.
        let mut fell: Vec<Option<usize>> = vec![None; self.problem.groups().len()];
        let mut filled: Vec<Option<usize>> = vec![None; self.unused.len()];
        let mut has_hopped = false;
        let mut stack = vec![start];
        while let Some(group) = stack.pop() {
            for at in self.problem.cells_of(group).filter(|at| *at > cell && self.up[*at]) {
                let site = cells[at].site;
                let mut reached = vec![site];
                if self.unused[site] > 0 && !std::mem::replace(&mut has_hopped, true) {
                    reached.extend((0..self.prices.len()).filter(|site| self.prices[*site] == 0));
                }
                for site in reached {
                    if filled[site].is_some() {
                        continue;
                    }
                    filled[site] = Some(at);
                    if site == home {
                        return Some(self.path(start, at, &fell, &filled));
                    }
                    for other in self.at_site[site].iter().filter(|other| **other > cell && self.down[**other]) {
                        let group = cells[*other].group;
                        if group != start && fell[group].is_none() {
                            fell[group] = Some(*other);
                            stack.push(group);
                        }
                    }
                }
            }
        }
        None
    }

    /// Follows from the last cell that rose back to the group that the search began with.
    fn path(&self, start: usize, last: usize, fell: &[Option<usize>], filled: &[Option<usize>]) -> Vec<(usize, bool)> {
        let cells = self.problem.cells();
        let mut path = vec![(last, true)];
        let mut group = cells[last].group;
        while group != start {
            let Some(down) = fell[group] else { break };
            let Some(up) = filled[cells[down].site] else { break };
            path.extend([(down, false), (up, true)]);
            group = cells[up].group;
        }
        path
    }
}
