//! Headers of every answer.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

const SECURE: [(HeaderName, HeaderValue); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms, and the older ones nothing better.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(self), microphone=()"),
    ),
];

/// Adds the security headers.
pub(super) fn put_secure(headers: &mut HeaderMap) {
    for (name, value) in SECURE {
        headers.insert(name, value);
    }
}

/// Adds the security headers, and keeps whatever says nothing else out of caches: it may hold a receipt.
pub(super) fn secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    put_secure(headers);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
