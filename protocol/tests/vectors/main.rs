//! Runs `vectors/`: every file of `accept` is accepted with what it expects, every file of `reject` for the rule it names.
//!
//! To add an area: a module with `pub(crate) fn run(input: &Value) -> Answer`, a line in [`run`], and files in both folders.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod apportionment;
mod bundle;
mod certificate;
mod chance;
mod entry;
mod input;
mod json;
mod labels;
mod log;
mod merkle;
mod note;
mod programme;
mod receipt;
mod ticket;

use serde_json::Value;
use std::{fs, path::PathBuf};

/// What the crate makes of a vector's input: an object with whatever an `expect` may name, or a refusal.
pub(crate) type Answer = Result<Value, Refusal>;

/// Why an input was refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The rule's label in SPEC.md.
    pub(crate) label: &'static str,
    /// Where, for areas that say it: `sites.csv:3`.
    pub(crate) at: Option<String>,
    /// The message for people.
    pub(crate) reason: String,
}

fn run(area: &str, input: &Value) -> Answer {
    match area {
        "json" => json::run(input),
        "ticket" => ticket::run(input),
        "programme" => programme::run(input),
        "note" => note::run(input),
        "merkle" => merkle::run(input),
        "entry" => entry::run(input),
        "event" => log::event(input),
        "checkpoint" => log::checkpoint(input),
        "tiles" => log::tiles(input),
        "beacon" => chance::beacon(input),
        "seed" => chance::seed(input),
        "lottery" => chance::lottery(input),
        "certificate" => certificate::run(input),
        "apportionment" => apportionment::run(input),
        "bundle" => bundle::run(input),
        "receipt" => receipt::run(input),
        other => panic!("no area is called {other}"),
    }
}

/// One file of a folder.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) fields: Value,
}

/// All vectors of `accept` or `reject`, by name.
pub(crate) fn folder(folder: &str) -> Vec<Vector> {
    let path = root().join(folder);
    let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let fields = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
        Vector { name, fields }
    };
    let mut vectors: Vec<_> = files.map(read).collect();
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    vectors
}

/// The folder `vectors`.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

#[test]
fn what_must_be_accepted_is_accepted() {
    none(folder("accept").iter().filter_map(|vector| accept(vector).err().map(|why| (vector, why))));
}

fn accept(Vector { fields, .. }: &Vector) -> Result<(), String> {
    let answer = run(input::text(fields, "area"), &fields["input"]);
    let answer = answer.map_err(|refusal| format!("was refused: {refusal:?}"))?;
    let expect = fields["expect"].as_object().filter(|expect| !expect.is_empty()).ok_or("expects nothing")?;
    expect.iter().try_for_each(|(key, value)| match answer.get(key) {
        Some(found) if found == value => Ok(()),
        found => Err(format!("{key} is {found:?}, not {value}")),
    })
}

#[test]
fn what_must_be_rejected_is_rejected_for_that_rule() {
    none(folder("reject").iter().filter_map(|vector| reject(vector).err().map(|why| (vector, why))));
}

fn reject(Vector { fields, .. }: &Vector) -> Result<(), String> {
    let refusal = match run(input::text(fields, "area"), &fields["input"]) {
        Ok(answer) => return Err(format!("was accepted: {answer}")),
        Err(refusal) => refusal,
    };
    let expect = fields["expect"].as_object().ok_or("expects nothing")?;
    expect.get("label").ok_or("names no rule")?;
    expect.iter().try_for_each(|(key, value)| {
        let holds = match key.as_str() {
            "label" => refusal.label == value,
            "at" => refusal.at.as_deref() == value.as_str(),
            "reason" => value.as_str().is_some_and(|part| refusal.reason.contains(part)),
            _ => false,
        };
        if holds { Ok(()) } else { Err(format!("was refused otherwise than by {key} {value}: {refusal:?}")) }
    })
}

/// All failures at once, one a line.
fn none<'a>(failures: impl Iterator<Item = (&'a Vector, String)>) {
    let lines: Vec<_> = failures.map(|(vector, why)| format!("{} {why}", vector.name)).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

#[test]
fn every_vector_has_a_comment_and_is_named_after_its_area() {
    for vector in folder("accept").iter().chain(&folder("reject")) {
        let mut keys: Vec<_> = vector.fields.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["area", "comment", "expect", "input"], "{}", vector.name);
        let area = input::text(&vector.fields, "area");
        assert!(vector.name.starts_with(&format!("{area}-")), "{} is of the area {area}", vector.name);
        assert!(input::text(&vector.fields, "comment").ends_with('.'), "{} has no sentence", vector.name);
    }
}

#[test]
fn no_vector_was_lost() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for name in ["accept", "reject"] {
        let line = readme.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap();
        let stated: usize = line.split('|').nth(2).unwrap().trim().parse().unwrap();
        assert_eq!(folder(name).len(), stated, "vectors/README.md states how many files {name} has");
    }
}
