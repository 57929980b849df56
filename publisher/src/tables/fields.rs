//! What every column of the open tables means: the source of both data dictionaries.

use super::summaries::placed_by_choice;
use crate::view::FEW;
use pages::{Lang, Texts};
use protocol::programme::Programme;

/// How a value is written (types of Table Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// A whole number; lottery numbers need 64 bits without sign.
    Integer,
    /// A time with its distance from UTC.
    Time,
    /// Texts, joined by semicolons in CSV.
    List,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether a row may have nothing there.
    pub(crate) optional: bool,
    /// Key of its meaning.
    key: &'static str,
    /// The choice that it is about, where each has its own column.
    choice: u64,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableInfo {
    pub(crate) name: &'static str,
    /// Key of what it holds.
    what: &'static str,
    /// The columns that tell rows apart; none where one of them may be empty.
    pub(crate) key: &'static [&'static str],
    pub(crate) fields: Vec<Field>,
}

impl Field {
    pub(crate) fn text(&self, lang: Lang) -> String {
        // What became of fewer than `FEW` people is left out of summaries; the table of entries has it under tickets.
        Texts::of(lang).with_all(self.key, [("few", FEW.into()), ("choice", self.choice.into())])
    }
}

impl TableInfo {
    pub(crate) fn text(&self, lang: Lang) -> String {
        Texts::of(lang).get(self.what)
    }
}

/// All tables of a programme's draw, in the order of [`super::NAMES`].
pub(crate) fn describe(programme: &Programme) -> Vec<TableInfo> {
    let mut cohorts = fields(COHORTS);
    cohorts.extend((1..=programme.max_choices).map(|choice| Field {
        name: placed_by_choice(choice),
        kind: Kind::Integer,
        optional: false,
        key: "column-placed-by-choice",
        choice: choice.into(),
    }));
    vec![
        TableInfo { name: "entries", what: "table-entries", key: &["ticket"], fields: fields(ENTRIES) },
        TableInfo { name: "sessions", what: "table-sessions", key: &["session"], fields: fields(SESSIONS) },
        TableInfo { name: "pools", what: "table-pools", key: &[], fields: fields(POOLS) },
        TableInfo { name: "cohorts", what: "table-cohorts", key: &["cohort"], fields: cohorts },
        TableInfo { name: "districts", what: "table-districts", key: &["district"], fields: fields(DISTRICTS) },
        TableInfo {
            name: "residents",
            what: "table-residents",
            key: &["cohort", "district"],
            fields: fields(RESIDENTS),
        },
    ]
}

/// Name, form, whether it may be empty, key of its meaning.
type Row = (&'static str, Kind, bool, &'static str);

fn fields(rows: &[Row]) -> Vec<Field> {
    let field = |(name, kind, optional, key): &Row| Field {
        name: (*name).into(),
        kind: *kind,
        optional: *optional,
        key,
        choice: 0,
    };
    rows.iter().map(field).collect()
}

const ENTRIES: &[Row] = &[
    ("ticket", Kind::Text, false, "column-ticket"),
    ("revision", Kind::Integer, false, "column-revision"),
    ("status", Kind::Text, false, "column-status"),
    ("cohort", Kind::Text, false, "column-cohort"),
    ("home_district", Kind::Text, false, "column-home-district"),
    ("channel", Kind::Text, false, "column-channel"),
    ("choices", Kind::List, true, "column-choices"),
    ("lottery_number", Kind::Integer, true, "column-lottery-number"),
    ("outcome", Kind::Text, false, "column-outcome"),
    ("session", Kind::Text, true, "column-entries-session"),
    ("site", Kind::Text, true, "column-entries-site"),
    ("district", Kind::Text, true, "column-entries-district"),
    ("choice", Kind::Integer, true, "column-choice"),
];

