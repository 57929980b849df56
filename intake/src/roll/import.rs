//! A file of people: looked at as a whole, then put on the roll in parts, each in a short turn of its own.
//!
//! **Invariant:** nothing is written before [`Look::apply`]. Each part is a line of the journal, whole or not at all; the
//! same file again adds what is missing and changes nothing else. Memory does not grow with the file.

use super::{
    OTHERS, Roll, RollError, WrongLine, WrongLines,
    compare::Compared,
    contacts::{Full, LONGEST, Seal, Sheets},
    rows::{Line, Row},
    sorted::{ROOM, Sorter, Staged},
};
use crate::{
    journal::RollChange,
    secrets::Secrets,
    store::{Of, Part, StoreError},
};
use protocol::programme::{Programme, civil::Date};
use std::{mem, sync::Arc};

/// Lines that are understood together.
const LINES: usize = 10_000;

/// Changes of one part: a turn of some tenths of a second.
const PART: usize = 50_000;

/// A file that was understood and compared with the roll. Nothing is written yet.
pub struct Look<'a> {
    roll: &'a Roll,
    compared: Compared,
    looked: Looked,
    sheets: Full,
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
    /// The lines of the journal that say so, one for each part, by which [`Roll::undoing`] takes it back.
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
        let (mut wrong, mut lines, mut sheets) = (WrongLines::default(), Sorter::new(ROOM), Sheets::new(seal));
        let mut file = file.fuse();
        let mut understood = Vec::new();
        loop {
            // The next lines are read while those before are understood by another thread.
            let rows: Vec<Line> = file.by_ref().take(LINES).collect();
            let is_end = rows.is_empty();
            let (programme, secrets) = (self.database.programme.clone(), self.secrets.clone());
            let coming = tokio::task::spawn_blocking(move || understand_all(&programme, &secrets, rows));
            for line in mem::take(&mut understood) {
                match line {
                    Ok((line, Contact::None)) => lines.put(line)?,
                    Ok((line, Contact::Of { reference, contact })) => {
                        lines.put(line)?;
                        sheets.add(&reference, &contact)?;
                    }
                    Err((line, fault)) => wrong.add(line, fault),
                }
            }
            understood = coming.await.map_err(|error| StoreError::Database(error.to_string()))?;
            if is_end {
                break;
            }
        }
        let sheets = sheets.end()?;
        let mut compared = Compared::with(self, lines.sorted()?).await?;
        let contradictions = mem::take(&mut compared.contradictions);
        wrong.more += contradictions.beyond();
        contradictions.shown().into_iter().for_each(|(line, before)| wrong.add(line, WrongLine::Twice { before }));
        wrong.none()?;
        let looked = self.looked(&mut compared, sheets.contacts);
        Ok(Look { roll: self, compared, looked, sheets })
    }

    fn looked(&self, compared: &mut Compared, contacts: u64) -> Looked {
        let code =
            |district: u16| self.database.programme.districts.get(usize::from(district)).map(|of| of.code.clone());
        let group = |(&(cohort, district), &people): (&(Option<u16>, u16), &u64)| Group {
            cohort,
            district: code(district).unwrap_or_default(),
            people,
        };
        let mut groups: Vec<Group> = compared.groups.iter().map(group).collect();
        groups.sort_by(|a, b| (a.cohort, &a.district).cmp(&(b.cohort, &b.district)));
        let registered = mem::take(&mut compared.registered);
        Looked {
            groups,
            added: compared.added.len(),
            corrected: compared.corrected.len(),
            unchanged: compared.unchanged,
            registered: registered.all(),
            registered_lines: registered.shown(),
            repeated: compared.repeated,
            contacts,
        }
    }
}

/// A line, and how to reach the person, if the file says it.
type Understood = Result<(Staged, Contact), (u64, WrongLine)>;

enum Contact {
    None,
    Of { reference: String, contact: String },
}

fn understand_all(programme: &Programme, secrets: &Secrets, rows: Vec<Line>) -> Vec<Understood> {
    let understand = |row: Row| {
        let line = understand(programme, secrets, &row)?;
        let Row { reference, contact, .. } = row;
        let contact = if contact.is_empty() { Contact::None } else { Contact::Of { reference, contact } };
        Ok((line, contact))
    };
    rows.into_iter().map(|row| row.and_then(understand)).collect()
}

