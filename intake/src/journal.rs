//! The journal: one line for each change of the store, each chained to the one before.
//!
//! Line *n* has link *n* = H("intake-journal", link *n*−1, number, time, first, count, digest, kind, actor, channel), where
//! H is the tagged hash of SPEC §2.2, numbers are 8 bytes and texts carry their length; the first line is chained to the
//! hash of the programme. The digest covers what the line brought: for a batch the signed note, whose root covers the
//! leaves, and the requests; for the roll its rows.
//!
//! **Invariant:** whoever knows one link knows that no line up to it was changed, left out or put in between. Nobody's
//! name, birth date or code is in a line.

use crate::{
    batch::Sealed,
    secrets::{CodeHash, Person},
};
use protocol::{hash::Hash, programme::civil::Date};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What a line of the journal records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// The roll as a store without a journal had it.
    Carried,
    /// Revisions that were acknowledged together.
    Batch,
    /// People put on the roll, or corrected.
    Import,
    /// An import taken back; `first` is the line of that import.
    Undo,
    /// Access codes put into force.
    Codes,
    /// Encrypted contacts put beside the roll.
    Contacts,
    /// Batches noted as anchored in the draw's log.
    Anchor,
    /// The register taken; `first` is the second.
    Freeze,
    /// What is not needed any more was deleted; `first` says what.
    Forget,
}

/// Who changes the store, and by which way. Never an applicant: these are known by their entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// As the office names them, such as `operator` or a desk's name.
    pub actor: String,
    /// By which way, such as `command` or `desk`.
    pub channel: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 0.
    pub number: u64,
    /// Second at which it was written.
    pub time_unix_s: u64,
    /// What it records.
    pub kind: Kind,
    /// Who did it.
    pub actor: String,
    /// By which way.
    pub channel: String,
    /// The first of what it covers, by the numbering of its kind; 0 where there is none.
    pub first: u64,
    /// How much it covers: leaves, people, codes, batches.
    pub count: u64,
    /// Covers what lies beside the line.
    pub digest: Hash,
    /// Covers this line and all before.
    pub link: Hash,
}

/// The end of the chain, where the next line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Number of the next line; as many lines there are.
    pub next: u64,
    /// Link of the last line, or the programme's hash.
    pub link: Hash,
}

/// One person's line of a change of the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RollChange {
    pub(crate) person: Person,
    /// Birth date and district; `None` takes the person off the roll.
    pub(crate) now: Option<(Date, String)>,
}

/// A code put into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeChange {
    pub(crate) person: Person,
    pub(crate) code: CodeHash,
    /// Codes of this person so far, with this one.
    pub(crate) issued: u64,
}

impl Kind {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Carried, "carried"),
        (Self::Batch, "batch"),
        (Self::Import, "import"),
        (Self::Undo, "undo"),
        (Self::Codes, "codes"),
        (Self::Contacts, "contacts"),
        (Self::Anchor, "anchor"),
        (Self::Freeze, "freeze"),
        (Self::Forget, "forget"),
    ];

    /// Its name in the store.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(kind, _)| *kind)
    }
}

impl By {
    /// The office's program, from its command line.
    pub fn command() -> Self {
        Self { actor: "operator".to_owned(), channel: "command".to_owned() }
    }

    /// The intake itself.
    pub(crate) fn intake() -> Self {
        Self { actor: "intake".to_owned(), channel: "http".to_owned() }
    }
}

/// What a new line says of itself.
pub(crate) struct Said<'a> {
    pub(crate) time_unix_s: u64,
    pub(crate) kind: Kind,
    pub(crate) by: &'a By,
    pub(crate) first: u64,
    pub(crate) count: u64,
    pub(crate) digest: Hash,
}

impl Tip {
    /// The end of an empty journal.
    pub(crate) fn start(programme: Hash) -> Self {
        Self { next: 0, link: programme }
    }

    /// The next line.
    pub(crate) fn line(self, said: Said<'_>) -> Line {
        let Said { time_unix_s, kind, by, first, count, digest } = said;
        let (actor, channel) = (by.actor.clone(), by.channel.clone());
        let line = Line { number: self.next, time_unix_s, kind, actor, channel, first, count, digest, link: self.link };
        Line { link: line.chained_to(self.link), ..line }
    }
}

impl Line {
    /// What its link must be after `before`.
    pub fn chained_to(&self, before: Hash) -> Hash {
        let numbers: Vec<u8> =
            [self.number, self.time_unix_s, self.first, self.count].iter().flat_map(|n| n.to_be_bytes()).collect();
        let texts: Vec<u8> =
            [self.kind.name(), &self.actor, &self.channel].iter().flat_map(|text| sized(text.as_bytes())).collect();
        Hash::tagged("intake-journal", &[&before.0, &numbers, &self.digest.0, &texts])
    }

