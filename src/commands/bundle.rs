//! The folder of a bundle, as it was named on the command line.
//!
//! **Invariant:** what is served to a browser is a folder with a signed manifest: never a draw's own folder, which has its keys.

use crate::failure::{Context, Failure, Outcome};
use protocol::manifest::{self, Files};
use std::path::Path;

/// Its files. Whoever names the draw's folder is told where the bundle in it is.
///
/// # Errors
/// If it is a draw's folder, or cannot be read.
pub(super) fn read(folder: &Path, verb: &str) -> Outcome<Files> {
    let inside = folder.join("bundle");
    if !has_manifest(folder) && has_manifest(&inside) {
        let fault = Failure::new(format!("{} is a draw's folder; its bundle is in it", folder.display()));
        return Err(fault.hint(format!("jebi {verb} {}", inside.display())));
    }
    publisher::read(folder).context("reading the bundle")
}

/// Looks whether a folder may be served: a bundle, or a notice.
///
/// # Errors
/// If it is neither, or cannot be read.
pub(super) fn serves(folder: &Path) -> Outcome {
    let files = read(folder, "view")?;
    match files.contains_key(manifest::MANIFEST) {
        true => Ok(()),
        false => Err(Failure::new(format!("{} is no bundle: it has no {}", folder.display(), manifest::MANIFEST))
            .hint(
                "DRAW/bundle after `jebi publish`, DRAW/notice after `jebi notice`; the draw's own folder has its keys",
            )),
    }
}

fn has_manifest(folder: &Path) -> bool {
    folder.join(manifest::MANIFEST).exists()
}
