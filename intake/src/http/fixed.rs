//! Answers that are the same bytes for everybody: compressed once, with a strong validator, so that a copy is asked for
//! once (RFC 9110 §8.8, §13).
//!
//! **Invariant:** the validator is the hash of the bytes before compression with the name of the coding, so the same
//! bytes have the same one on every machine, and different bytes never share one.

use super::{coding::Coding, headers};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use protocol::hash::Hash;
use std::sync::Arc;

/// Shorter bytes are not worth a coding.
const WORTH_BYTES: usize = 512;

/// Bytes in every coding that makes them smaller, with their headers. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Fixed(Arc<[Form]>);

/// The bytes in one coding.
#[derive(Clone, Debug)]
struct Form {
    coding: Coding,
    bytes: Bytes,
    /// All headers but how long it may be kept.
    headers: HeaderMap,
}

/// For how long an answer may be kept, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// By anybody for so many seconds; then they ask whether it changed.
    Seconds(u64),
    /// By anybody, for good: other bytes would have another address.
    ForGood,
    /// By nobody.
    Never,
}

impl Kept {
    fn header(&self) -> HeaderValue {
        match self {
            Self::Seconds(60) => HeaderValue::from_static("public, max-age=60"),
            Self::Seconds(300) => HeaderValue::from_static("public, max-age=300"),
            Self::Seconds(seconds) => HeaderValue::from_str(&format!("public, max-age={seconds}"))
                .unwrap_or(HeaderValue::from_static("no-store")),
            Self::ForGood => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Never => HeaderValue::from_static("no-store"),
        }
    }
}

impl Fixed {
    pub(crate) fn new(media_type: &'static str, bytes: Bytes) -> Self {
        Self::of(&HeaderValue::from_static(media_type), &bytes, &Hash::of(&bytes).to_string())
    }

    /// The same with a validator of the caller's, for bytes that have a hash of their own.
    pub(crate) fn tagged(media_type: &'static str, bytes: &Bytes, tag: Hash) -> Self {
        Self::of(&HeaderValue::from_static(media_type), bytes, &tag.to_string())
    }

    pub(super) fn of(media_type: &HeaderValue, bytes: &Bytes, tag: &str) -> Self {
        let worth = |coding: &Coding| *coding == Coding::Identity || bytes.len() >= WORTH_BYTES;
        let encoded = Coding::ALL.into_iter().filter(worth).filter_map(|coding| {
            // Memory is the only thing that can fail here, and then the bytes as they are will do.
            let encoded = if coding == Coding::Identity { bytes.clone() } else { coding.encode(bytes).ok()?.into() };
            (coding == Coding::Identity || encoded.len() < bytes.len()).then_some((coding, encoded))
        });
        let encoded: Vec<_> = encoded.collect();
        let several = encoded.len() > 1;
        let form = |(coding, bytes): (Coding, Bytes)| Form {
            headers: form_headers(media_type, coding, tag, several),
            coding,
            bytes,
        };
        Self(encoded.into_iter().map(form).collect())
    }

    /// The bytes, or word that the reader's copy is still good. Anybody may keep it for `seconds`.
    pub(crate) fn answer(&self, request: &HeaderMap, seconds: u64) -> Response {
        self.answer_to(&Method::GET, request, &Kept::Seconds(seconds))
    }

