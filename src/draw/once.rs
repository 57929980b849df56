//! Writing files once: whole or not at all, never over other bytes.

use crate::failure::{Context, Failure, Outcome};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// Writes a file that must not change afterwards. The same bytes again are no work, other bytes are an error.
///
/// # Errors
/// If other bytes are there, or the disk refuses.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    write_unsettled(path, bytes)?;
    settle(path)
}

/// As [`write`], but the file's name is on the disk only when its folder is: for many files of one folder, which then needs to
/// be told only once.
///
/// # Errors
/// If other bytes are there, or the disk refuses.
pub(crate) fn write_unsettled(path: &Path, bytes: &[u8]) -> Outcome {
    match fs::read(path) {
        Ok(found) if found == bytes => Ok(()),
        Ok(_) => Err(different(path)),
        Err(_) => write_and_rename(path, bytes, false),
    }
}

/// Sees to it that the names of all files beside this one are on the disk.
///
/// # Errors
/// If the disk refuses.
pub(crate) fn settle(path: &Path) -> Outcome {
    match File::open(folder(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => opened.and_then(|folder| folder.sync_all()).context(format!("writing {}", path.display())),
    }
}

/// A file in the making, for what is too long to be held: beside its place until [`Part::keep`], and gone if it is dropped
/// before.
pub(crate) struct Part {
    path: PathBuf,
    part: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Part {
    /// Begins one.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn new(path: &Path) -> Outcome<Self> {
        let doing = format!("writing {}", path.display());
        let (folder, part) = (folder(path), part(path));
        fs::create_dir_all(folder).context(&doing)?;
        let file = File::create(&part).context(&doing)?;
        Ok(Self { path: path.into(), part, file: Some(BufWriter::with_capacity(1 << 20, file)) })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Outcome {
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.context(format!("writing {}", self.path.display()))
    }

    /// Ends it: all bytes are on the disk.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(crate) fn finish(&mut self) -> Outcome {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let synced = file.flush().and_then(|()| file.get_ref().sync_all());
        synced.context(format!("writing {}", self.path.display()))
    }

    /// Puts it in its place. Like [`write`]: the same bytes again are no work, other bytes are an error.
    ///
    /// # Errors
    /// If other bytes are there, or the disk refuses.
    pub(crate) fn keep(mut self) -> Outcome {
        self.finish()?;
        let doing = format!("writing {}", self.path.display());
        if !self.path.exists() {
            return fs::rename(&self.part, &self.path)
                .and_then(|()| File::open(folder(&self.path))?.sync_all())
                .context(doing);
        }
        match same(&self.path, &self.part).context(doing)? {
            true => Ok(()),
            false => Err(different(&self.path)),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Nothing half-written stays; if even this fails the name says what it is. After `keep` it is not there.
        let _ = fs::remove_file(&self.part);
        // Nor an empty folder; removing is refused where something is in it.
        let _ = fs::remove_dir(folder(&self.path));
    }
}

/// Whether two files have the same bytes.
fn same(one: &Path, other: &Path) -> std::io::Result<bool> {
    let open = |path| File::open(path).map(|file| BufReader::with_capacity(1 << 20, file));
    let (mut one, mut other) = (open(one)?, open(other)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if count == 0 {
            return Ok(left.len() == right.len());
        }
        if left[..count] != right[..count] {
            return Ok(false);
        }
        one.consume(count);
        other.consume(count);
    }
}

fn different(path: &Path) -> Failure {
    Failure::new(format!("{} exists and says something else", path.display()))
        .hint("a step that was done is not done differently; start a new draw in another folder")
}

/// Writes a file that may change, so that a reader sees the old bytes or the new ones.
///
/// # Errors
/// If the disk refuses.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Outcome {
    write_private_or_public(path, bytes, false)
}

/// Writes a secret that only its owner may read; an existing file is never replaced.
///
/// # Errors
/// If the file is there, or the disk refuses.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Outcome {
    if path.exists() {
        return Err(Failure::new(format!("{} exists; secrets are never replaced", path.display()))
            .hint("use the one that is there, or name another file"));
    }
    write_private_or_public(path, bytes, true)
}

/// Waits until nobody else holds the lock file, and holds it until it is dropped.
///
/// # Errors
/// If the folder cannot be made or the file locked.
pub(crate) fn lock(path: &Path) -> Outcome<File> {
    let doing = format!("locking {}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).context(&doing)?;
    let lock = File::create(path).context(&doing)?;
    lock.lock().context(doing)?;
    Ok(lock)
}

fn write_private_or_public(path: &Path, bytes: &[u8], private: bool) -> Outcome {
    write_and_rename(path, bytes, private)?;
    settle(path)
}

fn write_and_rename(path: &Path, bytes: &[u8], private: bool) -> Outcome {
    let (folder, part) = (folder(path), part(path));
    let doing = format!("writing {}", path.display());
    fs::create_dir_all(folder).context(&doing)?;
    let written = write_and_sync(&part, bytes, private).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // Nothing half-written stays; if even this fails the name says what it is.
        let _ = fs::remove_file(&part);
    }
    written.context(doing)
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a file is until it is whole.
fn part(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    folder(path).join(name)
}

fn write_and_sync(path: &Path, bytes: &[u8], private: bool) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
