//! Guarantees against their definition: augmenting paths found person by person, and everything tried where that is few.

use super::draws::{self, Dice, Size};
use crate::error::AllocateError;
use crate::witness::{NOWHERE, Witness};
use crate::work::Steps;
use protocol::instance::{Instance, Listed, Mechanism};
use std::ops::ControlFlow;

/// One pass by the definition.
struct Plain {
    capacities: Vec<usize>,
    /// The guaranteed pools of each applicant; `None` for those without a guarantee.
    guaranteed: Vec<Option<Vec<usize>>>,
    occupants: Vec<Vec<usize>>,
    closing: Vec<u32>,
}

impl Plain {
    /// Every pass of the instance.
    fn passes(instance: &Instance) -> Vec<Self> {
        let mut passes: Vec<Self> = Vec::new();
        for pass in 0..instance.passes() {
            let plain = Self::pass(instance, pass, passes.last());
            passes.push(plain);
        }
        passes
    }

    fn pass(instance: &Instance, pass: usize, before: Option<&Self>) -> Self {
        let pools = instance.pools().len();
        let mut plain = Self {
            capacities: instance.pools().iter().map(|pool| pool.capacity as usize).collect(),
            guaranteed: vec![None; instance.applicants()],
            occupants: vec![Vec::new(); pools],
            closing: vec![NOWHERE; pools],
        };
        let kept = |applicant: &usize| before.is_some_and(|before| before.guaranteed[*applicant].is_some());
        for applicant in (0..instance.applicants()).filter(kept) {
            assert!(plain.grant(applicant, wishes(instance, pass, applicant)[0].clone()));
        }
        for applicant in (0..instance.applicants()).filter(|applicant| !kept(applicant)) {
            for wish in wishes(instance, pass, applicant) {
                if plain.grant(applicant, wish.clone()) {
                    break;
                }
                plain.close(&wish, applicant as u32);
            }
        }
        plain
    }

    fn grant(&mut self, applicant: usize, wish: Vec<usize>) -> bool {
        self.guaranteed[applicant] = Some(wish);
        let fits = self.seat(applicant, &mut vec![false; self.capacities.len()]);
        if !fits {
            self.guaranteed[applicant] = None;
        }
        fits
    }

    fn seat(&mut self, applicant: usize, visited: &mut [bool]) -> bool {
        for pool in self.guaranteed[applicant].clone().unwrap() {
            if std::mem::replace(&mut visited[pool], true) {
                continue;
            }
            if self.occupants[pool].len() < self.capacities[pool] {
                self.occupants[pool].push(applicant);
                return true;
            }
            for seat in 0..self.occupants[pool].len() {
                let occupant = self.occupants[pool][seat];
                if self.seat(occupant, visited) {
                    self.occupants[pool][seat] = applicant;
                    return true;
                }
            }
        }
        false
    }

    /// All pools that can be reached from a failing wish.
    fn close(&mut self, wish: &[usize], position: u32) {
        let mut reached = wish.to_vec();
        while let Some(pool) = reached.pop() {
            if self.closing[pool] == NOWHERE {
                self.closing[pool] = position;
                reached.extend(self.occupants[pool].iter().flat_map(|k| self.guaranteed[*k].iter().flatten()));
            }
        }
    }
}

/// What an applicant asks for, one wish after the other.
fn wishes(instance: &Instance, pass: usize, applicant: usize) -> Vec<Vec<usize>> {
    let listed: Vec<_> = instance.listed(pass, applicant).collect();
    let pools = |part: &[Listed]| part.iter().map(|one| one.pool.at()).collect();
    match instance.mechanism() {
        Mechanism::Serial => listed.chunk_by(|one, next| one.rank == next.rank).map(pools).collect(),
        _ => vec![pools(&listed)],
    }
}

fn give(instance: &Instance, patience: u64) -> Vec<Witness> {
    let tell = &mut |_, _, _| ControlFlow::Continue(());
    crate::guarantees::give(instance, patience, tell, &mut Steps::default()).unwrap()
}

fn assert_is_its_definition(instance: &Instance, plain: &[Plain], given: &[Witness]) {
    assert_eq!(given.len(), plain.len());
    for (pass, (plain, witness)) in plain.iter().zip(given).enumerate() {
        assert_eq!(witness.closing, plain.closing, "pass {pass}: {instance:?}");
        let mut loads = vec![0; plain.capacities.len()];
        for (applicant, guaranteed) in plain.guaranteed.iter().enumerate() {
            let seat = witness.seats[applicant];
            assert_eq!(seat != NOWHERE, guaranteed.is_some(), "pass {pass}, applicant {applicant}: {instance:?}");
            if let Some(guaranteed) = guaranteed {
                assert!(guaranteed.contains(&(seat as usize)), "pass {pass}, applicant {applicant}: {instance:?}");
                loads[seat as usize] += 1;
            }
        }
        assert!(loads.iter().zip(&plain.capacities).all(|(load, capacity)| load <= capacity), "{instance:?}");
    }
}

