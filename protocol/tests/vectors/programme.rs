//! Programmes: `{files}` changes the sample's source files and compiles them, `{fields}` changes its canonical form.

use super::{Answer, Refusal, input};
use protocol::{
    json,
    programme::{Fields, Programme, ProgrammeError, faults, source},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) fn run(input: &Value) -> Answer {
    let mut sample = input::Sample::read();
    let programme = match input["files"].as_array() {
        Some(changes) => {
            changes.iter().for_each(|change| sample.change(change));
            compile(&sample)?
        }
        None => changed(input["fields"].as_array().unwrap())?,
    };
    let canonical = std::str::from_utf8(programme.bytes()).unwrap();
    Ok(json!({ "canonical": canonical, "hash": programme.hash().to_string(), "round": programme.beacon.round }))
}

/// The sample with changes to its canonical form.
pub(crate) fn changed(changes: &[Value]) -> Result<Programme, Refusal> {
    let mut fields: Value = serde_json::from_slice(compile(&input::Sample::read())?.bytes()).unwrap();
    changes.iter().for_each(|change| input::set(&mut fields, change));
    parse(&json::to_bytes(&fields).map_err(|error| super::json::refusal(&error))?)
}

/// One vector breaks one rule: all faults found must have one label.
fn compile(sample: &input::Sample) -> Result<Programme, Refusal> {
    source::compile(&sample.source()).map_err(|faults| {
        let labels: BTreeSet<_> = faults.iter().map(|fault| fault.label).collect();
        assert_eq!(labels.len(), 1, "{faults:?}");
        let at = format!("{}:{}", faults[0].file, faults[0].line);
        Refusal { label: faults[0].label, at: Some(at), reason: faults[0].message.clone() }
    })
}

fn parse(bytes: &[u8]) -> Result<Programme, Refusal> {
    Programme::parse(bytes).map_err(|error| {
        if let Ok(fields) = json::parse::<Fields>(bytes) {
            let labels: BTreeSet<_> = faults(&fields).iter().map(ProgrammeError::label).collect();
            assert_eq!(labels, BTreeSet::from([error.label()]), "{:?}", faults(&fields));
        }
        let at = error.place().map(|place| place.path());
        Refusal { label: error.label(), at, reason: error.to_string() }
    })
}
