//! Content codings (RFC 9110 §8.4.1): what a reader accepts, and bytes made smaller once, before anybody asks.

use axum::http::{HeaderMap, HeaderValue, header};
use std::io::{self, Write};

/// How an answer's bytes are written; the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
    Identity,
}

impl Coding {
    pub(super) const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// Its token, as `Content-Encoding` has it.
    pub(super) fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What is put behind the validator: other bytes, another validator (RFC 9110 §8.8.3.3).
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Gzip => "-gzip",
            Self::Identity => "",
        }
    }

    /// The bytes in this coding.
    pub(super) fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 22);
                writer.write_all(bytes)?;
                writer.flush()?;
                Ok(writer.into_inner())
            }
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
                writer.write_all(bytes)?;
                writer.finish()
            }
            Self::Identity => Ok(bytes.to_vec()),
        }
    }

    /// Whether the request takes it. Only what is named counts: who says `*` gets the bytes as they are.
    pub(super) fn is_accepted(self, request: &HeaderMap) -> bool {
        let Some(token) = self.token() else { return true };
        let values = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|item| names(item, token))
    }

    pub(super) fn header(self) -> Option<HeaderValue> {
        self.token().map(HeaderValue::from_static)
    }
}

/// `token` or `token;q=…` with a weight above nothing.
fn names(item: &str, token: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(token));
    let refused = |part: &str| {
        let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
        weight.is_some_and(|weight| weight.bytes().all(|b| matches!(b, b'0' | b'.')))
    };
    named && !parts.any(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn accepted(value: &'static str) -> Vec<Coding> {
        let request = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        Coding::ALL.into_iter().filter(|coding| coding.is_accepted(&request)).collect()
    }

    #[test]
    fn only_what_is_named_and_not_refused_is_accepted() {
        use Coding::*;
        for (value, expected) in [
            ("gzip, deflate, br", vec![Brotli, Gzip, Identity]),
            ("br;q=0, gzip;q=0.5", vec![Gzip, Identity]),
            ("GZIP ; q=0.000", vec![Identity]),
            ("*", vec![Identity]),
            ("brotli", vec![Identity]),
            ("", vec![Identity]),
        ] {
            assert_eq!(accepted(value), expected, "{value}");
        }
        assert!(!Gzip.is_accepted(&HeaderMap::new()));
    }

    #[test]
    fn what_is_compressed_is_read_back() {
        let bytes = "여덟 자리를 위한 추첨 ".repeat(1000).into_bytes();
        let mut gzip = Vec::new();
        let packed = Coding::Gzip.encode(&bytes).expect("memory");
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut gzip).expect("gzip");
        let mut br = Vec::new();
        let packed = Coding::Brotli.encode(&bytes).expect("memory");
        brotli::Decompressor::new(packed.as_slice(), 4096).read_to_end(&mut br).expect("brotli");
        assert!(gzip == bytes && br == bytes);
    }
}
