//! A map of a programme's districts as SVG, shaded by a class for each, each a link. Outlines come from a file beside
//! the programme; a programme without one has no map.
//!
//! **Invariant:** whatever the map says stands in a table beside it too: it is hidden from screen readers, and its links
//! are not in the order of the Tab key, where hundreds of them would be a trap.

mod outlines;

pub use outlines::{Outlines, OutlinesError};

use askama::Template;
use outlines::{Bounds, Outline};
use std::collections::BTreeMap;

/// How many shades there are beside the neutral one, from light to dark.
pub const SHADES: u8 = 5;

/// What a map says about one district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The district's code.
    pub code: String,
    /// 0 where there is nothing to say, else 1 to [`SHADES`].
    pub shade: u8,
    /// Name and value, shown to a pointer that rests on it.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

#[derive(Template)]
#[template(path = "map.html")]
struct Map<'a> {
    bounds: Bounds,
    drawn: Vec<(&'a Outline, Option<&'a Area>)>,
    parts: Vec<Enlarged<'a>>,
}

/// Some districts again, larger.
struct Enlarged<'a> {
    title: &'a str,
    bounds: Bounds,
    drawn: Vec<(&'a Outline, Option<&'a Area>)>,
}

#[derive(Template)]
#[template(path = "map-legend.html")]
struct Legend<'a> {
    labels: &'a [(u8, String)],
}

/// The map with its enlargements, or nothing if no area has an outline. There may be one on a page.
///
/// # Errors
/// Only if the template cannot be written out.
pub fn svg(outlines: &Outlines, areas: &[Area], lang: crate::Lang) -> Result<Option<String>, askama::Error> {
    let by_code: BTreeMap<&str, &Area> = areas.iter().map(|area| (area.code.as_str(), area)).collect();
    let area = |outline: &Outline| by_code.get(outline.code.as_str()).copied();
    if outlines.all().iter().all(|outline| area(outline).is_none()) {
        return Ok(None);
    }
    let drawn = outlines.all().iter().map(|outline| (outline, area(outline))).collect();
    let parts = outlines.enlarged(lang).into_iter().map(|(title, members)| Enlarged {
        title,
        bounds: Bounds::around(members.iter().map(|outline| outline.bounds)).padded(),
        drawn: members.into_iter().map(|outline| (outline, area(outline))).collect(),
    });
    let bounds = Bounds::around(outlines.all().iter().map(|outline| outline.bounds)).padded();
    Map { bounds, drawn, parts: parts.collect() }.render().map(Some)
}

/// What the shades mean: shade and words.
///
/// # Errors
/// Only if the template cannot be written out.
pub fn legend(labels: &[(u8, String)]) -> Result<String, askama::Error> {
    Legend { labels }.render()
}
