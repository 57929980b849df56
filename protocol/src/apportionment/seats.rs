//! Whole seats: each group's share rounded, and its seats spread over its sites. SPEC §18.4, §18.5.
//!
//! **Invariant:** seats that pass are the problem's only ones; the prices are some of many.

use super::{Apportionment, ApportionmentError, Graph, Problem, Ratio, ahead::by_site, shares::Share};
use std::cmp::Reverse;

/// W(s): how much it counts against a site of this room to hold more of a group. In proportion to 1 ÷ room, so that sites
/// are filled in proportion to their rooms.
pub fn weight_of(room: u64) -> u128 {
    (1 << 30) / u128::from(room.max(1)) + 1
}

/// Checks that the seats are possible and each group's share is rounded as its turn asks; gives Z(g).
pub(super) fn check_totals(
    problem: &Problem,
    answer: &Apportionment,
    shares: &[Share],
) -> Result<Vec<u64>, ApportionmentError> {
    let mut totals = vec![0u64; problem.groups.len()];
    let mut used = vec![0u64; problem.rooms.len()];
    for (cell, seats) in problem.cells.iter().zip(&answer.seats) {
        if *seats < cell.floor || *seats > cell.ceiling {
            return Err(ApportionmentError::SeatsRange { group: cell.group, site: cell.site });
        }
        // At most 2¹⁸ cells of at most 2⁴⁰ seats.
        totals[cell.group] += seats;
        used[cell.site] += seats;
    }
    for (site, (room, seats)) in problem.rooms.iter().zip(&used).enumerate() {
        if seats > room {
            return Err(ApportionmentError::SeatsRoom { site, room: *room, seats: *seats });
        }
    }
    let mut is_raised = vec![false; totals.len()];
    for (group, (seats, share)) in totals.iter().zip(shares).enumerate() {
        is_raised[group] = u128::from(*seats) == share.seats.floor() + 1 && share.seats.fraction() > Ratio::ZERO;
        if u128::from(*seats) != share.seats.floor() && !is_raised[group] {
            return Err(ApportionmentError::NotRounded { group, seats: *seats, share: share.seats });
        }
    }
    let turn = |group: usize| (shares[group].ratio, Reverse(shares[group].seats.fraction()), group);
    let is_cut = |group: &usize| shares[*group].seats.fraction() > Ratio::ZERO && !is_raised[*group];
    let mut cut: Vec<usize> = (0..totals.len()).filter(is_cut).collect();
    cut.sort_by_key(|group| turn(*group));
    let has_room = problem.rooms.iter().zip(&used).map(|(room, used)| used < room).collect();
    let cells = || problem.cells.iter().zip(&answer.seats);
    let can_rise = cells().map(|(cell, seats)| *seats < cell.ceiling).collect();
    let can_fall = cells().map(|(cell, seats)| *seats > cell.floor).collect();
    let graph = Graph { problem, can_rise, can_fall, has_room };
    let visited = graph.visit(&cut, |source, group| !is_raised[group] || turn(group) < turn(source));
    visited.map_err(|group| ApportionmentError::RoundedDown { group })?;
    Ok(totals)
}

/// What it costs a group to have one seat more at a cell, and what it saves to have one less, prices included.
#[derive(Clone, Copy, Default)]
struct Step {
    up: Option<u128>,
    down: Option<u128>,
}

/// Moves that cost nothing: a group lowered at one cell and raised at another.
struct Level<'a> {
    problem: &'a Problem,
    /// Cells at which such a move may lower and raise.
    down: Vec<bool>,
    up: Vec<bool>,
    has_room: Vec<bool>,
    is_free: Vec<bool>,
    at_site: Vec<Vec<usize>>,
}

/// Checks that the seats of each group are spread as evenly as can be, and that they are the first to be so.
pub(super) fn check_spread(problem: &Problem, answer: &Apportionment) -> Result<(), ApportionmentError> {
    let mut used = vec![0u64; problem.rooms.len()];
    problem.cells.iter().zip(&answer.seats).for_each(|(cell, seats)| used[cell.site] += seats);
    let has_room: Vec<bool> = problem.rooms.iter().zip(&used).map(|(room, used)| used < room).collect();
    if let Some(site) = (0..used.len()).find(|site| has_room[*site] && answer.prices[*site] > 0) {
        return Err(ApportionmentError::PriceOfRoom { site });
    }
    let step = |(cell, seats): (&super::Cell, &u64)| {
        let (weight, price) = (weight_of(problem.rooms[cell.site]), u128::from(answer.prices[cell.site]));
        let twice = 2 * u128::from(*seats);
        Step {
            up: (*seats < cell.ceiling).then(|| weight * (twice + 1) + price),
            down: (*seats > cell.floor).then(|| weight * (twice - 1) + price),
        }
    };
    let steps: Vec<Step> = problem.cells.iter().zip(&answer.seats).map(step).collect();
    let (mut up, mut down) = (vec![false; steps.len()], vec![false; steps.len()]);
    for group in 0..problem.groups.len() {
        let cells = problem.cells_of(group);
        let dearest = cells.clone().filter_map(|cell| Some((steps[cell].down?, cell))).max();
        let cheapest = cells.clone().filter_map(|cell| Some((steps[cell].up?, cell))).min();
        let (Some((saved, from)), Some((cost, to))) = (dearest, cheapest) else { continue };
        if saved > cost {
            let (from, to) = (problem.cells[from].site, problem.cells[to].site);
            return Err(ApportionmentError::NotEven { group, from, to });
        }
        for cell in cells.filter(|_| saved == cost) {
            up[cell] = steps[cell].up == Some(cost);
            down[cell] = steps[cell].down == Some(saved);
        }
    }
    let is_free = answer.prices.iter().map(|price| *price == 0).collect();
    let level = Level { problem, down, up, has_room, is_free, at_site: by_site(problem) };
    match (0..steps.len()).find(|cell| level.can_be_less(*cell)) {
        None => Ok(()),
        Some(cell) => {
            let super::Cell { group, site, .. } = problem.cells[cell];
            Err(ApportionmentError::NotFirst { group, site })
        }
    }
}

impl Level<'_> {
    /// Whether moves that cost nothing and leave all cells before this one alone lower it: its group is raised elsewhere,
    /// another is lowered there and raised elsewhere, and so on back to this cell's site. A seat that stays free may move
    /// between sites without a price like one of a group.
    fn can_be_less(&self, cell: usize) -> bool {
        if !self.down[cell] {
            return false;
        }
        let (cells, home) = (&self.problem.cells, self.problem.cells[cell].site);
        let mut groups = vec![false; self.problem.groups.len()];
        let mut sites = vec![false; self.problem.rooms.len()];
        let mut are_free_reached = false;
        groups[cells[cell].group] = true;
        let mut stack = vec![cells[cell].group];
        while let Some(group) = stack.pop() {
            let raised = self.problem.cells_of(group).filter(|at| *at > cell && self.up[*at]);
            let mut reached: Vec<usize> = raised.map(|at| cells[at].site).collect();
            if !are_free_reached && reached.iter().any(|site| self.has_room[*site]) {
                are_free_reached = true;
                reached.extend((0..sites.len()).filter(|site| self.is_free[*site]));
            }
            for site in reached {
                if site == home {
                    return true;
                }
                if std::mem::replace(&mut sites[site], true) {
                    continue;
                }
                for at in self.at_site[site].iter().filter(|at| **at > cell && self.down[**at]) {
                    if !std::mem::replace(&mut groups[cells[*at].group], true) {
                        stack.push(cells[*at].group);
                    }
                }
            }
        }
        false
    }
}
