//! A draw's files put together: the verifier's first, then what people read, then the manifest over all. SPEC §14.

use crate::{PublishError, dictionary, history::History, html, layout, tables, view::View};
use pages::map::Outlines;
use protocol::{
    apportionment::ApportionmentFile,
    batches::{self, Batch},
    bundle::{PublishedRun, RunsFile},
    json,
    manifest::{self, Files},
    merkle,
    note::SigningKey,
    outcome::{self, Record},
    programme::Programme,
    register::{RUN_ENTRIES, Register},
    seat::{self, Seat},
    seed::SeedFile,
    sessions::SessionsFile,
};
use std::collections::BTreeMap;

/// A finished draw: what every step before left.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Its note, verbatim.
    pub programme_note: &'a str,
    /// The register's runs, verbatim, in order.
    pub register_runs: &'a [Vec<u8>],
    /// The same, opened.
    pub register: &'a Register,
    /// One per entry, in the register's order.
    pub records: &'a [Record],
    /// Their seats; none if the draw has no reserves.
    pub seats: &'a [Seat],
    /// The apportionment of the register, if the programme asks for one.
    pub apportionment: Option<&'a ApportionmentFile>,
    /// The sessions' results.
    pub sessions: &'a SessionsFile,
    /// The seed.
    pub seed: &'a SeedFile,
    /// All receipt batches.
    pub batches: &'a [Batch],
    /// The acknowledged leaves, verbatim.
    pub acknowledged: &'a [u8],
    /// The log: both heads and the tiles, by their paths below `log/`.
    pub log_files: &'a Files,
    /// The shapes of districts for a map, verbatim, if the draw has any.
    pub outlines: Option<&'a [u8]>,
    /// Name and version of the program, for the pages' last line.
    pub tool: &'a str,
}

