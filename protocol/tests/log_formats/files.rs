//! A log as files: tiles, bundles and offline proofs.

use crate::leaf_hashes;
use crate::trees::Stored;
use proptest::prelude::*;
use protocol::checkpoint::{Checkpoint, CheckpointError};
use protocol::hash::Hash;
use protocol::merkle::{self, MerkleError};
use protocol::note::{KeyType, Note, NoteError, SigningKey};
use protocol::proof::{LogProof, ProofError};
use protocol::tiles::{self, TileError};
use std::collections::BTreeMap;

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|index| format!("entry {index}").repeat(index % 4).into_bytes()).collect()
}

/// All files of a log of these entries, and its root.
fn log(entries: &[Vec<u8>]) -> (BTreeMap<String, Vec<u8>>, Hash) {
    let leaves: Vec<Hash> = entries.iter().map(|entry| merkle::leaf_hash(entry)).collect();
    let files = tiles::entry_bundles(entries).unwrap().into_iter().chain(tiles::hash_tiles(&leaves)).collect();
    (files, merkle::root(&leaves))
}

fn read(size: u64, (files, root): &(BTreeMap<String, Vec<u8>>, Hash)) -> Result<Vec<Vec<u8>>, TileError> {
    let entries = tiles::read_log(size, *root, |path| files.get(path).map(Vec::as_slice))?;
    Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
}

#[test]
fn paths_are_in_groups_of_three_digits() {
    assert_eq!(tiles::hash_tile_path(0, 0, 256), "tile/0/000");
    assert_eq!(tiles::hash_tile_path(2, 0, 1), "tile/2/000.p/1");
    assert_eq!(tiles::hash_tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(tiles::hash_tile_path(0, 1_234_067, 8), "tile/0/x001/x234/067.p/8");
    assert_eq!(tiles::entries_path(999, 256), "tile/entries/999");
    assert_eq!(tiles::entries_path(1000, 255), "tile/entries/x001/000.p/255");
    assert_eq!(tiles::entries_path(1_000_000, 256), "tile/entries/x001/x000/000");
}

/// How many files there are of each level and width, for the two sizes that c2sp.org/tlog-tiles describes.
#[test]
fn trees_of_256_and_70_000_have_the_tiles_that_c2sp_counts() {
    let tiles = tiles::hash_tiles(&leaf_hashes(256));
    assert_eq!(
        tiles.iter().map(|(path, bytes)| (&**path, bytes.len())).collect::<Vec<_>>(),
        [("tile/0/000", 8192), ("tile/1/000.p/1", 32)]
    );
    let leaves = leaf_hashes(70_000);
    let tiles = tiles::hash_tiles(&leaves);
    let mut expected: Vec<String> = (0..273).map(|index| format!("tile/0/{index:03}")).collect();
    expected.extend(["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"].map(str::to_owned));
    assert_eq!(tiles.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), expected);
    let by_path: BTreeMap<_, _> = tiles.into_iter().collect();
    assert_eq!(by_path["tile/0/273.p/112"].len(), 112 * 32);
    assert_eq!(by_path["tile/0/001"][..32], leaves[256].0);
    assert_eq!(by_path["tile/1/001.p/17"][16 * 32..], merkle::root(&leaves[272 * 256..273 * 256]).0);
    assert_eq!(by_path["tile/2/000.p/1"], merkle::root(&leaves[..65_536]).0);
    assert_eq!(tiles::hash_tiles(&[]), []);
}

/// tlog_tiles' own paths have Go's height after `tile/`; numbers and widths are as ours.
#[test]
fn tiles_are_those_of_tlog_tiles() {
    for size in [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 300_000] {
        let theirs = tlog_tiles::Tile::new_tiles(8, 0, size);
        let theirs: Vec<String> = theirs.iter().map(|tile| tile.path().replacen("tile/8/", "tile/", 1)).collect();
        let ours: Vec<String> = tiles::paths(size).filter(|path| !path.contains("entries")).collect();
        assert_eq!(ours.len(), theirs.len(), "size {size}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "size {size}");
        }
    }
    let leaves = leaf_hashes(66_000);
    let stored = Stored::of(&leaves);
    let theirs = tlog_tiles::Tile::new_tiles(8, 0, 66_000);
    for ((path, ours), theirs) in tiles::hash_tiles(&leaves).iter().zip(&theirs) {
        assert!(*ours == theirs.read_data(&stored).unwrap(), "{path}");
    }
    assert_eq!(tiles::paths(0).count(), 0);
}

