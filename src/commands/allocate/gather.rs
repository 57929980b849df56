//! From the frozen register to the draw: everybody's line, held once, and how the register's order and the draw's belong
//! together. SPEC §10.3.
//!
//! Memory for each entry with five choices: 56 bytes in the instance and 4 for its place, 18 if it was withdrawn; while
//! it is put into draw order about 25 more.

use crate::{
    console::bar,
    draw::{Announced, register::ROOM_MAX},
    failure::{Context, Outcome},
    stop::Stop,
};
use protocol::{
    apportionment::{self, Kept},
    draw::{self, Applicant},
    instance::Instance,
    lottery::Seed,
    register::{RUN_ENTRIES, Run},
    ticket::Ticket,
};

/// The entries of the register, in its order, as a draw knows them.
pub(super) struct Entries {
    /// The draw position of each active entry.
    positions: Vec<u32>,
    withdrawn: Vec<Withdrawn>,
}

/// An entry that takes no part.
#[derive(Clone, Copy)]
pub(super) struct Withdrawn {
    /// Its place in the register.
    place: u32,
    pub(super) cohort: u16,
    pub(super) ticket: Ticket,
}

/// An entry of the register.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    /// At this draw position.
    Active(usize),
    Withdrawn(Withdrawn),
}

/// Reads the register and counts who takes part in each of the programme's groups; nobody where it has none.
///
/// # Errors
/// If a run is missing or not what was frozen, or somebody wants the program to end.
pub(super) fn registrants(announced: &Announced, stop: &Stop) -> Outcome<Vec<u64>> {
    let programme = &announced.programme;
    let mut counts = vec![0; programme.groups().len()];
    if counts.is_empty() {
        return Ok(counts);
    }
    let open = |run: Run| apportionment::registrants(programme, &run.revisions);
    announced.frozen()?.read(open, |of_run| {
        stop.check()?;
        counts.iter_mut().zip(of_run).for_each(|(count, of_run)| *count += of_run);
        Ok(())
    })?;
    Ok(counts)
}

/// Reads the register and draws it, with the seats of sessions that its groups were given.
///
/// # Errors
/// If a run is missing or not what was frozen, the draw is too large, or somebody wants the program to end.
pub(super) fn gather(
    announced: &Announced,
    kept: &Kept,
    seed: &Seed,
    stop: &Stop,
    ordering: impl FnOnce(),
) -> Outcome<(Instance, Entries)> {
    let (programme, register) = (&announced.programme, announced.frozen()?);
    let active = usize::try_from(register.active).unwrap_or(ROOM_MAX).min(ROOM_MAX);
    let builder = draw::builder(programme, kept, draw::mechanism(programme)).context("the draw")?;
    // Room for choices is taken as they come: how many there are is not in the log.
    let mut builder = builder.with_room_for(active, 0);
    let mut withdrawn = Vec::new();
    let progress = bar("reading the register", register.size);
    let mut place = 0;
    let open = |run: Run| {
        run.revisions
            .into_iter()
            .map(|entry| {
                let (ticket, cohort) = (entry.ticket, entry.body.cohort);
                draw::applicant(programme, entry, seed).ok_or((ticket, cohort))
            })
            .collect::<Vec<Result<Applicant, (Ticket, u16)>>>()
    };
    register.read(open, |run| {
        stop.check()?;
        progress.inc(run.len() as u64);
        for entry in run {
            match entry {
                Ok(applicant) => applicant.join(&mut builder).context("the draw")?,
                Err((ticket, cohort)) => withdrawn.push(Withdrawn { place, cohort, ticket }),
            }
            place += 1;
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    ordering();
    let (instance, order) = builder.finish_with_order().context("the draw")?;
    stop.check()?;
    Ok((instance, Entries { positions: inverse(&order), withdrawn }))
}

impl Entries {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.positions.len() + self.withdrawn.len()
    }

    /// Those that take no part.
    pub(super) fn withdrawn(&self) -> &[Withdrawn] {
        &self.withdrawn
    }

    /// The entries of a run of the register, in order.
    pub(super) fn run(&self, number: usize) -> impl Iterator<Item = Entry> + '_ {
        let from = (number * RUN_ENTRIES).min(self.len());
        let mut withdrawn = self.withdrawn.partition_point(|entry| (entry.place as usize) < from);
        (from..(from + RUN_ENTRIES).min(self.len())).map(move |place| match self.withdrawn.get(withdrawn) {
            Some(entry) if entry.place as usize == place => {
                withdrawn += 1;
                Entry::Withdrawn(*entry)
            }
            _ => Entry::Active(self.positions[place - withdrawn] as usize),
        })
    }
}

/// Where each number stands.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; order.len()];
    for (place, position) in order.iter().zip(0..) {
        inverse[*place as usize] = position;
    }
    inverse
}
