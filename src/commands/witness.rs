//! `jebi witness`: sign a log's head only if the log grew from what was signed before. SPEC §8.4.

use crate::{
    cli::Witness as Arguments,
    console::{data, step},
    draw::{
        clock, keys,
        log::{self, DrawLog, HEAD, HEAD_FREEZE},
        once,
    },
    failure::{Context, Failure, Outcome},
};
use jiff::Timestamp;
use protocol::{
    checkpoint::Checkpoint,
    cosignature, merkle,
    note::{Note, Signature, SigningKey, VerifierKey},
    programme::Programme,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Cosigns the head of a log and adds the cosignature to it.
///
/// # Errors
/// Exit status 1 if the log does not extend what this witness signed before.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let default = arguments.log.join("../announced/programme.json");
    let path = arguments.programme.as_ref().unwrap_or(&default);
    let doing = format!("reading {}", path.display());
    let bytes = fs::read(path).context(&doing);
    let bytes =
        bytes.map_err(|failure| failure.hint("first: jebi announce DRAW; elsewhere, name it with --programme"))?;
    let programme = Programme::parse(&bytes).context(doing)?;
    if let Some(file) = &arguments.add {
        let lines = fs::read_to_string(file).context(format!("reading {}", file.display()))?;
        return add(&arguments.log, &programme, &lines);
    }
    let Some(path) = &arguments.key else { return Err(Failure::new("a witness signs with --key")) };
    let key = keys::read_signer(path)
        .map_err(|failure| failure.hint("a witness makes a key with: jebi keys witness FILE --name NAME"))?;
    data(witness(&arguments.log, &programme, &key, &memory_of(path), arguments.time.at)?);
    Ok(())
}

/// Adds cosignatures that were made elsewhere, each to the head it was made for.
fn add(folder: &Path, programme: &Programme, lines: &str) -> Outcome {
    let _alone = log::lock(folder)?;
    let witnesses: Result<Vec<_>, _> = programme.witnesses.keys.iter().map(|key| VerifierKey::parse(key)).collect();
    let witnesses = witnesses.context("the programme's witnesses")?;
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let signature = Signature::parse(&format!("{line}\n")).context(format!("the line {line:?}"))?;
        let mut found = false;
        for name in [HEAD, HEAD_FREEZE] {
            let path = folder.join(name);
            let Ok(bytes) = fs::read(&path) else { continue };
            let mut note = Note::parse(&bytes).context(path.display())?;
            if note.signatures().contains(&signature) {
                found = true;
                continue;
            }
            let before = cosignature::verify_cosignatures(&note, &witnesses).context(path.display())?.len();
            let added = note.add_signature(signature.clone()).is_ok();
            let after = cosignature::verify_cosignatures(&note, &witnesses).map_or(0, |all| all.len());
            if added && after > before {
                once::replace(&path, note.to_string().as_bytes())?;
                found = true;
            }
        }
        if !found {
            return Err(Failure::rejected(format!("{} did not sign a head of this log", signature.name()))
                .hint("it may be of a log that was shorter, or of somebody who is no witness of this draw"));
        }
        step(format!("{} added", signature.name()));
    }
    Ok(())
}

/// Where a witness remembers the last head it signed of each log: beside its key.
fn memory_of(key: &Path) -> PathBuf {
    key.with_extension("seen")
}

/// Checks growth, remembers the head, then signs it. Gives the cosignature line.
///
/// # Errors
/// As [`run`].
pub(crate) fn witness(
    folder: &Path,
    programme: &Programme,
    key: &SigningKey,
    memory: &Path,
    at: Option<Timestamp>,
) -> Outcome<String> {
    let _alone = log::lock(folder)?;
    // Two forks of one log could be shown at one moment, in two folders: the memory is what must not be read twice.
    let _remembering = once::lock(&memory.with_extension("lock"))?;
    let log = DrawLog::open(folder, programme)?;
    let size = log.leaf_hashes().len();
    if size == 0 {
        return Err(Failure::new(format!("{} has no head yet", folder.display())));
    }
    // The events are opened too: a witness signs nothing that is not of this draw.
    log.events(programme)?;
    let mut seen = remembered(memory)?;
    check_growth(&log, &programme.log.origin, &seen, memory)?;
    let now = clock::now(programme, at)?;
    let head = Checkpoint::new(&programme.log.origin, size as u64, log.root()).context("the log's origin")?;
    seen.retain(|old| old.origin() != head.origin());
    seen.push(head.clone());
    once::replace(memory, seen.iter().map(Checkpoint::to_string).collect::<String>().as_bytes())?;
    let head = head.to_string();
    let signature = cosignature::cosign(&head, key, now).context("cosigning")?;
    for name in [HEAD, HEAD_FREEZE] {
        let path = folder.join(name);
        let Ok(bytes) = fs::read(&path) else { continue };
        let mut note = Note::parse(&bytes).context(path.display())?;
        if note.text() == head && note.add_signature(signature.clone()).is_ok() {
            once::replace(&path, note.to_string().as_bytes())?;
        }
    }
    step(format!("{} cosigned size {size}", key.name()));
    Ok(signature.to_string().trim_end().to_owned())
}

/// The last head signed of each log, three lines each; none if there is no file yet.
fn remembered(memory: &Path) -> Outcome<Vec<Checkpoint>> {
    let doing = format!("reading {}", memory.display());
    let text = match fs::read_to_string(memory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.context(&doing)?,
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.chunks(3).map(|head| Checkpoint::parse(&head.concat()).context(&doing)).collect()
}

fn check_growth(log: &DrawLog, origin: &str, seen: &[Checkpoint], memory: &Path) -> Outcome {
    let Some(seen) = seen.iter().find(|head| head.origin() == origin) else { return Ok(()) };
    let leaves = log.leaf_hashes();
    let old = usize::try_from(seen.size()).context("the size seen before")?;
    let grew = leaves.get(..old).is_some_and(|before| merkle::root(before) == seen.root());
    if grew {
        return Ok(());
    }
    Err(Failure::rejected(format!(
        "this log does not extend the head of size {old} that this witness signed before: somebody rewrote it"
    ))
    .hint(format!("keep this log and {} as evidence; sign nothing", memory.display())))
}
