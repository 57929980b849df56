//! Families of invented draws. `typical` has districts, sites with uneven popularity near which people live, and some who
//! list a site of the next district. The hard ones are one market each: `flat` is one region with mild popularity, `hot`
//! a very uneven one, `ring` a chain near the critical load, `uniform` lists without any neighbourhood.

use crate::dice::Dice;
use protocol::instance::{
    Access, Choice, Class, Instance, InstanceBuilder, Mechanism, Places, Pool, SessionIndex, SiteIndex,
};
use protocol::lottery::LotteryNumber;
use protocol::ticket::Ticket;
use rayon::prelude::*;

/// People whose lists are made at a time.
const PART: usize = 16_384;

pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) people: usize,
    /// Seats per person.
    pub(crate) ratio: f64,
    pub(crate) list: usize,
    /// Choices that are sites, in percent.
    pub(crate) sites: u64,
    pub(crate) sessions: u32,
    pub(crate) tiers: u8,
}

/// Where people live and what they like.
enum World {
    Districts { bounds: Vec<(usize, usize)>, people: Vec<usize>, at: Vec<(f64, f64)>, liked: Vec<f64> },
    Grid { side: usize, liked: Vec<f64> },
    Ring,
    Uniform { sums: Vec<f64> },
}

impl Family {
    pub(crate) fn instance(&self, mechanism: Mechanism) -> Instance {
        let mut dice = Dice::new(1);
        let (world, sites) = self.world(&mut dice);
        let sessions = sites * self.sessions as usize;
        let mean = self.ratio * self.people as f64 / sessions as f64;
        let pools = (0..sessions as u32)
            .map(|session| Pool {
                session: SessionIndex(session),
                access: Access::Open,
                capacity: dice.poisson(mean).max(1),
            })
            .collect();
        let places = Places::new(&vec![self.sessions; sites], pools, Vec::new()).unwrap();
        let tiers = (1..=self.tiers).collect();
        let builder = InstanceBuilder::new(mechanism, tiers, places).unwrap();
        let mut builder = builder.with_room_for(self.people, self.people * self.list);
        let starts: Vec<usize> = (0..self.people).step_by(PART).collect();
        for starts in starts.chunks(64) {
            let parts: Vec<Vec<Vec<Choice>>> =
                starts.par_iter().map(|start| self.lists(&world, sessions, *start)).collect();
            for (start, lists) in starts.iter().zip(parts) {
                for (list, person) in lists.iter().zip(*start..) {
                    let mut bytes = [0; 12];
                    bytes[4..].copy_from_slice(&(person as u64).to_be_bytes());
                    let class = Class::new(dice.below(usize::from(self.tiers)) as u16, 0);
                    builder.push(Ticket(bytes), class, LotteryNumber(dice.word()), dice.word(), list).unwrap();
                }
            }
        }
        builder.finish().unwrap()
    }

    fn world(&self, dice: &mut Dice) -> (World, usize) {
        let people = self.people;
        match self.name.as_str() {
            "typical" => {
                let count = (people / 76_000).max(1);
                let weights: Vec<f64> = (0..count).map(|_| (0.6 * dice.normal()).exp()).collect();
                let all: f64 = weights.iter().sum();
                let mut living: Vec<usize> =
                    weights.iter().map(|weight| ((weight / all * people as f64) as usize).max(1)).collect();
                let others: usize = living[..count - 1].iter().sum();
                living[count - 1] = people - others;
                let mut bounds = Vec::new();
                for living in &living {
                    let from = bounds.last().map_or(0, |(_, end)| *end);
                    bounds.push((from, from + (living / 1460).max(8)));
                }
                let sites = bounds[count - 1].1;
                let at = (0..sites).map(|_| (dice.unit(), dice.unit())).collect();
                let liked = (0..sites).map(|_| dice.gumbel(1.0)).collect();
                (World::Districts { bounds, people: living, at, liked }, sites)
            }
            "flat" | "hot" => {
                let side = (((people / 123).max(16) / self.sessions as usize) as f64).sqrt().max(2.0) as usize;
                let scale = if self.name == "hot" { 1.0 } else { 0.3 };
                (World::Grid { side, liked: (0..side * side).map(|_| dice.gumbel(scale)).collect() }, side * side)
            }
            "ring" => (World::Ring, (people / 123).max(24) / self.sessions as usize),
            "uniform" => {
                let sites = (people / 123).max(24) / self.sessions as usize;
                let mut sum = 0.0;
                let sums = (1..=sites * self.sessions as usize).map(|rank| {
                    sum += 1.0 / (rank as f64).sqrt();
                    sum
                });
                (World::Uniform { sums: sums.collect() }, sites)
            }
            other => panic!("no family is called {other}"),
        }
    }

