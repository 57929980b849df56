//! How inputs of vectors are written, and the sample that many of them change.

use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    hash::parse_hex,
    programme::source::{self, Source},
};
use serde_json::Value;
use std::fs;

/// A field that holds text.
pub(crate) fn text<'a>(fields: &'a Value, key: &str) -> &'a str {
    fields[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {fields}"))
}

/// A list of texts.
pub(crate) fn texts<'a>(fields: &'a Value, key: &str) -> Vec<&'a str> {
    let items = fields[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {fields}"));
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

/// Bytes of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    parse_hex(text).unwrap_or_else(|| panic!("{text} is not hexadecimal"))
}

/// Bytes that stand as text under `key`, or in base64 under `<key>_base64`.
pub(crate) fn bytes(fields: &Value, key: &str) -> Vec<u8> {
    match fields[format!("{key}_base64")].as_str() {
        Some(encoded) => STANDARD.decode(encoded).unwrap(),
        None => text(fields, key).as_bytes().to_vec(),
    }
}

/// The source files of `vectors/sample`, in the order of [`source::FILES`].
pub(crate) struct Sample([Option<String>; 6]);

impl Sample {
    pub(crate) fn read() -> Self {
        Self(source::FILES.map(|name| fs::read_to_string(super::root().join("sample").join(name)).ok()))
    }

    /// Replaces text in a file: `{file, replace, with}` once, `{file, replace_all, with}` everywhere, `{file, append}`;
    /// one that is not there is empty.
    pub(crate) fn change(&mut self, change: &Value) {
        let at = source::FILES.iter().position(|name| *name == text(change, "file")).unwrap();
        let file = self.0[at].get_or_insert_default();
        if let Some(tail) = change["append"].as_str() {
            file.push_str(tail);
        } else if let Some(old) = change["replace_all"].as_str() {
            assert!(file.contains(old), "{old:?} is not there");
            *file = file.replace(old, text(change, "with"));
        } else {
            let old = text(change, "replace");
            assert_eq!(file.matches(old).count(), 1, "{old:?} is not there once");
            *file = file.replace(old, text(change, "with"));
        }
    }

    pub(crate) fn source(&self) -> Source<'_> {
        let [programme_toml, districts_csv, sites_csv, sessions_csv, reserves_csv, reach_csv] =
            self.0.each_ref().map(Option::as_deref);
        Source {
            programme_toml: programme_toml.unwrap(),
            districts_csv: districts_csv.unwrap(),
            sites_csv: sites_csv.unwrap(),
            sessions_csv: sessions_csv.unwrap(),
            reserves_csv,
            reach_csv,
        }
    }
}

/// Changes a JSON value: `{path, value}` sets or adds, `{path, remove: true}` removes. A path is a list of keys and indices.
pub(crate) fn set(root: &mut Value, change: &Value) {
    let path = change["path"].as_array().unwrap();
    let (last, parents) = path.split_last().unwrap();
    let parent = parents.iter().fold(root, |value, step| match step.as_str() {
        Some(key) => value.get_mut(key).unwrap(),
        None => value.get_mut(usize::try_from(step.as_u64().unwrap()).unwrap()).unwrap(),
    });
    match (parent, last) {
        (Value::Object(fields), Value::String(key)) if change["remove"] == true => {
            assert!(fields.remove(key).is_some(), "there is no {key} to remove");
        }
        (Value::Object(fields), Value::String(key)) => {
            fields.insert(key.clone(), change["value"].clone());
        }
        (Value::Array(items), Value::Number(at)) => {
            items[usize::try_from(at.as_u64().unwrap()).unwrap()] = change["value"].clone();
        }
        (parent, last) => panic!("{last} is no place in {parent}"),
    }
}
