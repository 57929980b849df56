//! The first page: what is handed out, for whom, until when, how, and who helps. And the question whether one may register.
//!
//! **Invariant:** the page is the same bytes for everybody in one language and phase; whether a birth date fits is asked
//! of the programme, whose ranges also stand in the page for its script.

use super::{
    Visit, calm, for_everybody,
    frame::{Frame, Spot},
    mechanism::{self, Mechanism},
    phase::Phase,
    send::birth_date,
};
use crate::{http::Fixed, intake::Intake, problem::Problem};
use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use pages::{
    Arg, Lang, Texts,
    numbers::{day, grouped},
};
use protocol::programme::{Born, Cohort, MechanismName, civil::Date};
use std::sync::Arc;

/// For how many seconds the page may be kept while nothing changes; not long, as clocks of caches differ.
const KEPT_S: u64 = 60;

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    t: Texts,
    draw: &'a str,
    phase: Phase,
    state: String,
    closes: String,
    choose: String,
    mine: String,
    withdraw: String,
    seats: String,
    max: u64,
    eligible: Eligible<'a>,
    mechanism: Mechanism,
    moments: Vec<Moment>,
    phone: Option<&'a str>,
    results: Option<String>,
    zone: &'a str,
    hash: String,
}

/// The form of the question and its answers, one for each cohort.
#[derive(Template)]
#[template(path = "eligible.html")]
struct Eligible<'a> {
    t: Texts,
    cohorts: Vec<CohortLine<'a>>,
    /// What was answered, on the page without scripts.
    answer: Option<Answered>,
}

struct Answered {
    /// More than one sentence where it depends on the district.
    words: Vec<String>,
    good: bool,
}

struct CohortLine<'a> {
    title: &'a str,
    born: String,
    /// `YYYY-MM-DD/YYYY-MM-DD` for each range, with blanks between.
    ranges: String,
    /// What somebody of this cohort is told.
    answer: String,
}

/// A moment of the draw's life.
struct Moment {
    what: String,
    when: String,
    done: bool,
    now: bool,
}

#[derive(Template)]
#[template(path = "eligible-page.html")]
struct EligiblePage<'a> {
    t: Texts,
    eligible: Eligible<'a>,
    choose: String,
}

pub(super) async fn about(State(intake): State<Arc<Intake>>, visit: Visit, headers: HeaderMap) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::About).with(&["assets/citizen.js"]);
    let phase = frame.phase();
    let page = intake.prepared.about(visit.lang, phase).get_or_init(|| {
        let elsewhere = visit.lang.elsewhere(|lang| format!("/?lang={}", lang.tag()));
        let html = frame.html(&frame.t.get("nav-about"), &elsewhere, &landing(&frame, phase));
        html.inspect_err(|error| tracing::error!(%error, "the first page cannot be written")).ok().map(Fixed::html)
    });
    match page {
        Some(page) => page.answer(&headers, frame.lasts_s(KEPT_S)),
        None => calm::page(&frame, &Problem::Internal),
    }
}

/// The same question without scripts: nothing is kept, and what is asked for is in the address only.
pub(super) async fn eligible(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::About).with(&["assets/citizen.js"]);
    let (t, born) = (frame.t, birth_date(visit.query.get("born")));
    let mut form = question(&frame);
    form.answer = Some(match Date::parse(&born) {
        None => Answered { words: vec![t.get("eligible-not-a-date")], good: false },
        Some(date) => {
            let fits = frame.programme().cohorts_of(date).filter_map(|cohort| form.cohorts.get(usize::from(cohort)));
            let words: Vec<String> = fits.map(|line| line.answer.clone()).collect();
            let good = !words.is_empty();
            Answered { words: if good { words } else { vec![t.get("eligible-no")] }, good }
        }
    });
    let page = EligiblePage { t, eligible: form, choose: frame.href("/choose") };
    let born = super::choose::encoded(&born);
    let elsewhere = visit.lang.elsewhere(|lang| format!("/eligible?lang={}&born={born}", lang.tag()));
    for_everybody(frame.page(&t.get("about-who"), &elsewhere, &page), KEPT_S)
}

