//! A draw the size of a town, with drawn numbers: too large to try everything, so the mechanisms are held against each
//! other and against the simplest loop.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "small numbers, and a test may stop")]

mod draws;

use allocator::{Outcome, Phase, allocate, allocate_with_progress};
use draws::Dice;
use protocol::certificate::check;
use protocol::instance::{
    Access, Allocation, Choice, Class, Instance, InstanceBuilder, Mechanism, Placement, Places, Pool, SessionIndex,
    SiteIndex,
};
use protocol::lottery::{Lots, Seed, number, rotation};
use protocol::ticket::Ticket;
use std::ops::ControlFlow;

const PEOPLE: u32 = 3_000;
const SESSIONS: u32 = 400;
const PER_SITE: u32 = 8;

/// Nine seats for ten people; low numbers of sessions are popular. `sites_in_ten` choices of ten are whole sites.
fn town(mechanism: Mechanism, sites_in_ten: usize) -> Instance {
    let mut dice = Dice::new(41, 0);
    let pool = |session| Pool {
        session: SessionIndex(session),
        access: Access::Open,
        capacity: PEOPLE * 9 / 10 / SESSIONS + u32::from(session % 4 != 0),
    };
    let places =
        Places::new(&[PER_SITE; (SESSIONS / PER_SITE) as usize], (0..SESSIONS).map(pool).collect(), vec![]).unwrap();
    let mut builder = InstanceBuilder::new(mechanism, vec![1, 2], places).unwrap();
    let seed = Seed([5; 32]);
    for person in 0..PEOPLE {
        let mut ticket = Ticket([0; 12]);
        ticket.0[..4].copy_from_slice(&person.to_le_bytes());
        let mut choice = || {
            let session = dice.below(SESSIONS as usize) * dice.below(SESSIONS as usize) / SESSIONS as usize;
            match dice.below(10) < sites_in_ten {
                true => Choice::Site(SiteIndex(session as u32 / PER_SITE)),
                false => Choice::Session(SessionIndex(session as u32)),
            }
        };
        let mut choices = Vec::new();
        for _ in 0..5 {
            let choice = choice();
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let (class, number) = (Class::new((person % 2) as u16, 0), number(&seed, &ticket, Lots::ONE));
        builder.push(ticket, class, number, rotation(&seed, &ticket), &choices).unwrap();
    }
    builder.finish().unwrap()
}

fn priority() -> Mechanism {
    Mechanism::Priority { rank_costs: vec![0, 1, 2, 3, 4] }
}

/// Being left out costs more than any ranks can save.
fn optimal() -> Mechanism {
    Mechanism::Optimal { rank_costs: vec![0, 1, 2, 3, 4], unplaced_costs: vec![1_000_000, 1_000_000], outsider_cost: 0 }
}

fn outcome(mechanism: Mechanism, sites_in_ten: usize) -> Outcome {
    allocate(&town(mechanism, sites_in_ten)).unwrap()
}

#[test]
fn without_site_choices_serial_is_the_simplest_loop() {
    let instance = town(Mechanism::Serial, 0);
    let mut free: Vec<_> = instance.pools().iter().map(|pool| pool.capacity).collect();
    let first_free = |applicant: usize| {
        let listed = instance.listed(0, applicant).find(|listed| free[listed.pool.at()] > 0)?;
        free[listed.pool.at()] -= 1;
        Some(Placement { pool: listed.pool, rank: listed.rank })
    };
    let expected: Vec<_> = (0..instance.applicants()).map(first_free).collect();
    assert_eq!(allocate(&instance).unwrap().allocation, Allocation::new(expected));
}

#[test]
fn priority_and_optimal_place_equally_many_and_optimal_at_better_ranks() {
    for sites_in_ten in [0, 4] {
        let (priority, optimal) = (outcome(priority(), sites_in_ten).checked, outcome(optimal(), sites_in_ten).checked);
        assert_eq!(priority.placed(), optimal.placed());
        let rank_cost = |by_rank: &[u64]| (0..).zip(by_rank).map(|(rank, people)| rank * people).sum::<u64>();
        assert!(rank_cost(&optimal.placed_by_rank) < rank_cost(&priority.placed_by_rank));
        assert!(outcome(Mechanism::Serial, sites_in_ten).checked.placed() < priority.placed());
    }
}

#[test]
fn no_two_applicants_can_be_exchanged_unnoticed() {
    let mut dice = Dice::new(42, 0);
    for mechanism in [Mechanism::Serial, priority(), optimal()] {
        let instance = town(mechanism, 4);
        let outcome = allocate(&instance).unwrap();
        for _ in 0..200 {
            let (one, other) = (dice.below(PEOPLE as usize), dice.below(PEOPLE as usize));
            let mut exchanged: Vec<_> = outcome.allocation.placements().collect();
            exchanged.swap(one, other);
            let exchanged = Allocation::new(exchanged);
            if exchanged != outcome.allocation {
                assert!(check(&instance, &exchanged, &outcome.certificate).is_err());
            }
        }
    }
}

#[test]
fn progress_goes_through_the_phases_in_order_and_ends_at_the_total() {
    let mut told = Vec::new();
    allocate_with_progress(&town(priority(), 4), &mut |phase, done, total| {
        told.push((phase, done, total));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(told.iter().all(|(_, done, total)| done <= total));
    let mut phases: Vec<_> = told.iter().map(|(phase, ..)| *phase).collect();
    phases.dedup();
    assert_eq!(phases, [Phase::Guarantees, Phase::Ranks, Phase::Ties, Phase::Check]);
    assert_eq!(told.last(), Some(&(Phase::Check, 1, 1)));
}
