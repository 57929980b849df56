//! The draw's log on disk: C2SP tiles under `log/`, grown one event at a time. SPEC §8.
//!
//! **Invariant:** tiles are on disk before the checkpoint that needs them, so a reader of `log/checkpoint` always finds
//! its tree; a crash between the two leaves the old head and its tiles whole.

use super::once;
use crate::failure::{Context, Failure, Outcome};
use protocol::{
    checkpoint::Checkpoint,
    event::Event,
    hash::Hash,
    manifest::Files,
    merkle,
    note::{Note, SigningKey, VerifierKey},
    programme::Programme,
    tiles,
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Name of the head.
pub(crate) const HEAD: &str = "checkpoint";
/// Name of the head whose last leaf is the freeze.
pub(crate) const HEAD_FREEZE: &str = "checkpoint-freeze";

/// A log, opened for reading.
pub(crate) struct DrawLog {
    folder: PathBuf,
    leaves: Vec<Vec<u8>>,
}

impl DrawLog {
    /// Reads the log in `folder` and checks that its tiles are the ones its signed head commits to. A folder without a
    /// head is an empty log.
    ///
    /// # Errors
    /// If the head is not signed by the log's key, or a tile differs.
    pub(crate) fn open(folder: &Path, programme: &Programme) -> Outcome<Self> {
        let log = |leaves| Self { folder: folder.into(), leaves };
        let head = folder.join(HEAD);
        if !head.exists() {
            return Ok(log(Vec::new()));
        }
        let doing = format!("reading {}", head.display());
        let note = Note::parse(&fs::read(&head).context(&doing)?).context(&doing)?;
        let key = VerifierKey::parse(&programme.log.key).context("the programme's log key")?;
        note.verify(&[key]).context(&doing)?;
        let head = Checkpoint::parse(note.text()).context(&doing)?;
        let files = read_tiles(folder)?;
        let leaves = tiles::read_log(head.size(), head.root(), |path| files.get(path).map(Vec::as_slice));
        let leaves = leaves.context(format!("reading the log in {}", folder.display()))?;
        Ok(log(leaves.into_iter().map(<[u8]>::to_vec).collect()))
    }

    /// All events, in order.
    ///
    /// # Errors
    /// If a leaf is not an event signed for this programme.
    pub(crate) fn events(&self, programme: &Programme) -> Outcome<Vec<Event>> {
        let open = |(index, leaf): (usize, &Vec<u8>)| Event::open(leaf, programme).context(format!("event {index}"));
        self.leaves.iter().enumerate().map(open).collect()
    }

    /// Appends an event: new tiles, then the new head, then tiles that no head needs any more are removed.
    ///
    /// # Errors
    /// If another program appended meanwhile, or the disk refuses; then the log is as it was.
    pub(crate) fn append(&mut self, programme: &Programme, leaf: Vec<u8>, key: &SigningKey) -> Outcome {
        let _alone = lock(&self.folder)?;
        let before = Self::open(&self.folder, programme)?;
        if before.leaves != self.leaves {
            return Err(Failure::new("the log has grown meanwhile").hint("run the command again"));
        }
        let (old, mut grown) = (before.tiles()?, before);
        grown.leaves.push(leaf);
        let new = grown.tiles()?;
        // A tile that no head has yet may be left over from an append that was cut short: it is written again.
        for (path, bytes) in new.iter().filter(|(path, _)| !old.contains_key(*path)) {
            once::replace(&self.folder.join(path), bytes)?;
        }
        let note = grown.sign_head(programme, key, grown.leaves.len())?;
        once::replace(&self.folder.join(HEAD), note.as_bytes())?;
        self.leaves = grown.leaves;
        for path in read_tiles(&self.folder)?.keys().filter(|path| !new.contains_key(*path)) {
            fs::remove_file(self.folder.join(path)).context("removing an outgrown tile")?;
        }
        Ok(())
    }

    /// Keeps the head whose last leaf is the freeze, unless it is kept already. With its cosignatures, if it is still
    /// the log's head.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn keep_freeze_head(&self, programme: &Programme, size: usize, key: &SigningKey) -> Outcome {
        let _alone = lock(&self.folder)?;
        let kept = self.folder.join(HEAD_FREEZE);
        if kept.exists() {
            return Ok(());
        }
        let note = match size == self.leaves.len() {
            true => fs::read(self.folder.join(HEAD)).context("reading the log's head")?,
            false => self.sign_head(programme, key, size)?.into_bytes(),
        };
        once::replace(&kept, &note)
    }

    fn sign_head(&self, programme: &Programme, key: &SigningKey, size: usize) -> Outcome<String> {
        let leaf_hashes = self.leaf_hashes();
        let leaves = leaf_hashes.get(..size).ok_or_else(|| Failure::new("the log is shorter than its head"))?;
        let head = Checkpoint::new(&programme.log.origin, size as u64, merkle::root(leaves));
        let head = head.context("the log's origin")?;
        Ok(Note::sign(&head.to_string(), &[key]).context("signing the log's head")?.to_string())
    }

    /// The root over all leaves.
    pub(crate) fn root(&self) -> Hash {
        merkle::root(&self.leaf_hashes())
    }

    /// RFC 6962 hashes of the leaves.
    pub(crate) fn leaf_hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect()
    }

    /// The tiles of the log as it is.
    ///
    /// # Errors
    /// If an event is longer than a tile can hold.
    pub(crate) fn tiles(&self) -> Outcome<Files> {
        let entries = tiles::entry_bundles(&self.leaves).context("writing the log")?;
        Ok(tiles::hash_tiles(&self.leaf_hashes()).into_iter().chain(entries).collect())
    }

    /// Everything a bundle publishes of the log: tiles and both heads.
    ///
    /// # Errors
    /// If a head is missing.
    pub(crate) fn published(&self) -> Outcome<Files> {
        let mut files = self.tiles()?;
        for name in [HEAD, HEAD_FREEZE] {
            let path = self.folder.join(name);
            files.insert(name.into(), fs::read(&path).context(format!("reading {}", path.display()))?);
        }
        Ok(files)
    }
}

/// Waits until no other program of this draw writes to the log; holds the others off until it is dropped.
///
/// # Errors
/// If the folder cannot be made or locked.
pub(crate) fn lock(folder: &Path) -> Outcome<File> {
    fs::create_dir_all(folder).context("creating the log")?;
    let lock = File::create(folder.join(".lock")).context("locking the log")?;
    lock.lock().context("locking the log")?;
    Ok(lock)
}

/// All files under `tile/`, by path from the log's folder.
fn read_tiles(folder: &Path) -> Outcome<Files> {
    let mut files = Files::new();
    let mut open = vec![folder.join("tile")];
    while let Some(place) = open.pop() {
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry.context("reading the log")?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                files.insert(name.to_string_lossy().into_owned(), fs::read(&path).context("reading the log")?);
            }
        }
    }
    Ok(files)
}
