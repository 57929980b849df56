//! The public randomness of a draw: one round of drand's quicknet, whose chain is pinned here. SPEC §9.1.
//!
//! A round is a BLS signature in G1 of BLS12-381 (`bls-unchained-g1-rfc9380`) over SHA-256 of the round's number as
//! eight big-endian bytes, by a key that a group of parties holds in shares. Nobody knows it before its time, and there
//! is one valid signature per round, so nobody chooses among several.
//!
//! **Invariant:** [`Randomness`] comes from [`Beacon::verify`] only: it is SHA-256 of a signature that quicknet's key
//! verifies for the round.

use crate::hash::{Hash, parse_hex};
use blst::min_sig::{PublicKey, Signature};
use blst::{BLST_ERROR, Pairing, blst_p1_affine, blst_p2_affine};
use serde::{Deserialize, Deserializer};

/// Quicknet's name among drand's chains: the hash of its key, period, genesis, group and identifier.
pub const CHAIN_HASH: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
/// The group's public key: a point of G2, compressed, 96 bytes in hexadecimal digits.
pub const PUBLIC_KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d10\
                              64510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991e\
                              f5ece45a";
/// Seconds between two rounds.
pub const PERIOD_S: u64 = 3;
/// When round 1 is published, in seconds since 1970.
pub const GENESIS_UNIX_S: u64 = 1_692_803_367;
/// drand's name for the kind of signature.
pub const SCHEME: &str = "bls-unchained-g1-rfc9380";

/// RFC 9380's domain separation tag for hashing to G1, as the scheme has it.
const HASH_TO_G1: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// One round as published, unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// The round's number, counted from 1.
    pub round: u64,
    /// The group's signature: a point of G1, compressed.
    pub signature: [u8; 48],
}

/// The random 32 bytes of a verified round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Randomness(Hash);

/// Why a beacon is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BeaconError {
    /// Not a JSON object with the fields `round`, `signature` and perhaps `randomness`.
    #[error("the beacon is not drand's JSON of a quicknet round: {reason}")]
    Json {
        /// What the JSON reader says.
        reason: String,
    },
    /// Rounds are counted from 1.
    #[error("there is no round 0")]
    RoundZero,
    /// The signature is not 48 bytes in lower-case hexadecimal digits.
    #[error("the beacon's signature is not 48 bytes in lower-case hexadecimal digits")]
    SignatureText,
    /// The randomness is not 32 bytes in lower-case hexadecimal digits.
    #[error("the beacon's randomness is not 32 bytes in lower-case hexadecimal digits")]
    RandomnessText,
    /// The randomness in the file is not the hash of its signature.
    #[error("the beacon's randomness is given as {found}, its signature gives {expected}")]
    Randomness {
        /// SHA-256 of the signature.
        expected: Hash,
        /// The file's.
        found: Hash,
    },
    /// The signature's bytes are no point of G1's prime-order group, or its neutral element.
    #[error("the signature of round {round} is not a point of the group")]
    Point {
        /// The round's number.
        round: u64,
    },
    /// The signature is a point, but not quicknet's signature of this round.
    #[error("quicknet did not sign round {round} so: another round, another chain, or altered bytes")]
    Signature {
        /// The round's number.
        round: u64,
    },
}

/// The first round that is published at or after a time, in seconds since 1970; before genesis, round 1.
pub fn round_at_or_after(time_unix_s: u64) -> u64 {
    time_unix_s.saturating_sub(GENESIS_UNIX_S).div_ceil(PERIOD_S) + 1
}

/// When a round is published, in seconds since 1970; the last second of `u64` for rounds beyond it. Rounds are counted
/// from 1; the time of "round 0" is that of round 1.
pub fn time_of_round(round: u64) -> u64 {
    round.saturating_sub(1).saturating_mul(PERIOD_S).saturating_add(GENESIS_UNIX_S)
}

