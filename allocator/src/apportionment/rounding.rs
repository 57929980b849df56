//! Whole seats from shares: everybody's whole part, then one seat more in order while it fits. SPEC §18.4.
//!
//! The sets of groups that can be raised together are the independent sets of a matroid (integer points of a polymatroid
//! between floor and ceiling), so taking in order whoever fits is best for that order, and the poorer levels lose nothing to
//! the richer: a level's set is tight, so its own groups alone fill what is left of it.

use super::{ApportionError, flow::Flow, levels::Shares};
use protocol::apportionment::{Problem, Ratio};
use std::cmp::Reverse;

/// Seats per cell: some distribution with the right number for each group.
pub(super) fn round(problem: &Problem, shares: &Shares) -> Result<Vec<u64>, ApportionError> {
    let mut rooms: Vec<u128> = problem.rooms().iter().map(|room| u128::from(*room)).collect();
    let mut demands: Vec<u128> = shares.groups.iter().map(|share| share.floor()).collect();
    for cell in problem.cells() {
        let floor = u128::from(cell.floor);
        rooms[cell.site] = rooms[cell.site].checked_sub(floor).ok_or(ApportionError::Bounds)?;
        demands[cell.group] = demands[cell.group].checked_sub(floor).ok_or(ApportionError::Bounds)?;
    }
    let cells = problem.cells().iter().map(|cell| (cell.group, cell.site, u128::from(cell.ceiling - cell.floor)));
    let mut flow = Flow::new(&demands, &rooms, cells);
    flow.fill();
    let mut order: Vec<usize> =
        (0..demands.len()).filter(|group| shares.groups[*group].fraction() > Ratio::ZERO).collect();
    order.sort_by_key(|group| (shares.ratios[*group], Reverse(shares.groups[*group].fraction()), *group));
    for group in order {
        flow.add_one(group);
    }
    let seats = problem.cells().iter().enumerate();
    let seats = seats.map(|(at, cell)| Some(u64::try_from(flow.of_cell(at)).ok()? + cell.floor));
    seats.collect::<Option<_>>().ok_or(ApportionError::Bounds)
}
