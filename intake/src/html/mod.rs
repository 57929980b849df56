//! The pages, made on the server and complete without scripts: what this is, choose and rank, check, receipt, change,
//! withdraw.
//!
//! **Invariant:** what a page shows is a function of the address, the body and the store; there are no cookies and no
//! sessions. What was chosen travels in the address, credentials and keys in bodies only.

mod about;
mod choose;
mod entry;
mod frame;
mod send;

use crate::{intake::Intake, problem::Problem};
use axum::{
    Router,
    extract::{FromRequestParts, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use frame::{Frame, Spot};
use pages::Lang;
use std::{convert::Infallible, sync::Arc};

/// Seconds for which a cache may keep a page that depends on its address and the programme alone.
const CACHED_S: u64 = 300;

pub(crate) fn routes() -> Router<Arc<Intake>> {
    Router::new()
        .route("/", get(about::about))
        .route("/choose", get(choose::choose))
        .route("/check", get(send::check))
        .route("/send", post(send::send))
        .route("/change", get(entry::change).post(entry::show))
        .route("/withdraw", get(entry::withdraw).post(entry::send_withdrawal))
        .route("/assets/style.css", get(style))
        .route("/favicon.ico", get(no_icon))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
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
        let lang = Lang::negotiate(query.all("lang").next(), accept_language(&parts.headers));
        Ok(Self { lang, query })
    }
}

pub(super) fn accept_language(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, pages::STYLE).into_response()
}

/// There is none; a browser that is told so does not ask again with every page.
async fn no_icon() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "public, max-age=86400")]).into_response()
}

/// Lets a cache before the intake give this page to everybody with the same address and language.
fn for_everybody(mut page: Response, seconds: u64) -> Response {
    let headers = page.headers_mut();
    if let Ok(age) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        headers.insert(header::CACHE_CONTROL, age);
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    page
}

async fn not_found(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    Frame::new(&intake, visit.lang, Spot::Elsewhere).problem(&Problem::NotFound)
}

async fn wrong_method(State(intake): State<Arc<Intake>>, visit: Visit) -> Response {
    Frame::new(&intake, visit.lang, Spot::Elsewhere).problem(&Problem::Method)
}
