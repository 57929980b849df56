//! The manifest: name, size and SHA-256 of every file of a bundle, signed; and the other notes that fix a hash. SPEC §3.2, §14.4.

use crate::{
    hash::Hash,
    note::{KeyError, Note, NoteError, SigningKey, VerifierKey},
    programme::Programme,
};
use std::collections::BTreeMap;

/// A bundle's files by path, in order of paths.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Path of the manifest itself, the one file that it does not list.
pub const MANIFEST: &str = "manifest.note";

/// Why a bundle's files are not the ones the operator signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not a note, or not signed by an operator.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key of the programme is not a verifier key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// R-NOTE-FORM: other lines than SPEC §14.4 has.
    #[error("the lines are not those that such a note has")]
    Lines,
    /// R-PROGRAMME-HASH: signed for another programme.
    #[error("the note is of another programme")]
    Programme,
    /// R-REHEARSAL-MARK.
    #[error("the note is not marked as its programme is")]
    Mark,
    /// R-MANIFEST-FILE: a listed file is not there.
    #[error("{0} is listed and missing")]
    Missing(String),
    /// R-MANIFEST-FILE: a file that is not listed.
    #[error("{0} is not listed")]
    Unlisted(String),
    /// R-MANIFEST-FILE: a file has other bytes.
    #[error("{0} differs from what the operator signed")]
    Different(String),
    /// A path that SPEC §14.1 does not allow.
    #[error("{0:?} is not a path of a bundle")]
    Path(String),
}

/// Signs the three lines of `programme.note` (SPEC §3.2).
///
/// # Errors
/// [`NoteError`] if the key cannot sign notes.
pub fn sign_programme(programme: &Programme, key: &SigningKey) -> Result<String, NoteError> {
    Ok(Note::sign(&programme.heading("programme"), &[key])?.to_string())
}

/// Checks `programme.note`.
///
/// # Errors
/// [`ManifestError`].
pub fn check_programme_note(programme: &Programme, note: &[u8]) -> Result<(), ManifestError> {
    let note = Note::parse(note)?;
    if note.text() != programme.heading("programme") {
        return Err(misheaded(programme, note.text()));
    }
    signed_by_operator(programme, &note)
}

/// What a note is accused of whose first three lines are not the expected ones.
fn misheaded(programme: &Programme, text: &str) -> ManifestError {
    let mut lines = text.lines().skip(1);
    match (lines.next(), lines.next()) {
        (_, Some(hash)) if hash != programme.hash().to_string() => ManifestError::Programme,
        (Some(mark @ ("rehearsal" | "binding")), Some(_)) if mark != programme.mark() => ManifestError::Mark,
        _ => ManifestError::Lines,
    }
}

fn signed_by_operator(programme: &Programme, note: &Note) -> Result<(), ManifestError> {
    let keys = programme.operators.iter().map(|key| VerifierKey::parse(key)).collect::<Result<Vec<_>, _>>()?;
    note.verify(&keys)?;
    Ok(())
}

/// Whether SPEC §14.1 allows this path.
pub fn is_path(path: &str) -> bool {
    path.split('/').all(|part| {
        !matches!(part, "" | "." | "..") && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    })
}

/// Signs the manifest of all files but the manifest.
///
/// # Errors
/// [`ManifestError`] for a path that is not allowed, or a key that cannot sign.
pub fn sign(programme: &Programme, files: &Files, key: &SigningKey) -> Result<String, ManifestError> {
    let mut text = programme.heading("manifest");
    for (path, bytes) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        if !is_path(path) {
            return Err(ManifestError::Path(path.clone()));
        }
        text.push_str(&format!("{} {} {path}\n", Hash::of(bytes), bytes.len()));
    }
    Ok(Note::sign(&text, &[key])?.to_string())
}

/// Checks that the files are the ones listed, and nothing else (SPEC §14.4). Which keys may sign is not known before the
/// programme is read, so the signature is [`check_signature`]'s.
///
/// # Errors
/// [`ManifestError`] names the file.
pub fn check_files(files: &Files) -> Result<Note, ManifestError> {
    let note = Note::parse(files.get(MANIFEST).ok_or_else(|| ManifestError::Missing(MANIFEST.into()))?)?;
    let mut listed = BTreeMap::new();
    let mut before = "";
    for line in note.text().lines().skip(3) {
        let mut fields = line.splitn(3, ' ');
        let (Some(hash), Some(size), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(ManifestError::Lines);
        };
        if !is_path(path) || path == MANIFEST || path <= before {
            return Err(ManifestError::Path(path.into()));
        }
        before = path;
        listed.insert(path, (hash, size));
    }
    let mut folded = BTreeMap::new();
    for path in listed.keys() {
        // Two files on one machine would be one on another.
        if folded.insert(path.to_ascii_lowercase(), path).is_some() {
            return Err(ManifestError::Path((*path).into()));
        }
    }
    for (path, (hash, size)) in &listed {
        let bytes = files.get(*path).ok_or_else(|| ManifestError::Missing((*path).into()))?;
        if *hash != Hash::of(bytes).to_string() || *size != bytes.len().to_string() {
            return Err(ManifestError::Different((*path).into()));
        }
    }
    match files.keys().find(|path| *path != MANIFEST && !listed.contains_key(path.as_str())) {
        Some(path) => Err(ManifestError::Unlisted(path.clone())),
        None => Ok(note),
    }
}

/// Checks that an operator of this programme signed the manifest.
///
/// # Errors
/// [`ManifestError`].
pub fn check_signature(programme: &Programme, note: &Note) -> Result<(), ManifestError> {
    if !note.text().starts_with(&programme.heading("manifest")) {
        return Err(misheaded(programme, note.text()));
    }
    signed_by_operator(programme, note)
}

impl ManifestError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Note(fault) => fault.label(),
            Self::Key(_) | Self::Lines => "R-NOTE-FORM",
            Self::Programme => "R-PROGRAMME-HASH",
            Self::Mark => "R-REHEARSAL-MARK",
            Self::Missing(_) | Self::Unlisted(_) | Self::Different(_) | Self::Path(_) => "R-MANIFEST-FILE",
        }
    }
}
