//! The page of a run: one line per entry, in both languages, small enough to be fetched whole. Whoever asks for it tells
//! the server no more than that the ticket is one of about a thousand.

use super::{Source, failed, frame::Frame};
use crate::{PublishError, clock, layout, view::View};
use askama::{Template, filters::Html};
use pages::{Lang, numbers};
use protocol::{
    entry::Revision,
    manifest::Files,
    outcome::{Outcome, Record},
    register::RUN_ENTRIES,
};

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    first: String,
    last: String,
    zone: &'a str,
    offset: String,
    table: &'a str,
    results: [&'static str; 2],
}

#[derive(Template)]
#[template(path = "run-table.html")]
struct RunTable {
    rows: Vec<Row>,
}

struct Row {
    ticket: String,
    number: String,
    result: String,
    choice: String,
}

const NO_SEAT: &str = "<b>미배정</b> <span lang=en>no seat</span>";
const WITHDRAWN: &str = "<b>철회</b> <span lang=en>withdrawn</span>";

/// All runs' pages, added to `files`.
pub(super) fn pages(
    source: &Source<'_>,
    files: &mut Files,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<(), PublishError> {
    let view = source.view;
    let sessions = session_names(view);
    let runs = view.revisions.chunks(RUN_ENTRIES).zip(view.records.chunks(RUN_ENTRIES));
    let total = view.revisions.len().div_ceil(RUN_ENTRIES) as u64;
    for (number, (revisions, records)) in runs.enumerate() {
        let path = layout::run_page(number);
        files.insert(path.clone(), page(source, &sessions, revisions, records, &path)?);
        progress("pages", number as u64 + 1, total);
    }
    Ok(())
}

fn page(
    source: &Source<'_>,
    sessions: &[String],
    revisions: &[Revision],
    records: &[Record],
    path: &str,
) -> Result<Vec<u8>, PublishError> {
    let programme = source.view.programme;
    let spelled = |revision: Option<&Revision>| revision.map(|r| r.ticket.to_string()).unwrap_or_default();
    let page = RunPage {
        first: spelled(revisions.first()),
        last: spelled(revisions.last()),
        zone: &programme.time_zone,
        offset: clock::offset(programme.window.closes_at_unix_s, &programme.time_zone),
        table: &table(sessions, records, path)?,
        results: Lang::ALL.map(layout::results),
    };
    let body = page.render().map_err(failed(path))?;
    let both = format!("{} / {}", programme.title.ko, programme.title.en);
    let mut frame = Frame::new(programme, Lang::Ko, "결과 / Results", &body, source.tool);
    frame.draw = &both;
    frame.root = "../";
    frame.both = true;
    frame.other = Some(layout::index(Lang::En).into());
    Ok(frame.render().map_err(failed(path))?.into_bytes())
}

/// The first run, counted from 0, whose page does not hold exactly the table of its records; the rest of the page may be
/// another version's.
pub(crate) fn first_different(view: &View<'_>, files: &Files) -> Result<Option<usize>, PublishError> {
    let sessions = session_names(view);
    for (number, records) in view.records.chunks(RUN_ENTRIES).enumerate() {
        let path = layout::run_page(number);
        let page = files.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let expected = table(&sessions, records, &path)?;
        if page.matches("<table").count() != 1 || !page.contains(&expected) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

fn table(sessions: &[String], records: &[Record], path: &str) -> Result<String, PublishError> {
    let rows = records.iter().map(|record| row(record, sessions)).collect();
    RunTable { rows }.render().map_err(failed(path))
}

fn row(record: &Record, sessions: &[String]) -> Row {
    let (result, choice) = match record.outcome {
        Outcome::Withdrawn => (WITHDRAWN.into(), String::new()),
        Outcome::Unplaced => (NO_SEAT.into(), String::new()),
        Outcome::Placed { session, choice } => {
            let name = sessions.get(session.0 as usize).cloned().unwrap_or_default();
            (name, (u32::from(choice) + 1).to_string())
        }
    };
    let number = match record.outcome {
        Outcome::Withdrawn => "–".into(),
        Outcome::Unplaced | Outcome::Placed { .. } => numbers::grouped(record.number.0),
    };
    Row { ticket: record.ticket.to_string(), number, result, choice }
}

/// Site and time of every session, escaped.
fn session_names(view: &View<'_>) -> Vec<String> {
    let programme = view.programme;
    let sites: std::collections::BTreeMap<&str, &str> =
        programme.sites.iter().map(|site| (site.id.as_str(), site.name.as_str())).collect();
    let name = |session: &protocol::programme::Session| {
        let site = sites.get(session.site.as_str()).copied().unwrap_or_default();
        let site = askama::filters::escape(site, Html).map(|safe| safe.to_string()).unwrap_or_default();
        format!("{site} {}", clock::minute(session.starts_at_unix_s, &programme.time_zone))
    };
    programme.sessions.iter().map(name).collect()
}
