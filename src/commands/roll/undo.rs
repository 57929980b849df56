//! `jebi roll undo`: look, show, ask, take imports back.

use super::ask;
use crate::{
    cli::Undo as Arguments,
    console::{bar, counted, data, step},
    draw::{Draw, clock, intake as part},
    failure::{Failure, Outcome},
};
use intake::{LineRange, Roll, RollError, StoreError, ToUndo, Undoing};
use protocol::programme::Programme;

/// Takes imports back, the last first, if somebody says so.
///
/// # Errors
/// If a line cannot be taken back, nobody says so, or the store refuses.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Arguments { draw, lines, yes, by, store } = arguments;
    let announced = Draw::at(draw).announced()?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, store.store.as_deref()).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?).by(part::by(by.actor.as_deref())?);
        let undoing = look(&roll, lines).await.map_err(|error| failure(lines, &error))?;
        show(&announced.programme, undoing.to_undo());
        let typed: Vec<String> = lines.iter().map(LineRange::to_string).collect();
        let again = format!("jebi roll undo {} {} --yes{}", draw.display(), typed.join(" "), store.again());
        let hint = format!("when the lines above are what you mean: {again}");
        ask("yes", "Type yes to take this back, anything else to stop:", *yes, &hint)?;
        apply(&roll, undoing).await.map_err(|error| failure(lines, &error))?;
        database.close().await;
        Ok(())
    })
}

async fn look<'a>(roll: &'a Roll, lines: &[LineRange]) -> Result<Undoing<'a>, RollError> {
    let bar = bar("looking through the imports", 0);
    let tell = &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let undoing = roll.undoing(lines, tell).await;
    bar.finish_and_clear();
    undoing
}

fn show(programme: &Programme, to_undo: &ToUndo) {
    let ToUndo { lines, before, people, contacts, actors, written_unix_s: (first, last) } = to_undo;
    let lines = LineRange::in_words(lines);
    let people = counted(*people, ["person", "people"]);
    step(format!("to take back        {people} added or corrected by {lines} of the journal"));
    if *contacts > 0 {
        step(format!("                    {}", counted(*contacts, ["contact", "contacts"])));
    }
    let until = if first == last { String::new() } else { format!(" to {}", clock::show(programme, *last)) };
    let by: Vec<&str> = actors.iter().map(String::as_str).collect();
    step(format!("written             {}{until}, by {}", clock::show(programme, *first), by.join("; ")));
    if !before.is_empty() {
        step(format!("passed over         {}, taken back before", LineRange::in_words(before)));
    }
}

async fn apply(roll: &Roll, undoing: Undoing<'_>) -> Result<(), RollError> {
    let ToUndo { lines, people, contacts, .. } = undoing.to_undo().clone();
    let bar = bar("taking people back", people + contacts);
    let written = undoing.apply(&mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    let written = roll.ranges(&written?).await?;
    let (undone, by) = (LineRange::in_words(&lines), LineRange::in_words(&written));
    step(format!("{undone} of the journal: taken back by {by}"));
    let written: Vec<String> = written.iter().map(LineRange::to_string).collect();
    data(written.join(" "));
    Ok(())
}

fn failure(asked: &[LineRange], error: &RollError) -> Failure {
    let list = "jebi roll imports DRAW lists what can be taken back";
    match error {
        RollError::UndoCut { .. } => Failure::new(error).hint("run the command again: it goes on with what is left"),
        RollError::Store(StoreError::Frozen) => Failure::new(error).hint("what was drawn from stays as it was"),
        RollError::NoImport { line, .. } => match sides(asked, *line).as_str() {
            "" => unchanged(error).hint(list),
            sides => unchanged(error).hint(format!("{list}; without that line: {sides}")),
        },
        RollError::ChangedSince { by, .. } => {
            unchanged(error).hint(format!("take that back first, or together with it: add {by} to the lines"))
        }
        RollError::Registered { .. } => {
            unchanged(error).hint("who has registered stays; leave these lines out, and correct others by an import")
        }
        RollError::NoLine { .. } | RollError::Undone { .. } => unchanged(error).hint(list),
        _ => Failure::new(format!("taking imports back: {error}")),
    }
}

fn unchanged(error: &RollError) -> Failure {
    Failure::new(format!("nothing was changed: {error}"))
}

/// What was asked for, without this line.
fn sides(asked: &[LineRange], line: u64) -> String {
    let without = |range: &LineRange| if range.contains(line) { range.without(line) } else { vec![*range] };
    let sides: Vec<String> = asked.iter().flat_map(without).map(|range| range.to_string()).collect();
    sides.join(" ")
}
