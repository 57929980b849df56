//! A table, and a picture with the table that says the same.

use super::failed;
use crate::PublishError;
use askama::Template;
use pages::{
    Texts,
    plot::{Bars, PlotError},
};

/// A table; the first cell of a row is its head.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    /// What it shows, for those who cannot see where it stands.
    pub(super) caption: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One row.
pub(super) struct Row {
    /// Where its head leads.
    pub(super) href: Option<String>,
    pub(super) cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "figure.html")]
struct Figure<'a> {
    t: Texts,
    svg: &'a str,
    keys: &'a [(usize, String)],
    table: &'a str,
}

impl Row {
    pub(super) fn of(cells: impl IntoIterator<Item = String>) -> Self {
        Self { href: None, cells: cells.into_iter().collect() }
    }
}

/// A plot above its table. `keys` name the parts of its bars, if there are several.
pub(super) fn figure(
    plot: &Bars<'_>,
    keys: &[String],
    table: &Table,
    t: Texts,
    path: &str,
) -> Result<String, PublishError> {
    let svg =
        plot.svg().map_err(|error: PlotError| PublishError::Page { path: path.into(), reason: error.to_string() })?;
    let keys: Vec<(usize, String)> = (1..).zip(keys.iter().cloned()).collect();
    let table = table.render().map_err(failed(path))?;
    Figure { t, svg: &svg, keys: &keys, table: &table }.render().map_err(failed(path))
}