    fn lists(&self, world: &World, sessions: usize, start: usize) -> Vec<Vec<Choice>> {
        let mut dice = Dice::new(start as u64 + 7);
        let end = self.people.min(start + PART);
        (start..end).map(|person| self.list(world, sessions, person, &mut dice)).collect()
    }

    fn list(&self, world: &World, sessions: usize, person: usize, dice: &mut Dice) -> Vec<Choice> {
        let per_site = self.sessions as usize;
        let chosen: Vec<usize> = match world {
            World::Districts { bounds, people, at, liked } => {
                let mut district = 0;
                let mut left = person;
                while left >= people[district] {
                    left -= people[district];
                    district += 1;
                }
                let (from, to) = bounds[district];
                let home = (dice.unit(), dice.unit());
                let appeal = |site: usize| -8.0 * (at[site].0 - home.0).hypot(at[site].1 - home.1) + liked[site];
                let mut best = best_sites(from..to, self.list, appeal, dice);
                if dice.below(10) == 0 && bounds.len() > 1 {
                    let (from, to) = bounds[(district + 1) % bounds.len()];
                    if let Some(last) = best.last_mut() {
                        *last = from + dice.below(to - from);
                    }
                }
                best.into_iter().map(|site| site * per_site + self.session(1.0, dice)).collect()
            }
            World::Grid { side, liked } => {
                let home = (dice.unit() * *side as f64, dice.unit() * *side as f64);
                let around = |home: f64| (home as usize).saturating_sub(2)..(home as usize + 3).min(*side);
                let cells = around(home.1).flat_map(|y| around(home.0).map(move |x| y * side + x));
                let appeal = |site: usize| {
                    let (x, y) = ((site % side) as f64 + 0.5, (site / side) as f64 + 0.5);
                    -0.7 * (x - home.0).hypot(y - home.1) + liked[site]
                };
                let weight = if self.name == "hot" { 2.0 } else { 1.0 };
                let best = best_sites(cells, self.list, appeal, dice);
                best.into_iter().map(|site| site * per_site + self.session(weight, dice)).collect()
            }
            World::Ring => {
                let home = dice.below(sessions);
                distinct(self.list, || (home + sessions + dice.below(11.max(2 * self.list)) - 5) % sessions)
            }
            World::Uniform { sums } => distinct(self.list, || {
                let at = dice.unit() * sums[sums.len() - 1];
                sums.partition_point(|sum| *sum < at).min(sessions - 1)
            }),
        };
        let mut list = Vec::new();
        for session in chosen {
            let choice = match (dice.word() % 100) < self.sites {
                true => Choice::Site(SiteIndex((session / per_site) as u32)),
                false => Choice::Session(SessionIndex(session as u32)),
            };
            if !list.contains(&choice) {
                list.push(choice);
            }
        }
        list
    }

    /// Early sessions are liked more.
    fn session(&self, weight: f64, dice: &mut Dice) -> usize {
        let appeal = |session: u32, dice: &mut Dice| -0.7 * weight * f64::from(session + 1).ln() + dice.gumbel(1.0);
        let all = (0..self.sessions).map(|session| (appeal(session, dice), session));
        all.max_by(|one, other| one.0.total_cmp(&other.0)).map_or(0, |(_, session)| session as usize)
    }
}

fn best_sites(
    sites: impl Iterator<Item = usize>,
    count: usize,
    appeal: impl Fn(usize) -> f64,
    dice: &mut Dice,
) -> Vec<usize> {
    let mut all: Vec<(f64, usize)> = sites.map(|site| (appeal(site) + dice.gumbel(0.5), site)).collect();
    all.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
    all.into_iter().take(count).map(|(_, site)| site).collect()
}

fn distinct(count: usize, mut next: impl FnMut() -> usize) -> Vec<usize> {
    let mut found = Vec::new();
    while found.len() < count {
        let one = next();
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}
