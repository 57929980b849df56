//! The frame around every page: title, navigation, language, rehearsal.
//!
//! The look is `assets/style.css`, built from `browser/style`. A page's HTML uses elements without a class where they do,
//! `govuk-…` classes for the components of design-system.service.gov.uk, `jebi-…` classes for ours.
//!
//! **Invariant:** everything but [`Layout::body`] and [`Layout::footer`] is escaped here; these come from templates that
//! escape. No page has a script or a style within itself.

use crate::{Lang, Texts};
use askama::Template;

/// A way to another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub text: String,
    /// Whether it leads to the page it stands on.
    pub here: bool,
}

/// One page.
#[derive(Template)]
#[template(path = "layout.html")]
pub struct Layout<'a> {
    /// Its language.
    pub lang: Lang,
    /// Its own title; first in the window's title.
    pub title: &'a str,
    /// The draw's title.
    pub draw: &'a str,
    /// Whether the draw is a rehearsal, which every page says.
    pub rehearsal: bool,
    /// The address that assets are relative to, with a slash at its end: `/`, `../`, or nothing for this folder.
    pub root: &'a str,
    /// The first page, where the draw's title leads.
    pub home: &'a str,
    /// The stylesheet, relative to the root.
    pub style: &'a str,
    /// Scripts (ES modules), relative to the root.
    pub scripts: &'a [&'a str],
    /// The Content-Security-Policy, for pages whose server is not ours and sends none.
    pub policy: Option<&'a str>,
    /// Whether the page holds wide tables or plots, and takes more of a wide window.
    pub wide: bool,
    /// The other pages.
    pub links: &'a [Link],
    /// This page's addresses in other languages; none where a form was sent and cannot be sent again.
    pub elsewhere: &'a [(Lang, String)],
    /// The page's own HTML, escaped by its template.
    pub body: &'a str,
    /// What stands below every page, escaped by its template; may be empty.
    pub footer: &'a str,
}

impl Layout<'_> {
    fn t(&self) -> Texts {
        Texts::of(self.lang)
    }
}
