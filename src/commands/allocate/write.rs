//! What was allocated, onto the disk: records and seats run by run, without ever holding all of them. SPEC §13.

use super::gather::{Entries, Entry};
use crate::{
    console::bar,
    draw::{Draw, once::Part},
    failure::Outcome,
    stop::Stop,
};
use protocol::{
    draw,
    hash::Hash,
    instance::{Allocation, Instance},
    lottery::LotteryNumber,
    merkle,
    outcome::{self, RECORD_BYTES, Record},
    programme::Programme,
    register::RUN_ENTRIES,
    seat::{Form, Seat},
    sessions::Counts,
};
use rayon::prelude::*;
use std::ops::Range;

/// Runs that are made at one time, on all threads together.
const RUNS_AT_ONCE: usize = 64;

/// Records and seats, written but not in place yet.
pub(super) struct Written {
    pub(super) allocation_root: Hash,
    pub(super) records: Part,
    /// Where the draw has reserves.
    pub(super) seats: Option<Part>,
}

/// The result of one run.
struct RunResult {
    root: Hash,
    records: Vec<u8>,
    seats: Vec<u8>,
}

/// Writes records and seats beside their places.
///
/// # Errors
/// If the disk refuses, or somebody wants the program to end.
pub(super) fn write(
    draw: &Draw,
    programme: &Programme,
    entries: &Entries,
    (instance, allocation): (&Instance, &Allocation),
    stop: &Stop,
) -> Outcome<Written> {
    let form = Form::of(programme);
    let mut records = Part::new(&draw.path("allocation/records.bin"))?;
    let mut seats = (form != Form::None).then(|| Part::new(&draw.path("allocation/seats.bin"))).transpose()?;
    let progress = bar("writing the records", entries.len() as u64);
    let mut tree = merkle::Tree::default();
    let runs = entries.len().div_ceil(RUN_ENTRIES);
    for first in (0..runs).step_by(RUNS_AT_ONCE) {
        stop.check()?;
        let numbers: Range<usize> = first..(first + RUNS_AT_ONCE).min(runs);
        let one = |number| run(form, entries, (instance, allocation), number);
        for made in numbers.into_par_iter().map(one).collect::<Vec<RunResult>>() {
            tree.append(made.root);
            progress.inc((made.records.len() / RECORD_BYTES) as u64);
            records.write(&made.records)?;
            if let Some(seats) = &mut seats {
                seats.write(&made.seats)?;
            }
        }
    }
    progress.finish_and_clear();
    records.finish()?;
    seats.iter_mut().try_for_each(Part::finish)?;
    Ok(Written { allocation_root: tree.root(), records, seats })
}

fn run(form: Form, entries: &Entries, (instance, allocation): (&Instance, &Allocation), number: usize) -> RunResult {
    let (mut records, mut seats) = (Vec::with_capacity(RUN_ENTRIES), Vec::new());
    for entry in entries.run(number) {
        records.push(match entry {
            Entry::Active(applicant) => draw::record(instance, allocation, applicant),
            Entry::Withdrawn(entry) => withdrawn(entry.ticket),
        });
        if form != Form::None {
            seats.push(match entry {
                Entry::Active(applicant) => draw::seat(instance, allocation, applicant),
                Entry::Withdrawn(_) => Seat::default(),
            });
        }
    }
    let (_, root) = outcome::roots(&records);
    RunResult { root, records: records.iter().flat_map(Record::encode).collect(), seats: form.encode(&seats) }
}

fn withdrawn(ticket: protocol::ticket::Ticket) -> Record {
    Record { ticket, number: LotteryNumber(0), outcome: outcome::Outcome::Withdrawn }
}

/// Counts everybody's result.
pub(super) fn count(
    programme: &Programme,
    entries: &Entries,
    (instance, allocation): (&Instance, &Allocation),
) -> Counts {
    let mut counts = Counts::new(programme, instance.places());
    for applicant in 0..instance.applicants() {
        let (record, pool) = (draw::record(instance, allocation, applicant), allocation.pool(applicant));
        counts.add(instance.class(applicant).cohort(), record.outcome, pool);
    }
    for entry in entries.withdrawn() {
        counts.add(entry.cohort, outcome::Outcome::Withdrawn, None);
    }
    counts
}
