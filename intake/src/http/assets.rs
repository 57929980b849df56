//! The stylesheet and the script, each under an address that holds the hash of its bytes.
//!
//! **Invariant:** an address with a hash always gives the bytes of that hash, so it may be kept for good. An address of
//! an earlier program still gives what is current, kept briefly: pages in caches outlive an upgrade.

use super::fixed::{Fixed, Kept};
use axum::{
    extract::Path,
    http::{HeaderMap, Method},
    response::{IntoResponse, Response},
};
use protocol::hash::Hash;
use std::sync::LazyLock;

/// Seconds for which an asset without its hash may be kept.
const UNNAMED_S: u64 = 60;

/// Hexadecimal digits of the hash in a name.
const DIGITS: usize = 16;

/// One file.
pub(super) struct Asset {
    /// Without the hash, relative to the root: `assets/style.css`.
    plain: &'static str,
    /// With it: `assets/style.0123456789abcdef.css`.
    pub(super) named: String,
    pub(super) fixed: Fixed,
}

pub(super) static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    [
        Asset::new("assets/style.css", "text/css; charset=utf-8", pages::STYLE),
        Asset::new("assets/citizen.js", "text/javascript; charset=utf-8", include_str!("../../assets/citizen.js")),
    ]
});

/// The address to load an asset from, relative to the root; one that is not ours stays as it is.
pub(crate) fn address(plain: &'static str) -> &'static str {
    ASSETS.iter().find(|asset| asset.plain == plain).map_or(plain, |asset| asset.named.as_str())
}

/// An asset by its plain name, or by the name it had in another version of the program.
pub(super) async fn unnamed(method: Method, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.was(&name)) {
        Some(asset) => asset.fixed.answer_to(&method, &headers, &Kept::Seconds(UNNAMED_S)),
        None => crate::problem::Problem::NotFound.into_response(),
    }
}

impl Asset {
    fn new(plain: &'static str, media_type: &'static str, text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let hash = Hash::of(bytes).to_string();
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        let named = format!("{stem}.{}.{ending}", hash.get(..DIGITS).unwrap_or(&hash));
        Self { plain, named, fixed: Fixed::new(media_type, bytes.into()) }
    }

    /// Whether `name` is this asset's, with whatever hash or none.
    fn was(&self, name: &str) -> bool {
        let plain = self.plain.trim_start_matches("assets/");
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        let between = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
        let hash = between.and_then(|rest| rest.strip_prefix('.')).map(|rest| rest.trim_end_matches('.'));
        hash.is_some_and(|hash| {
            hash.is_empty() || (hash.len() == DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_bytes_and_old_names_still_lead_here() {
        let [style, script] = &*ASSETS;
        assert_ne!(style.named, style.plain);
        assert_eq!(address("assets/citizen.js"), script.named);
        for name in ["style.css", "style.0123456789abcdef.css", &style.named["assets/".len()..]] {
            assert!(style.was(name) && !script.was(name), "{name}");
        }
        for name in ["style.css.map", "style.0123.css", "../style.css", "style..css.", "citizen.js"] {
            assert!(!style.was(name), "{name}");
        }
    }
}
