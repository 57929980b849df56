//! The roll's file: CSV, or Parquet by its extension.

use crate::failure::{Context, Failure, Outcome};
use intake::{ROLL_COLUMNS, RollError, RollLine, Row, WrongForm, WrongLine};
use publisher::{Texts, TextsError};
use serde::Deserialize;
use std::{fs::File, io::BufReader, path::Path};

#[derive(Deserialize)]
struct Named {
    reference: String,
}

/// The lines of a file. Lines of a Parquet file are its rows, from 1.
///
/// # Errors
/// If it cannot be read, or its columns are not those of a roll.
pub(super) fn lines(path: &Path) -> Outcome<Box<dyn Iterator<Item = RollLine>>> {
    let doing = format!("reading {}", path.display());
    if is_parquet(path) {
        let texts = Texts::open(path, &ROLL_COLUMNS[..3], &ROLL_COLUMNS[3..]).context(doing).map_err(columns)?;
        return Ok(Box::new((1..).zip(texts).map(row)));
    }
    let file = File::open(path).context(&doing)?;
    let rows = intake::csv_rows(BufReader::with_capacity(1 << 20, file)).map_err(|error| unread(path, &error))?;
    Ok(Box::new(rows))
}

/// The references of a file that has a column of them; other columns are not looked at.
///
/// # Errors
/// If it cannot be read.
pub(super) fn references(path: &Path) -> Outcome<Vec<String>> {
    let doing = format!("reading {}", path.display());
    if is_parquet(path) {
        let texts = Texts::open(path, &ROLL_COLUMNS[..1], &ROLL_COLUMNS[1..]).context(&doing)?;
        let reference = |row: Vec<Option<String>>| row.into_iter().next().flatten().unwrap_or_default();
        return texts.map(|row| row.map(reference).context(&doing)).collect();
    }
    let mut reader = intake::csv_reader(File::open(path).context(&doing)?).map_err(|error| unread(path, &error))?;
    let lines: Result<Vec<Named>, _> = reader.deserialize().collect();
    Ok(lines.context(doing)?.into_iter().map(|line| line.reference.trim().to_owned()).collect())
}

/// What is wrong with the file: `FILE:LINE: column …`, a line each.
pub(super) fn failure(path: &Path, error: &RollError) -> Failure {
    let RollError::Lines(wrong) = error else {
        let failure = Failure::new(format!("importing {}: {error}", path.display()));
        return match error {
            RollError::NoSeal => failure.hint("make one with: jebi keys contacts DRAW --identity FILE"),
            RollError::Temporary { .. } => failure.hint("TMPDIR names another folder, with room for 110 bytes a line"),
            RollError::Cut { .. } => failure.hint("run the command again: it shows and adds what is missing"),
            _ => failure,
        };
    };
    let shown = |wrong: &intake::Wrong| format!("\n  {}:{}: {}", path.display(), wrong.line, wrong.fault);
    let lines: String = wrong.shown.iter().map(shown).collect();
    let more = if wrong.more > 0 { format!("\n  and {} more", wrong.more) } else { String::new() };
    Failure::new(format!("{} has wrong lines; nothing of it was taken in:{lines}{more}", path.display()))
        .hint("mend these lines and run the command again")
}

/// Why a table cannot be read at all, and how to save it.
pub(in crate::commands) fn unread(path: &Path, error: &RollError) -> Failure {
    let failure = Failure::new(format!("reading {}: {error}", path.display()));
    match error {
        RollError::Form(WrongForm::Separator { .. }) => failure.hint(
            "save it as CSV with commas, in UTF-8: LibreOffice asks for the separator; Excel takes that of the system's region",
        ),
        RollError::Form(_) => failure.hint("save it as CSV with commas, in UTF-8: Excel calls that \"CSV UTF-8\""),
        _ => columns(failure),
    }
}

fn columns(failure: Failure) -> Failure {
    failure
        .hint("a roll has the columns reference, born (YYYY-MM-DD) and district (a code of districts.csv), maybe contact, no others")
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

fn row((line, texts): (u64, Result<Vec<Option<String>>, TextsError>)) -> RollLine {
    let texts = texts.map_err(|error| (line, WrongLine::Unreadable(error.to_string())))?;
    let mut texts = texts.into_iter().map(Option::unwrap_or_default);
    let mut next = || texts.next().unwrap_or_default();
    Ok(Row { line, reference: next(), born: next(), district: next(), contact: next() })
}
