//! `jebi log`: what happened, in order, as the signed events say.

use crate::{
    cli::Log as Arguments,
    console::{count, data},
    draw::{Announced, Draw, clock},
    failure::{Context, Outcome},
};
use protocol::event::{Event, What};

/// Prints the events.
///
/// # Errors
/// If the log is not what its head commits to.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let announced = Draw::at(&arguments.draw).announced()?;
    for event in &announced.events {
        data(if arguments.json { json(event)? } else { line(&announced, event) });
    }
    Ok(())
}

fn json(event: &Event) -> Outcome<String> {
    let bytes = protocol::json::to_bytes(event).context("writing an event")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn line(announced: &Announced, event: &Event) -> String {
    let what = match &event.what {
        What::Programme { title } => format!("{} ({})", title.en, announced.programme.hash()),
        What::Receipts { first, count: batches, .. } => {
            format!("batches {first} to {} anchored", (first + batches).saturating_sub(1))
        }
        What::Freeze { register_root, active, withdrawn, .. } => {
            format!("{} active, {} withdrawn, root {register_root}", count(*active), count(*withdrawn))
        }
        What::Beacon { round, seed, .. } => format!("round {round}, seed {seed}"),
        What::Result { placed, unplaced, allocation_root, .. } => {
            format!("{} placed, {} not placed, root {allocation_root}", count(*placed), count(*unplaced))
        }
    };
    let time = clock::show(&announced.programme, event.time_unix_s);
    format!("{time}  {:9}  {what}  [{}]", event.what.kind(), event.tool)
}
