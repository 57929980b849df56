//! Merkle trees over SHA-256 as RFC 6962 §2.1 and RFC 9162 §2.1 define them: roots, proofs that a leaf is in a tree,
//! proofs that one tree is a prefix of another, and the register's runs. SPEC §2.3, §6.2.
//!
//! ```text
//! leaf_hash(d)    = SHA-256(0x00 ‖ d)          node_hash(l, r) = SHA-256(0x01 ‖ l ‖ r)
//! root()          = SHA-256("")                root(h)         = h
//! root(h[0:n])    = node_hash(root(h[0:k]), root(h[k:n])),  k the largest power of two below n
//! ```
//!
//! **Invariant:** every function here takes *leaf hashes*. Who holds a leaf's bytes calls [`leaf_hash`], whose prefix
//! byte keeps an inner node from being passed off as a leaf. A path has exactly one right length for its index and
//! tree size; any other length is refused before a hash is computed.
//!
//! Reference: RFC 9162 §2.1.1 (roots), §2.1.3 (inclusion), §2.1.4 (consistency).

use crate::hash::Hash;
use sha2::{Digest, Sha256};

/// How many leaves of the register form a full run; the last run may be shorter. A power of two, so that each run is
/// a subtree of the register's tree.
pub const RUN_LEAVES: usize = 1024;

/// Why a Merkle proof does not prove what it is said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// There is no such leaf in a tree of this size.
    #[error("there is no leaf {index} in a tree of {size}")]
    IndexOutOfRange {
        /// The leaf asked for, counted from 0.
        index: u64,
        /// The tree's size in leaves.
        size: u64,
    },
    /// The older tree is said to be larger than the newer one.
    #[error("the older tree, of {old} leaves, is larger than the newer one, of {new}")]
    Shrunk {
        /// Size of the older tree in leaves.
        old: u64,
        /// Size of the newer tree in leaves.
        new: u64,
    },
    /// The path has a wrong number of hashes for its index and sizes.
    #[error("the path has {found} hashes, {expected} are needed")]
    PathLength {
        /// The one right length.
        expected: u64,
        /// The length of the path that was given.
        found: u64,
    },
    /// The leaf and its path, or the newer tree's path, lead to another root.
    #[error("the path leads to root {found}, not to {expected}")]
    Root {
        /// The root the proof should lead to.
        expected: Hash,
        /// The root it leads to.
        found: Hash,
    },
    /// The path leads to another root of the older tree.
    #[error("the path leads to older root {found}, not to {expected}")]
    OldRoot {
        /// The root of the older tree.
        expected: Hash,
        /// The root the path leads to.
        found: Hash,
    },
}

/// The hash of a leaf's bytes: SHA-256(0x00 ‖ `leaf`).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// The hash of an inner node: SHA-256(0x01 ‖ `left` ‖ `right`).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the tree over `leaf_hashes`; of no leaves, SHA-256 of nothing.
pub fn root(leaf_hashes: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    leaf_hashes.iter().for_each(|hash| tree.append(*hash));
    tree.root()
}

/// A tree that grows leaf by leaf and remembers only the roots of its perfect subtrees, largest first: at most 64
/// hashes, for registers too long to be held as leaf hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// One root for each 1 in the binary digits of `size`, the highest digit first.
    peaks: Vec<Hash>,
    size: u64,
}

impl Tree {
    /// Adds a leaf at the right end.
    pub fn append(&mut self, leaf_hash: Hash) {
        let mut hash = leaf_hash;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(left, hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The number of leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over the leaves so far.
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(left, right));
        joined.unwrap_or_else(|| Hash::of(b""))
    }
}

/// A whole tree, for those who need the paths of many leaves: each takes as many steps as the tree has levels, where
/// [`inclusion_path`] takes as many as it has leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(
    /// The leaf hashes, then the nodes above, up to the root. A node without a right sibling stands for itself above.
    Vec<Vec<Hash>>,
);

