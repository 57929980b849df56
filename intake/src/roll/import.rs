//! A file of people: looked at as a whole, then put on the roll in parts, each in a short turn of its own.
//!
//! **Invariant:** nothing is written before [`Look::apply`]. Each part is a line of the journal, whole or not at all; the
//! same file again adds what is missing and changes nothing else. Memory does not grow with the file.

use super::{
    Roll, RollError, WrongLine, WrongLines,
    contacts::{self, Seal, Sheets},
    rows::{Line, Row},
};
use crate::store::{Compared, Stage, Staged};
use protocol::programme::civil::Date;
use std::{ops::Range, time::Duration};

/// Lines that are staged together.
const STAGED: usize = 10_000;

/// Changes of one part: a turn of some tenths of a second.
const PART: u32 = 50_000;

/// While the window is open, those who register have the store for as long between two parts.
const OTHERS: Duration = Duration::from_millis(300);

/// A file that was understood and compared with the roll. Nothing is written yet.
pub struct Look<'a> {
    roll: &'a Roll,
    stage: Box<dyn Stage>,
    compared: Compared,
    contacts: u64,
}

/// What a file says, and what it would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// People of the file by cohort and district, those of no cohort first.
    pub groups: Vec<Group>,
    /// People who are not on the roll yet.
    pub added: u64,
    /// People whose birth date or district is corrected.
    pub corrected: u64,
    /// People who are there as they are.
    pub unchanged: u64,
    /// People who have registered with another birth date or district. They stay as they are: the entry would be of
    /// another cohort, or its choices out of reach.
    pub registered: u64,
    /// Their lines in the file, the first [`WrongLines::SHOWN`].
    pub registered_lines: Vec<u64>,
    /// Lines that say again what a line before said.
    pub repeated: u64,
    /// Contacts, each of which will count instead of an earlier one of the same person.
    pub contacts: u64,
}

/// People of one cohort and district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The cohort's place in the programme; none for people who will be told that they are not eligible.
    pub cohort: Option<u16>,
    /// The district's code.
    pub district: String,
    /// How many.
    pub people: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People who were not on the roll.
    pub added: u64,
    /// People whose birth date or district was corrected.
    pub corrected: u64,
    /// People who were there as they are.
    pub unchanged: u64,
    /// People who have registered with another birth date or district, and stay as they are.
    pub registered: u64,
    /// People of the file whose birth date is in no cohort of their district: they will be told that they are not eligible.
    pub in_no_cohort: u64,
    /// The lines of the journal that say so, one for each part, by which [`Roll::undo`] takes it back.
    pub lines: Vec<u64>,
}

impl Looked {
    /// Changes that the file asks for.
    pub fn changes(&self) -> u64 {
        self.added + self.corrected
    }

    /// People of the file whose birth date is in no cohort of their district.
    pub fn in_no_cohort(&self) -> u64 {
        self.groups.iter().filter(|group| group.cohort.is_none()).map(|group| group.people).sum()
    }
}

