//! Signed notes: `{note}` or `{note_base64}` and the `{keys}` of which at least one must have signed.

use super::{Answer, Refusal, input};
use protocol::note::{Note, NoteError, VerifierKey};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let keys: Vec<_> = input::texts(input, "keys").into_iter().map(|key| VerifierKey::parse(key).unwrap()).collect();
    let bytes = input::bytes(input, "note");
    let note = Note::parse(&bytes).map_err(|error| refusal(&error))?;
    assert_eq!(note.to_string().as_bytes(), bytes);
    let signers = note.verify(&keys).map_err(|error| refusal(&error))?;
    Ok(json!({ "text": note.text(), "signers": signers }))
}

fn refusal(error: &NoteError) -> Refusal {
    Refusal { label: error.label(), at: None, reason: error.to_string() }
}
