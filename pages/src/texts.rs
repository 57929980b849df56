//! The texts, in Fluent (projectfluent.org): one file of `texts/` for each language.
//!
//! **Invariant:** a missing key shows as the key itself and never stops a page; the crate's tests refuse a missing,
//! unused or unequal key.

use crate::Lang;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{borrow::Cow, sync::LazyLock};

/// The texts of one language; what templates are handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Which language.
    pub lang: Lang,
}

/// An argument of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// A number that decides between singular and plural.
    Count(u64),
    /// Text as it is.
    Text(Cow<'a, str>),
}

impl From<u64> for Arg<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<&u64> for Arg<'_> {
    fn from(count: &u64) -> Self {
        Self::Count(*count)
    }
}

impl<'a> From<&&'a str> for Arg<'a> {
    fn from(text: &&'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&&&'a str> for Arg<'a> {
    fn from(text: &&&'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&&'a String> for Arg<'a> {
    fn from(text: &&'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl Texts {
    /// The texts of `lang`.
    pub fn of(lang: Lang) -> Self {
        Self { lang }
    }

    /// The text under `key`.
    pub fn get(self, key: &str) -> String {
        self.format(key, &FluentArgs::new())
    }

    /// The text under `key` with one argument.
    pub fn with<'a>(self, key: &str, name: &'a str, arg: impl Into<Arg<'a>>) -> String {
        self.with_all(key, [(name, arg.into())])
    }

    /// The text under `key` with several arguments.
    pub fn with_all<'a>(self, key: &str, args: impl IntoIterator<Item = (&'a str, Arg<'a>)>) -> String {
        let mut all = FluentArgs::new();
        for (name, arg) in args {
            match arg {
                Arg::Count(count) => all.set(name, count),
                Arg::Text(text) => all.set(name, FluentValue::String(text)),
            }
        }
        self.format(key, &all)
    }

    fn format(self, key: &str, args: &FluentArgs<'_>) -> String {
        text(&SPOKEN[self.lang.place()].bundle, key, args).unwrap_or_else(|| key.to_owned())
    }
}

/// What is read of a language's file once.
struct Spoken {
    bundle: FluentBundle<FluentResource>,
    /// Which of a programme's names are shown.
    korean_names: bool,
}

/// By [`Lang::place`].
static SPOKEN: LazyLock<Vec<Spoken>> = LazyLock::new(|| Lang::ALL.into_iter().map(spoken).collect());

/// Whether pages in `lang` show a programme's Korean names; they show its English ones otherwise.
pub(crate) fn names_are_korean(lang: Lang) -> bool {
    SPOKEN[lang.place()].korean_names
}

fn spoken(lang: Lang) -> Spoken {
    let locale = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks are for texts of mixed direction; here they would end up in what people copy.
    bundle.set_use_isolating(false);
    // A fault in the source keeps what could be read; the tests parse the same sources and accept none.
    let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(partly, _)| partly);
    bundle.add_resource_overriding(resource);
    let names = text(&bundle, "programme-names", &FluentArgs::new());
    Spoken { bundle, korean_names: names.as_deref() == Some("ko") }
}

fn text(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}
