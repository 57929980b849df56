//! `programme.toml` as tables that are asked for their keys, so that each fault is told with its line and none hides the
//! next. SPEC §3.3.
//!
//! **Invariant:** a key that nobody asked for is a fault; one that was asked for and is not there, or of another type,
//! is a fault and reads as the type's default.

use super::{FORM, PROGRAMME_TOML, SourceFault, lines, normalise, values};
use crate::programme::civil::Date;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The text, the faults found in it, and the line of every key that was asked for.
pub(super) struct Document<'a> {
    text: &'a str,
    pub(super) faults: RefCell<Vec<SourceFault>>,
    pub(super) places: RefCell<BTreeMap<String, u32>>,
}

/// A table of the document, at its path (empty: the whole document).
pub(super) struct Table<'d> {
    document: &'d Document<'d>,
    entries: &'d DeTable<'d>,
    path: String,
    line: u32,
    asked: RefCell<BTreeSet<&'static str>>,
}

type Value<'d> = Spanned<DeValue<'d>>;

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, faults: RefCell::default(), places: RefCell::default() }
    }

    pub(super) fn top<'d>(&'d self, entries: &'d DeTable<'d>) -> Table<'d> {
        Table { document: self, entries, path: String::new(), line: 1, asked: RefCell::default() }
    }

    /// Adds a fault at a byte offset.
    pub(super) fn fault_at(&self, offset: usize, message: String, mend: &str) {
        self.fault(lines::line_at(self.text.as_bytes(), offset), message, mend);
    }

    fn fault(&self, line: u32, message: String, mend: &str) {
        let fault = SourceFault { file: PROGRAMME_TOML, line, message, mend: mend.into(), label: FORM };
        self.faults.borrow_mut().push(fault);
    }
}

