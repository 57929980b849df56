//! `receipts.bin`: every batch of acknowledged revisions, and the anchors that the log holds over them. SPEC §7.3.

use crate::{
    hash::Hash,
    merkle,
    programme::Programme,
    wire::{Reader, Truncated},
};

const HEADER: &[u8] = b"jebi/v0/receipt-batches\n";

/// One batch: how many revisions became durable together, when, and the root over their leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Register leaves in the batch.
    pub leaves: u32,
    /// When it became durable.
    pub time_unix_s: u64,
    /// Root over the leaves.
    pub root: Hash,
}

impl Batch {
    /// The 44 bytes of SPEC §7.3.
    pub fn encode(&self) -> [u8; 44] {
        let mut bytes = [0; 44];
        bytes[..4].copy_from_slice(&self.leaves.to_be_bytes());
        bytes[4..12].copy_from_slice(&self.time_unix_s.to_be_bytes());
        bytes[12..].copy_from_slice(&self.root.0);
        bytes
    }
}

/// Root over consecutive batches: what an anchor event holds.
pub fn anchor(batches: &[Batch]) -> Hash {
    let leaves: Vec<Hash> = batches.iter().map(|batch| merkle::leaf_hash(&batch.encode())).collect();
    merkle::root(&leaves)
}

/// The file's bytes; `None` beyond 2³² − 1 batches.
pub fn encode(programme: &Programme, batches: &[Batch]) -> Option<Vec<u8>> {
    let count = u32::try_from(batches.len()).ok()?;
    let mut bytes = programme.header(HEADER);
    bytes.extend(count.to_be_bytes());
    batches.iter().for_each(|batch| bytes.extend(batch.encode()));
    Some(bytes)
}

/// Whether these are batches of this programme, but flagged as a rehearsal's where it is binding, or the reverse.
pub fn is_marked_otherwise(programme: &Programme, bytes: &[u8]) -> bool {
    programme.is_marked_otherwise(HEADER, bytes)
}

/// Reads the file of this programme; `None` for any other bytes.
pub fn decode(programme: &Programme, bytes: &[u8]) -> Option<Vec<Batch>> {
    let mut reader = Reader::new(bytes.strip_prefix(programme.header(HEADER).as_slice())?);
    let count = reader.u32().ok()?;
    let batch = |reader: &mut Reader<'_>| -> Result<Batch, Truncated> {
        Ok(Batch { leaves: reader.u32()?, time_unix_s: reader.u64()?, root: Hash(reader.array()?) })
    };
    let batches = (0..count).map(|_| batch(&mut reader)).collect::<Result<_, _>>().ok()?;
    reader.is_empty().then_some(batches)
}
