//! A synthetic programme: sites, sessions and their seats, scaled to a number of people.
//!
//! **Invariant:** sessions are grouped by site, in time order within it, every one has at least one seat, and the seats
//! add up to the [`Shape`]'s share of the people exactly (at least one).

use super::places::{self, Reach};
use super::source::{Owner, Source, cumulative};
use super::tables::{Centre, District, Tables};
use super::{FIRST_DAY, seats};
use jiff::ToSpan;
use jiff::civil::DateTime;
use protocol::instance::SiteIndex;

/// How large a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// People who apply.
    pub people: u32,
    /// Seats per hundred people.
    pub seats_percent: u32,
    /// Weeks of sessions, twelve a week and site at most; 0 counts as 1, more than 52 as 52.
    pub weeks: u32,
}

impl Shape {
    /// The sample programme: 85 seats per hundred people, one week.
    pub fn sample(people: u32) -> Self {
        Self { people, seats_percent: 85, weeks: 1 }
    }
}

/// A site of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Identifier.
    pub id: String,
    /// Name in Korean.
    pub name: String,
    /// Place of its district in [`World::districts`].
    pub district: u32,
    /// In millionths of a degree.
    pub latitude_microdeg: i32,
    /// In millionths of a degree.
    pub longitude_microdeg: i32,
    /// How well liked it is, distance apart: 961 to 24,390, median about 1,850, whatever its size.
    pub popularity: u32,
    /// Place of its first session in [`World::sessions`].
    pub(super) first_session: u32,
    /// Running sums of its sessions' attraction, by [`Taste`].
    pub(super) attraction: [Vec<u64>; 3],
}

/// A session of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifier.
    pub id: String,
    /// Its site.
    pub site: SiteIndex,
    /// Korean time, +09:00.
    pub starts_at: DateTime,
    /// Seats, at least 1.
    pub capacity: u32,
}

/// What days somebody likes.
#[derive(Clone, Copy)]
pub(super) enum Taste {
    Any,
    Weekday,
    Saturday,
}

impl Taste {
    const ALL: [Self; 3] = [Self::Any, Self::Weekday, Self::Saturday];
}

/// Sites, sessions and everything that people's choices are drawn from.
pub struct World {
    pub(super) seed: [u8; 32],
    pub(super) reaches: Vec<Reach>,
    /// Running sums of residents: district by district, in each the cohorts in order.
    pub(super) residents: Vec<u64>,
    shape: Shape,
    districts: Vec<District>,
    sites: Vec<Site>,
    sessions: Vec<Session>,
}

/// In which order a site opens its half-days: it has the first few, from a start of its own. Even is a morning.
const OPENING_ORDER: [u32; 12] = [10, 4, 1, 9, 2, 7, 11, 0, 5, 8, 3, 6];

/// A site opens one session more for every so many seats, as long as there are half-days.
const SEATS_PER_SESSION: u64 = 3;

impl World {
    /// The sample programme for so many people.
    pub fn new(tables: &Tables, people: u32, seed: [u8; 32]) -> Self {
        Self::with(tables, Shape::sample(people), seed)
    }

    /// A programme of another shape.
    ///
    /// Seats are dealt to sites in proportion to the residents around them, times 40 to 160 % at random, and to the
    /// sessions of a site times 60 to 140 %, by largest remainders. If there are fewer seats than centres, the centres
    /// with the most residents around them get one each and the others are left out. A site has one session for every
    /// three of its seats, from 1 to 12 a week: on average ten with 20,000 people, two with 2,000, one with 500.
    pub fn with(tables: &Tables, shape: Shape, seed: [u8; 32]) -> Self {
        let catchments = places::catchments(tables.districts(), tables.centres());
        let total = (u64::from(shape.people) * u64::from(shape.seats_percent) / 100).max(1);
        let mut open: Vec<(u32, &Centre, u64)> =
            (0u32..).zip(tables.centres()).zip(catchments).map(|((n, centre), around)| (n, centre, around)).collect();
        open.sort_by_key(|&(number, _, around)| (std::cmp::Reverse(around), number));
        open.truncate(usize::try_from(total).unwrap_or(usize::MAX));
        open.sort_by_key(|&(number, ..)| number);

        let mut sources: Vec<Source> =
            open.iter().map(|&(number, ..)| Source::new(seed, Owner::Centre(number))).collect();
        let popularities: Vec<u32> = sources.iter_mut().map(popularity).collect();
        let weights: Vec<u64> =
            open.iter().zip(&mut sources).map(|((.., around), source)| around * (40 + source.below(121))).collect();

        let reached: Vec<(&Centre, u64)> =
            open.iter().zip(&popularities).map(|(&(_, centre, _), &popularity)| (centre, popularity.into())).collect();
        let mut world = Self {
            seed,
            reaches: places::reaches(tables.districts(), &reached),
            residents: cumulative(tables.districts().iter().flat_map(|d| d.residents).map(u64::from)),
            shape,
            districts: tables.districts().to_vec(),
            sites: Vec::new(),
            sessions: Vec::new(),
        };
        for (((seats, mut source), popularity), (number, centre, _)) in
            seats::deal(total, &weights, 1).into_iter().zip(sources).zip(popularities).zip(open)
        {
            world.open_site(centre, number, popularity, seats, &mut source);
        }
        world
    }

