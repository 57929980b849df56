//! What can be wrong with a programme: which rule of SPEC §3.1, where, and what to do about it.
//!
//! **Invariant:** [`ProgrammeError::label`] is a label of SPEC.md, and nothing is said that does not name its [`Place`].

use super::{apportionment::ApportionmentFault, civil::Date, place::Place};
use crate::{json::JsonError, note::KeyError};

/// Why a programme is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are what the message beside them says")]
pub enum ProgrammeError {
    /// Not canonical JSON with the fields of a programme.
    #[error(transparent)]
    Json(JsonError),
    /// Another format, or another version of it.
    #[error("the format is {found:?}, this version reads {FORMAT:?}")]
    Format { found: String },
    /// A text for people that is empty or has several lines.
    #[error("{place}: a text for people is one line and not empty, this one is {found:?}")]
    Text { place: Place, found: String },
    /// Not spelled like the name of a time zone.
    #[error("time_zone {found:?} is not spelled like a name of the IANA database")]
    TimeZone { found: String },
    /// Opening, close and end of objections are not in that order.
    #[error("{later} is not after {earlier}")]
    Window { earlier: &'static str, later: &'static str },
    /// Witnesses would have no time to cosign the register before the beacon.
    #[error("the objection period is shorter than an hour")]
    ObjectionPeriod,
    /// Another chain than drand's quicknet.
    #[error("the beacon's chain is {found:?}, not quicknet's")]
    Chain { found: String },
    /// Not the first round at or after the end of the objection period.
    #[error("the beacon's round is {found}, the first one at or after the end of the objection period is {expected}")]
    Round { found: u64, expected: u64 },
    /// A list of costs that is too long or too short for the mechanism.
    #[error("{list} has {found} costs, {mechanism} needs {expected}")]
    CostCount { list: &'static str, mechanism: &'static str, found: usize, expected: usize },
    /// The first choice costs something, or a later choice less than an earlier one.
    #[error("mechanism.rank_costs: the cost of choice {choice} is {found}, it must be {rule}")]
    CostOrder { choice: usize, found: u32, rule: &'static str },
    /// A cost beyond the largest.
    #[error("{list}: {found} is more than {LARGEST_COST}")]
    CostRange { list: &'static str, found: u32 },
    /// A cost of outsiders where nothing asks for it.
    #[error("mechanism.outsider_cost is {found}, {mechanism} needs 0")]
    Outsider { mechanism: &'static str, found: u32 },
    /// Nobody could list anything, or more than a list may hold.
    #[error("max_choices is {found}, it must be 1 to {MOST_CHOICES}")]
    MaxChoices { found: u8 },
    /// An empty list, or one that indices cannot count.
    #[error("{list} has {found} items, it must have {} to {most}", least(list))]
    Count { list: &'static str, found: usize, most: usize },
    /// An identifier or code of another form.
    #[error("{place}: an identifier is 1 to 32 lower-case letters, digits and hyphens, and starts with none")]
    Id { place: Place },
    /// An identifier or code that stands earlier in the same list.
    #[error("{place} is there twice: it is also number {} of the list", first + 1)]
    Duplicate { place: Place, first: usize },
    /// Lots outside 1 … 8.
    #[error("{place}: lots is {found}, it must be 1 to {MOST_LOTS}")]
    Lots { place: Place, found: u8 },
    /// Tiers count from 1.
    #[error("{place}: tiers count from 1")]
    Tier { place: Place },
    /// A tier that no cohort has, below one that some cohort has.
    #[error("no cohort has tier {missing}, but one has a later tier")]
    TierGap { missing: u8 },
    /// A cohort that nobody can belong to.
    #[error("{place} has no range of birth dates")]
    NobodyBorn { place: Place },
    /// A range that ends before it begins.
    #[error("{place}: the range from {from} to {to} ends before it begins")]
    BornBackwards { place: Place, from: Date, to: Date },
    /// Ranges of a cohort that are not in order.
    #[error("{place}: the range from {from} stands after a later one")]
    BornUnsorted { place: Place, from: Date },
    /// Birth dates in two ranges.
    #[error("{place}: birth dates {from} to {to} are in two ranges{}, the other one of cohort {other:?}", of(district))]
    BornOverlap { place: Place, other: String, from: Date, to: Date, district: Option<String> },
    /// Birth dates between two ranges that no cohort has.
    #[error("{place}: birth dates {from} to {to}, after those of cohort {other:?}, are in no cohort{}", of(district))]
    BornGap { place: Place, other: String, from: Date, to: Date, district: Option<String> },
    /// A coordinate that is not on the globe.
    #[error("{place}: {found} microdegrees are beyond {most}")]
    Coordinate { place: Place, found: i32, most: i32 },
    /// The name of a cohort, district, site or reserve that is not in its list.
    #[error("{place}: there is no {what} {name:?}")]
    Unknown { place: Place, what: &'static str, name: String },
    /// A condition that names something twice.
    #[error("{place}: it names the {what} {name:?} twice")]
    NamedTwice { place: Place, what: &'static str, name: String },
    /// Sessions that do not follow the order of their sites.
    #[error("{place}: its site {site:?} comes before the site of the session above")]
    SessionOrder { place: Place, site: String },
    /// No seats, or too many.
    #[error("{place}: the capacity is {found}, it must be 1 to {LARGEST_CAPACITY}")]
    Capacity { place: Place, found: u32 },
    /// A reserve of a session without a seat.
    #[error("{place}: the reserve {reserve:?} has no seats")]
    NoSeatsReserved { place: Place, reserve: String },
    /// The reserves of a session are not in the order of the programme's, or one is there twice.
    #[error("{place}: the reserve {reserve:?} does not come after the one above in the programme's list")]
    ReservesOrder { place: Place, reserve: String },
    /// More seats reserved than there are.
    #[error("{place}: {reserved} seats are reserved, the capacity is {capacity}")]
    ReservedBeyond { place: Place, reserved: u64, capacity: u32 },
    /// Under `serial`, seats that are kept stay kept.
    #[error("{place}: the mechanism \"serial\" releases no reserves")]
    ReleaseInSerial { place: Place },
    /// Rows of reach out of order, or one twice.
    #[error("{place}: the row does not come after the one above")]
    ReachOrder { place: Place },
    /// A rule of apportionment that does not say who gets what.
    #[error("{place}: {fault}")]
    Apportionment { place: Place, fault: Box<ApportionmentFault> },
    /// A value whose behaviour this version does not define.
    #[error("{place}: {field} is not built in this version")]
    NotBuilt { place: Place, field: &'static str },
    /// The origin's ending and the programme's mark contradict each other.
    #[error("log.origin {origin:?} does not fit rehearsal = {rehearsal}")]
    RehearsalMark { origin: String, rehearsal: bool },
    /// Not a verifier key.
    #[error("{place}: {error}")]
    Key { place: Place, error: KeyError },
    /// A witness's key where an ordinary one is needed, or the other way round.
    #[error("{place}: the key must be of type {needed}")]
    KeyType { place: Place, needed: &'static str },
    /// A key that has another part already, or a name that another key of the list has.
    #[error("{place}: {what} is also that of {other}")]
    KeyTwice { place: Place, other: Place, what: &'static str },
    /// The log's key has another name than its origin.
    #[error("log.key has the name {name:?}, not that of the origin {origin:?}")]
    LogName { origin: String, name: String },
    /// A quorum that faulty witnesses can split, or that cannot be reached.
    #[error("a quorum of {quorum} of {keys} witnesses does not tolerate {faults} faulty ones")]
    Quorum { keys: usize, quorum: u32, faults: u32 },
}

/// The format this version reads.
pub const FORMAT: &str = "jebi/v0/programme";
/// Largest rank, unplaced or outsider cost.
pub const LARGEST_COST: u32 = 1_000_000;
/// Largest capacity of a session.
pub const LARGEST_CAPACITY: u32 = 1_000_000;
/// Shortest objection period, in seconds.
pub const SHORTEST_OBJECTION_S: u64 = 3600;
/// Largest number of choices.
pub const MOST_CHOICES: u8 = 64;
/// Largest number of lots.
pub const MOST_LOTS: u8 = 8;

/// Reserves are the one list that may be empty.
fn least(list: &str) -> u8 {
    u8::from(list != "reserves")
}

/// Where only some districts are meant, one of them.
fn of(district: &Option<String>) -> String {
    district.as_ref().map(|code| format!(" for residents of district {code:?}")).unwrap_or_default()
}

impl ProgrammeError {
    /// The label of the rule in SPEC.md.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Json(error) => error.label(),
            Self::Format { .. } => "R-JSON-FIELDS",
            Self::Text { .. } | Self::TimeZone { .. } => "R-PROGRAMME-VALUE",
            Self::MaxChoices { .. } | Self::Count { .. } | Self::Coordinate { .. } => "R-PROGRAMME-VALUE",
            Self::Window { .. } | Self::ObjectionPeriod => "R-PROGRAMME-WINDOW",
            Self::Chain { .. } => "R-BEACON-CHAIN",
            Self::Round { .. } => "R-BEACON-ROUND",
            Self::CostCount { .. } | Self::CostOrder { .. } | Self::CostRange { .. } => "R-PROGRAMME-COSTS",
            Self::Outsider { .. } => "R-PROGRAMME-COSTS",
            Self::Id { .. } | Self::Duplicate { .. } => "R-PROGRAMME-ID",
            Self::Lots { .. } | Self::Tier { .. } | Self::TierGap { .. } => "R-PROGRAMME-COHORTS",
            Self::NobodyBorn { .. } | Self::BornBackwards { .. } | Self::BornUnsorted { .. } => "R-PROGRAMME-COHORTS",
            Self::BornOverlap { .. } | Self::BornGap { .. } => "R-PROGRAMME-COHORTS",
            Self::Unknown { .. } | Self::NamedTwice { .. } => "R-PROGRAMME-REFERENCE",
            Self::SessionOrder { .. } | Self::ReachOrder { .. } => "R-PROGRAMME-ORDER",
            Self::NoSeatsReserved { .. } | Self::ReservesOrder { .. } => "R-PROGRAMME-RESERVES",
            Self::ReservedBeyond { .. } | Self::ReleaseInSerial { .. } => "R-PROGRAMME-RESERVES",
            Self::Capacity { .. } => "R-PROGRAMME-CAPACITY",
            Self::Apportionment { .. } => "R-PROGRAMME-APPORTIONMENT",
            Self::NotBuilt { .. } => "R-PROGRAMME-NOT-BUILT",
            Self::RehearsalMark { .. } => "R-REHEARSAL-MARK",
            Self::Key { .. } | Self::KeyType { .. } | Self::KeyTwice { .. } | Self::LogName { .. } => "R-PROGRAMME-KEY",
            Self::Quorum { .. } => "R-PROGRAMME-QUORUM",
        }
    }

    /// Where it is; `None` if the bytes could not be read at all.
    pub fn place(&self) -> Option<Place> {
        Some(match self {
            Self::Json(_) => return None,
            Self::Format { .. } => Place::Field("format"),
            Self::TimeZone { .. } => Place::Field("time_zone"),
            Self::Window { later, .. } => Place::Field(later),
            Self::ObjectionPeriod => Place::Field("window.objection_ends_at_unix_s"),
            Self::Chain { .. } => Place::Field("beacon.chain_hash"),
            Self::Round { .. } => Place::Field("beacon.round"),
            Self::CostCount { list, .. } | Self::CostRange { list, .. } | Self::Count { list, .. } => {
                Place::Field(list)
            }
            Self::CostOrder { .. } => Place::Field("mechanism.rank_costs"),
            Self::Outsider { .. } => Place::Field("mechanism.outsider_cost"),
            Self::MaxChoices { .. } => Place::Field("max_choices"),
            Self::TierGap { .. } => Place::Field("cohorts"),
            Self::RehearsalMark { .. } => Place::Field("log.origin"),
            Self::LogName { .. } => Place::Field("log.key"),
            Self::Quorum { .. } => Place::Field("witnesses.quorum"),
            Self::Text { place, .. }
            | Self::Id { place }
            | Self::Duplicate { place, .. }
            | Self::Lots { place, .. }
            | Self::Tier { place }
            | Self::NobodyBorn { place }
            | Self::BornBackwards { place, .. }
            | Self::BornUnsorted { place, .. }
            | Self::BornOverlap { place, .. }
            | Self::BornGap { place, .. }
            | Self::Coordinate { place, .. }
            | Self::Unknown { place, .. }
            | Self::NamedTwice { place, .. }
            | Self::SessionOrder { place, .. }
            | Self::NoSeatsReserved { place, .. }
            | Self::ReservesOrder { place, .. }
            | Self::ReservedBeyond { place, .. }
            | Self::ReleaseInSerial { place }
            | Self::ReachOrder { place }
            | Self::Capacity { place, .. }
            | Self::Apportionment { place, .. }
            | Self::NotBuilt { place, .. }
            | Self::Key { place, .. }
            | Self::KeyType { place, .. }
            | Self::KeyTwice { place, .. } => place.clone(),
        })
    }

    /// A sentence that says what to do.
    pub fn mend(&self) -> String {
        match self {
            Self::Json(_) => "write the file with `jebi check`, which has one spelling for everything".into(),
            Self::Format { .. } => format!("write format = {FORMAT:?}, or use the program of the version named"),
            Self::Text { .. } => "write a name in one line".into(),
            Self::TimeZone { .. } => "write a name such as \"Asia/Seoul\"".into(),
            Self::ObjectionPeriod => {
                "end objections at least an hour after the close: people look whether they are in, witnesses sign"
                    .into()
            }
            Self::Window { earlier, later } => format!("move {later} to a time after {earlier}"),
            Self::Chain { .. } => format!("write chain_hash = {:?}", crate::beacon::CHAIN_HASH),
            Self::Round { expected, .. } => format!("write round {expected}; it follows from the window"),
            Self::CostCount { list, expected: 0, .. } => {
                format!("leave {list} empty; this mechanism has no use for it")
            }
            Self::CostCount { list, expected, .. } => format!("give {list} {expected} costs"),
            Self::CostOrder { .. } => "start with 0 for the first choice and never let a later one cost less".into(),
            Self::CostRange { .. } => "divide all costs by the same number; only their proportions matter".into(),
            Self::Outsider { .. } => "leave outsider_cost out; this mechanism has no use for it".into(),
            Self::MaxChoices { .. } => format!("choose a number from 1 to {MOST_CHOICES}"),
            Self::Count { list, found: 0, .. } => format!("add at least one item to {list}"),
            Self::Count { list, most, .. } => format!("split the draw so that {list} has at most {most} items"),
            Self::Id { .. } => "rename it, for instance \"60-69\" or \"site-12\"".into(),
            Self::Duplicate { .. } => "remove one of the two, or give it another identifier".into(),
            Self::Lots { .. } => "leave lots out for a plain lottery, or choose a number up to 8".into(),
            Self::Tier { .. } => "give the first tier the number 1".into(),
            Self::TierGap { missing } => format!("renumber the tiers so that one cohort has tier {missing}"),
            Self::NobodyBorn { .. } => "add a range of birth dates, or remove the cohort".into(),
            Self::BornBackwards { .. } => "swap from and to".into(),
            Self::BornUnsorted { .. } => "put the ranges in order of their first day".into(),
            Self::BornOverlap { .. } => "let one range end on the day before the other begins".into(),
            Self::BornGap { .. } => "extend one of the two cohorts so that everybody between them is in one".into(),
            Self::Coordinate { .. } => "check whether latitude and longitude are swapped".into(),
            Self::Unknown { what, .. } => format!("correct it, or add the {what} to its list"),
            Self::NamedTwice { .. } => "remove one of the two".into(),
            Self::NoSeatsReserved { .. } => "remove the reserve from this session, or give it a seat".into(),
            Self::ReservesOrder { .. } => "name each reserve once, in the order of the programme's list".into(),
            Self::ReservedBeyond { .. } => "reserve fewer seats, or raise the capacity".into(),
            Self::ReleaseInSerial { .. } => "write release = false, or choose another mechanism".into(),
            Self::ReachOrder { .. } => {
                "sort the rows by cohort, district and site as the programme lists them, each once".into()
            }
            Self::SessionOrder { .. } => "sort the sessions by site, in the order of the list of sites".into(),
            Self::Capacity { .. } => "correct the capacity, or remove the session".into(),
            Self::Apportionment { fault, .. } => fault.mend(),
            Self::NotBuilt { .. } => "remove it: a rule that the draw would not follow must not be announced".into(),
            Self::RehearsalMark { .. } => "end the origin in \"/rehearsal\" for a rehearsal, and only then".into(),
            Self::Key { .. } => "copy the whole line of the public key: name+identifier+base64".into(),
            Self::KeyType { .. } => "make a key for this purpose; a witness's key is used for nothing else".into(),
            Self::KeyTwice { .. } => "give each part a key and a name of its own".into(),
            Self::LogName { .. } => "make the log's key under the name of its origin".into(),
            Self::Quorum { .. } => "choose a quorum with 2·quorum > keys + faults and quorum ≤ keys".into(),
        }
    }
}

impl From<JsonError> for ProgrammeError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
