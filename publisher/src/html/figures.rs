//! The front page's plots: which choice people got, by cohort, and how sought-after sites and sessions were. Of a session's
//! seats those open to all and those kept for some are counted apart, since each closes, or has its price, by itself.

use super::{
    Source, failed,
    figure::{Row, Table, figure},
    share, title,
};
use crate::{
    PublishError,
    explain::{self, Price},
    layout,
};
use askama::Template;
use pages::{
    Texts, numbers,
    plot::{Bar, Bars, Full},
};
use protocol::{
    instance::SessionIndex,
    programme::{MechanismName, Reserve},
    sessions::{ClosingNumber, CohortResult, PoolResult},
};

/// People by the choice that they got, and those who got none, as shares of all who took part.
pub(super) fn choices(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    let (sessions, most) = (source.view.sessions, usize::from(source.view.programme.max_choices));
    let totals = sessions.totals();
    let count = |choice: usize| sessions.cohorts.iter().filter_map(|cohort| cohort.choices.get(choice)).sum::<u64>();
    let mut counts: Vec<(String, u64)> =
        (0..most).map(|choice| (t.with("index-nth", "choice", choice as u64 + 1), count(choice))).collect();
    counts.push((t.get("index-unplaced"), totals.unplaced));
    let bars = counts.iter().map(|(label, count)| bar(label, &[*count], *count, totals.active)).collect::<Vec<_>>();
    let row = |(label, count): &(String, u64)| {
        Row::of([label.clone(), numbers::grouped(*count), share(*count, totals.active)])
    };
    let table = Table {
        caption: t.get("index-choices"),
        head: ["index-choice", "index-people", "index-share-of-active"].map(|key| t.get(key)).into(),
        rows: counts.iter().map(row).collect(),
    };
    let description = described(&counts, totals.active, t);
    let (id, title) = ("plot-choices", &table.caption);
    let plot = Bars { id, title, description: &description, bars: &bars, full: Full::Count(totals.active) };
    figure(&plot, &[], &table, t, &layout::index(t.lang))
}

/// Every cohort's people: with a seat by their first choice, by another, and without.
pub(super) fn cohorts(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    let programme = source.view.programme;
    let results = &source.view.sessions.cohorts;
    let named: Vec<_> = programme.cohorts.iter().map(|cohort| title(&cohort.title, t.lang)).zip(results).collect();
    let first = |of: &CohortResult| of.choices.first().copied().unwrap_or_default();
    let parts = |of: &CohortResult| [first(of), of.placed.saturating_sub(first(of)), of.unplaced];
    let bars: Vec<Bar> = named.iter().map(|(name, of)| bar(name, &parts(of), of.placed, of.active)).collect();
    let tiers = source.view.tiers() > 1;
    let rows = programme.cohorts.iter().zip(&named).map(|(cohort, (name, of))| {
        let mut cells = vec![(*name).to_owned()];
        cells.extend(tiers.then(|| cohort.tier.to_string()));
        cells.extend([numbers::grouped(of.active), numbers::grouped(of.placed), share(of.placed, of.active)]);
        cells.extend([first(of), of.unplaced, of.withdrawn].map(numbers::grouped));
        Row::of(cells)
    });
    let mut head = vec!["index-cohort"];
    head.extend(tiers.then_some("index-tier"));
    head.extend(["index-active", "index-placed", "index-share-of-active", "index-got-first"]);
    head.extend(["index-unplaced", "index-withdrawn"]);
    let table = Table {
        caption: t.get("index-cohorts"),
        head: head.into_iter().map(|key| t.get(key)).collect(),
        rows: rows.collect(),
    };
    let placed: Vec<(String, u64)> = named.iter().map(|(name, of)| ((*name).to_owned(), of.placed)).collect();
    let description = described(&placed, source.view.sessions.totals().active, t);
    let (id, title) = ("plot-cohorts", &table.caption);
    let plot = Bars { id, title, description: &description, bars: &bars, full: Full::Itself };
    let keys = ["index-got-first", "index-got-other", "index-unplaced"].map(|key| t.get(key));
    figure(&plot, &keys, &table, t, &layout::index(t.lang))
}

