//! Canonical JSON: the one encoding of a value that is hashed, signed or published. SPEC §2.4.
//!
//! **Invariant:** what [`parse`] accepts, [`to_bytes`] gives back byte for byte.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::{UNICODE_VERSION, is_nfc};

// Two verifiers with other tables could disagree on one text, so an update of the library is a change of the SPEC.
const _: () = assert!(matches!(UNICODE_VERSION, (18, 0, 0)), "SPEC §2.1 means the NFC of Unicode 18.0.0");

/// Why bytes are not canonical JSON of the expected shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// R-JSON-CANONICAL: not JSON, or not the only encoding of what it says.
    #[error("not canonical JSON: {0}")]
    Canonical(String),
    /// R-JSON-NFC: a string that is not in Unicode Normalization Form C.
    #[error("the text {0:?} is not in Unicode normal form C")]
    NotNfc(String),
    /// R-JSON-FIELDS: a field is missing, unknown, or has a value of another kind.
    #[error("{0}")]
    Fields(String),
}

impl JsonError {
    /// The label of the rule in SPEC §2.4.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Canonical(_) => "R-JSON-CANONICAL",
            Self::NotNfc(_) => "R-JSON-NFC",
            Self::Fields(_) => "R-JSON-FIELDS",
        }
    }
}

/// The canonical bytes of `value`.
///
/// # Errors
/// [`JsonError`] if the value holds a float, an integer beyond 53 bits, a control character other than the
/// line feed, or text that is not NFC.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let value = serde_json::to_value(value).map_err(|e| JsonError::Fields(e.to_string()))?;
    encode(&value)
}

/// Reads canonical bytes into a type that names every field (`#[serde(deny_unknown_fields)]`).
///
/// # Errors
/// [`JsonError`] accuses the encoding, the text or the field.
pub fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, JsonError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| JsonError::Canonical(e.to_string()))?;
    if encode(&value)? != bytes {
        return Err(JsonError::Canonical("white space, order of keys, doubled keys or another spelling".into()));
    }
    let parsed: T = T::deserialize(&value).map_err(|e| JsonError::Fields(e.to_string()))?;
    // serde reads a missing `Option` as `None`, and a list where a struct is asked for.
    let written = serde_json::to_value(&parsed).map_err(|e| JsonError::Fields(e.to_string()))?;
    match difference(&written, &value) {
        None => Ok(parsed),
        Some(path) => Err(JsonError::Fields(format!("the field {path:?} is missing or has another spelling"))),
    }
}

const LARGEST: u64 = (1 << 53) - 1;
/// So many arrays and objects may lie within one another.
const DEEPEST: usize = 64;

fn encode(value: &Value) -> Result<Vec<u8>, JsonError> {
    let mut out = String::with_capacity(1024);
    write(value, DEEPEST, &mut out)?;
    Ok(out.into_bytes())
}

