//! Apportionments against their definition: on tiny problems every distribution is tried, on larger ones answers that were
//! tampered with are refused.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use allocator::apportionment::{ApportionError, Apportioned, apportion};
use protocol::apportionment::{Cell, Group, Problem, Ratio, check, weight_of};
use rand_chacha::{ChaCha20Rng, rand_core::Rng, rand_core::SeedableRng};
use std::cmp::Reverse;

/// Parts of a seat in which the definition counts: every denominator up to 8 divides it.
const PARTS: u64 = 840;

struct Chance(ChaCha20Rng);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }
}

/// At most 3 groups of 8 registrants together, 3 sites of 3 seats, floors and ceilings in a third of the cells.
fn tiny(chance: &mut Chance) -> Option<Problem> {
    let (groups, sites) = (1 + chance.below(3), 1 + chance.below(3));
    let rooms: Vec<u64> = (0..sites).map(|_| chance.below(4)).collect();
    let mut left = 8;
    let mut group = || {
        let registrants = chance.below(left.min(4) + 1);
        left -= registrants;
        let floor = if chance.below(6) == 0 { chance.below(3) } else { 0 };
        let ceiling = if chance.below(5) == 0 { 1 + chance.below(3) } else { u64::MAX };
        Group { registrants, floor, ceiling }
    };
    let groups: Vec<Group> = (0..groups).map(|_| group()).collect();
    let mut cells = Vec::new();
    for group in 0..groups.len() {
        for site in 0..rooms.len() {
            if chance.below(4) > 0 {
                let floor = if chance.below(6) == 0 { 1 } else { 0 };
                let ceiling = if chance.below(5) == 0 { 1 + chance.below(2) } else { u64::MAX };
                cells.push(Cell { group, site, floor, ceiling });
            }
        }
    }
    Problem::new(groups, rooms, cells).ok()
}

/// All distributions of whole seats over the cells.
fn distributions(problem: &Problem) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for cell in problem.cells() {
        let extend = |seats: &Vec<u64>| {
            let seats = seats.clone();
            (cell.floor..=cell.ceiling.min(problem.rooms()[cell.site]))
                .map(move |more| seats.iter().copied().chain([more]).collect::<Vec<u64>>())
        };
        all = all.iter().flat_map(extend).filter(|seats| fits(problem, seats)).collect();
    }
    let possible = |seats: &Vec<u64>| {
        let totals = totals(problem, seats);
        (0..totals.len()).all(|group| problem.least(group) <= totals[group] && totals[group] <= problem.most(group))
    };
    all.into_iter().filter(possible).collect()
}

fn fits(problem: &Problem, seats: &[u64]) -> bool {
    let mut rooms = problem.rooms().to_vec();
    problem
        .cells()
        .iter()
        .zip(seats)
        .all(|(cell, seats)| rooms[cell.site].checked_sub(*seats).map(|left| rooms[cell.site] = left).is_some())
}

fn totals(problem: &Problem, seats: &[u64]) -> Vec<u64> {
    (0..problem.groups().len()).map(|group| seats[problem.cells_of(group)].iter().sum()).collect()
}

/// Whether all groups can have these totals, in parts of a seat: no set of them asks for more than its sites and cells hold
/// (Gale 1957).
fn can_have(problem: &Problem, totals: &[u64]) -> bool {
    (1u32..1 << totals.len()).all(|set| {
        let is_in = |group: usize| set >> group & 1 == 1;
        let asked: u64 = (0..totals.len()).filter(|group| is_in(*group)).map(|group| totals[group]).sum();
        let site = |site: usize| {
            let cells = || problem.cells().iter().filter(move |cell| cell.site == site);
            let floors: u64 = cells().map(|cell| cell.floor).sum();
            let held: u64 = cells().filter(|cell| is_in(cell.group)).map(|cell| cell.ceiling - cell.floor).sum();
            let mine: u64 = cells().filter(|cell| is_in(cell.group)).map(|cell| cell.floor).sum();
            problem.rooms()[site].checked_sub(floors).map(|room| mine + held.min(room))
        };
        let held: Option<Vec<u64>> = (0..problem.rooms().len()).map(site).collect();
        held.is_some_and(|held| asked <= held.iter().sum::<u64>() * PARTS)
    })
}