    /// How large it is.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// All districts, by ascending code, with or without a site.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// Sites in programme order, that of their ids.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Sessions in programme order: grouped by site, in time order.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Adds a site and its sessions.
    fn open_site(&mut self, centre: &Centre, number: u32, popularity: u32, seats: u64, source: &mut Source) {
        let site = SiteIndex(u32::try_from(self.sites.len()).unwrap_or(u32::MAX));
        let first_session = u32::try_from(self.sessions.len()).unwrap_or(u32::MAX);
        let half_days = half_days(number, seats, self.shape.weeks);
        let weights: Vec<u64> = half_days.iter().map(|_| 60 + source.below(81)).collect();
        for (&half_day, capacity) in half_days.iter().zip(seats::deal(seats, &weights, 1)) {
            let starts_at = starts_at(half_day);
            let half = if is_morning(half_day) { "am" } else { "pm" };
            self.sessions.push(Session {
                id: format!("{}-{}-{half}", centre.id, starts_at.strftime("%m%d")),
                site,
                starts_at,
                capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
            });
        }
        self.sites.push(Site {
            id: centre.id.clone(),
            name: centre.name.clone(),
            district: centre.district,
            latitude_microdeg: centre.latitude_microdeg,
            longitude_microdeg: centre.longitude_microdeg,
            popularity,
            first_session,
            attraction: Taste::ALL
                .map(|taste| cumulative(half_days.iter().map(|&half_day| attraction(half_day, taste)))),
        });
    }
}

/// Skewed: a few sites are ten times as popular as most. One over a uniform number, so of Pareto's kind.
fn popularity(source: &mut Source) -> u32 {
    u32::try_from(1_000_000 / (41 + source.below(1_000))).unwrap_or(u32::MAX)
}

/// The half-days on which a site is open, ascending; number 0 is the first Monday's morning, 12 the next Monday's.
fn half_days(site: u32, seats: u64, weeks: u32) -> Vec<u32> {
    let count = (seats / SEATS_PER_SESSION).clamp(1, u64::from(weeks.clamp(1, 52)) * 12);
    let mut half_days: Vec<u32> = OPENING_ORDER
        .iter()
        .cycle()
        .skip(site as usize % OPENING_ORDER.len())
        .zip((0..52).flat_map(|week| [week; OPENING_ORDER.len()]))
        .zip(0..count)
        .map(|((&half_day, week), _)| week * 12 + half_day)
        .collect();
    half_days.sort_unstable();
    half_days
}

fn is_morning(half_day: u32) -> bool {
    half_day.is_multiple_of(2)
}

/// Mornings at nine, afternoons at two.
fn starts_at(half_day: u32) -> DateTime {
    let days = i64::from(half_day / 12 * 7 + half_day % 12 / 2);
    FIRST_DAY.saturating_add(days.days()).at(if is_morning(half_day) { 9 } else { 14 }, 0, 0, 0)
}

/// Saturdays are sought more than weekdays, mornings more than afternoons, before taste weighs in.
fn attraction(half_day: u32, taste: Taste) -> u64 {
    let saturday = half_day % 12 / 2 == 5;
    let day = match (taste, saturday) {
        (Taste::Any, false) => 2,
        (Taste::Any, true) => 6,
        (Taste::Weekday, false) => 8,
        (Taste::Weekday, true) => 1,
        (Taste::Saturday, false) => 1,
        (Taste::Saturday, true) => 24,
    };
    day * if is_morning(half_day) { 3 } else { 2 }
}