impl Roll {
    /// Reads all lines of a file and compares them with the roll. Nothing is written and nobody waits. Contacts are
    /// encrypted by `seal` as they are read.
    ///
    /// # Errors
    /// [`RollError::Lines`] with every wrong line, if there is one; [`RollError::Store`].
    pub async fn look(&self, file: impl Iterator<Item = Line>, seal: Option<&Seal<'_>>) -> Result<Look<'_>, RollError> {
        let mut stage = self.database.store.stage().await?;
        let (mut wrong, mut staged) = (WrongLines::default(), Vec::with_capacity(STAGED));
        let mut sheets = Sheets::new(seal);
        for line in file {
            match line.and_then(|row| Ok((self.understand(&row)?, row))) {
                Ok((line, row)) => {
                    staged.push(line);
                    sheets.add(&mut *stage, &row.reference, &row.contact).await?;
                }
                Err((line, fault)) => wrong.add(line, fault),
            }
            if staged.len() == STAGED {
                stage.put(&staged).await?;
                staged.clear();
            }
        }
        stage.put(&staged).await?;
        sheets.end(&mut *stage).await?;
        let compared = stage.compare(WrongLines::SHOWN).await?;
        for (line, before) in &compared.contradictions {
            wrong.add(*line, WrongLine::Twice { before: *before });
        }
        wrong.more += compared.contradicting - compared.contradictions.len() as u64;
        wrong.none()?;
        Ok(Look { roll: self, stage, compared, contacts: sheets.contacts })
    }

    fn understand(&self, line: &Row) -> Result<Staged, (u64, WrongLine)> {
        let wrong = |fault| Err((line.line, fault));
        if line.reference.is_empty() {
            return wrong(WrongLine::NoReference);
        }
        let Some(born) = Date::parse(&line.born) else { return wrong(WrongLine::BirthDate(line.born.clone())) };
        let programme = &self.database.programme;
        let Some(district) = programme.district_of(&line.district) else {
            return wrong(WrongLine::District(line.district.clone()));
        };
        if line.contact.len() > contacts::LONGEST || line.contact.chars().any(char::is_control) {
            return wrong(WrongLine::Contact);
        }
        let cohort = programme.cohort_of(born, district);
        let person = self.secrets.person(&line.reference);
        Ok(Staged { line: line.line, person, born, district: line.district.clone(), cohort })
    }
}

impl Look<'_> {
    /// What the file says, and what it would change.
    pub fn looked(&self) -> Looked {
        let Compared { added, corrected, unchanged, registered, repeated, registered_lines, groups, .. } =
            self.compared.clone();
        let group = |(cohort, district, people)| Group { cohort, district, people };
        let groups = groups.into_iter().map(group).collect();
        let contacts = self.contacts;
        Looked { groups, added, corrected, unchanged, registered, registered_lines, repeated, contacts }
    }

    /// Puts on the roll what the file changes, part by part; `tell` hears how many changes are made.
    ///
    /// # Errors
    /// [`RollError::Cut`] if the roll was changed by others since it was looked at, somebody who is corrected has
    /// registered since, the register is frozen, or the store cannot write. What was put on the roll until then stays.
    pub async fn apply(mut self, tell: &mut dyn FnMut(u64)) -> Result<Imported, RollError> {
        let looked = self.looked();
        let (mut lines, mut next_line) = (Vec::new(), self.compared.next_line);
        let all = looked.changes();
        let mut done = 0;
        let mut part = self.stage.changes(0, PART).await?;
        while !part.is_empty() {
            let (clock, by) = (&self.roll.clock, &self.roll.by);
            let end = done + part.len() as u64;
            // The next part is fetched from its own connection while this one is put on the roll.
            let (written, next) = tokio::join!(
                self.roll.database.store.put_part(clock.now(), by, next_line, &part),
                self.stage.changes(end, PART)
            );
            let line = written.map_err(|reason| RollError::Cut { done, all, reason })?;
            lines.push(line);
            next_line = line + 1;
            (done, part) = (end, next?);
            tell(done);
            if self.is_open(clock.now()) && done < all {
                tokio::time::sleep(OTHERS).await;
            }
        }
        lines.extend(self.keep_contacts((done, all)).await?);
        let in_no_cohort = looked.in_no_cohort();
        let Looked { added, corrected, unchanged, registered, .. } = looked;
        Ok(Imported { added, corrected, unchanged, registered, in_no_cohort, lines })
    }

    /// Contacts come last: who is not on the roll has none.
    async fn keep_contacts(&mut self, (done, all): (u64, u64)) -> Result<Vec<u64>, RollError> {
        let (mut lines, mut from) = (Vec::new(), 0);
        loop {
            let sheets = self.stage.sheets(from, contacts::SHEETS).await?;
            if sheets.is_empty() {
                return Ok(lines);
            }
            from += sheets.len() as u64;
            let (clock, by) = (&self.roll.clock, &self.roll.by);
            let written = self.roll.database.store.put_contacts(clock.now(), by, &sheets).await;
            lines.push(written.map_err(|reason| RollError::Cut { done, all, reason })?);
            if self.is_open(clock.now()) {
                tokio::time::sleep(OTHERS).await;
            }
        }
    }

    fn is_open(&self, now: u64) -> bool {
        let window = &self.roll.database.programme.window;
        let open: Range<u64> = window.opens_at_unix_s..window.closes_at_unix_s;
        open.contains(&now)
    }
}
