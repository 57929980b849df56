//! What is published between the freeze and the result, so that everybody can see that they are in, and nothing can be
//! changed unnoticed: the frozen register's leaves, its log, and pages. SPEC §14.5.
//!
//! **Invariant:** of an entry, nothing is shown but its leaf: ticket, revision, status, and a commitment that says nothing
//! about choices. The pages stand at addresses that the bundle's take over, so that a receipt's link leads to the result later.

use crate::{PublishError, history::History, html, layout};
use protocol::{
    entry::Revision,
    hash::Hash,
    json,
    manifest::{self, Files},
    note::SigningKey,
    programme::Programme,
    register::{RUN_ENTRIES, Register},
    ticket::Ticket,
};
use serde::Serialize;

/// A frozen draw.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Its signed note.
    pub programme_note: &'a str,
    /// The frozen register.
    pub register: &'a Register,
    /// The log's tiles and both heads, by their paths below `log/`.
    pub log_files: &'a Files,
    /// Name and version of the program.
    pub tool: &'a str,
}

/// `frozen.json`.
#[derive(Serialize)]
struct Frozen {
    format: &'static str,
    programme: Hash,
    register_root: Hash,
    rehearsal: bool,
    runs: Vec<Run>,
    size: u64,
}

#[derive(Serialize)]
struct Run {
    first: Ticket,
    root: Hash,
}

/// The files of the notice, signed by `operator`.
///
/// # Errors
/// [`PublishError`] if the log has no freeze's head, or a page cannot be made.
pub fn notice(draw: &Notice<'_>, operator: &SigningKey) -> Result<Files, PublishError> {
    use layout::protocol as path;
    let history = History::read(draw.programme, draw.log_files)?;
    let mut files: Files =
        draw.log_files.iter().map(|(name, bytes)| (format!("{}{name}", path::LOG), bytes.clone())).collect();
    files.insert(path::PROGRAMME.into(), draw.programme.bytes().to_vec());
    files.insert(path::PROGRAMME_NOTE.into(), draw.programme_note.as_bytes().to_vec());
    let frozen = json::to_bytes(&frozen(draw));
    files.insert(
        layout::FROZEN.into(),
        frozen.map_err(|error| PublishError::Json { path: layout::FROZEN.into(), error })?,
    );
    for (number, run) in draw.register.revisions.chunks(RUN_ENTRIES).enumerate() {
        files.insert(layout::leaves(number), leaves(draw.programme, run)?);
    }
    files.insert(layout::STYLE.into(), pages::STYLE.into());
    files.insert(layout::FROZEN_SCRIPT.into(), include_bytes!("../assets/frozen.js").to_vec());
    files.extend(html::notice(draw, &history)?);
    let note = manifest::sign(draw.programme, &files, operator)?;
    files.insert(manifest::MANIFEST.into(), note.into_bytes());
    Ok(files)
}

fn frozen(draw: &Notice<'_>) -> Frozen {
    let firsts = draw.register.revisions.chunks(RUN_ENTRIES).filter_map(<[Revision]>::first);
    let runs = firsts.zip(&draw.register.run_roots).map(|(first, root)| Run { first: first.ticket, root: *root });
    Frozen {
        format: "jebi/v0/frozen",
        programme: draw.programme.hash(),
        register_root: draw.register.root,
        rehearsal: draw.programme.rehearsal,
        runs: runs.collect(),
        size: draw.register.revisions.len() as u64,
    }
}

fn leaves(programme: &Programme, run: &[Revision]) -> Result<Vec<u8>, PublishError> {
    let mut bytes = Vec::new();
    for revision in run {
        let leaf = revision.leaf(programme.hash());
        bytes.extend(leaf.map_err(|fault| PublishError::Entry { ticket: revision.ticket, fault })?);
    }
    Ok(bytes)
}
