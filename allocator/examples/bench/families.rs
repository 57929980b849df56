//! The instances: who lists what, and how many seats there are.
//!
//! | family | shape |
//! |---|---|
//! | `typical` | districts of about 76,000 people; sites of 12 sessions near home, some popular; one in ten looks next door |
//! | `flat` | one region, mild popularity, as many seats as people: one giant component |
//! | `hot` | the same with very uneven popularity |
//! | `ring` | sessions in a circle, lists within five steps, almost as many seats as people: chains as long as can be |
//! | `uniform` | random lists, no geography |
//! | `mixed` | `typical` with sites of 12 to 40 sessions, three choices in ten a whole site, lists of 1 to 10, two tiers, reserves |
//!
//! **Invariant:** an instance depends on its family, size and list length only; people come in draw order.

use crate::dice::{Dice, UNIT, Zipf, exponential};

/// A line of somebody's list. Numbers are places in [`Supply`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Session(u32),
    Site(u32),
}

/// What there is to be had.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supply {
    /// How many sessions each site has, in order.
    pub(crate) sessions_per_site: Vec<u32>,
    /// How many seats each session has.
    pub(crate) seats: Vec<u32>,
    /// How many of these are reserved for tier 1, and released to others; one in three sessions in `mixed`.
    pub(crate) reserved: Vec<u32>,
}

/// Somebody's list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) tier: u8,
    pub(crate) wishes: Vec<Wish>,
}

/// What an instance is told to: it never stands in memory here.
pub(crate) trait Listener {
    /// Comes once, before all people.
    fn supply(&mut self, supply: Supply);
    /// Comes once for everybody, in draw order.
    fn person(&mut self, person: &Person);
}

/// The families of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Family {
    Typical,
    Flat,
    Hot,
    Ring,
    Uniform,
    Mixed,
}

impl Family {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Typical => "typical",
            Self::Flat => "flat",
            Self::Hot => "hot",
            Self::Ring => "ring",
            Self::Uniform => "uniform",
            Self::Mixed => "mixed",
        }
    }

    /// Seats for each hundred people.
    fn seats_percent(self) -> u64 {
        match self {
            Self::Typical | Self::Uniform | Self::Mixed => 90,
            Self::Flat | Self::Hot => 100,
            Self::Ring => 98,
        }
    }

    /// Tells `listener` what there is, then everybody's list, in draw order. Lists have `length` lines, or fewer where a
    /// neighbourhood has fewer; in `mixed` one to twice as many.
    pub(crate) fn invent(self, people: u32, length: usize, listener: &mut dyn Listener) {
        match self {
            Self::Typical | Self::Mixed => districts(self, people, length, listener),
            Self::Flat | Self::Hot => region(self, people, length, listener),
            Self::Ring | Self::Uniform => line(self, people, length, listener),
        }
    }
}

const SESSIONS: u32 = 12;
/// People for each session, as in the rooms of 2021.
const PEOPLE_PER_SESSION: u32 = 123;
const PEOPLE_PER_DISTRICT: u32 = 76_000;
const PEOPLE_PER_SITE: u32 = 1_460;

/// A place and how much people like it.
struct Site {
    x: i32,
    y: i32,
    liking: i32,
}

/// Sites of one district: `first` is the number of its first site.
struct District {
    people: u32,
    first: u32,
    sites: Vec<Site>,
}

fn districts(family: Family, people: u32, length: usize, listener: &mut dyn Listener) {
    let mut dice = Dice::new(1);
    let map = draw_districts(people, &mut dice);
    let sites = map.last().map_or(0, |last| last.first + last.sites.len() as u32);
    let mixed = family == Family::Mixed;
    let sessions_per_site: Vec<u32> = (0..sites).map(|_| if mixed { 12 + dice.below(29) } else { SESSIONS }).collect();
    let first_session = running(&sessions_per_site);
    listener.supply(supply(family, people, sessions_per_site.clone(), &mut dice));
    let hours = [Zipf::new(SESSIONS, 0.7), Zipf::new(40, 0.7)];
    // Lists come in draw order, in which neighbours are far apart: a person's district is drawn by its size.
    let ends = running(&map.iter().map(|district| district.people).collect::<Vec<_>>());
    let mut person = Person::default();
    let mut best = Vec::new();
    for number in 0..people {
        // Tier 1 is drawn first.
        person.tier = if mixed && number >= people / 4 { 2 } else { 1 };
        let lines = if mixed { 1 + dice.below(2 * length as u32) as usize } else { length };
        let drawn = dice.below(people);
        let home = ends.partition_point(|end| *end <= drawn) - 1;
        let district = &map[home.min(map.len() - 1)];
        nearest(district, lines, &mut dice, &mut best);
        if dice.below(10) == 0 {
            let next = &map[(home + 1) % map.len()];
            if let Some(last) = best.last_mut() {
                *last = next.first + dice.below(next.sites.len() as u32);
            }
        }
        person.wishes.clear();
        for site in &best {
            if mixed && dice.below(10) < 3 {
                person.wishes.push(Wish::Site(*site));
            } else {
                let (first, count) = (first_session[*site as usize], sessions_per_site[*site as usize]);
                let hour = hours[usize::from(mixed)].draw(&mut dice) % count;
                person.wishes.push(Wish::Session(first + hour));
            }
        }
        unique(&mut person.wishes);
        listener.person(&person);
    }
}