    /// The same for GET or HEAD, and for any time.
    pub(super) fn answer_to(&self, method: &Method, request: &HeaderMap, kept: &Kept) -> Response {
        let Some(form) = self.form(request) else { return Response::new(Body::empty()) };
        let mut headers = form.headers.clone();
        headers.insert(header::CACHE_CONTROL, kept.header());
        if form.is_known(request) {
            headers.remove(header::CONTENT_ENCODING);
            return respond(StatusCode::NOT_MODIFIED, headers, Body::empty());
        }
        if method == Method::HEAD {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(form.bytes.len()));
            return respond(StatusCode::OK, headers, Body::empty());
        }
        respond(StatusCode::OK, headers, Body::from(form.bytes.clone()))
    }

    /// The bytes as an answer that nobody keeps, whatever the request says about copies.
    pub(super) fn told(&self, request: &HeaderMap, status: StatusCode) -> Response {
        let Some(form) = self.form(request) else { return Response::new(Body::empty()) };
        let mut headers = form.headers.clone();
        headers.remove(header::ETAG);
        headers.insert(header::CACHE_CONTROL, Kept::Never.header());
        respond(status, headers, Body::from(form.bytes.clone()))
    }

    /// The smallest form that the request takes.
    fn form(&self, request: &HeaderMap) -> Option<&Form> {
        self.0.iter().find(|form| form.coding.is_accepted(request))
    }
}

impl Form {
    /// Whether the request names this form's validator (RFC 9110 §13.1.2; compared weakly, as proxies weaken it).
    fn is_known(&self, request: &HeaderMap) -> bool {
        let Some(tag) = self.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) else { return false };
        let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        known.flat_map(|value| value.split(',')).any(|value| {
            let value = value.trim();
            value == "*" || value.trim_start_matches("W/") == tag
        })
    }
}

fn form_headers(media_type: &HeaderValue, coding: Coding, tag: &str, several: bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(16);
    headers::put_secure(&mut headers);
    headers.insert(header::CONTENT_TYPE, media_type.clone());
    let tag = HeaderValue::from_str(&format!("\"{tag}{}\"", coding.suffix())).ok();
    let vary = several.then_some(HeaderValue::from_static("accept-encoding"));
    let optional: [(HeaderName, Option<HeaderValue>); 3] =
        [(header::ETAG, tag), (header::VARY, vary), (header::CONTENT_ENCODING, coding.header())];
    for (name, value) in optional {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    headers
}

fn respond(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn tag(response: &Response) -> String {
        response.headers()[header::ETAG].to_str().expect("text").to_owned()
    }

    #[test]
    fn each_coding_has_its_own_validator_and_only_its_own_is_known_again() {
        let fixed = Fixed::new("text/plain", vec![b'x'; 4096].into());
        let plain = fixed.answer(&asking(&[]), 60);
        let gzip = fixed.answer(&asking(&[(header::ACCEPT_ENCODING, "gzip")]), 60);
        let br = fixed.answer(&asking(&[(header::ACCEPT_ENCODING, "gzip, br")]), 60);
        let tags = [tag(&plain), tag(&gzip), tag(&br)];
        assert_eq!(tags[0], format!("\"{}\"", Hash::of(&[b'x'; 4096])), "a strong validator");
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
        for response in [&plain, &gzip, &br] {
            assert_eq!(response.headers()[header::VARY], "accept-encoding", "a cache keeps them apart");
        }
        let mut request = asking(&[(header::ACCEPT_ENCODING, "gzip")]);
        request.insert(header::IF_NONE_MATCH, format!("\"other\", W/{}", tags[1]).parse().expect("a header"));
        assert_eq!(fixed.answer(&request, 60).status(), StatusCode::NOT_MODIFIED);
        request.insert(header::IF_NONE_MATCH, tags[0].parse().expect("a header"));
        assert_eq!(fixed.answer(&request, 60).status(), StatusCode::OK, "the copy at hand is in another coding");
    }

    #[test]
    fn short_answers_are_not_compressed_and_head_has_the_length_only() {
        let fixed = Fixed::new("text/plain", "short".into());
        let request = asking(&[(header::ACCEPT_ENCODING, "br")]);
        let short = fixed.answer_to(&Method::HEAD, &request, &Kept::ForGood);
        assert!(!short.headers().contains_key(header::CONTENT_ENCODING) && !short.headers().contains_key(header::VARY));
        assert_eq!(short.headers()[header::CONTENT_LENGTH], "5");
        let refused = fixed.told(&asking(&[(header::IF_NONE_MATCH, "*")]), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[header::CACHE_CONTROL], "no-store");
    }
}
