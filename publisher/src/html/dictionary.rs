//! The data dictionary for people: every column of every open table, with its meaning.

use super::{failed, frame::Page};
use crate::{
    PublishError, layout,
    tables::{Field, Kind, TableInfo, describe},
};
use askama::Template;
use pages::{Lang, Texts};
use protocol::{manifest::Files, programme::Programme};

#[derive(Template)]
#[template(path = "dictionary.html")]
struct Dictionary {
    t: Texts,
    tables: Vec<TableRow>,
}

struct TableRow {
    name: &'static str,
    what: String,
    fields: Vec<FieldRow>,
}

struct FieldRow {
    name: String,
    kind: String,
    optional: bool,
    meaning: String,
}

/// The dictionary in every language.
pub(crate) fn pages(programme: &Programme, tool: &str) -> Result<Files, PublishError> {
    Lang::ALL.into_iter().map(|lang| Ok((layout::dictionary(lang), page(programme, lang, tool)?))).collect()
}

fn page(programme: &Programme, lang: Lang, tool: &str) -> Result<Vec<u8>, PublishError> {
    let path = layout::dictionary(lang);
    let t = Texts::of(lang);
    let tables = describe(programme).into_iter().map(|table| row(&table, t)).collect();
    let body = Dictionary { t, tables }.render().map_err(failed(&path))?;
    let title = t.get("dictionary-title");
    let elsewhere = lang.elsewhere(layout::dictionary);
    Page { path: &path, lang, title: &title, elsewhere: &elsewhere, scripts: &[], body: &body }.framed(programme, tool)
}

fn row(table: &TableInfo, t: Texts) -> TableRow {
    let field = |field: &Field| FieldRow {
        name: field.name.clone(),
        kind: kind(field.kind, t),
        optional: field.optional,
        meaning: field.text(t.lang),
    };
    TableRow { name: table.name, what: table.text(t.lang), fields: table.fields.iter().map(field).collect() }
}

fn kind(kind: Kind, t: Texts) -> String {
    t.get(match kind {
        Kind::Text => "dictionary-text",
        Kind::Integer => "dictionary-integer",
        Kind::Time => "dictionary-time",
        Kind::List => "dictionary-list",
    })
}
