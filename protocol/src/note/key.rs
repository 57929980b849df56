//! The keys of signed notes and their texts: `name+id+base64` for everybody, `PRIVATE+KEY+…` for the owner
//! (c2sp.org/signed-note, and Go's sumdb/note for the private form). SPEC §2.6.
//!
//! **Invariant:** a [`VerifierKey`] is a canonical point of Ed25519 that is not of small order, its key ID is the one
//! its name, type and point give, and its text is the only one for it. A [`SigningKey`] is never shown by `Debug` and
//! is wiped when dropped.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// What a key signs. Both are Ed25519; the type is part of the key ID, so that a signature of one kind is never taken
/// for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyType {
    /// 0x01: the note's text. A log's own key, or an official's.
    Ed25519,
    /// 0x04: a time and a checkpoint's text (c2sp.org/tlog-cosignature). A witness's key, used for nothing else.
    Cosignature,
}

/// A public key, with the name it signs under.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key_type: KeyType,
    point: VerifyingKey,
}

/// A private key, with the name it signs under.
pub struct SigningKey {
    name: String,
    key_type: KeyType,
    secret: ed25519_dalek::SigningKey,
}

/// Why a text or bytes are not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not of the form `name+id+base64`, or `PRIVATE+KEY+name+id+base64`.
    #[error("a key is written name+id+base64, a private one PRIVATE+KEY+name+id+base64")]
    Form,
    /// The name is empty, or has a space, a plus sign or a control character.
    #[error("a key's name is not empty and has no spaces, plus signs or control characters: {name:?}")]
    Name {
        /// The name as it was given.
        name: String,
    },
    /// The type byte is none that this crate reads: 0x01 or 0x04.
    #[error("key {name} has type {found:#04x}; 0x01 and 0x04 are known")]
    Type {
        /// The key's name.
        name: String,
        /// Its type byte.
        found: u8,
    },
    /// The key material is not 32 bytes.
    #[error("key {name} has {found} bytes, 32 are needed")]
    Length {
        /// The key's name.
        name: String,
        /// How many bytes there are after the type byte.
        found: usize,
    },
    /// The public key is no point of the curve, is written another way than RFC 8032 has it, or is of small order.
    #[error("key {name} is not a sound Ed25519 public key")]
    Point {
        /// The key's name.
        name: String,
    },
    /// The key ID in the text is not the key's.
    #[error("key {name} is said to have ID {found}, it has {expected:08x}")]
    Id {
        /// The key's name.
        name: String,
        /// The ID that its name, type and point give.
        expected: u32,
        /// The ID in the text.
        found: String,
    },
}

impl KeyType {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }

    fn from_byte(name: &str, byte: u8) -> Result<Self, KeyError> {
        let known = [Self::Ed25519, Self::Cosignature];
        let found = known.into_iter().find(|key_type| key_type.byte() == byte);
        found.ok_or_else(|| KeyError::Type { name: name.to_owned(), found: byte })
    }
}

impl VerifierKey {
    /// A key from the 32 bytes of RFC 8032 §5.1.2.
    ///
    /// # Errors
    /// [`KeyError::Name`] or [`KeyError::Point`].
    pub fn new(name: &str, key_type: KeyType, public_key: &[u8; 32]) -> Result<Self, KeyError> {
        let name = parse_name(name)?.to_owned();
        match VerifyingKey::from_bytes(public_key) {
            Ok(point) if !point.is_weak() && point.to_edwards().compress().as_bytes() == public_key => {
                Ok(Self { name, key_type, point })
            }
            _ => Err(KeyError::Point { name }),
        }
    }

    /// Reads `name+hex(key ID)+base64(type ‖ public key)`, a "vkey".
    ///
    /// # Errors
    /// [`KeyError`] names the part at fault.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let Parts { name, id, key_type, bytes } = parse_parts(text)?;
        let key = Self::new(name, key_type, &bytes)?;
        check_id(name, id, key.id())?;
        Ok(key)
    }

    /// The name that stands before this key's signatures.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this key signs.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The 32 bytes of RFC 8032 §5.1.2.
    pub fn public_key(&self) -> [u8; 32] {
        self.point.to_bytes()
    }

    /// The first four bytes, big-endian, of SHA-256(name ‖ newline ‖ type ‖ public key): a label, not a proof.
    pub fn id(&self) -> u32 {
        let hasher = Sha256::new().chain_update(&self.name).chain_update(b"\n").chain_update([self.key_type.byte()]);
        let digest = hasher.chain_update(self.point.as_bytes()).finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Whether `signature` is this key's over `message`, as RFC 8032 has it and dalek's strict check: the signature's
    /// scalar reduced, its point canonical, not of small order.
    pub(crate) fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.point.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = [&[self.key_type.byte()][..], self.point.as_bytes()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(material))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl SigningKey {
    /// A key from the 32 secret bytes of RFC 8032 §5.1.5, which come from the system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Name`], or [`KeyError::Point`] should the public key be unsound, which no random seed gives.
    pub fn new(name: &str, key_type: KeyType, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        VerifierKey::new(name, key_type, secret.verifying_key().as_bytes())?;
        Ok(Self { name: name.to_owned(), key_type, secret })
    }

    /// Reads `PRIVATE+KEY+name+hex(key ID)+base64(type ‖ seed)`.
    ///
    /// # Errors
    /// [`KeyError`] names the part at fault, never the secret.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let public_form = text.strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Form)?;
        let Parts { name, id, key_type, bytes } = parse_parts(public_form)?;
        let key = Self::new(name, key_type, &bytes)?;
        check_id(name, id, key.verifier_key().id())?;
        Ok(key)
    }

    /// The private text that [`SigningKey::parse`] reads; whoever holds it can sign.
    pub fn to_private_text(&self) -> Zeroizing<String> {
        let material = Zeroizing::new([&[self.key_type.byte()][..], self.secret.as_bytes()].concat());
        let encoded = Zeroizing::new(STANDARD.encode(&*material));
        let id = self.verifier_key().id();
        Zeroizing::new(format!("PRIVATE+KEY+{}+{id:08x}+{}", self.name, *encoded))
    }

    /// The public key of this one.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key_type: self.key_type, point: self.secret.verifying_key() }
    }

    /// The name that stands before this key's signatures.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this key signs.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The Ed25519 signature of `message`. Each format's own function calls this with its own message, since a key
    /// signs one kind of message only.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier_key())
    }
}

