//! `jebi allocate`: the mechanism decides, its certificate is checked, and only then anything is written.

mod gather;
mod write;

use super::{apportion, seed};
use crate::{
    cli::{Allocate as Arguments, CrossCheck},
    console::{bar, count, data, percent, step},
    costs::Costs,
    draw::{Announced, Draw, Step, clock, once::Part},
    failure::{Context, Outcome},
    stop::Stop,
};
use allocator::{Effort, Phase, cross_check};
use jiff::Timestamp;
use protocol::{
    apportionment::Kept,
    draw,
    event::What,
    hash::Hash,
    instance::{Instance, Mechanism},
    json,
    lottery::Seed,
    register::Register,
    sessions::SessionsFile,
};
use std::ops::ControlFlow;

/// How it is gone about; by default as a person would start it, without a way to stop it.
#[derive(Default)]
pub(crate) struct How {
    /// In a rehearsal, what time it is.
    pub(crate) at: Option<Timestamp>,
    /// What the result is compared with before anything is written.
    pub(crate) cross_check: Option<CrossCheck>,
    /// Looked at until the result is put in place.
    pub(crate) stop: Stop,
}

/// Allocates, writes `allocation/` and the result event. A signal before that leaves everything as it was.
///
/// # Errors
/// If the steps before are missing, the certificate does not hold, or a signal came.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let draw = Draw::at(&arguments.draw);
    let _alone = draw.alone()?;
    let how = How { at: arguments.time.at, cross_check: arguments.cross_check, stop: Stop::on_signals()? };
    let (mut announced, mut costs) = (draw.announced()?, Costs::default());
    let file = decide(&mut announced, &how, &mut costs)?;
    costs.tell();
    if let Some(path) = &arguments.costs {
        costs.write(path)?;
    }
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
pub(crate) fn decide(announced: &mut Announced, how: &How, costs: &mut Costs) -> Outcome<SessionsFile> {
    let seed = seed::read(announced)?.seed();
    let now = clock::now(&announced.programme, how.at)?;
    announced.frozen()?;
    if announced.step() == Step::Seeded {
        announced.check_clock(now)?;
    }
    costs.begin("reading the register");
    let registrants = gather::registrants(announced, &how.stop)?;
    let (apportionment, kept) = apportion::decide(&announced.programme, &registrants)?;
    let (mut instance, entries) = gather::gather(announced, &kept, &seed, &how.stop, || costs.begin("draw order"))?;
    let outcome = allocate(&mut instance, &seed, &how.stop, costs)?;
    if let Some(CrossCheck::Lp) = how.cross_check {
        costs.begin("cross-check");
        compare(&instance, &outcome)?;
    }
    costs.begin("writing");
    let (programme, result) = (&announced.programme, (&instance, &outcome.allocation));
    let counts = write::count(programme, &entries, result);
    let file = SessionsFile::counted(programme, instance.places(), counts, &outcome.certificate);
    let bytes = json::to_bytes(&file).context("writing sessions.json")?;
    let mut sessions = Part::new(&announced.draw.path("allocation/sessions.json"))?;
    sessions.write(&bytes)?;
    sessions.finish()?;
    let apportionment = apportionment.map(|file| apportion::write(&announced.draw, &file)).transpose()?;
    let written = write::write(&announced.draw, programme, &entries, result, &how.stop)?;
    // The last moment at which all is as it was.
    how.stop.check()?;
    let allocation_root = written.allocation_root;
    [apportionment, Some(sessions), Some(written.records), written.seats]
        .into_iter()
        .flatten()
        .try_for_each(Part::keep)?;
    commit(announced, now, &file, allocation_root, Hash::of(&bytes))?;
    costs.end();
    Ok(file)
}

/// Puts the result into the log, unless it is there.
fn commit(
    announced: &mut Announced,
    now: u64,
    file: &SessionsFile,
    allocation_root: Hash,
    sessions_sha256: Hash,
) -> Outcome {
    if announced.step() != Step::Seeded {
        step("allocated before; nothing changed");
        return Ok(());
    }
    let (mechanism, totals) = (file.mechanism, file.totals());
    let (placed, unplaced, withdrawn) = (totals.placed, totals.unplaced, totals.withdrawn);
    let result = What::Result { mechanism, allocation_root, sessions_sha256, placed, unplaced, withdrawn };
    announced.append(now, "operator", result)?;
    step("allocated; the certificate holds and the result is in the log");
    Ok(())
}

fn compare(instance: &Instance, outcome: &allocator::Outcome) -> Outcome {
    let agreement = cross_check::cross_check(instance, outcome).context("the cross-check")?;
    let (cost, variables) = (agreement.cost, count(u64::try_from(agreement.variables).unwrap_or(u64::MAX)));
    step(format!("a linear programme of {variables} variables finds the same cost, {cost}"));
    Ok(())
}

/// Runs an instance with a progress bar, with as many levels of weights as it takes to settle all ties.
///
/// # Errors
/// If the certificate does not hold, or somebody wants the program to end.
fn allocate(instance: &mut Instance, seed: &Seed, stop: &Stop, costs: &mut Costs) -> Outcome<allocator::Outcome> {
    let progress = bar("allocating", instance.applicants() as u64);
    let add_level = &mut |instance: &mut Instance| draw::add_level(instance, seed);
    let outcome = allocator::allocate_by_levels(instance, add_level, Effort::default(), &mut |phase, done, total| {
        let words = match phase {
            Phase::Guarantees => "who: guarantees in draw order",
            Phase::Ranks => "where: best ranks",
            Phase::Ties => "where: luck settles ties",
            Phase::Check => "checking the certificate",
        };
        costs.begin(words);
        progress.set_length(total);
        progress.set_position(done);
        progress.set_message(words);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    progress.finish_and_clear();
    stop.check()?;
    outcome.context("allocating")
}

/// Rules that a register is tried with.
#[derive(Clone)]
pub(crate) struct Rules<'a> {
    pub(crate) mechanism: Mechanism,
    /// Seats of sessions that groups have.
    pub(crate) kept: &'a Kept,
}

/// What this register would have got under other rules.
///
/// # Errors
/// If the draw cannot be run.
pub(crate) fn under(
    announced: &Announced,
    register: &Register,
    seed: &Seed,
    rules: Rules<'_>,
) -> Outcome<(Instance, allocator::Outcome)> {
    let instance = draw::instance(&announced.programme, rules.kept, rules.mechanism, &register.revisions, seed);
    let mut instance = instance.context("the draw")?;
    let outcome = allocate(&mut instance, seed, &Stop::default(), &mut Costs::default())?;
    Ok((instance, outcome))
}
