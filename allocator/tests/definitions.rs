//! Every mechanism against its definition, on thousands of draws small enough to try everything.
//!
//! `cargo test --release -p allocator --test definitions -- --ignored --nocapture` tries more than a million, and says what
//! they were made of.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop, and the long one says what it tried")]

mod draws;
mod features;

use allocator::{AllocateError, Effort, allocate_by_levels};
use draws::exhaustive::{Answer, lists, passes, solve};
use draws::{Dice, Draw, trials};
use features::Features;
use protocol::instance::{Instance, LEVELS_MAX, Mechanism};
use std::ops::ControlFlow;

/// Open draws and reserved ones in turn, with as many levels of weights as they need.
fn holds_on_tiny_draws(test: u8, mechanism: fn(&mut Dice) -> Mechanism, count: u64) -> Features {
    let (mut settled, mut features) = ([0; LEVELS_MAX + 1], Features::default());
    for trial in 0..count {
        let mut dice = Dice::new(test, trial);
        let draw = match trial % 2 {
            0 => draws::tiny(&mut dice, 6, mechanism),
            _ => draws::reserved(&mut dice, 5, mechanism),
        };
        let mut instance = draw.instance();
        let mut add_level = |instance: &mut Instance| instance.add_level(draw.weights(instance.levels() % LEVELS_MAX));
        // Each effort must do with its own paths through the same small draws.
        let effort = Effort { patience: dice.pick(&[0, 1, 3, 1000]), ..Effort::default() };
        let result =
            allocate_by_levels(&mut instance, &mut add_level, effort, &mut |_, _, _| ControlFlow::Continue(()));
        let levels = instance.levels();
        features.count(&draw, levels);
        let answer = solve(&draw, levels);
        if levels > 1 {
            assert!(solve(&draw, levels - 1).best.len() > 1, "trial {trial}: {draw:#?}");
        }
        match result {
            Ok(outcome) => {
                assert_is(&draw, &instance, &outcome, &answer);
                settled[levels - 1] += 1;
            }
            Err(error) => {
                assert_eq!((error, levels), (AllocateError::NotUnique, LEVELS_MAX), "trial {trial}: {draw:#?}");
                assert!(answer.best.len() > 1, "trial {trial}: {draw:#?}");
                settled[LEVELS_MAX] += 1;
            }
        }
    }
    assert!(settled.iter().all(|draws| *draws > 5), "{settled:?} draws needed so many levels");
    features
}

fn assert_is(draw: &Draw, instance: &Instance, outcome: &allocator::Outcome, answer: &Answer) {
    let placements: Vec<_> = outcome.allocation.placements().collect();
    let session = |pool| instance.session(pool).0 as usize;
    let sessions: Vec<_> = placements.iter().map(|placement| placement.map(|p| session(p.pool))).collect();
    assert_eq!(vec![sessions], answer.best, "{draw:#?}");
    for (list, placement) in lists(draw, passes(draw) - 1).iter().zip(&placements) {
        let Some(placement) = placement else { continue };
        let line = list.iter().find(|line| line.pool == placement.pool.at()).unwrap();
        assert_eq!(usize::from(placement.rank), line.rank, "{draw:#?}");
    }
    let levels = instance.levels();
    assert_eq!(i128::from(outcome.checked.rank_cost), answer.cost[0], "{draw:#?}");
    assert_eq!(outcome.checked.tie_costs, answer.cost[1..=levels], "{draw:#?}");
    let placed = placements.iter().flatten().count() as u64;
    assert_eq!((outcome.checked.placed(), outcome.checked.unplaced), (placed, placements.len() as u64 - placed));
    let certificate = &outcome.certificate;
    for (pool, expected) in answer.prices.iter().enumerate() {
        let ties: Vec<i128> = certificate.ties.iter().map(|prices| prices[pool]).collect();
        assert_eq!(
            (i128::from(certificate.prices[pool]), ties.as_slice()),
            (expected[0], &expected[1..=levels]),
            "{draw:#?}"
        );
    }
    for (pass, expected) in outcome.certificate.passes.iter().zip(&answer.closing) {
        let closing: Vec<_> = pass.closing.iter().map(|key| key.map(|key| instance.position(&key).unwrap())).collect();
        assert_eq!(closing, *expected, "{draw:#?}");
    }
}

#[test]
fn serial_is_its_definition() {
    holds_on_tiny_draws(1, draws::serial, trials(60_000));
}

#[test]
fn priority_is_its_definition() {
    holds_on_tiny_draws(2, draws::priority, trials(60_000));
}

#[test]
fn optimal_is_its_definition() {
    holds_on_tiny_draws(3, draws::optimal, trials(60_000));
}

#[test]
#[ignore = "minutes"]
fn every_mechanism_is_its_definition_on_a_million_draws() {
    let mut features = Features::default();
    for (test, mechanism) in
        [(1, draws::serial as fn(&mut Dice) -> Mechanism), (2, draws::priority), (3, draws::optimal)]
    {
        features.add(&holds_on_tiny_draws(test, mechanism, trials(340_000)));
    }
    features.tell();
    assert!(features.draws() >= 1_000_000 && features.rarest() > 1_000);
}
