//! Columns of a Parquet file as texts, some rows at a time: how other files than CSV come in.
//!
//! **Invariant:** memory is that of one slice, not of the file; a value is the text that CSV would have, or the column is
//! refused by name.

use polars::prelude::{Column, DataFrame, DataType, PolarsError};
use polars_io::{SerReader, prelude::ParquetReader};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// Rows that are read together.
const SLICE: usize = 1 << 17;

/// Why a file's columns cannot be read as texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextsError {
    /// It cannot be opened, or is no Parquet file.
    #[error("{0}")]
    Unreadable(String),
    /// A column is missing.
    #[error("the column {0} is missing")]
    Missing(String),
    /// A column that was not asked for.
    #[error("there is another column, {0}")]
    Stranger(String),
    /// A column of another type.
    #[error("column {column}: the type is {found}; expected {expected}")]
    Type {
        /// Which.
        column: String,
        /// Its type.
        found: String,
        /// What would do.
        expected: &'static str,
    },
}

/// Rows of a Parquet file.
pub struct Texts {
    path: PathBuf,
    columns: Vec<String>,
    rows: usize,
    next: usize,
    slice: Vec<Vec<Option<String>>>,
    failed: bool,
}

impl Texts {
    /// Opens a file that has the columns `required`, maybe some of `optional`, and no others. Texts and dates are
    /// understood; dates become `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`TextsError`].
    pub fn open(path: &Path, required: &[&str], optional: &[&str]) -> Result<Self, TextsError> {
        let mut reader = reader(path)?;
        let rows = reader.num_rows().map_err(unreadable)?;
        let schema = reader.schema().map_err(unreadable)?;
        let found: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        if let Some(missing) = required.iter().find(|name| !found.iter().any(|found| found == *name)) {
            return Err(TextsError::Missing((*missing).to_owned()));
        }
        let known = |name: &String| required.contains(&name.as_str()) || optional.contains(&name.as_str());
        if let Some(stranger) = found.iter().find(|name| !known(name)) {
            return Err(TextsError::Stranger(stranger.clone()));
        }
        let columns = required.iter().chain(optional).map(|name| (*name).to_owned()).collect();
        Ok(Self { path: path.to_owned(), columns, rows, next: 0, slice: Vec::new(), failed: false })
    }

    fn read(&mut self) -> Result<(), TextsError> {
        let count = SLICE.min(self.rows - self.next);
        let frame = reader(&self.path)?.with_slice(Some((self.next, count))).finish().map_err(unreadable)?;
        self.next += count;
        let columns =
            self.columns.iter().map(|name| texts(&frame, name)).collect::<Result<Vec<Vec<Option<String>>>, _>>()?;
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        let rows = (0..frame.height()).map(|_| columns.iter_mut().map(|column| column.next().flatten()).collect());
        self.slice = rows.collect();
        self.slice.reverse();
        Ok(())
    }
}

impl Iterator for Texts {
    /// One text for each column that was asked for, in that order; `None` where there is no value or no such column.
    type Item = Result<Vec<Option<String>>, TextsError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.slice.is_empty()
            && self.next < self.rows
            && !self.failed
            && let Err(error) = self.read()
        {
            self.failed = true;
            return Some(Err(error));
        }
        self.slice.pop().map(Ok)
    }
}

fn reader(path: &Path) -> Result<ParquetReader<File>, TextsError> {
    let file = File::open(path).map_err(|error| TextsError::Unreadable(error.to_string()))?;
    Ok(ParquetReader::new(file).set_low_memory(true))
}

fn unreadable(error: PolarsError) -> TextsError {
    TextsError::Unreadable(error.to_string())
}

fn texts(frame: &DataFrame, name: &str) -> Result<Vec<Option<String>>, TextsError> {
    let Ok(column) = frame.column(name) else { return Ok(vec![None; frame.height()]) };
    match column.dtype() {
        DataType::String => {
            let values = column.str().map_err(unreadable)?;
            Ok(values.iter().map(|value| value.map(|text| text.trim().to_owned())).collect())
        }
        DataType::Date => dates(column),
        DataType::Null => Ok(vec![None; frame.height()]),
        found => Err(TextsError::Type {
            column: name.to_owned(),
            found: found.to_string(),
            expected: "text, or a date where there are dates",
        }),
    }
}

fn dates(column: &Column) -> Result<Vec<Option<String>>, TextsError> {
    let days = column.date().map_err(unreadable)?;
    let epoch = jiff::civil::date(1970, 1, 1);
    let text = |days: i32| {
        let date = epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Some(date.to_string())
    };
    Ok(days.physical().iter().map(|days| days.and_then(text)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::*;
    use polars_io::parquet::write::ParquetWriter;

    fn written(columns: Vec<Column>) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let rows = columns[0].len();
        let mut frame = DataFrame::new(rows, columns).expect("a frame");
        ParquetWriter::new(file.as_file()).with_row_group_size(Some(1000)).finish(&mut frame).expect("written");
        file
    }

    fn texts(name: &str, values: impl IntoIterator<Item = Option<String>>) -> Column {
        Series::new(name.into(), values.into_iter().collect::<Vec<_>>()).into_column()
    }

    #[test]
    fn texts_and_dates_are_read_in_order_over_slices() {
        let rows = SLICE + 7;
        let days: Vec<Option<i32>> = (0..rows).map(|row| (row != 3).then_some(-3594)).collect();
        let born = Series::new("born".into(), days).cast(&DataType::Date).expect("dates").into_column();
        let file = written(vec![born, texts("reference", (0..rows).map(|row| Some(format!(" r{row} "))))]);
        let read: Result<Vec<_>, _> =
            Texts::open(file.path(), &["reference", "born"], &["contact"]).expect("opened").collect();
        let read = read.expect("rows");
        assert_eq!(read.len(), rows);
        assert_eq!(read[0], [Some("r0".to_owned()), Some("1960-02-29".to_owned()), None]);
        assert_eq!(read[3][1], None);
        assert_eq!(read[rows - 1][0], Some(format!("r{}", rows - 1)));
    }

    #[test]
    fn other_columns_and_types_are_refused_by_name() {
        let numbers = || Series::new("district".into(), vec![11_010_i64]).into_column();
        let file = written(vec![numbers()]);
        let open = |required: &[&str]| Texts::open(file.path(), required, &[]).map(|_| ());
        assert_eq!(open(&["district", "born"]), Err(TextsError::Missing("born".into())));
        assert_eq!(open(&[]), Err(TextsError::Stranger("district".into())));
        let first = Texts::open(file.path(), &["district"], &[]).expect("opened").next();
        assert!(matches!(first, Some(Err(TextsError::Type { ref column, .. })) if column == "district"), "{first:?}");
        let other = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(other.path(), "reference,born,district\n").expect("written");
        assert!(matches!(Texts::open(other.path(), &[], &[]), Err(TextsError::Unreadable(_))));
    }
}
