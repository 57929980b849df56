//! The page that checks the draw in the reader's browser, where scripts run, and says how else anybody can.

use super::{Source, events, failed, frame::Page};
use crate::{PublishError, layout};
use askama::Template;
use pages::{Lang, Texts};

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify {
    t: Texts,
    roots: Vec<(String, String)>,
    verifier: &'static str,
}

/// The page in one language.
pub(super) fn page(source: &Source<'_>, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let path = layout::verify(lang);
    let t = Texts::of(lang);
    let body =
        Verify { t, roots: events::roots(source, t), verifier: layout::VERIFIER }.render().map_err(failed(&path))?;
    let (title, elsewhere) = (t.get("verify-title"), lang.elsewhere(layout::verify));
    let scripts = &[layout::VERIFY_SCRIPT];
    let page = Page { path: &path, lang, title: &title, elsewhere: &elsewhere, scripts, body: &body };
    page.framed(source.view.programme, source.tool)
}
