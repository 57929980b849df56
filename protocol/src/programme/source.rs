//! What officials write: `programme.toml`, three tables and two that not every draw needs, compiled to the one canonical
//! form. SPEC §3.3.
//!
//! **Invariant:** the programme depends on these texts alone, and on their meaning only: not on the order of TOML keys,
//! line endings, a byte order mark, the offset a time is written with, or how an accent is composed.

mod conditions;
mod document;
mod lines;
mod plan;
mod sheet;
mod tables;
mod values;

use super::{Fields, Programme};
use crate::json::JsonError;
use lines::Lines;
use std::fmt;

/// Name of the file with everything but the tables.
pub const PROGRAMME_TOML: &str = "programme.toml";
/// Name of the table of districts: `code,name_ko,name_en`.
pub const DISTRICTS_CSV: &str = "districts.csv";
/// Name of the table of sites: `id,name,district,latitude,longitude`.
pub const SITES_CSV: &str = "sites.csv";
/// Name of the table of sessions: `id,site,starts_at,capacity`.
pub const SESSIONS_CSV: &str = "sessions.csv";
/// Name of the table of reserved seats, `session,reserve,seats`, in any order; needed only where there are reserves.
pub const RESERVES_CSV: &str = "reserves.csv";
/// Name of the table of reach, `cohort,district,site`, in any order, an empty cell for any; without it everybody may list
/// every site.
pub const REACH_CSV: &str = "reach.csv";

/// Every file, in the order in which faults are told. The last two may be missing.
pub const FILES: [&str; 6] = [PROGRAMME_TOML, DISTRICTS_CSV, SITES_CSV, SESSIONS_CSV, RESERVES_CSV, REACH_CSV];

/// The texts of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// `programme.toml`.
    pub programme_toml: &'a str,
    /// `districts.csv`.
    pub districts_csv: &'a str,
    /// `sites.csv`.
    pub sites_csv: &'a str,
    /// `sessions.csv`.
    pub sessions_csv: &'a str,
    /// `reserves.csv`, if there is one.
    pub reserves_csv: Option<&'a str>,
    /// `reach.csv`, if there is one.
    pub reach_csv: Option<&'a str>,
}

/// What is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SourceFault {
    /// Which of the files.
    pub file: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub mend: String,
    /// The rule's label in SPEC.md; `R-PROGRAMME-SOURCE` for the files' own form.
    pub label: &'static str,
}

impl fmt::Display for SourceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl<'a> Source<'a> {
    /// The files as read from disk, in the order of [`FILES`].
    ///
    /// # Errors
    /// One fault for each file that is not UTF-8.
    pub fn from_bytes(
        programme_toml: &'a [u8],
        districts_csv: &'a [u8],
        sites_csv: &'a [u8],
        sessions_csv: &'a [u8],
        reserves_csv: Option<&'a [u8]>,
        reach_csv: Option<&'a [u8]>,
    ) -> Result<Self, Vec<SourceFault>> {
        let mut faults = Vec::new();
        let source = Self {
            programme_toml: lines::utf8(PROGRAMME_TOML, programme_toml, &mut faults),
            districts_csv: lines::utf8(DISTRICTS_CSV, districts_csv, &mut faults),
            sites_csv: lines::utf8(SITES_CSV, sites_csv, &mut faults),
            sessions_csv: lines::utf8(SESSIONS_CSV, sessions_csv, &mut faults),
            reserves_csv: reserves_csv.map(|bytes| lines::utf8(RESERVES_CSV, bytes, &mut faults)),
            reach_csv: reach_csv.map(|bytes| lines::utf8(REACH_CSV, bytes, &mut faults)),
        };
        if faults.is_empty() { Ok(source) } else { Err(faults) }
    }
}

/// Compiles the files. The same meaning gives the same bytes.
///
/// # Errors
/// Every fault that can be found at once, by file and line: first those of the files' form, and where there are none,
/// those of the rules of SPEC §3.1.
pub fn compile(source: &Source) -> Result<Programme, Vec<SourceFault>> {
    let mut faults = Vec::new();
    let mut lines = Lines::default();
    let districts = tables::districts(source.districts_csv, &mut lines, &mut faults);
    let sites = tables::sites(source.sites_csv, &mut lines, &mut faults);
    let sessions = tables::sessions(source.sessions_csv, &mut lines, &mut faults);
    let kept = tables::reserves(source.reserves_csv, &mut faults);
    let rows = tables::reach(source.reach_csv, &mut faults);
    let fields = plan::read(source.programme_toml, rows.is_some(), &mut lines, &mut faults);
    let Some(fields) = fields.filter(|_| faults.is_empty()) else { return Err(in_order(faults)) };
    let mut fields = Fields { districts, sites, sessions, ..fields };
    conditions::put_reserves(&mut fields, kept, &mut lines, &mut faults);
    if let Some(rows) = rows {
        conditions::put_reach(&mut fields, rows, &mut lines);
    }
    if !faults.is_empty() {
        return Err(in_order(faults));
    }
    let broken = super::faults(&fields);
    if !broken.is_empty() {
        return Err(in_order(broken.iter().map(|error| lines.fault(error)).collect()));
    }
    Programme::of(fields).map_err(|error| vec![lines.fault(&error)])
}

fn in_order(mut faults: Vec<SourceFault>) -> Vec<SourceFault> {
    faults.sort_by_key(|fault| (FILES.iter().position(|file| *file == fault.file), fault.line));
    faults
}

/// The label of faults in the files' own form.
const FORM: &str = "R-PROGRAMME-SOURCE";

/// A text as the canonical form has it: normalised to NFC.
///
/// # Errors
/// [`JsonError`] if it holds a character that the canonical form refuses.
fn normalise(text: &str) -> Result<String, JsonError> {
    use unicode_normalization::UnicodeNormalization;
    match text.chars().find(|c| c.is_control()) {
        Some(character) => Err(JsonError::Canonical(format!("the text holds the control character {character:?}"))),
        None => Ok(text.nfc().collect()),
    }
}
