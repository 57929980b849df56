//! Where in a programme something is: a field, an item of a list, or a place within it. SPEC §3.1.
//!
//! **Invariant:** [`Place::path`] is the dotted path of the field in the canonical form, so that a fault can be shown at
//! the line it came from.

use std::fmt;

/// Where in a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field outside the lists, by its dotted name.
    Field(&'static str),
    /// An item of a list, or one of its fields.
    Item(Box<Item>),
}

/// An item of one of the programme's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The list's dotted name.
    pub list: &'static str,
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its identifier, code or key's name; may be empty.
    pub name: String,
    /// The field that is meant; empty: the whole item.
    pub field: &'static str,
    /// The place in that field, from 0, if it is a list and one of it is meant.
    pub at: Option<usize>,
}

impl Place {
    pub(super) fn item(list: &'static str, index: usize, name: &str, field: &'static str) -> Self {
        Self::Item(Box::new(Item { list, index, name: name.to_owned(), field, at: None }))
    }

    pub(super) fn inner(list: &'static str, index: usize, name: &str, field: &'static str, at: usize) -> Self {
        Self::Item(Box::new(Item { list, index, name: name.to_owned(), field, at: Some(at) }))
    }

    /// The path in the canonical form: `window`, `cohorts[1].tier`.
    pub fn path(&self) -> String {
        match self {
            Self::Field(name) => (*name).to_owned(),
            Self::Item(item) if item.field.is_empty() => format!("{}[{}]", item.list, item.index),
            Self::Item(item) => {
                let at = item.at.map(|at| format!("[{at}]")).unwrap_or_default();
                format!("{}[{}].{}{at}", item.list, item.index, item.field)
            }
        }
    }
}

impl fmt::Display for Place {
    /// For people: `cohort "60-69"`, `site number 3`, `title.en`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = match self {
            Self::Field(name) => return f.write_str(name),
            Self::Item(item) => item,
        };
        let one = match item.list {
            "operators" => "operator key",
            "witnesses.keys" => "witness key",
            "reach.rows" => "row of reach",
            "apportionment.groups" => "group",
            "apportionment.floors" => "floor",
            "apportionment.ceilings" => "ceiling",
            other => other.strip_suffix('s').unwrap_or(other),
        };
        if item.name.is_empty() {
            write!(f, "{one} number {}", item.index + 1)
        } else {
            write!(f, "{one} {:?}", item.name)
        }
    }
}
