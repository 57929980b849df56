//! The table of entries: one row per ticket of the register, withdrawn ones included, in the register's order.

use super::Table;
use crate::view::View;
use polars::prelude::*;
use protocol::{
    entry::{Channel, Revision},
    instance::Choice,
    outcome::{Outcome, Record},
};

/// Between the choices of a list in CSV.
const SEPARATOR: &str = ";";

/// The table, with choices as a list and as one text.
pub(super) fn tables(view: &View<'_>) -> PolarsResult<Table> {
    let lists: Vec<Vec<String>> = view.revisions.iter().map(|revision| choices(view, revision)).collect();
    let joined: Vec<String> = lists.iter().map(|list| list.join(SEPARATOR)).collect();
    let flat = DataFrame::new(view.revisions.len(), columns(view, Column::new("choices".into(), joined)))?;
    let mut builder = ListStringChunkedBuilder::new("choices".into(), lists.len(), lists.len() * 4);
    lists.iter().for_each(|list| builder.append_values_iter(list.iter().map(String::as_str)));
    let frame = DataFrame::new(view.revisions.len(), columns(view, builder.finish().into_column()))?;
    Ok(Table { name: "entries", frame, flat })
}

fn columns(view: &View<'_>, choices: Column) -> Vec<Column> {
    let programme = view.programme;
    let cohort = |r: &Revision| programme.cohorts.get(usize::from(r.body.cohort)).map(|c| c.id.as_str());
    let home = |r: &Revision| programme.districts.get(usize::from(r.body.district)).map(|d| d.code.as_str());
    let session = |record: &Record| match record.outcome {
        Outcome::Placed { session, .. } => Some(session),
        _ => None,
    };
    let site = |record: &Record| session(record).and_then(|session| view.site_of(session));
    vec![
        entry_column(view, "ticket", |r| r.ticket.to_string()),
        entry_column(view, "revision", |r| r.revision),
        entry_column(view, "status", |r| r.status.name()),
        entry_column(view, "cohort", cohort),
        entry_column(view, "home_district", home),
        entry_column(view, "channel", |r| channel(r.body.channel)),
        choices,
        record_column(view, "lottery_number", |r| (r.outcome != Outcome::Withdrawn).then_some(r.number.0)),
        record_column(view, "outcome", |r| outcome(r.outcome)),
        record_column(view, "session", |r| session(r).and_then(|s| view.session(s)).map(|s| s.id.as_str())),
        record_column(view, "site", |r| site(r).map(|site| site.id.as_str())),
        record_column(view, "district", |r| site(r).map(|site| site.district.as_str())),
        record_column(view, "choice", |r| match r.outcome {
            Outcome::Placed { choice, .. } => Some(u32::from(choice) + 1),
            _ => None,
        }),
    ]
}

fn entry_column<'a, T>(view: &View<'a>, name: &str, value: impl Fn(&'a Revision) -> T) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    let values: Vec<T> = view.revisions.iter().map(value).collect();
    Series::new(name.into(), values).into_column()
}

fn record_column<'a, T>(view: &View<'a>, name: &str, value: impl Fn(&'a Record) -> T) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    let values: Vec<T> = view.records.iter().map(value).collect();
    Series::new(name.into(), values).into_column()
}

/// A choice as `session:<id>` or `site:<id>`; identifiers have neither colon nor semicolon.
fn choices(view: &View<'_>, revision: &Revision) -> Vec<String> {
    let spell = |choice: &Choice| match choice {
        Choice::Session(session) => view.session(*session).map(|session| format!("session:{}", session.id)),
        Choice::Site(site) => view.site(*site).map(|site| format!("site:{}", site.id)),
    };
    revision.body.choices.iter().filter_map(spell).collect()
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Own => "self",
        Channel::Assisted => "assisted",
        Channel::Paper => "paper",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Withdrawn => "withdrawn",
        Outcome::Unplaced => "unplaced",
        Outcome::Placed { .. } => "placed",
    }
}
