//! A log as static files: hash tiles and entry bundles of c2sp.org/tlog-tiles, their paths, and the reading back of a
//! whole log with every byte checked. SPEC §8.1.
//!
//! ```text
//! tile/<level>/<index>            256 hashes; level 0 has the leaf hashes, each level above the roots of full tiles
//! tile/entries/<index>            256 entries, each as its length (u16, big-endian) and its bytes
//! ….p/<width>                     the last of a level, when it has fewer than 256
//! ```
//!
//! **Invariant:** the size and the entries of a log determine its files, byte for byte; [`read_log`] gives entries back
//! only if all files of that size are these and the root is the one asked for.

use crate::hash::Hash;
use crate::merkle;

/// How many hashes or entries a full tile has.
pub const TILE_WIDTH: usize = 256;
/// The longest entry in bytes.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// A file of a log: its path under the log's prefix, and its bytes.
pub type File = (String, Vec<u8>);

/// Why a log cannot be written as tiles, or its tiles are not a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// An entry is longer than its length field can say.
    #[error("entry {index} has {found} bytes, at most {MAX_ENTRY_BYTES} fit")]
    EntryTooLong {
        /// The entry's place in the log, counted from 0.
        index: usize,
        /// Its length in bytes.
        found: usize,
    },
    /// A file that a log of this size has is missing.
    #[error("{path} is missing")]
    Missing {
        /// The file's path.
        path: String,
    },
    /// A bundle ends within an entry or its length.
    #[error("{path} ends within an entry")]
    CutShort {
        /// The file's path.
        path: String,
    },
    /// A bundle has more or fewer entries than its place in the log.
    #[error("{path} has {found} entries, a log of this size has {expected} there")]
    Width {
        /// The file's path.
        path: String,
        /// How many entries belong there.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A hash tile is not what the entries give.
    #[error("{path} is not the tile that the entries give")]
    Hashes {
        /// The file's path.
        path: String,
    },
    /// The entries give another root.
    #[error("the entries give root {found}, not {expected}")]
    Root {
        /// The root asked for.
        expected: Hash,
        /// The root of the entries.
        found: Hash,
    },
}

/// The path of a hash tile: `level` from 0, `index` within the level, `width` from 1 to [`TILE_WIDTH`].
pub fn hash_tile_path(level: u32, index: u64, width: usize) -> String {
    format!("tile/{level}/{}", place(index, width))
}

/// The path of an entry bundle: `index` from 0, `width` from 1 to [`TILE_WIDTH`].
pub fn entries_path(index: u64, width: usize) -> String {
    format!("tile/entries/{}", place(index, width))
}

/// All hash tiles of a log of this size, level by level from the leaves: the full ones and the partial one that ends a
/// level, if any. Nothing for an empty log.
pub fn hash_tiles(leaf_hashes: &[Hash]) -> Vec<File> {
    let mut files = Vec::new();
    let mut hashes = leaf_hashes.to_vec();
    for level in 0.. {
        if hashes.is_empty() {
            break;
        }
        let tiles = hashes.chunks(TILE_WIDTH).zip(0..);
        files.extend(tiles.map(|(tile, index)| (hash_tile_path(level, index, tile.len()), tile_bytes(tile))));
        hashes = hashes.as_chunks::<TILE_WIDTH>().0.iter().map(|tile| merkle::root(tile)).collect();
    }
    files
}

/// All entry bundles of a log, the full ones and the partial one at the end, if any.
///
/// # Errors
/// [`TileError::EntryTooLong`].
pub fn entry_bundles(entries: &[impl AsRef<[u8]>]) -> Result<Vec<File>, TileError> {
    let mut files = Vec::new();
    for (bundle, index) in entries.chunks(TILE_WIDTH).zip(0..) {
        let bytes = encode_bundle(bundle).map_err(|error| match error {
            TileError::EntryTooLong { index: within, found } => {
                TileError::EntryTooLong { index: files.len() * TILE_WIDTH + within, found }
            }
            other => other,
        })?;
        files.push((entries_path(index, bundle.len()), bytes));
    }
    Ok(files)
}

/// The paths of all files of a log of `size` leaves: the bundles, then the hash tiles level by level. No other file
/// belongs to it. Lazy, since a stranger's size may be anything.
pub fn paths(size: u64) -> impl Iterator<Item = String> {
    let bundles = widths(size).map(|(index, width)| entries_path(index, width));
    let tiles = (0..u64::BITS / 8).flat_map(move |level| {
        widths(size >> (8 * level)).map(move |(index, width)| hash_tile_path(level, index, width))
    });
    bundles.chain(tiles)
}

/// The bytes of one bundle.
///
/// # Errors
/// [`TileError::EntryTooLong`], with the entry's place in the bundle.
pub fn encode_bundle(entries: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for (index, entry) in entries.iter().map(AsRef::as_ref).enumerate() {
        let Ok(length) = u16::try_from(entry.len()) else {
            return Err(TileError::EntryTooLong { index, found: entry.len() });
        };
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// The entries of one bundle; `None` when it ends within one.
pub fn decode_bundle(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (length, tail) = rest.split_first_chunk()?;
        let (entry, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = tail;
    }
    Some(entries)
}

/// All entries of the log of `size` leaves and this `root`, from a function that gives the bytes of a path. Every
/// bundle must hold exactly its entries, every hash tile must be the one they give, and they must give the root: who
/// holds a verified checkpoint knows the answer is the log.
///
/// # Errors
/// [`TileError`] names the first file at fault: bundles first, then hash tiles, then the root.
pub fn read_log<'a>(
    size: u64,
    root: Hash,
    read: impl Fn(&str) -> Option<&'a [u8]>,
) -> Result<Vec<&'a [u8]>, TileError> {
    let entries = read_entries(size, &read)?;
    let leaf_hashes: Vec<Hash> = entries.iter().map(|entry| merkle::leaf_hash(entry)).collect();
    for (path, expected) in hash_tiles(&leaf_hashes) {
        match read(&path) {
            None => return Err(TileError::Missing { path }),
            Some(found) if found != expected => return Err(TileError::Hashes { path }),
            Some(_) => {}
        }
    }
    let found = merkle::root(&leaf_hashes);
    if found == root { Ok(entries) } else { Err(TileError::Root { expected: root, found }) }
}

/// Reads bundle after bundle, so that a false size ends at the first missing file and not in memory.
fn read_entries<'a>(size: u64, read: impl Fn(&str) -> Option<&'a [u8]>) -> Result<Vec<&'a [u8]>, TileError> {
    let mut entries = Vec::new();
    for (index, expected) in widths(size) {
        let path = entries_path(index, expected);
        let Some(bytes) = read(&path) else {
            return Err(TileError::Missing { path });
        };
        let Some(bundle) = decode_bundle(bytes) else {
            return Err(TileError::CutShort { path });
        };
        if bundle.len() != expected {
            return Err(TileError::Width { path, expected, found: bundle.len() });
        }
        entries.extend(bundle);
    }
    Ok(entries)
}

/// Index and width of each tile over a level of `count` hashes.
fn widths(count: u64) -> impl Iterator<Item = (u64, usize)> {
    let full = (0..count / 256).map(|index| (index, TILE_WIDTH));
    let last = usize::try_from(count % 256).ok().filter(|width| *width > 0);
    full.chain(last.map(|width| (count / 256, width)))
}

/// `1234067` as `x001/x234/067`, and the width of a partial tile behind it.
fn place(index: u64, width: usize) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE_WIDTH { text } else { format!("{text}.p/{width}") }
}

fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
