//! Lines of a roll's file as they stand there, and CSV files of them (RFC 4180, UTF-8).

use super::{RollError, WrongForm, WrongLine};
use std::io::{self, Read};

/// One person's line, not understood yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// What the office calls the person; stored as a keyed commitment only.
    pub reference: String,
    /// The birth date, as YYYY-MM-DD.
    pub born: String,
    /// The code of a district of the programme.
    pub district: String,
    /// Where the person is reached; empty if the file does not say.
    pub contact: String,
}

/// A line, or where one is that cannot be read, and why.
pub type Line = Result<Row, (u64, WrongLine)>;

/// The columns that a roll's file has, in any order; the last may be missing.
pub const COLUMNS: [&str; 4] = ["reference", "born", "district", "contact"];

/// Reads CSV with commas, in UTF-8; white space around values is dropped.
///
/// # Errors
/// [`RollError::Form`] if the beginning shows that it is written otherwise; [`RollError::Columns`] if it cannot be read.
pub fn csv_reader(mut csv: impl Read) -> Result<csv::Reader<impl Read>, RollError> {
    let mut begin = Vec::new();
    csv.by_ref().take(BEGIN).read_to_end(&mut begin).map_err(|error| RollError::Columns(error.to_string()))?;
    if let Some(form) = wrong_form(&begin) {
        return Err(RollError::Form(form));
    }
    let mut reader = csv::ReaderBuilder::new();
    // Ends of lines as Windows writes them are white space before the end; taken as one end, lines would be counted one too low.
    reader.trim(csv::Trim::All).terminator(csv::Terminator::Any(b'\n'));
    Ok(reader.from_reader(io::Cursor::new(begin).chain(csv)))
}

/// How much of a file is looked at before it is read: more than a line of names has.
const BEGIN: u64 = 4096;

/// Nothing where it may be CSV with commas. One column alone has no separator.
fn wrong_form(begin: &[u8]) -> Option<WrongForm> {
    if begin.starts_with(b"PK\x03\x04") || begin.starts_with(b"\xd0\xcf\x11\xe0") {
        return Some(WrongForm::Workbook);
    }
    // Names of columns are letters of ASCII: in UTF-16 each of them has a byte that is zero.
    if begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff") || begin.contains(&0) {
        return Some(WrongForm::Utf16);
    }
    let names = begin.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let separators = [(b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];
    let found = separators.into_iter().find(|(separator, _)| names.contains(separator) && !names.contains(&b','));
    found.map(|(_, found)| WrongForm::Separator { found })
}

/// The lines of a CSV file with the columns `reference,born,district`, and maybe `contact`, in any order. White space around values is dropped.
///
/// # Errors
/// As [`csv_reader`]; [`RollError::Columns`] if the first line does not name these columns: an empty file with other columns would pass
/// for nobody to add.
pub fn csv_rows(csv: impl Read) -> Result<impl Iterator<Item = Line>, RollError> {
    let mut reader = csv_reader(csv)?;
    let found = reader.headers().map_err(|error| RollError::Columns(error.to_string()))?.clone();
    let at = |name: &str| {
        let missing = || RollError::Columns(format!("the column {name} is missing"));
        found.iter().position(|found| found == name).ok_or_else(missing)
    };
    let places = [at("reference")?, at("born")?, at("district")?];
    let contact = at("contact").ok();
    if found.len() > places.len() + usize::from(contact.is_some()) {
        let stranger = found.iter().find(|name| !COLUMNS.contains(name)).unwrap_or("one of them twice");
        return Err(RollError::Columns(format!("there is another column, {stranger}")));
    }
    let mut record = csv::StringRecord::new();
    Ok(std::iter::from_fn(move || {
        let place = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
        match reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err((place(error.position()), WrongLine::Unreadable(error.to_string())))),
        }
        let [reference, born, district] = places.map(|place| record.get(place).unwrap_or_default().to_owned());
        let contact = contact.and_then(|place| record.get(place)).unwrap_or_default().to_owned();
        Some(Ok(Row { line: place(record.position()), reference, born, district, contact }))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_an_editor_shows_them_whatever_ends_them() {
        let text = "reference,born,district\nkim,1960-01-01,11010\n\"lee, a\",1961-01-01,\"11020\"\npark,x\n";
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let lines: Vec<Line> = csv_rows(text.as_bytes()).expect("columns").collect();
            let [Ok(kim), Ok(lee), Err((line, WrongLine::Unreadable(_)))] = &lines[..] else { panic!("{lines:?}") };
            assert_eq!((kim.line, lee.line, *line), (2, 3, 4));
            assert_eq!(
                (kim.district.as_str(), lee.reference.as_str(), lee.district.as_str()),
                ("11010", "lee, a", "11020")
            );
        }
    }
}
