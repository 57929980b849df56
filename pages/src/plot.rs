//! Plots of counts and shares as SVG: horizontal bars, each below its label and before its value, over a scale.
//!
//! Colours are keys: the stylesheet gives [`INK`], [`RULE`] and [`SERIES`] the colours of the reader's scheme (a rule of
//! CSS is stronger than an attribute of SVG). Text stays text.
//!
//! **Invariant:** the same plot is the same bytes on every machine: values are scaled in integers, and all coordinates
//! are integers; a plot repeats a table beside it, and says nothing by colour alone.

use plotters::{
    coord::types::RangedCoordi32,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use std::fmt::Display;

/// Key of text.
pub const INK: RGBColor = RGBColor(0, 0, 0);
/// Key of the scale's lines.
pub const RULE: RGBColor = RGBColor(0xcc, 0xcc, 0xcc);
/// Keys of the parts of a bar, in order.
pub const SERIES: [RGBColor; 3] = [RGBColor(1, 1, 1), RGBColor(2, 2, 2), RGBColor(3, 3, 3)];

/// As wide as a small phone's column, so that text is as large there as around the plot.
const WIDTH: u32 = 336;
/// From the left edge to just past the longest bar, which is a pixel shorter; values stand to the right of it.
const LONGEST: u32 = 209;
const ROW: i32 = 48;
const BAR: i32 = 16;
const SCALE: u32 = 28;
/// What a bar that is as long as the scale counts.
const FULL: u32 = 10_000;
/// Widest label; a character of Hangul counts two.
const LABEL: usize = 40;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// Its parts, at most as many as there are [`SERIES`].
    pub parts: Vec<u64>,
    /// Its value in words.
    pub value: String,
}

/// What the full length stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// This many: the scale is in percent.
    Count(u64),
    /// All parts of the bar together: the scale is in percent.
    Itself,
    /// The largest bar: there is no scale.
    Largest,
}

/// A plot.
#[derive(Clone, Copy, Debug)]
pub struct Bars<'a> {
    /// Unique on its page; an HTML identifier.
    pub id: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// What it says, in a sentence.
    pub description: &'a str,
    /// From the top.
    pub bars: &'a [Bar],
    /// The scale.
    pub full: Full,
}

/// Why there is no plot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// There are more bars than a page can show.
    #[error("{bars} bars are too many for a plot")]
    TooMany {
        /// How many.
        bars: usize,
    },
    /// The library refused.
    #[error("the plot could not be drawn: {reason}")]
    Drawing {
        /// In its words.
        reason: String,
    },
}

type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordi32, RangedCoordi32>>;

impl Bars<'_> {
    /// The plot as an `svg` element for a page.
    ///
    /// # Errors
    /// [`PlotError`].
    pub fn svg(&self) -> Result<String, PlotError> {
        let rows = i32::try_from(self.bars.len()).ok().filter(|rows| *rows <= 1_000);
        let rows = rows.ok_or(PlotError::TooMany { bars: self.bars.len() })?;
        let scale = if self.full == Full::Largest { 0 } else { SCALE };
        let height = rows.unsigned_abs() * ROW.unsigned_abs() + scale;
        let mut drawn = String::new();
        {
            let root = SVGBackend::with_string(&mut drawn, (WIDTH, height)).into_drawing_area();
            self.draw(&root, rows, scale)?;
            root.present().map_err(failed)?;
        }
        // The library's first line has a fixed size and no words.
        let body = drawn.split_once(">\n").map_or("", |(_, body)| body).trim_end();
        let (id, title, description) = (self.id, escaped(self.title), escaped(self.description));
        Ok(format!(
            "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n{body}"
        ))
    }

    fn draw(
        &self,
        root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
        rows: i32,
        scale: u32,
    ) -> Result<(), PlotError> {
        let full = i32::try_from(FULL).unwrap_or(i32::MAX);
        // One unit of the upright axis is one pixel, from the bottom.
        let mut chart = ChartBuilder::on(root)
            .margin_right(WIDTH - LONGEST)
            .set_label_area_size(LabelAreaPosition::Bottom, scale)
            .build_cartesian_2d(0..full, 0..rows * ROW)
            .map_err(failed)?;
        if scale > 0 {
            let text = style(Pos::new(HPos::Center, VPos::Top));
            let mut mesh = chart.configure_mesh();
            mesh.disable_y_mesh().disable_y_axis().axis_style(RULE).bold_line_style(RULE).light_line_style(TRANSPARENT);
            mesh.x_labels(3).x_label_style(text).x_label_formatter(&percent);
            mesh.draw().map_err(failed)?;
        }
        for (row, bar) in (0..).zip(self.bars) {
            self.bar(&mut chart, bar, (rows - row) * ROW)?;
        }
        Ok(())
    }

    /// One bar whose row begins at `top`.
    fn bar(&self, chart: &mut Chart<'_>, bar: &Bar, top: i32) -> Result<(), PlotError> {
        let (above, below) = (top - 24, top - 24 - BAR);
        let label = style(Pos::new(HPos::Left, VPos::Top));
        let value = style(Pos::new(HPos::Left, VPos::Center));
        let label = Text::new(shortened(&bar.label), (0, top - 4), label);
        chart.draw_series([label]).map_err(failed)?;
        let mut end = 0;
        for (part, colour) in bar.parts.iter().zip(SERIES) {
            let start = end;
            end = start + self.length(*part, bar);
            if end > start {
                let part = Rectangle::new([(start, above), (end, below)], colour.filled());
                chart.draw_series([part]).map_err(failed)?;
            }
        }
        let text = EmptyElement::at((end, below + BAR / 2)) + Text::new(bar.value.clone(), (6, 0), value);
        chart.draw_series([text]).map(drop).map_err(failed)
    }

    /// In units of the scale; no part is longer than it.
    fn length(&self, part: u64, bar: &Bar) -> i32 {
        let sum = |bar: &Bar| bar.parts.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
        let full = match self.full {
            Full::Count(full) => full,
            Full::Itself => sum(bar),
            Full::Largest => self.bars.iter().map(sum).max().unwrap_or(0),
        };
        let length = (u128::from(part) * u128::from(FULL)).checked_div(u128::from(full)).unwrap_or(0);
        i32::try_from(length.min(u128::from(FULL))).unwrap_or(0)
    }
}

/// A place on the scale; the bars' own beginning needs none.
fn percent(place: &i32) -> String {
    if *place == 0 { String::new() } else { format!("{}%", place / 100) }
}

fn style(position: Pos) -> TextStyle<'static> {
    // The library divides by 1.24; the stylesheet has the last word.
    TextStyle::from(("sans-serif", 18).into_font()).color(&INK).pos(position)
}

/// Cut where the picture ends; the table has the whole.
fn shortened(label: &str) -> String {
    let mut width = 0;
    let mut place = |character: char| {
        width += if character.is_ascii() { 1 } else { 2 };
        width
    };
    match label.char_indices().find(|(_, character)| place(*character) > LABEL) {
        None => label.to_owned(),
        Some((at, _)) => format!("{}…", label[..at].trim_end()),
    }
}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

fn failed(error: impl Display) -> PlotError {
    PlotError::Drawing { reason: error.to_string() }
}
