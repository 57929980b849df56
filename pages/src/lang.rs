//! The languages of version 0, and which one a reader gets.

/// A language of every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Korean; the one for readers who ask for neither.
    Ko,
    /// English.
    En,
}

impl Lang {
    /// Both, in the order pages name them.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// Its tag (BCP 47), as in `lang="ko"` and `?lang=ko`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ko => "한국어",
            Self::En => "English",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }

    /// The language with exactly this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The reader's choice in the address if there is one, else the best of `Accept-Language` (RFC 9110 §12.5.4),
    /// else Korean.
    pub fn negotiate(chosen: Option<&str>, accept_language: Option<&str>) -> Self {
        chosen.and_then(Self::parse).or_else(|| accept_language.and_then(Self::accepted)).unwrap_or(Self::Ko)
    }

    fn accepted(header: &str) -> Option<Self> {
        let ranges = header.split(',').filter_map(|item| {
            let mut parts = item.split(';');
            let tag = parts.next()?.trim().split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1000), thousandths)?;
            Some((Self::parse(&tag)?, weight))
        });
        // The first of equals wins, as readers list what they prefer first.
        let best =
            ranges.filter(|(_, weight)| *weight > 0).reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(lang, _)| lang)
    }
}

/// A tag that is no language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLang;

impl std::fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the languages are ko and en")
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

    #[test]
    fn the_address_wins_over_the_browser() {
        assert_eq!(Lang::negotiate(Some("en"), Some("ko")), Lang::En);
        assert_eq!(Lang::negotiate(Some("fr"), Some("en-GB,en;q=0.9")), Lang::En);
    }

    #[test]
    fn the_greatest_weight_wins_and_zero_means_never() {
        assert_eq!(Lang::negotiate(None, Some("de, en;q=0.5, ko-KR;q=0.8")), Lang::Ko);
        assert_eq!(Lang::negotiate(None, Some("ko;q=0.2,en;q=0.25")), Lang::En);
        assert_eq!(Lang::negotiate(None, Some("en, ko")), Lang::En);
        assert_eq!(Lang::negotiate(None, Some("en;q=0")), Lang::Ko);
        assert_eq!(Lang::negotiate(None, Some("en;q=99999999999")), Lang::Ko);
        assert_eq!(Lang::negotiate(None, None), Lang::Ko);
    }
}
