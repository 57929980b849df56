//! `jebi roll imports` and `jebi roll undo`: what changed the roll, and taking it back.

use crate::{
    cli::Actor,
    console::{data, step},
    draw::{Draw, intake as part},
    failure::{Context, Failure, Outcome},
};
use intake::{Database, Roll, RollError, StoreError};
use std::path::Path;

/// Lists the lines of the journal that changed who is on the roll.
///
/// # Errors
/// If the store cannot be read.
pub(super) fn list(draw: &Path, json: bool, store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, store).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
        for line in roll.changes().await.context("reading the journal")? {
            crate::commands::store::show(&announced.programme, &line, json);
        }
        database.close().await;
        Ok(())
    })
}

/// Takes imports back, the last first.
///
/// # Errors
/// At the first that cannot be taken back; those after it in the journal were.
pub(super) fn undo(draw: &Path, lines: &[u64], by: &Actor, store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    let mut lines = lines.to_vec();
    lines.sort_unstable_by(|one, other| other.cmp(one));
    lines.dedup();
    part::runtime()?.block_on(async {
        let database: Database = part::open(&announced, store).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?).by(part::by(by.actor.as_deref())?);
        for line in lines {
            let undone = roll.undo(line).await.map_err(|error| {
                let failure = Failure::new(format!("line {line} was not taken back: {error}"));
                match error {
                    RollError::Store(StoreError::Conflict(_)) => failure.hint(
                        "jebi roll imports DRAW lists what can be; who has registered stays, correct others by an import",
                    ),
                    _ => failure,
                }
            })?;
            step(format!("line {line} was taken back by line {undone} of the journal"));
            data(undone);
        }
        database.close().await;
        Ok(())
    })
}
