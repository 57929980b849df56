//! A register read run by run, without holding it: what must hold between its runs. SPEC §6.
//!
//! **Invariant:** runs that [`Sequence`] takes, and in which [`Alike`] finds nobody twice, are those that
//! [`super::Register::join`] takes, with the same root. It holds 8 bytes for each entry: the beginning of the commitment
//! to the person. Where two of them begin alike, which no honest register is expected to have, the runs are read again.

use super::{RUN_ENTRIES, RegisterError, Run};
use crate::{hash::Hash, merkle, ticket::Ticket};
use std::collections::BTreeMap;

/// What a run says to its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    number: u32,
    first: Ticket,
    last: Ticket,
    root: Hash,
    /// The first eight bytes of each entry's person.
    persons: Vec<u64>,
}

/// Runs so far.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    runs: u32,
    last: Option<Ticket>,
    /// The last run was a short one: no other may follow.
    ended: bool,
    tree: merkle::Tree,
    persons: Vec<u64>,
}

/// A register that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The register's root.
    pub root: Hash,
    /// How many entries it has.
    pub size: u64,
    /// Persons that begin alike; `None` if no two do.
    pub alike: Option<Alike>,
}

/// Persons who may be the same: to be told by reading all runs again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Beginnings that came more than once, sorted.
    beginnings: Vec<u64>,
    seen: BTreeMap<[u8; 32], Ticket>,
}

impl Run {
    /// What it says to its neighbours. Computes the run's root.
    pub fn link(&self) -> Link {
        let ticket = |revision: Option<&crate::entry::Revision>| revision.map_or(Ticket([0; 12]), |entry| entry.ticket);
        Link {
            number: self.number,
            first: ticket(self.revisions.first()),
            last: ticket(self.revisions.last()),
            root: self.root(),
            persons: self.revisions.iter().map(|revision| beginning(&revision.body.person)).collect(),
        }
    }
}

impl Sequence {
    /// Room for so many entries. Without it, it grows as it must.
    #[must_use]
    pub fn with_room_for(entries: usize) -> Self {
        Self { persons: Vec::with_capacity(entries), ..Self::default() }
    }

    /// Takes the next run.
    ///
    /// # Errors
    /// [`RegisterError`] if it is not the next one, or follows a short one, or its tickets come too early.
    pub fn add(&mut self, run: &Link) -> Result<(), RegisterError> {
        if self.ended {
            return Err(RegisterError::Run(self.runs.saturating_sub(1)));
        }
        if run.number != self.runs {
            return Err(RegisterError::Run(run.number));
        }
        if self.last.is_some_and(|last| last >= run.first) {
            return Err(RegisterError::Order(run.first));
        }
        self.runs += 1;
        self.last = Some(run.last);
        self.ended = run.persons.len() != RUN_ENTRIES;
        self.tree.append(run.root);
        self.persons.extend(&run.persons);
        Ok(())
    }

    /// The register that these runs are.
    pub fn finish(mut self) -> Summary {
        let size = self.persons.len() as u64;
        self.persons.sort_unstable();
        let twice = self.persons.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        let mut beginnings: Vec<u64> = twice.collect();
        beginnings.dedup();
        let alike = (!beginnings.is_empty()).then_some(Alike { beginnings, seen: BTreeMap::new() });
        Summary { root: self.tree.root(), size, alike }
    }
}

impl Alike {
    /// Looks at a run of the same register; each must come once.
    ///
    /// # Errors
    /// [`RegisterError::Person`] names two tickets of one person.
    pub fn look(&mut self, run: &Run) -> Result<(), RegisterError> {
        for revision in &run.revisions {
            let person = revision.body.person;
            if self.beginnings.binary_search(&beginning(&person)).is_ok()
                && let Some(before) = self.seen.insert(person, revision.ticket)
            {
                return Err(RegisterError::Person(before, revision.ticket));
            }
        }
        Ok(())
    }
}

