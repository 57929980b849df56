//! Tiny random draws, small enough to try everything, and full of what is rare in large ones: ties, equal numbers,
//! sessions without seats, empty lists, seats set apart for some of those who ask.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tiny numbers, and a test may stop")]

pub(crate) mod exhaustive;

use protocol::instance::{
    Access, Choice, Class, DrawKey, Instance, InstanceBuilder, LEVELS_MAX, Mechanism, Places, Pool, Reserve,
    ReserveIndex, SessionIndex, SiteIndex,
};
use protocol::lottery::{LotteryNumber, weight};
use protocol::ticket::Ticket;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// How many draws a test tries: `usual`, or as many times that as `JEBI_TRIALS` says.
pub(crate) fn trials(usual: u64) -> u64 {
    let times = std::env::var("JEBI_TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    usual * times
}

pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    pub(crate) fn new(test: u8, trial: u64) -> Self {
        let mut seed = [test; 32];
        seed[..8].copy_from_slice(&trial.to_le_bytes());
        Self(ChaCha20Rng::from_seed(seed))
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.word() % end as u64) as usize
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// Cohorts stand for tiers: tier 1 is cohort 0, and so on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Applicant {
    pub(crate) ticket: Ticket,
    pub(crate) tier: u8,
    pub(crate) district: u16,
    pub(crate) number: LotteryNumber,
    /// One for each level.
    pub(crate) weights: [u64; LEVELS_MAX],
    pub(crate) rotation: u64,
    pub(crate) choices: Vec<Choice>,
}

impl Applicant {
    pub(crate) fn draw_key(&self) -> DrawKey {
        DrawKey { tier: self.tier, number: self.number, ticket: self.ticket }
    }
}

/// Whom seats are set apart for: some tiers' people of some districts, an empty list meaning any.
#[derive(Clone, Debug)]
pub(crate) struct ReserveFor {
    pub(crate) tiers: Vec<u8>,
    pub(crate) districts: Vec<u16>,
    pub(crate) release: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) mechanism: Mechanism,
    pub(crate) sites: Vec<Vec<SessionIndex>>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) reserves: Vec<ReserveFor>,
    pub(crate) applicants: Vec<Applicant>,
}

impl Draw {
    pub(crate) fn instance(&self) -> Instance {
        let sites: Vec<_> = self.sites.iter().map(|sessions| sessions.len() as u32).collect();
        let reserve = |of: &ReserveFor| {
            let cohorts = of.tiers.iter().map(|tier| u16::from(*tier) - 1).collect();
            Reserve::new(cohorts, of.districts.clone(), of.release)
        };
        let places = Places::new(&sites, self.pools.clone(), self.reserves.iter().map(reserve).collect()).unwrap();
        let mut builder = InstanceBuilder::new(self.mechanism.clone(), vec![1, 2, 3], places).unwrap();
        for Applicant { ticket, tier, district, number, rotation, choices, .. } in &self.applicants {
            builder.push(*ticket, Class::new(u16::from(*tier) - 1, *district), *number, *rotation, choices).unwrap();
        }
        let mut instance = builder.finish().unwrap();
        instance.replace_weights(self.weights(0)).unwrap();
        instance
    }

    /// In draw order.
    pub(crate) fn weights(&self, level: usize) -> Vec<u64> {
        exhaustive::in_draw_order(self).iter().map(|applicant| applicant.weights[level]).collect()
    }
}

pub(crate) fn serial(_: &mut Dice) -> Mechanism {
    Mechanism::Serial
}

pub(crate) fn priority(dice: &mut Dice) -> Mechanism {
    Mechanism::Priority { rank_costs: rank_costs(dice) }
}

pub(crate) fn optimal(dice: &mut Dice) -> Mechanism {
    let unplaced_costs = dice.pick(&[[30, 30, 30], [90, 30, 10], [2, 2, 2], [0, 0, 0], [5, 3, 1], [1, 4, 2]]).to_vec();
    let rank_costs = rank_costs(dice);
    Mechanism::Optimal { rank_costs, unplaced_costs, outsider_cost: dice.pick(&[0, 1, 3, 50]) }
}

fn rank_costs(dice: &mut Dice) -> Vec<u32> {
    dice.pick(&[[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 0, 1, 1, 2], [0, 0, 0, 0, 0], [0, 1, 1, 5, 5], [0, 2, 3, 9, 9]])
        .to_vec()
}

