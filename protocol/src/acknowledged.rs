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
    let mut file = Encoder::new(programme, leaves.len() as u64);
    leaves.iter().for_each(|leaf| file.add(leaf));
    file.end()
}

/// Encodes leaf by leaf, so that neither the leaves of a nation nor their bytes need be held.
#[derive(Clone, Debug)]
pub struct Encoder {
    /// Those that nobody has taken yet.
    bytes: Vec<u8>,
    /// How many leaves are still to come; `None` if there were more than that.
    left: Option<u64>,
}

impl Encoder {
    /// A file of so many leaves, of which none is there yet.
    pub fn new(programme: &Programme, leaves: u64) -> Self {
        let mut bytes = programme.header(HEADER);
        let count = u32::try_from(leaves);
        bytes.extend(count.unwrap_or_default().to_be_bytes());
        Self { bytes, left: count.ok().map(u64::from) }
    }

    /// The next leaf.
    pub fn add(&mut self, leaf: &Acknowledged) {
        self.left = self.left.and_then(|left| left.checked_sub(1));
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

    /// The bytes since this was asked last.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The rest of the file's bytes, or all if none were taken; `None` if there were more or fewer leaves than announced, or more
    /// than 2³² − 1.
    pub fn end(self) -> Option<Vec<u8>> {
        (self.left == Some(0)).then_some(self.bytes)
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
