//! Whom pages send people to, and the map they find places on: what the programme does not say because it has no influence on the result.

use pages::map::Outlines;

/// The office behind a draw, as the pages name it. What is not known is left out of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Office {
    /// Telephone number of those who help, as people dial it.
    pub phone: Option<String>,
    /// Address of the published bundle with a slash at its end, as `https://draws.example/2026/`.
    pub results: Option<String>,
    /// Outlines of the programme's districts, for a map to choose by.
    pub outlines: Option<Outlines>,
}

impl Office {
    /// Where the holder of `ticket` will find the result. The ticket is the fragment, which no request contains.
    pub(crate) fn result_of(&self, ticket: &str, lang: pages::Lang) -> Option<String> {
        let base = self.results.as_deref()?;
        Some(format!("{base}{}#{ticket}", pages::results_page(lang)))
    }
}
