//! What people are promised, tried on tiny draws.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tiny numbers, and a test may stop")]

mod draws;

use allocator::{Outcome, allocate};
use draws::exhaustive::{assignments, in_draw_order, lists};
use draws::{Dice, Draw, trials};
use protocol::instance::{Choice, Mechanism, SessionIndex, SiteIndex};
use protocol::ticket::Ticket;
use std::collections::{BTreeMap, BTreeSet};

const MECHANISMS: [fn(&mut Dice) -> Mechanism; 3] = [draws::serial, draws::priority, draws::optimal];

/// Session and rank of everybody placed.
fn placed(draw: &Draw, outcome: &Outcome) -> BTreeMap<Ticket, (usize, u16)> {
    let placements = outcome.allocation.placements();
    let tickets = in_draw_order(draw).into_iter().map(|applicant| applicant.ticket);
    tickets.zip(placements).filter_map(|(ticket, place)| Some((ticket, (place?.pool.at(), place?.rank)))).collect()
}

#[test]
fn order_of_arrival_is_irrelevant() {
    for trial in 0..trials(1_000) {
        for mechanism in MECHANISMS {
            let mut dice = Dice::new(21, trial);
            let draw = draws::tiny(&mut dice, 7, mechanism);
            let mut shuffled = draw.clone();
            for last in (1..shuffled.applicants.len()).rev() {
                shuffled.applicants.swap(last, dice.below(last + 1));
            }
            assert_eq!(allocate(&draw.instance()), allocate(&shuffled.instance()));
        }
    }
}

#[test]
fn no_session_is_over_capacity_and_nobody_is_outside_their_list() {
    for trial in 0..trials(2_000) {
        for mechanism in MECHANISMS {
            let draw = draws::tiny(&mut Dice::new(22, trial), 7, mechanism);
            let Ok(outcome) = allocate(&draw.instance()) else { continue };
            let mut seats: Vec<_> = draw.pools.iter().map(|pool| pool.capacity).collect();
            for (ticket, (session, rank)) in placed(&draw, &outcome) {
                seats[session] = seats[session].checked_sub(1).unwrap();
                let applicant = draw.applicants.iter().find(|applicant| applicant.ticket == ticket).unwrap();
                let named = |choice: &Choice| match choice {
                    Choice::Session(named) => named.0 as usize == session,
                    Choice::Site(site) => draw.sites[site.0 as usize].contains(&SessionIndex(session as u32)),
                };
                assert_eq!(applicant.choices.iter().position(named), Some(usize::from(rank)));
            }
        }
    }
}

#[test]
fn priority_places_as_many_of_each_tier_as_any_assignment_with_as_many_before() {
    for trial in 0..trials(3_000) {
        let draw = draws::tiny(&mut Dice::new(23, trial), 6, draws::priority);
        let Ok(outcome) = allocate(&draw.instance()) else { continue };
        let applicants = in_draw_order(&draw);
        let capacity: Vec<_> = draw.pools.iter().map(|pool| pool.capacity as usize).collect();
        let by_tier = |seated: &mut dyn Iterator<Item = bool>| {
            let mut counts = [0; 3];
            for (applicant, seated) in applicants.iter().zip(seated) {
                counts[usize::from(applicant.tier) - 1] += usize::from(seated);
            }
            counts
        };
        let found = by_tier(&mut outcome.allocation.placements().map(|place| place.is_some()));
        let all = assignments(&lists(&draw, 0), &capacity, true);
        assert_eq!(all.iter().map(|one| by_tier(&mut one.iter().map(Option::is_some))).max(), Some(found));
        assert_eq!(all.iter().map(|one| one.iter().flatten().count()).max(), Some(found.iter().sum()));
    }
}

#[test]
fn no_seat_is_left_that_an_unplaced_applicant_listed() {
    for trial in 0..trials(3_000) {
        for mechanism in [draws::serial, draws::priority] {
            let draw = draws::tiny(&mut Dice::new(24, trial), 7, mechanism);
            let Ok(outcome) = allocate(&draw.instance()) else { continue };
            let taken = placed(&draw, &outcome);
            for (applicant, list) in in_draw_order(&draw).iter().zip(lists(&draw, 0)) {
                for line in list.iter().filter(|_| !taken.contains_key(&applicant.ticket)) {
                    let held = taken.values().filter(|(session, _)| *session == line.pool).count();
                    assert_eq!(held, draw.pools[line.pool].capacity as usize);
                }
            }
        }
    }
}

