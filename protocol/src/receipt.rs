//! Receipts: the operator's signed word that a revision is durable, and signed refusals. SPEC §7.

use crate::{
    entry::{self, Body, EntryError, Revision, Status},
    hash::Hash,
    json::{self, JsonError},
    merkle,
    note::{KeyError, Note, NoteError, SigningKey, VerifierKey},
    programme::Programme,
    ticket::Ticket,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};

/// Why a receipt does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// Not canonical JSON of a receipt.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The statement is not a note signed by the receipts key.
    #[error("the batch statement: {0}")]
    Note(#[from] NoteError),
    /// The programme's receipts key is not a verifier key.
    #[error("the programme's receipts key: {0}")]
    Key(#[from] KeyError),
    /// R-NOTE-FORM: the statement is not the seven lines of SPEC §7.1.
    #[error("the batch statement does not have the seven lines of a batch")]
    Statement,
    /// R-RECEIPT-PROGRAMME.
    #[error("the receipt belongs to another programme")]
    Programme,
    /// R-REHEARSAL-MARK.
    #[error("the receipt is not marked as its programme is")]
    Mark,
    /// The entry inside breaks a rule.
    #[error("the receipt's entry: {0}")]
    Entry(#[from] EntryError),
    /// R-RECEIPT-PATH.
    #[error("the entry is not in the batch that was signed")]
    Path,
}

/// What the receipts key signs: one batch of revisions that became durable together (SPEC §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchStatement {
    /// Number of the batch, from 0.
    pub number: u64,
    /// Leaves in it.
    pub leaves: u32,
    /// Second at which it was made durable.
    pub time_unix_s: u64,
    /// Root over its register leaves, in the order of the batch.
    pub root: Hash,
}

impl BatchStatement {
    /// The text to sign.
    pub fn text(&self, programme: &Programme) -> String {
        let root = BASE64.encode(self.root.0);
        let Self { number, leaves, time_unix_s, .. } = self;
        format!("{}{number}\n{leaves}\n{root}\n{time_unix_s}\n", programme.heading("receipts"))
    }

    /// The signed note that goes into every receipt of the batch.
    ///
    /// # Errors
    /// [`NoteError`] if the key cannot sign notes.
    pub fn sign(&self, programme: &Programme, key: &SigningKey) -> Result<String, NoteError> {
        Ok(Note::sign(&self.text(programme), &[key])?.to_string())
    }

    /// Reads a signed statement of this programme.
    ///
    /// # Errors
    /// [`ReceiptError`] if the note, its signature or its lines are not as SPEC §7.1 says.
    pub fn open(note: &str, programme: &Programme) -> Result<Self, ReceiptError> {
        let note = Note::parse(note.as_bytes())?;
        let lines: Vec<&str> = note.text().lines().collect();
        let ["jebi/v0/receipts", mark, hash, number, leaves, root, time] = lines[..] else {
            return Err(ReceiptError::Statement);
        };
        if hash != programme.hash().to_string() {
            return Err(ReceiptError::Programme);
        }
        if mark != programme.mark() {
            return Err(ReceiptError::Mark);
        }
        let key = VerifierKey::parse(&programme.receipts.key)?;
        note.verify(&[key])?;
        let root = BASE64.decode(root).ok().and_then(|bytes| bytes.try_into().ok()).map(Hash);
        let (Ok(number), Ok(leaves), Ok(time_unix_s), Some(root)) =
            (number.parse(), leaves.parse(), time.parse(), root)
        else {
            return Err(ReceiptError::Statement);
        };
        let statement = Self { number, leaves, time_unix_s, root };
        if statement.text(programme) == note.text() { Ok(statement) } else { Err(ReceiptError::Statement) }
    }
}

/// A receipt as the applicant keeps it (SPEC §7.2). Its fields stand in the order of canonical JSON, so that whatever
/// writes it as JSON without blanks writes its canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The signed statement, verbatim.
    pub batch: String,
    /// Opens the commitment; 64 hexadecimal digits.
    pub blinding: Hash,
    /// The entry's body, base64.
    pub body: String,
    /// `jebi/v0/receipt`.
    pub format: String,
    /// Place of the leaf in the batch, from 0.
    pub index: u32,
    /// Hashes from the leaf upward, base64.
    pub path: Vec<String>,
    /// The programme hash.
    pub programme: Hash,
    /// As in the programme.
    pub rehearsal: bool,
    /// Which revision, from 1.
    pub revision: u32,
    /// Its status's name.
    pub status: String,
    /// Whose entry.
    pub ticket: Ticket,
}

/// The format line of [`Receipt::format`].
pub const RECEIPT_FORMAT: &str = "jebi/v0/receipt";

