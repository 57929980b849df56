//! The store, gone through from end to end: the chain, everything under it, and whether the state is what it gives.
//!
//! 1. Lines of the journal are numbered without a gap and chained from the programme's hash.
//! 2. What lies beside a line is what its digest covers; a batch's leaves are those of its revisions, its root and note
//!    are over these leaves, and the note is signed by the receipts key.
//!    Where a line of the journal says that something was deleted, nothing of it is there, and that line covers the
//!    lines that it concerned.
//! 3. Roll, entries, anchors and freeze, rebuilt from the journal, are those of the store; nothing is there that no line
//!    covers.
//!
//! **Invariant:** the first difference is named, by line, batch, ticket or person. Memory does not grow with the store.

mod people;
mod roll;
mod state;

pub use people::{People, PersonFault};

use crate::{
    forget::ForgetDigest,
    journal::{BatchDigest, Kind, Line, Tip},
    store::{Database, Kept, Pages, StoreError},
};
use protocol::{hash::Hash, merkle, receipt::BatchStatement, ticket::Ticket};
use roll::Gone;
use std::{collections::BTreeMap, iter::Peekable, vec::IntoIter};

/// What a check went through and found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Batches, and the revisions in them.
    pub batches: u64,
    /// Revisions in all batches.
    pub revisions: u64,
    /// People on the roll.
    pub people: u64,
    /// Tickets.
    pub entries: u64,
    /// The end of the journal. Whoever keeps its link can tell later whether this history was rewritten.
    pub tip: Tip,
}

/// The first thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A line is missing.
    #[error("line {expected} of the journal is missing; the next is {found}")]
    Gap {
        /// The number that should be next.
        expected: u64,
        /// The number that is.
        found: u64,
    },
    /// A line does not have the link of what it says.
    #[error("line {0} of the journal was changed: its link is not over what it says and the line before")]
    Link(u64),
    /// What lies beside a line is not what it covers.
    #[error("line {line} of the journal, {kind}: what lies beside it is not what it covers")]
    Covered {
        /// The line.
        line: u64,
        /// Its kind's name.
        kind: &'static str,
    },
    /// A line speaks of a batch, anchor or freeze out of turn.
    #[error("line {line} of the journal, {kind}: it is out of turn")]
    OutOfTurn {
        /// The line.
        line: u64,
        /// Its kind's name.
        kind: &'static str,
    },
    /// The statement of a batch is missing, or is not the one in its signed note.
    #[error("batch {0}: its note is not signed by the receipts key for what the store says of it")]
    Note(u64),
    /// The leaves of a batch are not those under its signed root.
    #[error("batch {0}: its revisions are not those under its signed root")]
    Root(u64),
    /// A revision is not the one that was acknowledged.
    #[error("ticket {ticket}, revision {revision}: not what was acknowledged")]
    Revision {
        /// Whose.
        ticket: Ticket,
        /// Which.
        revision: u32,
    },
    /// Rows that no line of the journal covers.
    #[error("{what}: the journal covers {covered}, the store has {found}")]
    Uncovered {
        /// Rows of what.
        what: &'static str,
        /// As many as the journal covers.
        covered: u64,
        /// As many as there are.
        found: u64,
    },
    /// The roll does not say of a person what the journal gives.
    #[error("person {0}: the roll does not say what the journal gives")]
    Person(Hash),
    /// An entry does not name the last revision of its ticket, or is missing.
    #[error("ticket {0}: the entry is not its last revision")]
    Entry(Ticket),
    /// Somebody has an entry who is not on the roll.
    #[error("ticket {0}: the person is not on the roll")]
    Stranger(Ticket),
    /// Anchors are not those of the journal.
    #[error("the anchors are not those of the journal")]
    Anchors,
    /// The freeze is not the one of the journal.
    #[error("the freeze is not the one of the journal")]
    Freeze,
    /// A link that was kept elsewhere is not in the journal: history was rewritten, or the store is older.
    #[error("no line of the journal has the link {0}: the store is older than it, or was rewritten")]
    Unseen(Hash),
    /// Not as it must be, but the store was changed while it was read.
    #[error("others wrote while the store was read, so it is not known whether this is a fault: {0}")]
    Meanwhile(Box<Self>),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a check goes through, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checking {
    /// The lines of the journal, with what lies beside them.
    Journal,
    /// All that was ever said of people and tickets, against what the store says now.
    State,
}

/// Hears how much of what is being gone through is done, of how much.
pub type Tell<'a> = dyn FnMut(Checking, u64, u64) + Send + 'a;

/// Lines of the journal that are gone through together, with everything under them in memory.
const PAGE: u32 = 64;

/// Rows beside a line that are in memory at one time.
const ROWS: u32 = 10_000;

/// What the lines so far add up to.
#[derive(Debug, Default)]
struct Sums {
    batches: u64,
    revisions: u64,
    changes: u64,
    codes: u64,
    sheets: u64,
    forgets: ForgetDigest,
    anchors: Vec<(u64, u64)>,
    frozen: Option<u64>,
}

/// Revisions batch by batch.
struct Batches {
    pages: Pages<Kept>,
    next: Peekable<IntoIter<Kept>>,
}

impl Batches {
    /// Those of this batch; batches are asked for in their order.
    async fn of(&mut self, batch: u64) -> Result<Vec<Kept>, StoreError> {
        let mut found = Vec::new();
        loop {
            while let Some(revision) = self.next.next_if(|revision| revision.batch <= batch) {
                if revision.batch == batch {
                    found.push(revision);
                }
            }
            if self.next.peek().is_some() {
                return Ok(found);
            }
            let Some(page) = self.pages.next().await? else { return Ok(found) };
            self.next = page.into_iter().peekable();
        }
    }
}

