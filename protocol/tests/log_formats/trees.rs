//! Trees: roots, paths and consistency.

use crate::leaf_hashes;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use protocol::hash::{Hash, parse_hex};
use protocol::merkle::{self, MerkleError, RUN_LEAVES, Tree};
use tlog_tiles::{HashReader, stored_hash_index};

/// The leaves of the test tree that Certificate Transparency's clients share.
const CT_LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const CT_ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const SIBLING_OF_LEAF_0: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const LEAVES_2_AND_3: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const LEAVES_4_TO_7: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const LEAVES_4_AND_5: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const LEAVES_6_AND_7: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";

fn ct_leaf_hashes() -> Vec<Hash> {
    CT_LEAVES.iter().map(|leaf| merkle::leaf_hash(&parse_hex(leaf).unwrap())).collect()
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hash| Hash::parse(hash).unwrap()).collect()
}

#[test]
fn roots_of_the_certificate_transparency_tree() {
    let leaves = ct_leaf_hashes();
    for (size, expected) in (1..).zip(hashes(&CT_ROOTS)) {
        assert_eq!(merkle::root(&leaves[..size]), expected, "size {size}");
    }
    assert_eq!(merkle::root(&[]), Hash::of(b""));
}

#[test]
fn paths_of_the_certificate_transparency_tree() {
    let leaves = ct_leaf_hashes();
    let inclusion = |index, size| merkle::inclusion_path(&leaves[..size], index).unwrap();
    assert_eq!(inclusion(0, 1), []);
    assert_eq!(inclusion(0, 8), hashes(&[SIBLING_OF_LEAF_0, LEAVES_2_AND_3, LEAVES_4_TO_7]));
    assert_eq!(inclusion(5, 8), hashes(&[LEAF_4, LEAVES_6_AND_7, CT_ROOTS[3]]));
    assert_eq!(inclusion(2, 3), hashes(&[CT_ROOTS[1]]));
    assert_eq!(inclusion(1, 5), hashes(&[CT_ROOTS[0], LEAVES_2_AND_3, LEAF_4]));
    let consistency = |old, new| merkle::consistency_path(&leaves, old, new).unwrap();
    assert_eq!(consistency(1, 1), []);
    assert_eq!(consistency(1, 8), hashes(&[SIBLING_OF_LEAF_0, LEAVES_2_AND_3, LEAVES_4_TO_7]));
    assert_eq!(consistency(6, 8), hashes(&[LEAVES_4_AND_5, LEAVES_6_AND_7, CT_ROOTS[3]]));
    assert_eq!(consistency(2, 5), hashes(&[LEAVES_2_AND_3, LEAF_4]));
}

/// All hashes that tlog_tiles stores for a log of these leaves, in its own order.
pub(crate) struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

impl Stored {
    pub(crate) fn of(leaves: &[Hash]) -> Self {
        let mut stored = Self(Vec::new());
        for (index, leaf) in (0..).zip(leaves) {
            assert_eq!(stored.0.len() as u64, stored_hash_index(0, index));
            let new = tlog_tiles::stored_hashes_for_record_hash(index, tlog_tiles::Hash(leaf.0), &stored).unwrap();
            stored.0.extend(new);
        }
        stored
    }
}

fn ours(hashes: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|hash| Hash(hash.0)).collect()
}

#[test]
fn all_paths_up_to_130_leaves_are_those_of_tlog_tiles() {
    let leaves = leaf_hashes(130);
    let stored = Stored::of(&leaves);
    let mut tree = Tree::default();
    for size in 1..=130 {
        tree.append(leaves[size - 1]);
        let root = merkle::root(&leaves[..size]);
        assert_eq!(tree.root(), root);
        assert_eq!(tree.size(), size as u64);
        assert_eq!(tlog_tiles::tree_hash(size as u64, &stored).unwrap().0, root.0);
        for before in 0..size {
            let path = merkle::inclusion_path(&leaves[..size], before).unwrap();
            assert_eq!(path, ours(tlog_tiles::prove_record(size as u64, before as u64, &stored).unwrap()));
            assert_eq!(merkle::verify_inclusion(leaves[before], before as u64, size as u64, &path, root), Ok(()));
        }
        for old in 1..=size {
            let path = merkle::consistency_path(&leaves, old, size).unwrap();
            assert_eq!(path, ours(tlog_tiles::prove_tree(size as u64, old as u64, &stored).unwrap()));
            let old_root = merkle::root(&leaves[..old]);
            assert_eq!(merkle::verify_consistency(old as u64, size as u64, &path, old_root, root), Ok(()));
        }
    }
}

