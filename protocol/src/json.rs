//! Canonical JSON: the one encoding of a value that is hashed, signed or published. SPEC §2.4.
//!
//! **Invariant:** what [`parse`] accepts, [`to_bytes`] gives back byte for byte.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use unicode_normalization::is_nfc;

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

/// The canonical bytes of `value`.
///
/// # Errors
/// [`JsonError`] if the value holds a float, an integer beyond 53 bits, a control character or text that is not NFC.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, JsonError> {
    let value = serde_json::to_value(value).map_err(|e| JsonError::Fields(e.to_string()))?;
    check(&value)?;
    Ok(value.to_string().into_bytes())
}

/// Reads canonical bytes into a type that names every field (`#[serde(deny_unknown_fields)]`).
///
/// # Errors
/// [`JsonError`] accuses the encoding, the text or the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| JsonError::Canonical(e.to_string()))?;
    check(&value)?;
    // serde_json sorts keys and escapes exactly as RFC 8785 does for ASCII keys and integers, so comparing is enough.
    if value.to_string().as_bytes() != bytes {
        return Err(JsonError::Canonical("white space, order of keys, doubled keys or another spelling".into()));
    }
    serde_json::from_value(value).map_err(|e| JsonError::Fields(e.to_string()))
}

const LARGEST: u64 = (1 << 53) - 1;

fn check(value: &Value) -> Result<(), JsonError> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(n) => {
            let small =
                n.as_u64().is_some_and(|u| u <= LARGEST) || n.as_i64().is_some_and(|i| i.unsigned_abs() <= LARGEST);
            if small { Ok(()) } else { Err(JsonError::Canonical(format!("{n} is not an integer of at most 53 bits"))) }
        }
        Value::String(s) => check_text(s),
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            if !key.is_ascii() {
                return Err(JsonError::Canonical(format!("the key {key:?} is not ASCII")));
            }
            check(value)
        }),
    }
}

fn check_text(text: &str) -> Result<(), JsonError> {
    if text.chars().any(char::is_control) {
        return Err(JsonError::Canonical(format!("{text:?} holds a control character")));
    }
    if is_nfc(text) { Ok(()) } else { Err(JsonError::NotNfc(text.into())) }
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
            let text = String::deserialize(deserializer)?;
            let value = T::from_str(&text).map_err(|_| D::Error::custom(format!("{text:?} is not an integer")))?;
            if value.to_string() == text {
                Ok(value)
            } else {
                Err(D::Error::custom(format!("{text:?} has another spelling")))
            }
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
