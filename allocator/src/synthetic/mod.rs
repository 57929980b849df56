//! Synthetic demand on real places: a programme's sites and sessions, and invented people who list them, for the demo,
//! simulations and benchmarks.
//!
//! Places and residents are real (`data/README.md`); who lists what is invented, from distance, popularity and taste.
//!
//! **Invariant:** everything is a function of the tables, the [`Shape`] and a 32-byte seed, in integers only, so any
//! machine makes the same world; and a person is a function of the world and its number, so people can be made in any
//! order, in parallel, and the first thousand stay who they are (district, cohort, birth date) when more follow.

mod demand;
mod places;
mod seats;
mod source;
mod source_files;
mod tables;
mod world;

pub use demand::Person;
pub use source_files::{districts_csv, reach_csv, sessions_csv, sites_csv};
pub use tables::{Centre, District, TableError, Tables};
pub use world::{Session, Shape, Site, World};

use jiff::civil::{Date, date};

/// A cohort of the sample programme: everybody born from the first to the last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// Identifier in the programme.
    pub id: &'static str,
    /// Tier, from 1; tier 1 goes first.
    pub tier: u8,
    /// First birth date.
    pub born_from: Date,
    /// Last birth date.
    pub born_to: Date,
}

/// The cohorts of the sample programme in its order: aged 60–69 and 50–59 on 31 August 2023. Their ranges touch.
pub const COHORTS: [Cohort; 2] = [
    Cohort { id: "aged-60-69", tier: 1, born_from: date(1953, 9, 1), born_to: date(1963, 8, 31) },
    Cohort { id: "aged-50-59", tier: 2, born_from: date(1963, 9, 1), born_to: date(1973, 8, 31) },
];

/// Day of the first session, a Monday. Sessions are mornings and afternoons from Monday to Saturday.
pub const FIRST_DAY: Date = date(2023, 9, 4);
