//! `jebi roll import`: look, show, ask, put in.

use super::{ask, file, sealed};
use crate::{
    cli::Import as Arguments,
    console::{bar, count, counted, data, step},
    draw::{Draw, intake as part},
    failure::{Context, Outcome},
};
use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use intake::{LineRange, Look, Looked, Roll, Seal};
use protocol::programme::Programme;
use std::{collections::BTreeMap, path::Path};

/// Districts that are shown in a table; more are summed.
const SHOWN: usize = 40;

/// Looks at a file, shows what it would change, and changes it if somebody says so.
///
/// # Errors
/// If lines are wrong, nobody says so, or the store refuses.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Arguments { draw, file, yes, dry_run, by, store } = arguments;
    let announced = Draw::at(draw).announced()?;
    let lines = file::lines(file)?;
    part::runtime()?.block_on(async {
        let database = part::create(&announced, store.store.as_deref()).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?).by(part::by(by.actor.as_deref())?);
        let seal = sealed::recipient(&announced.draw)?.map(sealed::seal);
        let seal = seal.as_ref().map(|seal| seal as &Seal<'_>);
        let look = roll.look(lines, seal).await.map_err(|error| file::failure(file, &error))?;
        let looked = look.looked();
        show(&announced.programme, &looked, file);
        if looked.changes() + looked.contacts == 0 {
            step("nothing to change");
        } else if *dry_run {
            step("nothing was changed");
        } else {
            let again = format!("jebi roll import {} {} --yes{}", draw.display(), file.display(), store.again());
            let hint = format!("when the table above is what you expect: {again}");
            ask("yes", "Type yes to put this on the roll, anything else to stop:", *yes, &hint)?;
            apply(&roll, look, arguments).await?;
        }
        database.close().await;
        Ok(())
    })
}

async fn apply(roll: &Roll, look: Look<'_>, arguments: &Arguments) -> Outcome {
    let Arguments { draw, file, store, .. } = arguments;
    let bar = bar("putting people on the roll", look.looked().changes());
    let done = look.apply(&mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    let done = done.map_err(|error| file::failure(file, &error))?;
    step(format!("{} added, {} corrected", count(done.added), count(done.corrected)));
    let lines = roll.ranges(&done.lines).await.context("reading the journal")?;
    let lines: Vec<String> = lines.iter().map(LineRange::to_string).collect();
    step(format!(
        "to take it back, by its lines of the journal: jebi roll undo {} {}{}",
        draw.display(),
        lines.join(" "),
        store.again()
    ));
    Ok(())
}

fn show(programme: &Programme, looked: &Looked, file: &Path) {
    let people: u64 = looked.groups.iter().map(|group| group.people).sum();
    data(format!("{}: {}", file.display(), counted(people, ["person", "people"])));
    let mut districts: BTreeMap<&str, BTreeMap<Option<u16>, u64>> = BTreeMap::new();
    for group in &looked.groups {
        *districts.entry(&group.district).or_default().entry(group.cohort).or_default() += group.people;
    }
    let cohorts = || (0..).zip(&programme.cohorts).map(|(place, cohort)| (Some(place), cohort.id.as_str()));
    let columns: Vec<(Option<u16>, &str)> = cohorts().chain([(None, "in no cohort")]).collect();
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["district"].into_iter().chain(columns.iter().map(|(_, name)| *name)).chain(["all"]));
    let mut row = |name: String, groups: &BTreeMap<Option<u16>, u64>| {
        let cells = columns.iter().map(|(cohort, _)| groups.get(cohort).copied().unwrap_or(0));
        let cells = cells.chain([groups.values().sum()]).map(count);
        table.add_row([name].into_iter().chain(cells));
    };
    let (mut rest, mut all) = (BTreeMap::new(), BTreeMap::new());
    for (number, (district, groups)) in districts.iter().enumerate() {
        groups.iter().for_each(|(cohort, people)| *all.entry(*cohort).or_default() += people);
        if number < SHOWN || districts.len() == SHOWN + 1 {
            row((*district).to_owned(), groups);
        } else {
            groups.iter().for_each(|(cohort, people)| *rest.entry(*cohort).or_default() += people);
        }
    }
    if !rest.is_empty() {
        row(format!("{} more", districts.len() - SHOWN), &rest);
    }
    row("all".to_owned(), &all);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    data(table);
    told(looked);
}

fn told(looked: &Looked) {
    data(format!("to add              {}", count(looked.added)));
    data(format!("to correct          {}", count(looked.corrected)));
    data(format!("as before           {}", count(looked.unchanged)));
    let repeated = counted(looked.repeated, ["line that repeats another", "lines that repeat another"]);
    data(format!("said twice          {repeated}"));
    let lines: Vec<String> = looked.registered_lines.iter().map(u64::to_string).collect();
    let more = if looked.registered > lines.len() as u64 { ", …" } else { "" };
    let lines = match lines.len() {
        0 => String::new(),
        1 => format!(": line {}{more}", lines.concat()),
        _ => format!(": lines {}{more}", lines.join(", ")),
    };
    let registered = counted(looked.registered, ["who has registered", "who have registered"]);
    data(format!("stay as they are    {registered} with other data{lines}"));
    if looked.contacts > 0 {
        data(format!("contacts            {}, encrypted for the officials", count(looked.contacts)));
    }
    let outside = looked.in_no_cohort();
    if outside > 0 {
        let outside = counted(outside, ["is", "are"]);
        data(format!("note: {outside} in no cohort and will be told that they are not eligible"));
    }
}
