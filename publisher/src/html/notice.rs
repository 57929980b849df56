//! The pages of the notice: what was frozen and what happens when, the question whether one is in, and the frozen list of
//! tickets, which answers it without scripts. SPEC §14.5.
//!
//! **Invariant:** the page of a question and those of runs have the addresses of the bundle's results and runs.

use super::{
    events, failed,
    frame::Page,
    results::{self, Group, short},
    run::{heading, in_all},
    title,
};
use crate::{PublishError, history::History, layout, notice::Notice};
use askama::Template;
use pages::{Arg, Lang, Texts, numbers};
use protocol::{entry::Revision, manifest::Files, programme::Programme, register::RUN_ENTRIES};

#[derive(Template)]
#[template(path = "notice.html")]
struct Index {
    t: Texts,
    title: String,
    lead: String,
    check: String,
    frozen: String,
    closed: String,
    objections: String,
    beacon: String,
    zone: String,
    quote: String,
    digits: Vec<String>,
    root: String,
    cohorts: Vec<CohortRow>,
    total: [String; 2],
    witnesses: String,
}

struct CohortRow {
    title: String,
    active: String,
    withdrawn: String,
}

#[derive(Template)]
#[template(path = "frozen.html")]
struct Check {
    t: Texts,
    entries: String,
    objections: String,
    groups: Vec<Group>,
}

#[derive(Template)]
#[template(path = "frozen-run.html")]
struct RunPage {
    /// Heading, and heads of the columns, in all languages.
    title: String,
    heads: [String; 3],
    /// In each language: its texts, what the page holds, and where to ask.
    said: Vec<(Texts, String, String)>,
    rows: Vec<Row>,
}

struct Row {
    ticket: String,
    state: String,
    revision: String,
}

/// All pages of the notice, by path.
pub(crate) fn pages(draw: &Notice<'_>, history: &History) -> Result<Files, PublishError> {
    let mut files = Files::new();
    for lang in Lang::ALL {
        files.insert(layout::index(lang), index(draw, history, lang)?);
        files.insert(layout::results(lang), check(draw, lang)?);
    }
    for (number, run) in draw.register.revisions.chunks(RUN_ENTRIES).enumerate() {
        let path = layout::run_page(number);
        let page = run_page(draw, run, &path)?;
        files.insert(path, page);
    }
    Ok(files)
}

fn index(draw: &Notice<'_>, history: &History, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let (path, t, programme) = (layout::index(lang), Texts::of(lang), draw.programme);
    let show = |unix_s: u64| numbers::in_words(unix_s, &programme.time_zone, lang);
    let frozen = show(history.freeze_unix_s.unwrap_or(programme.window.closes_at_unix_s));
    let (cohorts, [active, withdrawn]) = counted(draw, lang);
    let [all, active, withdrawn] = [draw.register.revisions.len() as u64, active, withdrawn].map(numbers::grouped);
    let name = title(&programme.title, lang);
    let lead = [("active", Arg::from(&active)), ("time", Arg::from(&frozen))];
    let quote = [("draw", Arg::from(name)), ("entries", Arg::from(&all)), ("time", Arg::from(&frozen))];
    let round = programme.beacon.round.to_string();
    let beacon_time = show(history.beacon_unix_s);
    let beacon = [("round", Arg::from(&round)), ("time", Arg::from(&beacon_time))];
    let body = Index {
        t,
        title: name.to_owned(),
        lead: t.with_all("notice-lead", lead),
        check: layout::results(lang),
        closed: show(programme.window.closes_at_unix_s),
        objections: show(programme.window.objection_ends_at_unix_s),
        beacon: t.with_all("notice-beacon", beacon),
        zone: programme.time_zone.clone(),
        quote: t.with_all("notice-quote", quote),
        digits: numbers::five_digits(&draw.register.root.0),
        root: draw.register.root.to_string(),
        cohorts,
        total: [active, withdrawn],
        witnesses: events::named_witnesses(programme, history, t),
        frozen,
    };
    let body = body.render().map_err(failed(&path))?;
    let (heading, elsewhere) = (t.get("notice-title"), lang.elsewhere(layout::index));
    framed(Page { path: &path, lang, title: &heading, elsewhere: &elsewhere, scripts: &[], body: &body }, draw)
}

