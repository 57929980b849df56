//! `jebi notice`: the pages between the freeze and the result, as a folder for any web server.

use crate::{
    console::{counted, data, step},
    draw::{Announced, Draw, Step, TOOL},
    failure::{Context, Outcome},
};
use std::{fs, path::Path};

/// Writes `notice/`, as the draw stands now: who cosigned since the last time stands in it too.
///
/// # Errors
/// If the register is not frozen, or the disk refuses.
pub(crate) fn run(folder: &Path) -> Outcome {
    let draw = Draw::at(folder);
    let _alone = draw.alone()?;
    let announced = draw.announced()?;
    announced.require(Step::Frozen)?;
    notice(&announced)?;
    data(announced.draw.path("notice").display());
    Ok(())
}

/// The same on an opened draw.
///
/// # Errors
/// As [`run`].
pub(crate) fn notice(announced: &Announced) -> Outcome {
    let (register, _) = announced.register()?;
    let parts = publisher::Notice {
        programme: &announced.programme,
        programme_note: &announced.programme_note,
        register: &register,
        log_files: &announced.log.published()?,
        tool: TOOL,
    };
    let files = publisher::notice(&parts, &announced.draw.keys().signer("operator")?).context("making the notice")?;
    let [folder, new, old] = ["notice", ".notice-new", ".notice-old"].map(|name| announced.draw.path(name));
    for rest in [&new, &old] {
        if rest.exists() {
            fs::remove_dir_all(rest).context(format!("removing {}", rest.display()))?;
        }
    }
    publisher::write(&files, &new).context("writing the notice")?;
    if folder.exists() {
        fs::rename(&folder, &old).context("putting the notice of before away")?;
    }
    fs::rename(&new, &folder).context("putting the notice in place")?;
    if old.exists() {
        fs::remove_dir_all(&old).context("removing the notice of before")?;
    }
    step(format!("{} written to {}", counted(files.len() as u64, ["file", "files"]), folder.display()));
    Ok(())
}
