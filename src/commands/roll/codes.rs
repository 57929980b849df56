//! `jebi roll codes`: the letters' codes, the first and those issued again.

use super::file;
use crate::{
    cli::Actor,
    console::{counted, step},
    draw::{Announced, Draw, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use intake::{Issued, Reissue, Roll, RollError};
use std::{fs, path::Path};

/// Makes codes for the people of a file and writes them for mailing.
///
/// # Errors
/// If somebody has a code already and none was asked for again, or is not on the roll.
pub(super) fn run(
    draw: &Path,
    file: &Path,
    out: &Path,
    only: &[String],
    reissue: Reissue,
    by: &Actor,
    store: Option<&str>,
) -> Outcome {
    let announced = Draw::at(draw).announced()?;
    // Codes do not go to a folder that a slip of the keyboard would make.
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(missing) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::new(format!("writing {}: there is no folder {}", out.display(), missing.display()))
            .hint("make it first, where only its owner may look, or mend --out"));
    }
    let mut references = file::references(file)?;
    if let Some(unknown) = only.iter().find(|reference| !references.contains(reference)) {
        return Err(Failure::new(format!("{unknown} is not in {}", file.display())));
    }
    references.retain(|reference| only.is_empty() || only.contains(reference));
    let issued = part::runtime()?.block_on(issue(&announced, store, &references, (reissue, by), out))?;
    let codes = counted(issued, ["code", "codes"]);
    step(format!("{codes} in {}: mail them, then delete the file", out.display()));
    Ok(())
}

/// The file first, then the codes into force: a code that nobody has voids nothing.
async fn issue(
    announced: &Announced,
    store: Option<&str>,
    references: &[String],
    (reissue, by): (Reissue, &Actor),
    out: &Path,
) -> Outcome<u64> {
    let database = part::open(announced, store).await?;
    let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?).by(part::by(by.actor.as_deref())?);
    let issued = roll.make_codes(references, reissue).await.map_err(|error| {
        let failure = Failure::new(format!("issuing codes: {error}"));
        match error {
            RollError::HaveCodes { .. } => failure.hint(
                "--only REFERENCE issues again for one person, --reissue for all; the codes mailed before become void",
            ),
            RollError::NotOnRoll { .. } => failure.hint("first: jebi roll import DRAW FILE; nobody got a code"),
            _ => failure,
        }
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
