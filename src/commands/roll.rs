//! `jebi roll`: who may register, and the codes they sign in with.

use crate::{
    cli::Roll as Arguments,
    console::{count, step},
    draw::{Announced, Draw, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use intake::{Issued, Reissue, Roll};
use serde::Deserialize;
use std::{
    fs::{self, File},
    path::Path,
};

/// Imports people or issues codes.
///
/// # Errors
/// With the line at fault; then nothing of the file was taken.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments {
        Arguments::Import { draw, file, store } => import(draw, file, store.store.as_deref()),
        Arguments::Codes { draw, file, out, only, reissue, store } => {
            // Who is named is meant, whether or not there is a code.
            let reissue = if *reissue || !only.is_empty() { Reissue::Allow } else { Reissue::Refuse };
            codes(draw, file, out, only, reissue, store.store.as_deref())
        }
    }
}

fn import(draw: &Path, file: &Path, store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    let csv = File::open(file).context(format!("reading {}", file.display()))?;
    part::runtime()?.block_on(async {
        let database = part::create(&announced, store).await?;
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

fn codes(draw: &Path, file: &Path, out: &Path, only: &[String], reissue: Reissue, store: Option<&str>) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    let doing = format!("reading {}", file.display());
    let lines: Result<Vec<Line>, _> = csv::Reader::from_path(file).context(&doing)?.deserialize().collect();
    let mut references: Vec<String> =
        lines.context(doing)?.into_iter().map(|line| line.reference.trim().to_owned()).collect();
    if let Some(unknown) = only.iter().find(|reference| !references.contains(reference)) {
        return Err(Failure::new(format!("{unknown} is not in {}", file.display())));
    }
    references.retain(|reference| only.is_empty() || only.contains(reference));
    let issued = part::runtime()?.block_on(issue(&announced, store, &references, reissue, out))?;
    step(format!("{} codes in {}: mail them, then delete the file", count(issued), out.display()));
    Ok(())
}

/// The file first, then the codes into force: a code that nobody has voids nothing.
async fn issue(
    announced: &Announced,
    store: Option<&str>,
    references: &[String],
    reissue: Reissue,
    out: &Path,
) -> Outcome<u64> {
    let database = part::open(announced, store).await?;
    let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
    let made = roll.make_codes(references, reissue).await.context("issuing codes");
    let issued = made.map_err(|failure| {
        failure.hint(
            "--only REFERENCE issues again for one person, --reissue for all; the codes mailed before become void",
        )
    })?;
    once::write_secret(out, &mailing(&issued)?)?;
    if let Err(error) = roll.put_codes(&issued).await {
        // They never came into force.
        let _ = fs::remove_file(out);
        return Err(Failure::new(format!("issuing codes: {error}")).hint("nothing changed; run the command again"));
    }
    database.close().await;
    Ok(issued.len() as u64)
}

/// What the printer gets: `reference,code`.
fn mailing(issued: &[Issued]) -> Outcome<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["reference", "code"]).context("writing codes")?;
    for Issued { reference, code } in issued {
        writer.write_record([reference.as_str(), code.spelled().as_str()]).context("writing codes")?;
    }
    writer.into_inner().context("writing codes")
}
