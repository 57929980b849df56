//! The log's formats against published vectors and other people's code: C2SP's texts, RFC 6962's test tree, and the
//! crates ct-merkle, signed_note and tlog_tiles.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod files;
mod heads;
mod notes;
mod trees;

use protocol::hash::Hash;
use protocol::merkle;

/// Leaf hashes of `count` different leaves.
fn leaf_hashes(count: usize) -> Vec<Hash> {
    (0..count).map(|index| merkle::leaf_hash(&index.to_be_bytes())).collect()
}
