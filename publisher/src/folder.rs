//! A bundle as a folder. SPEC §14.1.
//!
//! **Invariant:** [`write`] leaves the whole bundle or nothing at its place, and never changes a bundle that is there.

use crate::error::FolderError;
use protocol::manifest::{Files, is_path};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Writes the files into `folder`, which appears complete and synced to disk or not at all. A folder that has exactly
/// these files is left as it is.
///
/// # Errors
/// [`FolderError::Different`] names the first file that differs from a folder that is there; otherwise what the system said.
pub fn write(files: &Files, folder: &Path) -> Result<(), FolderError> {
    if let Some(path) = files.keys().find(|path| !is_path(path)) {
        return Err(FolderError::Name(PathBuf::from(path)));
    }
    match fs::symlink_metadata(folder) {
        Ok(_) => return compare(files, folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(refused(folder, &error)),
    }
    let (Some(parent), Some(_)) = (folder.parent(), folder.file_name()) else {
        return Err(FolderError::Target(folder.into()));
    };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    fs::create_dir_all(parent).map_err(|error| refused(parent, &error))?;
    let draft = draft_in(parent).map_err(|error| refused(parent, &error))?;
    fill(files, draft.path())?;
    fs::rename(draft.path(), folder).map_err(|error| refused(folder, &error))?;
    // The draft is gone under its old name; nothing is left to be removed.
    let _ = draft.keep();
    sync(parent)
}

/// All files below `folder`, by path.
///
/// # Errors
/// [`FolderError`] for anything but folders and regular files with a bundle's names: a link could lead to files that
/// the reader never meant to show.
pub fn read(folder: &Path) -> Result<Files, FolderError> {
    let mut files = Files::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((place, prefix)) = open.pop() {
        for entry in fs::read_dir(&place).map_err(|error| refused(&place, &error))? {
            let entry = entry.map_err(|error| refused(&place, &error))?;
            let full = entry.path();
            let name = entry.file_name().into_string().map_err(|_| FolderError::Name(full.clone()))?;
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if !is_path(&path) {
                return Err(FolderError::Name(full));
            }
            let kind = entry.file_type().map_err(|error| refused(&full, &error))?;
            if kind.is_dir() {
                open.push((full, path));
            } else if kind.is_file() {
                let bytes = fs::read(&full).map_err(|error| refused(&full, &error))?;
                files.insert(path, bytes);
            } else {
                return Err(FolderError::Irregular(full));
            }
        }
    }
    Ok(files)
}

fn compare(files: &Files, folder: &Path) -> Result<(), FolderError> {
    let there = read(folder)?;
    let different = |path: &&String| files.get(*path) != there.get(*path);
    match files.keys().chain(there.keys()).filter(different).min() {
        None => Ok(()),
        Some(path) => Err(FolderError::Different { folder: folder.into(), path: path.clone() }),
    }
}

/// A folder beside the final one, removed again if anything fails. Web servers must be able to read it.
fn draft_in(parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bundle-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o755));
    }
    builder.tempdir_in(parent)
}

fn fill(files: &Files, root: &Path) -> Result<(), FolderError> {
    let mut folders = vec![root.to_path_buf()];
    let mut written = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        let full = root.join(path);
        let folder = full.parent().unwrap_or(root);
        if !folders.iter().any(|known| known == folder) {
            fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
            let new = folder.ancestors().take_while(|above| *above != root).map(Path::to_path_buf);
            folders.extend(new.collect::<Vec<_>>());
        }
        let mut file = File::create_new(&full).map_err(|error| refused(&full, &error))?;
        file.write_all(bytes).map_err(|error| refused(&full, &error))?;
        written.push(full);
    }
    // Syncing after all writes lets the disk take them together.
    written.iter().chain(&folders).try_for_each(|path| sync(path))
}

fn sync(path: &Path) -> Result<(), FolderError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &io::Error) -> FolderError {
    FolderError::Io { path: path.into(), kind: error.kind(), reason: error.to_string() }
}
