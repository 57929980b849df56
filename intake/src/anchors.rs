//! Which receipt batches already stand in the draw's log. SPEC §7.3, §8.1.
//!
//! **Invariant:** anchored ranges are consecutive from batch 0. The log is what counts: after a crash between the two,
//! whoever appends reads the log and calls [`Database::mark_anchored`] for the ranges it already holds.

use crate::{
    clock::Clock,
    journal::By,
    store::{Database, StoreError},
};
use protocol::{entry::LEAF_BYTES, receipt::BatchStatement};

impl Database {
    /// Batches that are in no anchor yet, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pending_batches(&self) -> Result<Vec<BatchStatement>, StoreError> {
        self.store.batches(self.store.first_unanchored().await?).await
    }

    /// The first batch that is in no anchor; as many are anchored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn first_unanchored(&self) -> Result<u64, StoreError> {
        self.store.first_unanchored().await
    }

    /// Notes that the `count` batches from `first` on stand in the log. A range that is noted already is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] unless the range is the next one and the batches exist.
    pub async fn mark_anchored(&self, first: u64, count: u64) -> Result<(), StoreError> {
        let noted = self.store.first_unanchored().await?;
        if first.checked_add(count).is_some_and(|end| end <= noted) {
            return Ok(());
        }
        self.store.put_anchor(Clock::System.now(), &By::command(), first, count).await
    }

    /// The register leaves of `count` batches from `first` on, in the order in which they were acknowledged.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leaves(&self, first: u64, count: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
        self.store.leaves(first, first.saturating_add(count)).await
    }

    /// All batches in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_batches(&self) -> Result<Vec<BatchStatement>, StoreError> {
        self.store.batches(0).await
    }
}
