//! Draws and what becomes of them when they are told in another way: the theory says exactly what changes in the result.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "small numbers, and a test may stop")]

mod draws;

use allocator::{AllocateError, Effort, Outcome, allocate_by_levels};
use draws::exhaustive::{lists, passes};
use draws::{Applicant, Dice, Draw, ReserveFor, trials};
use protocol::certificate::Checked;
use protocol::instance::{
    Access, Choice, DrawKey, Instance, LEVELS_MAX, Mechanism, Pool, ReserveIndex, SessionIndex, SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

const MECHANISMS: [fn(&mut Dice) -> Mechanism; 3] = [draws::serial, draws::priority, draws::optimal];

/// All of a result that is determined; which of a session's pools holds whom is not.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    /// Session and rank of everybody placed.
    places: BTreeMap<Ticket, (SessionIndex, u16)>,
    pools: BTreeMap<PoolName, PoolTold>,
    checked: Checked,
    levels: usize,
}

/// The session, and the reserve if there is one.
type PoolName = (SessionIndex, Option<u32>);

#[derive(Clone, Debug, PartialEq)]
struct PoolTold {
    /// Where it closed in each pass.
    closing: Vec<Option<DrawKey>>,
    price: i64,
    ties: Vec<i128>,
}

fn tell(draw: &Draw) -> Result<Told, AllocateError> {
    let mut instance = draw.instance();
    let mut add_level = |instance: &mut Instance| instance.add_level(draw.weights(instance.levels() % LEVELS_MAX));
    let quietly = &mut |_, _, _| ControlFlow::Continue(());
    let outcome = allocate_by_levels(&mut instance, &mut add_level, Effort::default(), quietly)?;
    Ok(told(&instance, outcome))
}

fn told(instance: &Instance, Outcome { allocation, certificate, checked, .. }: Outcome) -> Told {
    let placements = allocation.placements().enumerate();
    let places = placements
        .filter_map(|(position, place)| {
            let place = place?;
            Some((instance.draw_key(position).ticket, (instance.session(place.pool), place.rank)))
        })
        .collect();
    let pools = instance.pools().iter().enumerate().map(|(at, pool)| {
        let closing = certificate.passes.iter().map(|pass| pass.closing[at]).collect();
        let ties = certificate.ties.iter().map(|prices| prices[at]).collect();
        (name(pool), PoolTold { closing, price: certificate.prices[at], ties })
    });
    Told { places, pools: pools.collect(), checked, levels: instance.levels() }
}

fn name(pool: &Pool) -> PoolName {
    let reserve = match pool.access {
        Access::Open => None,
        Access::Reserved(reserve) => Some(reserve.0),
    };
    (pool.session, reserve)
}

/// Tries random draws of all three mechanisms, half of them with reserves. `same` is given a draw and its result, and
/// compares it with another's.
fn on_draws(test: u8, same: fn(&mut Dice, &Draw, &Result<Told, AllocateError>)) {
    let (mut settled, mut all) = (0, 0);
    for trial in 0..trials(1_500) {
        for mechanism in MECHANISMS {
            let mut dice = Dice::new(test, trial);
            let people = dice.pick(&[4, 8, 20]);
            let draw = match trial % 2 {
                0 => draws::tiny(&mut dice, people, mechanism),
                _ => draws::reserved(&mut dice, people, mechanism),
            };
            let result = tell(&draw);
            settled += u64::from(result.is_ok());
            all += 1;
            same(&mut dice, &draw, &result);
        }
    }
    assert!(settled * 10 > all * 9, "only {settled} of {all} draws are settled");
}

fn shuffle<T>(dice: &mut Dice, things: &mut [T]) {
    for last in (1..things.len()).rev() {
        things.swap(last, dice.below(last + 1));
    }
}

#[test]
fn entries_in_another_order_get_the_same() {
    on_draws(61, |dice, draw, before| {
        let mut other = draw.clone();
        shuffle(dice, &mut other.applicants);
        assert_eq!(&tell(&other), before, "{draw:#?}");
    });
}

/// What each session, by its number so far, is called instead.
type Names = Vec<SessionIndex>;

/// The draw with its sessions in the order of `order`, `counts` of them at each site.
fn reordered(draw: &Draw, order: &[SessionIndex], counts: &[usize]) -> (Draw, Names) {
    let mut names = vec![SessionIndex(0); order.len()];
    for (new, old) in (0..).zip(order) {
        names[old.0 as usize] = SessionIndex(new);
    }
    let mut other = draw.clone();
    let mut next = (0..).map(SessionIndex);
    other.sites = counts.iter().map(|count| next.by_ref().take(*count).collect()).collect();
    other.pools.iter_mut().for_each(|pool| pool.session = names[pool.session.0 as usize]);
    other.pools.sort_by_key(|pool| pool.session);
    for choice in other.applicants.iter_mut().flat_map(|applicant| &mut applicant.choices) {
        if let Choice::Session(session) = choice {
            *session = names[session.0 as usize];
        }
    }
    (other, names)
}

