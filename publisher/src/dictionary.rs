//! The data dictionary for programs: a Frictionless data package (datapackage.org, version 2) with a Table Schema for
//! each CSV file.

use crate::{
    PublishError, layout,
    tables::{Field, Kind, NAMES, TableInfo, describe},
    view::{FEW, View},
};
use pages::{Lang, Texts};
use protocol::{hash::Hash, manifest::Files};
use serde_json::{Value, json};

/// The dictionary's file, for the tables among `files`.
pub(crate) fn files(view: &View<'_>, files: &Files) -> Result<Files, PublishError> {
    let programme = view.programme;
    let tables = describe(programme);
    let resources: Vec<Value> = tables.iter().flat_map(|table| resources(table, files)).collect();
    let rehearsal = programme.rehearsal.then(|| said(|lang| Texts::of(lang).get("dictionary-rehearsal")));
    let few = said(|lang| Texts::of(lang).with("dictionary-few", "few", FEW));
    let described: Vec<String> = rehearsal.map(|words| words + ".").into_iter().chain([few]).collect();
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": format!("jebi-{}", &programme.hash().to_string()[..16]),
        "title": format!("{} / {}", programme.title.ko, programme.title.en),
        "description": described.join(" "),
        "programme": programme.hash().to_string(),
        "resources": resources,
    });
    let mut bytes = serde_json::to_vec_pretty(&package)
        .map_err(|error| PublishError::Page { path: layout::DICTIONARY.into(), reason: error.to_string() })?;
    bytes.push(b'\n');
    debug_assert_eq!(NAMES.len(), tables.len());
    Ok(Files::from([(layout::DICTIONARY.into(), bytes)]))
}

fn resources(table: &TableInfo, files: &Files) -> [Value; 2] {
    let fields: Vec<Value> = table.fields.iter().map(field).collect();
    let mut csv = resource(&layout::csv(table.name), "csv", "text/csv", files);
    csv["name"] = table.name.into();
    csv["type"] = "table".into();
    csv["title"] = said(|lang| table.text(lang)).into();
    csv["encoding"] = "utf-8".into();
    csv["dialect"] = json!({"delimiter": ",", "lineTerminator": "\n", "header": true});
    csv["schema"] = json!({"fields": fields, "missingValues": [""]});
    if !table.key.is_empty() {
        csv["schema"]["primaryKey"] = json!(table.key);
    }
    let mut parquet = resource(&layout::parquet(table.name), "parquet", "application/vnd.apache.parquet", files);
    parquet["name"] = format!("{}-parquet", table.name).into();
    [csv, parquet]
}

/// A text in every language.
fn said(text: impl Fn(Lang) -> String) -> String {
    Lang::ALL.map(text).join(" / ")
}

fn resource(path: &str, format: &str, mediatype: &str, files: &Files) -> Value {
    let bytes = files.get(path).map_or(&[][..], Vec::as_slice);
    let name = path.strip_prefix(layout::OPEN_DATA).unwrap_or(path);
    let hash = format!("sha256:{}", Hash::of(bytes));
    json!({"path": name, "format": format, "mediatype": mediatype, "bytes": bytes.len(), "hash": hash})
}

fn field(field: &Field) -> Value {
    let kind = match field.kind {
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Time => "datetime",
        Kind::List => "list",
    };
    let mut value = json!({
        "name": field.name,
        "type": kind,
        "description": said(|lang| field.text(lang)),
        "constraints": {"required": !field.optional},
    });
    if field.kind == Kind::List {
        value["delimiter"] = ";".into();
        value["itemType"] = "string".into();
    }
    value
}
