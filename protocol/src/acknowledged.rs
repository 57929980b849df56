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
    let mut bytes = programme.header(HEADER);
    bytes.extend(u32::try_from(leaves.len()).ok()?.to_be_bytes());
    for leaf in leaves {
        match leaf {
            Acknowledged::Registered(place) => {
                bytes.push(0);
                bytes.extend(place.to_be_bytes());
            }
            Acknowledged::Replaced(leaf) => {
                bytes.push(1);
                bytes.extend(leaf);
            }
        }
    }
    Some(bytes)
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
