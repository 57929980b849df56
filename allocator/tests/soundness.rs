//! Whatever else somebody might publish: every feasible allocation of a tiny draw, with every vector of closing numbers
//! and the only prices that could prove it. The check accepts the mechanism's answer and nothing else; and it accepts it
//! whichever of a session's pools holds whom.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tiny numbers, and a test may stop")]

mod draws;

use draws::exhaustive::{Answer, Line, Pools, assignments, capacity, least_prices, lists, passes, solve};
use draws::{Dice, Draw, trials};
use protocol::certificate::{Certificate, CertificateError, Checked, Pass, check};
use protocol::instance::{Allocation, Instance, LEVELS_MAX, Mechanism, Placement, PoolIndex};

type Closing = Vec<Option<usize>>;

/// Something that could be published about a draw.
#[derive(Clone)]
struct Claim<'a> {
    pools: &'a Pools,
    first_pass: Option<&'a Pools>,
    closing: Vec<&'a Closing>,
}

/// A draw with so many levels of weights, ready to check claims about it.
struct Judge<'a> {
    draw: &'a Draw,
    instance: Instance,
    lists: Vec<Vec<Line>>,
    levels: usize,
}

impl<'a> Judge<'a> {
    fn new(draw: &'a Draw, levels: usize) -> Self {
        let mut instance = draw.instance();
        (1..levels).for_each(|level| instance.add_level(draw.weights(level)).unwrap());
        Self { draw, instance, lists: lists(draw, passes(draw) - 1), levels }
    }

    /// The claim with the only prices that could prove it; `None` if there are none.
    fn told(&self, claim: &Claim) -> Option<(Allocation, Certificate)> {
        let placement = |(list, pool): (&Vec<Line>, &Option<usize>)| {
            let line = list.iter().find(|line| Some(line.pool) == *pool)?;
            Some(Placement { pool: PoolIndex(line.pool as u32), rank: line.rank as u16 })
        };
        let placements: Vec<_> = self.lists.iter().zip(claim.pools).map(placement).collect();
        let admissible: Vec<Vec<Line>> =
            self.lists.iter().zip(&placements).map(|(list, own)| self.admissible(list, own.as_ref(), claim)).collect();
        let prices = least_prices(self.draw, self.levels, claim.pools, &admissible)?;
        let mut allocation = Allocation::new(placements);
        if let Some(first) = claim.first_pass {
            allocation = allocation.with_first_pass(first.iter().map(|pool| Some(PoolIndex((*pool)? as u32))));
        }
        let key = |position: &Option<usize>| Some(self.instance.draw_key((*position)?));
        let pass = |closing: &&Closing| Pass { closing: closing.iter().map(key).collect() };
        let certificate = Certificate {
            passes: claim.closing.iter().map(pass).collect(),
            prices: prices.iter().map(|price| price[0] as i64).collect(),
            ties: (1..=self.levels).map(|level| prices.iter().map(|price| price[level]).collect()).collect(),
        };
        Some((allocation, certificate))
    }

    fn admissible(&self, list: &[Line], own: Option<&Placement>, claim: &Claim) -> Vec<Line> {
        let Some(closing) = claim.closing.last() else { return list.to_vec() };
        let fits = |line: &&Line| {
            own.is_some_and(|own| {
                let by_choice = self.draw.mechanism == Mechanism::Serial;
                closing[line.pool] == closing[own.pool.at()] && (!by_choice || line.rank == usize::from(own.rank))
            })
        };
        list.iter().filter(fits).copied().collect()
    }

    fn verdict(&self, claim: &Claim) -> Option<Result<Checked, CertificateError>> {
        let (allocation, certificate) = self.told(claim)?;
        Some(check(&self.instance, &allocation, &certificate))
    }

    /// Whether the check accepts the claim; if so, what it says about uniqueness must be true.
    fn accepts(&self, claim: &Claim, answer: &Answer) -> bool {
        let Some(Ok(checked)) = self.verdict(claim) else { return false };
        assert_eq!(checked.unique, answer.best.len() == 1);
        true
    }
}

