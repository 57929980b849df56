//! Entries of the sample's draw: `{ticket, revision, status, blinding, body}`, the last two in hexadecimal digits.

use super::{Answer, Refusal, input};
use protocol::{
    entry::{Body, Change, Channel, EntryError, Revision, Status},
    hash::hex,
    instance::Choice,
    merkle,
    programme::Programme,
    ticket::Ticket,
};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let programme = super::programme::changed(input["fields"].as_array().map_or(&[], Vec::as_slice))?;
    let revision = open(input, &programme).map_err(|error| Refusal {
        label: error.label(),
        at: None,
        reason: error.to_string(),
    })?;
    let body = &revision.body;
    let leaf = revision.leaf(programme.hash()).unwrap();
    Ok(json!({
        "cohort": body.cohort,
        "district": body.district,
        "channel": match body.channel {
            Channel::Own => "self",
            Channel::Assisted => "assisted",
            Channel::Paper => "paper",
        },
        "person": hex(&body.person),
        "next": body.next.to_string(),
        "changes": body.changes.iter().map(change).collect::<Vec<_>>(),
        "choices": body.choices.iter().map(choice).collect::<Vec<_>>(),
        "commitment": hex(&leaf[18..]),
        "leaf": hex(&leaf),
        "leaf_hash": merkle::leaf_hash(&leaf).to_string(),
    }))
}

fn open(input: &Value, programme: &Programme) -> Result<Revision, EntryError> {
    let bytes = input::hex(input::text(input, "body"));
    let body = Body::decode(&bytes)?;
    assert_eq!(body.encode().unwrap(), bytes);
    let status = u8::try_from(input["status"].as_u64().unwrap()).unwrap();
    let revision = Revision {
        ticket: Ticket::parse(input::text(input, "ticket")).unwrap(),
        revision: u32::try_from(input["revision"].as_u64().unwrap()).unwrap(),
        status: Status::from_byte(status).ok_or(EntryError::Status)?,
        blinding: input::hex(input::text(input, "blinding")).try_into().unwrap(),
        body,
    };
    revision.check(programme).map(|()| revision)
}

fn change(change: &Change) -> Value {
    match change {
        Change::Office => Value::Null,
        Change::Key(key) => json!(hex(&key.0)),
    }
}

fn choice(choice: &Choice) -> Value {
    match choice {
        Choice::Session(session) => json!(["session", session.0]),
        Choice::Site(site) => json!(["site", site.0]),
    }
}
