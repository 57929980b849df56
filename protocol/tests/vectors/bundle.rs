//! Bundles: `{files}` by path, or `{base, patch}`: the files of an accepted bundle, some of them replaced.

use super::{Answer, Refusal, input};
use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    draw,
    hash::hex,
    instance::Instance,
    lottery,
    manifest::Files,
    outcome::{self, Outcome, Record},
    verify::{Verified, verify},
};
use serde_json::{Value, json};
use std::fs;

pub(crate) fn run(input: &Value) -> Answer {
    let verified = verify(&files(input)).map_err(|rejection| Refusal {
        label: rejection.fault.label(),
        at: Some(rejection.path.clone()),
        reason: rejection.to_string(),
    })?;
    Ok(found(&verified))
}

/// The files of an accepted bundle, by the name of its vector.
pub(crate) fn files_of(name: &str) -> Files {
    let path = super::root().join("accept").join(format!("{name}.json"));
    let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    files(&vector["input"])
}

/// A file is `{text}` or `{base64}`, with `at` for bytes that take the place of the base's from there, or null for none.
fn files(input: &Value) -> Files {
    let mut files = input["base"].as_str().map_or_else(Files::new, files_of);
    for (path, file) in input["patch"].as_object().or(input["files"].as_object()).unwrap() {
        if file.is_null() {
            assert!(files.remove(path).is_some(), "there is no {path} to remove");
            continue;
        }
        let bytes = match file["text"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => STANDARD.decode(input::text(file, "base64")).unwrap(),
        };
        match file["at"].as_u64() {
            None => drop(files.insert(path.clone(), bytes)),
            Some(at) => {
                let at = usize::try_from(at).unwrap();
                files.get_mut(path).unwrap()[at..at + bytes.len()].copy_from_slice(&bytes);
            }
        }
    }
    files
}

/// All that lies between the files and the verdict.
fn found(verified: &Verified) -> Value {
    let Verified { programme, register, seed, records, .. } = verified;
    let mechanism = draw::mechanism(programme);
    let instance = draw::instance(programme, &verified.kept, mechanism, &register.revisions, &seed.seed()).unwrap();
    let (record_roots, allocation_root) = outcome::roots(records);
    let leaf = |revision: &protocol::entry::Revision| hex(&revision.leaf(programme.hash()).unwrap());
    json!({
        "programme": programme.hash().to_string(),
        "leaves": register.revisions.iter().map(leaf).collect::<Vec<_>>(),
        "run_roots": register.run_roots.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "register_root": register.root.to_string(),
        "record_roots": record_roots.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "allocation_root": allocation_root.to_string(),
        "records": records.iter().map(record).collect::<Vec<_>>(),
        "batches": verified.batches.iter().map(|batch| hex(&batch.encode())).collect::<Vec<_>>(),
        "events": verified.events.iter().map(|event| event.what.kind()).collect::<Vec<_>>(),
        "log_root": verified.log_root.to_string(),
        "witnessed_at_unix_s": verified.witnessed_at_unix_s,
        "seed": seed.seed.to_string(),
        "draw_order": order(&instance, &seed.seed()),
        "placed_by_rank": verified.checked.placed_by_rank,
        "unplaced": verified.checked.unplaced,
        "cost": [verified.checked.rank_cost.to_string(), verified.checked.tie_costs[0].to_string()],
    })
}

fn record(record: &Record) -> Value {
    let (outcome, place) = match record.outcome {
        Outcome::Withdrawn => ("withdrawn", None),
        Outcome::Unplaced => ("unplaced", None),
        Outcome::Placed { session, choice } => ("placed", Some([session.0, u32::from(choice)])),
    };
    json!({ "ticket": record.ticket.to_string(), "outcome": outcome, "session_and_choice": place })
}

fn order(instance: &Instance, seed: &lottery::Seed) -> Vec<Value> {
    let applicant = |place| {
        json!({
            "ticket": instance.ticket(place).to_string(),
            "number": instance.number(place).0.to_string(),
            "rotation": lottery::rotation(seed, &instance.ticket(place)).to_string(),
            "weight": instance.weight(0, place).to_string(),
            "sessions": sessions(instance, place),
        })
    };
    (0..instance.applicants()).map(applicant).collect()
}

/// In the strict order. Every session has a pool that is open to all.
fn sessions(instance: &Instance, place: usize) -> Vec<u32> {
    let open = |pool| instance.pools_of(instance.session(pool)).start == pool.0;
    let listed = instance.listed(0, place).filter(|listed| open(listed.pool));
    listed.map(|listed| instance.session(listed.pool).0).collect()
}
