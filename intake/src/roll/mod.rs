//! Who may register: the eligibility roll and its access codes.
//!
//! **Invariant:** the roll's references are not stored, only their keyed commitments; of codes only keyed hashes. A
//! person has at most one code in force.

mod compare;
mod contacts;
mod error;
mod import;
mod lines;
mod rows;
mod sorted;
mod undo;

pub use contacts::Seal;
pub use error::{RollError, Wrong, WrongForm, WrongLine, WrongLines};
pub use import::{Group, Imported, Look, Looked};
pub use lines::{LineRange, NoLineRange};
pub use rows::{COLUMNS as ROLL_COLUMNS, Line as RollLine, Row, csv_reader, csv_rows};
pub use undo::{ToUndo, Undoing};

use crate::{clock::Clock, code::AccessCode, journal::By, randomness, secrets::Secrets, store::Database};
use std::{collections::BTreeMap, io::Read, ops::Range, time::Duration};

/// While the window is open, those who register have the store for as long between two parts of a long change.
const OTHERS: Duration = Duration::from_millis(300);

/// The roll of one draw.
#[derive(Clone, Debug)]
pub struct Roll {
    pub(crate) database: Database,
    secrets: Secrets,
    pub(crate) by: By,
    pub(crate) clock: Clock,
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

impl Roll {
    /// The roll in this database.
    pub fn new(database: Database, secrets: Secrets) -> Self {
        Self { database, secrets, by: By::command(), clock: Clock::System }
    }

    /// The same by another clock.
    #[must_use]
    pub fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same, with somebody else in the journal.
    #[must_use]
    pub fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// Takes in a CSV file (RFC 4180, UTF-8) with the columns `reference,born,district` without asking anybody. White
    /// space around values is dropped. The same file twice changes nothing.
    ///
    /// # Errors
    /// As [`Roll::look`] and [`Look::apply`].
    pub async fn import(&self, csv: impl Read) -> Result<Imported, RollError> {
        self.look(csv_rows(csv)?, None).await?.apply(&mut |_| ()).await
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

    /// Whether people register just now.
    fn is_open(&self) -> bool {
        let window = &self.database.programme.window;
        let open: Range<u64> = window.opens_at_unix_s..window.closes_at_unix_s;
        open.contains(&self.clock.now())
    }
}
