//! Taking the register at the close. SPEC §6, §8.1 (freeze).
//!
//! **Invariant:** a [`Frozen`] exists only once no further batch can become durable. Every entry it gives out is the
//! last revision of its ticket and gives the leaf that its receipt was signed for.

use crate::{
    clock::Clock,
    journal::By,
    store::{Count, Database, Pages, StoreError, Stored},
};
use protocol::{
    acknowledged,
    entry::{EntryError, LEAF_BYTES, Revision},
    programme::Programme,
    register::RUN_ENTRIES,
    ticket::Ticket,
};
use std::{iter::Peekable, sync::Arc, vec::IntoIter};

/// The register, taken. It gives out its entries in runs, so that it need not be held in memory.
#[derive(Debug)]
pub struct Frozen {
    programme: Arc<Programme>,
    frozen_at_unix_s: u64,
    /// What is read and sorted meanwhile.
    pages: Pages<Stored>,
    /// What is left of a page.
    next: Peekable<IntoIter<Stored>>,
}

/// Up to [`RUN_ENTRIES`] tickets with all of their revisions, as they lie in the store.
#[derive(Debug)]
pub struct Rows {
    programme: Arc<Programme>,
    rows: Vec<Stored>,
}

/// The same, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The last revision of each ticket, in order of tickets.
    pub entries: Vec<Revision>,
    /// All revisions of these tickets, by ticket and revision.
    pub leaves: Vec<Leaf>,
}

/// A leaf that was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The batch it was acknowledged in.
    pub batch: u64,
    /// Its place in that batch.
    pub place: u32,
    /// Which revision of its ticket it is, from 1.
    pub revision: u32,
    /// The place of its ticket's entry among those that were opened with it.
    pub entry: usize,
    /// Whether no later revision replaced it.
    pub is_last: bool,
    /// What the receipt was signed for.
    pub bytes: [u8; LEAF_BYTES],
}

/// How many entries of one cohort there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortTotal {
    /// The cohort's identifier in the programme.
    pub id: String,
    /// Everybody who ever registered.
    pub registered: u64,
    /// Of these, those who take part.
    pub active: u64,
    /// Of these, those who withdrew.
    pub withdrawn: u64,
}

/// Totals of the register, for comparison with what other people counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// In the order of the programme's cohorts.
    pub cohorts: Vec<CohortTotal>,
    /// All revisions that were ever acknowledged.
    pub revisions: u64,
    /// All batches they were acknowledged in.
    pub batches: u64,
}

/// Why the register cannot be taken or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FreezeError {
    /// The window is open, or has not opened.
    #[error("registration closes at second {closes_at_unix_s}; it is {now_unix_s}")]
    StillOpen {
        /// When it closes.
        closes_at_unix_s: u64,
        /// What the clock shows.
        now_unix_s: u64,
    },
    /// A stored entry breaks a rule of the protocol.
    #[error("the entry of ticket {ticket}: {fault}")]
    Entry {
        /// Whose.
        ticket: Ticket,
        /// Which rule.
        fault: EntryError,
    },
    /// A stored entry is not the one its receipt was signed for.
    #[error("the entry of ticket {0} is not the one that was acknowledged")]
    Altered(Ticket),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Totals {
    /// Everybody who takes part.
    pub fn active(&self) -> u64 {
        self.cohorts.iter().map(|cohort| cohort.active).sum()
    }

    /// Everybody who withdrew.
    pub fn withdrawn(&self) -> u64 {
        self.cohorts.iter().map(|cohort| cohort.withdrawn).sum()
    }
}

impl Database {
    /// Takes the register. From here on, no revision is accepted by any process. Taking it again gives the same.
    ///
    /// # Errors
    /// [`FreezeError::StillOpen`] before the close by this clock.
    pub async fn freeze(&self, clock: &Clock) -> Result<Frozen, FreezeError> {
        let (now, closes) = (clock.now(), self.programme.window.closes_at_unix_s);
        if now < closes {
            return Err(FreezeError::StillOpen { closes_at_unix_s: closes, now_unix_s: now });
        }
        let frozen_at_unix_s = self.store.freeze(now, &By::command()).await?;
        Ok(self.frozen_at(frozen_at_unix_s))
    }