impl Database {
    /// Goes through the whole store. `seen` are links of the journal that were kept elsewhere.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub async fn check(&self, seen: &[Hash]) -> Result<Checked, Fault> {
        self.check_telling(seen, &mut |_, _, _| ()).await
    }

    /// The same; `tell` hears how far it is.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub async fn check_telling(&self, seen: &[Hash], tell: &mut Tell<'_>) -> Result<Checked, Fault> {
        let all = self.store.next_line().await?;
        // Begun after the last of these lines was there, so it has what lies beside them.
        let mut kept = Batches { pages: self.store.kept(), next: Vec::new().into_iter().peekable() };
        let mut tip = Tip::start(self.programme.hash());
        let mut unseen: Vec<Hash> = seen.to_vec();
        let mut sums = Sums::default();
        let gone = self.gone().await?;
        loop {
            let mut lines = self.store.journal(tip.next, PAGE).await?;
            lines.retain(|line| line.number < all);
            if lines.is_empty() {
                break;
            }
            for line in &lines {
                tip = follows(tip, line)?;
                unseen.retain(|link| *link != line.link);
            }
            self.check_covered(&lines, &mut sums, &gone, &mut kept).await?;
            tell(Checking::Journal, tip.next, all);
        }
        drop(kept);
        if let Some(link) = unseen.first() {
            return Err(Fault::Unseen(*link));
        }
        let (people, entries) = match self.check_state(&sums, &gone, tell).await {
            Ok(state) => state,
            Err(Fault::Store(error)) => return Err(error.into()),
            Err(fault) if self.store.next_line().await? != all => return Err(Fault::Meanwhile(Box::new(fault))),
            Err(fault) => return Err(fault),
        };
        Ok(Checked { batches: sums.batches, revisions: sums.revisions, people, entries, tip })
    }

    /// Lines of the journal from this number on, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn journal(&self, from: u64, limit: u32) -> Result<Vec<Line>, StoreError> {
        self.store.journal(from, limit).await
    }

    async fn check_covered(
        &self,
        lines: &[Line],
        sums: &mut Sums,
        gone: &Gone,
        kept: &mut Batches,
    ) -> Result<(), Fault> {
        let (first, mut statements) = (sums.batches, BTreeMap::new());
        for line in lines {
            let out_of_turn = Fault::OutOfTurn { line: line.number, kind: line.kind.name() };
            match line.kind {
                Kind::Carried | Kind::Import | Kind::Undo | Kind::Codes => {
                    self.check_roll_line(line, sums, gone).await?;
                }
                Kind::Contacts => self.check_contacts(line, sums, gone).await?,
                Kind::Forget => roll::check_forgotten(line, sums)?,
                Kind::Batch if line.first != sums.batches || sums.frozen.is_some() => return Err(out_of_turn),
                Kind::Batch => {
                    statements.insert(line.first, line);
                    sums.batches += 1;
                    sums.revisions += line.count;
                }
                Kind::Anchor => sums.anchors.push((line.first, line.count)),
                Kind::Freeze if sums.frozen.is_some() => return Err(out_of_turn),
                Kind::Freeze => sums.frozen = Some(line.first),
            }
            sums.forgets.hear(line);
        }
        let notes: BTreeMap<u64, _> =
            self.store.notes(first, sums.batches).await?.into_iter().map(|note| (note.0.number, note)).collect();
        for (batch, line) in statements {
            let (statement, note) = notes.get(&batch).ok_or(Fault::Note(batch))?;
            self.check_batch(line, statement, note, &kept.of(batch).await?)?;
        }
        Ok(())
    }

    fn check_batch(&self, line: &Line, statement: &BatchStatement, note: &str, kept: &[Kept]) -> Result<(), Fault> {
        let batch = statement.number;
        if BatchStatement::open(note, &self.programme) != Ok(*statement) {
            return Err(Fault::Note(batch));
        }
        let mut digest = BatchDigest::of(note);
        let mut hashes = Vec::with_capacity(kept.len());
        for (place, Kept { place: found, revision, leaf, request, content, actor, .. }) in (0_u32..).zip(kept) {
            let altered = Fault::Revision { ticket: revision.ticket, revision: revision.revision };
            if revision.check(&self.programme).is_err() || revision.leaf(self.programme.hash()) != Ok(*leaf) {
                return Err(altered);
            }
            if place != *found {
                return Err(Fault::Root(batch));
            }
            hashes.push(merkle::leaf_hash(leaf));
            digest.add(request, content, actor.as_deref());
        }
        if hashes.len() as u64 != u64::from(statement.leaves) || merkle::root(&hashes) != statement.root {
            return Err(Fault::Root(batch));
        }
        let said = (line.count, line.digest);
        let is_covered =
            said == (u64::from(statement.leaves), digest.end()) && line.time_unix_s == statement.time_unix_s;
        if is_covered { Ok(()) } else { Err(Fault::Covered { line: line.number, kind: line.kind.name() }) }
    }
}

/// The end of the chain with this line.
fn follows(tip: Tip, line: &Line) -> Result<Tip, Fault> {
    if line.number != tip.next {
        return Err(Fault::Gap { expected: tip.next, found: line.number });
    }
    if line.chained_to(tip.link) != line.link {
        return Err(Fault::Link(line.number));
    }
    Ok(line.tip())
}
