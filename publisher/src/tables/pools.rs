//! The table of pools: one row per session and rule of access, in programme order, with its closing numbers and price.
//! Where no seats are kept for anybody it has the sessions once more.

use super::column;
use crate::view::View;
use polars::prelude::*;
use protocol::{
    instance::SessionIndex,
    programme::{Reserve, Session},
    sessions::{ClosingNumber, PoolResult},
};

struct Row<'a> {
    session: &'a Session,
    /// None for seats that are open to all.
    reserve: Option<&'a Reserve>,
    pool: &'a PoolResult,
}

/// The table.
pub(super) fn table(view: &View<'_>) -> PolarsResult<DataFrame> {
    let of_session = |(session, index)| {
        let pools = view.pools(SessionIndex(index)).iter().enumerate();
        pools.map(move |(number, pool)| Row { session, reserve: view.reserve(SessionIndex(index), number), pool })
    };
    let rows: Vec<Row<'_>> = view.programme.sessions.iter().zip(0..).flat_map(of_session).collect();
    let mut columns = vec![
        column("session", rows.iter().map(|row| row.session.id.as_str())),
        column("reserve", rows.iter().map(|row| row.reserve.map(|reserve| reserve.id.as_str()))),
        column("reserve_ko", rows.iter().map(|row| row.reserve.map(|reserve| reserve.title.ko.as_str()))),
        column("reserve_en", rows.iter().map(|row| row.reserve.map(|reserve| reserve.title.en.as_str()))),
        column("capacity", rows.iter().map(|row| u64::from(row.pool.capacity))),
        column("placed", rows.iter().map(|row| u64::from(row.pool.placed))),
    ];
    columns.extend(closing("closing", &rows, PoolResult::closed));
    columns.extend(closing("first_pass_closing", &rows, |pool| match pool.closing.as_slice() {
        [first, _] => *first,
        _ => None,
    }));
    columns.push(column("price", rows.iter().map(|row| row.pool.price)));
    let ties = |row: &Row<'_>| row.pool.tie_prices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    columns.push(column("tie_prices", rows.iter().map(ties)));
    DataFrame::new(rows.len(), columns)
}

/// Tier, number and ticket at which each pool closed.
fn closing(name: &str, rows: &[Row<'_>], of: fn(&PoolResult) -> Option<ClosingNumber>) -> [Column; 3] {
    let found: Vec<Option<ClosingNumber>> = rows.iter().map(|row| of(row.pool)).collect();
    let read = |of: fn(&ClosingNumber) -> u64| found.iter().map(move |closing| closing.as_ref().map(of));
    [
        column(&format!("{name}_tier"), read(|closing| u64::from(closing.tier))),
        column(&format!("{name}_number"), read(|closing| closing.number)),
        column(
            &format!("{name}_ticket"),
            found.iter().map(|closing| closing.map(|closing| closing.ticket.to_string())),
        ),
    ]
}
