//! A CSV table with a fixed header (RFC 4180), read so that every row knows its line.

use super::{FORM, SourceFault, lines, normalise};

/// One row: its line and its cells in the header's order, in NFC.
pub(super) struct Row<const N: usize> {
    pub(super) line: u32,
    pub(super) cells: [String; N],
}

/// The rows under the header. A faulty row is left out and its fault added; blank lines are skipped.
pub(super) fn read<const N: usize>(
    file: &'static str,
    text: &str,
    header: [&str; N],
    faults: &mut Vec<SourceFault>,
) -> Vec<Row<N>> {
    let before = faults.len();
    let text = lines::plain(file, text, faults);
    let numbered = || (1_u32..).zip(text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)));
    for (line, _) in numbered().filter(|(_, line)| !is_quoted_well(line)) {
        let mend = "put \" at both ends of the cell, write \"\" for a \" within it, and keep it on one line";
        faults.push(fault(file, line, "a quotation mark stands where none can be".into(), mend));
    }
    if faults.len() > before {
        return Vec::new();
    }
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    // With the quotation marks in order each line that is not blank is one record.
    let mut records = numbered().filter(|(_, line)| !line.is_empty()).zip(reader.into_records().filter_map(Result::ok));
    let columns = header.join(",");
    if records.next().is_none_or(|(_, record)| record.iter().ne(header)) {
        let message = format!("the first line does not name the columns {columns}");
        faults.push(fault(file, 1, message, &format!("make the first line {columns:?}, and order the columns so")));
        return Vec::new();
    }
    records.filter_map(|((line, _), record)| row(file, line, &record, faults)).collect()
}

fn row<const N: usize>(
    file: &'static str,
    line: u32,
    record: &csv::StringRecord,
    faults: &mut Vec<SourceFault>,
) -> Option<Row<N>> {
    let cells: Result<Vec<String>, _> = record.iter().map(normalise).collect();
    let cells = match cells {
        Ok(cells) => cells,
        Err(error) => {
            faults.push(fault(file, line, error.to_string(), "remove the character; it cannot be seen"));
            return None;
        }
    };
    let found = cells.len();
    let Ok(cells) = cells.try_into() else {
        let mend = "fill in what is missing, and put \" around a cell that holds a comma";
        faults.push(fault(file, line, format!("the line has {found} cells, the header {N}"), mend));
        return None;
    };
    Some(Row { line, cells })
}

/// Reads a cell with one of the functions of `values`, which say what is wrong and what to write, split by `; `.
pub(super) fn cell<T: Default>(
    file: &'static str,
    line: u32,
    (column, text): (&str, &str),
    read: impl Fn(&str) -> Result<T, &'static str>,
    faults: &mut Vec<SourceFault>,
) -> T {
    read(text).unwrap_or_else(|why| {
        let (why, mend) = why.split_once("; ").unwrap_or((why, "correct it"));
        faults.push(fault(file, line, format!("{column} {text:?} {why}"), mend));
        T::default()
    })
}

fn fault(file: &'static str, line: u32, message: String, mend: &str) -> SourceFault {
    SourceFault { file, line, message, mend: mend.into(), label: FORM }
}

/// RFC 4180 §2.5–2.7 for one line: a quotation mark opens a cell, closes it, or stands doubled within it. Readers of CSV
/// forgive anything else, each in its own way.
fn is_quoted_well(line: &str) -> bool {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let end = line.chars().try_fold(At::Start, |at, character| match (at, character) {
        (At::Start | At::Bare | At::Closed, ',') => Some(At::Start),
        (At::Start, '"') | (At::Closed, '"') => Some(At::Quoted),
        (At::Start | At::Bare, c) if c != '"' => Some(At::Bare),
        (At::Quoted, '"') => Some(At::Closed),
        (At::Quoted, _) => Some(At::Quoted),
        _ => None,
    });
    matches!(end, Some(At::Start | At::Bare | At::Closed))
}
