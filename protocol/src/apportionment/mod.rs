//! Apportionment: seats reserved for groups of registrants before anything is drawn, so that no group falls behind, and
//! the check that makes a solver unnecessary. SPEC §18.
//!
//! Groups g with n(g) registrants share the rooms K(s) of sites s over cells (g, s), each with least and most seats. The
//! answer has three stages, each unique: the *shares* z(g), rational, leximin in z(g) ÷ n(g); the *seats* Z(g), integer,
//! next to them; and the seats of each cell, spread as the rooms are.
//!
//! **Invariant:** [`check`] accepts one answer per [`Problem`], whatever flow and prices bear witness to it. It counts in
//! integers within the bounds of [`Problem::new`], takes no list of anybody, and shares no code with the solver.
//!
//! Leximin over a polymatroid, and its chain of tight sets: Megiddo 1974; Fujishige 1980.

mod ahead;
mod error;
mod file;
mod places;
mod ratio;
mod registrants;
mod seats;
mod shares;

pub use error::{ApportionmentError, ProblemError};
pub use file::{ApportionmentFile, CellSeats, FileError, GroupSeats, NamedLevel, SiteRoom};
pub use places::spread_over;
pub use ratio::Ratio;
pub use registrants::{Kept, kept, problem, registrants};
pub use seats::weight_of;

use ahead::Graph;

/// Most seats of all rooms together: 1,000,000 sessions of 1,000,000 seats are fewer.
pub const MOST_SEATS: u64 = 1 << 40;
/// Most registrants of a group; entries are counted by a `u32`.
pub const MOST_REGISTRANTS: u64 = u32::MAX as u64;
/// Most cells.
pub const MOST_CELLS: usize = 1 << 18;

/// A group as the register and the programme give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Active entries that belong to it.
    pub registrants: u64,
    /// Seats it gets at least over all sites, whatever its registrants.
    pub floor: u64,
    /// Seats it gets at most over all sites.
    pub ceiling: u64,
}

/// A group at a site that it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Place of the group.
    pub group: usize,
    /// Place of the site.
    pub site: usize,
    /// Seats of the group there, at least.
    pub floor: u64,
    /// Seats of the group there, at most; [`MOST_SEATS`] if nothing is said.
    pub ceiling: u64,
}

/// What is to be apportioned: numbers only. See [`Problem::new`] for what holds of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    groups: Vec<Group>,
    rooms: Vec<u64>,
    cells: Vec<Cell>,
    starts: Vec<usize>,
}

impl Problem {
    /// Takes groups in programme order, the room of each site, and the cells by (group, site), each once.
    ///
    /// # Errors
    /// [`ProblemError`] if the cells are not in order, a floor is above its ceiling, or a number is beyond its bound. Whether
    /// the floors fit into the rooms is not asked here: nothing passes [`check`] if they do not.
    pub fn new(groups: Vec<Group>, rooms: Vec<u64>, mut cells: Vec<Cell>) -> Result<Self, ProblemError> {
        let seats = rooms.iter().try_fold(0u64, |sum, room| sum.checked_add(*room));
        if seats.is_none_or(|seats| seats > MOST_SEATS) || cells.len() > MOST_CELLS {
            return Err(ProblemError::TooLarge);
        }
        let sorted = cells.windows(2).all(|pair| (pair[0].group, pair[0].site) < (pair[1].group, pair[1].site));
        if !sorted || cells.iter().any(|cell| cell.group >= groups.len() || cell.site >= rooms.len()) {
            return Err(ProblemError::Cells);
        }
        for cell in &mut cells {
            let room = rooms[cell.site];
            cell.ceiling = cell.ceiling.min(MOST_SEATS);
            if cell.floor > cell.ceiling.min(room) {
                return Err(ProblemError::CellFloor { group: cell.group, site: cell.site, room });
            }
        }
        let starts = (0..=groups.len()).map(|group| cells.partition_point(|cell| cell.group < group)).collect();
        let problem = Self { groups, rooms, cells, starts };
        for (at, group) in problem.groups.iter().enumerate() {
            if group.registrants > MOST_REGISTRANTS || group.floor > MOST_SEATS {
                return Err(ProblemError::TooLarge);
            }
            if problem.least(at) > group.ceiling {
                return Err(ProblemError::GroupFloor { group: at });
            }
        }
        Ok(problem)
    }

    /// The groups, in programme order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Seats that each site has for groups: K(s).
    pub fn rooms(&self) -> &[u64] {
        &self.rooms
    }

    /// All cells, by (group, site).
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Where the cells of a group stand in [`Problem::cells`].
    pub fn cells_of(&self, group: usize) -> std::ops::Range<usize> {
        self.starts[group]..self.starts[group + 1]
    }

    /// φ(g): what a group gets in any case.
    pub fn least(&self, group: usize) -> u64 {
        let cells: u64 = self.cells[self.cells_of(group)].iter().map(|cell| cell.floor).sum();
        cells.max(self.groups[group].floor)
    }

    /// ω(g): what a group gets at most; one seat for each registrant, or its floor.
    pub fn most(&self, group: usize) -> u64 {
        let Group { registrants, ceiling, .. } = self.groups[group];
        registrants.min(ceiling).max(self.least(group))
    }
}

/// A step of the leximin: groups that no other can help beyond this ratio, and the sites that they fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Seats for each registrant.
    pub ratio: Ratio,
    /// Places of the groups that are settled here, in order.
    pub groups: Vec<usize>,
    /// Places of the sites that have no seat left from here on, in order.
    pub sites: Vec<usize>,
}

/// An answer with its witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apportionment {
    /// By rising ratio.
    pub levels: Vec<Level>,
    /// A flow that gives every group its share: per cell, in parts of a seat, as many to the seat as the denominator of the
    /// group's level has; whole seats for a group of no level. A witness.
    pub shares: Vec<u128>,
    /// Seats per cell.
    pub seats: Vec<u64>,
    /// A price per site, in the unit of SPEC §18.5. A witness.
    pub prices: Vec<u64>,
}

/// What a check has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// z(g) of each group.
    pub shares: Vec<Ratio>,
    /// Z(g) of each group.
    pub seats: Vec<u64>,
}

/// Checks all conditions of SPEC §18 in order.
///
/// # Errors
/// The first condition that fails, with the group and site where it does.
pub fn check(problem: &Problem, answer: &Apportionment) -> Result<Checked, ApportionmentError> {
    let cells = problem.cells.len();
    if [answer.shares.len(), answer.seats.len()] != [cells; 2] || answer.prices.len() != problem.rooms.len() {
        return Err(ApportionmentError::Shape);
    }
    let shares = shares::check(problem, answer)?;
    let seats = seats::check_totals(problem, answer, &shares)?;
    seats::check_spread(problem, answer)?;
    Ok(Checked { shares: shares.into_iter().map(|share| share.seats).collect(), seats })
}
