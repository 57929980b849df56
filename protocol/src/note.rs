//! Signed notes: a text and the signatures under it, in the format of c2sp.org/signed-note. SPEC §2.6.
//!
//! ```text
//! This is an example message.
//!
//! — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
//! ```
//!
//! **Invariant:** a [`Note`] is well formed: what [`Note::parse`] accepts, `to_string` gives back byte for byte. Its
//! text proves nothing until [`Note::verify`] has said who signed it.

mod key;

use crate::cosignature;
use base64::{Engine, engine::general_purpose::STANDARD};
pub use key::{KeyError, KeyType, SigningKey, VerifierKey};
use std::fmt;

/// The longest note that is read, in bytes: a guard for those who read strangers' notes. The manifest of a nation has
/// some sixty thousand lines.
pub const MAX_NOTE_BYTES: usize = 16_000_000;
/// The most signatures a note may have. C2SP asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

/// A text with one or more signatures. Its [`fmt::Display`] is the published form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature line; its [`fmt::Display`] is the line with its newline. Unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

/// Why a note is malformed, cannot be signed, or is not signed as it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The note is longer than [`MAX_NOTE_BYTES`].
    #[error("the note has {found} bytes, at most {MAX_NOTE_BYTES} are read")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// The note is not UTF-8, or has a control character other than newline.
    #[error("a note is UTF-8 without control characters; byte {at} is not")]
    Characters {
        /// Where the first such byte stands, counted from 0.
        at: usize,
    },
    /// The text does not end in a newline, or no empty line stands between text and signatures.
    #[error("a note is a text ending in a newline, an empty line, and signature lines")]
    Form,
    /// A line after the empty one is not a signature.
    #[error("line {line} of the signatures is not a dash, a key name and base64")]
    SignatureLine {
        /// Which line, counted from 1 after the empty line.
        line: usize,
    },
    /// More than [`MAX_SIGNATURES`].
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A witness's key was to sign a note without a time, or an ordinary key where a witness's is needed.
    #[error("key {name} is of the wrong type for this signature")]
    KeyType {
        /// The key's name.
        name: String,
    },
    /// Two of the keys, or two signatures to be written, have one name and ID.
    #[error("key {name}+{key_id:08x} is there twice")]
    Duplicate {
        /// The key's name.
        name: String,
        /// The key's ID.
        key_id: u32,
    },
    /// A known key's name and ID stand at a signature that is not the key's.
    #[error("the signature of {name} is wrong")]
    BadSignature {
        /// The key's name.
        name: String,
    },
    /// None of the known keys signed.
    #[error("the note has no signature of a known key")]
    Unsigned,
}

impl NoteError {
    /// The rule of the SPEC that was broken (SPEC §2.6).
    pub fn label(&self) -> &'static str {
        match self {
            Self::BadSignature { .. } | Self::Unsigned => "R-NOTE-SIGNATURE",
            _ => "R-NOTE-FORM",
        }
    }
}

impl Note {
    /// Signs `text` with one or more keys of type [`KeyType::Ed25519`], in their order.
    ///
    /// # Errors
    /// [`NoteError`], for a text that cannot stand in a note, no key, the same key twice, or a witness's key.
    pub fn sign(text: &str, keys: &[&SigningKey]) -> Result<Self, NoteError> {
        check_characters(text.as_bytes())?;
        if !text.ends_with('\n') {
            return Err(NoteError::Form);
        }
        if keys.is_empty() {
            return Err(NoteError::Unsigned);
        }
        let mut note = Self { text: text.to_owned(), signatures: Vec::new() };
        for key in keys {
            if key.key_type() != KeyType::Ed25519 {
                return Err(NoteError::KeyType { name: key.name().to_owned() });
            }
            note.add_signature(Signature::new(&key.verifier_key(), &key.sign(text.as_bytes())))?;
        }
        Ok(note)
    }