#[test]
fn all_paths_up_to_70_leaves_are_those_of_ct_merkle() {
    let mut tree = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let leaves = leaf_hashes(70);
    for size in 1..=70_usize {
        tree.push((size - 1).to_be_bytes().to_vec());
        assert_eq!(tree.root().as_bytes()[..], merkle::root(&leaves[..size]).0);
        for before in 0..size {
            let path = merkle::inclusion_path(&leaves[..size], before).unwrap();
            assert_eq!(tree.prove_inclusion(before).as_bytes(), path.iter().flat_map(|h| h.0).collect::<Vec<_>>());
        }
        for old in 1..size {
            let path = merkle::consistency_path(&leaves, old, size).unwrap();
            let theirs = tree.prove_consistency(size - old);
            assert_eq!(theirs.as_bytes(), path.iter().flat_map(|h| h.0).collect::<Vec<_>>());
        }
    }
}

/// Each thing that can be wrong with a path, one at a time: a bit, a hash too few or too many, two exchanged.
fn spoilt(path: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for place in 0..path.len() {
        let mut flipped = path.to_vec();
        flipped[place].0[place % 32] ^= 1 << (place % 8);
        all.push(flipped);
        all.push([&path[..place], &path[place + 1..]].concat());
        all.push([&path[..place], &[path[place]], &path[place..]].concat());
        if place > 0 {
            let mut exchanged = path.to_vec();
            exchanged.swap(place - 1, place);
            all.push(exchanged);
        }
    }
    all.push([path, &[Hash::default()]].concat());
    all.push([&[Hash::default()], path].concat());
    all
}

#[test]
fn no_spoilt_path_proves_anything() {
    let leaves = leaf_hashes(40);
    for size in 1..=40 {
        let root = merkle::root(&leaves[..size]);
        for index in 0..size {
            let path = merkle::inclusion_path(&leaves[..size], index).unwrap();
            for path in spoilt(&path) {
                assert!(merkle::verify_inclusion(leaves[index], index as u64, size as u64, &path, root).is_err());
            }
        }
        for old in 0..=size {
            let path = merkle::consistency_path(&leaves, old, size).unwrap();
            let old_root = merkle::root(&leaves[..old]);
            for path in spoilt(&path) {
                let verdict = merkle::verify_consistency(old as u64, size as u64, &path, old_root, root);
                assert!(verdict.is_err(), "{old} of {size}");
            }
        }
    }
}

#[test]
fn a_path_is_of_one_leaf_at_one_index_under_one_root() {
    let leaves = leaf_hashes(23);
    let root = merkle::root(&leaves);
    for index in 0..23 {
        let path = merkle::inclusion_path(&leaves, index).unwrap();
        for other in (0..23).filter(|other| *other != index) {
            assert!(merkle::verify_inclusion(leaves[index], other as u64, 23, &path, root).is_err());
            assert!(merkle::verify_inclusion(leaves[other], index as u64, 23, &path, root).is_err());
        }
        let other_root = merkle::root(&leaves[..22]);
        let verdict = merkle::verify_inclusion(leaves[index], index as u64, 23, &path, other_root);
        assert_eq!(verdict, Err(MerkleError::Root { expected: other_root, found: root }));
    }
}

