//! The HTTP side: addresses, limits, headers, and how problems are told to programs.
//!
//! **Invariant:** credentials and change keys travel in bodies only; no address, query or body is logged. Every answer
//! carries the security headers, also those of panics and unknown addresses.

mod api;
mod assets;
mod busy;
mod coding;
mod door;
mod fixed;
mod headers;
mod health;
mod shelf;

pub(crate) use assets::address;
pub(crate) use door::Door;
pub(crate) use fixed::Fixed;

use crate::{html, intake::Intake, problem::Problem};
use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use pages::Lang;
use serde_json::json;
use std::{any::Any, collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};
use tower::{Layer, ServiceExt, util::BoxCloneSyncService};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer, timeout::RequestBodyTimeoutLayer};

/// Longest request body in bytes. A registration with 64 choices is far below.
const BODY_BYTES: usize = 16 * 1024;

/// Longest time for one request, the reading of its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Longest silence within a body.
const BODY_TIME: Duration = Duration::from_secs(5);

/// Every address of the intake.
fn router(intake: Arc<Intake>) -> Router {
    let api = api::routes()
        .route("/api/{*unknown}", any(|| async { Problem::NotFound }))
        .method_not_allowed_fallback(|| async { Problem::Method });
    api.merge(html::routes())
        .merge(health::routes())
        .route("/openapi.json", get(api::description))
        .route("/assets/{name}", get(assets::unnamed))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(intake)
}

/// The addresses within what protects all of them. Around the whole, as each layer that is put on routes wraps each of
/// them: a third of what a request cost.
type Protected = BoxCloneSyncService<Request, Response, Infallible>;

fn protected(router: Router) -> Protected {
    let within = RequestBodyTimeoutLayer::new(BODY_TIME).layer(router);
    let within = CsrfLayer::new().with_rejection_response(|_| cross_site()).layer(within);
    let within = CatchPanicLayer::custom(panicked).layer(within);
    let whole = ServiceExt::<Request>::map_response(within, |response| response.map(Body::new));
    BoxCloneSyncService::new(whole)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let message: BTreeMap<_, _> = Lang::ALL.into_iter().map(|lang| (lang.tag(), self.words(lang))).collect();
        let mut body = json!({ "code": self.code(), "message": message });
        match &self {
            Self::Refused(_, Some(note)) => body["refusal"] = note.as_str().into(),
            Self::Malformed(detail) => body["detail"] = detail.as_str().into(),
            _ => {}
        }
        let mut response = (self.status(), Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(seconds)));
        }
        response
    }
}

/// Its body is not read, so the connection ends with it.
fn cross_site() -> Response {
    let mut response = Problem::CrossSite.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The panic's words may hold anything, so they are not repeated here; the panic hook has told standard error.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::Internal.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;
    use axum::http::StatusCode;

    #[test]
    fn who_is_turned_away_is_told_when_to_come_again_and_nobody_else_is() {
        for problem in [Problem::Busy, Problem::Unknown] {
            let response = problem.into_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            let seconds = response.headers()[header::RETRY_AFTER].to_str().expect("a number").parse::<u8>();
            assert!((1..=4).contains(&seconds.expect("a number")));
        }
        let refused = Problem::from(Refusal::Closed).into_response();
        assert!(!refused.headers().contains_key(header::RETRY_AFTER));
    }
}
