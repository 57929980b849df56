//! How long the three mechanisms take on an invented draw:
//! `cargo run --release -p allocator --example speed -- [applicants] [sessions]`.
//!
//! Demand is uneven, as it is in life: people live in one of many districts, list sessions near them, and prefer a few.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

use allocator::{Outcome, allocate};
use protocol::certificate::check;
use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, SessionIndex, SiteIndex,
};
use protocol::lottery::{Lots, Seed, number, rotation};
use protocol::ticket::Ticket;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::time::Instant;

const CHOICES: usize = 5;
const SESSIONS_PER_SITE: u32 = 12;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>().unwrap());
    let (people, sessions) = (numbers.next().unwrap_or(20_000), numbers.next().unwrap_or(3_400));
    for (name, mechanism) in [
        ("serial", Mechanism::Serial),
        ("priority", Mechanism::Priority { rank_costs: vec![0, 1, 2, 3, 4] }),
        (
            "optimal",
            Mechanism::Optimal { rank_costs: vec![0, 1, 2, 3, 4], unplaced_costs: vec![30, 30], outsider_cost: 0 },
        ),
    ] {
        for sites_in_ten in [0, 3] {
            let start = Instant::now();
            let instance = invent(mechanism.clone(), people, sessions, sites_in_ten);
            let drawn = start.elapsed();
            let start = Instant::now();
            let outcome = allocate(&instance).unwrap();
            let allocated = start.elapsed();
            let start = Instant::now();
            check(&instance, &outcome.allocation, &outcome.certificate).unwrap();
            println!(
                "{name:8} site choices {sites_in_ten}/10: drawn {drawn:.2?}, allocated {allocated:.2?}, of which check {:.2?}",
                start.elapsed()
            );
            describe(&outcome);
        }
    }
}

fn describe(outcome: &Outcome) {
    let checked = &outcome.checked;
    println!(
        "         placed {} by rank {:?}, unplaced {}, {:?}",
        checked.placed(),
        checked.placed_by_rank,
        checked.unplaced,
        outcome.steps
    );
}

/// Nine seats for ten people. A popular session is listed many times as often as an unpopular one.
fn invent(mechanism: Mechanism, people: u32, sessions: u32, sites_in_ten: u64) -> Instance {
    let mut dice = ChaCha20Rng::from_seed([7; 32]);
    let mut below = |end: u32| (dice.next_u64() % u64::from(end)) as u32;
    let sites: Vec<u32> = (0..sessions.div_ceil(SESSIONS_PER_SITE))
        .map(|site| SESSIONS_PER_SITE.min(sessions - site * SESSIONS_PER_SITE))
        .collect();
    let seats = people * 9 / 10;
    let pools = (0..sessions)
        .map(|session| {
            let capacity = seats / sessions + u32::from(session < seats % sessions);
            Pool { session: SessionIndex(session), access: Access::Open, capacity }
        })
        .collect();
    let places = Places::new(&sites, pools, Vec::new()).unwrap();
    let mut builder = InstanceBuilder::new(mechanism, vec![1, 2], places).unwrap();
    let seed = Seed([3; 32]);
    let mut choices = Vec::new();
    for person in 0..people {
        let mut ticket = Ticket([0; 12]);
        ticket.0[..4].copy_from_slice(&person.to_be_bytes());
        let home = below(sessions);
        choices.clear();
        for _ in 0..CHOICES {
            // The product of two dice: near home, and low numbers of a neighbourhood more often.
            let reach = if below(10) == 0 { sessions } else { sessions.min(200) };
            let session = (home / 100 * 100 + below(reach) * below(reach) / reach) % sessions;
            let choice = match u64::from(below(10)) < sites_in_ten {
                true => Choice::Site(SiteIndex(session / SESSIONS_PER_SITE)),
                false => Choice::Session(SessionIndex(session)),
            };
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let class = Class::new(u16::from(below(4) > 0), 0);
        let number = number(&seed, &ticket, Lots::ONE);
        builder.push(ticket, class, number, rotation(&seed, &ticket), &choices).unwrap();
    }
    builder.finish().unwrap()
}
