//! The keys of a draw on disk: who signs the programme, the log's heads and the receipts, and two secrets of the intake.

use super::once;
use crate::failure::{Context, Failure, Outcome};
use protocol::{
    hash::{hex, parse_hex},
    note::{KeyType, SigningKey},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder `keys/` of a draw.
pub(crate) struct Keys(PathBuf);

/// Secrets of the intake: over access codes, and over the roll's references (the auditors' key).
pub(crate) const SECRETS: [&str; 2] = ["codes", "auditors"];

impl Keys {
    /// The keys of the draw in `folder`.
    pub(crate) fn of(folder: &Path) -> Self {
        Self(folder.join("keys"))
    }

    /// The signing key of a role.
    ///
    /// # Errors
    /// If it is missing or not a key.
    pub(crate) fn signer(&self, role: &str) -> Outcome<SigningKey> {
        read_signer(&self.0.join(format!("{role}.key")))
    }

    /// A secret of the intake.
    ///
    /// # Errors
    /// If it is missing or not 64 hexadecimal digits.
    pub(crate) fn secret(&self, name: &str) -> Outcome<[u8; 32]> {
        let path = self.0.join(format!("{name}.secret"));
        let text = fs::read_to_string(&path).context(format!("reading {}", path.display()));
        let text = text.map_err(|failure| failure.hint("make the keys with: jebi keys new DRAW"))?;
        let bytes = parse_hex(text.trim()).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| Failure::new(format!("{} is not 64 hexadecimal digits", path.display())))
    }

    /// Writes a new signing key and gives it back.
    ///
    /// # Errors
    /// If the file is there already.
    pub(crate) fn new_signer(&self, role: &str, name: &str) -> Outcome<SigningKey> {
        write_signer(&self.0.join(format!("{role}.key")), name, KeyType::Ed25519, &random()?)
    }

    /// Writes a new secret.
    ///
    /// # Errors
    /// If the file is there already.
    pub(crate) fn new_secret(&self, name: &str) -> Outcome {
        once::write_secret(&self.0.join(format!("{name}.secret")), format!("{}\n", hex(&random()?)).as_bytes())
    }
}

/// Writes a signing key to a file that only its owner may read.
///
/// # Errors
/// If the name cannot be a key's, or the file is there already.
pub(crate) fn write_signer(path: &Path, name: &str, key_type: KeyType, seed: &[u8; 32]) -> Outcome<SigningKey> {
    let key = SigningKey::new(name, key_type, seed).context(format!("the key name {name:?}"))?;
    once::write_secret(path, format!("{}\n", *key.to_private_text()).as_bytes())?;
    Ok(key)
}

/// Reads a signing key.
///
/// # Errors
/// If it is missing or not a key. The text never appears in the error.
pub(crate) fn read_signer(path: &Path) -> Outcome<SigningKey> {
    let doing = format!("reading the key {}", path.display());
    let text = fs::read_to_string(path).context(&doing);
    let text = text.map_err(|failure| failure.hint("make the keys with: jebi keys new DRAW"))?;
    SigningKey::parse(text.trim_end()).context(doing)
}

/// Thirty-two bytes of the system's randomness.
///
/// # Errors
/// If the system has none.
pub(crate) fn random() -> Outcome<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system's randomness")?;
    Ok(bytes)
}
