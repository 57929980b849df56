//! Events: the leaves of the draw's log, each a signed note around one line of canonical JSON. SPEC §8.
//!
//! **Invariant:** an [`Event`] read by [`Event::open`] was signed by a key that the programme names for its kind.

use crate::{
    hash::Hash,
    json::{self, JsonError},
    note::{KeyError, Note, NoteError, SigningKey, VerifierKey},
    programme::{MechanismName, Programme, Title},
};
use serde::{Deserialize, Serialize};

/// Why a leaf is not an event of this draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// Not a note, or not signed by the key its kind needs.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key of the programme is not a verifier key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not canonical JSON of an event.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// R-LOG-KIND: a kind that is unknown or reserved.
    #[error("events of kind {0:?} are not built in this version")]
    Kind(String),
    /// R-PROGRAMME-HASH: an event of another programme.
    #[error("the event belongs to another programme")]
    Programme,
    /// R-REHEARSAL-MARK.
    #[error("the event is not marked as its programme is")]
    Mark,
}

/// How many entries of a cohort are active and withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortCount {
    /// The cohort's identifier.
    pub id: String,
    /// Entries that take part.
    pub active: u64,
    /// Entries that were withdrawn.
    pub withdrawn: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum What {
    /// The programme was announced.
    Programme {
        /// Its title.
        title: Title,
    },
    /// Receipt batches were anchored.
    Receipts {
        /// Number of the first batch.
        first: u64,
        /// How many batches.
        count: u64,
        /// Root over their 44-byte statements.
        root: Hash,
    },
    /// The register was frozen.
    Freeze {
        /// Its root.
        register_root: Hash,
        /// Its entries.
        size: u64,
        /// Of these active.
        active: u64,
        /// Of these withdrawn.
        withdrawn: u64,
        /// The same by cohort, in programme order.
        cohorts: Vec<CohortCount>,
        /// Revisions of all entries together.
        revisions: u64,
        /// Receipt batches that acknowledged them.
        batches: u64,
    },
    /// The named round appeared.
    Beacon {
        /// Its chain.
        chain_hash: String,
        /// Its number.
        round: u64,
        /// Its signature, hexadecimal.
        signature: String,
        /// SHA-256 of the signature.
        randomness: Hash,
        /// The seed that follows.
        seed: Hash,
    },
    /// The result was published.
    Result {
        /// The mechanism that decided.
        mechanism: MechanismName,
        /// Root over the allocation records.
        allocation_root: Hash,
        /// SHA-256 of `sessions.json`.
        sessions_sha256: Hash,
        /// Entries placed.
        placed: u64,
        /// Active entries not placed.
        unplaced: u64,
        /// Entries withdrawn.
        withdrawn: u64,
    },
}

impl What {
    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Programme { .. } => "programme",
            Self::Receipts { .. } => "receipts",
            Self::Freeze { .. } => "freeze",
            Self::Beacon { .. } => "beacon",
            Self::Result { .. } => "result",
        }
    }
}

/// One event of a draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    format: String,
    rehearsal: bool,
    programme: Hash,
    /// When it happened, by the writer's clock (the rehearsal's, in a rehearsal).
    pub time_unix_s: u64,
    /// Name and version of the program that wrote it.
    pub tool: String,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

const FORMAT: &str = "jebi/v0/event";

impl Event {
    /// An event of this programme.
    pub fn new(programme: &Programme, time_unix_s: u64, tool: &str, what: What) -> Self {
        let (rehearsal, hash) = (programme.rehearsal, programme.hash());
        Self { format: FORMAT.into(), rehearsal, programme: hash, time_unix_s, tool: tool.into(), what }
    }

    /// The log's leaf: the signed note.
    ///
    /// # Errors
    /// [`EventError`] if the event has no canonical form or the key cannot sign.
    pub fn sign(&self, key: &SigningKey) -> Result<String, EventError> {
        let mut text = String::from_utf8_lossy(&json::to_bytes(self)?).into_owned();
        text.push('\n');
        Ok(Note::sign(&text, &[key])?.to_string())
    }

    /// Reads a leaf and checks that the programme's key for its kind signed it.
    ///
    /// # Errors
    /// [`EventError`] names the rule.
    pub fn open(leaf: &[u8], programme: &Programme) -> Result<Self, EventError> {
        let note = Note::parse(leaf)?;
        let text = note.text().strip_suffix('\n').unwrap_or_default();
        let event = Self::parse(text.as_bytes())?;
        if event.programme != programme.hash() {
            return Err(EventError::Programme);
        }
        if event.rehearsal != programme.rehearsal {
            return Err(EventError::Mark);
        }
        let keys = match event.what {
            What::Receipts { .. } => std::slice::from_ref(&programme.receipts.key),
            _ => programme.operators.as_slice(),
        };
        let keys = keys.iter().map(|key| VerifierKey::parse(key)).collect::<Result<Vec<_>, _>>()?;
        note.verify(&keys)?;
        match &event.what {
            What::Programme { title } if *title != programme.title => Err(EventError::Programme),
            _ => Ok(event),
        }
    }

    /// Serde cannot both flatten and refuse unknown fields, so the common fields are taken out first.
    fn parse(bytes: &[u8]) -> Result<Self, EventError> {
        let mut fields: serde_json::Map<String, serde_json::Value> = json::parse(bytes)?;
        let mut take = |name: &str| {
            fields.remove(name).ok_or_else(|| EventError::Json(JsonError::Fields(format!("missing field `{name}`"))))
        };
        fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, JsonError> {
            serde_json::from_value(value).map_err(|e| JsonError::Fields(e.to_string()))
        }
        let format: String = read(take("format")?)?;
        let rehearsal = read(take("rehearsal")?)?;
        let programme = read(take("programme")?)?;
        let time_unix_s = read(take("time_unix_s")?)?;
        let tool = read(take("tool")?)?;
        if format != FORMAT {
            return Err(EventError::Json(JsonError::Fields(format!("the format is {format:?}, not {FORMAT:?}"))));
        }
        let kind = fields.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
        if !["programme", "receipts", "freeze", "beacon", "result"].contains(&kind) {
            return Err(EventError::Kind(kind.into()));
        }
        let what = read(serde_json::Value::Object(fields))?;
        let event = Self { format, rehearsal, programme, time_unix_s, tool, what };
        // Serde also reads a struct from a list; what is not written as it would be is not an event.
        if json::to_bytes(&event)? != bytes {
            return Err(EventError::Json(JsonError::Fields("a field has a value of another kind".into())));
        }
        Ok(event)
    }
}

impl EventError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Note(fault) => fault.label(),
            Self::Key(_) => "R-NOTE-FORM",
            Self::Json(fault) => fault.label(),
            Self::Kind(_) => "R-LOG-KIND",
            Self::Programme => "R-PROGRAMME-HASH",
            Self::Mark => "R-REHEARSAL-MARK",
        }
    }
}
