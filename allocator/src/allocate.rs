//! From an instance to an allocation that has passed the protocol's own check. SPEC §11.
//!
//! **Invariant:** an [`Outcome`] is certified and the only one possible. It depends on nothing but the instance: not on
//! the order of the input, on threads, on a clock or on chance.

use crate::error::AllocateError;
use crate::guarantees;
use crate::seating::{self, Seating};
use crate::watch::{Tell, Watch};
use crate::witness::{NOWHERE, Witness};
use crate::work::{Phase, Steps};
use protocol::certificate::{self, Certificate, Checked, Crew, Pass};
use protocol::instance::{Allocation, Instance, InstanceError, Placement, PoolIndex};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// A certified allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Everybody's result, in draw order.
    pub allocation: Allocation,
    /// What proves it.
    pub certificate: Certificate,
    /// What the check counted.
    pub checked: Checked,
    /// How much work it was.
    pub steps: Steps,
}

/// How the work is gone about. Every effort gives the same outcome, apart from the steps it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Looks at occupants after which the search for somebody's seat turns from bargaining to a shortest path; with 0
    /// there is no bargaining.
    pub patience: u64,
    /// How prices are held.
    pub numbers: Numbers,
    /// People for whom a large part of the market is cut into regions, which are settled at the same time.
    pub region: usize,
}

/// How prices are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// In 64 bits where they provably suffice, otherwise in 128.
    Narrowest,
    /// In 128 bits.
    Wide,
    /// In 128 bits and without fractions, which no draw can overflow; slowest, since there is no bargaining then.
    Whole,
}

impl Default for Effort {
    fn default() -> Self {
        Self { patience: 100, numbers: Numbers::Narrowest, region: 150_000 }
    }
}

/// Runs the instance's mechanism and checks its certificate.
///
/// # Errors
/// [`AllocateError::NotUnique`] for a tie that the instance's levels of weights do not settle; the others are faults of this program.
pub fn allocate(instance: &Instance) -> Result<Outcome, AllocateError> {
    allocate_with_progress(instance, &mut |_, _, _| ControlFlow::Continue(()))
}

/// The same, telling `tell` now and then: the phase, how much is done, and of how much. It may stop the allocation.
///
/// # Errors
/// As [`allocate`]; [`AllocateError::Cancelled`] if it was stopped.
pub fn allocate_with_progress(instance: &Instance, tell: &mut Tell) -> Result<Outcome, AllocateError> {
    allocate_with_effort(instance, Effort::default(), tell)
}

/// The same, going about it in another way.
///
/// # Errors
/// As [`allocate_with_progress`].
pub fn allocate_with_effort(instance: &Instance, effort: Effort, tell: &mut Tell) -> Result<Outcome, AllocateError> {
    let mut steps = Steps::default();
    let mut given = guarantees::give(instance, effort.patience, tell, &mut steps)?;
    let passes = given.iter().map(|witness| closing_numbers(instance, witness)).collect();
    let last = given.pop();
    let seating = seating::seat(instance, last.as_ref(), effort, tell, &mut steps)?;
    drop(last);
    let watch = Watch::begin(tell, Phase::Check, 1)?;
    let mut allocation = allocation(instance, &seating);
    if let Some(first) = given.pop() {
        allocation = allocation.with_first_pass(first.seats());
    }
    let certificate = Certificate { passes, prices: seating.prices, ties: seating.ties };
    let checked = certificate::check_with(&Threads, instance, &allocation, &certificate)?;
    watch.end()?;
    if !checked.unique {
        return Err(AllocateError::NotUnique);
    }
    Ok(Outcome { allocation, certificate, checked, steps })
}

/// The same, and while the levels of weights leave a tie, once more with another level, which `add_level` adds (SPEC
/// §11.7). With drawn numbers that is not to be expected within the age of the universe, so nothing is kept from before.
///
/// # Errors
/// As [`allocate_with_progress`]; [`AllocateError::NotUnique`] if `add_level` refuses, as it must after the last level.
pub fn allocate_by_levels(
    instance: &mut Instance,
    add_level: &mut dyn FnMut(&mut Instance) -> Result<(), InstanceError>,
    effort: Effort,
    tell: &mut Tell,
) -> Result<Outcome, AllocateError> {
    loop {
        match allocate_with_effort(instance, effort, tell) {
            Err(AllocateError::NotUnique) => add_level(instance).map_err(|_| AllocateError::NotUnique)?,
            result => return result,
        }
    }
}

/// The protocol's check on all threads; it gives the same answer on one.
struct Threads;

impl Crew for Threads {
    fn each(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..parts).into_par_iter().with_max_len(1).for_each(work);
    }
}

fn closing_numbers(instance: &Instance, witness: &Witness) -> Pass {
    let known = |position: &u32| (*position as usize) < instance.applicants();
    let key = |position: &u32| known(position).then(|| instance.draw_key(*position as usize));
    Pass { closing: witness.closing.iter().map(key).collect() }
}

/// Seats with the ranks they fulfil.
fn allocation(instance: &Instance, seating: &Seating) -> Allocation {
    let pass = instance.passes().saturating_sub(1);
    let rank = |(applicant, seat): (usize, &u32)| {
        let pool = (*seat != NOWHERE).then_some(PoolIndex(*seat))?;
        instance.find_listed(pass, applicant, pool).map(|listed| listed.rank)
    };
    let ranks: Vec<Option<u16>> = seating.seats.par_iter().enumerate().with_min_len(4096).map(rank).collect();
    let placed = seating.seats.iter().zip(ranks);
    Allocation::new(placed.map(|(seat, rank)| Some(Placement { pool: PoolIndex(*seat), rank: rank? })))
}
