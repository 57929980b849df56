//! Every mechanism against its definition, on thousands of draws small enough to try everything.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod draws;

use allocator::{AllocateError, allocate};
use draws::exhaustive::{Answer, solve};
use draws::{Dice, Draw, trials};
use protocol::instance::Mechanism;

fn holds_on_tiny_draws(test: u8, mechanism: fn(&mut Dice) -> Mechanism) {
    let (mut unique, mut tied) = (0, 0);
    for trial in 0..trials(60_000) {
        let draw = draws::tiny(&mut Dice::new(test, trial), 6, mechanism);
        let answer = solve(&draw, 1);
        match allocate(&draw.instance()) {
            Ok(outcome) => {
                assert_is(&draw, &outcome, &answer);
                unique += 1;
            }
            Err(error) => {
                assert_eq!(error, AllocateError::NotUnique, "trial {trial}: {draw:#?}");
                assert!(answer.best.len() > 1, "trial {trial}: {draw:#?}");
                tied += 1;
            }
        }
    }
    assert!(unique > tied && tied > 10, "{unique} draws with one answer, {tied} with several");
}

fn assert_is(draw: &Draw, outcome: &allocator::Outcome, answer: &Answer) {
    let placements: Vec<_> = outcome.allocation.placements().collect();
    let sessions: Vec<_> = placements.iter().map(|placement| placement.map(|p| p.pool.at())).collect();
    assert_eq!(vec![sessions], answer.best, "{draw:#?}");
    let cost = [i128::from(outcome.checked.rank_cost), outcome.checked.tie_costs[0]];
    assert_eq!(cost, answer.cost[..2], "{draw:#?}");
    let placed = placements.iter().flatten().count() as u64;
    assert_eq!((outcome.checked.placed(), outcome.checked.unplaced), (placed, placements.len() as u64 - placed));
    let certificate = &outcome.certificate;
    let prices = certificate.prices.iter().zip(&certificate.ties[0]).map(|(rank, tie)| [i128::from(*rank), *tie]);
    assert!(prices.eq(answer.prices.iter().map(|price| [price[0], price[1]])), "{draw:#?}");
    let instance = draw.instance();
    for (pass, expected) in outcome.certificate.passes.iter().zip(&answer.closing) {
        let closing: Vec<_> = pass.closing.iter().map(|key| key.map(|key| instance.position(&key).unwrap())).collect();
        assert_eq!(closing, *expected, "{draw:#?}");
    }
}

#[test]
fn serial_is_its_definition() {
    holds_on_tiny_draws(1, draws::serial);
}

#[test]
fn priority_is_its_definition() {
    holds_on_tiny_draws(2, draws::priority);
}

#[test]
fn optimal_is_its_definition() {
    holds_on_tiny_draws(3, draws::optimal);
}
