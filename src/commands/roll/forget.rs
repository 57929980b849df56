//! `jebi roll forget`: what is not needed any more is deleted, and the journal proves what it was.

use super::ask;
use crate::{
    cli::{Forget as Arguments, Forgotten as Named},
    commands::store,
    console::{count, data, step},
    draw::{Draw, Step, clock, intake as part},
    failure::{Context, Failure, Outcome},
};
use clap::ValueEnum;
use intake::{Forgotten, Roll};

/// Deletes contacts, codes and the roll, or what was named of these.
///
/// # Errors
/// Before the result and the end of the objection period, with the date; if the store is not sound; if nobody says so.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Arguments { draw, only, yes, by, time, store: at } = arguments;
    let announced = Draw::at(draw).announced()?;
    let programme = &announced.programme;
    let from = programme.window.objection_ends_at_unix_s;
    if clock::now(programme, time.at)? < from {
        return Err(Failure::new("nothing is deleted while somebody may still object")
            .hint(format!("from {} on, and after the result", clock::show(programme, from))));
    }
    announced.require(Step::Allocated)?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, at.store.as_deref()).await?;
        let clock = part::clock(programme, time.at, 1)?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
        let roll = roll.by(part::by(by.actor.as_deref())?).at(clock);
        let gone = roll.forgotten().await.context("reading the journal")?;
        let named = |what: &Forgotten| only.is_empty() || only.iter().any(|name| of(*name) == *what);
        let due: Vec<Forgotten> = Forgotten::ALL.into_iter().filter(named).filter(|what| !gone.contains(what)).collect();
        if due.is_empty() {
            step("nothing to delete: it was deleted before");
            database.close().await;
            return Ok(());
        }
        step("checking the store: what is deleted must be what was written");
        store::go_through(&database, &[]).await.map_err(|fault| {
            Failure::rejected(fault).hint("keep the store as it is; nothing is deleted before this is explained")
        })?;
        due.iter().for_each(|what| data(format!("to delete: {:8} {}", what.name(), describe(*what))));
        let names = only.iter().filter_map(ValueEnum::to_possible_value);
        let names: String = names.map(|name| format!(" --only {}", name.get_name())).collect();
        let again = format!("jebi roll forget {}{names} --yes{}", draw.display(), at.again());
        let hint = format!("nothing brings it back; to go on without being asked: {again}");
        ask("FORGET", "Type FORGET to delete this for good, anything else to stop:", *yes, &hint)?;
        for what in due {
            let line = roll.forget(what).await.context(format!("deleting {}", what.name()))?;
            data(format!("line {}: {} {} deleted, digest {}", line.number, count(line.count), what.name(), line.digest));
        }
        step("delete copies of the store, letters' files and contacts' files of this draw too: docs/operators.md has a list");
        database.close().await;
        Ok(())
    })
}

fn of(name: Named) -> Forgotten {
    match name {
        Named::Contacts => Forgotten::Contacts,
        Named::Codes => Forgotten::Codes,
        Named::Roll => Forgotten::Roll,
    }
}

fn describe(what: Forgotten) -> &'static str {
    match what {
        Forgotten::Contacts => "encrypted contacts of people on the roll",
        Forgotten::Codes => "keyed hashes of access codes; nobody can sign in any more",
        Forgotten::Roll => "birth dates and districts, and that somebody who did not register was on the roll",
        _ => "",
    }
}