impl Receipt {
    /// The receipt of one revision of a batch.
    ///
    /// # Errors
    /// [`EntryError`] if the body has no encoding.
    pub fn new(
        programme: &Programme,
        revision: &Revision,
        index: u32,
        path: &[Hash],
        batch: &str,
    ) -> Result<Self, EntryError> {
        Ok(Self {
            format: RECEIPT_FORMAT.into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            ticket: revision.ticket,
            revision: revision.revision,
            status: revision.status.name().into(),
            blinding: Hash(revision.blinding),
            body: BASE64.encode(revision.body.encode()?),
            index,
            path: path.iter().map(|hash| BASE64.encode(hash.0)).collect(),
            batch: batch.into(),
        })
    }

    /// The canonical bytes, as they are handed out.
    ///
    /// # Errors
    /// [`JsonError`] never occurs for a receipt that was made by [`Receipt::new`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonError> {
        json::to_bytes(self)
    }

    /// Reads canonical bytes; [`Receipt::check`] says whether they hold.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        json::parse(bytes)
    }

    /// Checks the receipt by itself (SPEC §7.2): entry, path, signature, programme.
    ///
    /// # Errors
    /// [`ReceiptError`] says what does not hold.
    pub fn check(&self, programme: &Programme) -> Result<CheckedReceipt, ReceiptError> {
        if self.format != RECEIPT_FORMAT {
            let fault = format!("the format is {:?}, not {RECEIPT_FORMAT:?}", self.format);
            return Err(JsonError::Fields(fault).into());
        }
        if self.programme != programme.hash() {
            return Err(ReceiptError::Programme);
        }
        if self.rehearsal != programme.rehearsal {
            return Err(ReceiptError::Mark);
        }
        let statement = BatchStatement::open(&self.batch, programme)?;
        let status = Status::from_name(&self.status).ok_or(ReceiptError::Entry(EntryError::Status))?;
        let bytes = BASE64.decode(&self.body).map_err(|_| ReceiptError::Entry(EntryError::Body))?;
        let body = Body::decode(&bytes)?;
        let (ticket, revision) = (self.ticket, self.revision);
        let revision = Revision { ticket, revision, status, blinding: self.blinding.0, body };
        revision.check(programme)?;
        let leaf = entry::leaf(programme.hash(), ticket, self.revision, status, &self.blinding.0, &bytes);
        let path = self.path.iter().map(|text| decode_hash(text)).collect::<Option<Vec<_>>>();
        let path = path.ok_or(ReceiptError::Path)?;
        let (index, leaves) = (u64::from(self.index), u64::from(statement.leaves));
        merkle::verify_inclusion(merkle::leaf_hash(&leaf), index, leaves, &path, statement.root)
            .map_err(|_| ReceiptError::Path)?;
        Ok(CheckedReceipt { statement, revision, leaf })
    }
}

fn decode_hash(text: &str) -> Option<Hash> {
    Some(Hash(BASE64.decode(text).ok()?.try_into().ok()?))
}

/// A receipt whose signature and path hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedReceipt {
    /// The batch it is in.
    pub statement: BatchStatement,
    /// What it acknowledges.
    pub revision: Revision,
    /// The register leaf.
    pub leaf: [u8; entry::LEAF_BYTES],
}

/// A signed refusal (SPEC §7.5): the operator's word that this request was refused, why, and when.
///
/// # Errors
/// [`NoteError`] if the key cannot sign notes.
pub fn refusal(
    programme: &Programme,
    key: &SigningKey,
    code: &str,
    request: &[u8],
    time_unix_s: u64,
) -> Result<String, NoteError> {
    let request = Hash::tagged("request", &[request]);
    let text = format!("{}{code}\n{request}\n{time_unix_s}\n", programme.heading("refusal"));
    Ok(Note::sign(&text, &[key])?.to_string())
}

impl ReceiptError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Json(fault) => fault.label(),
            Self::Note(fault) => fault.label(),
            Self::Key(_) | Self::Statement => "R-NOTE-FORM",
            Self::Programme => "R-RECEIPT-PROGRAMME",
            Self::Mark => "R-REHEARSAL-MARK",
            Self::Entry(fault) => fault.label(),
            Self::Path => "R-RECEIPT-PATH",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_written_by_anybody_without_blanks_is_canonical() {
        let receipt = Receipt {
            batch: "two lines\n\u{2014} a \"name\" with a \\\n".into(),
            blinding: Hash([1; 32]),
            body: "AA==".into(),
            format: RECEIPT_FORMAT.into(),
            index: 7,
            path: vec!["AQ==".into(), String::new()],
            programme: Hash([2; 32]),
            rehearsal: true,
            revision: 3,
            status: "active".into(),
            ticket: Ticket([4; 12]),
        };
        let bytes = serde_json::to_vec(&receipt).expect("JSON");
        assert_eq!(receipt.to_bytes(), Ok(bytes.clone()));
        assert_eq!(Receipt::parse(&bytes), Ok(receipt));
    }
}
