//! Revisions and batches out of their rows.

use super::{hash, unsigned};
use crate::{decide::Granted, store::StoreError};
use protocol::{
    entry::{Body, Revision, Status},
    receipt::BatchStatement,
    ticket::Ticket,
};
use sqlx::FromRow;

/// Columns of `revisions` that make a revision.
#[derive(FromRow)]
pub(super) struct RevisionRow {
    ticket: Vec<u8>,
    revision: i64,
    status: i64,
    blinding: Vec<u8>,
    body: Vec<u8>,
}

impl TryFrom<RevisionRow> for Revision {
    type Error = StoreError;

    fn try_from(row: RevisionRow) -> Result<Self, StoreError> {
        Ok(Self {
            ticket: ticket(&row.ticket)?,
            revision: unsigned(row.revision)?,
            status: status(row.status)?,
            blinding: hash(&row.blinding)?.0,
            body: Body::decode(&row.body).map_err(|_| StoreError::Damaged("a body is none"))?,
        })
    }
}

/// Columns of `revisions` that tell a request that was granted.
#[derive(FromRow)]
pub(super) struct GrantedRow {
    pub(super) request: Vec<u8>,
    content: Vec<u8>,
    ticket: Vec<u8>,
    revision: i64,
}

impl TryFrom<GrantedRow> for Granted {
    type Error = StoreError;

    fn try_from(row: GrantedRow) -> Result<Self, StoreError> {
        Ok(Self { content: hash(&row.content)?, ticket: ticket(&row.ticket)?, revision: unsigned(row.revision)? })
    }
}

/// Columns of `batches` that make a statement.
#[derive(FromRow)]
pub(super) struct BatchRow {
    number: i64,
    leaves: i64,
    time_unix_s: i64,
    root: Vec<u8>,
}

impl TryFrom<BatchRow> for BatchStatement {
    type Error = StoreError;

    fn try_from(row: BatchRow) -> Result<Self, StoreError> {
        Ok(Self {
            number: unsigned(row.number)?,
            leaves: unsigned(row.leaves)?,
            time_unix_s: unsigned(row.time_unix_s)?,
            root: hash(&row.root)?,
        })
    }
}

fn ticket(bytes: &[u8]) -> Result<Ticket, StoreError> {
    Ok(Ticket(bytes.try_into().map_err(|_| StoreError::Damaged("a ticket has another length"))?))
}

pub(super) fn status(byte: i64) -> Result<Status, StoreError> {
    let status = u8::try_from(byte).ok().and_then(Status::from_byte);
    status.ok_or(StoreError::Damaged("a status is none"))
}

pub(super) fn leaf<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged("a leaf has another length"))
}
