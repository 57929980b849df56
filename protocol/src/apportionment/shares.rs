//! The shares z(g), in fractions of a seat: leximin, proved by a flow and what its search visits. SPEC §18.3.
//!
//! **Invariant:** the shares and levels that pass are the problem's only ones; the flow is one of many.

use super::{Apportionment, ApportionmentError, Graph, Level, Problem, Ratio};
use std::collections::BTreeMap;

/// What a group is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    /// z(g).
    pub(super) seats: Ratio,
    /// z(g) ÷ n(g); 0 for a group without registrants, which is never asked.
    pub(super) ratio: Ratio,
}

pub(super) fn check(problem: &Problem, answer: &Apportionment) -> Result<Vec<Share>, ApportionmentError> {
    let parts = parts(problem, &answer.levels)?;
    for (cell, share) in problem.cells.iter().zip(&answer.shares) {
        let parts = parts[cell.group];
        if *share < u128::from(cell.floor) * parts || *share > u128::from(cell.ceiling) * parts {
            return Err(ApportionmentError::ShareRange { group: cell.group, site: cell.site });
        }
    }
    let has_room = rooms(problem, &answer.shares, &parts)?;
    let shares: Vec<Share> = (0..problem.groups.len())
        .map(|group| share(problem, group, &answer.shares, parts[group]))
        .collect::<Result<_, _>>()?;
    let against = |bound: fn(&super::Cell) -> u64, beyond: fn(&u128, &u128) -> bool| {
        let cells = problem.cells.iter().zip(&answer.shares);
        cells.map(|(cell, share)| beyond(share, &(u128::from(bound(cell)) * parts[cell.group]))).collect()
    };
    let (can_rise, can_fall) = (against(|cell| cell.ceiling, u128::lt), against(|cell| cell.floor, u128::gt));
    let levels = levels(&Graph { problem, can_rise, can_fall, has_room }, &shares)?;
    match (0..levels.len().max(answer.levels.len())).find(|level| levels.get(*level) != answer.levels.get(*level)) {
        Some(level) => Err(ApportionmentError::Levels { level }),
        None => Ok(shares),
    }
}

/// In how many parts of a seat the shares of each group are counted.
fn parts(problem: &Problem, levels: &[Level]) -> Result<Vec<u128>, ApportionmentError> {
    let mut parts = vec![None; problem.groups.len()];
    for (at, level) in levels.iter().enumerate() {
        for group in &level.groups {
            match parts.get_mut(*group) {
                Some(parts @ None) => *parts = Some(level.ratio.denominator()),
                _ => return Err(ApportionmentError::Levels { level: at }),
            }
        }
    }
    Ok(parts.into_iter().map(|parts| parts.unwrap_or(1)).collect())
}

/// Which sites have room left. Fractions with different denominators are never added: groups with the same one must have
/// whole seats together at every site. A flow of that kind exists, as a level that is settled fills its sites.
fn rooms(problem: &Problem, shares: &[u128], parts: &[u128]) -> Result<Vec<bool>, ApportionmentError> {
    let mut sums: BTreeMap<(usize, u128), u128> = BTreeMap::new();
    for (cell, share) in problem.cells.iter().zip(shares) {
        *sums.entry((cell.site, parts[cell.group])).or_default() += share;
    }
    let mut used = vec![0u128; problem.rooms.len()];
    for ((site, parts), sum) in sums {
        if !sum.is_multiple_of(parts) {
            return Err(ApportionmentError::ShareWhole { site, parts });
        }
        used[site] += sum / parts;
    }
    let rooms = problem.rooms.iter().zip(used).enumerate();
    let left = rooms.map(|(site, (room, used))| match used.cmp(&u128::from(*room)) {
        std::cmp::Ordering::Greater => Err(ApportionmentError::ShareRoom { site, room: *room }),
        order => Ok(order.is_lt()),
    });
    left.collect()
}

fn share(problem: &Problem, group: usize, shares: &[u128], parts: u128) -> Result<Share, ApportionmentError> {
    let registrants = problem.groups[group].registrants;
    let bounds = (Ratio::from(problem.least(group)), Ratio::from(problem.most(group)));
    let sum = shares[problem.cells_of(group)].iter().sum();
    let seats = Ratio::new(sum, parts).filter(|seats| bounds.0 <= *seats && *seats <= bounds.1);
    let share = seats.and_then(|seats| {
        let ratio = match registrants {
            0 => Ratio::ZERO,
            some => Ratio::new(seats.numerator(), seats.denominator() * u128::from(some))?,
        };
        (registrants > 0 || seats == bounds.0).then_some(Share { seats, ratio })
    });
    share.ok_or(ApportionmentError::ShareTotal { group })
}

/// The levels that the shares have, if no group could have more.
fn levels(graph: &Graph<'_>, shares: &[Share]) -> Result<Vec<Level>, ApportionmentError> {
    let problem = graph.problem;
    let is_short = |group: &usize| {
        problem.groups[*group].registrants > 0 && shares[*group].seats < Ratio::from(problem.most(*group))
    };
    let mut short: Vec<usize> = (0..problem.groups.len()).filter(is_short).collect();
    short.sort_by_key(|group| (shares[*group].ratio, *group));
    let is_safe = |source: usize, group: usize| {
        shares[group].ratio <= shares[source].ratio || shares[group].seats == Ratio::from(problem.least(group))
    };
    let visited = graph.visit(&short, is_safe);
    let visited = visited.map_err(|group| ApportionmentError::NotLeximin { group, ratio: shares[group].ratio })?;
    let mut levels: BTreeMap<Ratio, Level> = BTreeMap::new();
    let ratio_of = |turn: usize| shares[short[turn]].ratio;
    let empty = |ratio| Level { ratio, groups: Vec::new(), sites: Vec::new() };
    for (group, turn) in visited.groups.iter().enumerate().filter_map(|(group, turn)| Some((group, (*turn)?))) {
        levels.entry(ratio_of(turn)).or_insert_with_key(|ratio| empty(*ratio)).groups.push(group);
    }
    for (site, turn) in visited.sites.iter().enumerate().filter_map(|(site, turn)| Some((site, (*turn)?))) {
        levels.entry(ratio_of(turn)).or_insert_with_key(|ratio| empty(*ratio)).sites.push(site);
    }
    Ok(levels.into_values().collect())
}
