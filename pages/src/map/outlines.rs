//! The shapes of districts, read from a file: `code,enlarged_ko,enlarged_en,outline`, described in `data/README.md`.
//!
//! **Invariant:** codes are distinct; every shape has at least one ring, every ring three corners, every corner lies within
//! 0 to [`EXTENT`] in both directions.

use crate::Lang;
use std::fmt::{self, Write};

/// Largest coordinate.
const EXTENT: i32 = 100_000;
/// Longest file that is read, in bytes.
const FILE_BYTES: usize = 2_000_000;
const COLUMNS: [&str; 4] = ["code", "enlarged_ko", "enlarged_en", "outline"];

/// Why a file is no list of outlines. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutlinesError {
    /// It is too long to be put into a page.
    #[error("{bytes} bytes are too many for a map: thin the outlines until there are at most {FILE_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It is not CSV.
    #[error("not CSV: {reason}")]
    Csv {
        /// In the reader's words.
        reason: String,
    },
    /// It has other columns.
    #[error("the first line must be code,enlarged_ko,enlarged_en,outline")]
    Columns,
    /// Two lines have one code.
    #[error("line {line}: district {code} stands there twice")]
    Repeated {
        /// The second of them.
        line: u64,
        /// The code.
        code: String,
    },
    /// An outline is no list of rings.
    #[error("line {line}: the outline of {code} is not made of rings of at least three corners within the grid")]
    Ring {
        /// Where.
        line: u64,
        /// Whose.
        code: String,
    },
}

/// The shapes of districts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlines {
    all: Vec<Outline>,
}

/// One district's shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) code: String,
    /// Path data of SVG 1.1 §8.3.
    pub(super) path: String,
    pub(super) bounds: Bounds,
    /// Title of its enlargement, in Korean and in English; empty for none.
    enlarged: [String; 2],
}

/// A box on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Outlines {
    /// Reads a file.
    ///
    /// # Errors
    /// [`OutlinesError`] names the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, OutlinesError> {
        if bytes.len() > FILE_BYTES {
            return Err(OutlinesError::TooLong { bytes: bytes.len() });
        }
        let failed = |error: csv::Error| OutlinesError::Csv { reason: error.to_string() };
        let mut reader = csv::Reader::from_reader(bytes);
        if reader.headers().map_err(failed)? != COLUMNS.as_slice() {
            return Err(OutlinesError::Columns);
        }
        let mut all: Vec<Outline> = Vec::new();
        for row in reader.records() {
            let row = row.map_err(failed)?;
            let line = row.position().map_or(0, csv::Position::line);
            let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
            let code = cell(0);
            if all.iter().any(|outline| outline.code == code) {
                return Err(OutlinesError::Repeated { line, code });
            }
            let Some((path, bounds)) = rings(&cell(3)) else { return Err(OutlinesError::Ring { line, code }) };
            all.push(Outline { code, path, bounds, enlarged: [cell(1), cell(2)] });
        }
        Ok(Self { all })
    }

    pub(super) fn all(&self) -> &[Outline] {
        &self.all
    }

    /// The enlargements in the order of their first district: title and districts.
    pub(super) fn enlarged(&self, lang: Lang) -> Vec<(&str, Vec<&Outline>)> {
        let mut parts: Vec<(&str, Vec<&Outline>)> = Vec::new();
        for outline in &self.all {
            let [ko, en] = &outline.enlarged;
            let title = lang.programme_name(ko, en);
            if title.is_empty() {
                continue;
            }
            match parts.iter_mut().find(|(known, _)| *known == title) {
                Some((_, members)) => members.push(outline),
                None => parts.push((title, vec![outline])),
            }
        }
        parts
    }
}

impl Bounds {
    /// The box around boxes; an empty one around none.
    pub(super) fn around(boxes: impl IntoIterator<Item = Self>) -> Self {
        let join = |a: Self, b: Self| Self {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        };
        boxes.into_iter().reduce(join).unwrap_or(Self { left: 0, top: 0, right: 0, bottom: 0 })
    }

    /// With room for the line around it: a sixtieth of the larger side.
    pub(super) fn padded(self) -> Self {
        let room = (self.right - self.left).max(self.bottom - self.top) / 60 + 1;
        Self { left: self.left - room, top: self.top - room, right: self.right + room, bottom: self.bottom + room }
    }
}

impl fmt::Display for Bounds {
    /// As an SVG viewBox.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {} {} {}", self.left, self.top, self.right - self.left, self.bottom - self.top)
    }
}

/// Path data and bounds of rings joined by `;`.
fn rings(text: &str) -> Option<(String, Bounds)> {
    let mut path = String::new();
    let mut boxes = Vec::new();
    for ring in text.split(';') {
        let numbers: Vec<i32> = ring.split(' ').map(|word| word.parse().ok()).collect::<Option<_>>()?;
        let pairs = numbers.as_chunks::<2>();
        let ([start, steps @ ..], []) = pairs else { return None };
        if steps.len() < 2 {
            return None;
        }
        let mut at = *start;
        boxes.push(point(at)?);
        write!(path, "M{} {}l", at[0], at[1]).ok()?;
        for (place, step) in steps.iter().enumerate() {
            at = [at[0].checked_add(step[0])?, at[1].checked_add(step[1])?];
            boxes.push(point(at)?);
            let gap = if place == 0 || step[0] < 0 { "" } else { " " };
            let middle = if step[1] < 0 { "" } else { " " };
            write!(path, "{gap}{}{middle}{}", step[0], step[1]).ok()?;
        }
        path.push('z');
    }
    Some((path, Bounds::around(boxes)))
}

fn point([x, y]: [i32; 2]) -> Option<Bounds> {
    let within = (0..=EXTENT).contains(&x) && (0..=EXTENT).contains(&y);
    within.then_some(Bounds { left: x, top: y, right: x, bottom: y })
}