/// All vectors of `length` with entries from `values`.
fn vectors(length: usize, values: &[Option<usize>]) -> Vec<Closing> {
    if length == 0 {
        return vec![Vec::new()];
    }
    let shorter = vectors(length - 1, values);
    shorter.iter().flat_map(|tail| values.iter().map(|head| [&[*head][..], tail].concat())).collect()
}

fn all_closings(draw: &Draw) -> Vec<Closing> {
    let positions: Vec<_> = (0..draw.applicants.len()).map(Some).chain([None]).collect();
    vectors(draw.pools.len(), &positions)
}

/// Tries every claim about the last pass with a true first pass.
fn only_the_answer_is_accepted(draw: &Draw) -> u64 {
    let (judge, answer) = (Judge::new(draw, 1), solve(draw, 1));
    let is_optimal = matches!(draw.mechanism, Mechanism::Optimal { .. });
    let closings = if is_optimal { vec![Vec::new()] } else { all_closings(draw) };
    let (earlier, last) = match answer.closing.split_last() {
        Some((last, earlier)) => (earlier, last.clone()),
        None => (&[][..], Vec::new()),
    };
    let mut tried = 0;
    for pools in assignments(&judge.lists, &capacity(draw), true) {
        let is_best = answer.witnesses.contains(&pools);
        for closing in &closings {
            let all = if is_optimal { Vec::new() } else { earlier.iter().chain([closing]).collect() };
            let claim = Claim { pools: &pools, first_pass: answer.first_pass.as_ref(), closing: all };
            let accepted = judge.accepts(&claim, &answer);
            assert_eq!(accepted, is_best && *closing == last, "{draw:#?} {pools:?} {closing:?} {answer:?}");
            tried += 1;
        }
    }
    tried
}

fn on_open_draws(test: u8, mechanism: fn(&mut Dice) -> Mechanism, draws: u64) {
    let mut tried = 0;
    for trial in 0..trials(draws) {
        let mut draw = draws::tiny(&mut Dice::new(test, trial), 4, mechanism);
        if draw.pools.len() > 3 {
            draw.applicants.truncate(2);
        }
        tried += only_the_answer_is_accepted(&draw);
    }
    assert!(tried > 50_000, "{tried}");
}

fn with_reserves(test: u8, mechanism: fn(&mut Dice) -> Mechanism, draws: u64) {
    let mut tried = 0;
    for trial in 0..trials(draws) {
        let mut draw = draws::reserved(&mut Dice::new(test, trial), 4, mechanism);
        draw.applicants.truncate(6_usize.saturating_sub(draw.pools.len()).max(2));
        tried += only_the_answer_is_accepted(&draw);
    }
    assert!(tried > 20_000, "{tried}");
}

#[test]
fn no_other_allocation_of_serial_has_a_certificate() {
    on_open_draws(31, draws::serial, 3_000);
    with_reserves(34, draws::serial, 400);
}

#[test]
fn no_other_allocation_of_priority_has_a_certificate() {
    on_open_draws(32, draws::priority, 3_000);
    with_reserves(35, draws::priority, 400);
}

#[test]
fn no_other_allocation_of_optimal_has_a_certificate() {
    on_open_draws(33, draws::optimal, 40_000);
    with_reserves(36, draws::optimal, 8_000);
}