/// Up to `people` applicants and five sessions, open to all.
pub(crate) fn tiny(dice: &mut Dice, people: usize, mechanism: fn(&mut Dice) -> Mechanism) -> Draw {
    let sessions = 1 + dice.below(5);
    draw(dice, people, sessions, mechanism)
}

/// Up to `people` applicants and three sessions, with seats for some of them in up to three more pools.
pub(crate) fn reserved(dice: &mut Dice, people: usize, mechanism: fn(&mut Dice) -> Mechanism) -> Draw {
    let sessions = 1 + dice.below(3);
    let mut draw = draw(dice, people, sessions, mechanism);
    let subset = |dice: &mut Dice, from: u16| (from..from + 2).filter(|_| dice.below(2) == 0).collect::<Vec<_>>();
    draw.reserves = (0..1 + dice.below(2))
        .map(|_| ReserveFor {
            tiers: subset(dice, 1).into_iter().map(|tier| tier as u8).collect(),
            districts: subset(dice, 0),
            release: draw.mechanism != Mechanism::Serial && dice.below(3) > 0,
        })
        .collect();
    let mut more = 3;
    let reserves = draw.reserves.len() as u32;
    draw.pools = draw
        .pools
        .iter()
        .flat_map(|open| {
            let mut pools = vec![*open];
            for reserve in (0..reserves).map(ReserveIndex) {
                if more > 0 && dice.below(2) == 0 {
                    more -= 1;
                    let capacity = dice.pick(&[0, 1, 1, 2]);
                    pools.push(Pool { session: open.session, access: Access::Reserved(reserve), capacity });
                }
            }
            pools
        })
        .collect();
    draw
}

fn draw(dice: &mut Dice, people: usize, sessions: usize, mechanism: fn(&mut Dice) -> Mechanism) -> Draw {
    let mut sites = vec![Vec::new(); 1 + dice.below(3)];
    let mut site = 0;
    for session in 0..sessions {
        site += dice.below(sites.len() - site);
        sites[site].push(SessionIndex(session as u32));
    }
    let capacities: &[u32] = dice.pick(&[&[1][..], &[0, 1, 2], &[1, 2], &[0, 1], &[1, 1, 3]]);
    let pools = (0..sessions as u32)
        .map(|session| Pool { session: SessionIndex(session), access: Access::Open, capacity: dice.pick(capacities) })
        .collect();
    let (numbers, heaviest, longest) = (dice.pick(&[2, 5, u64::MAX]), dice.pick(&[2, 6, 0, 0]), 1 + dice.below(5));
    let count = dice.below(people + 1);
    let applicants =
        (0..count).map(|id| applicant(dice, id, (sessions, sites.len()), numbers, heaviest, longest)).collect();
    Draw { mechanism: mechanism(dice), sites, pools, reserves: Vec::new(), applicants }
}

fn applicant(
    dice: &mut Dice,
    id: usize,
    (sessions, sites): (usize, usize),
    numbers: u64,
    heaviest: usize,
    longest: usize,
) -> Applicant {
    let mut ticket = Ticket([0; 12]);
    ticket.0[11] = id as u8;
    let number = LotteryNumber(dice.word() % numbers);
    let weights = [(); LEVELS_MAX].map(|()| match heaviest {
        0 => weight(LotteryNumber(dice.word())),
        _ => 1 + dice.below(heaviest) as u64,
    });
    let choices = choices(dice, sessions, sites, longest);
    let (tier, district) = (1 + dice.below(3) as u8, dice.below(2) as u16);
    Applicant { ticket, tier, district, number, weights, rotation: dice.word(), choices }
}

/// A list of up to `longest` sessions and sites; a session may be part of a site named before.
pub(crate) fn choices(dice: &mut Dice, sessions: usize, sites: usize, longest: usize) -> Vec<Choice> {
    let mut choices = Vec::new();
    for _ in 0..dice.below(longest + 1) {
        let choice = match dice.below(3) {
            0 => Choice::Site(SiteIndex(dice.below(sites) as u32)),
            _ => Choice::Session(SessionIndex(dice.below(sessions) as u32)),
        };
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    choices
}