fn draw_districts(people: u32, dice: &mut Dice) -> Vec<District> {
    let count = (people / PEOPLE_PER_DISTRICT).max(1);
    let weights: Vec<u64> = (0..count).map(|_| exponential(dice.normal() * 6 / 10)).collect();
    let sum: u64 = weights.iter().sum();
    let mut left = people;
    let mut first = 0;
    let mut district = |weight: &u64, last: bool, dice: &mut Dice| {
        let share = (u128::from(people) * u128::from(*weight) / u128::from(sum)) as u32;
        let people = if last { left } else { share.max(1) };
        left -= people;
        let place = |dice: &mut Dice| Site {
            x: dice.below(UNIT as u32) as i32,
            y: dice.below(UNIT as u32) as i32,
            liking: dice.gumbel(),
        };
        let sites: Vec<Site> = (0..(people / PEOPLE_PER_SITE).max(8)).map(|_| place(dice)).collect();
        let begins = first;
        first += sites.len() as u32;
        District { people, first: begins, sites }
    };
    weights.iter().zip(1..).map(|(weight, number)| district(weight, number == count, dice)).collect()
}

/// The `count` best sites of the district for somebody who lives somewhere in it, best first.
fn nearest(district: &District, count: usize, dice: &mut Dice, best: &mut Vec<u32>) {
    let (x, y) = (dice.below(UNIT as u32) as i32, dice.below(UNIT as u32) as i32);
    let mut scored: Vec<(i32, u32)> = Vec::with_capacity(count + 1);
    for (site, number) in district.sites.iter().zip(district.first..) {
        let distance = ((site.x - x).pow(2) + (site.y - y).pow(2)).isqrt();
        let score = site.liking + dice.gumbel() / 2 - 8 * distance;
        if scored.len() < count || scored.last().is_some_and(|(worst, _)| score > *worst) {
            let place = scored.partition_point(|(better, _)| *better >= score);
            scored.insert(place, (score, number));
            scored.truncate(count);
        }
    }
    best.clear();
    best.extend(scored.into_iter().map(|(_, number)| number));
}

/// A square of sites; everybody sees the 25 around home.
fn region(family: Family, people: u32, length: usize, listener: &mut dyn Listener) {
    let mut dice = Dice::new(2);
    let side = (people / PEOPLE_PER_SESSION / SESSIONS).isqrt().max(2) as i32;
    let spread = if family == Family::Hot { 10 } else { 3 };
    let liking: Vec<i32> = (0..side * side).map(|_| dice.gumbel() * spread / 10).collect();
    let hours = Zipf::new(SESSIONS, if family == Family::Hot { 1.4 } else { 0.7 });
    listener.supply(supply(family, people, vec![SESSIONS; (side * side) as usize], &mut dice));
    let mut person = Person { tier: 1, wishes: Vec::new() };
    let mut scored: Vec<(i32, i32)> = Vec::new();
    for _ in 0..people {
        let (x, y) = (dice.below((side * UNIT) as u32) as i32, dice.below((side * UNIT) as u32) as i32);
        scored.clear();
        for column in (x / UNIT - 2).max(0)..=(x / UNIT + 2).min(side - 1) {
            for row in (y / UNIT - 2).max(0)..=(y / UNIT + 2).min(side - 1) {
                let (dx, dy) = (column * UNIT + UNIT / 2 - x, row * UNIT + UNIT / 2 - y);
                let site = row * side + column;
                let score = liking[site as usize] + dice.gumbel() / 2 - (dx * dx + dy * dy).isqrt() * 7 / 10;
                scored.push((score, site));
            }
        }
        scored.sort_unstable_by_key(|(score, site)| (-score, *site));
        person.wishes.clear();
        for (_, site) in scored.iter().take(length) {
            person.wishes.push(Wish::Session(*site as u32 * SESSIONS + hours.draw(&mut dice)));
        }
        listener.person(&person);
    }
}

/// Sessions without geography (`uniform`) or in a circle (`ring`).
fn line(family: Family, people: u32, length: usize, listener: &mut dyn Listener) {
    let mut dice = Dice::new(3);
    let sessions = (people / PEOPLE_PER_SESSION).max(16) / SESSIONS * SESSIONS;
    let liking = Zipf::new(sessions, 0.5);
    listener.supply(supply(family, people, vec![SESSIONS; (sessions / SESSIONS) as usize], &mut dice));
    let mut person = Person { tier: 1, wishes: Vec::new() };
    for _ in 0..people {
        person.wishes.clear();
        let home = dice.below(sessions);
        while person.wishes.len() < length.min(11) {
            let session = match family {
                Family::Ring => (home + sessions - 5 + dice.below(11)) % sessions,
                _ => liking.draw(&mut dice),
            };
            if !person.wishes.contains(&Wish::Session(session)) {
                person.wishes.push(Wish::Session(session));
            }
        }
        listener.person(&person);
    }
}

fn supply(family: Family, people: u32, sessions_per_site: Vec<u32>, dice: &mut Dice) -> Supply {
    let sessions: u32 = sessions_per_site.iter().sum();
    let mean = (u64::from(people) * family.seats_percent() / 100 / u64::from(sessions)) as u32;
    let seats: Vec<u32> = (0..sessions).map(|_| dice.about(mean)).collect();
    let reserve = |(session, seats): (usize, &u32)| match family {
        Family::Mixed if session % 3 == 0 => seats / 4,
        _ => 0,
    };
    let reserved = seats.iter().enumerate().map(reserve).collect();
    Supply { sessions_per_site, seats, reserved }
}

/// 0, then the sum of the first, of the first two, ….
fn running(counts: &[u32]) -> Vec<u32> {
    let mut sums = vec![0];
    sums.extend(counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    }));
    sums
}

/// Drops what is listed twice.
fn unique(wishes: &mut Vec<Wish>) {
    let mut kept = 0;
    for next in 0..wishes.len() {
        if !wishes[..kept].contains(&wishes[next]) {
            wishes[kept] = wishes[next];
            kept += 1;
        }
    }
    wishes.truncate(kept);
}
