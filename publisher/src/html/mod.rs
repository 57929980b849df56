//! The pages of a bundle: plain files that any static server can serve, and that work without scripts.
//!
//! **Invariant:** every text that comes from the draw is escaped; pages refer to nothing outside the bundle; a ticket
//! that is typed is never part of a request.

mod dictionary;
mod frame;
mod index;
mod results;
mod run;
mod sites;

pub(crate) use dictionary::pages as dictionary;
pub(crate) use run::first_different as first_different_run;

use crate::{PublishError, history::History, layout, tables::Table, view::View};
use pages::Lang;
use protocol::{
    hash::Hash,
    manifest::Files,
    programme::{Programme, Title},
    seed::SeedFile,
};

/// What the pages are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) tables: &'a [Table],
    pub(crate) history: &'a History,
    pub(crate) seed: &'a SeedFile,
    pub(crate) register_root: Hash,
    pub(crate) tool: &'a str,
    /// The open data, for their sizes.
    pub(crate) files: &'a Files,
}

/// All pages but those of the dictionary, with stylesheet and script.
pub(crate) fn pages(source: &Source<'_>, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Files, PublishError> {
    let mut files = Files::from([
        (layout::STYLE.into(), [pages::STYLE, include_str!("../../assets/bundle.css")].concat().into_bytes()),
        (layout::RESULTS_SCRIPT.into(), include_bytes!("../../assets/results.js").to_vec()),
        (layout::VERIFY_SCRIPT.into(), include_bytes!("../../assets/verify.js").to_vec()),
        (layout::VERIFIER.into(), include_bytes!("../../assets/verifier.html").to_vec()),
    ]);
    for lang in Lang::ALL {
        files.insert(layout::index(lang).into(), index::page(source, lang)?);
        files.insert(layout::results(lang).into(), results::page(source, lang)?);
    }
    run::pages(source, &mut files, progress)?;
    Ok(files)
}

/// A title in a language.
fn title(title: &Title, lang: Lang) -> &str {
    match lang {
        Lang::Ko => &title.ko,
        Lang::En => &title.en,
    }
}

/// A district's name in a language; its code if the programme does not have it.
fn district<'a>(programme: &'a Programme, code: &'a str, lang: Lang) -> &'a str {
    let found = programme.districts.iter().find(|district| district.code == code);
    found.map_or(code, |district| title(&district.name, lang))
}

/// `part` of `whole` in percent with two decimals, rounded down; a dash if there is no whole.
fn share(part: u64, whole: u64) -> String {
    match (u128::from(part) * 10_000).checked_div(u128::from(whole)) {
        Some(hundredths) => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
        None => "–".into(),
    }
}

fn failed(path: &str) -> impl FnOnce(askama::Error) -> PublishError + '_ {
    move |error| PublishError::Page { path: path.into(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_never_rounded_up_to_everybody() {
        assert_eq!(share(99_999, 100_000), "99.99 %");
        assert_eq!(share(1, 1), "100.00 %");
        assert_eq!(share(0, 0), "–");
        assert_eq!(share(u64::MAX, u64::MAX), "100.00 %");
    }
}
