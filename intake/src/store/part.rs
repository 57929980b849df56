//! People who are put on the roll together, and when they are refused: the words here are those that every database
//! understands.

use super::StoreError;
use crate::journal::{RollChange, RollDigest};
use protocol::hash::Hash;

/// A part of an import, with what its line in the journal will cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(super) of: Of,
    pub(super) changes: Vec<RollChange>,
    pub(super) digest: Hash,
}

/// Whom a part is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Nobody of them is on the roll; refused if one is.
    New,
    /// Some of them may be there, and are corrected; refused if one of these has registered.
    Any,
}

/// A line that is to be taken back, as the roll was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undo {
    /// An import or contacts, not taken back yet; no later line in force changed people of it.
    pub(crate) line: u64,
    /// The journal's next line when that was looked at.
    pub(crate) next_line: u64,
    /// All lines in force before it that have people of it, in order, maybe with others.
    pub(crate) before: Vec<u64>,
}

impl Part {
    pub(crate) fn new(of: Of, changes: Vec<RollChange>) -> Self {
        let mut digest = RollDigest::new();
        changes.iter().for_each(|change| digest.add(change));
        Self { of, changes, digest: digest.end() }
    }

    /// How many people.
    pub(crate) fn len(&self) -> u64 {
        self.changes.len() as u64
    }
}

/// Lines of the journal from this one on that changed who is on the roll.
pub(super) const CHANGED_SINCE: &str = "select count(*) from journal
    where number >= $1 and kind in ('carried', 'import', 'undo', 'forget')";

/// People of this line who have registered. Who was not on the roll had no code to register with. Each is looked up by
/// key, whatever the database thinks of joining all who registered.
pub(super) const REGISTERED: &str =
    "select count((select 1 from entries e where e.person = c.person)) from roll_changes c where c.line = $1";

/// What lies beside a line, put on the roll: who was there is corrected.
pub(super) const PUT: &str = "insert into roll (person, born, district)
    select person, born, district from roll_changes where line = $1 and born is not null order by place
    on conflict (person) do update set born = excluded.born, district = excluded.district";

/// Refuses if there are such lines.
pub(super) fn unless_changed_since(lines: i64) -> Result<(), StoreError> {
    refuse_if(lines > 0, "the roll was changed since it was looked at")
}

/// Refuses if there are such people.
pub(super) fn unless_registered(people: i64) -> Result<(), StoreError> {
    refuse_if(people > 0, "somebody has registered since the roll was looked at")
}

fn refuse_if(is_so: bool, why: &str) -> Result<(), StoreError> {
    if is_so { Err(StoreError::Conflict(why.to_owned())) } else { Ok(()) }
}
