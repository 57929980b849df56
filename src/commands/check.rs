//! `jebi check`: is this programme valid, and does it say what was meant?

use super::apportion;
use crate::{
    console::{count, counted, data},
    draw::{Draw, clock},
    failure::Outcome,
};
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use protocol::{
    beacon,
    programme::{
        Admission, Boundary, Fields, MechanismName, Neighbour, Programme, Reach, Reserve, admissions, boundaries,
    },
};
use std::path::Path;

/// Compiles the files and prints what an official should read before anything is signed.
///
/// # Errors
/// Every fault with its file, line and mend.
pub(crate) fn run(folder: &Path) -> Outcome {
    let programme = Draw::at(folder).compile()?;
    describe(&programme);
    apportion::check(&programme)
}

/// Prints hash, calendar, capacity with reserves, reach, and cohorts by district.
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
        "capacity            {} in {} at {}",
        counted(seats, ["seat", "seats"]),
        counted(sessions, ["session", "sessions"]),
        counted(sites, ["site", "sites"])
    ));
    reserves(programme);
    apportion::describe(programme);
    reach(programme);
    cohorts(programme);
}

fn mechanism(programme: &Programme) -> String {
    let costs = &programme.mechanism;
    let outsiders = match costs.name {
        MechanismName::Optimal => format!(", outsider cost {}", costs.outsider_cost),
        MechanismName::Serial | MechanismName::Priority => String::new(),
    };
    let (ranks, unplaced) = (&costs.rank_costs, &costs.unplaced_costs);
    format!("{:?}, rank costs {ranks:?}, unplaced costs {unplaced:?}{outsiders}", costs.name).to_lowercase()
}

/// For whom seats are kept, and how many in how many sessions.
fn reserves(programme: &Programme) {
    // Those of an apportionment have a table of their own.
    let is_group = |reserve: &&Reserve| programme.apportionment.iter().any(|rule| rule.groups.contains(&reserve.id));
    let reserves: Vec<&Reserve> = programme.reserves.iter().filter(|reserve| !is_group(reserve)).collect();
    if reserves.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["reserve", "for cohorts", "for districts", "seats", "sessions", "seats a session", "left over"]);
    for reserve in reserves {
        let kept = programme.sessions.iter().flat_map(|session| &session.reserves);
        let seats: Vec<u64> = kept.filter(|kept| kept.reserve == reserve.id).map(|kept| kept.seats.into()).collect();
        let span = match (seats.iter().min(), seats.iter().max()) {
            (Some(least), Some(most)) if least < most => format!("{} to {}", count(*least), count(*most)),
            (Some(same), _) => count(*same),
            _ => "–".into(),
        };
        table.add_row([
            reserve.id.clone(),
            all_or(&reserve.cohorts),
            all_or(&reserve.districts),
            count(seats.iter().sum()),
            count(seats.len() as u64),
            span,
            if reserve.release { "opened to others" } else { "stays empty" }.to_owned(),
        ]);
    }
    data(table);
    let open: u64 = programme.sessions.iter().map(|session| u64::from(session.open_seats())).sum();
    let closed = programme.sessions.iter().filter(|session| session.open_seats() == 0).count() as u64;
    let (open, closed) = (counted(open, ["seat", "seats"]), counted(closed, ["session has", "sessions have"]));
    data(format!("open to all         {open}; {closed} none"));
}

/// Who may list what, and who may list nothing.
fn reach(programme: &Programme) {
    let Reach::Table { rows } = &programme.reach else {
        return data("reach               everybody may list every site");
    };
    data(format!("reach               a table of {}", counted(rows.len() as u64, ["row", "rows"])));
    let pairs = programme.without_reach();
    for cohort in 0..=u16::MAX {
        let Some(named) = programme.cohorts.get(usize::from(cohort)) else { break };
        let without = pairs.iter().filter(|(of, _)| *of == cohort).map(|(_, district)| *district);
        let codes = codes(programme, &without.collect::<Vec<_>>());
        if !codes.is_empty() {
            let (id, districts) = (&named.id, counted(codes.len() as u64, ["district", "districts"]));
            data(format!("WARNING: cohort {id} can list no session in {districts}: {}", some(&codes)));
        }
    }
}

/// For whom a list of names is.
pub(super) fn all_or(names: &[String]) -> String {
    if names.is_empty() { "all".to_owned() } else { some(names) }
}

/// A few names, and how many more.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 8;
    match names.len().checked_sub(SHOWN) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {} more", names[..SHOWN].join(", "), count(more as u64)),
    }
}

fn codes(programme: &Fields, districts: &[u16]) -> Vec<String> {
    let code = |district: &u16| programme.districts.get(usize::from(*district)).map(|district| district.code.clone());
    districts.iter().filter_map(code).collect()
}

/// First and last birth date of each range, with both neighbours, for each group of districts that the same cohorts admit:
/// where eligibility goes wrong if it does.
fn cohorts(programme: &Programme) {
    let admissions = admissions(programme);
    let boundaries = boundaries(programme);
    for Admission { districts, cohorts } in &admissions {
        if admissions.len() > 1 {
            let many = counted(districts.len() as u64, ["district", "districts"]);
            data(format!("residents of {many} ({}):", some(&codes(programme, districts))));
        }
        match cohorts.is_empty() {
            true => data("WARNING: no cohort admits them"),
            false => data(table(boundaries.iter().filter(|boundary| boundary.districts == *districts))),
        }
    }
}

fn table<'a>(boundaries: impl Iterator<Item = &'a Boundary>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["cohort", "day before", "first birth date", "last birth date", "day after"]);
    for Boundary { cohort, first, last, before, after, .. } in boundaries {
        let show = |neighbour: &Option<Neighbour>| match neighbour {
            None => "–".into(),
            Some(Neighbour { day, cohort: None }) => format!("{day} not eligible"),
            Some(Neighbour { day, cohort: Some(other) }) => format!("{day} in {other}"),
        };
        table.add_row([cohort.clone(), show(before), first.to_string(), last.to_string(), show(after)]);
    }
    table
}
