//! The front page's rows on sites and on the sessions that were asked for most.

use super::{district, share};
use crate::view::View;
use pages::{Lang, Texts, numbers};
use protocol::{
    instance::SessionIndex,
    programme::{MechanismName, Session},
    sessions::PoolResult,
};

/// How many sessions are shown as the most sought-after.
const SHOWN: usize = 10;

/// One site.
pub(super) struct SiteRow {
    pub(super) name: String,
    pub(super) district: String,
    pub(super) sessions: usize,
    pub(super) seats: String,
    pub(super) taken: String,
    pub(super) share: String,
    pub(super) first: String,
}

/// One session.
pub(super) struct SessionRow {
    pub(super) name: String,
    pub(super) seats: String,
    pub(super) first: String,
    pub(super) listed: String,
    /// Its closing number, or its price in words.
    pub(super) mark: String,
}

/// Every site, in the programme's order.
pub(super) fn all(view: &View<'_>, lang: Lang) -> Vec<SiteRow> {
    let programme = view.programme;
    let by_site = protocol::draw::sessions_by_site(programme);
    let rows = programme.sites.iter().zip(&by_site).zip(&view.demand.first_at_site);
    let row = rows.map(|((site, sessions), first)| {
        let sum = |read: fn(&PoolResult) -> u32| -> u64 {
            sessions.iter().filter_map(|session| view.pool(*session)).map(|pool| u64::from(read(pool))).sum()
        };
        let (seats, taken) = (sum(|pool| pool.capacity), sum(|pool| pool.placed));
        SiteRow {
            name: site.name.clone(),
            district: district(programme, &site.district, lang).to_owned(),
            sessions: sessions.len(),
            seats: numbers::grouped(seats),
            taken: numbers::grouped(taken),
            share: share(taken, seats),
            first: numbers::grouped(*first),
        }
    });
    row.collect()
}

/// The sessions with most first choices for each seat, at most ten. Fractions are compared by cross multiplication;
/// equal ones stay in the programme's order.
pub(super) fn most_sought_after(view: &View<'_>, t: Texts) -> Vec<SessionRow> {
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
        let site = view.site_of(index).map_or("", |site| site.name.as_str());
        let time = numbers::local_time(session.starts_at_unix_s, &view.programme.time_zone, t.lang);
        SessionRow {
            name: t.with_all("choice-session", [("site", site.into()), ("time", (&time).into())]),
            seats: numbers::grouped(session.capacity.into()),
            first: numbers::grouped(first),
            listed: numbers::grouped(listed),
            mark: view.pool(index).map(|pool| mark(view, pool, t)).unwrap_or_default(),
        }
    };
    sessions.into_iter().take(SHOWN).map(row).collect()
}

fn mark(view: &View<'_>, pool: &PoolResult, t: Texts) -> String {
    let closing = pool.closing.first().copied().flatten();
    match (view.programme.mechanism.name, closing) {
        (MechanismName::Optimal, _) => pool.price.to_string(),
        (_, None) => t.get("index-never-closed"),
        (_, Some(closing)) => {
            let number = numbers::grouped(closing.number);
            let args = [("tier", u64::from(closing.tier).into()), ("number", (&number).into())];
            t.with_all("index-closed", args)
        }
    }
}
