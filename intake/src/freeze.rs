//! Taking the register at the close. SPEC §6, §8.1 (freeze).
//!
//! **Invariant:** a [`Frozen`] exists only once no further batch can become durable. Every entry it gives out is the
//! last revision of its ticket and gives the leaf that its receipt was signed for.

use crate::{
    clock::Clock,
    journal::By,
    store::{Acknowledged, Count, Database, StoreError},
};
use protocol::{
    entry::{EntryError, Revision},
    programme::Programme,
    register::RUN_ENTRIES,
    ticket::Ticket,
};
use tokio::task::JoinHandle;

/// The register, taken. It gives out its entries in runs, so that it need not be held in memory.
#[derive(Debug)]
pub struct Frozen {
    database: Database,
    frozen_at_unix_s: u64,
    after: Option<Ticket>,
    /// The next run's rows, which are read while the run before is made into files.
    coming: Option<Coming>,
}

type Coming = JoinHandle<Result<Vec<Acknowledged>, StoreError>>;

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
        Frozen { database: self.clone(), frozen_at_unix_s, after: None, coming: None }
    }

    fn entries_after(&self, ticket: Option<Ticket>) -> Coming {
        let (store, limit) = (self.store.clone(), u32::try_from(RUN_ENTRIES).unwrap_or(u32::MAX));
        tokio::spawn(async move { store.entries_after(ticket, limit).await })
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

    /// The next run of up to [`RUN_ENTRIES`] entries in order of tickets; empty after the last. Every run but the last
    /// is full.
    ///
    /// # Errors
    /// [`FreezeError`] names the ticket whose entry is not as it was acknowledged.
    pub async fn next_run(&mut self) -> Result<Vec<Revision>, FreezeError> {
        let coming = self.coming.take().unwrap_or_else(|| self.database.entries_after(self.after));
        let rows = coming.await.map_err(|error| StoreError::Database(error.to_string()))??;
        let Some((last, _)) = rows.last() else { return Ok(Vec::new()) };
        let last = last.ticket;
        let coming = self.database.entries_after(Some(last));
        let programme: &Programme = &self.database.programme;
        let mut run = Vec::with_capacity(rows.len());
        for (revision, leaf) in rows {
            let ticket = revision.ticket;
            let accuse = |fault| FreezeError::Entry { ticket, fault };
            revision.check(programme).map_err(accuse)?;
            if revision.leaf(programme.hash()).map_err(accuse)? != leaf {
                return Err(FreezeError::Altered(ticket));
            }
            run.push(revision);
        }
        (self.after, self.coming) = (Some(last), Some(coming));
        Ok(run)
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
