//! The languages of the pages, and which one a reader gets. They are what lies in `texts/`: Korean first, then by tag.
//!
//! **Invariant:** everything that differs from language to language stands in its Fluent file; no other code names one.

use crate::texts;

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// A language of every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lang(usize);

impl Lang {
    /// All of them, the default first.
    pub const ALL: [Self; SOURCES.len()] = {
        let mut all = [Self(0); SOURCES.len()];
        let mut place = 0;
        while place < all.len() {
            all[place] = Self(place);
            place += 1;
        }
        all
    };

    /// The language of readers who ask for none, whose addresses carry no tag.
    pub const DEFAULT: Self = Self(0);

    /// Its place in [`Self::ALL`].
    pub fn place(self) -> usize {
        self.0
    }

    /// Its tag (BCP 47), as in `lang="ko"` and `?lang=ko`.
    pub fn tag(self) -> &'static str {
        SOURCES[self.0].0
    }

    pub(crate) fn source(self) -> &'static str {
        SOURCES[self.0].1
    }

    /// Its name in itself.
    pub fn name(self) -> String {
        texts::Texts::of(self).get("language-name")
    }

    /// Of a programme's name in Korean and in English, the one that this language's pages show.
    pub fn programme_name<'a>(self, ko: &'a str, en: &'a str) -> &'a str {
        if texts::names_are_korean(self) { ko } else { en }
    }

    /// The other ones.
    pub fn others(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other != self)
    }

    /// The other ones, each with the address of the same page.
    pub fn elsewhere(self, address: impl Fn(Self) -> String) -> Vec<(Self, String)> {
        self.others().map(|other| (other, address(other))).collect()
    }

    /// The file of a page in this language: `index.html`, `index.en.html`.
    pub fn page(self, name: &str) -> String {
        if self == Self::DEFAULT { format!("{name}.html") } else { format!("{name}.{}.html", self.tag()) }
    }

    /// The language with exactly this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The reader's choice in the address if there is one, else the best of `Accept-Language` (RFC 9110 §12.5.4), else
    /// the default.
    pub fn negotiate(chosen: Option<&str>, accept_language: Option<&str>) -> Self {
        chosen.and_then(Self::parse).or_else(|| accept_language.and_then(Self::accepted)).unwrap_or(Self::DEFAULT)
    }

    fn accepted(header: &str) -> Option<Self> {
        let ranges = header.split(',').filter_map(|item| {
            let mut parts = item.split(';');
            let range = parts.next()?.trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1000), thousandths)?;
            Some((Self::nearest(range)?, weight))
        });
        // The first of equals wins, as readers list what they prefer first.
        let best =
            ranges.filter(|(_, weight)| *weight > 0).reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(lang, _)| lang)
    }

    /// The language of this range, else the first whose tag begins as it does.
    fn nearest(range: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(range));
        exact.or_else(|| Self::ALL.into_iter().find(|lang| primary(lang.tag()) == primary(range)))
    }
}

/// A tag that is no language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLang;

impl std::fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the languages are {}", Lang::ALL.map(Lang::tag).join(", "))
    }
}

impl std::error::Error for UnknownLang {}

impl std::str::FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        Self::parse(tag).ok_or(UnknownLang)
    }
}

/// A quality value in thousandths: `1`, `0`, `0.8`, `0.123`.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(fraction.parse().ok()?)?.min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(tag: &str) -> Lang {
        Lang::parse(tag).unwrap()
    }

    #[test]
    fn only_other_languages_have_a_tag_in_their_address() {
        assert_eq!(Lang::ALL[0], Lang::DEFAULT);
        assert_eq!(Lang::DEFAULT.tag(), "ko");
        assert_eq!([lang("ko"), lang("en")].map(|lang| lang.page("index")), ["index.html", "index.en.html"]);
        assert!(lang("en").others().all(|other| other != lang("en")));
        assert_eq!(lang("en").others().count() + 1, Lang::ALL.len());
    }

    #[test]
    fn a_region_is_not_another_language() {
        assert_eq!(Lang::negotiate(None, Some("en-NZ")), lang("en"));
        assert_eq!(Lang::negotiate(None, Some("KO-kr")), lang("ko"));
        assert_eq!(Lang::parse("en-NZ"), None);
    }

    #[test]
    fn the_address_wins_over_the_browser() {
        assert_eq!(Lang::negotiate(Some("en"), Some("ko")), lang("en"));
        assert_eq!(Lang::negotiate(Some("fr"), Some("en-GB,en;q=0.9")), lang("en"));
    }

    #[test]
    fn the_greatest_weight_wins_and_zero_means_never() {
        assert_eq!(Lang::negotiate(None, Some("de, en;q=0.5, ko-KR;q=0.8")), lang("ko"));
        assert_eq!(Lang::negotiate(None, Some("ko;q=0.2,en;q=0.25")), lang("en"));
        assert_eq!(Lang::negotiate(None, Some("en, ko")), lang("en"));
        assert_eq!(Lang::negotiate(None, Some("en;q=0")), lang("ko"));
        assert_eq!(Lang::negotiate(None, Some("en;q=99999999999")), lang("ko"));
        assert_eq!(Lang::negotiate(None, None), lang("ko"));
    }
}
