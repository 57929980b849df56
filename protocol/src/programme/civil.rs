//! Civil dates: a day of the proleptic Gregorian calendar, with no time zone and no age arithmetic. SPEC §2.5.
//!
//! **Invariant:** eligibility compares dates with inclusive ranges. Nobody's age is ever computed, so a leap day or a
//! clock cannot make anybody older or younger.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// A day, `YYYY-MM-DD`, of the years 0001 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads exactly `YYYY-MM-DD`; `None` for any other form and for days that do not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let date = Self::within(text.parse().ok()?)?;
        (date.to_string() == text).then_some(date)
    }

    /// The day with these numbers, if it exists in those years.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().and_then(Self::within)
    }

    /// Years before 1 have no form of four digits that sorts.
    fn within(date: jiff::civil::Date) -> Option<Self> {
        (date.year() >= 1).then_some(Self(date))
    }

    /// The next day; `None` after 9999-12-31.
    pub fn tomorrow(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// The day before; `None` before 0001-01-01.
    pub fn yesterday(self) -> Option<Self> {
        self.0.yesterday().ok().and_then(Self::within)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a date YYYY-MM-DD")))
    }
}
