//! The first page: what this is, for whom, until when.

use super::{
    Visit, for_everybody,
    frame::{Frame, Spot},
};
use crate::intake::Intake;
use askama::Template;
use axum::{extract::State, response::Response};
use pages::{
    Arg, Lang, Texts,
    numbers::{day, grouped},
};
use protocol::programme::{Born, Cohort, civil::Date};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    t: Texts,
    draw: &'a str,
    state: String,
    max: u64,
    choose: String,
    cohorts: Vec<CohortLine<'a>>,
    seats: String,
    opens: String,
    closes: String,
    objection: String,
    zone: &'a str,
    hash: String,
}

struct CohortLine<'a> {
    title: &'a str,
    born: String,
}

pub(super) async fn about(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::About);
    let (programme, t) = (frame.programme(), frame.t);
    let window = &programme.window;
    let cohort = |cohort: &'_ Cohort| born(t, &cohort.born);
    let page = About {
        t,
        draw: frame.title(&programme.title),
        state: state(&frame),
        max: programme.max_choices.into(),
        choose: frame.href("/choose"),
        cohorts: programme
            .cohorts
            .iter()
            .map(|c| CohortLine { title: frame.title(&c.title), born: cohort(c) })
            .collect(),
        seats: seats(&frame),
        opens: frame.time(window.opens_at_unix_s),
        closes: frame.time(window.closes_at_unix_s),
        objection: frame.time(window.objection_ends_at_unix_s),
        zone: &programme.time_zone,
        hash: programme.hash().to_string(),
    };
    let other = format!("/?lang={}", visit.lang.other().tag());
    for_everybody(frame.page(&t.get("nav-about"), Some(&other), &page), unchanged_s(&frame))
}

/// For how long the page stays true; not long, as clocks of caches differ.
fn unchanged_s(frame: &Frame<'_>) -> u64 {
    let (now, window) = (frame.intake.clock.now(), &frame.programme().window);
    let turns = [window.opens_at_unix_s, window.closes_at_unix_s].into_iter().filter(|turn| *turn > now);
    turns.map(|turn| turn - now).min().unwrap_or(10).min(10)
}

/// By the same clock that decides.
fn state(frame: &Frame<'_>) -> String {
    let (now, window) = (frame.intake.clock.now(), &frame.programme().window);
    let (key, time) = match now {
        _ if now < window.opens_at_unix_s => ("state-not-open", window.opens_at_unix_s),
        _ if now < window.closes_at_unix_s => ("state-open", window.closes_at_unix_s),
        _ => ("state-closed", window.closes_at_unix_s),
    };
    frame.t.with(key, "time", &frame.time(time))
}

fn seats(frame: &Frame<'_>) -> String {
    let programme = frame.programme();
    let seats: u64 = programme.sessions.iter().map(|session| u64::from(session.capacity)).sum();
    let seats = grouped(seats);
    let counts = [
        ("sites", Arg::Count(programme.sites.len() as u64)),
        ("sessions", Arg::Count(programme.sessions.len() as u64)),
        ("seats", Arg::from(&seats)),
    ];
    frame.t.with_all("about-seats", counts)
}

fn born(t: Texts, ranges: &[Born]) -> String {
    let range = |born: &Born| {
        let (from, to) = (day_of(born.from, t.lang), day_of(born.to, t.lang));
        t.with_all("about-born", [("from", Arg::from(&from)), ("to", Arg::from(&to))])
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}

fn day_of(date: Date, lang: Lang) -> String {
    let text = date.to_string();
    let date = text.parse::<jiff::civil::Date>();
    date.map_or(text, |date| day(date.year(), date.month(), date.day(), lang))
}
