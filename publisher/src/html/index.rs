//! The front page: how it ended in one sentence, then by cohort, choice, district and site, then what happened when and
//! what anybody can check.

use super::{
    Source, failed,
    frame::Frame,
    share,
    sites::{self, SessionRow, SiteRow},
    title,
};
use crate::{PublishError, layout, tables};
use askama::Template;
use pages::{Arg, Lang, Texts, numbers};
use polars::prelude::{DataFrame, PolarsResult};
use protocol::programme::MechanismName;

#[derive(Template)]
#[template(path = "index.html")]
struct Index {
    t: Texts,
    results: &'static str,
    title: String,
    lead: String,
    seats: String,
    rule: String,
    cohorts: Vec<CohortRow>,
    tiers: bool,
    choices: Vec<ChoiceRow>,
    districts: Vec<DistrictRow>,
    sought: Vec<SessionRow>,
    closing: bool,
    sites: Vec<SiteRow>,
    zone: String,
    times: Vec<(String, String)>,
    unwitnessed: bool,
    roots: Vec<(String, String)>,
    files: Vec<FileRow>,
    dictionary: &'static str,
}

struct CohortRow {
    title: String,
    tier: u8,
    active: String,
    placed: String,
    share: String,
    unplaced: String,
    withdrawn: String,
}

struct ChoiceRow {
    choice: u64,
    placed: String,
    share: String,
    share_of_active: String,
}

struct DistrictRow {
    name: String,
    sites: String,
    sessions: String,
    seats: String,
    taken: String,
    share: String,
}

struct FileRow {
    what: &'static str,
    csv: String,
    csv_bytes: String,
    parquet: String,
    parquet_bytes: String,
}

/// The page in one language.
pub(super) fn page(source: &Source<'_>, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let path = layout::index(lang);
    let view = source.view;
    let t = Texts::of(lang);
    let index = Index {
        t,
        results: layout::results(lang),
        title: title(&view.programme.title, lang).to_owned(),
        lead: lead(source, t),
        seats: seats(source, t),
        rule: rule(view.programme.mechanism.name, t),
        cohorts: cohorts(source, lang),
        tiers: view.programme.cohorts.iter().any(|cohort| cohort.tier > 1),
        choices: choices(source),
        districts: districts(source, lang)?,
        sought: sites::most_sought_after(view, t),
        closing: view.programme.mechanism.name != MechanismName::Optimal,
        sites: sites::all(view, lang),
        zone: view.programme.time_zone.clone(),
        times: times(source, t),
        unwitnessed: (source.history.witnesses.len() as u64) < u64::from(view.programme.witnesses.quorum),
        roots: roots(source, t),
        files: files(source, lang),
        dictionary: layout::dictionary(lang),
    };
    let body = index.render().map_err(failed(path))?;
    let heading = t.get("index-title");
    let mut frame = Frame::new(view.programme, lang, &heading, &body, source.tool);
    frame.other = Some(layout::index(lang.other()).into());
    Ok(frame.render().map_err(failed(path))?.into_bytes())
}

fn lead(source: &Source<'_>, t: Texts) -> String {
    let totals = source.view.sessions.totals();
    let [active, placed, unplaced, withdrawn] =
        [totals.active, totals.placed, totals.unplaced, totals.withdrawn].map(numbers::grouped);
    let share = share(totals.placed, totals.active);
    let args = [
        ("active", (&active).into()),
        ("placed", (&placed).into()),
        ("share", (&share).into()),
        ("unplaced", (&unplaced).into()),
        ("withdrawn", (&withdrawn).into()),
    ];
    t.with_all("index-lead", args)
}

fn seats(source: &Source<'_>, t: Texts) -> String {
    let programme = source.view.programme;
    let capacity: u64 = programme.sessions.iter().map(|session| u64::from(session.capacity)).sum();
    let taken = source.view.sessions.totals().placed;
    let [sites, sessions] = [programme.sites.len(), programme.sessions.len()].map(|n| numbers::grouped(n as u64));
    let [seats, taken, free] = [capacity, taken, capacity.saturating_sub(taken)].map(numbers::grouped);
    let args = [
        ("sites", (&sites).into()),
        ("sessions", (&sessions).into()),
        ("seats", (&seats).into()),
        ("taken", (&taken).into()),
        ("free", (&free).into()),
    ];
    t.with_all("index-seats", args)
}

/// The mechanism's rule in one sentence.
fn rule(mechanism: MechanismName, t: Texts) -> String {
    t.get(match mechanism {
        MechanismName::Serial => "explain-rule-serial",
        MechanismName::Priority => "explain-rule-priority",
        MechanismName::Optimal => "explain-rule-optimal",
    })
}

