//! Entries against the roll: what nobody outside can check, as the roll is not published.

use crate::{
    secrets::Person,
    store::{Database, RollLine, StoreError},
};
use protocol::{entry::Revision, ticket::Ticket};

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

impl Database {
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
            self.check_person(entry, line)?;
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

    fn check_person(&self, entry: &Revision, line: &RollLine) -> Result<(), PersonFault> {
        if !line.registered {
            return Err(PersonFault::NoEntry(entry.ticket));
        }
        let district = self.programme.district_of(&line.district);
        if district != Some(entry.body.district) {
            return Err(PersonFault::District(entry.ticket));
        }
        if self.programme.cohort_of(line.born, entry.body.district) != Some(entry.body.cohort) {
            return Err(PersonFault::Cohort(entry.ticket));
        }
        Ok(())
    }
}
