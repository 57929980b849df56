//! The page of a run: one line per entry, in every language, small enough to be fetched whole. Whoever asks for it tells
//! the server no more than that the ticket is one of about a thousand.

use super::{Source, failed, frame::Page};
use crate::{
    PublishError, clock,
    explain::{self, Comparison, Fate, Ground, Price, Turn},
    layout,
    view::View,
};
use askama::{Template, filters::Html};
use pages::{Lang, Texts, numbers};
use protocol::{
    entry::Revision,
    instance::Choice,
    manifest::Files,
    outcome::{Outcome, Record},
    programme::MechanismName,
    register::RUN_ENTRIES,
    seat::Seat,
    sessions::ClosingNumber,
};

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    /// Heading in all languages.
    title: String,
    /// In each language: its texts, what the page holds, where to look up a ticket.
    said: Vec<(Texts, String, String)>,
    rehearsal: bool,
    rule: &'static str,
    /// What the marks beside choices mean.
    marks: Vec<(&'static str, &'static str)>,
    table: &'a str,
}

#[derive(Template)]
#[template(path = "run-table.html")]
struct RunTable<'a> {
    /// Of the columns, in all languages.
    heads: [String; 5],
    rows: Vec<Row<'a>>,
}

/// All of it escaped.
struct Row<'a> {
    ticket: String,
    number: String,
    result: String,
    choice: String,
    /// Name and mark of each.
    choices: Vec<(&'a str, String)>,
}

/// What does not change from row to row.
pub(crate) struct Rows<'a> {
    /// Nothing if the programme cannot be drawn.
    ground: Option<Ground<'a>>,
    tiers: bool,
    /// Site and time of every session, escaped.
    sessions: Vec<String>,
    /// Every site at any time, escaped.
    sites: Vec<String>,
    no_seat: String,
    withdrawn: String,
    /// First choice, second choice, …
    nth: Vec<String>,
    closed: String,
    open: String,
    yielded: String,
    repeated: String,
    kept: String,
    by_office: String,
    price: String,
    dearer: String,
    any_tier: String,
    luckiest: String,
}

const CLOSING_MARKS: &[(&str, &str)] =
    &[("run-closed", "run-closed-what"), ("run-open", "run-open-what"), ("run-repeated", "run-repeated-what")];
const PRIORITY_MARKS: &[(&str, &str)] = &[
    ("run-closed", "run-closed-what"),
    ("run-open", "run-open-what"),
    ("run-yielded", "run-yielded-what"),
    ("run-price", "run-price-what"),
    ("run-dearer", "run-dearer-what"),
    ("run-repeated", "run-repeated-what"),
];
const PRICE_MARKS: &[(&str, &str)] =
    &[("run-price", "run-price-what"), ("run-dearer", "run-dearer-what"), ("run-repeated", "run-repeated-what")];