const SESSIONS: &[Row] = &[
    ("session", Kind::Text, false, "column-sessions-session"),
    ("site", Kind::Text, false, "column-sessions-site"),
    ("site_name", Kind::Text, false, "column-site-name"),
    ("district", Kind::Text, false, "column-sessions-district"),
    ("latitude_microdeg", Kind::Integer, false, "column-latitude-microdeg"),
    ("longitude_microdeg", Kind::Integer, false, "column-longitude-microdeg"),
    ("starts_at", Kind::Time, false, "column-starts-at"),
    ("starts_at_unix_s", Kind::Integer, false, "column-starts-at-unix-s"),
    ("capacity", Kind::Integer, false, "column-capacity"),
    ("placed", Kind::Integer, false, "column-sessions-placed"),
    ("first_choices", Kind::Integer, false, "column-first-choices"),
    ("listed", Kind::Integer, false, "column-listed"),
    ("closing_tier", Kind::Integer, true, "column-closing-tier"),
    ("closing_number", Kind::Integer, true, "column-closing-number"),
    ("closing_ticket", Kind::Text, true, "column-closing-ticket"),
    ("price", Kind::Integer, false, "column-price"),
    ("tie_price", Kind::Text, false, "column-tie-price"),
];

const POOLS: &[Row] = &[
    ("session", Kind::Text, false, "column-sessions-session"),
    ("reserve", Kind::Text, true, "column-reserve"),
    ("reserve_ko", Kind::Text, true, "column-reserve-ko"),
    ("reserve_en", Kind::Text, true, "column-reserve-en"),
    ("capacity", Kind::Integer, false, "column-capacity"),
    ("placed", Kind::Integer, false, "column-sessions-placed"),
    ("closing_tier", Kind::Integer, true, "column-closing-tier"),
    ("closing_number", Kind::Integer, true, "column-closing-number"),
    ("closing_ticket", Kind::Text, true, "column-closing-ticket"),
    ("first_pass_closing_tier", Kind::Integer, true, "column-first-pass-closing-tier"),
    ("first_pass_closing_number", Kind::Integer, true, "column-first-pass-closing-number"),
    ("first_pass_closing_ticket", Kind::Text, true, "column-closing-ticket"),
    ("price", Kind::Integer, false, "column-price"),
    ("tie_prices", Kind::Text, false, "column-tie-prices"),
];

const COHORTS: &[Row] = &[
    ("cohort", Kind::Text, false, "column-cohort"),
    ("title_ko", Kind::Text, false, "column-title-ko"),
    ("title_en", Kind::Text, false, "column-title-en"),
    ("tier", Kind::Integer, false, "column-tier"),
    ("active", Kind::Integer, false, "column-cohorts-active"),
    ("withdrawn", Kind::Integer, false, "column-cohorts-withdrawn"),
    ("placed", Kind::Integer, false, "column-cohorts-placed"),
    ("unplaced", Kind::Integer, false, "column-cohorts-unplaced"),
];

const DISTRICTS: &[Row] = &[
    ("district", Kind::Text, false, "column-districts-district"),
    ("name_ko", Kind::Text, false, "column-title-ko"),
    ("name_en", Kind::Text, false, "column-title-en"),
    ("sites", Kind::Integer, false, "column-sites"),
    ("sessions", Kind::Integer, false, "column-sessions"),
    ("capacity", Kind::Integer, false, "column-capacity"),
    ("placed", Kind::Integer, false, "column-sessions-placed"),
    ("residents", Kind::Integer, false, "column-residents"),
    ("residents_active", Kind::Integer, true, "column-residents-active"),
    ("residents_withdrawn", Kind::Integer, true, "column-residents-withdrawn"),
    ("residents_placed", Kind::Integer, true, "column-residents-placed"),
    ("residents_unplaced", Kind::Integer, true, "column-residents-unplaced"),
    ("residents_first_choice", Kind::Integer, true, "column-residents-first-choice"),
];

const RESIDENTS: &[Row] = &[
    ("cohort", Kind::Text, false, "column-cohort"),
    ("district", Kind::Text, false, "column-residents-district"),
    ("entries", Kind::Integer, false, "column-entries"),
    ("active", Kind::Integer, true, "column-residents-active"),
    ("withdrawn", Kind::Integer, true, "column-residents-withdrawn"),
    ("placed", Kind::Integer, true, "column-residents-placed"),
    ("unplaced", Kind::Integer, true, "column-residents-unplaced"),
    ("first_choice", Kind::Integer, true, "column-residents-first-choice"),
];
