//! The frame around a page of the bundle: the layout of all pages, with links that are relative, so that a bundle may
//! stand anywhere.

use super::{failed, title};
use crate::{PublishError, layout};
use askama::Template;
use pages::{Lang, Layout, Link, Texts};
use protocol::programme::Programme;

/// What may load: the stylesheet, scripts and files of the bundle itself, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; \
                      base-uri 'none'; form-action 'none'";

/// A page to be framed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    /// Where it goes, from the bundle's root.
    pub(super) path: &'a str,
    pub(super) lang: Lang,
    /// Its own title.
    pub(super) title: &'a str,
    /// The same page in other languages, from the bundle's root.
    pub(super) elsewhere: &'a [(Lang, String)],
    /// Scripts, from the bundle's root.
    pub(super) scripts: &'a [&'a str],
    /// HTML that its own template has escaped.
    pub(super) body: &'a str,
}

#[derive(Template)]
#[template(path = "footer.html")]
struct Footer<'a> {
    t: Texts,
    tool: &'a str,
}

impl Page<'_> {
    /// The whole page of a bundle.
    pub(super) fn framed(self, programme: &Programme, tool: &str) -> Result<Vec<u8>, PublishError> {
        let links = [
            (layout::index(self.lang), "bundle-nav-index"),
            (layout::results(self.lang), "bundle-nav-results"),
            (layout::verify(self.lang), "bundle-nav-verify"),
            (layout::dictionary(self.lang), "bundle-nav-open-data"),
        ];
        self.framed_among(&links, programme, tool)
    }

    /// The whole page, with links to these paths under texts with these keys.
    pub(super) fn framed_among(
        self,
        links: &[(String, &str)],
        programme: &Programme,
        tool: &str,
    ) -> Result<Vec<u8>, PublishError> {
        let Self { path, lang, .. } = self;
        let t = Texts::of(lang);
        let root = "../".repeat(path.matches('/').count());
        let link =
            |(to, text): &(String, &str)| Link { href: format!("{root}{to}"), text: t.get(text), here: *to == path };
        let links: Vec<Link> = links.iter().map(link).collect();
        let elsewhere: Vec<_> = self.elsewhere.iter().map(|(lang, to)| (*lang, format!("{root}{to}"))).collect();
        let footer = Footer { t, tool }.render().map_err(failed(path))?;
        let page = Layout {
            lang,
            title: self.title,
            draw: title(&programme.title, lang),
            rehearsal: programme.rehearsal,
            root: &root,
            home: &format!("{root}{}", layout::index(lang)),
            style: "assets/style.css",
            scripts: self.scripts,
            policy: Some(POLICY),
            wide: true,
            links: &links,
            elsewhere: &elsewhere,
            body: self.body,
            footer: &footer,
        };
        Ok(page.render().map_err(failed(path))?.into_bytes())
    }
}