/// Who takes part and who withdrew, by cohort and in all.
fn counted(draw: &Notice<'_>, lang: Lang) -> (Vec<CohortRow>, [u64; 2]) {
    let mut counts = vec![[0_u64; 2]; draw.programme.cohorts.len()];
    for revision in &draw.register.revisions {
        if let Some(count) = counts.get_mut(usize::from(revision.body.cohort)) {
            count[usize::from(!revision.status.is_active())] += 1;
        }
    }
    let total = counts.iter().fold([0; 2], |[active, withdrawn], count| [active + count[0], withdrawn + count[1]]);
    let rows = draw.programme.cohorts.iter().zip(counts).map(|(cohort, count)| {
        let [active, withdrawn] = count.map(numbers::grouped);
        CohortRow { title: title(&cohort.title, lang).to_owned(), active, withdrawn }
    });
    (rows.collect(), total)
}

fn check(draw: &Notice<'_>, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let (path, t, programme) = (layout::results(lang), Texts::of(lang), draw.programme);
    let objections = numbers::in_words(programme.window.objection_ends_at_unix_s, &programme.time_zone, lang);
    let groups = results::groups(&draw.register.revisions);
    let entries = numbers::grouped(draw.register.revisions.len() as u64);
    let body = Check { t, entries, objections, groups }.render().map_err(failed(&path))?;
    let (heading, elsewhere) = (t.get("notice-check"), lang.elsewhere(layout::results));
    let scripts = &[layout::FROZEN_SCRIPT];
    framed(Page { path: &path, lang, title: &heading, elsewhere: &elsewhere, scripts, body: &body }, draw)
}

fn run_page(draw: &Notice<'_>, run: &[Revision], path: &str) -> Result<Vec<u8>, PublishError> {
    let spelled = |revision: Option<&Revision>| revision.map(|r| r.ticket.to_string()).unwrap_or_default();
    let (first, last) = (spelled(run.first()), spelled(run.last()));
    let (active, withdrawn) = (in_all(|t| t.get("frozen-in")), in_all(|t| t.get("run-withdrawn")));
    let by_office = in_all(|t| t.get("run-by-office"));
    let row = |revision: &Revision| {
        let number = revision.revision.to_string();
        let state = if revision.status.is_active() { &active } else { &withdrawn };
        let is_by_office = revision.status.is_by_office();
        Row {
            ticket: revision.ticket.to_string(),
            state: if is_by_office { format!("{state}<br>{by_office}") } else { state.clone() },
            revision: in_all(|t| t.with("frozen-nth", "revision", &number)),
        }
    };
    let said = Lang::ALL.into_iter().map(|lang| {
        let ends = [("first", Arg::from(&first)), ("last", Arg::from(&last))];
        (Texts::of(lang), Texts::of(lang).with_all("frozen-what", ends), layout::results(lang))
    });
    let page = RunPage {
        title: heading("frozen-title"),
        heads: ["run-ticket", "frozen-state", "frozen-version"].map(|key| in_all(|t| t.get(key))),
        said: said.collect(),
        rows: run.iter().map(row).collect(),
    };
    let body = page.render().map_err(failed(path))?;
    let title = Lang::ALL.map(|lang| Texts::of(lang).get("frozen-title")).join(" / ");
    let elsewhere = Lang::DEFAULT.elsewhere(layout::results);
    framed(Page { path, lang: Lang::DEFAULT, title: &title, elsewhere: &elsewhere, scripts: &[], body: &body }, draw)
}

fn framed(page: Page<'_>, draw: &Notice<'_>) -> Result<Vec<u8>, PublishError> {
    let links = [(layout::index(page.lang), "notice-nav"), (layout::results(page.lang), "notice-check")];
    let programme: &Programme = draw.programme;
    page.framed_among(&links, programme, draw.tool)
}