/// All files of the bundle, with the manifest signed by `operator`. `progress` is told what is being made, how much of
/// it is done, and of how much.
///
/// # Errors
/// [`PublishError`] if the parts do not belong together or do not fit their formats. What they say is not verified
/// here: that is `protocol`'s part.
pub fn bundle(
    draw: &Draw<'_>,
    operator: &SigningKey,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Files, PublishError> {
    check(draw)?;
    let mut files = protocol_files(draw)?;
    runs(draw, &mut files, progress)?;
    derived(draw, &mut files, progress)?;
    let note = manifest::sign(draw.programme, &files, operator)?;
    files.insert(manifest::MANIFEST.into(), note.into_bytes());
    Ok(files)
}

fn check(draw: &Draw<'_>) -> Result<(), PublishError> {
    let (entries, records) = (&draw.register.revisions, draw.records);
    if entries.len() != records.len() {
        return Err(PublishError::RecordCount { entries: entries.len(), records: records.len() });
    }
    if let Some((entry, record)) = entries.iter().zip(records).find(|(entry, record)| entry.ticket != record.ticket) {
        return Err(PublishError::RecordOrder { expected: entry.ticket, found: record.ticket });
    }
    let expected = if seat::Form::of(draw.programme) == seat::Form::None { 0 } else { records.len() };
    if draw.seats.len() != expected {
        return Err(PublishError::SeatCount { expected, found: draw.seats.len() });
    }
    let (expected, found) = (draw.register.run_roots.len(), draw.register_runs.len());
    if expected != found {
        return Err(PublishError::RunCount { expected, found });
    }
    Ok(())
}

fn protocol_files(draw: &Draw<'_>) -> Result<Files, PublishError> {
    use layout::protocol as path;
    let mut files = Files::new();
    for (name, bytes) in draw.log_files {
        files.insert(format!("{}{name}", path::LOG), bytes.clone());
    }
    for head in [path::HEAD_FREEZE, path::HEAD] {
        if !files.contains_key(head) {
            return Err(PublishError::Log { path: head.into() });
        }
    }
    let too_long = || PublishError::TooLong { path: path::RECEIPTS.into() };
    let receipts = batches::encode(draw.programme, draw.batches).ok_or_else(too_long)?;
    files.insert(path::PROGRAMME.into(), draw.programme.bytes().to_vec());
    files.insert(path::PROGRAMME_NOTE.into(), draw.programme_note.as_bytes().to_vec());
    files.insert(path::RECEIPTS.into(), receipts);
    files.insert(path::ACKNOWLEDGED.into(), draw.acknowledged.to_vec());
    files.insert(path::SEED.into(), canonical(path::SEED, draw.seed)?);
    files.insert(path::SESSIONS.into(), canonical(path::SESSIONS, draw.sessions)?);
    if let Some(file) = draw.apportionment {
        files.insert(path::APPORTIONMENT.into(), canonical(path::APPORTIONMENT, file)?);
    }
    let index = RunsFile::new(draw.programme, draw.register);
    files.insert(path::RUNS.into(), canonical(path::RUNS, &index)?);
    Ok(files)
}

fn canonical<T: serde::Serialize>(path: &str, value: &T) -> Result<Vec<u8>, PublishError> {
    json::to_bytes(value).map_err(|error| PublishError::Json { path: path.into(), error })
}

fn runs(draw: &Draw<'_>, files: &mut Files, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<(), PublishError> {
    let (record_roots, _) = outcome::roots(draw.records);
    let trees = [draw.register.run_roots.clone(), record_roots].map(merkle::Levels::new);
    let total = draw.register_runs.len();
    let form = seat::Form::of(draw.programme);
    let records = draw.records.chunks(RUN_ENTRIES);
    for (number, (register_run, records)) in draw.register_runs.iter().zip(records).enumerate() {
        let seats = draw.seats.chunks(RUN_ENTRIES).nth(number).unwrap_or_default();
        let path = layout::protocol::run(number);
        let [register_path, allocation_path] = [0, 1].map(|tree: usize| trees[tree].path(number).unwrap_or_default());
        let bytes =
            PublishedRun::encode(register_run, records, &form.encode(seats), [&register_path, &allocation_path]);
        let bytes = bytes.ok_or_else(|| PublishError::TooLong { path: path.clone() })?;
        files.insert(path, bytes);
        progress("runs", number as u64 + 1, total as u64);
    }
    Ok(())
}

/// What follows from the verifier's files: open data and pages.
fn derived(draw: &Draw<'_>, files: &mut Files, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<(), PublishError> {
    let view = View::new(draw.programme, &draw.register.revisions, (draw.records, draw.seats), draw.sessions);
    let history = History::read(draw.programme, draw.log_files)?;
    progress("open data", 0, 1);
    let tables = tables::all(&view)?;
    files.extend(tables::files(&tables)?);
    files.extend(dictionary::files(&view, files)?);
    files.extend(html::dictionary(draw.programme, draw.tool)?);
    progress("open data", 1, 1);
    let outlines = draw.outlines.map(outlines).transpose()?;
    let sizes = sizes(files);
    let source = html::Source {
        view: &view,
        history: &history,
        seed: draw.seed,
        register_root: draw.register.root,
        outlines: outlines.as_ref(),
        tool: draw.tool,
        sizes: &sizes,
    };
    let mut add = |path: String, bytes: Vec<u8>| {
        files.insert(path, bytes);
        Ok(())
    };
    html::pages(&source, &mut add, progress)?;
    files.insert(layout::MADE_BY.into(), format!("{}\n", draw.tool).into_bytes());
    files.extend(draw.outlines.map(|bytes| (layout::OUTLINES.to_owned(), bytes.to_vec())));
    Ok(())
}

/// The open data's sizes in bytes, by path.
pub(crate) fn sizes(files: &Files) -> BTreeMap<String, u64> {
    let open = files.iter().filter(|(path, _)| path.starts_with(layout::OPEN_DATA));
    open.map(|(path, bytes)| (path.clone(), bytes.len() as u64)).collect()
}

/// The shapes that the map is drawn from.
pub(crate) fn outlines(bytes: &[u8]) -> Result<Outlines, PublishError> {
    Outlines::parse(bytes).map_err(PublishError::Outlines)
}
