//! Seats for groups, in proportion to who registered, before anything is drawn: what `check`, `announce`, `allocate` and
//! `publish` do where a programme asks for it. SPEC §18.

use super::check::all_or;
use crate::{
    console::{count, counted, data, step},
    draw::{Announced, Draw, once::Part},
    failure::{Context, Failure, Outcome},
};
use allocator::apportionment::{ApportionError, Conflict, apportion, check_floors};
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use protocol::{
    apportionment::{ApportionmentFile, Kept, MOST_SEATS, Problem, ProblemError, kept, problem},
    json,
    programme::{Programme, Reserve},
};
use std::{collections::BTreeSet, fs};

const FILE: &str = "allocation/apportionment.json";

/// The apportionment for these registrants of the groups, and the seats it gives to sessions; nothing if the programme
/// asks for none.
///
/// # Errors
/// If the floors cannot be kept.
pub(crate) fn decide(programme: &Programme, registrants: &[u64]) -> Outcome<(Option<ApportionmentFile>, Kept)> {
    if programme.apportionment.is_none() {
        return Ok((None, Kept::default()));
    }
    let problem = numbers(programme, registrants)?;
    let found = apportion(&problem).map_err(|error| refused(programme, &problem, &error))?;
    let file = ApportionmentFile::new(programme, &problem, &found.answer);
    let kept = kept(programme, &problem, &found.answer.seats);
    let kept = kept.ok_or_else(|| Failure::new("the seats of groups do not fit into the sessions of a site"))?;
    Ok((Some(file), kept))
}

/// Writes the file beside its place.
///
/// # Errors
/// If the disk refuses.
pub(crate) fn write(draw: &Draw, file: &ApportionmentFile) -> Outcome<Part> {
    let bytes = json::to_bytes(file).context("writing apportionment.json")?;
    let mut part = Part::new(&draw.path(FILE))?;
    part.write(&bytes)?;
    part.finish()?;
    let (seats, groups) = (file.groups.iter().map(|group| group.seats).sum(), file.groups.len() as u64);
    let (seats, groups) = (counted(seats, ["seat", "seats"]), counted(groups, ["group", "groups"]));
    step(format!("{seats} apportioned to {groups}; the certificate holds"));
    Ok(part)
}

/// The file, if the programme asks for it.
///
/// # Errors
/// If it is missing or no such file.
pub(crate) fn read(announced: &Announced) -> Outcome<Option<ApportionmentFile>> {
    if announced.programme.apportionment.is_none() {
        return Ok(None);
    }
    let path = announced.draw.path(FILE);
    let bytes = fs::read(&path).context(format!("reading {}", path.display()))?;
    Ok(Some(json::parse(&bytes).context(format!("reading {}", path.display()))?))
}

/// Refuses floors that cannot be kept, whoever registers.
///
/// # Errors
/// With the smallest set of groups that shows it, and what to change.
pub(crate) fn check(programme: &Programme) -> Outcome {
    if programme.apportionment.is_none() {
        return Ok(());
    }
    let problem = numbers(programme, &vec![0; programme.groups().len()])?;
    check_floors(&problem).map_err(|error| refused(programme, &problem, &error))
}

/// Groups that are shown one by one.
const SHOWN: usize = 20;

