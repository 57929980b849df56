//! The engine against a plain implementation, on draws with every feature; and against itself, gone about in other ways.
//!
//! `cargo test --release -p allocator --test reference -- --ignored` tries two thousand applicants.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "small numbers, and a test may stop")]

#[path = "draws/mod.rs"]
mod draws;
#[path = "reference/mod.rs"]
mod plain;

use allocator::{AllocateError, Effort, Numbers, Outcome, allocate, allocate_with_effort, allocate_with_progress};
use draws::{Dice, trials};
use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, Reserve, ReserveIndex, SessionIndex,
    SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;
use std::ops::ControlFlow;

/// A draw with sites of one to nine sessions, pools without seats, three tiers, two districts, reserves that are released
/// and that are not, lists of up to `longest` sessions and sites, empty ones among them, and equal rank costs.
fn draw(dice: &mut Dice, people: usize, longest: usize, mechanism: Mechanism) -> Instance {
    let release = !matches!(mechanism, Mechanism::Serial);
    let reserves = vec![
        Reserve::new(vec![1], vec![], release),
        Reserve::new(vec![], vec![1], false),
        Reserve::new(vec![0, 2], vec![0], release),
    ];
    let (mut sites, mut pools) = (Vec::new(), Vec::new());
    let (mut session, wanted) = (0, 3 + people / 12);
    while (session as usize) < wanted {
        let sessions = 1 + dice.below(9) as u32;
        sites.push(sessions);
        for session in session..session + sessions {
            pools.push(Pool { session: SessionIndex(session), access: Access::Open, capacity: dice.below(12) as u32 });
            for reserve in (0..3).map(ReserveIndex) {
                let capacity = dice.below(5) as u32;
                if dice.below(5) == 0 {
                    pools.push(Pool { session: SessionIndex(session), access: Access::Reserved(reserve), capacity });
                }
            }
        }
        session += sessions;
    }
    let site_count = sites.len();
    let places = Places::new(&sites, pools, reserves).unwrap();
    let mut builder = InstanceBuilder::new(mechanism, vec![1, 2, 3], places).unwrap();
    for id in 0..people as u64 {
        let mut ticket = Ticket([0; 12]);
        ticket.0[4..].copy_from_slice(&id.to_be_bytes());
        let class = Class::new(dice.below(3) as u16, dice.below(2) as u16);
        let near = dice.below(session as usize);
        let mut list: Vec<Choice> = Vec::new();
        for _ in 0..dice.below(longest + 1) {
            let choice = match dice.below(4) {
                0 => Choice::Site(SiteIndex((near * site_count / session as usize) as u32)),
                1 => Choice::Session(SessionIndex(dice.below(session as usize) as u32)),
                _ => Choice::Session(SessionIndex(((near + dice.below(9)) % session as usize) as u32)),
            };
            if !list.contains(&choice) {
                list.push(choice);
            }
        }
        builder.push(ticket, class, LotteryNumber(dice.word()), dice.word(), &list).unwrap();
    }
    builder.finish().unwrap()
}

fn mechanisms(dice: &mut Dice, longest: usize) -> [Mechanism; 3] {
    let step = dice.pick(&[[1, 1], [0, 1], [0, 0], [3, 40_000]]);
    let mut costs = vec![0];
    while costs.len() <= longest {
        let last = costs[costs.len() - 1];
        costs.push((last + dice.pick(&step)).min(1_000_000));
    }
    let unplaced_costs = dice.pick(&[vec![90, 60, 30], vec![3, 2, 1], vec![1_000_000, 1_000_000, 0], vec![0, 5, 5]]);
    let outsider_cost = dice.pick(&[0, 1, 7, 1_000_000]);
    [
        Mechanism::Serial,
        Mechanism::Priority { rank_costs: costs.clone() },
        Mechanism::Optimal { rank_costs: costs, unplaced_costs, outsider_cost },
    ]
}

fn sessions(instance: &Instance, outcome: &Outcome) -> Vec<Option<SessionIndex>> {
    let placements = outcome.allocation.placements();
    placements.map(|placement| placement.map(|placement| instance.session(placement.pool))).collect()
}

