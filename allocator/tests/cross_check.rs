//! Ten thousand people: what the engine finds costs what HiGHS finds for the same draw.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use allocator::cross_check::{CrossCheckError, MOST_PEOPLE, cross_check};
use allocator::{Outcome, allocate};
use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, Reserve, ReserveIndex, SessionIndex,
    SiteIndex,
};
use protocol::lottery::{Lots, Seed, number, rotation};
use protocol::ticket::Ticket;
use rand_chacha::{ChaCha20Rng, rand_core::Rng, rand_core::SeedableRng};

const SESSIONS: u32 = 400;
const PER_SITE: u32 = 8;

/// Nine seats for ten people, a fifth of them kept for the second of two cohorts and released; low numbers of sessions are
/// popular. Of four choices, this many are whole sites, which the linear programme has to write out.
fn town(mechanism: Mechanism, people: u32, sites_in_four: u32) -> Instance {
    let mut chance = ChaCha20Rng::seed_from_u64(43);
    let mut below = |bound: u32| chance.next_u32() % bound;
    let seats = people * 9 / 10 / SESSIONS;
    let pools = (0..SESSIONS).flat_map(|session| {
        let pool = |access, capacity| Pool { session: SessionIndex(session), access, capacity };
        [pool(Access::Open, seats - seats / 5), pool(Access::Reserved(ReserveIndex(0)), seats / 5)]
    });
    let reserve = Reserve::new(vec![1], Vec::new(), true);
    let sites = vec![PER_SITE; usize::try_from(SESSIONS / PER_SITE).unwrap()];
    let places = Places::new(&sites, pools.collect(), vec![reserve]).unwrap();
    let mut builder = InstanceBuilder::new(mechanism, vec![1, 2], places).unwrap();
    let seed = Seed([6; 32]);
    for person in 0..people {
        let mut ticket = Ticket([0; 12]);
        ticket.0[..4].copy_from_slice(&person.to_le_bytes());
        let mut choices = Vec::new();
        for _ in 0..5 {
            let session = below(SESSIONS) * below(SESSIONS) / SESSIONS;
            let choice = match below(4) < sites_in_four {
                true => Choice::Site(SiteIndex(session / PER_SITE)),
                false => Choice::Session(SessionIndex(session)),
            };
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let class = Class::new(u16::from(person % 2 == 1), 0);
        builder.push(ticket, class, number(&seed, &ticket, Lots::ONE), rotation(&seed, &ticket), &choices).unwrap();
    }
    builder.finish().unwrap()
}

fn optimal() -> Mechanism {
    Mechanism::Optimal { rank_costs: vec![0, 1, 3, 6, 10], unplaced_costs: vec![60, 30], outsider_cost: 2 }
}

fn agree(mechanism: Mechanism, people: u32, sites_in_four: u32) -> (Instance, Outcome) {
    let instance = town(mechanism, people, sites_in_four);
    let outcome = allocate(&instance).unwrap();
    let agreement = cross_check(&instance, &outcome).unwrap();
    assert!(agreement.cost > 0 && agreement.variables > outcome.allocation.len());
    (instance, outcome)
}

#[test]
fn optimal_costs_what_the_linear_programme_finds() {
    agree(optimal(), 10_000, 0);
}

#[test]
fn priority_costs_what_the_linear_programme_finds_for_the_same_people() {
    agree(Mechanism::Priority { rank_costs: vec![0, 1, 3, 6, 10] }, 10_000, 0);
}

#[test]
fn whole_sites_and_people_of_two_passes() {
    agree(Mechanism::Priority { rank_costs: vec![0, 1, 3, 6, 10] }, 1_000, 1);
}

#[test]
fn another_allocation_differs() {
    let (instance, mut outcome) = agree(optimal(), 1_000, 1);
    outcome.checked.rank_cost += 1;
    let expected = outcome.checked.rank_cost - 1;
    let differs = CrossCheckError::Differs { allocated: outcome.checked.rank_cost, programme: expected };
    assert_eq!(cross_check(&instance, &outcome), Err(differs));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let serial = town(Mechanism::Serial, 500, 1);
    let outcome = allocate(&town(optimal(), 500, 1)).unwrap();
    assert_eq!(cross_check(&serial, &outcome), Err(CrossCheckError::Serial));
    let large = town(optimal(), u32::try_from(MOST_PEOPLE).unwrap() + 1, 1);
    assert_eq!(cross_check(&large, &outcome), Err(CrossCheckError::TooLarge(MOST_PEOPLE + 1)));
}
