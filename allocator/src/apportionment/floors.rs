//! Whether the floors fit into the rooms, and if not, the smallest set of groups and sites that shows why. SPEC §18.2.
//!
//! **Invariant:** a [`Conflict`] is true by itself (its groups ask for more than there is for them) and none of its groups can
//! be left out of it.

use super::{ApportionError, levels::Rest};
use protocol::apportionment::{Problem, Ratio};
use std::fmt;

/// Groups whose floors are more than the sites can hold. Places from 0; a caller with names gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The groups.
    pub groups: Vec<usize>,
    /// The sites whose room is too small; the others that the groups reach are limited by ceilings, or are none.
    pub sites: Vec<usize>,
    /// Seats that the groups' floors ask for.
    pub asked: u64,
    /// Seats that they can have.
    pub available: u64,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { groups, sites, asked, available } = self;
        write!(f, "groups {groups:?} ask for {asked} seats and can have {available}, limited by sites {sites:?}")
    }
}

pub(super) fn check(rest: &Rest<'_>) -> Result<(), ApportionError> {
    for site in 0..rest.rooms.len() {
        at_site(rest.problem, site)?;
    }
    let flow = rest.flow(Ratio::ZERO, 1).ok_or(ApportionError::Bounds)?;
    if flow.is_met() {
        return Ok(());
    }
    let reached = flow.reached();
    let mut groups: Vec<usize> = (0..reached.len()).filter(|group| reached[*group]).collect();
    for group in groups.clone() {
        let without: Vec<usize> = groups.iter().copied().filter(|other| *other != group).collect();
        let (asked, available, _) = bounds(rest, &without);
        if asked > available {
            groups = without;
        }
    }
    let (asked, available, sites) = bounds(rest, &groups);
    Err(ApportionError::Floors(Conflict { groups, sites, asked, available }))
}

/// The floors at one site against its room.
fn at_site(problem: &Problem, site: usize) -> Result<(), ApportionError> {
    let room = problem.rooms()[site];
    let cells = problem.cells().iter().filter(|cell| cell.site == site && cell.floor > 0);
    let mut floors: Vec<(u64, usize)> = cells.map(|cell| (cell.floor, cell.group)).collect();
    // The largest floors make the smallest set.
    floors.sort_unstable_by_key(|(floor, group)| (std::cmp::Reverse(*floor), *group));
    let mut asked = 0;
    for (at, (floor, _)) in floors.iter().enumerate() {
        asked += floor;
        if asked > room {
            let mut groups: Vec<usize> = floors[..=at].iter().map(|(_, group)| *group).collect();
            groups.sort_unstable();
            return Err(ApportionError::Floors(Conflict { groups, sites: vec![site], asked, available: room }));
        }
    }
    Ok(())
}

/// What the floors of these groups ask for, what they can have, and the sites whose room is what limits it.
fn bounds(rest: &Rest<'_>, groups: &[usize]) -> (u64, u64, Vec<usize>) {
    let (rooms, mut held) = (rest.rooms_beyond_floors(), vec![0u64; rest.rooms.len()]);
    let (mut asked, mut available) = (0, 0);
    for group in groups {
        asked += rest.problem.least(*group);
        for cell in &rest.problem.cells()[rest.problem.cells_of(*group)] {
            available += cell.floor;
            held[cell.site] += cell.ceiling - cell.floor;
        }
    }
    available += rooms.iter().zip(&held).map(|(room, held)| room.min(held)).sum::<u64>();
    let sites = (0..rooms.len()).filter(|site| held[*site] > rooms[*site]).collect();
    (asked, available, sites)
}