fn beginning(person: &[u8; 32]) -> u64 {
    person.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Body, Channel, Revision, Status};

    /// A run of entries with these tickets and persons.
    fn run(number: u32, entries: &[(u64, [u8; 32])]) -> Run {
        let revision = |(ticket, person): &(u64, [u8; 32])| {
            let mut bytes = [0; 12];
            bytes[4..].copy_from_slice(&ticket.to_be_bytes());
            let next = Hash([0; 32]);
            let (changes, choices) = (Vec::new(), Vec::new());
            let body = Body { cohort: 0, district: 0, channel: Channel::Own, person: *person, next, changes, choices };
            Revision { ticket: Ticket(bytes), revision: 1, status: Status::Active, blinding: [0; 32], body }
        };
        let revisions: Vec<Revision> = entries.iter().map(revision).collect();
        let leaf_hashes = revisions.iter().map(|entry| merkle::leaf_hash(&entry.ticket.0)).collect();
        Run { number, revisions, leaf_hashes }
    }

    fn person(begins: u64, ends: u8) -> [u8; 32] {
        let mut person = [ends; 32];
        person[..8].copy_from_slice(&begins.to_be_bytes());
        person
    }

    fn full(number: u32) -> Run {
        let from = u64::from(number) * RUN_ENTRIES as u64;
        let entries: Vec<_> = (from..from + RUN_ENTRIES as u64).map(|n| (n, person(n.wrapping_mul(!6), 0))).collect();
        run(number, &entries)
    }

    fn read(runs: &[Run]) -> Result<Summary, RegisterError> {
        let mut sequence = Sequence::with_room_for(1);
        runs.iter().try_for_each(|run| sequence.add(&run.link()))?;
        let mut summary = sequence.finish();
        if let Some(alike) = &mut summary.alike {
            runs.iter().try_for_each(|run| alike.look(run))?;
        }
        Ok(summary)
    }

    /// It says of every sequence of runs what joining them says.
    #[track_caller]
    fn as_joined(runs: &[Run]) {
        let (found, joined) = (read(runs), super::super::Register::join(runs.to_vec()));
        match (found, joined) {
            (Ok(summary), Ok(register)) => {
                assert_eq!((summary.root, summary.size), (register.root, register.revisions.len() as u64));
            }
            (found, joined) => assert_eq!(found.err(), joined.err()),
        }
    }

    #[test]
    fn reading_run_by_run_accepts_and_refuses_as_joining_does() {
        let (a, b, last) = (full(0), full(1), run(2, &[(1 << 40, person(1, 1))]));
        for runs in [
            vec![],
            vec![a.clone()],
            vec![a.clone(), b.clone()],
            vec![a.clone(), b.clone(), last.clone()],
            vec![b.clone(), a.clone()],
            vec![a.clone(), last.clone()],
            vec![a.clone(), a.clone()],
            vec![run(0, &[(1, person(1, 1))]), run(1, &[(2, person(2, 1))])],
            vec![run(0, &[(5, person(1, 1))]), b.clone()],
            vec![run(0, &vec![(1 << 40, person(1, 1)); RUN_ENTRIES]), run(1, &[(1 << 40, person(2, 1))])],
        ] {
            as_joined(&runs);
        }
    }

    #[test]
    fn one_person_twice_is_found_across_runs_and_two_who_begin_alike_are_two() {
        let mut first = full(0);
        first.revisions[7].body.person = person(99, 1);
        let same = run(1, &[(1 << 40, person(99, 1))]);
        let alike = run(1, &[(1 << 40, person(99, 2))]);
        let expected = RegisterError::Person(first.revisions[7].ticket, same.revisions[0].ticket);
        assert_eq!(read(&[first.clone(), same]), Err(expected));
        let summary = read(&[first, alike]).unwrap();
        assert!(summary.alike.is_some());
    }
}
