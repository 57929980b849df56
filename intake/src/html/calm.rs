//! What went wrong, told where it helps: next to the field that can be mended, or on a page of its own that says what now.
//!
//! **Invariant:** an access code that was typed is never repeated. The birth date and the change key are, where nothing is
//! wrong with them and the same form has only to be sent again.

use super::{
    Pairs,
    frame::{Frame, with_status},
    phase::Phase,
};
use crate::{problem::Problem, refusal::Refusal};
use askama::Template;
use axum::response::Response;
use pages::Texts;

/// Where a form's problem can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    AccessCode,
    BirthDate,
    ChangeKey,
    Choices,
    /// By sending the form once more.
    Again,
    /// Not in a form: it needs time, or other people.
    Nowhere,
}

/// A form's problem; none is a form without one.
pub(super) struct Told {
    words: String,
    at: Option<At>,
    pub(super) refusal: Option<String>,
    /// Said when all that is needed is to wait a little: what has happened, and that waiting costs nothing.
    pub(super) wait: Option<Wait>,
    /// What stands in the field for the birth date.
    pub(super) born: String,
    /// What stands in the field for the change key.
    pub(super) key: String,
}

/// That too many came at once, in words.
pub(super) struct Wait {
    pub(super) heading: String,
    pub(super) next: String,
}

#[derive(Template)]
#[template(path = "calm.html")]
struct Calm<'a> {
    t: Texts,
    heading: String,
    words: String,
    next: String,
    /// The way on, where one can still register.
    choose: Option<String>,
    refusal: Option<&'a str>,
    phone: Option<&'a str>,
    home: String,
    mine: String,
}

impl Told {
    pub(super) fn of(frame: &Frame<'_>, problem: Option<&Problem>) -> Self {
        let refusal = match problem {
            Some(Problem::Refused(_, note)) => note.clone(),
            _ => None,
        };
        let words = problem.map_or_else(String::new, |problem| problem.words(frame.t.lang));
        let busy = matches!(problem, Some(Problem::Busy | Problem::Unknown));
        let closes = frame.time(frame.programme().window.closes_at_unix_s);
        let wait = busy
            .then(|| Wait { heading: frame.t.get("calm-busy"), next: frame.t.with("calm-busy-next", "time", &closes) });
        Self { words, at: problem.map(place), refusal, wait, born: String::new(), key: String::new() }
    }

    /// The same with what was typed, if it has only to be sent again.
    pub(super) fn keeping(self, typed: &Pairs) -> Self {
        if self.at != Some(At::Again) {
            return self;
        }
        Self { born: typed.get("birth_date").to_owned(), key: typed.get("change_key").to_owned(), ..self }
    }

    /// The summary above the form: the words, and the field they lead to.
    pub(super) fn summary(&self) -> Option<(&str, &str)> {
        let field = match self.at? {
            At::AccessCode => "#access-code",
            At::BirthDate => "#birth-date",
            At::ChangeKey => "#change-key",
            At::Choices => "#choices",
            At::Again => "#send",
            At::Nowhere => "#main",
        };
        Some((&self.words, field))
    }

    /// What happened.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// The words for the access code's field.
    pub(super) fn code(&self) -> Option<&str> {
        self.words_at(At::AccessCode)
    }

    /// The words for the birth date's field. Wrong credentials stand at the code: which of the two is wrong is not told.
    pub(super) fn birth_date(&self) -> Option<&str> {
        self.words_at(At::BirthDate)
    }

    /// The words for the list.
    pub(super) fn choices(&self) -> Option<&str> {
        self.words_at(At::Choices)
    }

    /// The words for the change key's field.
    pub(super) fn change_key(&self) -> Option<&str> {
        self.words_at(At::ChangeKey)
    }

    fn words_at(&self, at: At) -> Option<&str> {
        (self.at == Some(at)).then_some(self.words.as_str())
    }
}

/// A page for what no form can mend; `None` if the form should be shown again.
pub(super) fn instead_of_form(frame: &Frame<'_>, problem: &Problem) -> Option<Response> {
    (place(problem) == At::Nowhere).then(|| page(frame, problem))
}

/// A page that says what happened and what now, with the problem's status.
pub(super) fn page(frame: &Frame<'_>, problem: &Problem) -> Response {
    let (t, open) = (frame.t, frame.phase() <= Phase::Open);
    let none = matches!(problem, Problem::Refused(Refusal::NotRegistered, _));
    let (heading, next) = match problem {
        Problem::Refused(Refusal::Closed, _) => ("calm-closed", "calm-closed-next"),
        Problem::Refused(Refusal::NotOpen, _) => ("calm-not-open", "calm-not-open-next"),
        Problem::Refused(Refusal::NotRegistered, _) if open => ("calm-none", "calm-none-next"),
        Problem::Refused(Refusal::NotRegistered, _) => ("calm-none", "calm-closed-next"),
        Problem::TooManyTries => ("calm-tries", "calm-tries-next"),
        Problem::Busy | Problem::Unknown => ("calm-busy", "calm-busy-next"),
        Problem::NotFound | Problem::Method => ("calm-not-found", "calm-not-found-next"),
        _ => ("problem-title", "calm-other-next"),
    };
    let window = &frame.programme().window;
    let time = match problem {
        Problem::Refused(Refusal::NotOpen, _) => window.opens_at_unix_s,
        _ => window.closes_at_unix_s,
    };
    let refusal = match problem {
        Problem::Refused(_, note) => note.as_deref(),
        _ => None,
    };
    let calm = Calm {
        t,
        heading: t.get(heading),
        words: if none { t.get("calm-none-what") } else { problem.words(t.lang) },
        choose: (none && open).then(|| frame.href("/choose")),
        next: t.with(next, "time", &frame.time(time)),
        refusal,
        phone: frame.intake.office.phone.as_deref(),
        home: frame.href("/"),
        mine: frame.href("/change"),
    };
    with_status(frame.page(&t.get(heading), &[], &calm), problem)
}

fn place(problem: &Problem) -> At {
    use Refusal as R;
    match problem {
        Problem::Refused(refusal, _) => match refusal {
            R::WrongCodeOrBirthDate => At::AccessCode,
            R::NotEligible => At::BirthDate,
            R::AlreadyRegistered
            | R::NotRegistered
            | R::Withdrawn
            | R::ChangeKeyMissing
            | R::WrongChangeKey
            | R::ChangedElsewhere
            | R::ChangedByOffice => At::ChangeKey,
            R::UnknownChoice | R::NoChoices | R::TooManyChoices | R::RepeatedChoice | R::OutOfReach => At::Choices,
            R::RequestIdReused => At::Again,
            R::NotOpen | R::Closed | R::NoSuchTicket | R::TooManyRevisions => At::Nowhere,
        },
        Problem::Busy | Problem::Unknown | Problem::Internal | Problem::Malformed(_) => At::Again,
        Problem::MediaType
        | Problem::TooLarge
        | Problem::NotFound
        | Problem::Method
        | Problem::CrossSite
        | Problem::TooManyTries => At::Nowhere,
    }
}
