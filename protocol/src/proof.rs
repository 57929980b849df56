//! The offline proof that an entry is in a log, c2sp.org/tlog-proof@v1: what a citizen keeps in a `.tlog-proof` file.
//! SPEC §8.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 73894
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=       the leaf's path, its sibling first
//!
//! example.com/fancylog                               the checkpoint's note, as published
//! 109482
//! sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
//!
//! — example.com/fancylog …
//! ```
//!
//! **Invariant:** what [`LogProof::parse`] accepts, `to_string` gives back byte for byte, and its checkpoint is well
//! formed. Only [`LogProof::verify`] makes it a proof.

use crate::checkpoint::{Checkpoint, CheckpointError, base64_hash, parse_base64_hash, parse_decimal};
use crate::hash::Hash;
use crate::merkle::{self, MerkleError};
use crate::note::{Note, NoteError, VerifierKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A path to a root is no longer than the binary digits of a tree's size.
const MAX_PATH: usize = 64;

/// A proof that an entry is in a log. Its [`fmt::Display`] is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    index: u64,
    extra: Option<Vec<u8>>,
    path: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

/// Why a text is not a log proof, or does not prove the entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The first line is another, or the file is not UTF-8.
    #[error("the file is not a log proof: its first line is not {HEADER}")]
    Header,
    /// The line `extra` holds no padded base64, or nothing.
    #[error("the proof's extra line is not padded base64")]
    Extra,
    /// There is no line `index` with a decimal number without leading zeros.
    #[error("the proof has no index line with a decimal number")]
    Index,
    /// A line of the path is not 32 bytes in padded base64, or the path is longer than any tree's.
    #[error("line {line} of the proof's path is not a hash")]
    Path {
        /// Which line of the path, counted from 1.
        line: usize,
    },
    /// No empty line stands between path and checkpoint.
    #[error("the proof has no empty line before its checkpoint")]
    NoCheckpoint,
    /// The checkpoint is not a note, or the log did not sign it.
    #[error("the proof's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The note's text is not a checkpoint.
    #[error("the proof's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is of another log.
    #[error("the proof is for the log {found}, not for {expected}")]
    Origin {
        /// The name of the log's key.
        expected: String,
        /// The checkpoint's origin.
        found: String,
    },
    /// The entry is not in the tree at this index.
    #[error("the entry is not in the log: {0}")]
    Merkle(#[from] MerkleError),
}

impl LogProof {
    /// A proof from its parts: the entry's index and path to the root of the checkpoint in `note`.
    ///
    /// # Errors
    /// [`ProofError::Checkpoint`] when the note is not a checkpoint, [`ProofError::Path`] when the path is too long.
    pub fn new(index: u64, path: Vec<Hash>, note: Note) -> Result<Self, ProofError> {
        if path.len() > MAX_PATH {
            return Err(ProofError::Path { line: MAX_PATH + 1 });
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { index, extra: None, path, note, checkpoint })
    }

    /// Reads a `.tlog-proof` file.
    ///
    /// # Errors
    /// [`ProofError`] names the part at fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ProofError::Header)?;
        let (proof, note) = text.split_once("\n\n").ok_or(ProofError::NoCheckpoint)?;
        let mut lines = proof.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with("extra")).map(parse_extra).transpose()?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_decimal);
        let index = index.ok_or(ProofError::Index)?;
        let path = lines.zip(1..).map(|(hash, line)| parse_base64_hash(hash).ok_or(ProofError::Path { line }));
        let proof = Self::new(index, path.collect::<Result<_, _>>()?, Note::parse(note.as_bytes())?)?;
        Ok(Self { extra, ..proof })
    }

    /// Checks that `entry` is in the log and that the log's key signed the head it is in, and returns this head. The
    /// log's key bears the log's origin as its name. Witnesses' cosignatures are checked on [`LogProof::note`].
    ///
    /// # Errors
    /// [`ProofError::Note`], [`ProofError::Origin`] or [`ProofError::Merkle`].
    pub fn verify(&self, entry: &[u8], log_key: &VerifierKey) -> Result<&Checkpoint, ProofError> {
        self.note.verify(std::slice::from_ref(log_key))?;
        if self.checkpoint.origin() != log_key.name() {
            let (expected, found) = (log_key.name().to_owned(), self.checkpoint.origin().to_owned());
            return Err(ProofError::Origin { expected, found });
        }
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        merkle::verify_inclusion(merkle::leaf_hash(entry), self.index, size, &self.path, root)?;
        Ok(&self.checkpoint)
    }

    /// The entry's place in the log, counted from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Bytes that another program put beside the proof. Nothing vouches for them; ours has none.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The checkpoint's note with all its signatures, unverified.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", base64_hash(*hash)))?;
        write!(f, "\n{}", self.note)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, ProofError> {
    let encoded = line.strip_prefix("extra ").filter(|encoded| !encoded.is_empty()).ok_or(ProofError::Extra)?;
    let extra = STANDARD.decode(encoded).map_err(|_| ProofError::Extra)?;
    if STANDARD.encode(&extra) == encoded { Ok(extra) } else { Err(ProofError::Extra) }
}
