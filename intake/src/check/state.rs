//! The state that the journal gives, person by person and ticket by ticket, against the one that the store has.

use super::{Checking, Fault, Sums, Tell, roll::Gone};
use crate::{
    forget::Forgotten,
    journal::{CodeChange, RollChange},
    secrets::{CodeHash, Person},
    store::{Database, OfPerson, OfTicket},
};
use protocol::{hash::Hash, programme::civil::Date, ticket::Ticket};

/// One person, as far as the journal has told.
#[derive(Debug)]
struct Told {
    person: Person,
    now: Option<(Date, String)>,
    code: Option<CodeHash>,
    issued: u64,
    /// Whether the roll has said so.
    is_said: bool,
}

#[derive(Debug, Default)]
struct Roll {
    told: Option<Told>,
    people: u64,
    changes: u64,
    codes: u64,
    fault: Option<Fault>,
}

#[derive(Debug, Default)]
struct Entries {
    last: Option<OfTicket>,
    entries: u64,
    revisions: u64,
    fault: Option<Fault>,
}

impl Database {
    /// People and entries, if the state is the one that the lines add up to.
    pub(super) async fn check_state(&self, sums: &Sums, gone: &Gone, tell: &mut Tell<'_>) -> Result<(u64, u64), Fault> {
        if self.store.frozen().await? != sums.frozen {
            return Err(Fault::Freeze);
        }
        if self.store.anchors().await? != sums.anchors {
            return Err(Fault::Anchors);
        }
        let batches = self.store.last_batch().await?.map_or(0, |last| last.number + 1);
        same("batches", sums.batches, batches)?;
        same("sheets of contacts", sums.sheets, self.store.sheet_count().await?)?;
        let of_roll = sums.changes + sums.codes;
        let all = of_roll + sums.revisions;
        let mut roll = Roll::default();
        let (mut of_people, mut of_tickets) = (self.store.roll_story(), self.store.entry_story());
        while let Some(page) = of_people.next().await? {
            page.into_iter().for_each(|told| roll.hear(told));
            tell(Checking::State, roll.changes + roll.codes, all);
        }
        same("changes of the roll", sums.changes, roll.changes)?;
        same("codes", sums.codes, roll.codes)?;
        let roll = roll.end()?;
        let mut entries = Entries::default();
        while let Some(page) = of_tickets.next().await? {
            page.into_iter().for_each(|told| entries.hear(told));
            tell(Checking::State, of_roll + entries.revisions, all);
        }
        same("revisions", sums.revisions, entries.revisions)?;
        let entries = entries.end()?;
        if !gone.is(Forgotten::Roll)
            && let Some(ticket) = self.store.stranger().await?
        {
            return Err(Fault::Stranger(ticket));
        }
        Ok((roll.people, entries.entries))
    }
}

fn same(what: &'static str, covered: u64, found: u64) -> Result<(), Fault> {
    if covered == found { Ok(()) } else { Err(Fault::Uncovered { what, covered, found }) }
}

impl Roll {
    fn hear(&mut self, of: OfPerson) {
        match of {
            OfPerson::Changed(RollChange { person, now }) => {
                self.changes += 1;
                let told = self.of(person);
                if now.is_none() {
                    (told.code, told.issued) = (None, 0);
                }
                told.now = now;
            }
            OfPerson::Code(CodeChange { person, code, issued }) => {
                self.codes += 1;
                let told = self.of(person);
                (told.code, told.issued) = (Some(code), issued);
            }
            OfPerson::Now { person, born, district, code, issued } => {
                self.people += 1;
                let told = self.of(person);
                told.is_said = true;
                if told.now != Some((born, district)) || told.code != code || told.issued != issued {
                    self.accuse(person);
                }
            }
        }
    }

    /// What was told of this person; with another person, the one before is done with.
    fn of(&mut self, person: Person) -> &mut Told {
        if self.told.as_ref().is_none_or(|told| told.person != person) {
            self.leave();
        }
        self.told.get_or_insert(Told { person, now: None, code: None, issued: 0, is_said: false })
    }

    /// Whoever should be on the roll must have been found there.
    fn leave(&mut self) {
        if let Some(told) = self.told.take()
            && told.now.is_some()
            && !told.is_said
        {
            self.accuse(told.person);
        }
    }

    fn accuse(&mut self, person: Person) {
        self.fault.get_or_insert(Fault::Person(Hash(person.0)));
    }

    fn end(mut self) -> Result<Self, Fault> {
        self.leave();
        self.fault.take().map_or(Ok(self), Err)
    }
}

impl Entries {
    fn hear(&mut self, told: OfTicket) {
        let before = self.last.filter(|last| last.ticket == told.ticket);
        if before.is_none() {
            self.leave();
        }
        let fits = match before {
            None => !told.is_entry && told.revision == 1,
            Some(before) if told.is_entry => before == OfTicket { is_entry: false, ..told },
            Some(before) => told.revision == before.revision + 1 && told.person == before.person,
        };
        *if told.is_entry { &mut self.entries } else { &mut self.revisions } += 1;
        if !fits {
            self.accuse(told.ticket);
        }
        self.last = Some(told);
    }

    /// The last thing told of a ticket must be its entry.
    fn leave(&mut self) {
        if let Some(last) = self.last.take()
            && !last.is_entry
        {
            self.accuse(last.ticket);
        }
    }

    fn accuse(&mut self, ticket: Ticket) {
        self.fault.get_or_insert(Fault::Entry(ticket));
    }

    fn end(mut self) -> Result<Self, Fault> {
        self.leave();
        self.fault.take().map_or(Ok(self), Err)
    }
}
