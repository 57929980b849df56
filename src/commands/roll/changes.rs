//! `jebi roll imports`: what changed the roll.

use crate::{
    draw::{Draw, intake as part},
    failure::{Context, Outcome},
};
use intake::Roll;
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