#[test]
fn in_priority_one_more_choice_never_costs_a_place() {
    let mut cases = 0;
    for trial in 0..trials(2_000) {
        let mut dice = Dice::new(25, trial);
        let draw = draws::tiny(&mut dice, 6, draws::priority);
        let Ok(before) = allocate(&draw.instance()) else { continue };
        for person in 0..draw.applicants.len() {
            if draw.applicants[person].choices.len() == 5 {
                continue;
            }
            let mut longer = draw.clone();
            let session = SessionIndex(dice.below(draw.pools.len()) as u32);
            let at = dice.below(draw.applicants[person].choices.len() + 1);
            if longer.applicants[person].choices.contains(&Choice::Session(session)) {
                continue;
            }
            longer.applicants[person].choices.insert(at, Choice::Session(session));
            let Ok(after) = allocate(&longer.instance()) else { continue };
            let ticket = draw.applicants[person].ticket;
            assert!(!placed(&draw, &before).contains_key(&ticket) || placed(&longer, &after).contains_key(&ticket));
            cases += 1;
        }
    }
    assert!(cases > 2_000);
}

#[test]
fn in_serial_nobody_gains_by_any_other_list() {
    let mut lies = 0;
    for trial in 0..trials(150) {
        let draw = draws::tiny(&mut Dice::new(26, trial), 5, draws::serial);
        let Ok(truth) = allocate(&draw.instance()) else { continue };
        let options: Vec<Choice> = (0..draw.pools.len() as u32)
            .map(|session| Choice::Session(SessionIndex(session)))
            .chain((0..draw.sites.len() as u32).map(|site| Choice::Site(SiteIndex(site))))
            .collect();
        for person in 0..draw.applicants.len() {
            let ticket = draw.applicants[person].ticket;
            let mine = placed(&draw, &truth).get(&ticket).map(|(_, rank)| *rank);
            let honest: BTreeMap<usize, usize> = lists_of(&draw, person).into_iter().collect();
            for list in all_lists(&options, 3) {
                let mut other = draw.clone();
                other.applicants[person].choices = list;
                let Ok(outcome) = allocate(&other.instance()) else { continue };
                lies += 1;
                let Some((session, _)) = placed(&other, &outcome).get(&ticket).copied() else { continue };
                // A session that is not on the honest list is not wanted.
                if let Some(rank) = honest.get(&session) {
                    assert!(mine.is_some_and(|mine| usize::from(mine) <= *rank), "{draw:#?}");
                }
            }
        }
    }
    assert!(lies > 20_000, "{lies}");
}

/// (session, rank) of one person's list.
fn lists_of(draw: &Draw, person: usize) -> Vec<(usize, usize)> {
    let ticket = draw.applicants[person].ticket;
    let position = in_draw_order(draw).iter().position(|applicant| applicant.ticket == ticket).unwrap();
    lists(draw, 0)[position].iter().map(|line| (line.pool, line.rank)).collect()
}

/// All lists of up to `longest` different choices.
fn all_lists(options: &[Choice], longest: usize) -> Vec<Vec<Choice>> {
    if longest == 0 {
        return vec![Vec::new()];
    }
    let shorter = all_lists(options, longest - 1);
    let mut all = shorter.clone();
    for list in shorter.iter().filter(|list| list.len() == longest - 1) {
        let more = options.iter().filter(|option| !list.contains(option));
        all.extend(more.map(|option| [list.as_slice(), &[*option]].concat()));
    }
    all
}

#[test]
fn the_guaranteed_choice_is_the_first_that_was_open_at_the_applicants_number() {
    for trial in 0..trials(3_000) {
        for mechanism in [draws::serial, draws::priority] {
            let draw = draws::tiny(&mut Dice::new(27, trial), 7, mechanism);
            let Ok(outcome) = allocate(&draw.instance()) else { continue };
            let closing = &outcome.certificate.passes[0].closing;
            let taken = placed(&draw, &outcome);
            for (applicant, list) in in_draw_order(&draw).iter().zip(lists(&draw, 0)) {
                let open =
                    list.iter().find(|line| closing[line.pool].is_none_or(|closing| applicant.draw_key() < closing));
                let mine = taken.get(&applicant.ticket).map(|(_, rank)| usize::from(*rank));
                match draw.mechanism {
                    Mechanism::Serial => assert_eq!(mine, open.map(|line| line.rank)),
                    _ => assert_eq!(mine.is_some(), open.is_some()),
                }
            }
        }
    }
}

#[test]
fn the_unlucky_never_take_a_guarantee_from_the_lucky() {
    for trial in 0..trials(2_000) {
        for mechanism in [draws::serial, draws::priority] {
            let mut draw = draws::tiny(&mut Dice::new(28, trial), 7, mechanism);
            let Ok(all) = allocate(&draw.instance()) else { continue };
            let with_all = placed(&draw, &all);
            let Some(last) = in_draw_order(&draw).pop() else { continue };
            draw.applicants.retain(|applicant| applicant.ticket != last.ticket);
            let Ok(without) = allocate(&draw.instance()) else { continue };
            let kept = |placed: &BTreeMap<Ticket, (usize, u16)>| -> BTreeSet<_> {
                let by_choice = matches!(draw.mechanism, Mechanism::Serial);
                let others = placed.iter().filter(|(ticket, _)| **ticket != last.ticket);
                others.map(|(ticket, (_, rank))| (*ticket, by_choice.then_some(*rank))).collect()
            };
            assert_eq!(kept(&with_all), kept(&placed(&draw, &without)));
        }
    }
}
