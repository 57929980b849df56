//! Random draws full of what is rare in large ones: reserves that overlap, sessions and pools without seats, empty sites,
//! empty lists, a session and its site in one list, equal numbers.

use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, Reserve, ReserveIndex, SessionIndex,
    SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    pub(crate) fn new(trial: u64) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&trial.to_le_bytes());
        Self(ChaCha20Rng::from_seed(seed))
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to `end` − 1.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        (self.word() % u64::from(end)) as u32
    }

    /// True `of` times out of a hundred.
    pub(crate) fn often(&mut self, of: u32) -> bool {
        self.below(100) < of
    }
}

/// How large a draw may be.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) sites: u32,
    pub(crate) sessions_per_site: u32,
    pub(crate) capacity: u32,
    pub(crate) applicants: u32,
    pub(crate) list: u32,
    /// How often a choice is a site, of a hundred.
    pub(crate) site_choices: u32,
}

const COHORTS: u16 = 3;
const DISTRICTS: u16 = 3;

pub(crate) fn serial() -> Mechanism {
    Mechanism::Serial
}

pub(crate) fn priority() -> Mechanism {
    Mechanism::Priority { rank_costs: (0..64).collect() }
}

pub(crate) fn draw(dice: &mut Dice, size: Size, mechanism: Mechanism) -> Instance {
    let sessions: Vec<u32> = (0..=dice.below(size.sites)).map(|_| dice.below(size.sessions_per_site + 1)).collect();
    let count: u32 = sessions.iter().sum();
    let reserves: Vec<_> = (0..dice.below(4)).map(|_| reserve(dice)).collect();
    let pools = (0..count).flat_map(|session| pools(dice, session, reserves.len() as u32, size.capacity)).collect();
    let places = Places::new(&sessions, pools, reserves).unwrap();
    let tiers = (0..COHORTS).map(|_| 1 + dice.below(2) as u8).collect();
    let mut builder = InstanceBuilder::new(mechanism, tiers, places).unwrap();
    for applicant in 0..dice.below(size.applicants + 1) {
        let mut ticket = Ticket([0; 12]);
        ticket.0[8..].copy_from_slice(&applicant.to_be_bytes());
        let class = Class::new(dice.below(COHORTS.into()) as u16, dice.below(DISTRICTS.into()) as u16);
        let list = list(dice, size, sessions.len() as u32, count);
        let number = LotteryNumber(dice.word() % (1 << 10));
        builder.push(ticket, class, number, dice.word(), &list).unwrap();
    }
    builder.finish().unwrap()
}

fn reserve(dice: &mut Dice) -> Reserve {
    let cohorts = (0..COHORTS).filter(|_| dice.often(40)).collect();
    let districts = (0..DISTRICTS).filter(|_| dice.often(40)).collect();
    Reserve::new(cohorts, districts, dice.often(60))
}

fn pools(dice: &mut Dice, session: u32, reserves: u32, most: u32) -> Vec<Pool> {
    let session = SessionIndex(session);
    let mut pool = |access| Pool { session, access, capacity: dice.below(most + 1) };
    let mut pools = vec![pool(Access::Open)];
    pools.extend((0..reserves).map(|reserve| pool(Access::Reserved(ReserveIndex(reserve)))));
    pools.retain(|pool| pool.access == Access::Open || dice.often(50));
    pools
}

fn list(dice: &mut Dice, size: Size, sites: u32, sessions: u32) -> Vec<Choice> {
    let mut list = Vec::new();
    for _ in 0..dice.below(size.list + 1) {
        let choice = match dice.often(size.site_choices) || sessions == 0 {
            true => Choice::Site(SiteIndex(dice.below(sites))),
            false => Choice::Session(SessionIndex(dice.below(sessions))),
        };
        if !list.contains(&choice) {
            list.push(choice);
        }
    }
    list
}
