//! Where every file of a bundle is: the verifier's as `protocol::bundle::path` has them, and below the files for people,
//! which no verifier needs. SPEC §14.1.

pub use protocol::bundle::path as protocol;

use pages::Lang;

/// The stylesheet of all pages.
pub const STYLE: &str = "assets/style.css";
/// What finds a ticket's page for those who type it.
pub const RESULTS_SCRIPT: &str = "assets/results.js";
/// What checks the draw for one person, in the page that has an element `verify`.
pub const VERIFY_SCRIPT: &str = "assets/verify.js";
/// What looks a ticket up in the frozen register's leaves, between the freeze and the result.
pub const FROZEN_SCRIPT: &str = "assets/frozen.js";
/// The frozen register's root and its runs. SPEC §14.5.
pub const FROZEN: &str = "frozen.json";
/// The same as one page to save, which opens any bundle from anywhere.
pub const VERIFIER: &str = "assets/verifier.html";
/// The shapes of districts that the map was drawn from, if the draw has any.
pub const OUTLINES: &str = "assets/outlines.csv";
/// Name and version of the program that made the pages.
pub const MADE_BY: &str = "assets/made-by.txt";
/// The open tables and what describes them.
pub const OPEN_DATA: &str = "open-data/";
/// The data dictionary for programs: a Frictionless data package.
pub const DICTIONARY: &str = "open-data/datapackage.json";

/// The front page.
pub fn index(lang: Lang) -> String {
    lang.page("index")
}

/// The page that leads to everybody's result.
pub fn results(lang: Lang) -> String {
    pages::results_page(lang)
}

/// The page that checks the draw in the reader's browser, and says how else one can.
pub fn verify(lang: Lang) -> String {
    lang.page("verify")
}

/// The page of a district: its sites and their sessions. Codes are names of files (SPEC §3.1).
pub fn district(code: &str, lang: Lang) -> String {
    lang.page(&format!("districts/{code}"))
}

/// A session as a calendar's entry (RFC 5545).
pub fn calendar(session: &str) -> String {
    format!("calendar/{session}.ics")
}

/// The data dictionary for people.
pub fn dictionary(lang: Lang) -> String {
    lang.page("open-data/index")
}

/// The page of a run: every entry's result, in every language.
pub fn run_page(number: usize) -> String {
    format!("runs/{number:04}.html")
}

/// The leaves of a run, while its entries are not published. SPEC §14.5.
pub fn leaves(number: usize) -> String {
    format!("leaves/{number:04}.bin")
}

/// An open table as comma-separated values (RFC 4180).
pub fn csv(table: &str) -> String {
    format!("{OPEN_DATA}{table}.csv")
}

/// An open table as Apache Parquet.
pub fn parquet(table: &str) -> String {
    format!("{OPEN_DATA}{table}.parquet")
}
