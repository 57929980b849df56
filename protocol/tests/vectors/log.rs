//! The log's parts, of the sample's draw: `{leaf}` of an event, the `{note}` of a head, tiles of `{count}` entries.

use super::{Answer, Refusal, input};
use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    checkpoint::Checkpoint,
    cosignature,
    event::Event,
    hash::Hash,
    merkle,
    note::{Note, VerifierKey},
    programme::{Programme, source},
    tiles,
    verify::Fault,
};
use serde_json::{Value, json};

pub(crate) fn event(input: &Value) -> Answer {
    let leaf = input::text(input, "leaf").as_bytes();
    let event = Event::open(leaf, &programme()).map_err(|error| Refusal {
        label: error.label(),
        at: None,
        reason: error.to_string(),
    })?;
    let leaf_hash = merkle::leaf_hash(leaf).to_string();
    Ok(json!({ "kind": event.what.kind(), "time_unix_s": event.time_unix_s, "leaf_hash": leaf_hash }))
}

pub(crate) fn checkpoint(input: &Value) -> Answer {
    let refuse = |fault: Fault| Refusal { label: fault.label(), at: None, reason: fault.to_string() };
    open(input, &programme()).map_err(refuse)
}

fn open(input: &Value, programme: &Programme) -> Result<Value, Fault> {
    let note = Note::parse(&input::bytes(input, "note"))?;
    note.verify(&[VerifierKey::parse(&programme.log.key)?])?;
    let head = Checkpoint::parse(note.text())?;
    assert_eq!(head.to_string(), note.text());
    let witnesses: Vec<_> = programme.witnesses.keys.iter().map(|key| VerifierKey::parse(key).unwrap()).collect();
    let cosigned = cosignature::verify_cosignatures(&note, &witnesses)?;
    let times: Vec<u64> = cosigned.iter().map(|one| one.time_unix_s).collect();
    let quorum = usize::try_from(programme.witnesses.quorum).unwrap();
    Ok(json!({
        "origin": head.origin(),
        "size": head.size(),
        "root": STANDARD.encode(head.root().0),
        "cosigned": cosigned.iter().map(|one| json!([one.witness, one.time_unix_s])).collect::<Vec<_>>(),
        "quorum_unix_s": cosignature::quorum_time(&times, quorum),
    }))
}

/// Entry number n is n in decimal digits. Each line is a file's hash and path; the digest is over all of them, sorted by path.
pub(crate) fn tiles(input: &Value) -> Answer {
    let entries: Vec<String> = (0..input["count"].as_u64().unwrap()).map(|place| place.to_string()).collect();
    let hashes: Vec<Hash> = entries.iter().map(|entry| merkle::leaf_hash(entry.as_bytes())).collect();
    let mut files = tiles::hash_tiles(&hashes);
    files.extend(tiles::entry_bundles(&entries).unwrap());
    files.sort();
    let lines: Vec<_> = files.iter().map(|(path, bytes)| format!("{} {path}\n", Hash::of(bytes))).collect();
    Ok(json!({
        "root": merkle::root(&hashes).to_string(),
        "files": files.len(),
        "digest": Hash::of(lines.concat().as_bytes()).to_string(),
        "lines": lines,
    }))
}

fn programme() -> Programme {
    source::compile(&input::Sample::read().source()).unwrap()
}
