//! Writing files once: whole or not at all, never over other bytes.

use crate::failure::{Context, Failure, Outcome};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

/// Writes a file that must not change afterwards. The same bytes again are no work, other bytes are an error.
///
/// # Errors
/// If other bytes are there, or the disk refuses.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    match fs::read(path) {
        Ok(found) if found == bytes => Ok(()),
        Ok(_) => Err(Failure::new(format!("{} exists and says something else", path.display()))
            .hint("a step that was done is not done differently; start a new draw in another folder")),
        Err(_) => replace(path, bytes),
    }
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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let doing = format!("writing {}", path.display());
    fs::create_dir_all(folder).context(&doing)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = folder.join(name);
    let written = write_and_sync(&part, bytes, private).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // Nothing half-written stays; if even this fails the name says what it is.
        let _ = fs::remove_file(&part);
    }
    written.and_then(|()| File::open(folder)?.sync_all()).context(doing)
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