#[test]
fn errors_accuse_index_size_and_length() {
    let leaves = leaf_hashes(7);
    let root = merkle::root(&leaves);
    let inclusion = |index, size, path: &[Hash]| merkle::verify_inclusion(leaves[0], index, size, path, root);
    assert_eq!(inclusion(7, 7, &[]), Err(MerkleError::IndexOutOfRange { index: 7, size: 7 }));
    assert_eq!(inclusion(0, 0, &[]), Err(MerkleError::IndexOutOfRange { index: 0, size: 0 }));
    assert_eq!(inclusion(6, 7, &[]), Err(MerkleError::PathLength { expected: 2, found: 0 }));
    assert_eq!(inclusion(u64::MAX - 1, u64::MAX, &[]), Err(MerkleError::PathLength { expected: 63, found: 0 }));
    assert_eq!(inclusion(0, u64::MAX, &[]), Err(MerkleError::PathLength { expected: 64, found: 0 }));
    let consistency = |old, new, path: &[Hash]| merkle::verify_consistency(old, new, path, root, root);
    assert_eq!(consistency(8, 7, &[]), Err(MerkleError::Shrunk { old: 8, new: 7 }));
    assert_eq!(consistency(3, 7, &[]), Err(MerkleError::PathLength { expected: 4, found: 0 }));
    assert_eq!(consistency(4, 7, &leaves), Err(MerkleError::PathLength { expected: 1, found: 7 }));
    assert_eq!(consistency(7, 7, &leaves), Err(MerkleError::PathLength { expected: 0, found: 7 }));
    assert_eq!(consistency(7, 7, &[]), Ok(()));
    assert_eq!(consistency(0, 7, &[]), Err(MerkleError::OldRoot { expected: root, found: Hash::of(b"") }));
    assert_eq!(merkle::verify_consistency(0, 7, &[], Hash::of(b""), root), Ok(()));
    assert_eq!(merkle::inclusion_path(&leaves, 7), None);
    assert_eq!(merkle::consistency_path(&leaves, 3, 8), None);
    assert_eq!(merkle::consistency_path(&leaves, 4, 3), None);
}

#[test]
fn a_rewritten_log_is_not_consistent() {
    let leaves = leaf_hashes(20);
    let mut rewritten = leaves.clone();
    rewritten[3] = merkle::leaf_hash(b"another");
    for old in 4..20 {
        let path = merkle::consistency_path(&rewritten, old, 20).unwrap();
        let (old_root, new_root) = (merkle::root(&leaves[..old]), merkle::root(&rewritten));
        assert!(merkle::verify_consistency(old as u64, 20, &path, old_root, new_root).is_err());
    }
}

#[test]
fn an_inner_node_is_no_leaf() {
    let leaves = leaf_hashes(2);
    let inner = [leaves[0].0, leaves[1].0].concat();
    assert_ne!(merkle::leaf_hash(&inner), merkle::node_hash(leaves[0], leaves[1]));
}

#[test]
fn a_whole_tree_gives_the_root_and_every_path() {
    let leaves = leaf_hashes(70);
    for size in 0..=leaves.len() {
        let levels = merkle::Levels::new(leaves[..size].to_vec());
        assert_eq!(levels.root(), merkle::root(&leaves[..size]), "size {size}");
        for index in 0..=size {
            assert_eq!(levels.path(index), merkle::inclusion_path(&leaves[..size], index), "leaf {index} of {size}");
        }
    }
}

fn run_roots(leaves: &[Hash]) -> Vec<Hash> {
    leaves.chunks(RUN_LEAVES).map(merkle::root).collect()
}

/// The sizes at which a run, or the tree of runs, gets a new shape.
#[test]
fn runs_are_subtrees_at_every_edge() {
    let leaves = leaf_hashes(9 * RUN_LEAVES);
    for full in 0..9 {
        for size in [full * RUN_LEAVES, full * RUN_LEAVES + 1, (full + 1) * RUN_LEAVES - 1] {
            assert_eq!(merkle::root_of_runs(&run_roots(&leaves[..size])), merkle::root(&leaves[..size]), "size {size}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_run_path_lengthens_the_path_within_the_run(size in 1..6000_usize, at: prop::sample::Index) {
        let leaves = leaf_hashes(size);
        let (root, runs) = (merkle::root(&leaves), run_roots(&leaves));
        prop_assert_eq!(merkle::root_of_runs(&runs), root);
        let index = at.index(size);
        let (run, within) = (index / RUN_LEAVES, index % RUN_LEAVES);
        let run_path = merkle::run_path(&runs, run).unwrap();
        prop_assert_eq!(merkle::verify_run(runs[run], run as u64, runs.len() as u64, &run_path, root), Ok(()));
        let run_leaves = leaves.chunks(RUN_LEAVES).nth(run).unwrap();
        let path = [merkle::inclusion_path(run_leaves, within).unwrap(), run_path].concat();
        prop_assert_eq!(&path, &merkle::inclusion_path(&leaves, index).unwrap());
        prop_assert_eq!(merkle::verify_inclusion(leaves[index], index as u64, size as u64, &path, root), Ok(()));
    }
}
