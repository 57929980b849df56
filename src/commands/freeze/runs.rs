//! The register's runs: opened, encoded, read back and written on all processors, while the store reads and sorts on. SPEC §6.
//!
//! **Invariant:** what is in memory does not grow with the register: some runs, and the roots of perfect subtrees.

use super::{acknowledged::Leaves, once};
use crate::{
    console::{TICK, bar},
    draw::Announced,
    failure::{Context, Failure, Outcome},
};
use intake::{Leaf, Rows, Totals};
use protocol::{
    event::CohortCount,
    hash::Hash,
    merkle,
    register::{Run, encode_run},
};
use rayon::prelude::*;

/// Runs in the making at one time.
const RUNS_AT_ONCE: usize = 16;

/// What was written.
pub(super) struct Written {
    /// The register's root.
    pub root: Hash,
    /// How many entries it has.
    pub size: u64,
    /// Counted on the way, in the order of the programme's cohorts.
    pub cohorts: Vec<CohortCount>,
}

/// One run on the disk.
struct Made {
    root: Hash,
    entries: u64,
    /// Cohort, and whether it takes part, of each entry.
    cohorts: Vec<(u16, bool)>,
    leaves: Vec<Leaf>,
}

/// Streams the register into its runs, and where each acknowledged leaf is now into `leaves`.
///
/// # Errors
/// If an entry is not as it was acknowledged, or the disk refuses.
pub(super) async fn write(
    announced: &Announced,
    frozen: &mut intake::Frozen,
    totals: &Totals,
    leaves: &mut Leaves,
) -> Outcome<Written> {
    let programme = &announced.programme;
    let progress = bar("sorting the register", totals.active() + totals.withdrawn());
    progress.enable_steady_tick(TICK);
    let empty = |id: &str| CohortCount { id: id.into(), active: 0, withdrawn: 0 };
    let mut cohorts: Vec<CohortCount> = programme.cohorts.iter().map(|cohort| empty(&cohort.id)).collect();
    let (mut tree, mut size) = (merkle::Tree::default(), 0);
    loop {
        let mut rows = Vec::with_capacity(RUNS_AT_ONCE);
        while rows.len() < RUNS_AT_ONCE
            && let Some(next) = frozen.next_rows().await.context("reading the register")?
        {
            rows.push(next);
        }
        if rows.is_empty() {
            break;
        }
        progress.set_message("freezing");
        let make = |(place, rows)| {
            let number = u32::try_from(tree.size() + place).context("too many runs")?;
            make(announced, number, rows)
        };
        let make_all = || (0_u64..).zip(rows).collect::<Vec<_>>().into_par_iter().map(make).collect::<Vec<_>>();
        for made in tokio::task::block_in_place(make_all) {
            let made: Made = made?;
            for (cohort, is_active) in &made.cohorts {
                let cohort = cohorts.get_mut(usize::from(*cohort));
                let cohort = cohort.ok_or_else(|| Failure::new("an entry has an unknown cohort"))?;
                *if *is_active { &mut cohort.active } else { &mut cohort.withdrawn } += 1;
            }
            made.leaves.iter().try_for_each(|leaf| leaves.put(leaf, size))?;
            tree.append(made.root);
            size += made.entries;
            progress.inc(made.entries);
        }
    }
    once::settle(&announced.register_run(0))?;
    progress.finish();
    Ok(Written { root: tree.root(), size, cohorts })
}

fn make(announced: &Announced, number: u32, rows: Rows) -> Outcome<Made> {
    let programme = &announced.programme;
    let opened = rows.open().context("reading the register")?;
    let bytes = encode_run(programme, number, &opened.entries).context("writing the register")?;
    // Read back what will be published, so that a fault is found before anything is committed.
    let run = Run::decode(programme, number, &bytes).context("checking the register")?;
    once::write_unsettled(&announced.register_run(number), &bytes)?;
    let cohorts = run.revisions.iter().map(|entry| (entry.body.cohort, entry.status.is_active())).collect();
    Ok(Made { root: run.root(), entries: run.revisions.len() as u64, cohorts, leaves: opened.leaves })
}
