//! `jebi store`: whether the store is what it was, who changed it, and a copy of it.

use crate::{
    cli::Store as Arguments,
    console::{TICK, bar, counted, data, step},
    draw::{Draw, clock, intake as part},
    failure::{Context, Failure, Outcome},
};
use indicatif::ProgressBar;
use intake::{Checked, Checking, Database, Fault, Line};
use protocol::hash::Hash;
use serde_json::json;

/// Checks, lists or copies.
///
/// # Errors
/// The first thing that is not as it must be; or the store cannot be read or copied.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let (draw, at) = match arguments {
        Arguments::Check { draw, store, .. }
        | Arguments::Journal { draw, store, .. }
        | Arguments::Backup { draw, store, .. } => (draw, store),
    };
    let announced = Draw::at(draw).announced()?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, at.store.as_deref()).await?;
        match arguments {
            Arguments::Check { seen, .. } => {
                check(&database, seen).await?;
                part::holds_what_the_log_anchors(&announced, &database).await?;
                step("all that the draw's log anchors is there");
            }
            Arguments::Journal { json, .. } => list(&database, &announced.programme, *json).await?,
            Arguments::Backup { file, .. } => {
                if file.exists() {
                    return Err(Failure::new(format!("{} is there already", file.display()))
                        .hint("a copy is never written over: name another file"));
                }
                database.backup(file).await.context(format!("copying to {}", file.display()))?;
                step(format!(
                    "copied to {}; it holds birth dates, so keep it as carefully as the store",
                    file.display()
                ));
            }
        }
        database.close().await;
        Ok(())
    })
}

/// Goes through the whole store, with a bar.
pub(crate) async fn go_through(database: &Database, seen: &[Hash]) -> Result<Checked, Fault> {
    let begin = |what| {
        // How many there are is told with the first of them.
        let bar = bar(what, 1);
        bar.enable_steady_tick(TICK);
        bar
    };
    let mut bars = vec![begin("the journal")];
    let mut tell = |part, done, all| {
        if part == Checking::State && bars.len() == 1 {
            bars.iter().for_each(ProgressBar::finish);
            bars.push(begin("roll and entries"));
        }
        if let Some(bar) = bars.last() {
            bar.set_length(all);
            bar.set_position(done);
        }
    };
    let checked = database.check_telling(seen, &mut tell).await;
    // After a fault it stays where it was.
    let end = if checked.is_ok() { ProgressBar::finish } else { ProgressBar::abandon };
    bars.last().map(end);
    checked
}

async fn check(database: &Database, seen: &[String]) -> Outcome {
    let link = |text: &String| Hash::parse(text).ok_or_else(|| Failure::new(format!("{text} is no link")));
    let seen = seen.iter().map(link).collect::<Outcome<Vec<Hash>>>()?;
    let checked = go_through(database, &seen).await.map_err(|fault| match fault {
        Fault::Store(error) => Failure::new(error),
        Fault::Meanwhile(_) => {
            Failure::rejected(fault).hint("check again, when fewer register; or check a copy: it does not change")
        }
        fault => Failure::rejected(fault).hint("keep the store as it is; do not serve from it before it is explained"),
    })?;
    step(format!(
        "sound: {} of the journal, {}, {}, {}, {}",
        counted(checked.tip.next, ["line", "lines"]),
        counted(checked.batches, ["batch", "batches"]),
        counted(checked.revisions, ["revision", "revisions"]),
        counted(checked.entries, ["entry", "entries"]),
        counted(checked.people, ["person", "people"])
    ));
    step("write the last link down elsewhere; --seen LINK tells later whether history up to here was rewritten");
    data(checked.tip.link);
    Ok(())
}

/// Lines of the journal that are read at one time.
const PAGE: u32 = 1000;

async fn list(database: &Database, programme: &protocol::programme::Programme, json: bool) -> Outcome {
    let mut from = 0;
    loop {
        let lines = database.journal(from, PAGE).await.context("reading the journal")?;
        lines.iter().for_each(|line| show(programme, line, json));
        let Some(last) = lines.last() else { return Ok(()) };
        from = last.number + 1;
    }
}

/// Prints a line of the journal.
pub(crate) fn show(programme: &protocol::programme::Programme, line: &Line, json: bool) {
    let Line { number, time_unix_s, kind, actor, channel, first, count, digest, link } = line;
    if json {
        return data(json!({
            "number": number, "time_unix_s": time_unix_s, "kind": kind.name(), "actor": actor,
            "channel": channel, "first": first, "count": count, "digest": digest.to_string(),
            "link": link.to_string(),
        }));
    }
    let (time, kind) = (clock::show(programme, *time_unix_s), kind.name());
    data(format!("{number:>8}  {time}  {kind:8} {count:>9}  from {first:<9} {actor} by {channel}"));
}