fn is_the_plain_answer(trial: u64, people: usize, longest: usize) {
    let mut dice = Dice::new(51, trial);
    for mechanism in mechanisms(&mut dice, longest) {
        let instance = draw(&mut dice, people, longest, mechanism);
        let outcome = allocate(&instance).unwrap();
        let (seats, cost) = plain::solve(&instance);
        let plain: Vec<_> = seats.iter().map(|seat| seat.map(|pool| instance.session(pool))).collect();
        assert_eq!((outcome.checked.rank_cost, outcome.checked.tie_costs[0]), cost, "trial {trial}");
        assert_eq!(sessions(&instance, &outcome), plain, "trial {trial} {:?}", instance.mechanism());
    }
}

#[test]
fn every_feature_together_gives_the_plain_answer() {
    for trial in 0..trials(150) {
        let (people, longest) = ([3, 12, 60, 150][trial as usize % 4], [2, 5, 12, 64][trial as usize / 4 % 4]);
        is_the_plain_answer(trial, people, longest);
    }
}

#[test]
#[ignore = "minutes"]
fn two_thousand_people_get_the_plain_answer() {
    for trial in 0..trials(6) {
        is_the_plain_answer(1_000_000 + trial, 2_000, [5, 10, 64][trial as usize % 3]);
    }
}

const EFFORTS: [Effort; 7] = [
    Effort { patience: 0, numbers: Numbers::Narrowest, region: usize::MAX },
    Effort { patience: 1, numbers: Numbers::Narrowest, region: 1 },
    Effort { patience: 3, numbers: Numbers::Wide, region: 7 },
    Effort { patience: 5_000, numbers: Numbers::Narrowest, region: usize::MAX },
    Effort { patience: 5, numbers: Numbers::Whole, region: usize::MAX },
    Effort { patience: 1000, numbers: Numbers::Whole, region: 20 },
    Effort { patience: 1000, numbers: Numbers::Wide, region: 50 },
];

/// Without what may differ: which of a session's pools holds whom, and the work it was.
fn result(instance: &Instance, effort: Effort) -> impl PartialEq + std::fmt::Debug + use<> {
    let outcome = allocate_with_effort(instance, effort, &mut |_, _, _| ControlFlow::Continue(())).unwrap();
    (sessions(instance, &outcome), outcome.certificate, outcome.checked)
}

#[test]
fn every_effort_gives_the_same_result() {
    for trial in 0..trials(120) {
        let mut dice = Dice::new(52, trial);
        for mechanism in mechanisms(&mut dice, 9) {
            let people = dice.pick(&[4, 30, 150, 400]);
            let instance = draw(&mut dice, people, 9, mechanism);
            let usual = result(&instance, Effort::default());
            for effort in EFFORTS {
                assert_eq!(result(&instance, effort), usual, "trial {trial} {effort:?}");
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_and_steps() {
    let effort = Effort { region: 40, ..Effort::default() };
    let with = |threads: usize, instance: &Instance| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| allocate_with_effort(instance, effort, &mut |_, _, _| ControlFlow::Continue(())).unwrap())
    };
    for trial in 0..trials(10) {
        let mut dice = Dice::new(53, trial);
        for mechanism in mechanisms(&mut dice, 6) {
            let instance = draw(&mut dice, 1000, 6, mechanism);
            let alone = with(1, &instance);
            assert!([2, 5, 64].iter().all(|threads| with(*threads, &instance) == alone), "trial {trial}");
        }
    }
}

#[test]
fn whoever_watches_can_stop_it_at_any_moment() {
    let mut dice = Dice::new(54, 0);
    for mechanism in mechanisms(&mut dice, 5) {
        let instance = draw(&mut dice, 300, 5, mechanism);
        let mut calls = 0;
        allocate_with_progress(&instance, &mut |_, done, total| {
            assert!(done <= total);
            calls += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(calls > 5);
        for stop in 1..=calls {
            let mut left = stop;
            let stopped = allocate_with_progress(&instance, &mut |_, _, _| {
                left -= 1;
                if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(stopped, Err(AllocateError::Cancelled), "stopped at call {stop} of {calls}");
        }
    }
}