/// Prints who shares what, how many seats are within each group's reach, and what its bounds are.
pub(crate) fn describe(programme: &Programme) {
    let Some(rule) = &programme.apportionment else { return };
    let seats: u64 = programme.sessions.iter().map(|session| u64::from(session.open_seats())).sum();
    let permille = rule.reserved_permille;
    data(format!("apportioned         {permille} of 1,000 of each site's {} seats, by registrants", count(seats)));
    // Where there is none, `check` says so with what to do.
    let Ok(problem) = problem(programme, &vec![0; programme.groups().len()]) else { return };
    let floors: u64 = (0..problem.groups().len()).map(|group| problem.least(group)).sum();
    let (room, floors) = (count(problem.rooms().iter().sum()), count(floors));
    data(format!("                    {room} seats that groups can have; their floors ask for {floors} of them"));
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header([
        "group",
        "for cohorts",
        "for districts",
        "sites in reach",
        "seats there",
        "at least",
        "at most",
        "left over",
    ]);
    for (at, (id, reaching)) in rule.groups.iter().zip(programme.groups()).enumerate().take(SHOWN) {
        let reserve = programme.reserves.get(reaching.reserve.0 as usize);
        let names =
            |list: fn(&Reserve) -> &Vec<String>| reserve.map_or_else(String::new, |reserve| all_or(list(reserve)));
        let there = reaching.sites.iter().filter_map(|site| problem.rooms().get(site.0 as usize)).sum();
        let group = problem.groups()[at];
        table.add_row([
            id.clone(),
            names(|reserve| &reserve.cohorts),
            names(|reserve| &reserve.districts),
            count(reaching.sites.len() as u64),
            count(there),
            count(problem.least(at)),
            if group.ceiling < MOST_SEATS { count(group.ceiling) } else { "its registrants".into() },
            if reserve.is_some_and(|reserve| reserve.release) { "opened to others" } else { "stays empty" }.into(),
        ]);
    }
    data(table);
    if let Some(more) = rule.groups.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        data(format!("                    and {} more", counted(more as u64, ["group", "groups"])));
    }
    let bounds = rule.floors.iter().chain(&rule.ceilings).filter(|bound| bound.site.is_some()).count();
    if bounds > 0 {
        let bounds =
            counted(bounds as u64, ["floor or ceiling at a single site", "floors and ceilings at single sites"]);
        data(format!("                    {bounds}"));
    }
    for (group, reaching) in rule.groups.iter().zip(programme.groups()) {
        if reaching.sites.is_empty() {
            data(format!("WARNING: group {group} gets no seats: no site is within reach of all who belong to it"));
        }
    }
}

fn numbers(programme: &Programme, registrants: &[u64]) -> Outcome<Problem> {
    problem(programme, registrants).map_err(|error| {
        let (what, mend) = match error {
            ProblemError::CellFloor { group, site, room } => {
                let (group, site) = (group_name(programme, group), site_name(programme, site));
                let what = format!(
                    "group {group} has a floor at site {site} above its ceiling or the {room} seats that groups can have there"
                );
                (what, "lower that floor, raise the ceiling, or let groups have more of each site (reserved_permille)")
            }
            ProblemError::GroupFloor { group } => (
                format!("the floors of group {} are above its ceiling over all sites", group_name(programme, group)),
                "raise its ceiling over all sites, or lower its floors",
            ),
            _ => (error.to_string(), "make fewer groups, or let them reach fewer sites"),
        };
        Failure::rejected(format!("there is no apportionment: {what}")).hint(mend)
    })
}

/// The smallest conflict in names, and the ways out of it.
fn refused(programme: &Programme, problem: &Problem, error: &ApportionError) -> Failure {
    let ApportionError::Floors(conflict) = error else {
        return Failure::new(format!("there is no apportionment: {error}"));
    };
    let Conflict { groups, sites, asked, available } = conflict;
    let names: Vec<String> = groups.iter().map(|group| group_name(programme, *group)).collect();
    let missing = asked.saturating_sub(*available);
    let mut places: BTreeSet<usize> = sites.iter().copied().collect();
    if places.is_empty() {
        let cells = groups.iter().flat_map(|group| &problem.cells()[problem.cells_of(*group)]);
        places.extend(cells.map(|cell| cell.site));
    }
    let places: Vec<String> = places.into_iter().map(|site| site_name(programme, site)).collect();
    let (names, places) = (names.join(", "), if places.is_empty() { "no site".into() } else { places.join(", ") });
    let (asked, available, missing) = (count(*asked), count(*available), count(missing));
    Failure::rejected(format!(
        "the floors cannot all be kept: group {names} must have {asked} seats and can have {available} (at {places})"
    ))
    .hint(format!(
        "lower the floors of {names} by {missing} together, add {missing} seats at {places}, or let groups have more \
         of each site (reserved_permille); the other floors are not in the way"
    ))
}

fn group_name(programme: &Programme, group: usize) -> String {
    let groups = programme.apportionment.as_ref().map(|rule| rule.groups.as_slice()).unwrap_or_default();
    groups.get(group).cloned().unwrap_or_default()
}

fn site_name(programme: &Programme, site: usize) -> String {
    programme.sites.get(site).map(|site| site.id.clone()).unwrap_or_default()
}