    /// The end of the chain behind it.
    pub fn tip(&self) -> Tip {
        Tip { next: self.number + 1, link: self.link }
    }
}

/// The line of a batch.
pub(crate) fn of_batch(tip: Tip, by: &By, batch: &Sealed) -> Line {
    let statement = &batch.statement;
    let mut digest = BatchDigest::of(&batch.note);
    batch.revisions.iter().for_each(|new| digest.add(&new.request, &new.content, new.actor.as_deref()));
    let by = &with_reasons(by, batch);
    let said = Said {
        time_unix_s: statement.time_unix_s,
        kind: Kind::Batch,
        by,
        first: statement.number,
        count: u64::from(statement.leaves),
        digest: digest.end(),
    };
    tip.line(said)
}

/// What the office did without change keys stands in the line with its reasons: `paper, without the change key: lost`.
fn with_reasons(by: &By, batch: &Sealed) -> By {
    let reasons: BTreeSet<&str> = batch.revisions.iter().filter_map(|new| new.reason.as_deref()).collect();
    let mut by = by.clone();
    for (place, reason) in reasons.into_iter().enumerate() {
        by.channel.push_str(if place == 0 { ", without the change key: " } else { " | " });
        by.channel.push_str(reason);
    }
    by
}

/// What a batch's line covers beyond the leaves under the note's root: the requests that made them, and who acted where
/// it was not the applicant.
pub(crate) struct BatchDigest(Sha256);

impl BatchDigest {
    pub(crate) fn of(note: &str) -> Self {
        let mut hasher = tagged("intake-journal-batch");
        hasher.update(sized(note.as_bytes()));
        Self(hasher)
    }

    pub(crate) fn add(&mut self, request: &Hash, content: &Hash, actor: Option<&str>) {
        self.0.update(request.0);
        self.0.update(content.0);
        self.0.update(sized(actor.unwrap_or_default().as_bytes()));
    }

    pub(crate) fn end(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// What the line of an import, of its undoing or of a carried roll covers. A carried roll has codes too: these come last.
pub(crate) struct RollDigest(Sha256);

impl RollDigest {
    pub(crate) fn new() -> Self {
        Self(tagged("intake-journal-roll"))
    }

    pub(crate) fn add(&mut self, change: &RollChange) {
        self.0.update(change.person.0);
        match &change.now {
            None => self.0.update([0]),
            Some((born, district)) => {
                self.0.update([1]);
                self.0.update(sized(born.to_string().as_bytes()));
                self.0.update(sized(district.as_bytes()));
            }
        }
    }

    pub(crate) fn add_code(&mut self, change: &CodeChange) {
        self.0.update([2]);
        self.0.update(change.person.0);
        self.0.update(change.code.0);
        self.0.update(change.issued.to_be_bytes());
    }

    pub(crate) fn end(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// What the line of contacts covers: of each sheet how many there are and the hash of what was encrypted.
pub(crate) struct ContactDigest(Sha256);

impl ContactDigest {
    pub(crate) fn new() -> Self {
        Self(tagged("intake-journal-contacts"))
    }

    pub(crate) fn add(&mut self, contacts: u64, sheet: Hash) {
        self.0.update(contacts.to_be_bytes());
        self.0.update(sheet.0);
    }

    pub(crate) fn end(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// The beginning of a tagged hash, SPEC §2.2.
pub(crate) fn tagged(name: &str) -> Sha256 {
    let mut hasher = Sha256::new();
    hasher.update(b"jebi/v0/");
    hasher.update(name.as_bytes());
    hasher.update(b"\n");
    hasher
}

/// A text with its length before it.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let mut sized = Vec::with_capacity(bytes.len() + 8);
    sized.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    sized.extend_from_slice(bytes);
    sized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_covers_every_field_and_the_line_before() {
        let tip = Tip::start(Hash([7; 32]));
        let by = By::command();
        let said = Said { time_unix_s: 5, kind: Kind::Import, by: &by, first: 1, count: 2, digest: Hash([3; 32]) };
        let line = tip.line(said);
        assert_eq!((line.number, line.chained_to(tip.link)), (0, line.link));
        let altered = [
            Line { number: 1, ..line.clone() },
            Line { time_unix_s: 6, ..line.clone() },
            Line { kind: Kind::Undo, ..line.clone() },
            Line { actor: "operato".into(), channel: "rcommand".into(), ..line.clone() },
            Line { first: 2, ..line.clone() },
            Line { count: 1, ..line.clone() },
            Line { digest: Hash([4; 32]), ..line.clone() },
        ];
        assert!(altered.iter().all(|altered| altered.chained_to(tip.link) != line.link));
        assert_ne!(line.chained_to(Hash([8; 32])), line.link);
    }

    #[test]
    fn kinds_have_names_of_their_own() {
        for (kind, name) in Kind::ALL {
            assert_eq!((Kind::from_name(name), kind.name()), (Some(kind), name));
        }
    }
}
