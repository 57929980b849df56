//! `jebi view`: a static file server on loopback, to look at a bundle as its readers will.

use crate::{
    console::{data, step},
    failure::{Context, Outcome},
};
use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};
use std::{net::SocketAddr, path::Path};
use tokio::signal::unix::{SignalKind, signal};
use tower_http::services::ServeDir;

/// Serves the folder until interrupted.
///
/// # Errors
/// If the folder is no bundle, or the address cannot be taken.
pub(crate) fn run(bundle: &Path, listen: SocketAddr) -> Outcome {
    super::bundle::serves(bundle)?;
    let runtime = tokio::runtime::Runtime::new().context("starting")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.context(format!("listening at {listen}"))?;
        let address = listener.local_addr().context("listening")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("listening for signals")?;
        data(format!("http://{address}/"));
        step("Ctrl-C ends it");
        let files = Router::new().fallback_service(ServeDir::new(bundle)).layer(map_response(readable_anywhere));
        let stop = async move {
            interrupt.recv().await;
        };
        axum::serve(listener, files).with_graceful_shutdown(stop).await.context("serving")
    })
}

/// A verifier that somebody saved may read the files from wherever it was opened: they are public, and no cookie is asked for.
async fn readable_anywhere(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
