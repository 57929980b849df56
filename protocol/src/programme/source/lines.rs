//! From offsets and fields to lines of the source files.

use super::{DISTRICTS_CSV, FORM, PROGRAMME_TOML, REACH_CSV, RESERVES_CSV, SESSIONS_CSV, SITES_CSV, SourceFault};
use crate::programme::ProgrammeError;
use std::collections::BTreeMap;

/// Where the fields of the canonical form were written.
#[derive(Default)]
pub(super) struct Lines {
    /// Line of `programme.toml` for each path of a field.
    pub(super) toml: BTreeMap<String, u32>,
    /// Line of each row of the tables.
    pub(super) districts: Vec<u32>,
    pub(super) sites: Vec<u32>,
    pub(super) sessions: Vec<u32>,
    pub(super) reach: Vec<u32>,
    /// Line of each reserve of each session.
    pub(super) reserves: Vec<Vec<u32>>,
}

impl Lines {
    /// The broken rule, at the line that broke it or the nearest one above it that is known.
    pub(super) fn fault(&self, error: &ProgrammeError) -> SourceFault {
        let path = error.place().map(|place| place.path()).unwrap_or_default();
        let (file, line) = self.find(&path);
        SourceFault { file, line, message: error.to_string(), mend: error.mend(), label: error.label() }
    }

    fn find(&self, path: &str) -> (&'static str, u32) {
        let tables = [
            ("districts", DISTRICTS_CSV, &self.districts),
            ("sites", SITES_CSV, &self.sites),
            ("sessions", SESSIONS_CSV, &self.sessions),
            ("reach.rows", REACH_CSV, &self.reach),
        ];
        for (list, file, rows) in tables {
            let Some(rest) = path.strip_prefix(list) else { continue };
            let Some((index, field)) = indexed(rest) else { return (file, 1) };
            if let Some(field) = field.strip_prefix(".reserves")
                && let Some(kept) = self.reserves.get(index)
            {
                let (at, _) = indexed(field).unwrap_or((0, ""));
                return (RESERVES_CSV, kept.get(at).copied().unwrap_or(1));
            }
            return (file, rows.get(index).copied().unwrap_or(1));
        }
        let mut path = path.strip_suffix("_unix_s").unwrap_or(path);
        loop {
            if let Some(line) = self.toml.get(path) {
                return (PROGRAMME_TOML, *line);
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return (PROGRAMME_TOML, 1),
            }
        }
    }
}

/// `[3].id` as 3 and `.id`.
fn indexed(text: &str) -> Option<(usize, &str)> {
    let (index, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

/// Line, from 1, of a byte offset.
pub(super) fn line_at(bytes: &[u8], offset: usize) -> u32 {
    let before = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// The bytes as text; empty, with a fault, if they are not UTF-8.
pub(super) fn utf8<'a>(file: &'static str, bytes: &'a [u8], faults: &mut Vec<SourceFault>) -> &'a str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let message = "this is not UTF-8 text".into();
            let mend = "save the file with the encoding UTF-8 (in spreadsheets: \"CSV UTF-8\")".into();
            faults.push(SourceFault { file, line: line_at(bytes, error.valid_up_to()), message, mend, label: FORM });
            ""
        }
    }
}

/// The text without a byte order mark, which spreadsheets write. A carriage return that ends no line is a fault, since
/// programs disagree whether it begins a new one.
pub(super) fn plain<'a>(file: &'static str, text: &'a str, faults: &mut Vec<SourceFault>) -> &'a str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let bytes = text.as_bytes();
    let lone = bytes.iter().enumerate().find(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    if let Some((at, _)) = lone {
        let message = "a carriage return stands alone".into();
        let mend = "save the file with line endings LF or CRLF".into();
        faults.push(SourceFault { file, line: line_at(bytes, at), message, mend, label: FORM });
    }
    text
}