impl<'d> Table<'d> {
    /// Whether the key is there; asking makes it known.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn text(&self, name: &'static str) -> String {
        self.required(name, "a text in quotation marks", |value| self.read_text(&self.path_of(name), value))
    }

    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.required(name, "true or false", |value| value.get_ref().as_bool())
    }

    pub(super) fn number<T: TryFrom<i128> + Default>(&self, name: &'static str) -> T {
        self.required(name, "a whole number", |value| self.read_number(&self.path_of(name), value))
    }

    /// Seconds since 1970.
    pub(super) fn time(&self, name: &'static str) -> u64 {
        self.required(name, "a date with a time and an offset, without quotation marks", |value| {
            let written = value.get_ref().as_datetime()?;
            Some(values::instant(written).unwrap_or_else(|why| {
                let (why, mend) = why.split_once("; ").unwrap_or((why, "correct it"));
                self.document.fault_at(value.span().start, format!("{} = {written} {why}", self.path_of(name)), mend);
                0
            }))
        })
    }

    /// A day without a time; `None`, with a fault, if there is none.
    pub(super) fn date(&self, name: &'static str) -> Option<Date> {
        self.required(name, "a day such as 1960-02-29, without quotation marks", |value| {
            let written = value.get_ref().as_datetime()?;
            let date = written.date.filter(|_| written.time.is_none())?;
            let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
            Some(Some(Date::new(i16::try_from(date.year).ok()?, month, day)?))
        })
    }

    pub(super) fn texts(&self, name: &'static str) -> Vec<String> {
        self.items(name, "a list of texts", |path, value| self.read_text(path, value))
    }

    pub(super) fn numbers<T: TryFrom<i128> + Default>(&self, name: &'static str) -> Vec<T> {
        self.items(name, "a list of whole numbers", |path, value| self.read_number(path, value))
    }

    /// `None`, with a fault, if there is none.
    pub(super) fn table(&self, name: &'static str) -> Option<Self> {
        self.required(name, "a table", |value| Some(Some(self.inner(self.path_of(name), value)?)))
    }

    pub(super) fn tables(&self, name: &'static str) -> Vec<Self> {
        let tables = self.items(name, "a list of tables", |path, value| Some(Some(self.inner(path.into(), value)?)));
        tables.into_iter().flatten().collect()
    }

    /// Ends the reading: every key that was not asked for is a fault.
    pub(super) fn end(self) {
        let asked = self.asked.borrow();
        for key in self.entries.keys().filter(|key| !asked.contains(key.get_ref().as_ref())) {
            let known: Vec<_> = asked.iter().copied().collect();
            let message = format!("there is no key {:?}", self.path_of(key.get_ref()));
            let mend = format!("remove it or correct its name; known here: {}", known.join(", "));
            self.document.fault_at(key.span().start, message, &mend);
        }
    }

    /// Adds a fault at a key's value.
    pub(super) fn fault_of(&self, name: &'static str, message: String, mend: &str) {
        let offset = self.get(name).map_or(0, |value| value.span().start);
        self.document.fault_at(offset, message, mend);
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.into() } else { format!("{}.{name}", self.path) }
    }

    fn get(&self, name: &'static str) -> Option<&'d Value<'d>> {
        self.asked.borrow_mut().insert(name);
        let (key, value) = self.entries.get_key_value(name)?;
        self.remember(self.path_of(name), key.span().start);
        Some(value)
    }

    fn remember(&self, path: String, offset: usize) {
        let line = lines::line_at(self.document.text.as_bytes(), offset);
        self.document.places.borrow_mut().insert(path, line);
    }

    fn required<T: Default>(&self, name: &'static str, kind: &str, read: impl FnOnce(&'d Value<'d>) -> Option<T>) -> T {
        let path = self.path_of(name);
        let Some(value) = self.get(name) else {
            let message = format!("{path} is missing");
            self.document.fault(self.line, message, &format!("add {path}: {kind}"));
            return T::default();
        };
        read(value).unwrap_or_else(|| self.other_kind(&path, kind, value))
    }

    fn items<T: Default>(
        &self,
        name: &'static str,
        kind: &str,
        read: impl Fn(&str, &'d Value<'d>) -> Option<T>,
    ) -> Vec<T> {
        let path = self.path_of(name);
        self.required(name, kind, |value| {
            let items = value.get_ref().as_array()?.iter().enumerate();
            let item = |(index, value): (usize, &'d Value<'d>)| {
                let path = format!("{path}[{index}]");
                self.remember(path.clone(), value.span().start);
                read(&path, value).unwrap_or_else(|| self.other_kind(&path, "one of its kind", value))
            };
            Some(items.map(item).collect())
        })
    }

    fn inner(&self, path: String, value: &'d Value<'d>) -> Option<Self> {
        let entries = value.get_ref().as_table()?;
        let line = lines::line_at(self.document.text.as_bytes(), value.span().start);
        Some(Self { document: self.document, entries, path, line, asked: RefCell::default() })
    }

    fn read_text(&self, path: &str, value: &Value) -> Option<String> {
        Some(normalise(value.get_ref().as_str()?).unwrap_or_else(|error| {
            self.document.fault_at(value.span().start, format!("{path}: {error}"), "write the text in one line");
            String::new()
        }))
    }

    fn read_number<T: TryFrom<i128> + Default>(&self, path: &str, value: &Value) -> Option<T> {
        let written = value.get_ref().as_integer()?;
        let number = i128::from_str_radix(written.as_str(), written.radix()).ok();
        Some(number.and_then(|number| T::try_from(number).ok()).unwrap_or_else(|| {
            let message = format!("{path} = {written} is out of range");
            self.document.fault_at(value.span().start, message, "write a smaller number that is not negative");
            T::default()
        }))
    }

    fn other_kind<T: Default>(&self, path: &str, kind: &str, value: &Value) -> T {
        let message = format!("{path} is of the kind {:?}", value.get_ref().type_str());
        self.document.fault_at(value.span().start, message, &format!("write {kind}"));
        T::default()
    }
}
