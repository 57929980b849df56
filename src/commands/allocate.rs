//! `jebi allocate`: the mechanism decides, its certificate is checked, and only then anything is written.

use super::seed;
use crate::{
    cli::CrossCheck,
    console::{bar, count, data, percent, step},
    draw::{Announced, Draw, Step, clock, once},
    failure::{Context, Outcome},
};
use allocator::{Effort, Phase, cross_check};
use jiff::Timestamp;
use protocol::{
    draw,
    event::What,
    hash::Hash,
    instance::{Instance, Mechanism},
    json,
    lottery::Seed,
    outcome,
    register::Register,
    seat::Form,
    sessions::SessionsFile,
};
use std::ops::ControlFlow;
use std::path::Path;

/// Allocates, writes `allocation/` and the result event.
///
/// # Errors
/// If the steps before are missing, or the certificate does not hold.
pub(crate) fn run(folder: &Path, at: Option<Timestamp>, cross_check: Option<CrossCheck>) -> Outcome {
    let draw = Draw::at(folder);
    let _alone = draw.alone()?;
    let mut announced = draw.announced()?;
    let file = decide(&mut announced, at, cross_check)?;
    let totals = file.totals();
    data(format!(
        "{} of {} placed ({})",
        count(totals.placed),
        count(totals.active),
        percent(totals.placed, totals.active)
    ));
    Ok(())
}

/// The same, giving `sessions.json`.
///
/// # Errors
/// As [`run`].
pub(crate) fn decide(
    announced: &mut Announced,
    at: Option<Timestamp>,
    cross_check: Option<CrossCheck>,
) -> Outcome<SessionsFile> {
    let seed = seed::read(announced)?.seed();
    let (register, _) = announced.register()?;
    let programme = &announced.programme;
    let now = clock::now(programme, at)?;
    if announced.step() == Step::Seeded {
        announced.check_clock(now)?;
    }
    let mut instance =
        draw::instance(programme, draw::mechanism(programme), &register.revisions, &seed).context("the draw")?;
    let outcome = allocate(&mut instance, &seed)?;
    if let Some(CrossCheck::Lp) = cross_check {
        let agreement = cross_check::cross_check(&instance, &outcome).context("the cross-check")?;
        let (cost, variables) = (agreement.cost, count(u64::try_from(agreement.variables).unwrap_or(u64::MAX)));
        step(format!("a linear programme of {variables} variables finds the same cost, {cost}"));
    }
    let records = draw::records(&register.revisions, &instance, &outcome.allocation);
    let seats = draw::seats(&register.revisions, &instance, &outcome.allocation);
    let results = (records.as_slice(), seats.as_slice());
    let file = SessionsFile::new(programme, instance.places(), &register.revisions, results, &outcome.certificate);
    let bytes = json::to_bytes(&file).context("writing sessions.json")?;
    let encoded: Vec<u8> = records.iter().flat_map(outcome::Record::encode).collect();
    once::write(&announced.draw.path("allocation/sessions.json"), &bytes)?;
    once::write(&announced.draw.path("allocation/records.bin"), &encoded)?;
    if !seats.is_empty() {
        once::write(&announced.draw.path("allocation/seats.bin"), &Form::of(programme).encode(&seats))?;
    }
    let totals = file.totals();
    if announced.step() == Step::Seeded {
        let result = What::Result {
            mechanism: file.mechanism,
            allocation_root: outcome::roots(&records).1,
            sessions_sha256: Hash::of(&bytes),
            placed: totals.placed,
            unplaced: totals.unplaced,
            withdrawn: totals.withdrawn,
        };
        announced.append(now, "operator", result)?;
        step("allocated; the certificate holds and the result is in the log");
    } else {
        step("allocated before; nothing changed");
    }
    Ok(file)
}

/// Runs an instance with a progress bar, with as many levels of weights as it takes to settle all ties.
///
/// # Errors
/// If the certificate does not hold.
pub(crate) fn allocate(instance: &mut Instance, seed: &Seed) -> Outcome<allocator::Outcome> {
    let progress = bar("allocating", instance.applicants() as u64);
    let add_level = &mut |instance: &mut Instance| draw::add_level(instance, seed);
    let outcome = allocator::allocate_by_levels(instance, add_level, Effort::default(), &mut |phase, done, total| {
        progress.set_length(total);
        progress.set_position(done);
        progress.set_message(match phase {
            Phase::Guarantees => "who: guarantees in draw order",
            Phase::Ranks => "where: best ranks for everyone placed",
            Phase::Ties => "where: luck settles ties",
            Phase::Check => "checking the certificate",
        });
        ControlFlow::Continue(())
    });
    progress.finish_and_clear();
    outcome.context("allocating")
}

/// What this register would have got under another mechanism.
///
/// # Errors
/// If the draw cannot be run.
pub(crate) fn under(
    announced: &Announced,
    register: &Register,
    seed: &Seed,
    mechanism: Mechanism,
) -> Outcome<allocator::Outcome> {
    let mut instance =
        draw::instance(&announced.programme, mechanism, &register.revisions, seed).context("the draw")?;
    allocate(&mut instance, seed)
}
