//! The frozen register against the store and the roll; records and bundle against the register and the log.

use super::Wrong;
use crate::{
    console::{TICK, bar},
    draw::Announced,
    failure::{Context, Failure, Outcome},
};
use intake::{Database, Leaf, Opened, PersonFault, Rows};
use protocol::{
    bundle::{PublishedRun, path},
    entry::Revision,
    event::What,
    outcome::{self, Outcome as Became, Record},
    register::{RUN_ENTRIES, Run},
    ticket::Ticket,
};
use std::{fs, path::Path};

/// The register, after it was compared.
#[derive(Default)]
pub(super) struct Compared {
    /// All tickets, in order.
    pub tickets: Vec<Ticket>,
    /// Their cohorts.
    pub cohorts: Vec<u16>,
    /// How many revisions were acknowledged before the first of each. Who has none in the store comes last.
    pub arrivals: Vec<u32>,
    /// Whether there was a roll to compare with.
    pub has_roll: bool,
    /// At most one difference from the store and one from the roll.
    pub wrong: Vec<Wrong>,
}

/// Goes through the frozen register and the store's together.
///
/// # Errors
/// If the register on disk is not the one in the log, or the store cannot be read.
pub(super) async fn compare(announced: &Announced, database: &Database) -> Outcome<Compared> {
    let frozen = announced.frozen()?;
    frozen.check_files()?;
    let taken = database.taken().await.context("reading the freeze")?;
    let mut taken = taken.ok_or_else(|| {
        Failure::new("the log has a freeze, and this store was never frozen: it is another one, or an older copy")
    })?;
    let has_roll = database.has_roll().await.context("reading the roll")?;
    let mut people = has_roll.then(|| database.people());
    let before = before(database).await?;
    let mut compared = Compared { has_roll, ..Compared::default() };
    let (mut other, mut nobody) = (None, None);
    let progress = bar("entries", frozen.size);
    progress.enable_steady_tick(TICK);
    for number in 0.. {
        let rows = taken.next_rows().await.context("reading the store's entries")?;
        let held = rows.map_or(Ok(Opened::default()), Rows::open).context("reading the store's entries")?;
        let run = match u64::from(number) * (RUN_ENTRIES as u64) < frozen.size {
            true => read_run(announced, number)?.revisions,
            false => Vec::new(),
        };
        if run.is_empty() && held.entries.is_empty() {
            break;
        }
        other = other.or_else(|| difference(&run, &held.entries));
        if let Some(people) = people.as_mut().filter(|_| nobody.is_none()) {
            match people.check(&run).await {
                Ok(()) => {}
                Err(PersonFault::Store(error)) => return Err(Failure::new(error)),
                Err(fault) => nobody = Some(fault.to_string()),
            }
        }
        progress.inc(run.len() as u64);
        compared.tickets.extend(run.iter().map(|entry| entry.ticket));
        compared.cohorts.extend(run.iter().map(|entry| entry.body.cohort));
        compared.arrivals.extend(arrivals(&run, &held, &before));
    }
    progress.finish();
    compared.wrong.extend(other.map(|what| Wrong { part: "register", what }));
    compared.wrong.extend(nobody.map(|what| Wrong { part: "roll", what }));
    Ok(compared)
}

/// How many revisions were acknowledged before each batch.
async fn before(database: &Database) -> Outcome<Vec<u64>> {
    let mut all = 0;
    let statements = database.all_batches().await.context("reading batches")?;
    let before = statements.iter().map(|batch| {
        all += u64::from(batch.leaves);
        all - u64::from(batch.leaves)
    });
    Ok(before.collect())
}

/// When each of these entries first came, told by what the store holds of the same part of the register.
fn arrivals<'a>(run: &'a [Revision], held: &'a Opened, before: &'a [u64]) -> impl Iterator<Item = u32> + 'a {
    let mut firsts = held.leaves.iter().filter(|leaf| leaf.revision == 1).peekable();
    run.iter().map(move |entry| {
        let ticket = |leaf: &Leaf| held.entries.get(leaf.entry).map(|entry| entry.ticket);
        while firsts.next_if(|leaf| ticket(leaf) < Some(entry.ticket)).is_some() {}
        let first = firsts.next_if(|leaf| ticket(leaf) == Some(entry.ticket));
        let first = first.and_then(|leaf| Some(before.get(usize::try_from(leaf.batch).ok()?)? + u64::from(leaf.place)));
        first.and_then(|first| u32::try_from(first).ok()).unwrap_or(u32::MAX)
    })
}

/// The first ticket that the register and the store do not both have, or not with the same revision.
fn difference(frozen: &[Revision], held: &[Revision]) -> Option<String> {
    for (frozen, held) in frozen.iter().zip(held) {
        if frozen != held {
            return Some(match frozen.ticket.cmp(&held.ticket) {
                std::cmp::Ordering::Less => format!("ticket {}: frozen, and not in the store", frozen.ticket),
                std::cmp::Ordering::Greater => format!("ticket {}: in the store, and not frozen", held.ticket),
                std::cmp::Ordering::Equal => {
                    format!("ticket {}: what was frozen is not what the store acknowledged last", frozen.ticket)
                }
            });
        }
    }
    let rest = |entries: &[Revision], others: usize, what: &str| {
        entries.get(others).map(|entry| format!("ticket {}: {what}", entry.ticket))
    };
    rest(frozen, held.len(), "frozen, and not in the store")
        .or_else(|| rest(held, frozen.len(), "in the store, and not frozen"))
}

fn read_run(announced: &Announced, number: u32) -> Outcome<Run> {
    let path = announced.register_run(number);
    let bytes = fs::read(&path).context(format!("reading {}", path.display()))?;
    Run::decode(&announced.programme, number, &bytes).context(path.display())
}

/// The records of the result, one for each entry; notes where the log commits to others.
///
/// # Errors
/// If they cannot be read, or are not one for each entry.
pub(super) fn records(announced: &Announced, compared: &Compared, wrong: &mut Vec<Wrong>) -> Outcome<Vec<Record>> {
    let records = announced.records()?;
    if !records.iter().map(|record| &record.ticket).eq(&compared.tickets) {
        return Err(Failure::new("the records are not one for each entry of the register, in its order"));
    }
    let (_, root) = outcome::roots(&records);
    let placed = records.iter().filter(|record| matches!(record.outcome, Became::Placed { .. })).count() as u64;
    let held = announced.events.iter().any(|event| match event.what {
        What::Result { allocation_root, placed: told, .. } => allocation_root == root && told == placed,
        _ => false,
    });
    if !held {
        wrong.push(Wrong { part: "result", what: "the records are not those that the log commits to".to_owned() });
    }
    Ok(records)
}

/// Compares the bundle's runs with the frozen register and the records. Gives how many there are.
///
/// # Errors
/// If one cannot be read, or is another.
pub(super) fn bundle(announced: &Announced, folder: &Path, records: &[Record]) -> Outcome<u64> {
    let mut number = 0;
    for part in records.chunks(RUN_ENTRIES) {
        let file = folder.join(path::run(usize::try_from(number).context("too many runs")?));
        let bytes = fs::read(&file).context(format!("reading {}", file.display()))?;
        let published = PublishedRun::decode(&announced.programme, number, &bytes).context(file.display())?;
        if published.run.revisions != read_run(announced, number)?.revisions {
            return Err(Failure::new(format!("{}: its entries are not those that were frozen", file.display())));
        }
        if published.records != part {
            return Err(Failure::new(format!("{}: its results are not those of the draw", file.display())));
        }
        number += 1;
    }
    Ok(u64::from(number))
}