fn understand(programme: &Programme, secrets: &Secrets, row: &Row) -> Result<Staged, (u64, WrongLine)> {
    let wrong = |fault| Err((row.line, fault));
    if row.reference.is_empty() {
        return wrong(WrongLine::NoReference);
    }
    if !is_one_line(&row.reference) {
        return wrong(WrongLine::Reference);
    }
    let shown = |text: &str| text.chars().take(WrongLines::WIDTH).collect();
    let Some(born) = Date::parse(&row.born) else { return wrong(WrongLine::BirthDate(shown(&row.born))) };
    let Some(district) = programme.district_of(&row.district) else {
        return wrong(WrongLine::District(shown(&row.district)));
    };
    if !is_one_line(&row.contact) {
        return wrong(WrongLine::Contact);
    }
    let cohort = programme.cohort_of(born, district);
    Ok(Staged { line: row.line, person: secrets.person(&row.reference), born, district, cohort })
}

fn is_one_line(text: &str) -> bool {
    text.len() <= LONGEST && !text.chars().any(char::is_control)
}

impl Look<'_> {
    /// What the file says, and what it would change.
    pub fn looked(&self) -> Looked {
        self.looked.clone()
    }

    /// Puts on the roll what the file changes, part by part; `tell` hears how many changes are made.
    ///
    /// # Errors
    /// [`RollError::Cut`] if the roll was changed by others since it was looked at, somebody who is corrected has
    /// registered since, the register is frozen, or the store cannot write. What was put on the roll until then stays.
    pub async fn apply(mut self, tell: &mut dyn FnMut(u64)) -> Result<Imported, RollError> {
        let (mut lines, mut next_line) = (Vec::new(), self.compared.next_line);
        let (all, mut done) = (self.looked.changes(), 0);
        let mut part = self.part(done)?;
        while let Some(now) = part {
            let (clock, by) = (&self.roll.clock, &self.roll.by);
            let end = done + now.len();
            let written = self.roll.database.store.put_part(clock.now(), by, next_line, now);
            // The next part is made ready while the store writes this one.
            let (written, next) = tokio::join!(written, async { self.part(end) });
            let line = written.map_err(|reason| RollError::Cut { done, all, reason })?;
            lines.push(line);
            next_line = line + 1;
            (done, part) = (end, next?);
            tell(done);
            if self.roll.is_open() && done < all {
                tokio::time::sleep(OTHERS).await;
            }
        }
        lines.extend(self.keep_contacts((done, all)).await?);
        let in_no_cohort = self.looked.in_no_cohort();
        let Looked { added, corrected, unchanged, registered, .. } = self.looked;
        Ok(Imported { added, corrected, unchanged, registered, in_no_cohort, lines })
    }

    /// The next changes after so many: those who are new, then those who are corrected.
    fn part(&self, done: u64) -> Result<Option<Part>, RollError> {
        let Compared { added, corrected, .. } = &self.compared;
        let programme: &Arc<Programme> = &self.roll.database.programme;
        let change = |line: Staged| {
            let district = programme.districts.get(usize::from(line.district)).map(|district| district.code.clone());
            RollChange { person: line.person, now: district.map(|district| (line.born, district)) }
        };
        let mut lines = added.get(done, PART)?;
        let new = lines.len();
        lines.extend(corrected.get((done + new as u64).saturating_sub(added.len()), PART - new)?);
        let of = if lines.len() == new { Of::New } else { Of::Any };
        let part = Part::new(of, lines.into_iter().map(change).collect());
        Ok(Some(part).filter(|part| part.len() > 0))
    }

    /// Contacts come last: who is not on the roll has none.
    async fn keep_contacts(&mut self, (done, all): (u64, u64)) -> Result<Vec<u64>, RollError> {
        let mut lines = Vec::new();
        loop {
            let sheets = self.sheets.take()?;
            if sheets.is_empty() {
                return Ok(lines);
            }
            let (clock, by) = (&self.roll.clock, &self.roll.by);
            let written = self.roll.database.store.put_contacts(clock.now(), by, &sheets).await;
            lines.push(written.map_err(|reason| RollError::Cut { done, all, reason })?);
            if self.roll.is_open() {
                tokio::time::sleep(OTHERS).await;
            }
        }
    }
}