/// Whether these people can all be seated, by trying; and all pools in which each of them can then sit.
fn all_seats(people: &[&[usize]], capacities: &[usize]) -> Vec<Vec<usize>> {
    fn go(people: &[&[usize]], free: &mut [usize], way: &mut Vec<usize>, found: &mut [Vec<usize>]) {
        let Some(pools) = people.get(way.len()) else {
            for (pool, found) in way.iter().zip(found) {
                found.push(*pool);
            }
            return;
        };
        for pool in *pools {
            if free[*pool] > 0 {
                free[*pool] -= 1;
                way.push(*pool);
                go(people, free, way, found);
                way.pop();
                free[*pool] += 1;
            }
        }
    }
    let mut found = vec![Vec::new(); people.len()];
    go(people, &mut capacities.to_vec(), &mut Vec::new(), &mut found);
    for pools in &mut found {
        pools.sort_unstable();
        pools.dedup();
    }
    found
}

/// Everybody's guarantee by trying everything, without matchings; and what a [`Witness`] promises of all other seats.
fn assert_is_what_trying_says(instance: &Instance, plain: &[Plain], given: &[Witness]) {
    let capacities: Vec<_> = instance.pools().iter().map(|pool| pool.capacity as usize).collect();
    let mut kept: Vec<Option<Vec<usize>>> = vec![None; instance.applicants()];
    for (pass, plain) in plain.iter().enumerate() {
        for (applicant, kept) in kept.iter_mut().enumerate().filter(|(_, kept)| kept.is_some()) {
            *kept = Some(wishes(instance, pass, applicant)[0].clone());
        }
        let after: Vec<_> = (0..instance.applicants()).filter(|applicant| kept[*applicant].is_none()).collect();
        for applicant in after {
            let fits = |wish: &Vec<usize>| {
                let mut people: Vec<_> = kept.iter().flatten().map(Vec::as_slice).collect();
                people.push(wish);
                all_seats(&people, &capacities).iter().all(|seats| !seats.is_empty())
            };
            kept[applicant] = wishes(instance, pass, applicant).into_iter().find(fits);
            assert_eq!(kept[applicant], plain.guaranteed[applicant], "{instance:?}");
        }
    }
    let Some(witness) = given.last() else { panic!("no pass") };
    let placed: Vec<_> = (0..instance.applicants()).filter(|applicant| kept[*applicant].is_some()).collect();
    let people: Vec<_> = kept.iter().flatten().map(Vec::as_slice).collect();
    for (applicant, seats) in placed.into_iter().zip(all_seats(&people, &capacities)) {
        let closed = |pool: usize| witness.closing[pool];
        let until = closed(witness.seats[applicant] as usize);
        assert!(seats.iter().all(|pool| closed(*pool) == until), "applicant {applicant}: {instance:?}");
    }
}

const TINY: Size = Size { sites: 3, sessions_per_site: 3, capacity: 2, applicants: 7, list: 4, site_choices: 30 };

fn holds_on_tiny_draws(mechanism: fn() -> Mechanism, trials: std::ops::Range<u64>) {
    for trial in trials {
        let instance = draws::draw(&mut Dice::new(trial), TINY, mechanism());
        let plain = Plain::passes(&instance);
        let given = give(&instance, 1000);
        assert_is_its_definition(&instance, &plain, &given);
        assert_is_its_definition(&instance, &plain, &give(&instance, 0));
        assert_is_its_definition(&instance, &plain, &give(&instance, 3));
        if instance.applicants() < 6 {
            assert_is_what_trying_says(&instance, &plain, &given);
        }
    }
}

#[test]
fn serial_is_its_definition() {
    holds_on_tiny_draws(draws::serial, 0..30_000);
}

#[test]
fn priority_is_its_definition() {
    holds_on_tiny_draws(draws::priority, 0..30_000);
}

/// `cargo test --release -p allocator guarantees -- --ignored`: about three minutes.
#[test]
#[ignore = "takes minutes"]
fn a_million_draws_are_their_definition() {
    holds_on_tiny_draws(draws::serial, 1_000_000..1_500_000);
    holds_on_tiny_draws(draws::priority, 1_000_000..1_500_000);
}

/// Tight enough for long chains, short of seats and not, with few and many site choices, with short and long lists.
#[test]
fn neither_chains_nor_searches_by_breadth_change_who_is_guaranteed_what() {
    for trial in 0..80 {
        let mut dice = Dice::new(2_000_000 + trial);
        let size = Size {
            sites: 1 + dice.below(12),
            sessions_per_site: 1 + dice.below(12),
            capacity: 1 + dice.below(6),
            applicants: 50 + dice.below(250),
            list: [4, 8, 16, 40][dice.below(4) as usize],
            site_choices: dice.below(3) * 25,
        };
        for mechanism in [draws::serial, draws::priority] {
            let instance = draws::draw(&mut dice, size, mechanism());
            let plain = Plain::passes(&instance);
            for patience in [0, 5, 50, 1000, u64::MAX] {
                assert_is_its_definition(&instance, &plain, &give(&instance, patience));
            }
        }
    }
}

/// Closing numbers of every pass, and the seats each pass ended with, as the rest of the allocation uses them.
#[test]
fn the_protocol_accepts_the_certificate_of_draws_with_reserves() {
    let mut passes = [0; 3];
    for trial in 0..4_000 {
        for mechanism in [draws::serial, draws::priority] {
            let instance = draws::draw(&mut Dice::new(4_000_000 + trial), TINY, mechanism());
            match crate::allocate(&instance) {
                Ok(outcome) => passes[outcome.certificate.passes.len()] += 1,
                Err(error) => assert_eq!(error, AllocateError::NotUnique, "trial {trial}: {instance:?}"),
            }
        }
    }
    assert!(passes[1] > 1_000 && passes[2] > 1_000, "{passes:?}");
}