/// Writes and checks in one pass. `serde_json` would print the same, but in an order of keys and a spelling of numbers
/// that change with the features other crates ask of it.
fn write(value: &Value, depth: usize, out: &mut String) -> Result<(), JsonError> {
    let inner = || {
        let fault = || JsonError::Canonical(format!("more than {DEEPEST} arrays and objects within one another"));
        depth.checked_sub(1).ok_or_else(fault)
    };
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&integer(number)?),
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            let inner = inner()?;
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(item, inner, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let inner = inner()?;
            out.push('{');
            for (at, (key, item)) in fields.iter().collect::<BTreeMap<_, _>>().into_iter().enumerate() {
                if !key.is_ascii() {
                    return Err(JsonError::Canonical(format!("the key {key:?} is not ASCII")));
                }
                out.push_str(if at > 0 { "," } else { "" });
                write_text(key, out)?;
                out.push(':');
                write(item, inner, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn integer(number: &Number) -> Result<String, JsonError> {
    let value = number.as_i64().filter(|value| value.unsigned_abs() <= LARGEST);
    value
        .map(|value| value.to_string())
        .ok_or_else(|| JsonError::Canonical(format!("{number} is not an integer of at most 53 bits")))
}

/// RFC 8785 §3.2.2.2 escapes the quotation mark, the backslash and control characters, of which only the line feed is
/// let through: a receipt holds a note.
fn write_text(text: &str, out: &mut String) -> Result<(), JsonError> {
    // Most of what is written: hexadecimal digits, base64, names.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return Ok(());
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(JsonError::Canonical(format!("{text:?} holds a control character")));
    }
    // ASCII is in every normal form, and most of what is written is ASCII.
    if !text.is_ascii() && !is_nfc(text) {
        return Err(JsonError::NotNfc(text.into()));
    }
    out.push('"');
    for piece in text.split_inclusive(['"', '\\', '\n']) {
        let (plain, escaped) = match piece.as_bytes().last() {
            Some(b'"') => (&piece[..piece.len() - 1], "\\\""),
            Some(b'\\') => (&piece[..piece.len() - 1], "\\\\"),
            Some(b'\n') => (&piece[..piece.len() - 1], "\\n"),
            _ => (piece, ""),
        };
        out.push_str(plain);
        out.push_str(escaped);
    }
    out.push('"');
    Ok(())
}

/// Dotted path of a place where two values differ.
fn difference(left: &Value, right: &Value) -> Option<String> {
    if left == right {
        return None;
    }
    let inner = match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => Some((key.clone(), difference(a, b)?)),
                _ => Some((key.clone(), String::new())),
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.into_iter().find_map(|(at, (a, b))| Some((at.to_string(), difference(a, b)?)))
        }
        _ => None,
    };
    Some(inner.map_or_else(String::new, |(key, rest)| if rest.is_empty() { key } else { format!("{key}.{rest}") }))
}

/// Serde adapters for what canonical JSON writes as text. Each accepts its one spelling only.
pub mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use std::{fmt::Display, str::FromStr};

    /// An integer wider than 53 bits as a decimal string (`#[serde(with = "json::text::decimal")]`).
    pub mod decimal {
        use super::{Deserialize, Deserializer, Display, Error, FromStr, Serializer};

        /// Writes the decimal digits.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(value)
        }

        /// Reads decimal digits in their shortest form.
        ///
        /// # Errors
        /// If the text is not the shortest decimal form of a value of the type.
        pub fn deserialize<'de, T: FromStr + Display, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
            parse(&String::deserialize(deserializer)?)
        }

        pub(super) fn parse<T: FromStr + Display, E: Error>(text: &str) -> Result<T, E> {
            let value = T::from_str(text).map_err(|_| E::custom(format!("{text:?} is not an integer")))?;
            if value.to_string() == text { Ok(value) } else { Err(E::custom(format!("{text:?} has another spelling"))) }
        }
    }

    /// Lists of integers wider than 53 bits, each in decimal digits.
    pub mod decimals {
        use super::{Deserialize, Deserializer, Display, FromStr, Serializer, decimal};

        /// Writes the decimal digits.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<T: Display, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(values.iter().map(ToString::to_string))
        }

        /// Reads decimal digits in their shortest form.
        ///
        /// # Errors
        /// If a text is not the shortest decimal form of a value of the type.
        pub fn deserialize<'de, T: FromStr + Display, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<T>, D::Error> {
            Vec::<String>::deserialize(deserializer)?.iter().map(|text| decimal::parse(text)).collect()
        }
    }

    impl Serialize for crate::hash::Hash {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for crate::hash::Hash {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text)
                .ok_or_else(|| D::Error::custom(format!("{text:?} is not 64 lower-case hexadecimal digits")))
        }
    }

    impl Serialize for crate::ticket::Ticket {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for crate::ticket::Ticket {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let ticket = Self::parse(&text).map_err(D::Error::custom)?;
            if ticket.to_string() == text {
                Ok(ticket)
            } else {
                Err(D::Error::custom(format!("{text:?} has another spelling")))
            }
        }
    }
}
