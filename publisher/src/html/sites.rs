//! The front page's table of the sessions that were asked for most.

use super::{
    Source, failed,
    figure::{Row, Table},
    mark,
};
use crate::{PublishError, layout};
use askama::Template;
use pages::{Texts, numbers};
use protocol::{instance::SessionIndex, programme::Session};

/// How many sessions are shown as the most sought-after.
const SHOWN: usize = 10;

/// The sessions with most first choices for each seat, at most ten. Fractions are compared by cross multiplication;
/// equal ones stay in the programme's order.
pub(super) fn most_sought_after(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    let view = source.view;
    let demand = view.demand.first.iter().zip(&view.demand.listed);
    let mut sessions: Vec<(&Session, SessionIndex, u64, u64)> = view
        .programme
        .sessions
        .iter()
        .zip((0..).map(SessionIndex))
        .zip(demand)
        .map(|((session, index), (first, listed))| (session, index, *first, *listed))
        .collect();
    sessions.sort_by(|(a, _, a_first, _), (b, _, b_first, _)| {
        (u128::from(*b_first) * u128::from(a.capacity)).cmp(&(u128::from(*a_first) * u128::from(b.capacity)))
    });
    let row = |(session, index, first, listed): (&Session, SessionIndex, u64, u64)| {
        let site = view.site_of(index);
        let time = numbers::local_time(session.starts_at_unix_s, &view.programme.time_zone, t.lang);
        let name = site.map_or("", |site| site.name.as_str());
        Row {
            href: site.map(|site| format!("{}#{}", layout::district(&site.district, t.lang), site.id)),
            cells: vec![
                t.with_all("choice-session", [("site", name.into()), ("time", (&time).into())]),
                mark::of_session(view, index, t),
                numbers::grouped(session.capacity.into()),
                numbers::grouped(first),
                numbers::grouped(listed),
            ],
        }
    };
    let table = Table {
        caption: t.get("index-sought"),
        head: ["index-session", "district-sought", "index-seats-short", "index-first", "index-listed"]
            .map(|key| t.get(key))
            .into(),
        rows: sessions.into_iter().take(SHOWN).map(row).collect(),
    };
    table.render().map_err(failed(&layout::index(t.lang)))
}
