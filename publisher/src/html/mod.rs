//! The pages of a bundle: plain files that any static server can serve, and that work without scripts.
//!
//! **Invariant:** every text that comes from the draw is escaped; pages refer to nothing outside the bundle; a ticket
//! that is typed is never part of a request.

mod dictionary;
mod districts;
mod events;
mod figure;
mod figures;
mod frame;
mod index;
mod mark;
mod notice;
mod results;
mod run;
mod sites;
mod verify;

pub(crate) use dictionary::pages as dictionary;
pub(crate) use notice::pages as notice;
pub(crate) use run::first_different as first_different_run;

use crate::{PublishError, calendar, history::History, layout, view::View};
use pages::{Lang, map::Outlines};
use protocol::{hash::Hash, instance::SessionIndex, programme::Title, seed::SeedFile};
use std::collections::BTreeMap;

/// What the pages are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) history: &'a History,
    pub(crate) seed: &'a SeedFile,
    pub(crate) register_root: Hash,
    pub(crate) outlines: Option<&'a Outlines>,
    pub(crate) tool: &'a str,
    /// The open data's sizes in bytes, by path.
    pub(crate) sizes: &'a BTreeMap<String, u64>,
}

/// Hands all pages but those of the dictionary to `each`, with stylesheet, script and calendar entries, one after the
/// other with its path: a nation's are too many to be kept twice.
pub(crate) fn pages(
    source: &Source<'_>,
    each: &mut dyn FnMut(String, Vec<u8>) -> Result<(), PublishError>,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<(), PublishError> {
    each(layout::STYLE.into(), pages::STYLE.into())?;
    each(layout::RESULTS_SCRIPT.into(), include_bytes!("../../assets/results.js").to_vec())?;
    each(layout::VERIFY_SCRIPT.into(), include_bytes!("../../assets/verify.js").to_vec())?;
    each(layout::VERIFIER.into(), include_bytes!("../../assets/verifier.html").to_vec())?;
    for lang in Lang::ALL {
        each(layout::index(lang), index::page(source, lang)?)?;
        each(layout::results(lang), results::page(source, lang)?)?;
        each(layout::verify(lang), verify::page(source, lang)?)?;
        districts::pages(source, lang, each)?;
    }
    let made = source.history.result_unix_s.unwrap_or(source.history.beacon_unix_s);
    for (session, index) in source.view.programme.sessions.iter().zip(0..) {
        let file = calendar::file(source.view, SessionIndex(index), made).unwrap_or_default();
        each(layout::calendar(&session.id), file)?;
    }
    run::pages(source, each, progress)
}

/// A title in a language.
fn title(title: &Title, lang: Lang) -> &str {
    lang.programme_name(&title.ko, &title.en)
}

/// `part` of `whole` in percent with one decimal, rounded down; a dash if there is no whole.
fn share(part: u64, whole: u64) -> String {
    match (u128::from(part) * 1_000).checked_div(u128::from(whole)) {
        Some(thousandths) => format!("{}.{}%", thousandths / 10, thousandths % 10),
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
        assert_eq!(share(99_999, 100_000), "99.9%");
        assert_eq!(share(1, 1), "100.0%");
        assert_eq!(share(0, 0), "–");
        assert_eq!(share(u64::MAX, u64::MAX), "100.0%");
    }
}
