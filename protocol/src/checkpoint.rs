//! A log's head as the C2SP checkpoint text (c2sp.org/tlog-checkpoint): who, how many leaves, which root. SPEC §8.3.
//!
//! ```text
//! example.com/behind-the-sofa                        origin
//! 20852163                                           size
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=       root
//! ```
//!
//! **Invariant:** text and value determine each other: whatever [`Checkpoint::parse`] accepts, `to_string` gives back
//! byte for byte. This is the text that is signed; it proves nothing before its note is verified.

use crate::hash::Hash;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// A log's head. Its [`fmt::Display`] is the text that is signed, with its final newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why a text is not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Fewer than three lines, or the last one does not end in a newline.
    #[error("a checkpoint has at least three lines, each ending in a newline")]
    Lines,
    /// The origin is empty, or has a control character.
    #[error("a checkpoint's origin is a line of at least one character, without control characters")]
    Origin,
    /// The second line is not a decimal number below 2⁶⁴ without leading zeros.
    #[error("a checkpoint's size is a decimal number without leading zeros")]
    Size,
    /// The third line is not 32 bytes in padded base64.
    #[error("a checkpoint's root is 32 bytes in padded base64")]
    Root,
    /// An extension line is empty, or has a control character.
    #[error("a checkpoint's extension lines are not empty and have no control characters")]
    Extension,
}

impl Checkpoint {
    /// A head without extension lines.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] when `origin` cannot stand as a line.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if !is_line(origin) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads a checkpoint's text, that is a note's text without its signatures. Extension lines are kept, since other
    /// logs may have them; no witness vouches for them, so nothing of ours may rest on one.
    ///
    /// # Errors
    /// [`CheckpointError`] names the line at fault.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Lines);
        };
        let size = parse_decimal(size).ok_or(CheckpointError::Size)?;
        let root = parse_base64_hash(root).ok_or(CheckpointError::Root)?;
        let mut checkpoint = Self::new(origin, size, root)?;
        checkpoint.extensions = lines.map(str::to_owned).collect();
        if !checkpoint.extensions.iter().all(|line| is_line(line)) {
            return Err(CheckpointError::Extension);
        }
        Ok(checkpoint)
    }

    /// Which log this is the head of; the log's key name is the same.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The log's size in leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over the log's leaves.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The lines after the root, without their newlines; ours have none.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64_hash(self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c < ' ')
}

/// A hash in padded base64 (RFC 4648 §4), as the C2SP formats write it.
pub(crate) fn base64_hash(hash: Hash) -> String {
    STANDARD.encode(hash.0)
}

/// Reads what [`base64_hash`] writes, and nothing else.
pub(crate) fn parse_base64_hash(text: &str) -> Option<Hash> {
    let bytes: [u8; 32] = STANDARD.decode(text).ok()?.try_into().ok()?;
    Some(Hash(bytes)).filter(|hash| base64_hash(*hash) == text)
}

/// Reads a number in ASCII digits, without sign or leading zeros.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}
