//! The turn of who writes registrations: look, append, or leave.

use super::{OnRoll, StoreError};
use crate::{
    batch::Sealed,
    decide::Held,
    journal::{Line, Tip},
    secrets::CodeHash,
};
use async_trait::async_trait;
use protocol::receipt::BatchStatement;
use std::collections::BTreeMap;

/// Says who asks, and what is held of them.
#[async_trait]
pub(crate) trait Look: Send {
    /// `codes` are those of the people who ask.
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError>;
}

/// The one connection that writes registrations, in turns; it looks within its turn.
#[async_trait]
pub(crate) trait Ledger: Look {
    /// Takes the turn: until it is appended or left, or the connection is lost, nobody else changes the store.
    async fn begin(&mut self) -> Result<End, StoreError>;
    /// Takes the turn for this batch alone: makes it and its line durable if the journal ends with `upon`; else nothing
    /// has changed, and the answer is `false`.
    async fn append_upon(&mut self, upon: Tip, batch: &Sealed, line: &Line) -> Result<bool, StoreError> {
        if self.begin().await?.tip != upon {
            self.leave().await?;
            return Ok(false);
        }
        self.append(batch, line).await.map(|()| true)
    }
    /// Makes the batch and its line durable, whole or not at all, and ends the turn.
    async fn append(&mut self, batch: &Sealed, line: &Line) -> Result<(), StoreError>;
    /// Ends the turn; nothing has changed.
    async fn leave(&mut self) -> Result<(), StoreError>;
}

/// What is known of those who ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The people with these codes.
    pub(crate) on_roll: BTreeMap<CodeHash, OnRoll>,
    /// What is held about them.
    pub(crate) held: Held,
}

/// Where the next batch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The end of the journal. Its link says everything that was ever done to the store.
    pub(crate) tip: Tip,
    /// The newest batch.
    pub(crate) last: Option<BatchStatement>,
}