impl Levels {
    /// The tree over these leaf hashes.
    pub fn new(leaf_hashes: Vec<Hash>) -> Self {
        let mut levels = vec![leaf_hashes];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            let join = |pair: &[Hash]| match pair {
                [left, right] => node_hash(*left, *right),
                alone => alone[0],
            };
            levels.push(level.chunks(2).map(join).collect());
        }
        Self(levels)
    }

    /// What [`root`] gives.
    pub fn root(&self) -> Hash {
        self.0.last().and_then(|top| top.first()).copied().unwrap_or_else(|| Hash::of(b""))
    }

    /// What [`inclusion_path`] gives.
    pub fn path(&self, index: usize) -> Option<Vec<Hash>> {
        self.0[0].get(index)?;
        let sibling = |(level, nodes): (usize, &Vec<Hash>)| nodes.get((index >> level) ^ 1).copied();
        Some(self.0.iter().enumerate().filter_map(sibling).collect())
    }
}

/// The path of leaf `index` to the root over `leaf_hashes`: the sibling of each node on the way, the leaf's own first
/// (RFC 9162 §2.1.3.1). `None` when there is no such leaf.
pub fn inclusion_path(leaf_hashes: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaf_hashes.len() {
        return None;
    }
    let (mut rest, mut index, mut path) = (leaf_hashes, index, Vec::new());
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if index < left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            index -= left.len();
            rest = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Checks that `leaf_hash` is leaf `index`, counted from 0, of the tree with `size` leaves and this `root`.
///
/// # Errors
/// [`MerkleError::IndexOutOfRange`], [`MerkleError::PathLength`] or [`MerkleError::Root`].
pub fn verify_inclusion(leaf_hash: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> Result<(), MerkleError> {
    if index >= size {
        return Err(MerkleError::IndexOutOfRange { index, size });
    }
    let Some((inner, border)) = split_path(path, inner_len(index, size), index) else {
        return Err(path_length(inner_len(index, size), index, 0, path));
    };
    let found = climb_border(climb_inner(leaf_hash, inner, index), border);
    if found == root { Ok(()) } else { Err(MerkleError::Root { expected: root, found }) }
}

/// The proof that the first `old` leaves of the tree over the first `new` of `leaf_hashes` are the older tree
/// (RFC 9162 §2.1.4.1). Empty when nothing was added or the older tree is empty; `None` unless
/// `old <= new <= leaf_hashes.len()`.
pub fn consistency_path(leaf_hashes: &[Hash], old: usize, new: usize) -> Option<Vec<Hash>> {
    let (mut rest, mut path) = (leaf_hashes.get(..new)?, Vec::new());
    if old > new {
        return None;
    }
    if old == 0 {
        return Some(path);
    }
    // `whole`: the subtree at hand is one the verifier holds already, being all of the older tree.
    let (mut old, mut whole) = (old, true);
    while old < rest.len() {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if old <= left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            old -= left.len();
            rest = right;
            whole = false;
        }
    }
    if !whole {
        path.push(root(rest));
    }
    path.reverse();
    Some(path)
}

/// Checks that the tree of `old` leaves with `old_root` is a prefix of the tree of `new` leaves with `new_root`: that
/// a log only grew (RFC 9162 §2.1.4.2). An empty older tree is a prefix of every tree, with an empty path.
///
/// # Errors
/// [`MerkleError::Shrunk`], [`MerkleError::PathLength`], [`MerkleError::OldRoot`] or [`MerkleError::Root`].
pub fn verify_consistency(
    old: u64,
    new: u64,
    path: &[Hash],
    old_root: Hash,
    new_root: Hash,
) -> Result<(), MerkleError> {
    if old > new {
        return Err(MerkleError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return verify_without_path(old, path, old_root, new_root);
    }
    // The largest perfect subtree at the older tree's right edge: its root starts both climbs. When it is the whole
    // older tree the verifier has it, and the path leaves it out.
    let level = old.trailing_zeros();
    let index = (old - 1) >> level;
    let inner_len = inner_len(old - 1, new) - level;
    let (start, rest) = match path.split_first() {
        _ if index == 0 => (old_root, path),
        Some((first, rest)) => (*first, rest),
        None => return Err(path_length(inner_len, index, 1, path)),
    };
    let Some((inner, border)) = split_path(rest, inner_len, index) else {
        return Err(path_length(inner_len, index, u64::from(index != 0), path));
    };
    let found_old = climb_border(climb_left_siblings(start, inner, index), border);
    if found_old != old_root {
        return Err(MerkleError::OldRoot { expected: old_root, found: found_old });
    }
    let found = climb_border(climb_inner(start, inner, index), border);
    if found == new_root { Ok(()) } else { Err(MerkleError::Root { expected: new_root, found }) }
}

/// The root of the register from its runs' roots, each the [`root`] of [`RUN_LEAVES`] leaf hashes, the last of one or
/// more. It equals the root over all leaves, since an aligned run is a subtree.
pub fn root_of_runs(run_roots: &[Hash]) -> Hash {
    root(run_roots)
}

/// The path from the root of run `run_index` to the register's root. A leaf's path within its run followed by this
/// one is the leaf's path in the register. `None` when there is no such run.
pub fn run_path(run_roots: &[Hash], run_index: usize) -> Option<Vec<Hash>> {
    inclusion_path(run_roots, run_index)
}

/// Checks that `run_root` is the root of run `run_index` of `run_count` runs under the register's `root`. It says
/// nothing on how many leaves the run has: who takes the run as whole compares its leaves with the register's size.
///
/// # Errors
/// As [`verify_inclusion`], with runs in place of leaves.
pub fn verify_run(
    run_root: Hash,
    run_index: u64,
    run_count: u64,
    path: &[Hash],
    root: Hash,
) -> Result<(), MerkleError> {
    verify_inclusion(run_root, run_index, run_count, path, root)
}

/// The largest power of two below `len`, for `len` of 2 or more.
fn split_point(len: usize) -> usize {
    len.next_power_of_two() / 2
}

/// How many levels lie below the point where the paths of leaf `index` and of the last leaf meet. Below it a sibling
/// may be on either side; above it, on the border, siblings are on the left only.
fn inner_len(index: u64, size: u64) -> u32 {
    u64::BITS - (index ^ (size - 1)).leading_zeros()
}

/// The path cut where its border begins; `None` when its length is not the right one.
fn split_path(path: &[Hash], inner_len: u32, index: u64) -> Option<(&[Hash], &[Hash])> {
    let (inner, border) = path.split_at_checked(usize::try_from(inner_len).ok()?)?;
    (u64::try_from(border.len()).ok()? == border_len(inner_len, index)).then_some((inner, border))
}

fn border_len(inner_len: u32, index: u64) -> u64 {
    u64::from(index.checked_shr(inner_len).unwrap_or(0).count_ones())
}

fn path_length(inner_len: u32, index: u64, start: u64, path: &[Hash]) -> MerkleError {
    let expected = start + u64::from(inner_len) + border_len(inner_len, index);
    MerkleError::PathLength { expected, found: path.len() as u64 }
}

fn climb_inner(start: Hash, inner: &[Hash], index: u64) -> Hash {
    inner.iter().enumerate().fold(start, |hash, (level, sibling)| {
        if (index >> level) & 1 == 0 { node_hash(hash, *sibling) } else { node_hash(*sibling, hash) }
    })
}

/// The climb in the older tree: what lies to the right was added later.
fn climb_left_siblings(start: Hash, inner: &[Hash], index: u64) -> Hash {
    let siblings = inner.iter().enumerate().filter(|(level, _)| (index >> level) & 1 == 1);
    siblings.fold(start, |hash, (_, sibling)| node_hash(*sibling, hash))
}

fn climb_border(start: Hash, border: &[Hash]) -> Hash {
    border.iter().fold(start, |hash, sibling| node_hash(*sibling, hash))
}

/// The two cases in which RFC 9162 has no path: nothing was added, or there was nothing before.
fn verify_without_path(old: u64, path: &[Hash], old_root: Hash, new_root: Hash) -> Result<(), MerkleError> {
    if !path.is_empty() {
        return Err(MerkleError::PathLength { expected: 0, found: path.len() as u64 });
    }
    let expected = if old == 0 { root(&[]) } else { new_root };
    if old_root == expected { Ok(()) } else { Err(MerkleError::OldRoot { expected: old_root, found: expected }) }
}
