//! `jebi check`: is this programme valid, and does it say what was meant?

use crate::{
    console::{count, data},
    draw::{Draw, clock},
    failure::Outcome,
};
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use protocol::{
    beacon,
    programme::{Boundary, Neighbour, Programme, boundaries},
};
use std::path::Path;

/// Compiles the four files and prints what an official should read before anything is signed.
///
/// # Errors
/// Every fault with its file, line and mend.
pub(crate) fn run(folder: &Path) -> Outcome {
    let programme = Draw::at(folder).compile()?;
    describe(&programme);
    Ok(())
}

/// Prints hash, calendar, cohorts and capacity.
pub(crate) fn describe(programme: &Programme) {
    let time = |seconds| clock::show(programme, seconds);
    let window = programme.window;
    data(format!("{} / {}", programme.title.en, programme.title.ko));
    if programme.rehearsal {
        data("REHEARSAL: not binding for anybody");
    }
    data(format!("programme hash      {}", programme.hash()));
    data(format!("registration opens  {}", time(window.opens_at_unix_s)));
    data(format!("registration closes {} (that second no longer counts)", time(window.closes_at_unix_s)));
    data(format!("objections end      {}", time(window.objection_ends_at_unix_s)));
    let round = programme.beacon.round;
    data(format!("beacon round        {round} of drand quicknet, at {}", time(beacon::time_of_round(round))));
    data(format!("mechanism           {}", mechanism(programme)));
    let witnesses = &programme.witnesses;
    data(format!("witnesses           {} of {} must cosign", witnesses.quorum, witnesses.keys.len()));
    let seats: u64 = programme.sessions.iter().map(|session| u64::from(session.capacity)).sum();
    let (sites, sessions) = (programme.sites.len() as u64, programme.sessions.len() as u64);
    data(format!(
        "capacity            {} seats in {} sessions at {} sites",
        count(seats),
        count(sessions),
        count(sites)
    ));
    data(cohorts(programme));
}

fn mechanism(programme: &Programme) -> String {
    let costs = &programme.mechanism;
    format!("{:?}, rank costs {:?}, unplaced costs {:?}", costs.name, costs.rank_costs, costs.unplaced_costs)
        .to_lowercase()
}

/// First and last birth date of each range, with both neighbours: where eligibility goes wrong if it does.
fn cohorts(programme: &Programme) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["cohort", "day before", "first birth date", "last birth date", "day after"]);
    for Boundary { cohort, first, last, before, after } in boundaries(programme) {
        let show = |neighbour: Option<Neighbour>| match neighbour {
            None => "–".into(),
            Some(Neighbour { day, cohort: None }) => format!("{day} not eligible"),
            Some(Neighbour { day, cohort: Some(other) }) => format!("{day} in {other}"),
        };
        table.add_row([cohort, show(before), first.to_string(), last.to_string(), show(after)]);
    }
    table
}
