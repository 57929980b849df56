//! Imports that were wrong are taken back: looked at as a whole, then part by part, the last first, each in a short turn of
//! its own.
//!
//! A line is *in force* if it put people on the roll and was not taken back. Two lines that were taken back leave the roll as
//! if neither had been, so what a person was before a line is what the last line in force before it says; nobody, if there
//! is none. Parts of one import are people next to each other: lines whose people lie apart need not be compared, and the
//! time is that of one pass over what is in force, and of what the parts hold.
//!
//! **Invariant:** nothing is written before [`Undoing::apply`], and then only if nobody else changed the roll since. What was
//! taken back already is passed over, so the same lines again go on where it stopped.

use super::{OTHERS, Roll, RollError, lines::LineRange};
use crate::{
    journal::{Kind, Line},
    secrets::Person,
    store::{Store, Undo},
};
use std::collections::{BTreeMap, BTreeSet};

/// Lines that can be taken back. Nothing is written yet.
#[derive(Debug)]
pub struct Undoing<'a> {
    roll: &'a Roll,
    /// The journal's next line when this was looked at.
    next_line: u64,
    /// The last first; with each the lines in force before it that may have people of it.
    parts: Vec<(Line, Vec<u64>)>,
    to_undo: ToUndo,
}

/// What taking lines back would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToUndo {
    /// The lines.
    pub lines: Vec<LineRange>,
    /// Those that were asked for and had been taken back before.
    pub before: Vec<LineRange>,
    /// People that they added or corrected, those of each line counted.
    pub people: u64,
    /// Contacts that they brought.
    pub contacts: u64,
    /// Who wrote them.
    pub actors: BTreeSet<String>,
    /// Seconds at which the first and the last of them were written.
    pub written_unix_s: (u64, u64),
}

/// Lines of all kinds but registrations and their anchors.
const NO_REGISTRATIONS: [Kind; 7] =
    [Kind::Carried, Kind::Import, Kind::Undo, Kind::Codes, Kind::Contacts, Kind::Freeze, Kind::Forget];

impl Roll {
    /// The lines of the journal that changed who is on the roll, in order.
    ///
    /// # Errors
    /// [`crate::StoreError`].
    pub async fn changes(&self) -> Result<Vec<Line>, RollError> {
        Ok(self
            .database
            .store
            .lines_of(&[Kind::Carried, Kind::Import, Kind::Undo, Kind::Contacts, Kind::Forget])
            .await?)
    }

    /// These lines of the journal, none of which is of registrations, as few ranges.
    ///
    /// # Errors
    /// [`crate::StoreError`].
    pub async fn ranges(&self, lines: &[u64]) -> Result<Vec<LineRange>, RollError> {
        let known = self.database.store.lines_of(&NO_REGISTRATIONS).await?;
        Ok(LineRange::join(&lines.iter().copied().collect(), &numbers(&known)))
    }

    /// Takes the import of this line back, as [`Roll::undoing`]. Gives the line that says so.
    ///
    /// # Errors
    /// As [`Roll::undoing`] and [`Undoing::apply`].
    pub async fn undo(&self, line: u64) -> Result<u64, RollError> {
        let undone = self.undoing(&[LineRange::of(line)], &mut |_, _| ()).await?.apply(&mut |_| ()).await?;
        undone.first().copied().ok_or(RollError::Undone { lines: vec![LineRange::of(line)] })
    }

