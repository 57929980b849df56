//! What a newcomer reads when the demo is over.

use super::crowd::Tally;
use crate::{
    commands::allocate,
    console::{count, data, percent},
    draw::Announced,
    failure::Outcome,
};
use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use protocol::{
    certificate::Checked,
    draw::named_mechanism,
    lottery::Seed,
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

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(header);
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

fn attempts(tally: &Tally) -> Table {
    let mut table = table(["what", "how often", "answer"]);
    for (act, times) in tally {
        let (status, code) = act.right_answer();
        table.add_row([act.words().into(), count(*times), format!("{status} {}", code.unwrap_or("granted"))]);
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
        let checked = allocate::under(announced, &verified.register, seed, mechanism)?.checked;
        let active = checked.placed() + checked.unplaced;
        let of = |part| format!("{} ({})", count(part), percent(part, active));
        let first = checked.placed_by_rank.first().copied().unwrap_or(0);
        table.add_row([words.into(), of(checked.placed()), of(first), mean_rank(&checked), of(checked.unplaced)]);
    }
    Ok(table)
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
