//! The frame around every page: language, title, rehearsal mark, ways to the other pages.
//!
//! **Invariant:** everything but [`Layout::body`] is escaped here; the body comes from a template that escapes.

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
    /// The other pages.
    pub links: &'a [Link],
    /// This page in the other language; none where a form was sent and cannot be sent again.
    pub other_lang_href: Option<&'a str>,
    /// The page's own HTML, escaped by its template.
    pub body: &'a str,
}

impl Layout<'_> {
    fn t(&self) -> Texts {
        Texts::of(self.lang)
    }
}
