//! How sought-after a session turned out to be, in words: when it closed, or what a seat there cost the others.

use super::title;
use crate::{
    explain::{self, Price},
    view::View,
};
use pages::Texts;
use protocol::{instance::SessionIndex, programme::MechanismName, sessions::PoolResult};

/// The words for all seats of a session: those open to all, then those kept for some.
pub(super) fn of_session(view: &View<'_>, session: SessionIndex, t: Texts) -> String {
    let pools = view.pools(session).iter().enumerate().filter(|(_, pool)| pool.capacity > 0);
    let one = |(number, pool)| {
        let words = words(view, pool, t);
        let Some(reserve) = view.reserve(session, number) else { return words };
        t.with_all("mark-kept", [("reserve", title(&reserve.title, t.lang).into()), ("mark", (&words).into())])
    };
    pools.map(one).collect::<Vec<_>>().join("; ")
}

/// The words for a pool.
pub(super) fn words(view: &View<'_>, pool: &PoolResult, t: Texts) -> String {
    let programme = view.programme;
    if programme.mechanism.name == MechanismName::Optimal {
        return match explain::in_words(programme, pool.price) {
            Some(Price::Steps(0) | Price::Cost(0)) => t.get("mark-price-none"),
            Some(Price::Steps(steps)) => t.with("mark-price-steps", "steps", steps),
            Some(Price::Cost(cost)) => t.with("mark-price-cost", "cost", cost),
            Some(Price::Out(_)) => t.get("mark-price-out"),
            None => String::new(),
        };
    }
    match pool.closed() {
        None => t.get("mark-never-closed"),
        Some(closing) => {
            let percent = explain::luckiest(closing.number);
            let args = [("percent", (&percent).into()), ("tier", u64::from(closing.tier).into())];
            t.with_all(if view.tiers() > 1 { "mark-closed-in-tier" } else { "mark-closed" }, args)
        }
    }
}
