//! What is looked at before anybody is let in. Each fault says how it is mended.
//!
//! **Invariant:** an intake that could not keep what it acknowledges, or whose keys others can read, does not start.

use crate::failure::{Context, Failure, Outcome};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Room on the disk below which nothing starts: the database could not even write its log.
const LEAST_BYTES: u64 = 256 << 20;

/// Room below which it is warned: a million registrations with their journal take about as much.
const COMFORTABLE_BYTES: u64 = 4 << 30;

/// File descriptors for everything that is no citizen's connection.
const OWN_FILES: u64 = 128;

/// How far the database's clock may be from this machine's.
const CLOCKS_APART_S: u64 = 2;

/// Connections at one time unless told otherwise.
const CONNECTIONS: u32 = 8192;

/// Looks at the disk that holds `folder`.
///
/// # Errors
/// If there is too little room.
pub(super) fn disk(folder: &Path) -> Outcome<Option<String>> {
    let found = rustix::fs::statvfs(folder).context(format!("the disk of {}", folder.display()))?;
    room(folder, found.f_bavail.saturating_mul(found.f_frsize))
}

fn room(folder: &Path, bytes: u64) -> Outcome<Option<String>> {
    let left = format!("{} has {} MB left", folder.display(), bytes >> 20);
    if bytes < LEAST_BYTES {
        return Err(Failure::new(left).hint("free at least 4 GB there, or move the store: --store"));
    }
    Ok((bytes < COMFORTABLE_BYTES).then_some(format!("{left}; a million registrations take about 4 GB")))
}

/// How many connections may be open: as many as were asked for, or as the system lets this process have.
///
/// # Errors
/// If more were asked for than the system allows.
pub(super) fn connections(asked: Option<u32>) -> Outcome<u32> {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    within(asked, open_files(&limits))
}

fn within(asked: Option<u32>, files: Option<u64>) -> Outcome<u32> {
    let most = files.map_or(u32::MAX, |files| u32::try_from(files.saturating_sub(OWN_FILES)).unwrap_or(u32::MAX));
    match asked {
        Some(asked) if asked > most => {
            let needed = u64::from(asked) + OWN_FILES;
            let fault = format!(
                "{asked} connections need {needed} open files, and this process may have {}",
                files.unwrap_or(0)
            );
            Err(Failure::new(fault)
                .hint(format!("raise it: `ulimit -n {needed}`, or LimitNOFILE={needed} in the unit of systemd")))
        }
        Some(asked) => Ok(asked),
        None if most < 64 => Err(Failure::new(format!("this process may have {} open files", files.unwrap_or(0)))
            .hint("raise it: `ulimit -n 65536`, or LimitNOFILE=65536 in the unit of systemd")),
        None => Ok(CONNECTIONS.min(most)),
    }
}

/// The soft limit of open files in the text of `/proc/self/limits`; none where it is unlimited or not told.
fn open_files(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Looks at who may read the keys.
///
/// # Errors
/// If anybody but their owner may.
pub(super) fn keys(folder: &Path) -> Outcome {
    let doing = || format!("reading {}", folder.display());
    let mut open: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).context(doing())? {
        let entry = entry.context(doing())?;
        let found = entry.metadata().context(doing())?;
        if found.is_file() && found.permissions().mode() & 0o077 != 0 {
            open.push(entry.path());
        }
    }
    open.sort();
    match open.first() {
        None => Ok(()),
        Some(first) => Err(Failure::new(format!(
            "others than their owner may read {} and {} more",
            first.display(),
            open.len() - 1
        ))
        .hint(format!(
            "chmod go-rwx {0}/*; if others had access to this machine, read docs/operators.md, \"If a key was seen\"",
            folder.display()
        ))),
    }
}

/// Looks at the two clocks: the database's log and the receipts must tell one story of what happened when.
///
/// # Errors
/// If the database's is further away than the reading of two clocks explains.
pub(super) fn clocks(database_ahead_s: i64) -> Outcome {
    if database_ahead_s.unsigned_abs() <= CLOCKS_APART_S {
        return Ok(());
    }
    let way = if database_ahead_s > 0 { "ahead of" } else { "behind" };
    let fault = format!("the database's clock is {} s {way} this machine's", database_ahead_s.unsigned_abs());
    Err(Failure::new(fault).hint("let NTP keep both; `timedatectl` on each must say: System clock synchronized: yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_room_is_refused_and_little_is_told() {
        let folder = Path::new("/somewhere");
        assert!(room(folder, LEAST_BYTES - 1).is_err_and(|failure| failure.to_string().contains("255 MB left")));
        assert!(room(folder, LEAST_BYTES).is_ok_and(|told| told.is_some()));
        assert!(room(folder, COMFORTABLE_BYTES).is_ok_and(|told| told.is_none()));
    }

    #[test]
    fn connections_fit_into_the_open_files() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n";
        assert_eq!(open_files(limits), Some(1024));
        assert_eq!(within(None, Some(1024)).ok(), Some(896));
        assert_eq!(within(None, None).ok(), Some(CONNECTIONS));
        assert_eq!(within(Some(896), Some(1024)).ok(), Some(896));
        assert!(within(Some(897), Some(1024)).is_err() && within(None, Some(100)).is_err());
    }

    #[test]
    fn keys_that_others_can_read_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("receipts.key");
        fs::write(&key, "secret").unwrap();
        for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(keys(folder.path()).is_ok(), good, "{mode:o}");
        }
    }

    #[test]
    fn clocks_that_tell_different_times_are_found() {
        for (ahead, good) in [(0, true), (2, true), (-2, true), (3, false), (-3600, false), (i64::MIN, false)] {
            assert_eq!(clocks(ahead).is_ok(), good, "{ahead}");
        }
    }
}
