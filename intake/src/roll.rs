//! Who may register: the eligibility roll and its access codes.
//!
//! **Invariant:** the roll's references are not stored, only their keyed commitments; of codes only keyed hashes. A
//! person has at most one code in force.

use crate::{
    clock::Clock,
    code::AccessCode,
    journal::{By, RollChange},
    randomness::{self, NoRandomness},
    secrets::{Person, Secrets},
    store::{Database, RollLine, StoreError},
};
use protocol::programme::civil::Date;
use serde::Deserialize;
use std::{collections::BTreeMap, io::Read};

/// The roll of one draw.
#[derive(Clone, Debug)]
pub struct Roll {
    database: Database,
    secrets: Secrets,
    by: By,
    clock: Clock,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People who were not on the roll.
    pub added: u64,
    /// People whose birth date or district was corrected.
    pub corrected: u64,
    /// People who were there as they are.
    pub unchanged: u64,
    /// People of the file whose birth date is in no cohort of their district: they will be told that they are not eligible.
    pub in_no_cohort: u64,
    /// The line of the journal that says so, by which [`Roll::undo`] takes it back; none if nothing changed.
    pub line: Option<u64>,
}

/// An access code for one person, to be sent by letter and then forgotten.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The roll's reference of the person.
    pub reference: String,
    /// The code.
    pub code: AccessCode,
}

/// Whether somebody who has a code may be given another one, which voids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reissue {
    /// Only those without a code.
    Refuse,
    /// Everybody who is named.
    Allow,
}

/// Why the roll was not changed. Nothing of the file was taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RollError {
    /// Not a CSV file with the columns `reference,born,district`.
    #[error("line {line}: a roll has the columns reference, born, district: {reason}")]
    Csv {
        /// Line of the file, from 1.
        line: u64,
        /// What the reader said.
        reason: String,
    },
    /// An empty reference.
    #[error("line {line}: the reference is empty")]
    NoReference {
        /// Line of the file, from 1.
        line: u64,
    },
    /// Not a date.
    #[error("line {line}: {born:?} is not a date YYYY-MM-DD")]
    BirthDate {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        born: String,
    },
    /// A district that the programme does not have.
    #[error("line {line}: the programme has no district {district:?}")]
    District {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        district: String,
    },
    /// The same reference twice in the file.
    #[error("line {line}: the reference stands in line {before} already")]
    Twice {
        /// Line of the file, from 1.
        line: u64,
        /// Where it stands first.
        before: u64,
    },
    /// The birth date or district of somebody who has registered with another: the entry would be of another cohort, or
    /// its choices out of reach.
    #[error(
        "line {line}: this person has registered with another birth date or district; the entry must be settled first"
    )]
    Registered {
        /// Line of the file, from 1.
        line: u64,
    },
    /// A code for somebody who is not on the roll.
    #[error("{reference:?} is not on the roll")]
    NotOnRoll {
        /// The reference.
        reference: String,
    },
    /// Mailed codes would become void.
    #[error("{people} of these people have a code already")]
    HaveCodes {
        /// How many.
        people: u64,
    },
    /// A reference twice in one issue: which code should count?
    #[error("{reference:?} was to get two codes at once")]
    TwoCodes {
        /// The reference.
        reference: String,
    },
    /// No randomness for codes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    reference: String,
    born: String,
    district: String,
}

struct NewLine {
    line: u64,
    born: Date,
    district: String,
}

impl Roll {
    /// The roll in this database.
    pub fn new(database: Database, secrets: Secrets) -> Self {
        Self { database, secrets, by: By::command(), clock: Clock::System }
    }

    /// The same, with somebody else in the journal.
    pub fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// Takes in a CSV file (RFC 4180, UTF-8) with the columns `reference,born,district`: all of it or nothing. White
    /// space around values is dropped. The same file twice changes nothing.
    ///
    /// # Errors
    /// [`RollError`] accuses the first line that is wrong.
    pub async fn import(&self, csv: impl Read) -> Result<Imported, RollError> {
        let new = self.read(csv)?;
        let people: Vec<Person> = new.keys().copied().collect();
        let old = self.database.store.roll_lines(&people).await?;
        let mut imported = Imported::default();
        let mut changed = Vec::new();
        for (person, line) in new {
            let programme = &self.database.programme;
            let district = programme.district_of(&line.district);
            let cohort = district.and_then(|district| programme.cohort_of(line.born, district));
            imported.in_no_cohort += u64::from(cohort.is_none());
            match old.get(&person) {
                None => imported.added += 1,
                Some(RollLine { born, district, .. }) if *born == line.born && *district == line.district => {
                    imported.unchanged += 1;
                    continue;
                }
                Some(old) if old.registered => {
                    return Err(RollError::Registered { line: line.line });
                }
                Some(_) => imported.corrected += 1,
            }
            changed.push(RollChange { person, now: Some((line.born, line.district)) });
        }
        if !changed.is_empty() {
            imported.line = Some(self.database.store.change_roll(self.clock.now(), &self.by, &changed).await?);
        }
        Ok(imported)
    }

