//! The open tables: entries, sessions and their pools, cohorts, districts and the cohorts in them, as CSV and Parquet.
//!
//! **Invariant:** the tables are a function of the verifier's files; no row or column depends on threads, and none is a
//! float. They are for readers; nothing is hashed from them but the manifest.

mod encode;
mod entries;
mod fields;
mod pools;
mod residents;
mod sessions;
mod summaries;

pub(crate) use fields::{Field, Kind, TableInfo, describe};

use crate::{PublishError, layout, view::View};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, PolarsError, Series};
use protocol::manifest::Files;

/// Names of the tables, in the order readers should meet them.
pub(crate) const NAMES: [&str; 6] = ["entries", "sessions", "pools", "cohorts", "districts", "residents"];

/// One table: the frame for Parquet, and the one for CSV where lists are joined texts.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) frame: DataFrame,
    pub(crate) flat: DataFrame,
}

/// All tables of a draw, in the order of [`NAMES`].
pub(crate) fn all(view: &View<'_>) -> Result<Vec<Table>, PublishError> {
    let failed = |name: &'static str| move |error: PolarsError| PublishError::table(name, &error);
    let entries = entries::tables(view).map_err(failed("entries"))?;
    let sessions = sessions::table(view).map_err(failed("sessions"))?;
    let pools = pools::table(view).map_err(failed("pools"))?;
    let cohorts = summaries::cohorts(view, &entries.flat).map_err(failed("cohorts"))?;
    let districts = summaries::districts(view, &sessions).map_err(failed("districts"))?;
    let residents = residents::table(view).map_err(failed("residents"))?;
    let same = |name, frame: DataFrame| Table { name, flat: frame.clone(), frame };
    let rest = [
        ("sessions", sessions),
        ("pools", pools),
        ("cohorts", cohorts),
        ("districts", districts),
        ("residents", residents),
    ];
    Ok([entries].into_iter().chain(rest.map(|(name, frame)| same(name, frame))).collect())
}

/// Both files of every table.
pub(crate) fn files(tables: &[Table]) -> Result<Files, PublishError> {
    let mut files = Files::new();
    for table in tables {
        let failed = |error: PolarsError| PublishError::table(table.name, &error);
        files.insert(layout::csv(table.name), encode::csv(&table.flat).map_err(failed)?);
        files.insert(layout::parquet(table.name), encode::parquet(&table.frame).map_err(failed)?);
    }
    Ok(files)
}

/// A table's CSV bytes.
pub(crate) fn csv(table: &Table) -> Result<Vec<u8>, PublishError> {
    encode::csv(&table.flat).map_err(|error| PublishError::table(table.name, &error))
}

/// Whether a Parquet file holds exactly this table: names, types, rows. Its bytes may be those of another version of
/// the writer.
pub(crate) fn parquet_holds(table: &Table, bytes: &[u8]) -> Result<bool, PublishError> {
    let read = encode::read_parquet(bytes).map_err(|error| PublishError::table(table.name, &error))?;
    Ok(read.schema() == table.frame.schema() && read.equals_missing(&table.frame))
}

fn column<T>(name: &str, values: impl IntoIterator<Item = T>) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    Series::new(name.into(), values.into_iter().collect::<Vec<T>>()).into_column()
}