/// Sites by the number of first choices for each seat, full ones and others.
pub(super) fn demand(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    const KEYS: [&str; 5] = ["demand-half", "demand-one", "demand-two", "demand-five", "demand-more"];
    let mut counts = [[0u64; 2]; KEYS.len()];
    for (seats, placed, first) in source.view.sites() {
        // In halves of a seat: below ½, 1, 2, 5 first choices for each, or more.
        let bounds = [1, 2, 4, 10].map(|halves: u128| u128::from(first) * 2 >= u128::from(seats) * halves);
        let bin = bounds.iter().filter(|beyond| **beyond).count();
        counts[bin][usize::from(placed < seats)] += 1;
    }
    let sites = source.view.programme.sites.len() as u64;
    let named: Vec<(String, [u64; 2])> = KEYS.map(|key| t.get(key)).into_iter().zip(counts).collect();
    let bars = named.iter().map(|(label, parts)| bar(label, parts, parts[0] + parts[1], sites)).collect::<Vec<_>>();
    let rows = named.iter().map(|(label, [full, free])| {
        let all = full + free;
        Row::of([label.clone(), numbers::grouped(all), numbers::grouped(*full), numbers::grouped(*free)])
    });
    let table = Table {
        caption: t.get("index-demand"),
        head: ["index-demand-first", "index-sites-short", "index-full", "index-free"].map(|key| t.get(key)).into(),
        rows: rows.collect(),
    };
    let all: Vec<(String, u64)> = named.iter().map(|(label, parts)| (label.clone(), parts[0] + parts[1])).collect();
    let description = described(&all, sites, t);
    let (id, title) = ("plot-demand", &table.caption);
    let plot = Bars { id, title, description: &description, bars: &bars, full: Full::Largest };
    figure(&plot, &[t.get("index-full"), t.get("index-free")], &table, t, &layout::index(t.lang))
}

/// Sessions by when they closed, or by what a seat there cost the others.
pub(super) fn sessions(source: &Source<'_>, t: Texts) -> Result<String, PublishError> {
    let optimal = source.view.programme.mechanism.name == MechanismName::Optimal;
    let counts = if optimal { by_price(source, t) } else { by_closing(source, t) };
    let all = pools(source).count() as u64;
    let kept = !source.view.programme.reserves.is_empty();
    let bars = counts.iter().map(|(label, count)| bar(label, &[*count], *count, all)).collect::<Vec<_>>();
    let row = |(label, count): &(String, u64)| Row::of([label.clone(), numbers::grouped(*count), share(*count, all)]);
    let table = Table {
        caption: t.get(if optimal { "index-price" } else { "index-closing" }),
        head: [
            if optimal { "index-price" } else { "index-closing" },
            if kept { "index-pools-short" } else { "index-sessions-short" },
            if kept { "index-share-of-pools" } else { "index-share-of-sessions" },
        ]
        .map(|key| t.get(key))
        .into(),
        rows: counts.iter().map(row).collect(),
    };
    let description = described(&counts, all, t);
    let (id, title) = ("plot-sessions", &table.caption);
    let plot = Bars { id, title, description: &description, bars: &bars, full: Full::Count(all) };
    figure(&plot, &[], &table, t, &layout::index(t.lang))
}

