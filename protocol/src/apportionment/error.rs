//! What a problem or an answer is accused of.

use super::Ratio;

/// Why numbers are no problem to apportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// More seats, registrants or cells than the bounds.
    #[error("more seats, registrants, or groups at sites than can be apportioned")]
    TooLarge,
    /// Cells that are out of order, doubled, or outside the groups and sites.
    #[error("the groups at sites are not in order, each once")]
    Cells,
    /// A floor above its ceiling or the room of its site.
    #[error("group number {group} has a floor at site number {site} above its ceiling or the {room} seats there")]
    CellFloor {
        /// Place of the group.
        group: usize,
        /// Place of the site.
        site: usize,
        /// Seats that groups can have there.
        room: u64,
    },
    /// Floors of a group above its ceiling over all sites.
    #[error("the floors of group number {group} are above its ceiling")]
    GroupFloor {
        /// Place of the group.
        group: usize,
    },
}

/// The condition of SPEC §18 that fails, and where. Groups and sites are places from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApportionmentError {
    /// Lists of other lengths than the problem's.
    #[error("not one share and one number of seats for each group at each of its sites, and one price for each site")]
    Shape,
    /// A share outside the cell's floor and ceiling.
    #[error("the share of group {group} at site {site} is outside its floor and ceiling")]
    ShareRange {
        /// Place of the group.
        group: usize,
        /// Place of the site.
        site: usize,
    },
    /// Shares of a level that are no whole seats at a site.
    #[error("the shares in {parts} parts of a seat are together no whole seats at site {site}")]
    ShareWhole {
        /// Place of the site.
        site: usize,
        /// Parts of a seat in which the groups' shares are counted.
        parts: u128,
    },
    /// More shares at a site than room.
    #[error("the shares at site {site} are more than its room of {room}")]
    ShareRoom {
        /// Place of the site.
        site: usize,
        /// Its room.
        room: u64,
    },
    /// A group's share outside what it gets at least and at most.
    #[error("the share of group {group} is outside what it gets at least and at most")]
    ShareTotal {
        /// Place of the group.
        group: usize,
    },
    /// A group that could be raised without anybody behind it being lowered.
    #[error("group {group} is at {ratio} and could have more, with nobody at that ratio or below having less")]
    NotLeximin {
        /// Place of the group.
        group: usize,
        /// Its seats for each registrant.
        ratio: Ratio,
    },
    /// The levels are others than those that the shares have.
    #[error("level {level}, from 0, is not the one that the shares have")]
    Levels {
        /// Place of the level.
        level: usize,
    },
    /// Seats of a cell outside its floor and ceiling.
    #[error("the seats of group {group} at site {site} are outside its floor and ceiling")]
    SeatsRange {
        /// Place of the group.
        group: usize,
        /// Place of the site.
        site: usize,
    },
    /// More seats at a site than room.
    #[error("the groups have {seats} seats at site {site}, which has room for {room}")]
    SeatsRoom {
        /// Place of the site.
        site: usize,
        /// Its room.
        room: u64,
        /// What was given.
        seats: u64,
    },
    /// A group whose seats are not its share, rounded.
    #[error("group {group} has {seats} seats, which is not its share of {share} rounded down or up")]
    NotRounded {
        /// Place of the group.
        group: usize,
        /// What it was given.
        seats: u64,
        /// z(g).
        share: Ratio,
    },
    /// A group that was rounded down though its turn for a whole seat had come.
    #[error("group {group} could have one seat more, with nobody before it in the order having less")]
    RoundedDown {
        /// Place of the group.
        group: usize,
    },
    /// A price where there is room.
    #[error("site {site} has room left and a price")]
    PriceOfRoom {
        /// Place of the site.
        site: usize,
    },
    /// A seat that another site would hold more evenly.
    #[error("a seat of group {group} at site {from} would be spread better at site {to}")]
    NotEven {
        /// Place of the group.
        group: usize,
        /// Site that has the seat.
        from: usize,
        /// Site that should.
        to: usize,
    },
    /// Another distribution is as even and comes first.
    #[error("group {group} could have a seat less at site {site}, as evenly, with the cells before as they are")]
    NotFirst {
        /// Place of the group.
        group: usize,
        /// Place of the site.
        site: usize,
    },
}

impl ApportionmentError {
    /// The label of the rule in SPEC §18.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Shape => "R-APPORTIONMENT-FORM",
            Self::ShareRange { .. } | Self::ShareWhole { .. } | Self::ShareRoom { .. } | Self::ShareTotal { .. } => {
                "R-APPORTIONMENT-SHARES"
            }
            Self::NotLeximin { .. } => "R-APPORTIONMENT-LEXIMIN",
            Self::Levels { .. } => "R-APPORTIONMENT-LEVELS",
            Self::SeatsRange { .. } | Self::SeatsRoom { .. } => "R-APPORTIONMENT-SEATS",
            Self::NotRounded { .. } | Self::RoundedDown { .. } => "R-APPORTIONMENT-ROUNDING",
            Self::PriceOfRoom { .. } | Self::NotEven { .. } => "R-APPORTIONMENT-EVEN",
            Self::NotFirst { .. } => "R-APPORTIONMENT-FIRST",
        }
    }
}