fn renamed(before: &Told, names: &Names) -> Told {
    let new = |session: &SessionIndex| names[session.0 as usize];
    let places = before.places.iter().map(|(ticket, (session, rank))| (*ticket, (new(session), *rank))).collect();
    let pools =
        before.pools.iter().map(|((session, reserve), told)| ((new(session), *reserve), told.clone())).collect();
    Told { places, pools, ..before.clone() }
}

#[test]
fn sessions_of_other_names_are_the_same_sessions() {
    on_draws(62, |dice, draw, _| {
        let mut draw = draw.clone();
        for applicant in &mut draw.applicants {
            applicant.choices.retain(|choice| matches!(choice, Choice::Session(_)));
        }
        let mut order: Vec<_> = draw.sites.iter().flatten().copied().collect();
        shuffle(dice, &mut order);
        let counts: Vec<_> = draw.sites.iter().map(Vec::len).collect();
        let (other, names) = reordered(&draw, &order, &counts);
        assert_eq!(tell(&other), tell(&draw).map(|before| renamed(&before, &names)), "{draw:#?}");
    });
}

/// A site keeps the order of its sessions, so that a choice of the whole site means the same.
#[test]
fn sites_in_another_order_are_the_same_sites() {
    on_draws(63, |dice, draw, before| {
        let mut sites: Vec<usize> = (0..draw.sites.len()).collect();
        shuffle(dice, &mut sites);
        let order: Vec<_> = sites.iter().flat_map(|site| &draw.sites[*site]).copied().collect();
        let counts: Vec<_> = sites.iter().map(|site| draw.sites[*site].len()).collect();
        let (mut other, names) = reordered(draw, &order, &counts);
        for choice in other.applicants.iter_mut().flat_map(|applicant| &mut applicant.choices) {
            if let Choice::Site(site) = choice {
                *site = SiteIndex(sites.iter().position(|old| *old == site.0 as usize).unwrap() as u32);
            }
        }
        let expected = before.clone().map(|before| renamed(&before, &names));
        assert_eq!(tell(&other), expected, "{draw:#?}");
    });
}

/// Each pool gives some of its seats to a new one, for the same people: an open one to a reserve of everybody's.
#[test]
fn seats_in_two_pools_for_the_same_people_are_the_same_seats() {
    on_draws(64, |dice, draw, before| {
        let mut other = draw.clone();
        other.reserves.push(ReserveFor { tiers: Vec::new(), districts: Vec::new(), release: false });
        other.reserves.extend(draw.reserves.iter().cloned());
        let reserves = draw.reserves.len() as u32;
        let twin = |reserve: Option<u32>| reserve.map_or(reserves, |old| reserves + 1 + old);
        for pool in &mut other.pools {
            pool.capacity = dice.below(pool.capacity as usize + 1) as u32;
        }
        let rest = draw.pools.iter().zip(&other.pools).map(|(before, now)| Pool {
            access: Access::Reserved(ReserveIndex(twin(name(before).1))),
            capacity: before.capacity - now.capacity,
            ..*before
        });
        let rest: Vec<_> = rest.collect();
        other.pools.extend(rest);
        other.pools.sort_by_key(name);
        let mut expected = before.clone();
        if let Ok(told) = &mut expected {
            // Both halves close where the whole did and cost what it cost.
            let twin =
                |((session, reserve), pool): (&PoolName, &PoolTold)| ((*session, Some(twin(*reserve))), pool.clone());
            let twins: Vec<_> = told.pools.iter().map(twin).collect();
            told.pools.extend(twins);
        }
        assert_eq!(tell(&other), expected, "{draw:#?}");
    });
}

/// Somebody of any tier, district and number, who lists these.
fn newcomer(dice: &mut Dice, draw: &Draw, choices: Vec<Choice>) -> Applicant {
    // With as many equal numbers as the others have, before or behind them.
    let mut numbers: Vec<_> = draw.applicants.iter().map(|applicant| applicant.number).collect();
    numbers.extend([LotteryNumber(0), LotteryNumber(1), LotteryNumber(u64::MAX)]);
    let mut ticket = Ticket([0; 12]);
    ticket.0[10] = dice.pick(&[0, 1]);
    ticket.0[11] = 200;
    let (tier, district) = (1 + dice.below(3) as u8, dice.below(2) as u16);
    let (number, weights) = (dice.pick(&numbers), [3, 1, 2, 1 << 62]);
    Applicant { ticket, tier, district, number, weights, rotation: dice.word(), choices }
}

