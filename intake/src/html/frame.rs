//! A page in its frame, and the lines that several pages share.

use crate::{
    intake::Intake,
    problem::Problem,
    request::{Named, name_of},
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use pages::{Arg, Lang, Layout, Link, Texts, numbers::local_time};
use protocol::{
    instance::{Choice, SessionIndex, SiteIndex},
    programme::{Programme, Title},
};

/// Where a page stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    About,
    Choose,
    Change,
    Withdraw,
    /// A page that no link leads to.
    Elsewhere,
}

impl Spot {
    const LINKED: [(Self, &'static str, &'static str); 4] = [
        (Self::About, "/", "nav-about"),
        (Self::Choose, "/choose", "nav-choose"),
        (Self::Change, "/change", "nav-change"),
        (Self::Withdraw, "/withdraw", "nav-withdraw"),
    ];
}

/// What goes around a page.
pub(super) struct Frame<'a> {
    pub(super) intake: &'a Intake,
    pub(super) t: Texts,
    spot: Spot,
}

/// A choice as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As it stands in addresses and forms.
    pub(super) value: String,
    pub(super) text: String,
}

/// A problem, told above the form that had it.
pub(super) struct Told {
    pub(super) words: String,
    pub(super) refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    t: Texts,
    words: String,
    home: String,
}

impl<'a> Frame<'a> {
    pub(super) fn new(intake: &'a Intake, lang: Lang, spot: Spot) -> Self {
        Self { intake, t: Texts::of(lang), spot }
    }

    pub(super) fn programme(&self) -> &'a Programme {
        &self.intake.programme
    }

    /// `path` in this page's language.
    pub(super) fn href(&self, path: &str) -> String {
        format!("{path}?lang={}", self.t.lang.tag())
    }

    pub(super) fn title(&self, title: &'a Title) -> &'a str {
        match self.t.lang {
            Lang::Ko => &title.ko,
            Lang::En => &title.en,
        }
    }

    pub(super) fn time(&self, unix_s: u64) -> String {
        local_time(unix_s, &self.programme().time_zone, self.t.lang)
    }

    /// The page; `other_lang` is its address in the other language, if it can be asked for again.
    pub(super) fn page(&self, title: &str, other_lang: Option<&str>, body: &impl Template) -> Response {
        let render = || {
            let body = body.render()?;
            let links = Spot::LINKED.map(|(spot, path, key)| Link {
                href: self.href(path),
                text: self.t.get(key),
                here: spot == self.spot,
            });
            let draw = self.title(&self.programme().title);
            let rehearsal = self.programme().rehearsal;
            let layout = Layout {
                lang: self.t.lang,
                title,
                draw,
                rehearsal,
                root: "/",
                home: &self.href("/"),
                scripts: &[],
                policy: None,
                wide: false,
                links: &links,
                other_lang_href: other_lang,
                body: &body,
                footer: "",
            };
            layout.render()
        };
        render().map_or_else(
            |error: askama::Error| {
                tracing::error!(%error, "a page cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            },
            |html| Html(html).into_response(),
        )
    }

    /// A page that says only what went wrong.
    pub(super) fn problem(&self, problem: &Problem) -> Response {
        let page = ProblemPage { t: self.t, words: problem.words(self.t.lang), home: self.href("/") };
        with_status(self.page(&self.t.get("problem-title"), None, &page), problem)
    }

    /// The title of a form. With a problem, the problem comes first: it is what a screen reader says first.
    pub(super) fn form_title(&self, key: &str, problem: Option<&Problem>) -> String {
        let title = self.t.get(key);
        problem.map_or_else(|| title.clone(), |_| format!("{} – {title}", self.t.get("problem-title")))
    }

    pub(super) fn told(&self, problem: &Problem) -> Told {
        let refusal = match problem {
            Problem::Refused(_, note) => note.clone(),
            _ => None,
        };
        Told { words: problem.words(self.t.lang), refusal }
    }

    pub(super) fn line(&self, choice: Choice) -> Option<Line> {
        let value = name_of(self.programme(), choice)?.to_string();
        Some(Line { value, text: self.text(choice)? })
    }

    pub(super) fn lines(&self, choices: &[Choice]) -> Vec<Line> {
        choices.iter().filter_map(|choice| self.line(*choice)).collect()
    }

    pub(super) fn named_lines(&self, named: &[Named]) -> Vec<Line> {
        named.iter().filter_map(|name| self.line(self.intake.places.choice(name)?)).collect()
    }

    fn text(&self, choice: Choice) -> Option<String> {
        let programme = self.programme();
        match choice {
            Choice::Session(SessionIndex(at)) => {
                let session = programme.sessions.get(usize::try_from(at).ok()?)?;
                let Choice::Site(SiteIndex(site)) = self.intake.places.choice(&Named::Site(session.site.clone()))?
                else {
                    return None;
                };
                let site = programme.sites.get(usize::try_from(site).ok()?)?;
                let time = self.time(session.starts_at_unix_s);
                Some(self.t.with_all("choice-session", [("site", Arg::from(&site.name)), ("time", Arg::from(&time))]))
            }
            Choice::Site(SiteIndex(at)) => {
                let site = programme.sites.get(usize::try_from(at).ok()?)?;
                Some(self.t.with("choice-any-time", "site", &site.name))
            }
        }
    }
}

/// The page with the problem's status, and when to come again.
pub(super) fn with_status(mut response: Response, problem: &Problem) -> Response {
    *response.status_mut() = problem.status();
    if let Some(seconds) = problem.retry_after_s() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(seconds)));
    }
    response
}
