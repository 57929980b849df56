//! Seats of each group spread over its sites in proportion to their rooms: the least Σ W(s)·x². SPEC §18.5.
//!
//! Seats that nobody gets are a further row, which costs nothing. A distribution is best iff no cycle of moves, a row raised
//! at a site and another lowered there and raised elsewhere, saves anything (Klein 1967); such cycles are cancelled in steps
//! of 2ᵏ seats, then 2ᵏ⁻¹, …, 1, so that far moves are made in large steps (Ahuja, Magnanti, Orlin 1993, §14.5).
//!
//! **Invariant:** every row and every site keeps its number of seats; the distances of the last search are prices.

use super::ApportionError;
use protocol::apportionment::{Problem, weight_of};

struct Spread {
    /// (row, site, least, most, weight); the last row holds the seats that nobody gets.
    cells: Vec<Cell>,
    seats: Vec<i128>,
    rows: usize,
    /// Of rows, then of sites: the length of a shortest way there.
    distances: Vec<i128>,
}

struct Cell {
    row: usize,
    site: usize,
    least: i128,
    most: i128,
    weight: i128,
}

/// Gives the seats per cell and the prices of sites.
pub(super) fn spread(problem: &Problem, seats: Vec<u64>) -> Result<(Vec<u64>, Vec<u64>), ApportionError> {
    let mut spread = Spread::new(problem, &seats).ok_or(ApportionError::Bounds)?;
    let most = spread.seats.iter().copied().max().unwrap_or(0);
    let mut step = 1i128;
    while step * 4 <= most {
        step *= 2;
    }
    while step >= 1 {
        while spread.cancel(step) {}
        step /= 2;
    }
    let cells = seats.len();
    let seats = spread.seats[..cells].iter().map(|seats| u64::try_from(*seats)).collect::<Result<_, _>>();
    let nobody = spread.distances[spread.rows - 1];
    let price = |site: usize| {
        let has_room = spread.seats[cells + site] > 0;
        let price = if has_room { 0 } else { nobody - spread.distances[spread.rows + site] };
        u64::try_from(price.max(0))
    };
    let prices = (0..problem.rooms().len()).map(price).collect::<Result<_, _>>();
    Ok((seats.map_err(|_| ApportionError::Bounds)?, prices.map_err(|_| ApportionError::Bounds)?))
}

impl Spread {
    fn new(problem: &Problem, seats: &[u64]) -> Option<Self> {
        let rows = problem.groups().len() + 1;
        let mut unused = problem.rooms().to_vec();
        let mut cells = Vec::with_capacity(seats.len() + unused.len());
        for (cell, seats) in problem.cells().iter().zip(seats) {
            let weight = i128::try_from(weight_of(problem.rooms()[cell.site])).ok()?;
            let (least, most) = (i128::from(cell.floor), i128::from(cell.ceiling));
            cells.push(Cell { row: cell.group, site: cell.site, least, most, weight });
            unused[cell.site] = unused[cell.site].checked_sub(*seats)?;
        }
        for (site, room) in problem.rooms().iter().enumerate() {
            cells.push(Cell { row: rows - 1, site, least: 0, most: i128::from(*room), weight: 0 });
        }
        let seats = seats.iter().chain(&unused).map(|seats| i128::from(*seats)).collect();
        Some(Self { cells, seats, rows, distances: vec![0; rows + problem.rooms().len()] })
    }

    /// Searches for cycles that save in steps of this size and cancels those it finds; whether there were any.
    /// An arc from a row to a site raises, one back lowers.
    fn cancel(&mut self, step: i128) -> bool {
        let mut came_by: Vec<Option<(usize, bool)>> = vec![None; self.distances.len()];
        loop {
            let mut changed = false;
            for (at, cell) in self.cells.iter().enumerate() {
                let (seats, row, site) = (self.seats[at], cell.row, self.rows + cell.site);
                if seats + step <= cell.most {
                    let length = self.distances[row] + cell.weight * (2 * seats + step);
                    if length < self.distances[site] {
                        (self.distances[site], came_by[site], changed) = (length, Some((at, true)), true);
                    }
                }
                if seats - step >= cell.least {
                    let length = self.distances[site] - cell.weight * (2 * seats - step);
                    if length < self.distances[row] {
                        (self.distances[row], came_by[row], changed) = (length, Some((at, false)), true);
                    }
                }
            }
            if !changed {
                return false;
            }
            if self.cancel_found(&came_by, step) {
                return true;
            }
        }
    }

    /// Cancels the cycles among the arcs by which nodes were reached last. They share no node, so all can be.
    fn cancel_found(&mut self, came_by: &[Option<(usize, bool)>], step: i128) -> bool {
        let mut seen = vec![usize::MAX; came_by.len()];
        let mut found = false;
        for start in 0..came_by.len() {
            let mut node = start;
            while seen[node] == usize::MAX {
                seen[node] = start;
                let Some(arc) = came_by[node] else { break };
                node = self.before(arc);
            }
            if seen[node] != start || came_by[node].is_none() {
                continue;
            }
            // `node` is met twice from this start: it lies on a cycle.
            let end = node;
            while let Some((cell, raises)) = came_by[node] {
                self.seats[cell] += if raises { step } else { -step };
                node = self.before((cell, raises));
                if node == end {
                    break;
                }
            }
            found = true;
        }
        found
    }

    fn before(&self, (cell, raises): (usize, bool)) -> usize {
        let cell = &self.cells[cell];
        if raises { cell.row } else { self.rows + cell.site }
    }
}
