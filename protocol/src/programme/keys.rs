//! The programme's keys: each is one, each has one part, and the witnesses cannot be outvoted by faulty ones. SPEC §3.1.
//!
//! **Invariant:** after [`faults`] finds nothing, every key parses, no key is in two places, and any two quorums of
//! witnesses share one that is not faulty.

use super::{Fields, Place, ProgrammeError};
use crate::note::{KeyType, VerifierKey};

type Faults = Vec<ProgrammeError>;

/// A note holds at most 100 signatures; this many leave room for those of strangers.
const MOST_KEYS: usize = 64;

pub(super) fn faults(fields: &Fields, faults: &mut Faults) {
    if fields.log.origin.ends_with("/rehearsal") != fields.rehearsal {
        let (origin, rehearsal) = (fields.log.origin.clone(), fields.rehearsal);
        faults.push(ProgrammeError::RehearsalMark { origin, rehearsal });
    }
    let log = read(&fields.log.key, Place::Field("log.key"), KeyType::Ed25519, faults);
    if let Some((_, key)) = &log
        && key.name() != fields.log.origin
    {
        let (origin, name) = (fields.log.origin.clone(), key.name().to_owned());
        faults.push(ProgrammeError::LogName { origin, name });
    }
    let receipts = read(&fields.receipts.key, Place::Field("receipts.key"), KeyType::Ed25519, faults);
    for (list, keys) in [("operators", &fields.operators), ("witnesses.keys", &fields.witnesses.keys)] {
        if keys.is_empty() || keys.len() > MOST_KEYS {
            faults.push(ProgrammeError::Count { list, found: keys.len(), most: MOST_KEYS });
        }
    }
    let operators = list(&fields.operators, "operators", KeyType::Ed25519, faults);
    let witnesses = list(&fields.witnesses.keys, "witnesses.keys", KeyType::Cosignature, faults);
    distinct(&log.into_iter().chain(receipts).chain(operators).chain(witnesses).collect::<Vec<_>>(), faults);
    quorum(fields, faults);
}

type Placed = (Place, VerifierKey);

fn list(keys: &[String], list: &'static str, needed: KeyType, faults: &mut Faults) -> Vec<Placed> {
    let place = |index, key: &String| {
        let name = key.split('+').next().unwrap_or_default();
        Place::item(list, index, name, "")
    };
    keys.iter().enumerate().filter_map(|(index, key)| read(key, place(index, key), needed, faults)).collect()
}

fn read(key: &str, place: Place, needed: KeyType, faults: &mut Faults) -> Option<Placed> {
    match VerifierKey::parse(key) {
        Err(error) => faults.push(ProgrammeError::Key { place, error }),
        Ok(key) if key.key_type() != needed => {
            let needed = match needed {
                KeyType::Ed25519 => "0x01, for notes",
                KeyType::Cosignature => "0x04, for cosignatures",
            };
            faults.push(ProgrammeError::KeyType { place, needed });
        }
        Ok(key) => return Some((place, key)),
    }
    None
}

/// A secret has one holder and one use, and a witness one name, so that nobody counts twice towards a quorum.
fn distinct(keys: &[Placed], faults: &mut Faults) {
    for (at, (place, key)) in keys.iter().enumerate() {
        for (other, earlier) in &keys[..at] {
            let witnesses = [earlier, key].iter().all(|key| key.key_type() == KeyType::Cosignature);
            let same_name = witnesses && earlier.name() == key.name();
            let same_secret = earlier.public_key() == key.public_key();
            if same_secret || same_name {
                let what = if same_secret { "the key" } else { "the name" };
                faults.push(ProgrammeError::KeyTwice { place: place.clone(), other: other.clone(), what });
            }
        }
    }
}

fn quorum(fields: &Fields, faults: &mut Faults) {
    let (keys, quorum, tolerated) = (fields.witnesses.keys.len(), fields.witnesses.quorum, fields.witnesses.faults);
    let count = u64::try_from(keys).unwrap_or(u64::MAX);
    let fits = 2 * u64::from(quorum) > count.saturating_add(u64::from(tolerated)) && u64::from(quorum) <= count;
    if !fits {
        faults.push(ProgrammeError::Quorum { keys, quorum, faults: tolerated });
    }
}
