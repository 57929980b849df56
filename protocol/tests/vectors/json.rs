//! Canonical JSON: `{json}` or `{json_base64}`, read as any value, or with `"as": "title"` as `{"en", "ko"}`.

use super::{Answer, Refusal, input};
use protocol::{
    json::{self, JsonError},
    programme::Title,
};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let bytes = input::bytes(input, "json");
    let again = match input["as"].as_str() {
        None => json::parse::<Value>(&bytes).and_then(|value| json::to_bytes(&value)),
        Some("title") => json::parse::<Title>(&bytes).and_then(|value| json::to_bytes(&value)),
        Some(other) => panic!("no type is called {other}"),
    };
    let again = again.map_err(|error| refusal(&error))?;
    assert_eq!(again, bytes);
    Ok(json!({ "bytes": again.len() }))
}

pub(crate) fn refusal(error: &JsonError) -> Refusal {
    Refusal { label: error.label(), at: None, reason: error.to_string() }
}