fn landing<'a>(frame: &Frame<'a>, phase: Phase) -> About<'a> {
    let (programme, t) = (frame.programme(), frame.t);
    let window = &programme.window;
    let state = match phase {
        Phase::Announced => t.with("state-not-open", "time", &frame.time(window.opens_at_unix_s)),
        Phase::Open => t.with("state-open", "time", &frame.time(window.closes_at_unix_s)),
        Phase::Objections => t.with("state-closed", "time", &frame.time(window.objection_ends_at_unix_s)),
        Phase::Drawing => t.get("state-drawing"),
    };
    let office = &frame.intake.office;
    About {
        t,
        draw: frame.title(&programme.title),
        phase,
        state,
        closes: frame.time(window.closes_at_unix_s),
        choose: frame.href("/choose"),
        mine: frame.href("/change"),
        withdraw: frame.href("/withdraw"),
        seats: seats(frame),
        max: programme.max_choices.into(),
        eligible: question(frame),
        mechanism: mechanism::of(t, programme),
        moments: moments(frame, phase),
        phone: office.phone.as_deref(),
        results: office.results.as_ref().map(|base| format!("{base}{}", pages::results_page(t.lang))),
        zone: &programme.time_zone,
        hash: programme.hash().to_string(),
    }
}

fn question<'a>(frame: &Frame<'a>) -> Eligible<'a> {
    let (programme, t) = (frame.programme(), frame.t);
    let tiers = programme.cohorts.iter().map(|cohort| cohort.tier).max().unwrap_or(1);
    let line = |cohort: &'a Cohort| {
        let (title, born) = (frame.title(&cohort.title), born(t, &cohort.born));
        let mut answer = t.with_all("eligible-yes", [("cohort", Arg::from(title)), ("born", Arg::from(&born))]);
        if tiers > 1 && programme.mechanism.name != MechanismName::Optimal {
            let tier = [("tier", Arg::Count(cohort.tier.into())), ("tiers", Arg::Count(tiers.into()))];
            answer = format!("{answer} {}", t.with_all("eligible-tier", tier));
        }
        if cohort.lots > 1 {
            answer = format!("{answer} {}", t.with("eligible-lots", "lots", u64::from(cohort.lots)));
        }
        if !cohort.districts.is_empty() {
            let names = programme.districts.iter().filter(|known| cohort.districts.contains(&known.code));
            let names: Vec<&str> = names.map(|known| frame.title(&known.name)).collect();
            answer = format!("{answer} {}", t.with("eligible-districts", "districts", &names.join(", ")));
        }
        let ranges =
            cohort.born.iter().map(|range| format!("{}/{}", range.from, range.to)).collect::<Vec<_>>().join(" ");
        CohortLine { title, born, ranges, answer }
    };
    Eligible { t, cohorts: programme.cohorts.iter().map(line).collect(), answer: None }
}

/// What happens when; what has no time in the programme is told in words.
fn moments(frame: &Frame<'_>, phase: Phase) -> Vec<Moment> {
    let (t, window) = (frame.t, &frame.programme().window);
    let moment =
        |key: &str, when: String, ends: Phase| Moment { what: t.get(key), when, done: phase >= ends, now: false };
    let after = |key: &str| t.get(key);
    let mut moments = vec![
        moment("when-opens", frame.time(window.opens_at_unix_s), Phase::Open),
        moment("when-closes", frame.time(window.closes_at_unix_s), Phase::Objections),
        moment("when-freeze", after("when-freeze-what"), Phase::Drawing),
        moment(
            "when-objection",
            t.with("when-objection-what", "time", &frame.time(window.objection_ends_at_unix_s)),
            Phase::Drawing,
        ),
        Moment { what: t.get("when-beacon"), when: after("when-beacon-what"), done: false, now: false },
        Moment { what: t.get("when-result"), when: after("when-result-what"), done: false, now: false },
    ];
    if let Some(next) = moments.iter_mut().find(|moment| !moment.done) {
        next.now = true;
    }
    moments
}

fn seats(frame: &Frame<'_>) -> String {
    let programme = frame.programme();
    let seats: u64 = programme.sessions.iter().map(|session| u64::from(session.capacity)).sum();
    let seats = grouped(seats);
    let counts = [
        ("sites", Arg::Count(programme.sites.len() as u64)),
        ("sessions", counted(programme.sessions.len() as u64)),
        ("seats", Arg::from(&seats)),
    ];
    frame.t.with_all("about-seats", counts)
}

/// Plural forms need the number, large numbers their commas.
fn counted(count: u64) -> Arg<'static> {
    if count < 1000 { Arg::Count(count) } else { Arg::Text(grouped(count).into()) }
}

pub(super) fn born(t: Texts, ranges: &[Born]) -> String {
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