#[test]
fn logs_are_read_back_at_every_edge() {
    for size in [0, 1, 2, 255, 256, 257, 512, 600] {
        let entries = entries(size);
        let log = log(&entries);
        assert_eq!(read(size as u64, &log), Ok(entries));
        let mut paths: Vec<String> = tiles::paths(size as u64).collect();
        paths.sort();
        assert_eq!(paths, log.0.keys().cloned().collect::<Vec<_>>());
    }
}

#[test]
fn every_file_of_a_log_is_needed_and_read() {
    let (files, root) = log(&entries(600));
    assert_eq!(files.len(), 3 + 3 + 1);
    for (path, bytes) in &files {
        let mut missing = files.clone();
        missing.remove(path);
        assert_eq!(read(600, &(missing, root)), Err(TileError::Missing { path: path.clone() }));
        for at in (0..bytes.len()).step_by(97) {
            let mut altered = files.clone();
            altered.get_mut(path).unwrap()[at] ^= 1;
            assert!(read(600, &(altered, root)).is_err(), "{path} at {at}");
        }
        let mut longer = files.clone();
        longer.get_mut(path).unwrap().extend([0, 0]);
        let error = read(600, &(longer, root)).unwrap_err();
        assert!(error.to_string().starts_with(path), "{error}");
        let mut shorter = files.clone();
        shorter.get_mut(path).unwrap().pop();
        let error = read(600, &(shorter, root)).unwrap_err();
        assert!(error.to_string().starts_with(path), "{error}");
    }
}

#[test]
fn errors_of_a_log_name_the_file() {
    let (files, root) = log(&entries(300));
    let with = |path: &str, bytes: Vec<u8>| {
        let mut files = files.clone();
        files.insert(path.to_owned(), bytes);
        read(300, &(files, root)).unwrap_err()
    };
    let path = "tile/entries/001.p/44".to_owned();
    assert_eq!(with(&path, vec![0, 3, 1]), TileError::CutShort { path: path.clone() });
    assert_eq!(with(&path, vec![0]), TileError::CutShort { path: path.clone() });
    assert_eq!(with(&path, vec![]), TileError::Width { path: path.clone(), expected: 44, found: 0 });
    assert_eq!(with(&path, vec![0; 90]), TileError::Width { path, expected: 44, found: 45 });
    assert_eq!(with("tile/1/000.p/1", vec![0; 32]), TileError::Hashes { path: "tile/1/000.p/1".into() });
    let other = Hash::of(b"other");
    assert_eq!(read(300, &(files.clone(), other)), Err(TileError::Root { expected: other, found: root }));
    assert_eq!(read(299, &(files.clone(), root)), Err(TileError::Missing { path: "tile/entries/001.p/43".into() }));
    assert_eq!(read(u64::MAX, &(files, root)), Err(TileError::Missing { path: "tile/entries/001".into() }));
}

#[test]
fn an_entry_has_at_most_65_535_bytes() {
    let mut entries = vec![Vec::new(); 300];
    entries[299] = vec![7; 65_535];
    assert_eq!(read(300, &log(&entries)), Ok(entries.clone()));
    entries[299].push(7);
    let error = TileError::EntryTooLong { index: 299, found: 65_536 };
    assert_eq!(tiles::entry_bundles(&entries), Err(error));
}

fn log_key() -> SigningKey {
    SigningKey::new("log.example/draw", KeyType::Ed25519, &[5; 32]).unwrap()
}

fn proof(size: usize, index: usize) -> LogProof {
    let leaves: Vec<Hash> = entries(size).iter().map(|entry| merkle::leaf_hash(entry)).collect();
    let head = Checkpoint::new("log.example/draw", size as u64, merkle::root(&leaves)).unwrap();
    let note = Note::sign(&head.to_string(), &[&log_key()]).unwrap();
    LogProof::new(index as u64, merkle::inclusion_path(&leaves, index).unwrap(), note).unwrap()
}