    /// Looks whether the imports of these lines can be taken back: who was not on the roll before them is then not any more,
    /// with their codes; who was corrected is as before. Registrations that lie between the lines stay. `tell` hears how many
    /// lines of how many were looked at.
    ///
    /// # Errors
    /// [`RollError`] if the register is frozen, or a line does not exist, is something else than an import, or has people who
    /// have registered or were changed by others since; or if nothing is left to take back.
    pub async fn undoing(&self, asked: &[LineRange], tell: &mut dyn FnMut(u64, u64)) -> Result<Undoing<'_>, RollError> {
        let store = &self.database.store;
        if store.frozen().await?.is_some() {
            return Err(crate::StoreError::Frozen.into());
        }
        let next_line = store.next_line().await?;
        let known = store.lines_of(&NO_REGISTRATIONS).await?;
        let undone: BTreeSet<u64> =
            known.iter().filter(|line| line.kind == Kind::Undo).map(|line| line.first).collect();
        let (before, due) = self.asked(asked, &known, &undone, next_line).await?;
        let ranges =
            |lines: &[&Line]| LineRange::join(&lines.iter().map(|line| line.number).collect(), &numbers(&known));
        if due.is_empty() {
            return Err(RollError::Undone { lines: ranges(&before) });
        }
        let in_force = known.iter().filter(|line| {
            matches!(line.kind, Kind::Carried | Kind::Import) && line.count > 0 && !undone.contains(&line.number)
        });
        let in_force: Vec<u64> = in_force.map(|line| line.number).collect();
        let all = (in_force.len() + due.len()) as u64;
        let people = People::of(&**store, in_force, &mut |done| tell(done, all)).await?;
        let of = |kind: Kind| due.iter().filter(move |line| line.kind == kind).map(|line| line.count).sum();
        let time = |line: Option<&&Line>| line.map_or(0, |line| line.time_unix_s);
        let to_undo = ToUndo {
            lines: ranges(&due),
            before: ranges(&before),
            people: of(Kind::Import),
            contacts: of(Kind::Contacts),
            actors: due.iter().map(|line| line.actor.clone()).collect(),
            written_unix_s: (time(due.first()), time(due.last())),
        };
        let numbers: BTreeSet<u64> = due.iter().map(|line| line.number).collect();
        let (mut registered, mut of_lines, mut parts) = (0, Vec::new(), Vec::new());
        for (done, line) in (people.of.len() as u64..).zip(due.iter().rev()) {
            people.unless_changed(&**store, line.number, &numbers).await?;
            let people_here = store.registered(line.number).await?;
            if people_here > 0 {
                registered += people_here;
                of_lines.push(*line);
            }
            parts.push(((*line).clone(), people.before(line.number)));
            tell(done + 1, all);
        }
        if registered > 0 {
            return Err(RollError::Registered { people: registered, lines: ranges(&of_lines) });
        }
        Ok(Undoing { roll: self, next_line, parts, to_undo })
    }

    /// Of the lines that were asked for those that were taken back before, and those that were not, in order.
    async fn asked<'a>(
        &self,
        asked: &[LineRange],
        known: &'a [Line],
        undone: &BTreeSet<u64>,
        next: u64,
    ) -> Result<(Vec<&'a Line>, Vec<&'a Line>), RollError> {
        for range in asked {
            if range.last() >= next {
                return Err(RollError::NoLine { line: range.last(), next });
            }
            if !known.iter().any(|line| range.contains(line.number)) {
                let found = self.database.store.journal(range.first(), 1).await?;
                let kind = found.first().map_or("", |line| line.kind.name());
                return Err(RollError::NoImport { line: range.first(), kind });
            }
        }
        let (mut before, mut due) = (Vec::new(), Vec::new());
        for line in known.iter().filter(|line| asked.iter().any(|range| range.contains(line.number))) {
            match line.kind {
                Kind::Import | Kind::Contacts if undone.contains(&line.number) => before.push(line),
                Kind::Import | Kind::Contacts => due.push(line),
                kind => return Err(RollError::NoImport { line: line.number, kind: kind.name() }),
            }
        }
        Ok((before, due))
    }
}

impl Undoing<'_> {
    /// What this would do.
    pub fn to_undo(&self) -> &ToUndo {
        &self.to_undo
    }

    /// Takes the lines back, the last first; `tell` hears how many people and contacts are done. Gives the lines of the journal
    /// that say so, in order.
    ///
    /// # Errors
    /// [`RollError::UndoCut`] if the roll was changed by others since this was looked at, somebody has registered since, the
    /// register is frozen, or the store cannot write. What was taken back until then stays so.
    pub async fn apply(self, tell: &mut dyn FnMut(u64)) -> Result<Vec<u64>, RollError> {
        let Self { roll, mut next_line, parts, .. } = self;
        let (all, mut written, mut told) = (parts.len() as u64, Vec::new(), 0);
        for (Line { number: line, count, .. }, before) in parts {
            let undo = Undo { line, next_line, before };
            let cut = |reason| RollError::UndoCut { done: written.len() as u64, all, line, reason };
            let undone = roll.database.store.undo_import(roll.clock.now(), &roll.by, &undo).await.map_err(cut)?;
            written.push(undone);
            next_line = undone + 1;
            told += count;
            tell(told);
            if roll.is_open() && (written.len() as u64) < all {
                tokio::time::sleep(OTHERS).await;
            }
        }
        Ok(written)
    }
}

/// The lines in force, each with its first and its last person in order of persons.
struct People {
    of: BTreeMap<u64, (Person, Person)>,
}

impl People {
    async fn of(store: &dyn Store, in_force: Vec<u64>, tell: &mut dyn FnMut(u64)) -> Result<Self, RollError> {
        let mut of = BTreeMap::new();
        for (done, line) in (1..).zip(in_force) {
            of.extend(store.span(line).await?.map(|span| (line, span)));
            tell(done);
        }
        Ok(Self { of })
    }

    /// Other lines that may have people of this one, in order.
    fn near(&self, line: u64) -> impl Iterator<Item = u64> {
        let here = self.of.get(&line);
        let meets = move |&(other, (first, last)): &(&u64, &(Person, Person))| {
            *other != line && here.is_some_and(|here| here.0 <= *last && *first <= here.1)
        };
        self.of.iter().filter(meets).map(|(other, _)| *other)
    }

    fn before(&self, line: u64) -> Vec<u64> {
        self.near(line).take_while(|other| *other < line).collect()
    }

    /// Refuses if a later line that is not taken back with this one changed somebody of it.
    async fn unless_changed(&self, store: &dyn Store, line: u64, with: &BTreeSet<u64>) -> Result<(), RollError> {
        for by in self.near(line).filter(|other| *other > line && !with.contains(other)) {
            if store.in_both(line, by).await? > 0 {
                return Err(RollError::ChangedSince { line, by });
            }
        }
        Ok(())
    }
}

fn numbers(lines: &[Line]) -> Vec<u64> {
    lines.iter().map(|line| line.number).collect()
}
