//! What the operator's own machines may ask, on a listener of its own: meters, and whether the intake is ready.
//!
//! **Invariant:** nothing here names or counts a single person.

use crate::intake::Intake;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{io, sync::Weak};
use tokio::net::TcpListener;

/// A view of a running intake. It does not keep it running.
#[derive(Clone)]
pub struct Monitor(pub(crate) Weak<Intake>);

impl Monitor {
    /// The meters in the text format of Prometheus; nothing once the intake has ended.
    pub fn text(&self) -> String {
        let Some(intake) = self.0.upgrade() else { return String::new() };
        intake.meters.text(intake.queue.waiting())
    }

    /// Serves `/metrics`, `/healthz` and `/readyz` until the task is dropped.
    ///
    /// # Errors
    /// If the listener breaks.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let routes = Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(ready));
        axum::serve(listener, routes.with_state(self)).await
    }
}

impl std::fmt::Debug for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Monitor(…)")
    }
}

async fn metrics(State(monitor): State<Monitor>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], monitor.text()).into_response()
}

async fn ready(State(monitor): State<Monitor>) -> StatusCode {
    let Some(intake) = monitor.0.upgrade() else { return StatusCode::SERVICE_UNAVAILABLE };
    if intake.is_ready().await { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
