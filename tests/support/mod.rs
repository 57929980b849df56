//! What the tests of the whole share: running `jebi`, one demo for a test binary, its keys, and bytes to tamper with.
#![allow(dead_code, reason = "each test binary takes what it needs")]

pub(crate) mod draft;
mod seal;

use protocol::{manifest::Files, note::SigningKey, programme::Programme, ticket::Ticket};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};
use tempfile::TempDir;

/// The names that `jebi demo` gives its witnesses.
pub(crate) const WITNESSES: [&str; 3] = ["newspaper", "court", "observers"];
/// The samples of receipts that a demo leaves.
pub(crate) const SAMPLES: [&str; 4] = ["first-choice", "other-choice", "unplaced", "withdrawn"];
/// The beacon round of the demo, as a relay gave it.
pub(crate) const ROUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/beacon/quicknet-round-1000.json");

/// What a command left: status, data, and what it told the person at the terminal.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("a command that starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// It did its work.
    #[track_caller]
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.status, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// It answered no, or could not do its work, and said all of this.
    #[track_caller]
    pub(crate) fn refused(self, status: i32, said: &[&str]) -> Self {
        assert_eq!(self.status, Some(status), "{}{}", self.out, self.err);
        assert!(self.err.starts_with("error: ") || self.err.contains("\nerror: "), "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for text in said {
            assert!(self.err.contains(text), "nothing says {text:?}:\n{}", self.err);
        }
        self
    }
}

/// The program with arguments that have no spaces.
pub(crate) fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jebi"));
    command.args(arguments.split_whitespace());
    command
}

/// Runs `jebi` with arguments that have no spaces.
pub(crate) fn jebi(arguments: &str) -> Run {
    Run::of(&mut command(arguments))
}

/// A finished draw.
pub(crate) struct Demo {
    folder: PathBuf,
    pub(crate) run: Run,
}

/// The demo of this test binary.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| Demo::of(400, &own_folder().join("demo")))
}

/// A folder that the next run of any test removes: what lies in a static is never dropped.
pub(crate) fn own_folder() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jebi");
    let me = all.join(std::process::id().to_string());
    fs::create_dir_all(&me).expect("a folder");
    let processes = Path::new("/proc");
    let gone = |name: &str| processes.join("self").exists() && !processes.join(name).exists();
    for entry in fs::read_dir(&all).expect("a folder").flatten() {
        if entry.file_name().to_str().is_some_and(gone) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    me
}

impl Demo {
    pub(crate) fn of(citizens: u32, folder: &Path) -> Self {
        Self::with(citizens, "", folder)
    }

    pub(crate) fn with(citizens: u32, flags: &str, folder: &Path) -> Self {
        let run = jebi(&format!("demo --citizens {citizens} {flags} --dir {}", folder.display())).good();
        Self { folder: folder.into(), run }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn bundle(&self) -> String {
        self.path("bundle").display().to_string()
    }

    pub(crate) fn files(&self) -> Files {
        publisher::read(&self.path("bundle")).expect("the demo's bundle")
    }

    pub(crate) fn programme(&self) -> Programme {
        Programme::parse(&fs::read(self.path("bundle/programme.json")).expect("a programme")).expect("a programme")
    }

    /// A key of the office.
    pub(crate) fn signer(&self, role: &str) -> SigningKey {
        read_key(&self.path(&format!("keys/{role}.key")))
    }

    pub(crate) fn witness(&self, name: &str) -> SigningKey {
        read_key(&self.path(&format!("witnesses/{name}.key")))
    }

    /// A saved receipt.
    pub(crate) fn receipt(&self, sample: &str) -> Vec<u8> {
        fs::read(self.path(&format!("receipts/{sample}.json"))).expect("a receipt")
    }

    /// The ticket of a saved receipt.
    pub(crate) fn ticket(&self, sample: &str) -> Ticket {
        protocol::receipt::Receipt::parse(&self.receipt(sample)).expect("a receipt").ticket
    }

    /// A copy of the whole draw, to do things to.
    pub(crate) fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().expect("a folder");
        copy_folder(&self.folder, copy.path());
        copy
    }
}

fn read_key(path: &Path) -> SigningKey {
    SigningKey::parse(fs::read_to_string(path).expect("a key's file").trim_end()).expect("a key")
}

/// Copies all below a folder into another.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for (path, bytes) in snapshot(from) {
        write(&to.join(&path), &bytes);
        // Keys stay their owner's alone: an intake whose keys others can read does not start.
        let mode = fs::metadata(from.join(&path)).expect("it was read").permissions();
        fs::set_permissions(to.join(&path), mode).expect("ours");
    }
}

/// Every file below a folder, by path.
pub(crate) fn snapshot(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(place) = open.pop() {
        for entry in fs::read_dir(&place).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("a path below").display().to_string();
                files.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    files
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// Numbers that look random and are the same in every run (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("it is below a usize")
    }
}