/// All runs' pages, each handed to `each` with its path.
pub(super) fn pages(
    source: &Source<'_>,
    each: &mut dyn FnMut(String, Vec<u8>) -> Result<(), PublishError>,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<(), PublishError> {
    let view = source.view;
    let rows = Rows::new(view);
    let runs = view.revisions.chunks(RUN_ENTRIES).zip(view.records.chunks(RUN_ENTRIES));
    let total = view.revisions.len().div_ceil(RUN_ENTRIES) as u64;
    for (number, (revisions, records)) in runs.enumerate() {
        let path = layout::run_page(number);
        let table = rows.table(revisions, records, run_seats(view, number), &path)?;
        let page = page(source, revisions, &table, &path)?;
        each(path, page)?;
        progress("pages", number as u64 + 1, total);
    }
    Ok(())
}

fn page(source: &Source<'_>, revisions: &[Revision], table: &str, path: &str) -> Result<Vec<u8>, PublishError> {
    let programme = source.view.programme;
    let spelled = |revision: Option<&Revision>| revision.map(|r| r.ticket.to_string()).unwrap_or_default();
    let (rule, marks) = match programme.mechanism.name {
        MechanismName::Serial => ("explain-rule-serial", CLOSING_MARKS),
        MechanismName::Priority => ("explain-rule-priority", PRIORITY_MARKS),
        MechanismName::Optimal => ("explain-rule-optimal", PRICE_MARKS),
    };
    let kept = (!programme.reserves.is_empty()).then_some(("run-kept", "run-kept-what"));
    let by_office = revisions.iter().any(|revision| revision.status.is_by_office());
    let by_office = by_office.then_some(("run-by-office", "run-by-office-what"));
    let (first, last) = (spelled(revisions.first()), spelled(revisions.last()));
    let offset = clock::offset(programme.window.closes_at_unix_s, &programme.time_zone);
    let said = |lang: Lang| {
        let args = [
            ("first", (&first).into()),
            ("last", (&last).into()),
            ("zone", (&programme.time_zone).into()),
            ("offset", (&offset).into()),
        ];
        (Texts::of(lang), Texts::of(lang).with_all("run-what", args), layout::results(lang))
    };
    let page = RunPage {
        title: heading("run-title"),
        said: Lang::ALL.into_iter().map(said).collect(),
        rehearsal: programme.rehearsal,
        rule,
        marks: marks.iter().copied().chain(kept).chain(by_office).collect(),
        table,
    };
    let body = page.render().map_err(failed(path))?;
    let title = Lang::ALL.map(|lang| Texts::of(lang).get("run-title")).join(" / ");
    let elsewhere = Lang::DEFAULT.elsewhere(layout::results);
    Page { path, lang: Lang::DEFAULT, title: &title, elsewhere: &elsewhere, scripts: &[], body: &body }
        .framed(programme, source.tool)
}

/// The first run, counted from 0, whose page does not hold exactly the table of its records; the rest of the page may be
/// another version's.
pub(crate) fn first_different(view: &View<'_>, files: &Files) -> Result<Option<usize>, PublishError> {
    let rows = Rows::new(view);
    let runs = view.revisions.chunks(RUN_ENTRIES).zip(view.records.chunks(RUN_ENTRIES));
    for (number, (revisions, records)) in runs.enumerate() {
        let path = layout::run_page(number);
        let page = files.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let expected = rows.table(revisions, records, run_seats(view, number), &path)?;
        if page.matches("<table").count() != 1 || !page.contains(&expected) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The seats of a run; none if the draw has no reserves.
fn run_seats<'a>(view: &View<'a>, number: usize) -> &'a [Seat] {
    view.seats.chunks(RUN_ENTRIES).nth(number).unwrap_or_default()
}

impl<'a> Rows<'a> {
    fn new(view: &'a View<'a>) -> Self {
        let programme = view.programme;
        let said = |key: &str| in_all(|t| t.get(key));
        let sites: Vec<String> = programme.sites.iter().map(|site| escaped(&site.name)).collect();
        let of_session = protocol::draw::site_by_session(programme);
        let sessions = programme.sessions.iter().zip(of_session).map(|(session, site)| {
            let site = sites.get(site.0 as usize).map_or("", String::as_str);
            format!("{site} {}", clock::minute(session.starts_at_unix_s, &programme.time_zone))
        });
        Self {
            ground: Ground::new(programme, view.sessions),
            tiers: view.tiers() > 1,
            sessions: sessions.collect(),
            sites,
            no_seat: said("run-no-seat"),
            withdrawn: said("run-withdrawn"),
            nth: (1..=u64::from(programme.max_choices))
                .map(|choice| in_all(|t| t.with("index-nth", "choice", choice)))
                .collect(),
            closed: said("run-closed"),
            open: said("run-open"),
            yielded: said("run-yielded"),
            repeated: said("run-repeated"),
            kept: said("run-kept"),
            by_office: said("run-by-office"),
            price: said("run-price"),
            dearer: said("run-dearer"),
            any_tier: said("index-tier"),
            luckiest: said("run-luckiest"),
        }
    }

    fn table(
        &self,
        revisions: &[Revision],
        records: &[Record],
        seats: &[Seat],
        path: &str,
    ) -> Result<String, PublishError> {
        // A draw without reserves has no seats; then everybody's is the one there is.
        let seats = seats.iter().copied().chain(std::iter::repeat(Seat::default()));
        let rows = revisions.iter().zip(records).zip(seats);
        let rows = rows.map(|((revision, record), seat)| self.row(revision, record, seat)).collect();
        let heads = ["run-ticket", "run-number", "run-result", "index-choice", "run-list"];
        let heads = heads.map(|key| in_all(|t| t.get(key)));
        RunTable { heads, rows }.render().map_err(failed(path))
    }

    fn row(&self, revision: &Revision, record: &Record, seat: Seat) -> Row<'_> {
        let (result, choice) = match record.outcome {
            Outcome::Withdrawn => (format!("<b>{}</b>", self.withdrawn), String::new()),
            Outcome::Unplaced => (format!("<b>{}</b>", self.no_seat), String::new()),
            Outcome::Placed { session, choice } => {
                let name = self.sessions.get(session.0 as usize).map_or("", String::as_str);
                (format!("<b>{name}</b>"), self.nth.get(usize::from(choice)).cloned().unwrap_or_default())
            }
        };
        let result = if revision.status.is_by_office() { format!("{result}<br>{}", self.by_office) } else { result };
        let number = match record.outcome {
            Outcome::Withdrawn => "–".into(),
            Outcome::Unplaced | Outcome::Placed { .. } => {
                let percent = explain::luckiest(record.number.0);
                format!("{} ({} {percent})", numbers::grouped(record.number.0), self.luckiest)
            }
        };
        let fates = self.ground.as_ref().and_then(|ground| ground.fates(revision, record, seat)).unwrap_or_default();
        let choices =
            revision.body.choices.iter().zip(&fates).map(|(choice, (fate, _))| (self.name(choice), self.mark(fate)));
        Row { ticket: record.ticket.to_string(), number, result, choice, choices: choices.collect() }
    }

    fn name(&self, choice: &Choice) -> &str {
        let found = match choice {
            Choice::Session(session) => self.sessions.get(session.0 as usize),
            Choice::Site(site) => self.sites.get(site.0 as usize),
        };
        found.map_or("", String::as_str)
    }

    fn mark(&self, fate: &Fate) -> String {
        match fate {
            Fate::Repeated => self.repeated.clone(),
            Fate::Kept => self.kept.clone(),
            Fate::Closed { at } => self.at(&self.closed, Some(at)),
            Fate::Open { until } => self.at(&self.open, until.as_ref()),
            Fate::Yielded { turn: Turn::Open { until } } => self.at(&self.yielded, until.as_ref()),
            Fate::Yielded { turn: Turn::Again } => self.yielded.clone(),
            Fate::Priced {
                price: Price::Steps(price) | Price::Cost(price) | Price::Out(price),
                comparison: Comparison::Dearer,
                ..
            } => {
                format!("{} {}", self.dearer, numbers::grouped(*price))
            }
            Fate::Priced { price: Price::Steps(price) | Price::Cost(price) | Price::Out(price), .. } => {
                format!("{} {}", self.price, numbers::grouped(*price))
            }
        }
    }

    fn at(&self, words: &str, closing: Option<&ClosingNumber>) -> String {
        match closing {
            None => words.to_owned(),
            Some(closing) if self.tiers => {
                format!("{words} {} {}: {}", self.any_tier, closing.tier, explain::luckiest(closing.number))
            }
            Some(closing) => format!("{words} {}", explain::luckiest(closing.number)),
        }
    }
}

/// A text in every language, escaped: the default's, then the others marked as theirs.
pub(super) fn in_all(text: impl Fn(Texts) -> String) -> String {
    let others = Lang::DEFAULT.others().map(|lang| (lang.tag(), escaped(&text(Texts::of(lang)))));
    let others = others.map(|(tag, text)| format!(" <i lang={tag}>{text}</i>"));
    escaped(&text(Texts::of(Lang::DEFAULT))) + &others.collect::<String>()
}

/// A page's heading in every language, escaped.
pub(super) fn heading(key: &str) -> String {
    let text = |lang: Lang| escaped(&Texts::of(lang).get(key));
    let others = Lang::DEFAULT.others().map(|lang| format!(" <span lang=\"{}\">{}</span>", lang.tag(), text(lang)));
    text(Lang::DEFAULT) + &others.collect::<String>()
}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, Html).map(|safe| safe.to_string()).unwrap_or_default()
}
