//! Synthetic people: where they live, when they were born and what they list.
//!
//! **Invariant:** a list has one to five different choices; it may name a session and later the whole site it belongs
//! to, never the other way round, since the session would add nothing.

use super::places::Reach;
use super::source::{Owner, Source};
use super::world::{Taste, World};
use super::{COHORTS, Cohort};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use protocol::instance::{Choice, SessionIndex, SiteIndex};

/// Somebody who applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Place of the home district in [`World::districts`].
    pub district: u32,
    /// Birth date.
    pub birth: Date,
    /// Place of the cohort in [`COHORTS`]; `None` for somebody born outside all of them.
    pub cohort: Option<u32>,
    /// The list, best first.
    pub choices: Vec<Choice>,
}

/// Running sums: 10, 15, 25, 20 and 30 % list one to five choices.
const LENGTHS: [u64; 5] = [10, 25, 50, 70, 100];

/// Running sums: 40 % take any day, 35 % like weekdays, 25 % like Saturdays.
const TASTES: [u64; 3] = [40, 75, 100];

/// Of a hundred choices, so many are a whole site.
const WHOLE_SITE_PERCENT: u64 = 20;

/// Of a hundred choices after the first, so many stay at the site of the choice before.
const SAME_SITE_PERCENT: u64 = 45;

/// Where little is on offer, a list ends early after so many draws of something that is on it already.
const DRAWS: u32 = 40;

impl World {
    /// The people of the cohorts, by number.
    pub fn people(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.shape().people).map(|number| self.person(number))
    }

    /// The person of a number, below [`super::Shape::people`] or not: districts and cohorts are drawn in proportion to
    /// residents, the birth date is any day of the cohort.
    pub fn person(&self, number: u32) -> Person {
        let mut source = Source::new(self.seed, Owner::Person(number));
        let stratum = source.pick(&self.residents);
        let (district, cohort) = (stratum / COHORTS.len(), stratum % COHORTS.len());
        let birth = COHORTS.get(cohort).map_or(Date::MIN, |cohort| birth_date(cohort, &mut source));
        self.listing(district, birth, u32::try_from(cohort).ok(), &mut source)
    }

    /// A person of a number whom no cohort takes, for tests of refusal: of every four one was born on the day before
    /// the oldest cohort, one on the day after the youngest, one up to thirty years earlier, one up to thirty later.
    pub fn ineligible_person(&self, number: u32) -> Person {
        let mut source = Source::new(self.seed, Owner::Stranger(number));
        let district = source.pick(&self.residents) / COHORTS.len();
        let days = i64::try_from(source.below(10_957)).unwrap_or(0);
        let birth = match number % 4 {
            0 => date(1953, 8, 31),
            1 => date(1973, 9, 1),
            2 => date(1953, 8, 31).saturating_sub(days.days()),
            _ => date(1973, 9, 1).saturating_add(days.days()),
        };
        self.listing(district, birth, None, &mut source)
    }

    fn listing(&self, district: usize, birth: Date, cohort: Option<u32>, source: &mut Source) -> Person {
        let choices = self.reaches.get(district).map_or_else(Vec::new, |reach| self.choices(reach, source));
        Person { district: u32::try_from(district).unwrap_or(u32::MAX), birth, cohort, choices }
    }

    fn choices(&self, reach: &Reach, source: &mut Source) -> Vec<Choice> {
        let length = source.pick(&LENGTHS) + 1;
        let taste = match source.pick(&TASTES) {
            0 => Taste::Any,
            1 => Taste::Weekday,
            _ => Taste::Saturday,
        };
        let mut choices = Vec::with_capacity(length);
        let mut whole = Vec::new();
        let mut place = source.pick(&reach.attraction);
        for _ in 0..DRAWS {
            let site = reach.sites.get(place).copied().unwrap_or(0);
            let choice = self.choice(site, taste, source);
            if !whole.contains(&site) && !choices.contains(&choice) {
                if choice == Choice::Site(SiteIndex(site)) {
                    whole.push(site);
                }
                choices.push(choice);
            }
            if choices.len() == length {
                break;
            }
            if source.below(100) >= SAME_SITE_PERCENT {
                place = source.pick(&reach.attraction);
            }
        }
        choices
    }

    fn choice(&self, site: u32, taste: Taste, source: &mut Source) -> Choice {
        let whole = source.below(100) < WHOLE_SITE_PERCENT;
        match self.sites().get(site as usize) {
            Some(offer) if !whole => {
                let [any, weekday, saturday] = &offer.attraction;
                let session = source.pick(match taste {
                    Taste::Any => any,
                    Taste::Weekday => weekday,
                    Taste::Saturday => saturday,
                });
                Choice::Session(SessionIndex(offer.first_session + u32::try_from(session).unwrap_or(0)))
            }
            _ => Choice::Site(SiteIndex(site)),
        }
    }
}

/// Any day of the cohort, all equally likely.
fn birth_date(cohort: &Cohort, source: &mut Source) -> Date {
    let days = (cohort.born_to - cohort.born_from).get_days();
    let offset = source.below(u64::try_from(days).unwrap_or(0) + 1);
    cohort.born_from.saturating_add(i64::try_from(offset).unwrap_or(0).days())
}
