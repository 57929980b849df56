//! Where a roll's file lies before it is put on the roll: in tables that nobody else sees and that vanish with their
//! connection. The words here are those that every database understands.
//!
//! **Invariant:** staging and comparing hold no turn: others register meanwhile. What is put on the roll later is
//! compared with nothing but the roll of then: whoever changed it in between makes [`super::Store::put_part`] refuse.

use super::StoreError;
use crate::{journal::RollChange, secrets::Person};
use async_trait::async_trait;
use protocol::{hash::Hash, programme::civil::Date};

/// A line of a file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Staged {
    /// Where it stands in the file, from 1.
    pub(crate) line: u64,
    pub(crate) person: Person,
    pub(crate) born: Date,
    pub(crate) district: String,
    /// The person's cohort, if the programme has one.
    pub(crate) cohort: Option<u16>,
}

/// What a file would do to the roll as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// People who are not on the roll.
    pub(crate) added: u64,
    /// People who are there with another birth date or district.
    pub(crate) corrected: u64,
    /// People who are there as they are.
    pub(crate) unchanged: u64,
    /// People who have registered with another birth date or district: they stay as they are.
    pub(crate) registered: u64,
    /// Lines that say again what a line before said.
    pub(crate) repeated: u64,
    /// Lines of people who have registered, the first of them.
    pub(crate) registered_lines: Vec<u64>,
    /// Lines that say something else of a person than a line before, and that line; the first of them.
    pub(crate) contradictions: Vec<(u64, u64)>,
    /// How many such lines there are.
    pub(crate) contradicting: u64,
    /// People of the file by cohort and district, in this order; those of no cohort first.
    pub(crate) groups: Vec<(Option<u16>, String, u64)>,
    /// The journal's next line before the roll was read.
    pub(crate) next_line: u64,
}

/// Encrypted contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// How many.
    pub(crate) contacts: u64,
    /// What only the officials can open.
    pub(crate) sealed: Vec<u8>,
}

/// The same as it is kept: a sheet that was deleted has left its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptSheet {
    pub(crate) contacts: u64,
    pub(crate) digest: Hash,
    pub(crate) sealed: Option<Vec<u8>>,
}

/// The tables of one file.
#[async_trait]
pub(crate) trait Stage: Send {
    /// Adds lines.
    async fn put(&mut self, lines: &[Staged]) -> Result<(), StoreError>;
    /// Compares all lines with the roll. Of lines to be shown, as many as `shown`.
    async fn compare(&mut self, shown: u32) -> Result<Compared, StoreError>;
    /// Up to `limit` changes from this place on: people to add, then people to correct, each in order of persons.
    async fn changes(&mut self, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError>;
    /// Adds the sheet with this number, from 0.
    async fn put_sheet(&mut self, number: u64, sheet: &Sheet) -> Result<(), StoreError>;
    /// Up to `limit` sheets from this number on.
    async fn sheets(&mut self, from: u64, limit: u32) -> Result<Vec<Sheet>, StoreError>;
}

/// No cohort.
pub(super) const NONE: i64 = -1;

/// What [`Compared`] tells apart, as it stands in the column `fate`.
pub(super) const ADDED: i64 = 0;
pub(super) const CORRECTED: i64 = 1;
pub(super) const UNCHANGED: i64 = 2;
pub(super) const REGISTERED: i64 = 3;

pub(super) const MAKE: &str = "create temp table staged (line bigint not null, person bytea not null,
    born text not null, district text not null, cohort bigint not null)";

pub(super) const MAKE_SHEETS: &str =
    "create temp table sheets (number bigint primary key, contacts bigint not null, sheet bytea not null)";
pub(super) const PUT_SHEET: &str = "insert into sheets (number, contacts, sheet) values ($1, $2, $3)";
pub(super) const SHEETS: &str = "select contacts, sheet from sheets where number >= $1 and number < $2 order by number";

/// Lines of people who stand in the file more than once.
pub(super) const REPEATS: [&str; 2] = [
    "create temp table twice as
     select person, min(line) as first from staged group by person having count(*) > 1",
    "create temp table again as
     select s.line, f.line as before,
            cast(case when s.born = f.born and s.district = f.district then 1 else 0 end as bigint) as same
     from twice t
     join staged f on f.person = t.person and f.line = t.first
     join staged s on s.person = t.person and s.line > t.first",
];
pub(super) const REPEATED: &str = "select same, count(*) from again group by same";
pub(super) const CONTRADICTIONS: &str = "select line, before from again where same = 0 order by line limit $1";
pub(super) const ONCE: &str = "delete from staged where line in (select line from again)";

pub(super) const NEXT_LINE: &str = "select coalesce(max(number) + 1, 0) from journal";
pub(super) const COMPARE: [&str; 2] = [
    "create temp table compared as
     select row_number() over (order by fate, person) - 1 as place, line, person, born, district, cohort, fate
     from (
         select s.line, s.person, s.born, s.district, s.cohort,
                cast(case when r.person is null then 0
                          when r.born = s.born and r.district = s.district then 2
                          when exists (select 1 from entries e where e.person = s.person) then 3
                          else 1 end as bigint) as fate
         from staged s left join roll r on r.person = s.person
     ) as told",
    "create unique index compared_places on compared (place)",
];
pub(super) const FATES: &str = "select fate, count(*) from compared group by fate";
pub(super) const REGISTERED_LINES: &str = "select line from compared where fate = 3 order by line limit $1";
pub(super) const GROUPS: &str =
    "select cohort, district, count(*) from compared group by cohort, district order by cohort, district";
pub(super) const CHANGES: &str = "select person, born, district from compared
     where place >= $1 and place < $2 and fate < 2 order by place";

impl Compared {
    /// Takes in what a database counted.
    pub(super) fn count(&mut self, fate: i64, people: u64) {
        match fate {
            ADDED => self.added = people,
            CORRECTED => self.corrected = people,
            UNCHANGED => self.unchanged = people,
            REGISTERED => self.registered = people,
            _ => {}
        }
    }

    /// Takes in how many lines say the same again, or something else.
    pub(super) fn count_again(&mut self, same: i64, lines: u64) {
        *if same == 1 { &mut self.repeated } else { &mut self.contradicting } = lines;
    }
}
