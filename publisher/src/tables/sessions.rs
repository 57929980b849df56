//! The table of sessions: one row per session, in programme order, with its closing number or price.

use super::column;
use crate::{clock, view::View};
use polars::prelude::*;
use protocol::{
    instance::SessionIndex,
    programme::{Session, Site},
    sessions::{ClosingNumber, PoolResult},
};

struct Row<'a> {
    session: &'a Session,
    site: Option<&'a Site>,
    pool: Option<&'a PoolResult>,
    listed: u64,
    first: u64,
}

/// The table.
pub(super) fn table(view: &View<'_>) -> PolarsResult<DataFrame> {
    let programme = view.programme;
    let demand = view.demand.listed.iter().zip(&view.demand.first);
    let rows = programme.sessions.iter().zip(0..).zip(demand).map(|((session, index), (listed, first))| {
        let index = SessionIndex(index);
        Row { session, site: view.site_of(index), pool: view.pool(index), listed: *listed, first: *first }
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let closing = |row: &Row<'_>| row.pool.and_then(PoolResult::closed);
    let closed = |read: fn(ClosingNumber) -> u64| rows.iter().map(|row| closing(row).map(read)).collect::<Vec<_>>();
    let tickets: Vec<Option<String>> = rows.iter().map(|row| closing(row).map(|c| c.ticket.to_string())).collect();
    let starts = rows.iter().map(|row| clock::rfc3339(row.session.starts_at_unix_s, &programme.time_zone));
    let placed = view.sessions.sessions.iter().map(|session| u64::from(session.placed));
    let columns = vec![
        column("session", rows.iter().map(|row| row.session.id.as_str())),
        column("site", rows.iter().map(|row| row.session.site.as_str())),
        column("site_name", rows.iter().map(|row| row.site.map(|site| site.name.as_str()))),
        column("district", rows.iter().map(|row| row.site.map(|site| site.district.as_str()))),
        column("latitude_microdeg", rows.iter().map(|row| row.site.map(|site| site.latitude_microdeg))),
        column("longitude_microdeg", rows.iter().map(|row| row.site.map(|site| site.longitude_microdeg))),
        column("starts_at", starts),
        column("starts_at_unix_s", rows.iter().map(|row| row.session.starts_at_unix_s)),
        column("capacity", rows.iter().map(|row| u64::from(row.session.capacity))),
        column("placed", placed),
        column("first_choices", rows.iter().map(|row| row.first)),
        column("listed", rows.iter().map(|row| row.listed)),
        column("closing_tier", closed(|c| u64::from(c.tier))),
        column("closing_number", closed(|c| c.number)),
        column("closing_ticket", tickets),
        column("price", rows.iter().map(|row| row.pool.map_or(0, |pool| pool.price))),
        column(
            "tie_price",
            rows.iter()
                .map(|row| row.pool.map_or(0, |pool| pool.tie_prices.first().copied().unwrap_or_default()).to_string()),
        ),
    ];
    DataFrame::new(rows.len(), columns)
}