/// Adds somebody who can have no seat, and says what becomes of everything.
fn nobody_else_notices(before: Result<Told, AllocateError>, draw: &Draw, nobody: &Applicant) {
    let mut other = draw.clone();
    other.applicants.push(nobody.clone());
    let expected = before.map(|told| with_nobody(told, &other, nobody));
    assert_eq!(tell(&other), expected, "{draw:#?} {nobody:?}");
}

fn with_nobody(mut told: Told, other: &Draw, nobody: &Applicant) -> Told {
    let checked = &mut told.checked;
    checked.unplaced += 1;
    checked.placed_by_rank.resize(checked.placed_by_rank.len().max(nobody.choices.len()), 0);
    let position = draws::exhaustive::in_draw_order(other).iter().position(|one| one == nobody).unwrap();
    let listed = |pass: usize| lists(other, pass).swap_remove(position);
    let cost = |rank_cost: i128, steps: i128| {
        let ties = nobody.weights[..told.levels].iter().map(|weight| i128::from(*weight) * steps);
        [rank_cost].into_iter().chain(ties).collect::<Vec<_>>()
    };
    match &other.mechanism {
        Mechanism::Optimal { unplaced_costs, .. } => {
            let behind = listed(0).last().map_or(0, |line| line.position + 1);
            let outside = cost(unplaced_costs[usize::from(nobody.tier) - 1].into(), behind);
            checked.rank_cost += outside[0] as i64;
            checked.tie_costs.iter_mut().zip(&outside[1..]).for_each(|(tie, more)| *tie += more);
            // Seats that do not exist must be dear enough for one more applicant.
            for line in listed(0) {
                let pool = told.pools.get_mut(&name(&other.pools[line.pool])).unwrap();
                let own = cost(line.rank_cost, line.position);
                let needed: Vec<i128> = outside.iter().zip(own).map(|(outside, own)| outside - own).collect();
                if needed > [&[pool.price.into()], pool.ties.as_slice()].concat() {
                    (pool.price, pool.ties) = (needed[0] as i64, needed[1..].to_vec());
                }
            }
        }
        _ => {
            for pass in 0..passes(other) {
                for line in listed(pass) {
                    let pool = told.pools.get_mut(&name(&other.pools[line.pool])).unwrap();
                    if pool.closing[pass].is_none_or(|closing| nobody.draw_key() < closing) {
                        pool.closing[pass] = Some(nobody.draw_key());
                        // Nobody with a seat holds one that closed at this number.
                        if pass + 1 == passes(other) {
                            pool.price = 0;
                            pool.ties.fill(0);
                        }
                    }
                }
            }
        }
    }
    told
}

#[test]
fn somebody_without_choices_changes_nothing_for_others() {
    on_draws(65, |dice, draw, before| {
        let nobody = newcomer(dice, draw, Vec::new());
        nobody_else_notices(before.clone(), draw, &nobody);
    });
}

#[test]
fn somebody_who_lists_only_sessions_without_seats_changes_nothing_for_others() {
    on_draws(66, |dice, draw, _| {
        let mut draw = draw.clone();
        let count = draw.sites.iter().map(Vec::len).sum::<usize>();
        let closed: Vec<bool> = (0..count).map(|_| dice.below(2) == 0).collect();
        let is_closed = |session: &SessionIndex| closed[session.0 as usize];
        for pool in draw.pools.iter_mut().filter(|pool| is_closed(&pool.session)) {
            pool.capacity = 0;
        }
        let all = draw.sites.iter().flatten().filter(|session| is_closed(session));
        let mut choices: Vec<Choice> = all.map(|session| Choice::Session(*session)).collect();
        for (site, sessions) in (0..).map(SiteIndex).zip(&draw.sites) {
            if sessions.iter().all(is_closed) && dice.below(2) == 0 {
                choices.push(Choice::Site(site));
            }
        }
        shuffle(dice, &mut choices);
        choices.truncate(5);
        let nobody = newcomer(dice, &draw, choices);
        nobody_else_notices(tell(&draw), &draw, &nobody);
    });
}

#[test]
fn costs_of_another_unit_scale_the_prices_and_nothing_else() {
    on_draws(67, |dice, draw, before| {
        let unit: u32 = dice.pick(&[2, 3, 1_000, 10_000_000]);
        let mut other = draw.clone();
        match &mut other.mechanism {
            Mechanism::Serial => return,
            Mechanism::Priority { rank_costs } => rank_costs.iter_mut().for_each(|cost| *cost *= unit),
            Mechanism::Optimal { rank_costs, unplaced_costs, outsider_cost } => {
                rank_costs.iter_mut().chain(unplaced_costs).for_each(|cost| *cost *= unit);
                *outsider_cost *= unit;
            }
        }
        let mut expected = before.clone();
        if let Ok(told) = &mut expected {
            told.checked.rank_cost *= i64::from(unit);
            told.pools.values_mut().for_each(|pool| pool.price *= i64::from(unit));
        }
        assert_eq!(tell(&other), expected, "{draw:#?}");
    });
}