fn cohorts(source: &Source<'_>, lang: Lang) -> Vec<CohortRow> {
    let cohorts = source.view.programme.cohorts.iter().zip(&source.view.sessions.cohorts);
    let row = cohorts.map(|(cohort, result)| CohortRow {
        title: title(&cohort.title, lang).to_owned(),
        tier: cohort.tier,
        active: numbers::grouped(result.active),
        placed: numbers::grouped(result.placed),
        share: share(result.placed, result.active),
        unplaced: numbers::grouped(result.unplaced),
        withdrawn: numbers::grouped(result.withdrawn),
    });
    row.collect()
}

fn choices(source: &Source<'_>) -> Vec<ChoiceRow> {
    let sessions = source.view.sessions;
    let totals = sessions.totals();
    let count = |choice: usize| sessions.cohorts.iter().filter_map(|cohort| cohort.choices.get(choice)).sum::<u64>();
    let row = |choice: usize| ChoiceRow {
        choice: choice as u64 + 1,
        placed: numbers::grouped(count(choice)),
        share: share(count(choice), totals.placed),
        share_of_active: share(count(choice), totals.active),
    };
    (0..usize::from(source.view.programme.max_choices)).map(row).collect()
}

/// From the open table, so that page and table cannot differ.
fn districts(source: &Source<'_>, lang: Lang) -> Result<Vec<DistrictRow>, PublishError> {
    let Some(table) = source.tables.iter().find(|table| table.name == "districts") else { return Ok(Vec::new()) };
    let read = |frame: &DataFrame| -> PolarsResult<Vec<DistrictRow>> {
        let [sites, sessions, seats, taken] =
            ["sites", "sessions", "capacity", "placed"].map(|name| counts(frame, name));
        let (sites, sessions, seats, taken) = (sites?, sessions?, seats?, taken?);
        let rows = source.view.programme.districts.iter().enumerate().map(|(at, place)| {
            let number = |column: &[u64]| column.get(at).copied().unwrap_or_default();
            DistrictRow {
                name: title(&place.name, lang).to_owned(),
                sites: numbers::grouped(number(&sites)),
                sessions: numbers::grouped(number(&sessions)),
                seats: numbers::grouped(number(&seats)),
                taken: numbers::grouped(number(&taken)),
                share: share(number(&taken), number(&seats)),
            }
        });
        Ok(rows.collect())
    };
    read(&table.frame).map_err(|error| PublishError::table("districts", &error))
}

fn counts(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u64>> {
    Ok(frame.column(name)?.u64()?.iter().map(Option::unwrap_or_default).collect())
}

fn times(source: &Source<'_>, t: Texts) -> Vec<(String, String)> {
    let (programme, history) = (source.view.programme, source.history);
    let show = |unix_s: u64| numbers::local_time(unix_s, &programme.time_zone, t.lang);
    let mut times = vec![
        (programme.window.opens_at_unix_s, t.get("index-opens")),
        (programme.window.closes_at_unix_s, t.get("index-closes")),
    ];
    times.extend(history.freeze_unix_s.map(|time| (time, t.get("index-freeze"))));
    times.extend(history.witnesses.iter().map(|(name, time)| (*time, t.with("index-witness", "name", name))));
    times.push((programme.window.objection_ends_at_unix_s, t.get("index-objection")));
    times.push((history.beacon_unix_s, t.with("index-beacon", "round", &programme.beacon.round.to_string())));
    times.extend(history.result_unix_s.map(|time| (time, t.get("index-result"))));
    // Stable: what falls into one second keeps the order in which it belongs.
    times.sort_by_key(|(time, _)| *time);
    times.into_iter().map(|(time, what)| (show(time), what)).collect()
}

fn roots(source: &Source<'_>, t: Texts) -> Vec<(String, String)> {
    let (programme, history) = (source.view.programme, source.history);
    let entries = numbers::grouped(source.view.revisions.len() as u64);
    let revisions = numbers::grouped(history.register.map_or(0, |(_, revisions)| revisions));
    let register = [("entries", Arg::from(&entries)), ("revisions", Arg::from(&revisions))];
    vec![
        (t.get("index-root-programme"), programme.hash().to_string()),
        (t.with_all("index-root-register", register), source.register_root.to_string()),
        (t.with("index-root-beacon", "round", &source.seed.round.to_string()), source.seed.randomness.to_string()),
        (t.get("index-root-seed"), source.seed.seed.to_string()),
        (t.with("index-root-log", "size", &numbers::grouped(history.head.1)), history.head.0.to_string()),
    ]
}

fn files(source: &Source<'_>, lang: Lang) -> Vec<FileRow> {
    let bytes = |path: &str| numbers::grouped(source.files.get(path).map_or(0, Vec::len) as u64);
    let row = |table: tables::TableInfo| {
        let (csv, parquet) = (layout::csv(table.name), layout::parquet(table.name));
        let (csv_bytes, parquet_bytes) = (bytes(&csv), bytes(&parquet));
        FileRow { what: table.text(lang), csv, csv_bytes, parquet, parquet_bytes }
    };
    tables::describe(source.view.programme).into_iter().map(row).collect()
}
