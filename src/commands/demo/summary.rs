//! What a newcomer reads when the demo is over.

use super::crowd::Tally;
use crate::{
    commands::allocate,
    console::{count, data, percent, table},
    draw::Announced,
    failure::Outcome,
};
use comfy_table::Table;
use protocol::{
    apportionment::Kept,
    certificate::Checked,
    draw::{self, named_mechanism},
    lottery::Seed,
    outcome::Outcome as Became,
    programme::MechanismName::{Optimal, Priority, Serial},
    verify::Verified,
};
use std::{path::PathBuf, time::Duration};

/// How long the steps took.
pub(crate) struct Times {
    pub registering: Duration,
    pub allocating: Duration,
    pub all: Duration,
}

/// A receipt that was kept to try things with.
pub(crate) struct Sample {
    pub name: &'static str,
    pub ticket: String,
    pub path: PathBuf,
}

/// Prints the summary.
///
/// # Errors
/// If the other two mechanisms cannot be run.
pub(crate) fn print(
    announced: &Announced,
    verified: &Verified,
    seed: &Seed,
    tally: &Tally,
    times: &Times,
    samples: &[Sample],
) -> Outcome {
    data("\nWhat people tried, and each got the right answer:");
    data(attempts(tally));
    data("Who was placed:");
    data(cohorts(verified));
    data("What the same register would have got under each mechanism (this draw: optimal):");
    data(mechanisms(announced, verified, seed)?);
    if verified.apportionment.is_some() {
        data("What the apportionment changed for the people of the districts, in the same draw without it:");
        data(districts(announced, verified, seed)?);
    }
    let seconds = |time: &Duration| format!("{}.{:01} s", time.as_secs(), time.subsec_millis() / 100);
    data(format!(
        "Time: {} in all, of it {} registering over HTTP and {} allocating.\n",
        seconds(&times.all),
        seconds(&times.registering),
        seconds(&times.allocating)
    ));
    next(announced, verified, samples);
    Ok(())
}

fn attempts(tally: &Tally) -> Table {
    let mut table = table(["what", "how often", "answer"]);
    for (act, times) in tally {
        let (status, code) = act.right_answer();
        let answer = format!("{status} {}", code.unwrap_or("granted"));
        // Words at a desk have no status.
        let answer = if *act == super::Act::AtTheOffice { "granted".to_owned() } else { answer };
        table.add_row([act.words().into(), count(*times), answer]);
    }
    table
}

fn cohorts(verified: &Verified) -> Table {
    let mut table = table(["cohort", "registered", "withdrew", "took part", "placed", "first choice", "not placed"]);
    let mut sums = [0; 6];
    for cohort in &verified.sessions.cohorts {
        let first = cohort.choices.first().copied().unwrap_or(0);
        let registered = cohort.active + cohort.withdrawn;
        let row = [registered, cohort.withdrawn, cohort.active, cohort.placed, first, cohort.unplaced];
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        table.add_row(cohort_row(&cohort.id, row));
    }
    table.add_row(cohort_row("all", sums));
    table
}

fn cohort_row(name: &str, row: [u64; 6]) -> Vec<String> {
    let [registered, withdrawn, active, placed, first, unplaced] = row;
    let of = |part| format!("{} ({})", count(part), percent(part, active));
    vec![name.into(), count(registered), count(withdrawn), count(active), of(placed), of(first), of(unplaced)]
}

fn mechanisms(announced: &Announced, verified: &Verified, seed: &Seed) -> Outcome<Table> {
    let mut table = table(["mechanism", "placed", "first choice", "mean rank of the placed, from 1", "not placed"]);
    let what =
        [(Serial, "serial: the lottery, choice by choice"), (Priority, "priority: lottery who, optimiser where")];
    for (name, words) in what.into_iter().chain([(Optimal, "optimal: the optimiser, lottery for ties")]) {
        let mechanism = named_mechanism(&announced.programme, name);
        let rules = allocate::Rules { mechanism, kept: &verified.kept };
        let checked = allocate::under(announced, &verified.register, seed, rules)?.1.checked;
        let active = checked.placed() + checked.unplaced;
        let of = |part| format!("{} ({})", count(part), percent(part, active));
        let first = checked.placed_by_rank.first().copied().unwrap_or(0);
        table.add_row([words.into(), of(checked.placed()), of(first), mean_rank(&checked), of(checked.unplaced)]);
    }
    Ok(table)
}

