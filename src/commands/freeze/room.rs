//! Room on the disks, looked at before anything is frozen.

use crate::{
    draw::{Announced, intake as part},
    failure::{Context, Failure, Outcome},
};
use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// What a revision takes in the draw's folder, in bytes: the entry in its run, and what became of the leaf. Long lists, and keys
/// of many changes, are in it.
const OF_A_REVISION: u64 = 500;

/// Whether so many revisions can be frozen: the register has room in the draw's folder, and SQLite has it for sorting. Sorting writes rows
/// once or twice, which all together are half of the store's file. PostgreSQL sorts where it is, and says itself if it cannot.
///
/// # Errors
/// If there is too little room, or it cannot be looked at.
pub(super) fn check(announced: &Announced, store: Option<&str>, revisions: u64) -> Outcome {
    let folder = announced.draw.path("");
    let register = Need { folder, bytes: revisions.saturating_mul(OF_A_REVISION), what: "the register takes" };
    let address = part::address(&announced.draw, store);
    let Some(file) = address.file() else { return enough(&[register]) };
    let bytes = fs::metadata(file).context(format!("looking at {}", file.display()))?.len();
    enough(&[register, Need { folder: temporary(), bytes, what: "sorting takes" }])
}

/// What is needed where.
struct Need {
    folder: PathBuf,
    bytes: u64,
    what: &'static str,
}

/// The folder that SQLite puts temporary files into (sqlite.org/tempfiles.html, §5): the first that may be written to.
fn temporary() -> PathBuf {
    let named = ["SQLITE_TMPDIR", "TMPDIR"].into_iter().filter_map(env::var_os).map(PathBuf::from);
    let usual = ["/var/tmp", "/usr/tmp", "/tmp"].into_iter().map(PathBuf::from);
    let may = |folder: &PathBuf| {
        let access = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
        folder.is_dir() && rustix::fs::access(folder, access).is_ok()
    };
    named.chain(usual).find(may).unwrap_or_else(|| PathBuf::from("."))
}

/// Whether each disk has what is needed on it.
fn enough(needs: &[Need]) -> Outcome {
    let disk = |folder: &Path| fs::metadata(folder).map(|found| found.dev());
    let looking = |folder: &Path| format!("the disk of {}", folder.display());
    for need in needs {
        let here = disk(&need.folder).context(looking(&need.folder))?;
        let mut bytes = 0_u64;
        for other in needs {
            let is_here = disk(&other.folder).context(looking(&other.folder))? == here;
            bytes = bytes.saturating_add(if is_here { other.bytes } else { 0 });
        }
        let found = rustix::fs::statvfs(&need.folder).context(looking(&need.folder))?;
        let left = found.f_bavail.saturating_mul(found.f_frsize);
        if left < bytes {
            let fault = format!(
                "{} {} MB in {}; with all that goes there, {} MB are needed and {} MB are left",
                need.what,
                need.bytes >> 20,
                need.folder.display(),
                bytes >> 20,
                left >> 20
            );
            return Err(Failure::new(fault).hint(
                "nothing was frozen. Free some room, or let SQLite sort on another disk: SQLITE_TMPDIR=/folder jebi freeze …",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(folder: &Path, bytes: u64) -> Need {
        Need { folder: folder.into(), bytes, what: "it takes" }
    }

    #[test]
    fn what_goes_to_one_disk_is_added_up() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        [&one, &other].into_iter().for_each(|path| fs::create_dir(path).unwrap());
        let found = rustix::fs::statvfs(&one).unwrap();
        // Others write to this disk meanwhile.
        let left = found.f_bavail * found.f_frsize / 4 * 3;
        assert!(enough(&[need(&one, left), need(&other, 1)]).is_ok());
        let refused = enough(&[need(&one, left), need(&other, left)]).unwrap_err().to_string();
        assert!(refused.contains(&format!("{} MB are needed", (left * 2) >> 20)), "{refused}");
        assert!(enough(&[need(&one, u64::MAX), need(&other, u64::MAX)]).is_err());
        assert!(enough(&[need(&folder.path().join("none"), 0)]).is_err());
    }
}
