//! Whether the open data and the pages with everybody's result say what the verifier's files say.
//!
//! **Invariant:** what is accepted has the tables that the runs give: CSV, dictionary and the tables of the pages byte
//! for byte, Parquet value for value.

use crate::{
    dictionary,
    error::OpenDataError,
    html, layout,
    opened::Opened,
    tables::{self, Table},
};
use protocol::manifest::Files;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Makes the open tables and the results on the runs' pages again from a bundle's runs and compares. That the runs themselves are right is
/// `protocol::verify`'s part, which comes first.
///
/// # Errors
/// [`OpenDataError`] names the first file that is missing, differs, or does not belong there.
pub fn check_open_data(files: &Files) -> Result<(), OpenDataError> {
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
            || pages::Lang::ALL.iter().any(|lang| *path == layout::dictionary(*lang))
    };
    let below = files.keys().filter(|path| path.starts_with(layout::OPEN_DATA));
    match below.into_iter().find(|path| !known(path)) {
        Some(path) => Err(OpenDataError::Unknown { path: path.clone() }),
        None => Ok(()),
    }
}

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
