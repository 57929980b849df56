//! What was chosen, and the form to send it: one page for everybody, which a script fills in with the draft in its
//! browser (`browser/choose/check.mjs`); without scripts, a page for the list in the address.
//!
//! **Invariant:** the page for everybody is a function of programme, language and phase. It holds no list and no request
//! id, so any cache may keep it; a page for a list is kept by nobody.

use super::{
    Visit,
    calm::{self, Told},
    choose::Chosen,
    for_everybody,
    frame::{Frame, Line, Spot},
    mechanism::{self, Mechanism},
    phase::Phase,
    send::{request_id, with_fresh_id},
};
use crate::{intake::Intake, problem::Problem, refusal::Refusal};
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use pages::{Lang, Texts};
use std::sync::Arc;

/// For how many seconds the page for everybody may be kept while nothing changes, like the first page.
const KEPT_S: u64 = 60;

#[derive(Template)]
#[template(path = "check.html")]
struct Check<'a> {
    t: Texts,
    draw: &'a str,
    told: Told,
    chosen: Vec<Line>,
    mechanism: Mechanism,
    back: String,
    request_id: String,
    closes: String,
    /// Whether the field for a change key is needed: somebody who registered before.
    again: bool,
    /// What a script fills the page for everybody in with; none on a page with a list of its own.
    fill: Option<Fill>,
}

/// Where the script finds the draft and the places, and how times are said, with `{day}` and `{clock}`.
struct Fill {
    programme: String,
    places: String,
    when: String,
}

pub(super) async fn check(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    let frame = Frame::new(&intake, visit.lang, Spot::Choose).with(&["assets/citizen.js"]);
    let mut asked = visit.query.iter().map(|(name, _)| name);
    if !asked.any(|name| matches!(name, "c" | "id")) {
        return for_everybody(page_to_fill(&frame), frame.lasts_s(KEPT_S));
    }
    if let Some(refusal) = not_now(&frame) {
        return calm::page(&frame, &refusal.into());
    }
    let chosen = Chosen::of(&visit.query, &intake.places, frame.programme().max_choices);
    let address = |lang| chosen.address("/check", lang);
    let Some(id) = request_id(&visit.query) else { return with_fresh_id(&frame, &address(visit.lang)) };
    let elsewhere = visit.lang.elsewhere(|lang| format!("{}&id={id}", address(lang)));
    check_page(&frame, &chosen, &elsewhere, id.to_owned(), Told::of(&frame, None), None)
}

/// The page with this list and this request's id.
pub(super) fn check_page(
    frame: &Frame<'_>,
    chosen: &Chosen,
    elsewhere: &[(Lang, String)],
    request_id: String,
    told: Told,
    problem: Option<&Problem>,
) -> Response {
    let page = Check { request_id, ..Check::of(frame, chosen, told) };
    frame.page(&frame.form_title("check-title", problem), elsewhere, &page)
}

/// The page that is the same for everybody in this language and phase.
fn page_to_fill(frame: &Frame<'_>) -> Response {
    if let Some(refusal) = not_now(frame) {
        let mut page = calm::page(frame, &refusal.into());
        *page.status_mut() = StatusCode::OK;
        return page;
    }
    let fill = Fill {
        programme: frame.programme().hash().to_string(),
        places: frame.href("/places.json"),
        when: frame.t.with_all("js-when", [("day", "{day}".into()), ("clock", "{clock}".into())]),
    };
    let page = Check { fill: Some(fill), ..Check::of(frame, &Chosen::default(), Told::of(frame, None)) };
    let elsewhere = frame.t.lang.elsewhere(|lang| format!("/check?lang={}", lang.tag()));
    frame.page(&frame.form_title("check-title", None), &elsewhere, &page)
}

/// Why nothing can be sent in this phase.
fn not_now(frame: &Frame<'_>) -> Option<Refusal> {
    match frame.phase() {
        Phase::Announced => Some(Refusal::NotOpen),
        Phase::Open => None,
        Phase::Objections | Phase::Drawing => Some(Refusal::Closed),
    }
}

impl<'a> Check<'a> {
    /// The page with this list, as yet without a request's id.
    fn of(frame: &Frame<'a>, chosen: &Chosen, told: Told) -> Self {
        Self {
            t: frame.t,
            draw: frame.title(&frame.programme().title),
            again: told.change_key().is_some(),
            told,
            mechanism: mechanism::of(frame.t, frame.programme()),
            closes: frame.time(frame.programme().window.closes_at_unix_s),
            chosen: frame.named_lines(&chosen.0),
            back: chosen.address("/choose", frame.t.lang),
            request_id: String::new(),
            fill: None,
        }
    }
}
