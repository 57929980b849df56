//! A frame as CSV and as Parquet bytes, the same bytes every time.

use polars::prelude::{DataFrame, PolarsResult};
use polars_io::{
    SerReader, SerWriter,
    csv::write::CsvWriter,
    parquet::write::{ParquetCompression, ParquetWriter, StatisticsOptions},
    prelude::ParquetReader,
};
use std::io::Cursor;

/// Rows of a row group: enough to compress well, few enough to be skipped by their statistics.
const ROW_GROUP_ROWS: usize = 1 << 16;

/// UTF-8, comma, line feed, a header line; a missing value is nothing, text is quoted where it must be (RFC 4180).
pub(super) fn csv(frame: &DataFrame) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).include_header(true).finish(&mut frame.clone())?;
    Ok(bytes)
}

/// Zstandard, fixed row groups, statistics.
pub(super) fn parquet(frame: &DataFrame) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::full())
        .with_row_group_size(Some(ROW_GROUP_ROWS))
        .finish(&mut frame.clone())?;
    Ok(bytes)
}

/// Reads a Parquet file whole.
pub(super) fn read_parquet(bytes: &[u8]) -> PolarsResult<DataFrame> {
    ParquetReader::new(Cursor::new(bytes)).finish()
}