    /// Reads a published note. No signature is verified.
    ///
    /// # Errors
    /// [`NoteError`] says what is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { found: bytes.len() });
        }
        let whole = check_characters(bytes)?;
        // The last empty line divides: a text may have empty lines, signatures have none.
        let divide = whole.rfind("\n\n").ok_or(NoteError::Form)?;
        let (text, signatures) = (&whole[..=divide], &whole[divide + 2..]);
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Form)?.split('\n');
        if lines.clone().count() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let parsed = lines
            .enumerate()
            .map(|(at, line)| Signature::parse_line(line).ok_or(NoteError::SignatureLine { line: at + 1 }));
        Ok(Self { text: text.to_owned(), signatures: parsed.collect::<Result<_, _>>()? })
    }

    /// Adds a signature line at the end, unverified: a witness's answer, for one.
    ///
    /// # Errors
    /// [`NoteError::Duplicate`] when the same key's signature is there, [`NoteError::TooManySignatures`].
    pub fn add_signature(&mut self, signature: Signature) -> Result<(), NoteError> {
        if self.signatures.iter().any(|other| other.same_key(&signature)) {
            return Err(NoteError::Duplicate { name: signature.name, key_id: signature.key_id });
        }
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Which of the keys signed this note: their places in `known`, each once, ascending and never empty. Signatures
    /// of other keys are ignored; every signature that bears a known key's name and ID must be good, repeated ones
    /// too. Cosignatures are checked as [`cosignature::verify_cosignatures`] does, whose answer has their times.
    ///
    /// # Errors
    /// [`NoteError::Duplicate`] when two of the known keys cannot be told apart, [`NoteError::BadSignature`], and
    /// [`NoteError::Unsigned`] when no known key signed.
    pub fn verify(&self, known: &[VerifierKey]) -> Result<Vec<usize>, NoteError> {
        check_distinct(known)?;
        let mut signers = Vec::new();
        for (place, key) in known.iter().enumerate() {
            let mut signed = false;
            for signature in self.signatures_of(key) {
                if !signature.is_good(key, &self.text) {
                    return Err(NoteError::BadSignature { name: key.name().to_owned() });
                }
                signed = true;
            }
            if signed {
                signers.push(place);
            }
        }
        if signers.is_empty() { Err(NoteError::Unsigned) } else { Ok(signers) }
    }

    /// The signed text, with its final newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures in the order they stand, unverified.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The signatures that bear this key's name and ID; unverified.
    pub(crate) fn signatures_of(&self, key: &VerifierKey) -> impl Iterator<Item = &Signature> {
        let key_id = key.id();
        self.signatures.iter().filter(move |signature| signature.name == key.name() && signature.key_id == key_id)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}

impl Signature {
    /// Reads one signature line with its newline, as a witness answers it.
    ///
    /// # Errors
    /// [`NoteError::SignatureLine`].
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        line.strip_suffix('\n').and_then(Self::parse_line).ok_or(NoteError::SignatureLine { line: 1 })
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ID of the key that is said to have signed.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The signature after the key ID: 64 bytes of Ed25519, or for a cosignature eight bytes of time before them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn new(key: &VerifierKey, bytes: &[u8]) -> Self {
        Self { name: key.name().to_owned(), key_id: key.id(), bytes: bytes.to_vec() }
    }

    fn parse_line(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let name = key::parse_name(name).ok()?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (key_id, bytes) = decoded.split_first_chunk()?;
        let signature = Self { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), bytes: bytes.to_vec() };
        (!bytes.is_empty() && signature.line() == line).then_some(signature)
    }

    fn line(&self) -> String {
        format!("— {} {}", self.name, STANDARD.encode([&self.key_id.to_be_bytes()[..], &self.bytes].concat()))
    }

    fn same_key(&self, other: &Self) -> bool {
        self.key_id == other.key_id && self.name == other.name
    }

    fn is_good(&self, key: &VerifierKey, text: &str) -> bool {
        match key.key_type() {
            KeyType::Ed25519 => self.bytes[..].try_into().is_ok_and(|bytes| key.accepts(text.as_bytes(), bytes)),
            KeyType::Cosignature => cosignature::verified_time(key, text, &self.bytes).is_some(),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line())
    }
}

/// The bytes as text, if they are UTF-8 without control characters but newline.
fn check_characters(bytes: &[u8]) -> Result<&str, NoteError> {
    let text = std::str::from_utf8(bytes).map_err(|error| NoteError::Characters { at: error.valid_up_to() })?;
    match bytes.iter().position(|byte| *byte < b' ' && *byte != b'\n') {
        None => Ok(text),
        Some(at) => Err(NoteError::Characters { at }),
    }
}

/// Two keys of one name and ID would both answer for one signature, and one key listed twice would count twice.
fn check_distinct(keys: &[VerifierKey]) -> Result<(), NoteError> {
    for (place, key) in keys.iter().enumerate() {
        if keys[..place].iter().any(|other| other.name() == key.name() && other.id() == key.id()) {
            return Err(NoteError::Duplicate { name: key.name().to_owned(), key_id: key.id() });
        }
    }
    Ok(())
}
