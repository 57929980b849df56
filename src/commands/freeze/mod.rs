//! `jebi freeze`: the register, reconciled, written and committed.

mod acknowledged;
mod room;
mod runs;

use crate::{
    cli::Freeze as Arguments,
    console::{bar, count, counted, data, step},
    draw::{Announced, Draw, Step, clock, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use acknowledged::Leaves;
use intake::{Clock, Database, FreezeError, Totals};
use protocol::{
    batches,
    event::{CohortCount, What},
    hash::Hash,
    programme::Programme,
};
use runs::Written;

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
        let root = look_and_freeze(&mut announced, &database, arguments, &clock).await;
        database.close().await;
        root
    })?;
    data(root);
    Ok(())
}

async fn look_and_freeze(
    announced: &mut Announced,
    database: &Database,
    arguments: &Arguments,
    clock: &Clock,
) -> Outcome<Hash> {
    // What was cut short has some of its files already, and the register is taken.
    let taken = database.frozen_at_unix_s().await.context("asking whether the register is frozen")?;
    if announced.step() == Step::Announced && taken.is_none() {
        let batches = database.all_batches().await.context("reading batches")?;
        let revisions = batches.iter().map(|batch| u64::from(batch.leaves)).sum();
        room::check(announced, arguments.store.store.as_deref(), revisions)?;
    }
    freeze(announced, database, clock).await
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
    let mut frozen = taken.map_err(|error| refused(&announced.programme, &error))?;
    let totals = database.totals().await.context("counting")?;
    let statements = database.all_batches().await.context("reading batches")?;
    let all: Vec<batches::Batch> = statements.iter().map(part::batch).collect();
    let mut leaves = Leaves::new(announced, &all)?;
    let Written { root: register_root, size, cohorts } =
        runs::write(announced, &mut frozen, &totals, &mut leaves).await?;
    reconcile(&totals, &cohorts)?;
    part::anchor(announced, database, clock.now()).await?;
    let bytes = batches::encode(&announced.programme, &all).ok_or_else(|| Failure::new("too many batches"))?;
    once::write(&announced.draw.path("register/receipts.bin"), &bytes)?;
    let progress = bar("acknowledged revisions", leaves.all());
    leaves.write(announced, |leaves| progress.set_position(leaves))?;
    progress.finish();
    let head = What::Freeze {
        register_root,
        size,
        active: totals.active(),
        withdrawn: totals.withdrawn(),
        cohorts,
        revisions: totals.revisions,
        batches: totals.batches,
    };
    announced.append(clock.now(), "operator", head)?;
    announced.keep_freeze_head()?;
    step(format!(
        "frozen: {}, {}, {} withdrew",
        counted(size, ["entry", "entries"]),
        counted(totals.active(), ["takes part", "take part"]),
        count(totals.withdrawn())
    ));
    Ok(register_root)
}

/// Why nothing was frozen, with times as people write them.
fn refused(programme: &Programme, error: &FreezeError) -> Failure {
    let FreezeError::StillOpen { closes_at_unix_s, now_unix_s } = error else { return Failure::new(error) };
    let [closes, now] = [*closes_at_unix_s, *now_unix_s].map(|time| clock::show(programme, time));
    Failure::new(format!("registration closes at {closes}; it is {now}")).hint("freeze after the window has closed")
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
