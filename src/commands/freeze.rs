//! `jebi freeze`: the register, reconciled, written and committed.

use crate::{
    cli::Freeze as Arguments,
    console::{bar, count, data, step},
    draw::{Announced, Draw, Step, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use intake::{Clock, Database, Totals};
use protocol::{
    acknowledged::{self, Acknowledged},
    batches,
    event::{CohortCount, What},
    hash::Hash,
    register::{Run, encode_run},
    ticket::Ticket,
};

/// Freezes the draw's register.
///
/// # Errors
/// If the window is open, totals do not agree, or another register was frozen before.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let draw = Draw::at(&arguments.draw);
    let _alone = draw.alone()?;
    let mut announced = draw.announced()?;
    let clock = part::clock(&announced.programme, arguments.time.at, 0)?;
    let root = part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        let root = freeze(&mut announced, &database, &clock).await;
        database.close().await;
        root
    })?;
    data(root);
    Ok(())
}

/// The same on an opened store. Gives the register's root.
///
/// # Errors
/// As [`run`].
pub(crate) async fn freeze(announced: &mut Announced, database: &Database, clock: &Clock) -> Outcome<Hash> {
    if announced.step() > Step::Announced {
        announced.keep_freeze_head()?;
        step("frozen before; nothing changed");
        let register = announced.frozen()?;
        register.check_files()?;
        return Ok(register.root);
    }
    let taken = database.freeze(clock).await;
    let mut frozen = taken.map_err(|error| Failure::new(error).hint("freeze after the window has closed"))?;
    let totals = database.totals().await.context("counting")?;
    let (register_root, tickets, counted) = write_runs(announced, &mut frozen, &totals).await?;
    reconcile(&totals, &counted)?;
    part::anchor(announced, database, clock.now()).await?;
    let statements = database.all_batches().await.context("reading batches")?;
    let all: Vec<batches::Batch> = statements.iter().map(part::batch).collect();
    let bytes = batches::encode(&announced.programme, &all).ok_or_else(|| Failure::new("too many batches"))?;
    once::write(&announced.draw.path("register/receipts.bin"), &bytes)?;
    write_acknowledged(announced, database, all.len() as u64, &tickets).await?;
    let head = What::Freeze {
        register_root,
        size: tickets.len() as u64,
        active: totals.active(),
        withdrawn: totals.withdrawn(),
        cohorts: counted,
        revisions: totals.revisions,
        batches: totals.batches,
    };
    announced.append(clock.now(), "operator", head)?;
    announced.keep_freeze_head()?;
    step(format!(
        "frozen: {} entries, {} take part, {} withdrew",
        count(tickets.len() as u64),
        count(totals.active()),
        count(totals.withdrawn())
    ));
    Ok(register_root)
}

/// Streams the register into its runs; gives its root, tickets and revisions, and the cohorts as counted on the way.
async fn write_runs(
    announced: &Announced,
    frozen: &mut intake::Frozen,
    totals: &Totals,
) -> Outcome<(Hash, Vec<(Ticket, u32)>, Vec<CohortCount>)> {
    let programme = &announced.programme;
    let progress = bar("freezing", totals.active() + totals.withdrawn());
    let empty = |id: &str| CohortCount { id: id.into(), active: 0, withdrawn: 0 };
    let mut cohorts: Vec<CohortCount> = programme.cohorts.iter().map(|cohort| empty(&cohort.id)).collect();
    let (mut roots, mut tickets) = (Vec::new(), Vec::new());
    for number in 0.. {
        let revisions = frozen.next_run().await.context("reading the register")?;
        if revisions.is_empty() {
            break;
        }
        let bytes = encode_run(programme, number, &revisions).context("writing the register")?;
        // Read back what will be published, so that a fault is found before anything is committed.
        let run = Run::decode(programme, number, &bytes).context("checking the register")?;
        once::write(&announced.draw.path(&format!("register/runs/{number:04}.bin")), &bytes)?;
        roots.push(run.root());
        for revision in &run.revisions {
            let cohort = cohorts.get_mut(usize::from(revision.body.cohort));
            let cohort = cohort.ok_or_else(|| Failure::new("an entry has an unknown cohort"))?;
            *if revision.status.is_active() { &mut cohort.active } else { &mut cohort.withdrawn } += 1;
        }
        tickets.extend(run.revisions.iter().map(|entry| (entry.ticket, entry.revision)));
        progress.inc(run.revisions.len() as u64);
    }
    progress.finish_and_clear();
    Ok((protocol::merkle::root_of_runs(&roots), tickets, cohorts))
}

/// Batches whose leaves are read at one time.
const BATCHES_AT_ONCE: u64 = 1024;

/// Every acknowledged leaf, as its place in the register or, if it was replaced since, in full.
async fn write_acknowledged(
    announced: &Announced,
    database: &Database,
    batches: u64,
    tickets: &[(Ticket, u32)],
) -> Outcome {
    let mut file = acknowledged::Encoder::new(&announced.programme);
    let progress = bar("acknowledged batches", batches);
    let mut first = 0;
    while first < batches {
        let leaves = database.leaves(first, BATCHES_AT_ONCE).await.context("reading acknowledged leaves")?;
        for leaf in leaves {
            let named = acknowledged::named(&leaf).ok_or_else(|| Failure::new("a stored leaf is malformed"))?;
            file.add(&match tickets.binary_search(&named) {
                Ok(place) => Acknowledged::Registered(u32::try_from(place).context("too many entries")?),
                Err(_) => Acknowledged::Replaced(leaf),
            });
        }
        first += BATCHES_AT_ONCE;
        progress.set_position(first.min(batches));
    }
    progress.finish_and_clear();
    let bytes = file.end().ok_or_else(|| Failure::new("too many acknowledged revisions"))?;
    once::write(&announced.draw.path("register/acknowledged.bin"), &bytes)
}

/// What the store counts and what the runs hold must agree, cohort by cohort: registered − withdrawn = active.
fn reconcile(totals: &Totals, counted: &[CohortCount]) -> Outcome {
    for (stored, run) in totals.cohorts.iter().zip(counted) {
        step(format!(
            "  {:14} {} registered − {} withdrawn = {} active",
            stored.id,
            count(stored.registered),
            count(stored.withdrawn),
            count(stored.active)
        ));
        if (stored.active, stored.withdrawn) != (run.active, run.withdrawn)
            || stored.registered != stored.active + stored.withdrawn
        {
            return Err(Failure::new(format!("cohort {}: the store and the register do not agree", stored.id))
                .hint("nothing was committed; keep the store as it is and find out why"));
        }
    }
    Ok(())
}
