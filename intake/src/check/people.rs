//! Entries against the roll: what nobody outside can check, as the roll is not published.

use crate::{
    secrets::Person,
    store::{Database, OfRoll, Pages, StoreError},
};
use protocol::{entry::Revision, programme::civil::Date, ticket::Ticket};
use std::{iter::Peekable, vec::IntoIter};

/// An entry that is not the one of a person on the roll.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersonFault {
    /// Nobody on the roll has this entry.
    #[error("ticket {0}: its person is not on the roll")]
    NotOnRoll(Ticket),
    /// The store has no entry of this person.
    #[error("ticket {0}: the store has no entry of its person")]
    NoEntry(Ticket),
    /// The entry's cohort is not that of the person's birth date and district.
    #[error("ticket {0}: its cohort is not that of the birth date on the roll")]
    Cohort(Ticket),
    /// The entry's district is not the one where the person lives.
    #[error("ticket {0}: its district is not that of the roll")]
    District(Ticket),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The people of all entries in order of tickets, read once and in one go: as many as a nation has are not looked up one by
/// one.
pub struct People {
    database: Database,
    pages: Pages<OfRoll>,
    next: Peekable<IntoIter<OfRoll>>,
}

impl People {
    /// As [`Database::check_people`]. Entries come in order of tickets, each once.
    ///
    /// # Errors
    /// The first [`PersonFault`].
    pub async fn check(&mut self, entries: &[Revision]) -> Result<(), PersonFault> {
        for entry in entries {
            let found = self.find(entry.ticket).await?;
            let found = found.filter(|found| found.person.0 == entry.body.person).and_then(|found| found.now);
            match found {
                Some((born, district)) => self.database.check_person(entry, born, &district)?,
                // What is wrong with it, or whether only the store's own entry is, says the roll.
                None => self.database.check_people(std::slice::from_ref(entry)).await?,
            }
        }
        Ok(())
    }

    async fn find(&mut self, ticket: Ticket) -> Result<Option<OfRoll>, StoreError> {
        loop {
            while let Some(row) = self.next.next_if(|row| row.ticket <= ticket) {
                if row.ticket == ticket {
                    return Ok(Some(row));
                }
            }
            if self.next.peek().is_some() {
                return Ok(None);
            }
            let Some(page) = self.pages.next().await? else { return Ok(None) };
            self.next = page.into_iter().peekable();
        }
    }
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("People(…)")
    }
}

impl Database {
    /// The people of all entries, to be compared with the entries of the register.
    pub fn people(&self) -> People {
        People { database: self.clone(), pages: self.store.people_by_ticket(), next: Vec::new().into_iter().peekable() }
    }

    /// Whether each of these entries is the one entry of a person on the roll, with the cohort and district that the roll
    /// gives.
    ///
    /// # Errors
    /// The first [`PersonFault`].
    pub async fn check_people(&self, entries: &[Revision]) -> Result<(), PersonFault> {
        let people: Vec<Person> = entries.iter().map(|entry| Person(entry.body.person)).collect();
        let lines = self.store.roll_lines(&people).await?;
        for (entry, person) in entries.iter().zip(&people) {
            let line = lines.get(person).ok_or(PersonFault::NotOnRoll(entry.ticket))?;
            if !line.registered {
                return Err(PersonFault::NoEntry(entry.ticket));
            }
            self.check_person(entry, line.born, &line.district)?;
        }
        Ok(())
    }

    /// Whether anybody is on the roll. It is deleted when it is not needed any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_roll(&self) -> Result<bool, StoreError> {
        self.store.has_roll().await
    }

    fn check_person(&self, entry: &Revision, born: Date, district: &str) -> Result<(), PersonFault> {
        let district = self.programme.district_of(district);
        if district != Some(entry.body.district) {
            return Err(PersonFault::District(entry.ticket));
        }
        if self.programme.cohort_of(born, entry.body.district) != Some(entry.body.cohort) {
            return Err(PersonFault::Cohort(entry.ticket));
        }
        Ok(())
    }
}
