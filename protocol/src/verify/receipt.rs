//! A citizen's receipt against a verified bundle: was I in, and did anybody change what I asked for? SPEC §7.6, §5.4.

use super::Verified;
use crate::{
    entry::{self, ForgedRevision},
    receipt::{Receipt, ReceiptError},
    ticket::Ticket,
};

/// What a receipt proves against the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptFault {
    /// The receipt itself does not hold: it proves nothing.
    #[error("the receipt does not hold: {0}")]
    Receipt(#[from] ReceiptError),
    /// R-RECEIPT-BATCH.
    #[error("batch {0} was signed, and the bundle does not list it so: the operator's word was broken")]
    Batch(u64),
    /// R-RECEIPT-OMITTED.
    #[error("ticket {0} was acknowledged and is not in the register: it was left out")]
    Omitted(Ticket),
    /// R-RECEIPT-OLDER.
    #[error("revision {acknowledged} of ticket {ticket} was acknowledged, the register has the older {registered}")]
    Older {
        /// Whose.
        ticket: Ticket,
        /// By the receipt.
        acknowledged: u32,
        /// In the register.
        registered: u32,
    },
    /// R-RECEIPT-LEAF.
    #[error("the register has another revision {revision} of ticket {ticket} than was acknowledged")]
    Leaf {
        /// Whose.
        ticket: Ticket,
        /// Which.
        revision: u32,
    },
    /// R-RECEIPT-CHANGE-KEY.
    #[error(transparent)]
    Forged(#[from] ForgedRevision),
}

impl ReceiptFault {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Receipt(fault) => fault.label(),
            Self::Batch(_) => "R-RECEIPT-BATCH",
            Self::Omitted(_) => "R-RECEIPT-OMITTED",
            Self::Older { .. } => "R-RECEIPT-OLDER",
            Self::Leaf { .. } => "R-RECEIPT-LEAF",
            Self::Forged(_) => "R-RECEIPT-CHANGE-KEY",
        }
    }
}

/// What the register has for a receipt that it honours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptFinding {
    /// The very revision.
    Same,
    /// A later one, made with the change key that the receipt's revision asked for.
    ChangedWithKey {
        /// The revision in the register.
        revision: u32,
    },
    /// A later one; the office made the change after the receipt's revision without the key.
    ChangedByOffice {
        /// The revision in the register.
        revision: u32,
    },
}

/// Checks a receipt's bytes against a verified bundle.
///
/// # Errors
/// [`ReceiptFault`] says what the receipt proves.
pub fn check_receipt(verified: &Verified, bytes: &[u8]) -> Result<ReceiptFinding, ReceiptFault> {
    let receipt = Receipt::parse(bytes).map_err(ReceiptError::from)?;
    let checked = receipt.check(&verified.programme)?;
    let statement = checked.statement;
    let batch = usize::try_from(statement.number).ok().and_then(|number| verified.batches.get(number));
    let listed = batch.is_some_and(|batch| {
        (batch.leaves, batch.time_unix_s, batch.root) == (statement.leaves, statement.time_unix_s, statement.root)
    });
    if !listed {
        return Err(ReceiptFault::Batch(statement.number));
    }
    let (ticket, revision) = (checked.revision.ticket, checked.revision.revision);
    let place = verified.register.place(ticket).ok_or(ReceiptFault::Omitted(ticket))?;
    let registered = &verified.register.revisions[place];
    if registered.revision < revision {
        return Err(ReceiptFault::Older { ticket, acknowledged: revision, registered: registered.revision });
    }
    if registered.revision == revision {
        let same = registered.leaf(verified.programme.hash()).ok() == Some(checked.leaf);
        return if same { Ok(ReceiptFinding::Same) } else { Err(ReceiptFault::Leaf { ticket, revision }) };
    }
    let by_office = entry::check_change(checked.revision.body.next, revision, &registered.body)?;
    let revision = registered.revision;
    Ok(if by_office {
        ReceiptFinding::ChangedByOffice { revision }
    } else {
        ReceiptFinding::ChangedWithKey { revision }
    })
}
