//! Whether the open data and the pages say what the verifier's files say.
//!
//! **Invariant:** what is accepted has the tables that the runs give: CSV, dictionary and the tables of the runs' pages
//! byte for byte, Parquet value for value. Where the bundle says that this very program made the pages, every byte of
//! them is what the draw gives.

use crate::{
    bundle, dictionary,
    error::OpenDataError,
    history::History,
    html, layout,
    opened::{self, Opened},
    tables::{self, Table},
};
use protocol::manifest::Files;
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What was found about the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pages {
    /// This program made them, and they are what it makes of the draw.
    Compared,
    /// The bundle says that another program or version made them: only the tables on the pages of the runs were compared.
    MadeBy(String),
}

/// Makes the open tables, the results on the runs' pages and, if `tool` made them, all pages again from a bundle's
/// files and compares. That the runs themselves are right is `protocol::verify`'s part, which comes first.
///
/// # Errors
/// [`OpenDataError`] names the first file that is missing, differs, or does not belong there.
pub fn check_open_data(files: &Files, tool: &str) -> Result<Pages, OpenDataError> {
    let opened = Opened::all(files)?;
    let view = opened.view();
    let tables = tables::all(&view)?;
    for table in &tables {
        check_csv(files, table)?;
        check_parquet(files, table)?;
    }
    for (path, expected) in dictionary::files(&view, files)? {
        if file(files, &path)? != expected {
            return Err(OpenDataError::Different { path });
        }
    }
    if let Some(number) = html::first_different_run(&view, files)? {
        return Err(OpenDataError::Different { path: layout::run_page(number) });
    }
    let known = |path: &&String| {
        tables.iter().any(|table| [layout::csv(table.name), layout::parquet(table.name)].contains(path))
            || **path == layout::DICTIONARY
            || pages::Lang::ALL.iter().any(|lang| **path == layout::dictionary(*lang))
    };
    let below = files.keys().filter(|path| path.starts_with(layout::OPEN_DATA));
    if let Some(path) = below.into_iter().find(|path| !known(path)) {
        return Err(OpenDataError::Unknown { path: path.clone() });
    }
    let made_by = String::from_utf8_lossy(file(files, layout::MADE_BY)?).trim_end().to_owned();
    if made_by != tool {
        return Ok(Pages::MadeBy(made_by));
    }
    check_pages(files, &opened, tool)?;
    Ok(Pages::Compared)
}

/// Every page byte for byte, and no file for people that is none of them.
fn check_pages(files: &Files, opened: &Opened, tool: &str) -> Result<(), OpenDataError> {
    let view = opened.view();
    let log = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(layout::protocol::LOG)?, bytes)));
    let log: Files = log.map(|(path, bytes)| (path.to_owned(), bytes.clone())).collect();
    let history = History::read(&opened.programme, &log)?;
    let outlines = files.get(layout::OUTLINES).map(|bytes| bundle::outlines(bytes)).transpose()?;
    let source = html::Source {
        view: &view,
        history: &history,
        seed: &opened::file(files, layout::protocol::SEED)?,
        register_root: history.register.map(|(root, _)| root).unwrap_or_default(),
        outlines: outlines.as_ref(),
        tool,
        sizes: &bundle::sizes(files),
    };
    let mut made = BTreeSet::from([layout::OUTLINES.to_owned(), layout::MADE_BY.to_owned()]);
    let mut wrong = None;
    let mut compare = |path: String, bytes: Vec<u8>| {
        if files.get(&path) != Some(&bytes) && wrong.is_none() {
            wrong = Some(path.clone());
        }
        made.insert(path);
        Ok(())
    };
    for (path, bytes) in html::dictionary(&opened.programme, tool)? {
        compare(path, bytes)?;
    }
    html::pages(&source, &mut compare, &mut |_, _, _| {})?;
    if let Some(path) = wrong {
        return Err(if files.contains_key(&path) {
            OpenDataError::Page { path }
        } else {
            OpenDataError::Missing { path }
        });
    }
    let for_people = |path: &&String| ASSETS.iter().any(|folder| path.starts_with(folder));
    let for_people = files.keys().filter(|path| path.ends_with(".html") || for_people(path));
    match for_people.into_iter().find(|path| !made.contains(*path)) {
        Some(path) => Err(OpenDataError::Unknown { path: path.clone() }),
        None => Ok(()),
    }
}

/// Folders that hold nothing but what pages are made of.
const ASSETS: [&str; 3] = ["assets/", "calendar/", "districts/"];

fn check_csv(files: &Files, table: &Table) -> Result<(), OpenDataError> {
    let path = layout::csv(table.name);
    if file(files, &path)? == tables::csv(table)? { Ok(()) } else { Err(OpenDataError::Different { path }) }
}

fn check_parquet(files: &Files, table: &Table) -> Result<(), OpenDataError> {
    let path = layout::parquet(table.name);
    let bytes = file(files, &path)?;
    // The reader panics on some bytes that no writer made. Who publishes such a file must not escape the verdict.
    match catch_unwind(AssertUnwindSafe(|| tables::parquet_holds(table, bytes))) {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(OpenDataError::Different { path }),
        Ok(Err(reason)) => Err(OpenDataError::Unreadable { path, reason: reason.to_string() }),
        Err(_) => Err(OpenDataError::Unreadable { path, reason: "the reader of Parquet panicked".into() }),
    }
}

fn file<'a>(files: &'a Files, path: &str) -> Result<&'a [u8], OpenDataError> {
    files.get(path).map(Vec::as_slice).ok_or_else(|| OpenDataError::Missing { path: path.into() })
}
