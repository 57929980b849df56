//! `acknowledged.bin`: every leaf that was ever acknowledged, batch by batch, so that anyone can rebuild the signed roots
//! from the register and sees what is missing from it. SPEC §7.4.
//!
//! **Invariant:** [`decode`] accepts exactly the bytes that [`encode`] gives.

use crate::{
    entry::LEAF_BYTES,
    programme::Programme,
    ticket::Ticket,
    wire::{Reader, Truncated},
};

const HEADER: &[u8] = b"jebi/v0/acknowledged\n";

/// One acknowledged leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// The register's leaf at this place.
    Registered(u32),
    /// A leaf that a later revision of its ticket replaced.
    Replaced([u8; LEAF_BYTES]),
}

/// The ticket and the revision number that a leaf names; `None` if it is not a leaf of version 0.
pub fn named(leaf: &[u8; LEAF_BYTES]) -> Option<(Ticket, u32)> {
    let mut reader = Reader::new(leaf);
    let version = reader.u8().ok()?;
    let (ticket, revision) = (Ticket(reader.array().ok()?), reader.u32().ok()?);
    let status = reader.u8().ok()?;
    (version == 0 && status <= 3).then_some((ticket, revision))
}

/// The file's bytes; `None` beyond 2³² − 1 leaves.
pub fn encode(programme: &Programme, leaves: &[Acknowledged]) -> Option<Vec<u8>> {
    let mut file = Encoder::new(programme);
    leaves.iter().for_each(|leaf| file.add(leaf));
    file.end()
}

/// Encodes leaf by leaf, so that the leaves of a nation need not be held: five bytes for each that was not replaced.
#[derive(Clone, Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    /// Where the number of leaves stands.
    counted_at: usize,
    leaves: u64,
}

impl Encoder {
    /// A file of no leaves.
    pub fn new(programme: &Programme) -> Self {
        let mut bytes = programme.header(HEADER);
        let counted_at = bytes.len();
        bytes.extend([0; 4]);
        Self { bytes, counted_at, leaves: 0 }
    }

    /// The next leaf.
    pub fn add(&mut self, leaf: &Acknowledged) {
        self.leaves += 1;
        match leaf {
            Acknowledged::Registered(place) => {
                self.bytes.push(0);
                self.bytes.extend(place.to_be_bytes());
            }
            Acknowledged::Replaced(leaf) => {
                self.bytes.push(1);
                self.bytes.extend(leaf);
            }
        }
    }

    /// The file's bytes; `None` beyond 2³² − 1 leaves.
    pub fn end(mut self) -> Option<Vec<u8>> {
        let leaves = u32::try_from(self.leaves).ok()?.to_be_bytes();
        self.bytes.get_mut(self.counted_at..self.counted_at + leaves.len())?.copy_from_slice(&leaves);
        Some(self.bytes)
    }
}

/// Reads the file of this programme; `None` for any other bytes.
pub fn decode(programme: &Programme, bytes: &[u8]) -> Option<Vec<Acknowledged>> {
    let mut reader = Reader::new(bytes.strip_prefix(programme.header(HEADER).as_slice())?);
    let count = reader.u32().ok()?;
    let leaves = (0..count).map(|_| read(&mut reader).ok().flatten()).collect::<Option<_>>()?;
    reader.is_empty().then_some(leaves)
}

fn read(reader: &mut Reader<'_>) -> Result<Option<Acknowledged>, Truncated> {
    Ok(match reader.u8()? {
        0 => Some(Acknowledged::Registered(reader.u32()?)),
        1 => Some(Acknowledged::Replaced(reader.array()?)),
        _ => None,
    })
}

/// Whether the bytes are such a file of this programme, but for the mark of a rehearsal (SPEC §2.7).
pub fn is_marked_otherwise(programme: &Programme, bytes: &[u8]) -> bool {
    programme.is_marked_otherwise(HEADER, bytes)
}