/// Seats that are kept for some: how many there were, and how many of them are taken; none if no seats are.
pub(super) fn kept(source: &Source<'_>, t: Texts) -> Result<Option<String>, PublishError> {
    let view = source.view;
    let mut counts: Vec<(&Reserve, [u64; 3])> =
        view.programme.reserves.iter().map(|reserve| (reserve, [0; 3])).collect();
    for index in (0..).map(SessionIndex).take(view.programme.sessions.len()) {
        for (number, pool) in view.pools(index).iter().enumerate() {
            let Some(reserve) = view.reserve(index, number).filter(|_| pool.capacity > 0) else { continue };
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known.id == reserve.id) {
                *count = [count[0] + 1, count[1] + u64::from(pool.capacity), count[2] + u64::from(pool.placed)];
            }
        }
    }
    let row = |(reserve, [sessions, seats, taken]): &(&Reserve, [u64; 3])| {
        let opened = t.get(if reserve.release { "kept-opened" } else { "kept-never-opened" });
        let [sessions, all, used] = [*sessions, *seats, *taken].map(numbers::grouped);
        Row::of([title(&reserve.title, t.lang).to_owned(), sessions, all, used, share(*taken, *seats), opened])
    };
    let head = ["kept-for", "index-sessions-short", "kept-seats", "kept-taken", "kept-share", "kept-left"];
    let table = Table {
        caption: t.get("index-kept"),
        head: head.map(|key| t.get(key)).into(),
        rows: counts.iter().map(row).collect(),
    };
    if counts.is_empty() {
        return Ok(None);
    }
    table.render().map(Some).map_err(failed(&layout::index(t.lang)))
}

/// The seats of every session by rule of access, where there are any.
fn pools<'a>(source: &Source<'a>) -> impl Iterator<Item = &'a PoolResult> {
    let view = source.view;
    view.sessions.sessions.iter().flat_map(|session| &session.pools).filter(|pool| pool.capacity > 0)
}

/// No cost to others, some ranks, or as much as leaving somebody without a seat.
fn by_price(source: &Source<'_>, t: Texts) -> Vec<(String, u64)> {
    const KEYS: [&str; 4] = ["price-none", "price-four", "price-more", "price-out"];
    let programme = source.view.programme;
    let mut counts = [0u64; KEYS.len()];
    for pool in pools(source) {
        let bin = match explain::in_words(programme, pool.price) {
            None | Some(Price::Steps(0) | Price::Cost(0)) => 0,
            Some(Price::Steps(..=4) | Price::Cost(..=4)) => 1,
            Some(Price::Steps(_) | Price::Cost(_)) => 2,
            Some(Price::Out(_)) => 3,
        };
        counts[bin] += 1;
    }
    KEYS.map(|key| t.get(key)).into_iter().zip(counts).collect()
}

/// Where there are tiers, by the tier at which they closed; else by the share of the numbers that were still served.
fn by_closing(source: &Source<'_>, t: Texts) -> Vec<(String, u64)> {
    let closings: Vec<_> = pools(source).map(PoolResult::closed).collect();
    let count = |within: &dyn Fn(&ClosingNumber) -> bool| {
        closings.iter().flatten().filter(|closing| within(closing)).count() as u64
    };
    let never = closings.iter().filter(|closing| closing.is_none()).count() as u64;
    let mut counts = vec![(t.get("mark-never-closed"), never)];
    if source.view.tiers() > 1 {
        let tiers = (1..=source.view.tiers()).rev();
        let closed =
            |tier: u8| (t.with("closed-tier", "tier", u64::from(tier)), count(&|closing| closing.tier == tier));
        counts.extend(tiers.map(closed));
        return counts;
    }
    let quarters = [("closed-late", 2..4), ("closed-middle", 1..2), ("closed-early", 0..1)];
    let quarter = |number: u64| number >> 62;
    let closed = quarters.map(|(key, range)| (t.get(key), count(&|closing| range.contains(&quarter(closing.number)))));
    counts.extend(closed);
    counts
}

fn bar(label: &str, parts: &[u64], value: u64, whole: u64) -> Bar {
    Bar {
        label: label.to_owned(),
        parts: parts.into(),
        value: format!("{} ({})", numbers::grouped(value), share(value, whole)),
    }
}

/// All bars in one sentence, for those who cannot see them.
fn described(counts: &[(String, u64)], whole: u64, t: Texts) -> String {
    let one = |(label, count): &(String, u64)| {
        let (count, share) = (numbers::grouped(*count), share(*count, whole));
        let args = [("label", label.into()), ("count", (&count).into()), ("share", (&share).into())];
        t.with_all("plot-part", args)
    };
    counts.iter().map(one).collect::<Vec<_>>().join(" ")
}