/// By district, the seats of this draw beside those of the same register, seed and mechanism without an apportionment.
fn districts(announced: &Announced, verified: &Verified, seed: &Seed) -> Outcome<Table> {
    let mut table = table([
        "seats for districts",
        "placed",
        "first choice",
        "a tenth live where at most",
        "half live where at most",
    ]);
    let rules = allocate::Rules { mechanism: draw::mechanism(&announced.programme), kept: &Kept::default() };
    let (instance, outcome) = allocate::under(announced, &verified.register, seed, rules)?;
    let without = draw::records(&verified.register.revisions, &instance, &outcome.allocation);
    for (name, records) in [("kept by their registrants", &verified.records), ("all open", &without)] {
        let mut counts = vec![(0u64, 0u64); announced.programme.districts.len()];
        let (mut active, mut placed, mut first) = (0, 0, 0);
        for (revision, record) in verified.register.revisions.iter().zip(records) {
            let Some(count) = counts.get_mut(usize::from(revision.body.district)) else { continue };
            let (is_placed, is_first) = match record.outcome {
                Became::Withdrawn => continue,
                Became::Unplaced => (0, 0),
                Became::Placed { choice, .. } => (1, u64::from(choice == 0)),
            };
            (count.0, count.1) = (count.0 + 1, count.1 + is_placed);
            (active, placed, first) = (active + 1, placed + is_placed, first + is_first);
        }
        let of = |part| format!("{} ({})", count(part), percent(part, active));
        let below = |share: u64| share_below(&mut counts.clone(), active, share);
        table.add_row([name.into(), of(placed), of(first), below(10), below(2)]);
    }
    Ok(table)
}

/// The coverage of the district with which, worst first, one in so many people has been counted.
fn share_below(counts: &mut [(u64, u64)], active: u64, one_in: u64) -> String {
    counts.sort_by(|a, b| (a.1 * b.0).cmp(&(b.1 * a.0)));
    let mut seen = 0;
    let found = counts.iter().find(|(active_here, _)| {
        seen += active_here;
        *active_here > 0 && seen * one_in >= active
    });
    found.map_or_else(|| "–".to_owned(), |(active, placed)| format!("{} are placed", percent(*placed, *active)))
}

/// In hundredths, rounded down; 1.00 is everybody at the first choice.
fn mean_rank(checked: &Checked) -> String {
    let sum: u64 = checked.placed_by_rank.iter().zip(1..).map(|(placed, rank)| placed * rank).sum();
    let hundredths = sum * 100 / checked.placed().max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn next(announced: &Announced, verified: &Verified, samples: &[Sample]) {
    let bundle = announced.draw.path("bundle");
    let bundle = bundle.display();
    data(format!("Register root  {}", verified.register.root));
    data(format!("Beacon round   {} of drand quicknet", verified.seed.round));
    data(format!("The bundle     {bundle}/\n"));
    data("Try next:");
    if let Ok(program) = std::env::current_exe() {
        data(format!("  (`jebi` is {} here)", program.display()));
    }
    data(format!("  jebi view {bundle}                 look at the pages"));
    for Sample { name, ticket, .. } in samples {
        data(format!("  jebi explain {bundle} {ticket}    {name}"));
    }
    if let Some(Sample { path, .. }) = samples.first() {
        data(format!("  jebi verify {bundle} --receipt {}", path.display()));
    }
    data(format!("  change any byte under {bundle} and verify again"));
}