/// Any assignment of exactly those whom the first pass places is a witness of it, with its closing numbers only.
#[test]
fn no_other_first_pass_has_a_certificate() {
    let (mut tried, mut accepted) = (0, 0);
    for trial in 0..trials(700) {
        let mut draw = draws::reserved(&mut Dice::new(37, trial), 4, draws::priority);
        draw.applicants.truncate(6_usize.saturating_sub(draw.pools.len()).max(2));
        let (judge, answer) = (Judge::new(&draw, 1), solve(&draw, 1));
        let Some(first) = &answer.first_pass else { continue };
        let placed = |pools: &Pools| pools.iter().map(Option::is_some).collect::<Vec<_>>();
        for pools in assignments(&lists(&draw, 0), &capacity(&draw), true) {
            for closing in all_closings(&draw) {
                let all = vec![&closing, &answer.closing[1]];
                let claim = Claim { pools: &answer.witnesses[0], first_pass: Some(&pools), closing: all };
                let verdict = judge.accepts(&claim, &answer);
                let expected = placed(&pools) == placed(first) && closing == answer.closing[0];
                assert_eq!(verdict, expected, "{draw:#?} {pools:?} {closing:?} {answer:?}");
                tried += 1;
                accepted += u32::from(verdict);
            }
        }
    }
    assert!(tried > 50_000 && accepted > 500, "{tried} {accepted}");
}

/// No price of any level can be changed.
#[test]
fn no_price_can_be_changed() {
    for (mechanism, trial) in [draws::serial, draws::priority, draws::optimal].into_iter().zip(0..).cycle().take(6_000)
    {
        let draw = draws::reserved(&mut Dice::new(38, trial), 5, mechanism);
        let (judge, answer) = (Judge::new(&draw, 1), solve(&draw, 1));
        let claim = Claim {
            pools: &answer.witnesses[0],
            first_pass: answer.first_pass.as_ref(),
            closing: answer.closing.iter().collect(),
        };
        let (allocation, certificate) = judge.told(&claim).unwrap();
        assert!(check(&judge.instance, &allocation, &certificate).is_ok());
        for pool in 0..draw.pools.len() {
            for (rank, tie) in [(1, 0), (-1, 0), (0, 1), (0, -1), (i64::MAX, 0), (0, i128::MIN)] {
                let mut other = certificate.clone();
                other.prices[pool] = other.prices[pool].saturating_add(rank);
                other.ties[0][pool] = other.ties[0][pool].saturating_add(tie);
                assert!(check(&judge.instance, &allocation, &other).is_err(), "{draw:#?} {other:?}");
            }
        }
    }
}

/// Levels of weights are added as long as there is a tie, and no longer.
#[test]
fn another_level_is_needed_exactly_if_the_levels_before_leave_a_tie() {
    let (mut settled, mut left) = ([0; LEVELS_MAX], 0);
    for trial in 0..trials(8_000) {
        let mechanism = [draws::serial, draws::priority, draws::optimal][trial as usize % 3];
        let mut draw = draws::reserved(&mut Dice::new(39, trial), 5, mechanism);
        // Weights of 1 and 2 tie often.
        draw.applicants.iter_mut().for_each(|one| one.weights = one.weights.map(|weight| 1 + weight % 2));
        let mut needed = true;
        for levels in 1..=LEVELS_MAX {
            let (judge, answer) = (Judge::new(&draw, levels), solve(&draw, levels));
            let claim = Claim {
                pools: &answer.witnesses[0],
                first_pass: answer.first_pass.as_ref(),
                closing: answer.closing.iter().collect(),
            };
            let verdict = judge.verdict(&claim).unwrap();
            if !needed {
                assert!(matches!(verdict, Err(CertificateError::LevelNotNeeded { .. })), "{draw:#?} {verdict:?}");
                break;
            }
            let checked = verdict.unwrap();
            assert_eq!(checked.unique, answer.best.len() == 1, "{draw:#?}");
            assert_eq!(i128::from(checked.rank_cost), answer.cost[0]);
            assert_eq!(checked.tie_costs, answer.cost[1..=levels]);
            needed = !checked.unique;
            settled[levels - 1] += u32::from(checked.unique);
            left += u32::from(needed && levels == LEVELS_MAX);
        }
    }
    assert!(settled.iter().all(|count| *count > 10) && left > 0, "{settled:?} {left}");
}
