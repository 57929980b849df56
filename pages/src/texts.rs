//! The texts, in Fluent (projectfluent.org): `texts/ko.ftl` and `texts/en.ftl`.
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
        let bundle = match self.lang {
            Lang::Ko => &*KO,
            Lang::En => &*EN,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return key.to_owned() };
        bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }
}

static KO: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Ko, include_str!("../texts/ko.ftl")));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En, include_str!("../texts/en.ftl")));

fn bundle(lang: Lang, source: &str) -> FluentBundle<FluentResource> {
    let locale = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks are for texts of mixed direction; here they would end up in what people copy.
    bundle.set_use_isolating(false);
    // A fault in the source keeps what could be read; the tests parse the same sources and accept none.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partly, _)| partly);
    bundle.add_resource_overriding(resource);
    bundle
}
