//! Receipts: `{bundle, receipt}`, a receipt's text against an accepted bundle; with `{register}`, the register of another
//! bundle instead. Refusals: `{refusal}` and what they refuse.

use super::{Answer, Refusal, bundle, input};
use protocol::{
    hash::hex,
    merkle,
    note::{KeyType, SigningKey},
    programme::Programme,
    receipt::{self, BatchStatement, Receipt},
    verify::{ReceiptFinding, check_receipt, verify},
};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    if input["refusal"].is_object() {
        return Ok(refuse(&input["refusal"]));
    }
    let bundle = |name| verify(&bundle::files_of(input::text(input, name))).unwrap();
    let mut verified = bundle("bundle");
    if input["register"].is_string() {
        verified.register = bundle("register").register;
    }
    let bytes = input::bytes(input, "receipt");
    let finding = check_receipt(&verified, &bytes).map_err(|fault| Refusal {
        label: fault.label(),
        at: None,
        reason: fault.to_string(),
    })?;
    let programme = &verified.programme;
    let receipt = Receipt::parse(&bytes).unwrap();
    let leaf = receipt.check(programme).unwrap().leaf;
    let statement = BatchStatement::open(&receipt.batch, programme).unwrap();
    Ok(json!({
        "finding": match finding {
            ReceiptFinding::Same => json!("same"),
            ReceiptFinding::ChangedWithKey { revision } => json!({ "changed_with_key": revision }),
            ReceiptFinding::ChangedByOffice { revision } => json!({ "changed_by_office": revision }),
        },
        "leaf": hex(&leaf),
        "leaf_hash": merkle::leaf_hash(&leaf).to_string(),
        "batch_text": statement.text(programme),
    }))
}

fn refuse(what: &Value) -> Value {
    let files = bundle::files_of(&format!("bundle-{}", input::text(what, "programme")));
    let programme = Programme::parse(&files["programme.json"]).unwrap();
    let key = SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).unwrap();
    let (code, request) = (input::text(what, "code"), input::text(what, "request").as_bytes());
    let note = receipt::refusal(&programme, &key, code, request, what["time_unix_s"].as_u64().unwrap());
    json!({ "note": note.unwrap() })
}
