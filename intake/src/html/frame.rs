//! A page in its frame, and the lines that several pages share.

use super::phase::Phase;
use crate::{
    http,
    intake::Intake,
    problem::Problem,
    request::{Named, name_of},
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use pages::{Lang, Layout, Link, Texts, numbers::in_words};
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
    /// A page that no link leads to.
    Elsewhere,
}

impl Spot {
    const LINKED: [(Self, &'static str, &'static str); 3] = [
        (Self::About, "/", "nav-about"),
        (Self::Choose, "/choose", "nav-choose"),
        (Self::Change, "/change", "nav-change"),
    ];
}

/// What goes around a page.
pub(super) struct Frame<'a> {
    pub(super) intake: &'a Intake,
    pub(super) t: Texts,
    spot: Spot,
    scripts: &'static [&'static str],
}

/// A choice as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As it stands in addresses and forms.
    pub(super) value: String,
    /// The site's name.
    pub(super) site: String,
    /// The session's time, or that any time will do.
    pub(super) time: String,
    /// Both in one line.
    pub(super) text: String,
}

#[derive(Template)]
#[template(path = "footer.html")]
struct Footer<'a> {
    t: Texts,
    phone: Option<&'a str>,
    help: String,
}

impl<'a> Frame<'a> {
    pub(super) fn new(intake: &'a Intake, lang: Lang, spot: Spot) -> Self {
        Self { intake, t: Texts::of(lang), spot, scripts: &[] }
    }

    /// The same with scripts, which make a page easier that works without them.
    pub(super) fn with(self, scripts: &'static [&'static str]) -> Self {
        Self { scripts, ..self }
    }

    pub(super) fn programme(&self) -> &'a Programme {
        &self.intake.programme
    }

    /// `path` in this page's language.
    pub(super) fn href(&self, path: &str) -> String {
        format!("{path}?lang={}", self.t.lang.tag())
    }

    pub(super) fn title(&self, title: &'a Title) -> &'a str {
        self.t.lang.programme_name(&title.ko, &title.en)
    }

    pub(super) fn phase(&self) -> Phase {
        Phase::at(&self.programme().window, self.intake.clock.now())
    }

    /// For how long a page that shows the phase may be kept, at most `longest`.
    pub(super) fn lasts_s(&self, longest: u64) -> u64 {
        Phase::lasts_s(&self.programme().window, self.intake.clock.now(), longest)
    }

    pub(super) fn time(&self, unix_s: u64) -> String {
        in_words(unix_s, &self.programme().time_zone, self.t.lang)
    }

    /// The page; `elsewhere` are its addresses in other languages, if it can be asked for again.
    pub(super) fn page(&self, title: &str, elsewhere: &[(Lang, String)], body: &impl Template) -> Response {
        self.html(title, elsewhere, body).map_or_else(
            |error| {
                tracing::error!(%error, "a page cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            },
            |html| Html(html).into_response(),
        )
    }

    /// The page's bytes.
    pub(super) fn html(
        &self,
        title: &str,
        elsewhere: &[(Lang, String)],
        body: &impl Template,
    ) -> askama::Result<String> {
        let body = body.render()?;
        let links = Spot::LINKED.map(|(spot, path, key)| Link {
            href: self.href(path),
            text: self.t.get(key),
            here: spot == self.spot,
        });
        let phone = self.intake.office.phone.as_deref();
        let footer = Footer { t: self.t, phone, help: format!("{}#help", self.href("/")) }.render()?;
        let scripts: Vec<&str> = self.scripts.iter().map(|script| http::address(script)).collect();
        let layout = Layout {
            lang: self.t.lang,
            title,
            draw: self.title(&self.programme().title),
            rehearsal: self.programme().rehearsal,
            root: "/",
            home: &self.href("/"),
            style: http::address("assets/style.css"),
            scripts: &scripts,
            policy: None,
            wide: false,
            links: &links,
            elsewhere,
            body: &body,
            footer: &footer,
        };
        layout.render()
    }

    /// The title of a form. With a problem, the problem comes first: it is what a screen reader says first.
    pub(super) fn form_title(&self, key: &str, problem: Option<&Problem>) -> String {
        let title = self.t.get(key);
        let told = |problem: &Problem| match problem {
            Problem::Busy | Problem::Unknown => "calm-busy",
            _ => "problem-title",
        };
        problem.map_or_else(|| title.clone(), |problem| format!("{} – {title}", self.t.get(told(problem))))
    }

    pub(super) fn line(&self, choice: Choice) -> Option<Line> {
        let value = name_of(self.programme(), choice)?.to_string();
        let (site, time) = match choice {
            Choice::Session(SessionIndex(at)) => {
                let session = self.programme().sessions.get(usize::try_from(at).ok()?)?;
                let site = self.intake.places.choice(&Named::Site(session.site.clone()))?;
                (site, self.time(session.starts_at_unix_s))
            }
            Choice::Site(_) => (choice, self.t.get("choose-any-time")),
        };
        let Choice::Site(SiteIndex(at)) = site else { return None };
        let site = self.programme().sites.get(usize::try_from(at).ok()?)?;
        let text = format!("{}, {time}", site.name);
        Some(Line { value, site: site.name.clone(), time, text })
    }

    pub(super) fn lines(&self, choices: &[Choice]) -> Vec<Line> {
        choices.iter().filter_map(|choice| self.line(*choice)).collect()
    }

    pub(super) fn named_lines(&self, named: &[Named]) -> Vec<Line> {
        named.iter().filter_map(|name| self.line(self.intake.places.choice(name)?)).collect()
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
