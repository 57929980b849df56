//! Whatever else somebody might publish: every feasible allocation of a tiny draw, with every vector of closing numbers
//! and the only prices that could prove it. The check accepts the mechanism's answer and nothing else.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tiny numbers, and a test may stop")]

mod draws;

use draws::exhaustive::{Answer, Pair, assignments, lists, solve};
use draws::{Dice, trials};
use protocol::certificate::{Certificate, Pass, check};
use protocol::instance::{Allocation, DrawKey, Instance, Listed, Mechanism, Placement};

type Sessions = Vec<Option<usize>>;

fn accepted(instance: &Instance, answer: &Answer, sessions: &Sessions, closing: &[Option<usize>]) -> bool {
    let seat = |(applicant, session): (usize, &Option<usize>)| {
        let session = (*session)?;
        instance.listed(0, applicant).find(|listed| listed.pool.at() == session)
    };
    let seats: Vec<Option<Listed>> = sessions.iter().enumerate().map(seat).collect();
    let Some(prices) = least_prices(instance, &seats, closing) else { return false };
    let place = |seat: &Option<Listed>| seat.map(|seat| Placement { pool: seat.pool, rank: seat.rank });
    let allocation = Allocation::new(seats.iter().map(place));
    let key = |position: &Option<usize>| -> Option<DrawKey> { Some(instance.draw_key((*position)?)) };
    let passes = match instance.mechanism() {
        Mechanism::Optimal { .. } => Vec::new(),
        _ => vec![Pass { closing: closing.iter().map(key).collect() }],
    };
    let (prices, ties) = prices.into_iter().unzip();
    match check(instance, &allocation, &Certificate { passes, prices, ties: vec![ties] }) {
        Err(_) => false,
        Ok(checked) => {
            assert_eq!(checked.unique, answer.best.len() == 1);
            true
        }
    }
}

/// Raised from zero until everybody is content; `None` if that never ends, and nothing can prove the allocation.
fn least_prices(instance: &Instance, seats: &[Option<Listed>], closing: &[Option<usize>]) -> Option<Vec<Pair>> {
    let mut prices = vec![(0, 0); instance.pools().len()];
    let cost = |applicant, listed: &Listed| {
        (i64::from(instance.rank_cost(applicant, listed)), instance.tie_cost(0, applicant, listed.position))
    };
    for _ in 0..=prices.len() + 1 {
        let before = prices.clone();
        for (applicant, seat) in seats.iter().enumerate() {
            let pays = match seat {
                Some(seat) => add(cost(applicant, seat), prices[seat.pool.at()]),
                None => match instance.unplaced_cost(applicant) {
                    Some(rank) => {
                        (i64::from(rank), instance.tie_cost(0, applicant, instance.outside_position(applicant)))
                    }
                    None => continue,
                },
            };
            let admissible = instance.listed(0, applicant).filter(|listed| match (instance.mechanism(), seat) {
                (Mechanism::Optimal { .. }, _) | (_, None) => true,
                (mechanism, Some(seat)) => {
                    closing[listed.pool.at()] == closing[seat.pool.at()]
                        && (listed.rank == seat.rank || matches!(mechanism, Mechanism::Priority { .. }))
                }
            });
            for listed in admissible {
                let (rank, tie) = cost(applicant, &listed);
                let needed = (pays.0 - rank, pays.1 - tie);
                prices[listed.pool.at()] = prices[listed.pool.at()].max(needed);
            }
        }
        if prices == before {
            return Some(prices);
        }
    }
    None
}

fn add(one: Pair, other: Pair) -> Pair {
    (one.0 + other.0, one.1 + other.1)
}

/// All vectors of `length` with entries from `values`.
fn vectors(length: usize, values: &[Option<usize>]) -> Vec<Vec<Option<usize>>> {
    if length == 0 {
        return vec![Vec::new()];
    }
    let shorter = vectors(length - 1, values);
    shorter.iter().flat_map(|tail| values.iter().map(|head| [&[*head][..], tail].concat())).collect()
}

fn only_the_answer_is_accepted(test: u8, mechanism: fn(&mut Dice) -> Mechanism, draws: u64) {
    let mut tried = 0_u64;
    for trial in 0..trials(draws) {
        let mut draw = draws::tiny(&mut Dice::new(test, trial), 4, mechanism);
        if draw.pools.len() > 3 {
            draw.applicants.truncate(2);
        }
        let (instance, answer) = (draw.instance(), solve(&draw));
        let capacity: Vec<_> = draw.pools.iter().map(|pool| pool.capacity as usize).collect();
        let positions: Vec<_> = (0..draw.applicants.len()).map(Some).chain([None]).collect();
        let closings = match draw.mechanism {
            Mechanism::Optimal { .. } => vec![answer.closing.clone()],
            _ => vectors(draw.pools.len(), &positions),
        };
        for sessions in assignments(&lists(&draw), &capacity, true) {
            for closing in &closings {
                let is_answer = answer.best.contains(&sessions) && *closing == answer.closing;
                let verdict = accepted(&instance, &answer, &sessions, closing);
                assert_eq!(verdict, is_answer, "{draw:#?} {sessions:?} {closing:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 50_000, "{tried}");
}

#[test]
fn no_other_allocation_of_serial_has_a_certificate() {
    only_the_answer_is_accepted(31, draws::serial, 6_000);
}

#[test]
fn no_other_allocation_of_priority_has_a_certificate() {
    only_the_answer_is_accepted(32, draws::priority, 6_000);
}

#[test]
fn no_other_allocation_of_optimal_has_a_certificate() {
    only_the_answer_is_accepted(33, draws::optimal, 40_000);
}