/// The leximin by its definition, in parts of a seat: raise all who are not settled to the largest common ratio; settle
/// those who cannot have a part more.
fn leximin(problem: &Problem) -> Option<Vec<u64>> {
    let groups = problem.groups();
    let mut totals: Vec<u64> = (0..groups.len()).map(|group| problem.least(group) * PARTS).collect();
    if !can_have(problem, &totals) {
        return None;
    }
    let mut open: Vec<usize> = (0..groups.len()).filter(|group| groups[*group].registrants > 0).collect();
    let mut ratios: Vec<(u64, u64)> =
        (1..=8).flat_map(|below| (0..=9 * below).map(move |above| (above, below))).collect();
    ratios.sort_by_key(|(above, below)| above * PARTS / below);
    while !open.is_empty() {
        let at = |ratio: (u64, u64), totals: &[u64]| {
            let mut raised = totals.to_vec();
            for group in &open {
                let asked = groups[*group].registrants * ratio.0 * PARTS / ratio.1;
                raised[*group] = asked.clamp(problem.least(*group) * PARTS, problem.most(*group) * PARTS);
            }
            raised
        };
        let best = ratios.iter().rev().find(|ratio| can_have(problem, &at(**ratio, &totals))).unwrap();
        totals = at(*best, &totals);
        let is_settled = |group: &usize| {
            let mut more = totals.clone();
            more[*group] += 1;
            more[*group] > problem.most(*group) * PARTS || !can_have(problem, &more)
        };
        let before = open.len();
        open.retain(|group| !is_settled(group));
        if open.len() == before {
            // Nobody is at the ratio itself: those above it by their floors go on alone.
            assert!(best.0 == 9 * best.1, "the ratio was not the largest");
            break;
        }
    }
    Some(totals)
}

/// The seats by their definition: all distributions are compared.
fn seats(problem: &Problem, shares: &[u64]) -> Vec<u64> {
    let all = distributions(problem);
    let is_rounded =
        |(seats, share): (&u64, &u64)| *seats == share / PARTS || (share % PARTS > 0 && *seats == share / PARTS + 1);
    let rounded = |totals: &[u64]| totals.iter().zip(shares).all(is_rounded);
    let mut order: Vec<usize> = (0..shares.len()).filter(|group| !shares[*group].is_multiple_of(PARTS)).collect();
    let heads = |group: usize| problem.groups()[group].registrants;
    order.sort_by_key(|&group| {
        let ratio = Ratio::new(u128::from(shares[group]), u128::from(PARTS * heads(group))).unwrap();
        (ratio, Reverse(shares[group] % PARTS), group)
    });
    let key = |seats: &Vec<u64>| {
        let totals = totals(problem, seats);
        let raised: Vec<_> = order.iter().map(|group| Reverse(totals[*group])).collect();
        let square = |(cell, seats): (&Cell, &u64)| weight_of(problem.rooms()[cell.site]) * u128::from(seats * seats);
        (raised, problem.cells().iter().zip(seats).map(square).sum::<u128>(), seats.clone())
    };
    all.into_iter().filter(|seats| rounded(&totals(problem, seats))).min_by_key(key).unwrap()
}

fn compare(count: u64) {
    let mut chance = Chance(ChaCha20Rng::seed_from_u64(18));
    let (mut solved, mut refused, mut levels) = (0u64, 0u64, 0);
    for number in 0..count {
        let Some(problem) = tiny(&mut chance) else { continue };
        match (apportion(&problem), leximin(&problem)) {
            (Ok(found), Some(shares)) => {
                let parts = |share: &Ratio| share.numerator() * u128::from(PARTS) / share.denominator();
                let found_shares: Vec<u128> = found.checked.shares.iter().map(parts).collect();
                let expected: Vec<u128> = shares.iter().map(|share| u128::from(*share)).collect();
                assert_eq!(found_shares, expected, "shares of problem {number}: {problem:?}");
                assert_eq!(found.answer.seats, seats(&problem, &shares), "seats of problem {number}: {problem:?}");
                assert_eq!(found.missed, 0, "the linear programme was off in problem {number}: {problem:?}");
                (solved, levels) = (solved + 1, levels + found.answer.levels.len());
            }
            (Err(ApportionError::Floors(conflict)), None) => {
                assert!(conflict.asked > conflict.available);
                refused += 1;
            }
            (found, expected) => panic!("problem {number}: {found:?}, expected {expected:?}: {problem:?}"),
        }
    }
    assert!(
        solved > count / 3 && refused > count / 40 && levels > 0,
        "{solved} solved, {refused} refused, {levels} levels"
    );
}

