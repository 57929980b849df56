//! For whoever watches the process: whether it lives, whether it can be sent to.

use crate::intake::Intake;
use axum::{Router, extract::State, http::StatusCode, routing::get};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Intake>> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

/// Ready is whose store answers and who is not about to end. A full queue is no reason to send people elsewhere.
async fn ready(State(intake): State<Arc<Intake>>) -> (StatusCode, &'static str) {
    match intake.is_ready().await {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}
