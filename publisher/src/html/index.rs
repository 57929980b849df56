//! The front page: how it ended in one sentence that can be quoted, then by choice, cohort, district and site, then what
//! happened when and what anybody can check.

use super::{Source, districts, events, failed, figures, frame::Page, share, sites, title};
use crate::{PublishError, layout, tables};
use askama::Template;
use pages::{Lang, Texts, numbers};
use protocol::programme::MechanismName;

/// The sections to which the page's own contents lead.
const CONTENTS: [(&str, &str); 7] = [
    ("choices", "index-choices"),
    ("cohorts", "index-cohorts"),
    ("districts", "index-districts"),
    ("sought", "index-sought"),
    ("times", "index-times"),
    ("register", "index-register"),
    ("open-data", "index-open-data"),
];

#[derive(Template)]
#[template(path = "index.html")]
struct Index {
    t: Texts,
    results: String,
    verify: String,
    title: String,
    lead: String,
    rest: String,
    seats: String,
    contents: [(&'static str, &'static str); 7],
    rule: String,
    choices: String,
    cohorts: String,
    districts: String,
    demand: String,
    closing: bool,
    sessions: String,
    kept: Option<String>,
    sought: String,
    zone: String,
    times: Vec<events::Moment>,
    unwitnessed: bool,
    witnesses: String,
    digits: Vec<String>,
    root: String,
    files: Vec<FileRow>,
    dictionary: String,
}

struct FileRow {
    what: String,
    csv: String,
    csv_bytes: String,
    parquet: String,
    parquet_bytes: String,
}

/// The page in one language.
pub(super) fn page(source: &Source<'_>, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let path = layout::index(lang);
    let programme = source.view.programme;
    let t = Texts::of(lang);
    let index = Index {
        t,
        results: layout::results(lang),
        verify: layout::verify(lang),
        title: title(&programme.title, lang).to_owned(),
        lead: lead(source, t),
        rest: rest(source, t),
        seats: seats(source, t),
        contents: CONTENTS,
        rule: rule(programme.mechanism.name, t),
        choices: figures::choices(source, t)?,
        cohorts: figures::cohorts(source, t)?,
        districts: districts::part(source, t)?,
        demand: figures::demand(source, t)?,
        closing: programme.mechanism.name != MechanismName::Optimal,
        sessions: figures::sessions(source, t)?,
        kept: figures::kept(source, t)?,
        sought: sites::most_sought_after(source, t)?,
        zone: programme.time_zone.clone(),
        times: events::timeline(source, t),
        unwitnessed: events::unwitnessed(source),
        witnesses: events::witnesses(source, t),
        digits: numbers::five_digits(&source.register_root.0),
        root: source.register_root.to_string(),
        files: files(source, lang),
        dictionary: layout::dictionary(lang),
    };
    let body = index.render().map_err(failed(&path))?;
    let (heading, elsewhere) = (t.get("index-title"), lang.elsewhere(layout::index));
    let page = Page { path: &path, lang, title: &heading, elsewhere: &elsewhere, scripts: &[], body: &body };
    page.framed(programme, source.tool)
}

/// The sentence to quote: numbers with what they are parts of.
fn lead(source: &Source<'_>, t: Texts) -> String {
    let sessions = source.view.sessions;
    let totals = sessions.totals();
    let first = sessions.cohorts.iter().filter_map(|cohort| cohort.choices.first()).sum();
    let [active, placed, first_count] = [totals.active, totals.placed, first].map(numbers::grouped);
    let (share_placed, share_first) = (share(totals.placed, totals.active), share(first, totals.active));
    let args = [
        ("active", (&active).into()),
        ("placed", (&placed).into()),
        ("share", (&share_placed).into()),
        ("first", (&first_count).into()),
        ("firstshare", (&share_first).into()),
    ];
    t.with_all("index-lead", args)
}

fn rest(source: &Source<'_>, t: Texts) -> String {
    let totals = source.view.sessions.totals();
    let [unplaced, withdrawn] = [totals.unplaced, totals.withdrawn].map(numbers::grouped);
    t.with_all("index-rest", [("unplaced", (&unplaced).into()), ("withdrawn", (&withdrawn).into())])
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

fn files(source: &Source<'_>, lang: Lang) -> Vec<FileRow> {
    let bytes = |path: &str| numbers::grouped(source.sizes.get(path).copied().unwrap_or_default());
    let row = |table: tables::TableInfo| {
        let (csv, parquet) = (layout::csv(table.name), layout::parquet(table.name));
        let (csv_bytes, parquet_bytes) = (bytes(&csv), bytes(&parquet));
        FileRow { what: table.text(lang), csv, csv_bytes, parquet, parquet_bytes }
    };
    tables::describe(source.view.programme).into_iter().map(row).collect()
}
