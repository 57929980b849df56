//! How long a draw takes to hold, and its certificate to check, on one thread and on two:
//! `cargo run --release -p protocol --example certify -- [applicants] [sessions]`.
//!
//! Everybody lists five sessions near home. The results are those that the simplest loops find: `serial` one applicant
//! after the other, and `optimal` with seats for all.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

use protocol::certificate::{Alone, Certificate, Crew, Pass, check_with};
use protocol::instance::{
    Access, Allocation, Choice, Class, Instance, InstanceBuilder, Mechanism, Placement, Places, Pool, SessionIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;
use std::time::Instant;

const CHOICES: u64 = 5;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>().unwrap());
    let (people, sessions) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(100_000));
    let scarce = people * 9 / 10 / sessions;
    let serial = invent(Mechanism::Serial, people, sessions, scarce);
    let (allocation, passes) = simplest_loop(&serial);
    certify(&serial, &allocation, passes);
    drop((serial, allocation));
    let rank_costs = (0..CHOICES as u32).collect();
    let optimal = Mechanism::Optimal { rank_costs, unplaced_costs: vec![30], outsider_cost: 0 };
    let optimal = invent(optimal, people, sessions, people);
    let first = |applicant| optimal.listed(0, applicant).next().map(|one| Placement { pool: one.pool, rank: one.rank });
    let allocation = Allocation::new((0..optimal.applicants()).map(first));
    certify(&optimal, &allocation, Vec::new());
}

fn certify(instance: &Instance, allocation: &Allocation, passes: Vec<Pass>) {
    let pools = instance.pools().len();
    let certificate = Certificate { passes, prices: vec![0; pools], ties: vec![vec![0; pools]] };
    for (name, crew) in [("one thread", &Alone as &dyn Crew), ("two threads", &Two)] {
        let start = Instant::now();
        let checked = check_with(crew, instance, allocation, &certificate).unwrap();
        let took = start.elapsed();
        println!("checked by {name} in {took:.2?}: {} placed of {}", checked.placed(), instance.applicants());
    }
}

/// Two threads, each with every other part.
struct Two;

impl Crew for Two {
    fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        std::thread::scope(|scope| {
            scope.spawn(|| (0..parts).step_by(2).for_each(work));
            (1..parts).step_by(2).for_each(work);
        });
    }
}

fn invent(mechanism: Mechanism, people: u32, sessions: u32, capacity: u32) -> Instance {
    let start = Instant::now();
    let pool = |session| Pool { session: SessionIndex(session), access: Access::Open, capacity };
    let places = Places::new(&[sessions], (0..sessions).map(pool).collect(), Vec::new()).unwrap();
    let builder = InstanceBuilder::new(mechanism, vec![1], places).unwrap();
    let mut builder = builder.with_room_for(people as usize, people as usize * CHOICES as usize);
    for person in 0..people {
        let mut ticket = Ticket([0; 12]);
        ticket.0[..4].copy_from_slice(&person.to_be_bytes());
        let mut word = scramble(u64::from(person));
        let home = word % u64::from(sessions);
        let mut choices = Vec::with_capacity(CHOICES as usize);
        while choices.len() < CHOICES as usize {
            word = scramble(word);
            let session = (home + word % 200) % u64::from(sessions);
            let choice = Choice::Session(SessionIndex(session as u32));
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        builder.push(ticket, Class::new(0, 0), LotteryNumber(scramble(!word)), 0, &choices).unwrap();
    }
    let pushed = start.elapsed();
    let instance = builder.finish().unwrap();
    println!("{people} applicants pushed in {pushed:.2?}, in draw order after {:.2?}", start.elapsed());
    instance
}

/// The first choice with a seat left, one applicant after the other.
fn simplest_loop(instance: &Instance) -> (Allocation, Vec<Pass>) {
    let mut free: Vec<u32> = instance.pools().iter().map(|pool| pool.capacity).collect();
    let mut closing = vec![None; free.len()];
    let place = |applicant| {
        for one in instance.listed(0, applicant) {
            if free[one.pool.at()] > 0 {
                free[one.pool.at()] -= 1;
                return Some(Placement { pool: one.pool, rank: one.rank });
            }
            closing[one.pool.at()].get_or_insert_with(|| instance.draw_key(applicant));
        }
        None
    };
    let allocation = Allocation::new((0..instance.applicants()).map(place));
    (allocation, vec![Pass { closing }])
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn scramble(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
