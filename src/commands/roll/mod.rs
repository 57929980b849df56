//! `jebi roll`: who may register, and the codes they sign in with.

mod changes;
mod codes;
mod file;
mod import;

use crate::{cli::Roll as Arguments, failure::Outcome};
use intake::Reissue;

/// Imports people, takes an import back, lists what changed the roll, or issues codes.
///
/// # Errors
/// With every line at fault; then nothing of the file was taken.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments {
        Arguments::Import(arguments) => import::run(arguments),
        Arguments::Undo { draw, lines, by, store } => changes::undo(draw, lines, by, store.store.as_deref()),
        Arguments::Imports { draw, json, store } => changes::list(draw, *json, store.store.as_deref()),
        Arguments::Desk(arguments) => super::desk::run(arguments),
        Arguments::Codes { draw, file, out, only, reissue, by, store } => {
            // Who is named is meant, whether or not there is a code.
            let reissue = if *reissue || !only.is_empty() { Reissue::Allow } else { Reissue::Refuse };
            codes::run(draw, file, out, only, reissue, by, store.store.as_deref())
        }
    }
}