    /// The register, if it was taken before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn taken(&self) -> Result<Option<Frozen>, StoreError> {
        Ok(self.store.frozen().await?.map(|second| self.frozen_at(second)))
    }

    fn frozen_at(&self, frozen_at_unix_s: u64) -> Frozen {
        let (programme, pages) = (self.programme.clone(), self.store.by_ticket());
        Frozen { programme, frozen_at_unix_s, pages, next: Vec::new().into_iter().peekable() }
    }

    /// Totals as they are now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let counts = self.store.counts().await?;
        let cohorts = (0_u16..).zip(&self.programme.cohorts).map(|(index, cohort)| {
            let of = counts.iter().filter(|count| count.cohort == index);
            let sum = |active| of.clone().filter(|c: &&Count| c.status.is_active() == active).map(|c| c.entries).sum();
            let (active, withdrawn): (u64, u64) = (sum(true), sum(false));
            CohortTotal { id: cohort.id.clone(), registered: active + withdrawn, active, withdrawn }
        });
        let batches = self.store.last_batch().await?.map_or(0, |last| last.number + 1);
        Ok(Totals { cohorts: cohorts.collect(), revisions: self.store.revision_count().await?, batches })
    }
}

impl Frozen {
    /// The second of the freeze.
    pub fn frozen_at_unix_s(&self) -> u64 {
        self.frozen_at_unix_s
    }

    /// The rows of the next run: up to [`RUN_ENTRIES`] tickets in order, each with all of its revisions. None after the last.
    /// Every run but the last is full.
    ///
    /// # Errors
    /// [`FreezeError`] if the store cannot be read.
    pub async fn next_rows(&mut self) -> Result<Option<Rows>, FreezeError> {
        let mut rows: Vec<Stored> = Vec::with_capacity(RUN_ENTRIES);
        let mut tickets = 0;
        loop {
            while let Some(row) = self.next.peek() {
                if rows.last().is_none_or(|last| last.ticket != row.ticket) {
                    if tickets == RUN_ENTRIES {
                        return Ok(Some(Rows { programme: self.programme.clone(), rows }));
                    }
                    tickets += 1;
                }
                rows.extend(self.next.next());
            }
            let Some(page) = self.pages.next().await? else { break };
            self.next = page.into_iter().peekable();
        }
        Ok((!rows.is_empty()).then(|| Rows { programme: self.programme.clone(), rows }))
    }

    /// The next run, opened; empty after the last.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub async fn next_run(&mut self) -> Result<Vec<Revision>, FreezeError> {
        self.next_rows().await?.map_or(Ok(Vec::new()), |rows| Ok(rows.open()?.entries))
    }

    /// All entries in order of tickets, for draws that fit in memory.
    ///
    /// # Errors
    /// As [`Frozen::next_run`].
    pub async fn entries_by_ticket(mut self) -> Result<Vec<Revision>, FreezeError> {
        let mut all = Vec::new();
        loop {
            let run = self.next_run().await?;
            if run.is_empty() {
                return Ok(all);
            }
            all.extend(run);
        }
    }
}

impl Rows {
    /// Opens them, on any thread: this takes longer than reading them.
    ///
    /// # Errors
    /// [`FreezeError`] names the ticket whose entry is not as it was acknowledged.
    pub fn open(self) -> Result<Opened, FreezeError> {
        let mut opened =
            Opened { entries: Vec::with_capacity(RUN_ENTRIES), leaves: Vec::with_capacity(self.rows.len()) };
        let mut rows = self.rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            let (ticket, entry) = (row.ticket, opened.entries.len());
            let is_last = rows.peek().is_none_or(|next| next.ticket != ticket);
            let Stored { batch, place, revision, leaf: bytes, .. } = row;
            if acknowledged::named(&bytes) != Some((ticket, revision)) {
                return Err(FreezeError::Altered(ticket));
            }
            opened.leaves.push(Leaf { batch, place, revision, entry, is_last, bytes });
            if is_last {
                opened.entries.push(open(&self.programme, row)?);
            }
        }
        Ok(opened)
    }
}

/// An entry that keeps the rules and is the one that was acknowledged.
fn open(programme: &Programme, row: Stored) -> Result<Revision, FreezeError> {
    let (ticket, leaf) = (row.ticket, row.leaf);
    let accuse = |fault| FreezeError::Entry { ticket, fault };
    let revision = row.open()?;
    revision.check(programme).map_err(accuse)?;
    if revision.leaf(programme.hash()).map_err(accuse)? != leaf {
        return Err(FreezeError::Altered(ticket));
    }
    Ok(revision)
}
