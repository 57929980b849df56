//! `jebi roll`: who may register, and the codes they sign in with.

use crate::{
    cli::Roll as Arguments,
    console::{count, step},
    draw::{Announced, Draw, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use intake::{Issued, Roll};
use serde::Deserialize;
use std::{fs::File, path::Path};

/// Imports people or issues codes.
///
/// # Errors
/// With the line at fault; then nothing of the file was taken.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments {
        Arguments::Import { draw, file, store } => import(draw, file, store.store.as_deref()),
        Arguments::Codes { draw, file, out, only, store } => codes(draw, file, out, only, store.store.as_deref()),
    }
}

fn import(draw: &Path, file: &Path, store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    let csv = File::open(file).context(format!("reading {}", file.display()))?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, store).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
        let imported = roll.import(csv).await.context(format!("importing {}", file.display()))?;
        let (added, corrected, unchanged) = (imported.added, imported.corrected, imported.unchanged);
        step(format!("{} added, {} corrected, {} as before", count(added), count(corrected), count(unchanged)));
        if imported.in_no_cohort > 0 {
            step(format!("note: {} of them are in no cohort and will be refused", count(imported.in_no_cohort)));
        }
        database.close().await;
        Ok(())
    })
}

#[derive(Deserialize)]
struct Line {
    reference: String,
}

fn codes(draw: &Path, file: &Path, out: &Path, only: &[String], store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    let doing = format!("reading {}", file.display());
    let lines: Result<Vec<Line>, _> = csv::Reader::from_path(file).context(&doing)?.deserialize().collect();
    let mut references: Vec<String> = lines.context(doing)?.into_iter().map(|line| line.reference).collect();
    if let Some(unknown) = only.iter().find(|reference| !references.contains(reference)) {
        return Err(Failure::new(format!("{unknown} is not in {}", file.display())));
    }
    references.retain(|reference| only.is_empty() || only.contains(reference));
    // A code that is issued again voids the old one: found out first, whether the new ones can be written.
    once::check_new(out)?;
    let issued = part::runtime()?.block_on(async { issue(&announced, store, &references).await })?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["reference", "code"]).context("writing codes")?;
    for Issued { reference, code } in &issued {
        writer.write_record([reference.as_str(), code.spelled().as_str()]).context("writing codes")?;
    }
    let written = once::write_secret(out, &writer.into_inner().context("writing codes")?);
    written
        .map_err(|failure| failure.hint("the codes just issued are lost and older ones are void: issue them again"))?;
    step(format!("{} codes in {}: mail them, then delete the file", count(issued.len() as u64), out.display()));
    Ok(())
}

async fn issue(announced: &Announced, store: Option<&str>, references: &[String]) -> Outcome<Vec<Issued>> {
    let database = part::open(announced, store).await?;
    let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
    let issued = roll.issue(references).await.context("issuing codes")?;
    database.close().await;
    Ok(issued)
}
