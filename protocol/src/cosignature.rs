//! Witnesses' cosignatures of checkpoints, cosignature/v1 of c2sp.org/tlog-cosignature: a witness states that at a
//! time this was the largest consistent head it had seen of the log. SPEC §8.3, §8.4.
//!
//! ```text
//! cosignature/v1                                     signed by the witness, Ed25519
//! time 1679315147                                    seconds since 1970
//! example.com/behind-the-sofa                        the checkpoint's text
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! ```
//!
//! **Invariant:** a witness counts once, with the earliest time it vouches for; a list of witnesses in which one key
//! stands twice, under whatever names, is refused.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::{KeyType, Note, Signature, SigningKey, VerifierKey};

/// A verified statement of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cosignature {
    /// The witness's place in the list of witnesses that was given.
    pub witness: usize,
    /// When the witness signed, in seconds since 1970; the earliest, if it signed more than once.
    pub time_unix_s: u64,
}

/// Why cosignatures cannot be made or taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignatureError {
    /// Only checkpoints are cosigned.
    #[error("only a checkpoint is cosigned: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The key is not of type 0x04.
    #[error("key {name} is not a witness's key")]
    KeyType {
        /// The key's name.
        name: String,
    },
    /// Two witnesses have one public key, or one name and key ID: one party would count as two.
    #[error("witnesses {first} and {second} are one")]
    SameWitness {
        /// Name of the one that stands first.
        first: String,
        /// Name of the other.
        second: String,
    },
    /// A known witness's name and key ID stand at a cosignature that is not the witness's.
    #[error("the cosignature of {name} is wrong")]
    BadSignature {
        /// The witness's name.
        name: String,
    },
    /// Times end at 2⁶³ − 1.
    #[error("{time_unix_s} is past the last time of a cosignature")]
    Time {
        /// The time that was given.
        time_unix_s: u64,
    },
}

/// The last time the format knows, in seconds since 1970.
const MAX_TIME: u64 = i64::MAX.unsigned_abs();

/// The witness's signature line for a checkpoint's text, at `time_unix_s` seconds since 1970. The caller has checked
/// that the log only grew and has stored this head before it signs; here is only the signature.
///
/// # Errors
/// [`CosignatureError::Checkpoint`], [`CosignatureError::KeyType`] or [`CosignatureError::Time`].
pub fn cosign(checkpoint_text: &str, key: &SigningKey, time_unix_s: u64) -> Result<Signature, CosignatureError> {
    Checkpoint::parse(checkpoint_text)?;
    if key.key_type() != KeyType::Cosignature {
        return Err(CosignatureError::KeyType { name: key.name().to_owned() });
    }
    if time_unix_s > MAX_TIME {
        return Err(CosignatureError::Time { time_unix_s });
    }
    let signature = key.sign(&message(checkpoint_text, time_unix_s));
    Ok(Signature::new(&key.verifier_key(), &[&time_unix_s.to_be_bytes()[..], &signature].concat()))
}

/// Which of the witnesses cosigned a checkpoint and when, in the order of the list. Signatures of other keys are
/// ignored; each signature that bears a witness's name and ID must be good. An empty answer is no error here: how many
/// are needed is the quorum's question, see [`quorum_time`].
///
/// # Errors
/// [`CosignatureError`], first for the note and the list of witnesses, then for the first wrong cosignature.
pub fn verify_cosignatures(note: &Note, witnesses: &[VerifierKey]) -> Result<Vec<Cosignature>, CosignatureError> {
    Checkpoint::parse(note.text())?;
    check_witnesses(witnesses)?;
    let mut cosignatures = Vec::new();
    for (witness, key) in witnesses.iter().enumerate() {
        let times = note.signatures_of(key).map(|signature| verified_time(key, note.text(), signature.bytes()));
        let times: Option<Vec<u64>> = times.collect();
        let times = times.ok_or_else(|| CosignatureError::BadSignature { name: key.name().to_owned() })?;
        cosignatures.extend(times.into_iter().min().map(|time_unix_s| Cosignature { witness, time_unix_s }));
    }
    Ok(cosignatures)
}

/// The smallest time by which at least `quorum` witnesses had signed, from one time per witness, in any order. `None`
/// when fewer signed, and for a quorum of 0: nobody's word proves no time.
pub fn quorum_time(times_unix_s: &[u64], quorum: usize) -> Option<u64> {
    let mut sorted = times_unix_s.to_vec();
    sorted.sort_unstable();
    sorted.get(quorum.checked_sub(1)?).copied()
}

/// The time in a cosignature's 72 bytes, if the rest is the witness's signature for it and the checkpoint's text.
pub(crate) fn verified_time(key: &VerifierKey, checkpoint_text: &str, bytes: &[u8]) -> Option<u64> {
    let (time, signature) = bytes.split_first_chunk()?;
    let time_unix_s = u64::from_be_bytes(*time);
    let good =
        time_unix_s <= MAX_TIME && key.accepts(&message(checkpoint_text, time_unix_s), signature.try_into().ok()?);
    good.then_some(time_unix_s)
}

fn message(checkpoint_text: &str, time_unix_s: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_unix_s}\n{checkpoint_text}").into_bytes()
}

/// The signed message does not hold the witness's name, so one key under two names would sign for both.
fn check_witnesses(witnesses: &[VerifierKey]) -> Result<(), CosignatureError> {
    for (place, key) in witnesses.iter().enumerate() {
        if key.key_type() != KeyType::Cosignature {
            return Err(CosignatureError::KeyType { name: key.name().to_owned() });
        }
        let same = |other: &&VerifierKey| {
            other.public_key() == key.public_key() || (other.name() == key.name() && other.id() == key.id())
        };
        if let Some(first) = witnesses[..place].iter().find(same) {
            let (first, second) = (first.name().to_owned(), key.name().to_owned());
            return Err(CosignatureError::SameWitness { first, second });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Others may read a time past 2⁶³ − 1 as negative, so a witness that signs one has signed nothing.
    #[test]
    fn a_signed_time_past_the_last_one_is_refused() {
        let key = SigningKey::new("w", KeyType::Cosignature, &[1; 32]).expect("a sound key");
        let signed = |time: u64| [&time.to_be_bytes()[..], &key.sign(&message("text\n", time))].concat();
        assert_eq!(verified_time(&key.verifier_key(), "text\n", &signed(MAX_TIME)), Some(MAX_TIME));
        assert_eq!(verified_time(&key.verifier_key(), "text\n", &signed(MAX_TIME + 1)), None);
    }
}
