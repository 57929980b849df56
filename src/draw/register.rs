//! The frozen register on disk, read run by run. SPEC §6.
//!
//! **Invariant:** a reading that ends well has given every entry once, in order, and they are the register whose root is
//! in the log. Until it ends, what it gave is not known to be. Memory: some dozens of runs, and 8 bytes for each entry.

use super::Announced;
use crate::failure::{Context, Failure, Outcome};
use protocol::{
    event::What,
    hash::Hash,
    register::{Link, RUN_ENTRIES, Run, Sequence},
};
use rayon::prelude::*;
use std::{fs, ops::Range, path::PathBuf};

/// Runs that are opened at one time, on all threads together.
const RUNS_AT_ONCE: u32 = 32;

/// Entries for which room is made before they are seen; for more it is made as they come.
pub(crate) const ROOM_MAX: usize = 1 << 25;

/// A register that the log commits to.
pub(crate) struct Frozen<'a> {
    announced: &'a Announced,
    runs: u32,
    /// How many entries it has.
    pub size: u64,
    /// How many of them take part.
    pub active: u64,
    /// Its root.
    pub root: Hash,
}

impl Announced {
    /// The register, as the log has it.
    ///
    /// # Errors
    /// If it has not been frozen.
    pub(crate) fn frozen(&self) -> Outcome<Frozen<'_>> {
        let frozen = self.events.iter().find_map(|event| match event.what {
            What::Freeze { register_root, size, active, .. } => Some((register_root, size, active)),
            _ => None,
        });
        let (root, size, active) = frozen.ok_or_else(|| Failure::new("the register has not been frozen"))?;
        u32::try_from(size).context("the register's size")?;
        let runs = u32::try_from(size.div_ceil(RUN_ENTRIES as u64)).context("too many runs")?;
        Ok(Frozen { announced: self, runs, size, active, root })
    }

    /// Where a run of the register is.
    pub(crate) fn register_run(&self, number: u32) -> PathBuf {
        self.draw.path(&format!("register/runs/{number:04}.bin"))
    }
}

impl Frozen<'_> {
    /// Reads all of it. `open` gets run after run, on any thread; `take` gets what `open` made of them, in order.
    ///
    /// # Errors
    /// If a run is missing or not what was frozen; those of `take`.
    pub(crate) fn read<T: Send>(
        &self,
        open: impl Fn(Run) -> T + Sync,
        mut take: impl FnMut(T) -> Outcome + Send,
    ) -> Outcome {
        let open_one = |number| {
            let run = self.run(number)?;
            let link = run.link();
            Ok((link, open(run)))
        };
        let open_some =
            |numbers: Range<u32>| numbers.into_par_iter().map(open_one).collect::<Vec<Outcome<(Link, T)>>>();
        let numbers = |batch: u32| {
            let from = batch.saturating_mul(RUNS_AT_ONCE).min(self.runs);
            from..from.saturating_add(RUNS_AT_ONCE).min(self.runs)
        };
        let room = usize::try_from(self.size).unwrap_or(ROOM_MAX).min(ROOM_MAX);
        let mut sequence = Sequence::with_room_for(room);
        let mut opened = open_some(numbers(0));
        for batch in 1..=self.runs.div_ceil(RUNS_AT_ONCE) {
            let take_them = || {
                opened.into_iter().try_for_each(|run| {
                    let (link, run) = run?;
                    sequence.add(&link).context("the register")?;
                    take(run)
                })
            };
            let (next, taken) = rayon::join(|| open_some(numbers(batch)), take_them);
            taken?;
            opened = next;
        }
        self.check(sequence)
    }

    /// Reads all of it, to see that it is what was frozen.
    ///
    /// # Errors
    /// As [`Frozen::read`].
    pub(crate) fn check_files(&self) -> Outcome {
        self.read(drop, |()| Ok(()))
    }

    fn check(&self, sequence: Sequence) -> Outcome {
        let summary = sequence.finish();
        if summary.root != self.root || summary.size != self.size {
            return Err(Failure::new("the register on disk is not the one that was frozen")
                .hint("restore register/runs from a backup: its root is in the log"));
        }
        let Some(mut alike) = summary.alike else { return Ok(()) };
        (0..self.runs).try_for_each(|number| alike.look(&self.run(number)?).context("the register"))
    }

    fn run(&self, number: u32) -> Outcome<Run> {
        let path = self.announced.register_run(number);
        let bytes = fs::read(&path).context(format!("reading {}", path.display()))?;
        Run::decode(&self.announced.programme, number, &bytes).context(path.display())
    }
}