#[test]
fn an_offline_proof_proves_its_entry_and_no_other() {
    let (entries, key) = (entries(11), log_key().verifier_key());
    for (index, entry) in entries.iter().enumerate() {
        let text = proof(11, index).to_string();
        let read = LogProof::parse(text.as_bytes()).unwrap();
        assert_eq!(read, proof(11, index));
        assert_eq!(read.to_string(), text);
        assert_eq!(read.index(), index as u64);
        assert_eq!(read.verify(entry, &key).unwrap().size(), 11);
        assert!(matches!(read.verify(b"another", &key), Err(ProofError::Merkle(MerkleError::Root { .. }))));
    }
    let alone = proof(1, 0).to_string();
    assert!(alone.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/draw\n1\n"));
    assert!(LogProof::parse(alone.as_bytes()).unwrap().verify(&entries[0], &key).is_ok());
}

#[test]
fn an_offline_proof_is_of_the_log_that_was_asked() {
    let stranger = SigningKey::new("log.example/draw", KeyType::Ed25519, &[6; 32]).unwrap().verifier_key();
    let proof = proof(3, 1);
    assert_eq!(proof.verify(b"", &stranger), Err(ProofError::Note(NoteError::Unsigned)));
    // A log's key signs a head of another origin: good signature, wrong log.
    let head = Checkpoint::new("log.example/other", 1, merkle::leaf_hash(b"x")).unwrap().to_string();
    let other = LogProof::new(0, vec![], Note::sign(&head, &[&log_key()]).unwrap()).unwrap();
    let error = ProofError::Origin { expected: "log.example/draw".into(), found: "log.example/other".into() };
    assert_eq!(other.verify(b"x", &log_key().verifier_key()), Err(error));
}

#[test]
fn malformed_proofs_are_refused() {
    let text = proof(11, 4).to_string();
    let edit = |from: &str, to: &str| LogProof::parse(text.replacen(from, to, 1).as_bytes());
    assert_eq!(edit("@v1", "@v2"), Err(ProofError::Header));
    assert_eq!(edit("c2sp", " c2sp"), Err(ProofError::Header));
    assert_eq!(edit("index 4", "index 04"), Err(ProofError::Index));
    assert_eq!(edit("index 4", "index  4"), Err(ProofError::Index));
    assert_eq!(edit("index 4\n", ""), Err(ProofError::Index));
    assert_eq!(edit("index", "extra \nindex"), Err(ProofError::Extra));
    assert_eq!(edit("index", "extra AA=\nindex"), Err(ProofError::Extra));
    assert_eq!(edit("index", "extra AB==\nindex"), Err(ProofError::Extra));
    assert_eq!(edit("index", "extra AA==\nextra AA==\nindex"), Err(ProofError::Index));
    assert_eq!(edit("index 4\n", "index 4\nAAAA\n"), Err(ProofError::Path { line: 1 }));
    assert_eq!(edit("index 4\n", "index 4\n\n").map(|_| ()), Err(ProofError::Checkpoint(CheckpointError::Size)));
    assert_eq!(edit("=\n\nlog", "=\nlog").map(|_| ()).unwrap_err(), ProofError::Path { line: 5 });
    assert_eq!(edit("\n11\n", "\n011\n"), Err(ProofError::Checkpoint(CheckpointError::Size)));
    assert_eq!(LogProof::parse(b"c2sp.org/tlog-proof@v1\nindex 0\n"), Err(ProofError::NoCheckpoint));
    assert_eq!(LogProof::parse(b"\xff"), Err(ProofError::Header));
    let long = format!("index 4\n{}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".repeat(64));
    assert_eq!(edit("index 4\n", &long), Err(ProofError::Path { line: 65 }));
    // Beside the proof another program may put what it likes; it is kept and proves nothing.
    let extra = edit("index", "extra AA==\nindex").unwrap();
    assert_eq!(extra.extra(), Some(&[0][..]));
    assert_eq!(extra.to_string(), text.replacen("index", "extra AA==\nindex", 1));
    assert!(extra.verify(&entries(11)[4], &log_key().verifier_key()).is_ok());
}

proptest! {
    /// Whatever is accepted has one text.
    #[test]
    fn an_altered_proof_fails_or_is_spelt_differently(at in 0..500_usize, bit in 0..8_u32) {
        let mut bytes = proof(11, 4).to_string().into_bytes();
        prop_assume!(at < bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(read) = LogProof::parse(&bytes) {
            prop_assert_eq!(read.to_string().into_bytes(), bytes);
            prop_assert!(read.verify(&entries(11)[4], &log_key().verifier_key()).is_err());
        }
    }
}
