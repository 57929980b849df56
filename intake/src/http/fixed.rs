//! Answers that are the same bytes for everybody: with a strong validator, so that a copy is asked for once (RFC 9110 §13).
//!
//! **Invariant:** the validator is the hash of the bytes, so the same bytes have the same one on every machine.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::hash::Hash;

/// Bytes with their media type and validator.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    media_type: &'static str,
    bytes: Bytes,
    tag: String,
}

impl Fixed {
    pub(crate) fn new(media_type: &'static str, bytes: Bytes) -> Self {
        let tag = format!("\"{}\"", Hash::of(&bytes));
        Self { media_type, bytes, tag }
    }

    /// The same under another validator, for bytes that have a hash of their own.
    pub(crate) fn tagged(self, hash: Hash) -> Self {
        Self { tag: format!("\"{hash}\""), ..self }
    }

    /// The bytes, or word that the reader's copy is still good. Anybody may keep it for `seconds`.
    pub(crate) fn answer(&self, request: &HeaderMap, seconds: u64) -> Response {
        let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let fresh =
            known.flat_map(|value| value.split(',')).any(|value| value.trim().trim_start_matches("W/") == self.tag);
        let mut response = match fresh {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => self.bytes.clone().into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        for (name, value) in
            [(header::CACHE_CONTROL, format!("public, max-age={seconds}")), (header::ETAG, self.tag.clone())]
        {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
