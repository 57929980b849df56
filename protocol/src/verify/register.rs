//! Step 3: the published runs and the register they make. SPEC §6, §14.2.

use super::{Fault, Rejection, bytes, log::Log, open as open_json};
use crate::{
    bundle::{PublishedRun, RunsFile, path},
    event::CohortCount,
    hash::Hash,
    manifest::Files,
    merkle::Levels,
    outcome::{self, Record},
    programme::Programme,
    register::{RUN_ENTRIES, Register, RegisterError},
    seat::Seat,
};
use std::collections::BTreeSet;

/// The register with its records.
pub(super) struct Published {
    pub(super) register: Register,
    pub(super) records: Vec<Record>,
    pub(super) seats: Vec<Seat>,
    pub(super) allocation_root: Hash,
}

pub(super) fn open(files: &Files, programme: &Programme, log: &Log) -> Result<Published, Rejection> {
    let index: RunsFile = open_json(files, path::RUNS, "jebi/v0/runs", programme)?;
    let (mut runs, mut records, mut seats, mut paths) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..index.first.len() {
        let name = path::run(number);
        let place = u32::try_from(number).map_err(|_| Rejection::new(path::RUNS, Fault::Runs))?;
        let published = PublishedRun::decode(programme, place, bytes(files, &name)?).map_err(Rejection::at(&name))?;
        records.extend(published.records);
        seats.extend(published.seats);
        paths.push([published.register_path, published.allocation_path]);
        runs.push(published.run);
    }
    let known: BTreeSet<String> = (0..index.first.len()).map(path::run).collect();
    let is_run = |path: &&String| path.starts_with("runs/") && path.ends_with(".bin");
    if let Some(extra) = files.keys().filter(is_run).find(|path| !known.contains(*path)) {
        return Err(Rejection::new(extra, Fault::Runs));
    }
    let register = Register::join(runs).map_err(run_fault)?;
    let (record_roots, allocation_root) = outcome::roots(&records);
    let trees = [register.run_roots.clone(), record_roots].map(Levels::new);
    for (number, found) in paths.iter().enumerate() {
        let expected = [0, 1].map(|tree: usize| trees[tree].path(number));
        if expected != found.clone().map(Some) {
            return Err(Rejection::new(&path::run(number), crate::bundle::RunError::Path));
        }
    }
    if index != RunsFile::new(programme, &register) {
        return Err(Rejection::new(path::RUNS, Fault::Runs));
    }
    check_freeze(programme, log, &register)?;
    Ok(Published { register, records, seats, allocation_root })
}

fn run_fault(fault: RegisterError) -> Rejection {
    let path = match fault {
        RegisterError::Run(number) | RegisterError::Mark(number) => path::run(number as usize),
        _ => path::RUNS.into(),
    };
    Rejection { path, fault: fault.into() }
}

fn check_freeze(programme: &Programme, log: &Log, register: &Register) -> Result<(), Rejection> {
    let fault = |fault| Rejection::new(path::HEAD_FREEZE, fault);
    let Some(freeze) = log.freeze() else { return Err(fault(Fault::FreezeRoot)) };
    if freeze.register_root != register.root || freeze.size != register.revisions.len() as u64 {
        return Err(fault(Fault::FreezeRoot));
    }
    let cohorts = count(programme, register);
    let active: u64 = cohorts.iter().map(|cohort| cohort.active).sum();
    let withdrawn: u64 = cohorts.iter().map(|cohort| cohort.withdrawn).sum();
    if freeze.cohorts != cohorts || freeze.active != active || freeze.withdrawn != withdrawn {
        return Err(fault(Fault::FreezeTotals));
    }
    Ok(())
}

/// Active and withdrawn entries of each cohort, in programme order.
pub(crate) fn count(programme: &Programme, register: &Register) -> Vec<CohortCount> {
    let empty = |id: &str| CohortCount { id: id.into(), active: 0, withdrawn: 0 };
    let mut cohorts: Vec<CohortCount> = programme.cohorts.iter().map(|cohort| empty(&cohort.id)).collect();
    for revision in &register.revisions {
        if let Some(cohort) = cohorts.get_mut(usize::from(revision.body.cohort)) {
            *if revision.status.is_active() { &mut cohort.active } else { &mut cohort.withdrawn } += 1;
        }
    }
    cohorts
}

// A run is a complete aligned subtree (SPEC §6.2).
const _: () = assert!(RUN_ENTRIES.is_power_of_two());
