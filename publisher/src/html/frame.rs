//! The frame around a page of the bundle. Its links are relative, so that a bundle may stand anywhere.

use crate::layout;
use askama::Template;
use pages::{Lang, Texts};
use protocol::programme::Programme;

/// A page to be framed.
#[derive(Template)]
#[template(path = "frame.html")]
pub(super) struct Frame<'a> {
    /// Language of the page.
    pub(super) lang: Lang,
    /// Its own title.
    pub(super) title: &'a str,
    /// The draw's title.
    pub(super) draw: &'a str,
    pub(super) rehearsal: bool,
    /// `../` for a page in a folder.
    pub(super) root: &'static str,
    /// Whether the page speaks both languages.
    pub(super) both: bool,
    /// The page in the other language, from the bundle's root; none for a page in both.
    pub(super) other: Option<String>,
    /// The page's script, from the bundle's root.
    pub(super) script: Option<&'static str>,
    /// HTML that its own template has escaped.
    pub(super) body: &'a str,
    pub(super) tool: &'a str,
}

impl<'a> Frame<'a> {
    /// A frame in one language, with everything that is the programme's.
    pub(super) fn new(programme: &'a Programme, lang: Lang, title: &'a str, body: &'a str, tool: &'a str) -> Self {
        let (draw, rehearsal) = (super::title(&programme.title, lang), programme.rehearsal);
        Self { lang, title, draw, rehearsal, root: "", both: false, other: None, script: None, body, tool }
    }

    fn t(&self) -> Texts {
        Texts::of(self.lang)
    }

    fn en(&self) -> Texts {
        Texts::of(Lang::En)
    }

    fn index(&self) -> &'static str {
        layout::index(self.lang)
    }

    fn results(&self) -> &'static str {
        layout::results(self.lang)
    }

    fn dictionary(&self) -> &'static str {
        layout::dictionary(self.lang)
    }

    fn style(&self) -> &'static str {
        layout::STYLE
    }
}