impl Beacon {
    /// Reads the JSON of drand's HTTP API, `{"round":…,"signature":"…","randomness":"…"}`, in any order and spacing.
    /// The randomness may be left out; if it is there it must be the signature's hash. Any other field is refused: a
    /// `previous_signature` belongs to a chained scheme, which quicknet is not.
    ///
    /// # Errors
    /// [`BeaconError`] for the text; the signature is not verified here.
    pub fn parse(json: &[u8]) -> Result<Self, BeaconError> {
        // serde would also read the fields from an array.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(BeaconError::Json { reason: "it is not an object".to_owned() });
        }
        let fields: Fields =
            serde_json::from_slice(json).map_err(|error| BeaconError::Json { reason: error.to_string() })?;
        let signature = parse_hex(&fields.signature).and_then(|bytes| bytes.try_into().ok());
        let beacon = Self { round: fields.round, signature: signature.ok_or(BeaconError::SignatureText)? };
        if beacon.round == 0 {
            return Err(BeaconError::RoundZero);
        }
        let Some(randomness) = fields.randomness else { return Ok(beacon) };
        let (found, expected) = (Hash::parse(&randomness).ok_or(BeaconError::RandomnessText)?, beacon.digest());
        if found == expected { Ok(beacon) } else { Err(BeaconError::Randomness { expected, found }) }
    }

    /// Verifies the signature with quicknet's key and gives the round's randomness. It takes a few milliseconds.
    ///
    /// # Errors
    /// [`BeaconError::RoundZero`], [`BeaconError::Point`] or [`BeaconError::Signature`].
    pub fn verify(&self) -> Result<Randomness, BeaconError> {
        let key = parse_hex(PUBLIC_KEY).unwrap_or_default();
        self.verify_with(&key)
    }

    fn verify_with(&self, public_key: &[u8]) -> Result<Randomness, BeaconError> {
        if self.round == 0 {
            return Err(BeaconError::RoundZero);
        }
        let Ok(signature) = Signature::sig_validate(&self.signature, true) else {
            return Err(BeaconError::Point { round: self.round });
        };
        let message = Hash::of(&self.round.to_be_bytes());
        match PublicKey::key_validate(public_key) {
            Ok(key) if pairing_holds(&key, &signature, &message) => Ok(Randomness(self.digest())),
            _ => Err(BeaconError::Signature { round: self.round }),
        }
    }

    fn digest(&self) -> Hash {
        Hash::of(&self.signature)
    }
}

impl Randomness {
    /// SHA-256 of the round's signature.
    pub fn hash(self) -> Hash {
        self.0
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    round: u64,
    signature: String,
    #[serde(default, deserialize_with = "present")]
    randomness: Option<String>,
}

/// A field that may be left out but not be `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

/// The check `e(signature, G2) = e(H(message), key)` of BLS, for points validated before. blst's own `verify` would
/// start a pool of threads for it.
fn pairing_holds(key: &PublicKey, signature: &Signature, message: &Hash) -> bool {
    let (key, signature): (&blst_p2_affine, &blst_p1_affine) = (key.into(), signature.into());
    let mut pairing = Pairing::new(true, HASH_TO_G1);
    let added = pairing.aggregate(key, false, signature, false, &message.0, &[]);
    pairing.commit();
    added == BLST_ERROR::BLST_SUCCESS && pairing.finalverify(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use blst::min_sig::SecretKey;

    /// Another chain of the same scheme: its rounds verify with its own key and never with quicknet's.
    #[test]
    fn another_chains_round_is_refused() {
        let secret = SecretKey::key_gen(&[9; 32], &[]).expect("a key of 32 bytes");
        let message = Hash::of(&1000_u64.to_be_bytes()).0;
        let beacon = Beacon { round: 1000, signature: secret.sign(&message, HASH_TO_G1, &[]).to_bytes() };
        let its_key = secret.sk_to_pk().to_bytes();
        assert_eq!(beacon.verify_with(&its_key), Ok(Randomness(Hash::of(&beacon.signature))));
        assert_eq!(beacon.verify(), Err(BeaconError::Signature { round: 1000 }));
    }

    /// The first schemes on G1 hashed with the tag of G2; a mix-up of the tag would pass every test but real rounds.
    #[test]
    fn the_tag_and_the_hashed_message_matter() {
        let secret = SecretKey::key_gen(&[9; 32], &[]).expect("a key of 32 bytes");
        let key = secret.sk_to_pk().to_bytes();
        let message = Hash::of(&1000_u64.to_be_bytes()).0;
        let old_tag = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
        let signed = |message: &[u8], tag| Beacon { round: 1000, signature: secret.sign(message, tag, &[]).to_bytes() };
        assert!(signed(&message, HASH_TO_G1).verify_with(&key).is_ok());
        assert!(signed(&message, old_tag).verify_with(&key).is_err());
        assert!(signed(&1000_u64.to_be_bytes(), HASH_TO_G1).verify_with(&key).is_err());
    }
}
