//! Which reserves get their seats by how many register: the groups, their part of every site, floors and ceilings.
//! SPEC §18.1.
//!
//! **Invariant:** after [`faults`] finds nothing, no cohort and district belong to two groups, each group has some, and
//! floors and ceilings are of sites that their group reaches.

mod members;
mod rules;

pub(super) use members::Members;
pub(super) use rules::faults;

use crate::{
    apportionment::MOST_CELLS,
    instance::{ReserveIndex, SiteIndex},
};
use serde::{Deserialize, Serialize};

/// Most cohorts times districts of all groups together.
pub const MOST_PAIRS: u64 = 1 << 22;
/// Most pairs times sites, over the groups, that a table of reach is asked for.
pub const MOST_ASKED: u64 = 1 << 26;

/// Seats of every site that go to groups, in proportion to their registrants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApportionmentRule {
    /// Identifiers of reserves, in the programme's order.
    pub groups: Vec<String>,
    /// How much of each site groups can have together: 0 … 1,000.
    pub reserved_permille: u16,
    /// Seats that a group gets at least.
    pub floors: Vec<Bound>,
    /// Seats that a group gets at most.
    pub ceilings: Vec<Bound>,
}

/// A floor or a ceiling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Identifier of the group's reserve.
    pub group: String,
    /// Identifier of the site; `None`: all sites together.
    pub site: Option<String>,
    /// How many.
    pub seats: u64,
}

/// A group by the programme's indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachingGroup {
    /// Its reserve.
    pub reserve: ReserveIndex,
    /// The sites that all of its cohorts and districts reach, in order.
    pub sites: Vec<SiteIndex>,
}

/// What is wrong with the rule of apportionment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are what the message beside them says")]
pub enum ApportionmentFault {
    /// Nobody gets anything.
    #[error("there is no group")]
    NoGroups,
    /// Groups out of order, or one twice.
    #[error("the group does not come after the one above in the programme's list of reserves")]
    GroupOrder,
    /// Seats of a group that were given by hand.
    #[error("session {session:?} has seats for it already")]
    HasSeats { session: String },
    /// A group that nobody can belong to.
    #[error("no cohort admits anybody who would belong to it")]
    NoMembers,
    /// Somebody belongs to two groups.
    #[error("people of cohort {cohort:?} and district {district:?} also belong to group {other:?}")]
    Overlap { other: String, cohort: String, district: String },
    /// More than all seats.
    #[error("reserved_permille is {found}, it must be 0 to 1,000")]
    Permille { found: u16 },
    /// A floor or ceiling of what is no group.
    #[error("{group:?} is none of the groups")]
    NoGroup { group: String },
    /// Floors or ceilings out of order, or one twice.
    #[error("it does not come after the one above, by group and then by site, those of all sites first")]
    BoundOrder,
    /// A floor or ceiling where the group can have nothing.
    #[error("group {group:?} does not reach site {site:?}: not all of its cohorts and districts do")]
    OutOfReach { group: String, site: String },
    /// A floor that says nothing.
    #[error("a floor has at least one seat")]
    FloorOfNothing,
    /// More seats than any draw has.
    #[error("{found} seats are more than any draw has")]
    TooManySeats { found: u64 },
    /// Groups of more cohorts and districts than can be compared.
    #[error("the groups have {found} cohorts times districts together, at most {MOST_PAIRS} can be compared")]
    TooManyPairs { found: u64 },
    /// A table of reach that would have to be asked too often.
    #[error("{found} times somebody's site would be looked up in the table of reach, at most {MOST_ASKED} times")]
    TooMuchAsked { found: u64 },
    /// More groups at sites than can be apportioned.
    #[error("there are {found} groups at sites they reach, at most {MOST_CELLS} can be apportioned")]
    TooManyCells { found: usize },
}

impl ApportionmentFault {
    /// A sentence that says what to do.
    pub fn mend(&self) -> String {
        match self {
            Self::NoGroups => "name at least one reserve, or remove the apportionment".into(),
            Self::GroupOrder => "name each reserve once, in the order of the list of reserves".into(),
            Self::HasSeats { .. } => "remove its lines from reserves.csv: its seats follow from who registers".into(),
            Self::NoMembers => "correct the reserve's cohorts and districts, or remove it from the groups".into(),
            Self::Overlap { .. } => "change the cohorts and districts of one of the two reserves".into(),
            Self::Permille { .. } => "write 1000 for all seats, 500 for half of them".into(),
            Self::NoGroup { .. } => "correct it, or add the reserve to the groups".into(),
            Self::BoundOrder => "sort them by group and site as the programme lists them, each once".into(),
            Self::OutOfReach { .. } => "remove it, or widen the reach of the group's cohorts and districts".into(),
            Self::FloorOfNothing => "remove it, or write at least 1".into(),
            Self::TooManySeats { .. } => "write a number that the sites could hold".into(),
            Self::TooManyPairs { .. } => "name fewer cohorts or districts in the reserves that are groups".into(),
            Self::TooMuchAsked { .. } | Self::TooManyCells { .. } => {
                "make fewer groups, or let them reach fewer sites".into()
            }
        }
    }
}
