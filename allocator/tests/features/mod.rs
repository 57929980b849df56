//! What tiny draws are made of, counted so that a test can say what it has tried.

use super::draws::Draw;
use super::draws::exhaustive::passes;
use protocol::instance::{Access, Choice, Mechanism};
use std::collections::BTreeMap;

/// How many draws had each feature.
#[derive(Default)]
pub(crate) struct Features {
    draws: u64,
    with: BTreeMap<&'static str, u64>,
}

impl Features {
    /// Counts a draw that needed so many levels of weights.
    pub(crate) fn count(&mut self, draw: &Draw, levels: usize) {
        self.draws += 1;
        for (feature, has) in features(draw, levels) {
            *self.with.entry(feature).or_default() += u64::from(has);
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.draws += other.draws;
        for (feature, draws) in &other.with {
            *self.with.entry(feature).or_default() += draws;
        }
    }

    pub(crate) fn draws(&self) -> u64 {
        self.draws
    }

    /// How many draws had the rarest feature.
    pub(crate) fn rarest(&self) -> u64 {
        self.with.values().copied().min().unwrap_or(0)
    }

    pub(crate) fn tell(&self) {
        println!("{:>9} draws, of which", self.draws);
        for (feature, draws) in &self.with {
            println!("{draws:>9} {feature}");
        }
    }
}

fn features(draw: &Draw, levels: usize) -> Vec<(&'static str, bool)> {
    let people = &draw.applicants;
    let choices = || people.iter().flat_map(|applicant| &applicant.choices);
    let several = |choice: &Choice| matches!(choice, Choice::Site(site) if draw.sites[site.0 as usize].len() > 1);
    let reserved = |released: bool| {
        draw.pools.iter().any(|pool| match pool.access {
            Access::Reserved(reserve) => pool.capacity > 0 && draw.reserves[reserve.0 as usize].release == released,
            Access::Open => false,
        })
    };
    let seats: u32 = draw.pools.iter().map(|pool| pool.capacity).sum();
    let (rank_costs, outsiders_pay) = match &draw.mechanism {
        Mechanism::Serial => (&[][..], false),
        Mechanism::Priority { rank_costs } => (rank_costs.as_slice(), false),
        Mechanism::Optimal { rank_costs, outsider_cost, .. } => (rank_costs.as_slice(), *outsider_cost > 0),
    };
    vec![
        ("name a site of several sessions", choices().any(several)),
        ("have seats that are kept for a reserve", reserved(false)),
        ("have seats that a reserve releases", reserved(true)),
        ("go through the draw order twice", passes(draw) == 2),
        ("let outsiders into a reserve at a cost", outsiders_pay && reserved(true)),
        ("have several tiers", people.iter().any(|applicant| applicant.tier != people[0].tier)),
        ("have a pool without seats", draw.pools.iter().any(|pool| pool.capacity == 0)),
        ("have fewer seats than applicants", (seats as usize) < people.len()),
        ("have an empty list", people.iter().any(|applicant| applicant.choices.is_empty())),
        ("have nobody", people.is_empty()),
        ("have ranks of equal cost", rank_costs.windows(2).any(|pair| pair[0] == pair[1])),
        ("have equal lottery numbers", equal(people.iter().map(|applicant| applicant.number.0))),
        ("have equal weights", equal(people.iter().map(|applicant| applicant.weights[0]))),
        ("needed more than one level of weights", levels > 1),
    ]
}

fn equal(numbers: impl Iterator<Item = u64>) -> bool {
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers.windows(2).any(|pair| pair[0] == pair[1])
}