/// The name itself, if it can stand in a signature line.
pub(super) fn parse_name(name: &str) -> Result<&str, KeyError> {
    let fits = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c < ' ' || c == '+');
    if fits { Ok(name) } else { Err(KeyError::Name { name: name.to_owned() }) }
}

/// What `name+id+base64(type ‖ bytes)` says, the ID not yet checked.
struct Parts<'a> {
    name: &'a str,
    id: &'a str,
    key_type: KeyType,
    bytes: Zeroizing<[u8; 32]>,
}

fn parse_parts(text: &str) -> Result<Parts<'_>, KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    let name = parse_name(name)?;
    let material = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| KeyError::Form)?);
    let (type_byte, bytes) = material.split_first().ok_or(KeyError::Form)?;
    let key_type = KeyType::from_byte(name, *type_byte)?;
    let Ok(bytes) = bytes.try_into() else {
        return Err(KeyError::Length { name: name.to_owned(), found: bytes.len() });
    };
    Ok(Parts { name, id, key_type, bytes: Zeroizing::new(bytes) })
}

/// Compares texts, so that upper-case digits or a missing zero are no second spelling.
fn check_id(name: &str, found: &str, expected: u32) -> Result<(), KeyError> {
    if found == format!("{expected:08x}") {
        return Ok(());
    }
    Err(KeyError::Id { name: name.to_owned(), expected, found: found.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::parse_hex;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        parse_hex(hex).and_then(|bytes| bytes.try_into().ok()).expect("a test's hexadecimal digits")
    }

    /// RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
    const RFC_8032: [[&str; 4]; 3] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ];

    #[test]
    fn keys_sign_as_rfc_8032_says() {
        for [seed, public_key, message, signature] in RFC_8032 {
            let key = SigningKey::new("rfc8032", KeyType::Ed25519, &bytes(seed)).expect("a sound key");
            let message = parse_hex(message).expect("hexadecimal digits");
            assert_eq!(key.verifier_key().public_key(), bytes(public_key));
            assert_eq!(key.sign(&message), bytes(signature));
            assert!(key.verifier_key().accepts(&message, &bytes(signature)));
            assert!(!key.verifier_key().accepts(b"another message", &bytes(signature)));
        }
    }

    /// S + L is as good as S in the equation; RFC 8032 §5.1.7 demands S < L, or notes would have second signatures.
    #[test]
    fn a_signature_has_no_second_form() {
        let [seed, _, message, signature] = RFC_8032[2];
        let key = SigningKey::new("rfc8032", KeyType::Ed25519, &bytes(seed)).expect("a sound key").verifier_key();
        let order: [u8; 32] = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut other: [u8; 64] = bytes(signature);
        let mut carry = 0;
        for (digit, added) in other[32..].iter_mut().zip(order) {
            let [high, low] = (u16::from(*digit) + u16::from(added) + carry).to_be_bytes();
            (*digit, carry) = (low, u16::from(high));
        }
        assert!(!key.accepts(&parse_hex(message).expect("hexadecimal digits"), &other));
    }

    /// s = H(R ‖ A ‖ M)·a with R the neutral element satisfies the equation; a lenient verifier accepts it, so whether a
    /// note is good would depend on who reads it.
    #[test]
    fn a_signature_with_a_point_of_small_order_is_refused() {
        let [seed, _, message, _] = RFC_8032[1];
        let key = SigningKey::new("rfc8032", KeyType::Ed25519, &bytes(seed)).expect("a sound key").verifier_key();
        let signature: [u8; 64] = bytes(
            "0100000000000000000000000000000000000000000000000000000000000000675d054595fa17cb6a44e3ada6ca385e55667e41a63fdab0ac22d10000354002",
        );
        let message = parse_hex(message).expect("hexadecimal digits");
        let lenient =
            ed25519_dalek::Verifier::verify(&key.point, &message, &ed25519_dalek::Signature::from_bytes(&signature));
        assert!(lenient.is_ok());
        assert!(!key.accepts(&message, &signature));
    }

    /// With a key of small order one signature fits any message; a non-canonical key has two texts and two IDs.
    #[test]
    fn unsound_points_are_no_keys() {
        let neutral = "0100000000000000000000000000000000000000000000000000000000000000";
        let order_four = "0000000000000000000000000000000000000000000000000000000000000000";
        let order_eight = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
        let neutral_plus_p = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
        // y = 3 + p; 3 is the smallest y of a point that is not of small order.
        let three_plus_p = "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
        let no_point = "0200000000000000000000000000000000000000000000000000000000000000";
        for hex in [neutral, order_four, order_eight, neutral_plus_p, three_plus_p, no_point] {
            let key = VerifierKey::new("weak", KeyType::Ed25519, &bytes(hex));
            assert_eq!(key, Err(KeyError::Point { name: "weak".to_owned() }), "{hex}");
        }
        let three = "0300000000000000000000000000000000000000000000000000000000000000";
        assert!(VerifierKey::new("sound", KeyType::Ed25519, &bytes(three)).is_ok());
    }
}
