//! `jebi publish`: the bundle, verified from its own files before it is put in place.

use super::seed;
use crate::{
    console::{bar, data, step},
    draw::{Announced, Draw, Step, TOOL},
    failure::{Context, Failure, Outcome},
};
use protocol::{
    batches, json,
    verify::{Fault, Verified, verify},
};
use publisher::FolderError;
use std::{fs, path::Path};

/// Makes the bundle, verifies it, writes `bundle/`.
///
/// # Errors
/// If the steps before are missing, or the bundle does not verify (the quorum is missing, for one).
pub(crate) fn run(folder: &Path) -> Outcome {
    let draw = Draw::at(folder);
    let _alone = draw.alone()?;
    let announced = draw.announced()?;
    publish(&announced)?;
    data(announced.draw.path("bundle").display());
    Ok(())
}

/// The same, giving what was verified.
///
/// # Errors
/// As [`run`].
pub(crate) fn publish(announced: &Announced) -> Outcome<Verified> {
    announced.require(Step::Allocated)?;
    let read = |name: &str| fs::read(announced.draw.path(name)).context(format!("reading {name}"));
    let (register, register_runs) = announced.register()?;
    let batches = batches::decode(&announced.programme, &read("register/receipts.bin")?);
    let parts = publisher::Draw {
        programme: &announced.programme,
        programme_note: &announced.programme_note,
        register_runs: &register_runs,
        register: &register,
        records: &announced.records()?,
        sessions: &json::parse(&read("allocation/sessions.json")?).context("reading sessions.json")?,
        seed: &seed::read(announced)?,
        batches: &batches.ok_or_else(|| Failure::new("register/receipts.bin is not a list of batches"))?,
        acknowledged: &read("register/acknowledged.bin")?,
        log_files: &announced.log.published()?,
        tool: TOOL,
    };
    let progress = bar("publishing", 0);
    let files = publisher::bundle(&parts, &announced.draw.keys().signer("operator")?, &mut |what, done, total| {
        progress.set_message(what.to_owned());
        progress.set_length(total);
        progress.set_position(done);
    });
    progress.finish_and_clear();
    let files = files.context("making the bundle")?;
    let verified = verify(&files).map_err(|rejection| {
        Failure::rejected(format!("the bundle does not verify, so it is not published: {rejection}")).hint(
            match rejection.fault {
                Fault::Quorum { .. } => "have the witnesses cosign both heads: jebi witness DRAW/log --key …",
                _ => "a file of the draw is not the one that its log commits to: restore it from a backup",
            },
        )
    })?;
    let folder = announced.draw.path("bundle");
    match publisher::write(&files, &folder) {
        Err(error @ FolderError::Different { .. }) => {
            return Err(Failure::new(error)
                .hint("what was published is never written over; move the old bundle away to publish again"));
        }
        written => written.context("writing the bundle")?,
    }
    step(format!("{} files verified and written to {}", files.len(), folder.display()));
    Ok(verified)
}