    /// Takes an import back by its line in the journal: who was not on the roll before it is not any more, with their
    /// codes; who was corrected is as before. Gives the line that says so.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the line is no import, or somebody of it has registered or was changed since.
    pub async fn undo(&self, line: u64) -> Result<u64, RollError> {
        Ok(self.database.store.undo_import(self.clock.now(), &self.by, line).await?)
    }

    /// Makes a fresh code of 80 random bits for each of these people. No code is in force before [`Roll::put_codes`]:
    /// whoever has to hand them out can keep them first.
    ///
    /// # Errors
    /// [`RollError`] if a reference is not on the roll or given twice, or has a code already and `reissue` is
    /// [`Reissue::Refuse`]; then nobody gets a code.
    pub async fn make_codes(&self, references: &[String], reissue: Reissue) -> Result<Vec<Issued>, RollError> {
        let mut people = BTreeMap::new();
        for reference in references {
            if people.insert(self.secrets.person(reference.trim()), reference).is_some() {
                return Err(RollError::TwoCodes { reference: reference.clone() });
            }
        }
        let known = self.database.store.roll_lines(&people.keys().copied().collect::<Vec<_>>()).await?;
        if let Some((_, reference)) = people.iter().find(|(person, _)| !known.contains_key(person)) {
            return Err(RollError::NotOnRoll { reference: (*reference).clone() });
        }
        let have = known.values().filter(|line| line.has_code).count();
        if have > 0 && reissue == Reissue::Refuse {
            return Err(RollError::HaveCodes { people: have as u64 });
        }
        let make = |reference: &String| {
            Ok(Issued { reference: reference.trim().to_owned(), code: AccessCode::new(randomness::system()?) })
        };
        references.iter().map(make).collect()
    }

    /// Puts codes into force, all or none; any earlier code of these people is void from then on.
    ///
    /// # Errors
    /// [`RollError`] if somebody is not on the roll any more.
    pub async fn put_codes(&self, issued: &[Issued]) -> Result<(), RollError> {
        let hash = |issued: &Issued| (self.secrets.person(&issued.reference), self.secrets.code(&issued.code));
        let hashes: Vec<_> = issued.iter().map(hash).collect();
        if !hashes.is_empty() {
            self.database.store.put_codes(self.clock.now(), &self.by, &hashes).await?;
        }
        Ok(())
    }

    fn read(&self, csv: impl Read) -> Result<BTreeMap<Person, NewLine>, RollError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
        let columns = reader.headers().map_err(|error| not_csv(1, &error))?.clone();
        let mut lines: BTreeMap<Person, NewLine> = BTreeMap::new();
        // An empty roll with other columns would pass for nobody to add.
        csv::StringRecord::from(vec!["", "", ""]).deserialize::<Line>(Some(&columns)).map_err(|e| not_csv(1, &e))?;
        for record in reader.records() {
            let record = record.map_err(|error| not_csv(error.position().map_or(0, csv::Position::line), &error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let Line { reference, born, district } =
                record.deserialize(Some(&columns)).map_err(|error| not_csv(line, &error))?;
            if reference.is_empty() {
                return Err(RollError::NoReference { line });
            }
            let Some(born) = Date::parse(&born) else { return Err(RollError::BirthDate { line, born }) };
            if self.database.programme.district_of(&district).is_none() {
                return Err(RollError::District { line, district });
            }
            let person = self.secrets.person(&reference);
            if let Some(before) = lines.insert(person, NewLine { line, born, district }) {
                return Err(RollError::Twice { line, before: before.line });
            }
        }
        Ok(lines)
    }
}

fn not_csv(line: u64, error: &csv::Error) -> RollError {
    RollError::Csv { line, reason: error.to_string() }
}
