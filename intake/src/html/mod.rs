//! The pages, made on the server and complete without scripts: what this is, choose and rank, check, receipt, change,
//! withdraw.
//!
//! **Invariant:** what a page shows is a function of the address, the body and the store; there are no cookies and no
//! sessions. Without scripts what was chosen travels in the address; credentials and keys travel in bodies only.

mod about;
mod calm;
mod check;
mod choose;
mod entry;
mod frame;
mod map;
mod mechanism;
mod phase;
mod places;
mod receipt;
mod resident;
mod send;

use crate::{http::Fixed, intake::Intake, problem::Problem};
use axum::{
    Router,
    extract::{FromRequestParts, Query, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use frame::{Frame, Spot};
use pages::Lang;
pub(crate) use phase::Phase;
pub(crate) use receipt::handout;
pub(crate) use send::{birth_date, change_key};
use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

/// Seconds for which a cache may keep a page that depends on its address and the programme alone.
const CACHED_S: u64 = 300;

/// Seconds for which the empty icon may be kept.
pub(crate) const ICON_S: u64 = 86_400;

pub(crate) fn routes() -> Router<Arc<Intake>> {
    Router::new()
        .route("/", get(about::about))
        .route("/eligible", get(about::eligible))
        .route("/choose", get(choose::choose))
        .route("/map", get(map::map))
        .route("/places.json", get(places::places))
        .route("/reach.json", get(resident::reach))
        .route("/check", get(check::check))
        .route("/send", post(send::send))
        .route("/change", get(entry::change).post(entry::show))
        .route("/withdraw", get(entry::withdraw).post(entry::send_withdrawal))
        .route("/favicon.ico", get(no_icon))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
}

/// What is written once and given to everybody: the first page in each language and phase, the places in each language.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    about: [[OnceLock<Option<Fixed>>; Phase::ALL.len()]; Lang::ALL.len()],
    places: [OnceLock<Option<Fixed>>; Lang::ALL.len()],
}

impl Prepared {
    fn about(&self, lang: Lang, phase: Phase) -> &OnceLock<Option<Fixed>> {
        &self.about[lang.place()][phase as usize]
    }

    fn places(&self, lang: Lang) -> &OnceLock<Option<Fixed>> {
        &self.places[lang.place()]
    }
}

impl Fixed {
    fn html(html: String) -> Self {
        Self::new("text/html; charset=utf-8", html.into())
    }

    fn json(bytes: Vec<u8>) -> Self {
        Self::new("application/json", bytes.into())
    }
}

/// The pairs of a query or a form, in order; names may repeat.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// What a page asked for by GET knows of its reader.
pub(super) struct Visit {
    pub(super) lang: Lang,
    pub(super) query: Pairs,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    /// A query that cannot be read is an empty one: there is always a page to show.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let query = Pairs(query.map_or_else(|_| Vec::new(), |Query(pairs)| pairs));
        // The address alone decides, so that a cache need not tell readers apart.
        let lang = query.all("lang").next().and_then(Lang::parse).unwrap_or(Lang::DEFAULT);
        Ok(Self { lang, query })
    }
}

pub(super) fn accept_language(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()
}

/// There is none; a browser that is given an empty one does not ask again with every page.
async fn no_icon() -> Response {
    let kept = format!("public, max-age={ICON_S}");
    [(header::CONTENT_TYPE, "image/x-icon"), (header::CACHE_CONTROL, &kept)].into_response()
}

/// Lets a cache before the intake give this page to everybody with the same address.
fn for_everybody(mut page: Response, seconds: u64) -> Response {
    let headers = page.headers_mut();
    if let Ok(age) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        headers.insert(header::CACHE_CONTROL, age);
    }
    page
}

/// What people are told who come when too many wait, and whose request is not even read.
pub(crate) fn turned_away(intake: &Intake, lang: Lang) -> Response {
    calm::page(&Frame::new(intake, lang, Spot::Elsewhere), &Problem::Busy)
}

async fn not_found(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    calm::page(&Frame::new(&intake, visit.lang, Spot::Elsewhere), &Problem::NotFound)
}

async fn wrong_method(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    calm::page(&Frame::new(&intake, visit.lang, Spot::Elsewhere), &Problem::Method)
}
