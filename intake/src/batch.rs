//! A batch of revisions that become durable together, and the paths of its receipts. SPEC §7.1.
//!
//! **Invariant:** a [`Sealed`] batch has at least one revision, its signed root is over exactly its leaves in order, and
//! [`Paths::path`] equals `merkle::inclusion_path` at a cost of a few look-ups for each leaf.

use protocol::{
    entry::{self, EntryError, LEAF_BYTES, Revision},
    hash::Hash,
    merkle,
    note::{NoteError, SigningKey},
    programme::Programme,
    receipt::BatchStatement,
    ticket::Ticket,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A new revision with the request that made it.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) revision: Revision,
    pub(crate) request: Hash,
    pub(crate) content: Hash,
    /// Who typed it in, if it was not the applicant.
    pub(crate) actor: Option<Arc<str>>,
    /// Why the office made it without the change key, if it did.
    pub(crate) reason: Option<Arc<str>>,
}

/// A batch, signed and ready to be made durable.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) statement: BatchStatement,
    pub(crate) note: String,
    pub(crate) revisions: Vec<New>,
    /// Their bodies as they are stored and committed to.
    pub(crate) bodies: Vec<Vec<u8>>,
    pub(crate) leaves: Vec<[u8; LEAF_BYTES]>,
    pub(crate) paths: Paths,
}

/// Why a batch could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    #[error("a decided revision breaks a rule of the protocol: {0}")]
    Entry(#[from] EntryError),
    #[error("the receipts key cannot sign: {0}")]
    Note(#[from] NoteError),
    #[error("a batch has at least one revision")]
    Empty,
}

impl Sealed {
    /// Signs a batch. Every revision is checked once more against the protocol's own rules: what is acknowledged must
    /// pass a verifier.
    pub(crate) fn new(
        programme: &Programme,
        key: &SigningKey,
        number: u64,
        time_unix_s: u64,
        revisions: Vec<New>,
    ) -> Result<Self, SealError> {
        let (mut leaves, mut bodies) = (Vec::with_capacity(revisions.len()), Vec::with_capacity(revisions.len()));
        for New { revision, .. } in &revisions {
            revision.check(programme)?;
            let Revision { ticket, revision, status, blinding, body } = revision;
            let body = body.encode()?;
            leaves.push(entry::leaf(programme.hash(), *ticket, *revision, *status, blinding, &body));
            bodies.push(body);
        }
        let paths = Paths::of(&leaves);
        let root = paths.root().ok_or(SealError::Empty)?;
        let leaf_count = u32::try_from(leaves.len()).map_err(|_| SealError::Empty)?;
        let statement = BatchStatement { number, leaves: leaf_count, time_unix_s, root };
        let note = statement.sign(programme, key)?;
        Ok(Self { statement, note, revisions, bodies, leaves, paths })
    }

    /// The last revision of each ticket, which is what its entry says: first those of new entries, then the others.
    pub(crate) fn entries(&self) -> (Vec<&Revision>, Vec<&Revision>) {
        let revisions = || self.revisions.iter().map(|new| &new.revision);
        let first: BTreeSet<Ticket> = revisions().filter(|of| of.revision == 1).map(|of| of.ticket).collect();
        let last: BTreeMap<Ticket, &Revision> = revisions().map(|of| (of.ticket, of)).collect();
        last.into_values().partition(|revision| first.contains(&revision.ticket))
    }
}

/// All nodes of a Merkle tree (RFC 6962 §2.1), level by level from the leaf hashes. A node without a sibling is carried
/// up as it is, which is the same tree as splitting at the largest power of two.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    levels: Vec<Vec<Hash>>,
}

impl Paths {
    pub(crate) fn of(leaves: &[[u8; LEAF_BYTES]]) -> Self {
        let mut levels = vec![leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect::<Vec<_>>()];
        while let Some(last) = levels.last().filter(|level| level.len() > 1) {
            let (pairs, rest) = last.as_chunks::<2>();
            let joined = pairs.iter().map(|[left, right]| merkle::node_hash(*left, *right)).chain(rest.iter().copied());
            let level = joined.collect();
            levels.push(level);
        }
        Self { levels }
    }

    /// `None` for no leaves.
    pub(crate) fn root(&self) -> Option<Hash> {
        self.levels.last()?.first().copied()
    }

    /// The siblings from the leaf upward.
    pub(crate) fn path(&self, place: usize) -> Vec<Hash> {
        let levels = self.levels.iter().enumerate();
        levels.filter_map(|(height, level)| level.get((place >> height) ^ 1).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_every_size_is_the_protocols() {
        for size in 1..=70_u8 {
            let leaves: Vec<_> = (0..size).map(|i| [i; LEAF_BYTES]).collect();
            let hashes: Vec<_> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect();
            let paths = Paths::of(&leaves);
            assert_eq!(paths.root(), Some(merkle::root(&hashes)));
            for place in 0..usize::from(size) {
                assert_eq!(Some(paths.path(place)), merkle::inclusion_path(&hashes, place), "{place} of {size}");
            }
        }
    }
}
