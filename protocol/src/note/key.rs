//! The keys of signed notes and their texts: `name+id+base64` for everybody, `PRIVATE+KEY+…` for the owner
//! (c2sp.org/signed-note, and Go's sumdb/note for the private form). SPEC §7.
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