#[test]
fn shares_and_seats_are_those_of_the_definition() {
    compare(2_000);
}

/// `cargo test --release -p allocator --test apportionment -- --ignored`
#[test]
#[ignore = "a minute"]
fn shares_and_seats_are_those_of_the_definition_in_many_problems() {
    compare(60_000);
}

/// Whatever is altered in an answer: it is refused, or shares, levels and seats are still the same ones.
#[test]
fn no_other_answer_passes() {
    let mut chance = Chance(ChaCha20Rng::seed_from_u64(19));
    let (mut refused, mut witnesses) = (0, 0);
    for _ in 0..400 {
        let Some(problem) = tiny(&mut chance) else { continue };
        let Ok(Apportioned { answer, checked, .. }) = apportion(&problem) else { continue };
        for _ in 0..40 {
            let mut altered = answer.clone();
            for _ in 0..1 + chance.below(3) {
                alter(&mut altered, &mut chance);
            }
            if altered == answer {
                continue;
            }
            match check(&problem, &altered) {
                Err(_) => refused += 1,
                Ok(again) => {
                    assert_eq!(
                        (again, &altered.levels, &altered.seats),
                        (checked.clone(), &answer.levels, &answer.seats)
                    );
                    witnesses += 1;
                }
            }
        }
        // Other distributions of whole seats, with the prices of this one and with none.
        let others: Vec<Vec<u64>> =
            distributions(&problem).into_iter().filter(|seats| *seats != answer.seats).collect();
        let some = 1 + others.len() / 50;
        for seats in others.into_iter().step_by(some) {
            for prices in [answer.prices.clone(), vec![0; answer.prices.len()]] {
                let altered = protocol::apportionment::Apportionment { seats: seats.clone(), prices, ..answer.clone() };
                assert!(check(&problem, &altered).is_err(), "{altered:?} passes for {problem:?}");
            }
        }
    }
    assert!(refused > 1_000 && witnesses > 0, "{refused} refused, {witnesses} other witnesses");
}

fn alter(answer: &mut protocol::apportionment::Apportionment, chance: &mut Chance) {
    fn one<'a, T>(list: &'a mut [T], chance: &mut Chance) -> Option<&'a mut T> {
        let bound = u64::try_from(list.len()).unwrap();
        if bound == 0 { None } else { list.get_mut(usize::try_from(chance.below(bound)).unwrap()) }
    }
    match chance.below(6) {
        0 => one(&mut answer.shares, chance).into_iter().for_each(|share| *share += 1),
        1 => one(&mut answer.shares, chance).into_iter().for_each(|share| *share = share.saturating_sub(1)),
        2 => one(&mut answer.seats, chance).into_iter().for_each(|seats| *seats += 1),
        3 => one(&mut answer.seats, chance).into_iter().for_each(|seats| *seats = seats.saturating_sub(1)),
        4 => one(&mut answer.prices, chance).into_iter().for_each(|price| *price += 1 << (chance.0.next_u32() % 30)),
        _ => {
            let at = chance.below(3);
            let level = one(&mut answer.levels, chance);
            level.into_iter().for_each(|level| match at {
                0 => drop(level.groups.pop()),
                1 => drop(level.sites.pop()),
                _ => level.ratio = Ratio::new(level.ratio.numerator() + 1, level.ratio.denominator()).unwrap(),
            });
        }
    }
}

/// A country in small: 250 districts, 280 sites, each district reaches the sites around it on a ring.
#[test]
fn a_country_of_districts() {
    let mut chance = Chance(ChaCha20Rng::seed_from_u64(20));
    let rooms: Vec<u64> = (0..280).map(|_| 200 + chance.below(3_000)).collect();
    let groups: Vec<Group> =
        (0..250).map(|_| Group { registrants: chance.below(6_000), floor: 0, ceiling: u64::MAX }).collect();
    let mut cells = Vec::new();
    for group in 0..250 {
        let width = 2 + usize::try_from(chance.below(20)).unwrap();
        let mut sites: Vec<usize> = (0..width).map(|at| (group * 280 / 250 + at) % 280).collect();
        sites.sort_unstable();
        cells.extend(sites.into_iter().map(|site| Cell { group, site, floor: 0, ceiling: u64::MAX }));
    }
    let problem = Problem::new(groups, rooms, cells).unwrap();
    let found = apportion(&problem).unwrap();
    assert!(found.answer.levels.len() > 3, "{} levels", found.answer.levels.len());
    assert_eq!(found.missed, 0);
}
