//! A PostgreSQL cluster of the tests' own: in a temporary folder, on a socket there, without a port. It needs Debian's
//! package `postgresql` (or `JEBI_POSTGRES_BIN`, a folder with its programs). As root it runs as the user `postgres`.
//!
//! **Invariant:** it ends, and its folder goes, with the process that started it, however that ends.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

/// A cluster and what ends it.
pub(crate) struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
    settings: String,
    databases: AtomicU32,
    /// A shell that waits for the end of its input, which is ours, and then removes everything.
    keeper: Child,
}

/// The cluster that the tests of one program share.
pub(crate) fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(&[]))
}

impl Cluster {
    /// A new cluster with these settings, as `name=value`.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let bin = programs();
        let folder = tempfile::Builder::new().prefix("jebi-pg-").tempdir().expect("a folder").keep();
        let keeper = Command::new("sh")
            .arg("-c")
            .arg("trap '' INT TERM HUP; cat >/dev/null; kill -QUIT $(head -n 1 \"$0/data/postmaster.pid\") 2>/dev/null; sleep 1; rm -rf \"$0\"")
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("a shell");
        let settings = settings.iter().map(|setting| format!(" -c {setting}")).collect();
        let cluster = Self { folder, bin, settings, databases: AtomicU32::new(0), keeper };
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(&cluster.folder));
        }
        let data = cluster.folder.join("data");
        let arguments = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync", "-D"];
        done(cluster.program("initdb").args(arguments).arg(data));
        cluster.start_again();
        cluster
    }

    /// A fresh database's address.
    pub(crate) fn fresh(&self) -> String {
        let name = format!("draw_{}", self.databases.fetch_add(1, SeqCst));
        done(self.program("createdb").args(["-U", "postgres", "-h"]).arg(&self.folder).arg(&name));
        self.address(&name)
    }

    /// The address of a database of this name.
    pub(crate) fn address(&self, name: &str) -> String {
        format!("postgres://postgres@localhost/{name}?host={}", self.folder.display())
    }

    /// Runs one of PostgreSQL's programs against a database; gives what it prints.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = done(self.program(program).args(["-U", "postgres", "-h"]).arg(&self.folder).args(arguments));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs shell commands as the server's user, with PostgreSQL's programs to be found; gives what they print.
    pub(crate) fn script(&self, commands: &str) -> String {
        let mut shell = if is_root() { Command::new("runuser") } else { Command::new("bash") };
        if is_root() {
            shell.args(["-u", "postgres", "--", "bash"]);
        }
        let path = format!("{}:{}", self.bin.display(), env::var("PATH").unwrap_or_default());
        let output = done(shell.args(["-euc", commands]).current_dir("/").env("LC_ALL", "C").env("PATH", path));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Starts the server after [`Cluster::kill`] or [`Cluster::stop`].
    pub(crate) fn start_again(&self) {
        let options = format!("-k {} -c listen_addresses={}", self.folder.display(), self.settings);
        let log = self.folder.join("log");
        let started = self.control().args(["-w", "-t", "60", "-o", &options, "-l"]).arg(&log).arg("start").status();
        let log = || fs::read_to_string(&log).unwrap_or_default();
        assert!(started.is_ok_and(|status| status.success()), "the server does not start: {}", log());
    }

    /// Stops it as an operator would.
    pub(crate) fn stop(&self) {
        done(self.control().args(["-w", "-m", "fast", "stop"]));
    }

    /// Kills the postmaster and all its backends with signal 9, as a machine's fault would.
    pub(crate) fn kill(&self) {
        let file = self.folder.join("data/postmaster.pid");
        let text = fs::read_to_string(&file).expect("it runs");
        let postmaster: u32 = text.lines().next().expect("a line").trim().parse().expect("a process");
        let mut all = children(postmaster);
        all.insert(0, postmaster);
        let kill = || Command::new("kill").arg("-9").args(all.iter().map(u32::to_string)).output().expect("kill");
        kill();
        while all.iter().any(|process| is_alive(*process)) {
            std::thread::sleep(Duration::from_millis(5));
            kill();
        }
        // Nobody may have buried the process yet; the files of its locks would then keep the next one from starting.
        for lock in [file, self.folder.join(".s.PGSQL.5432.lock")] {
            let _ = fs::remove_file(lock);
        }
    }

    /// The process of the server.
    pub(crate) fn postmaster(&self) -> u32 {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("it runs");
        text.lines().next().expect("a line").trim().parse().expect("a process")
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn control(&self) -> Command {
        let mut control = self.program("pg_ctl");
        control.arg("-D").arg(self.folder.join("data")).stdout(Stdio::null());
        control
    }

    /// One of PostgreSQL's programs, as the user who may run it.
    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&path) };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(path);
        }
        command.current_dir("/").env("LC_ALL", "C");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Processes that this one started.
pub(crate) fn children(of: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("Linux").filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    all.filter(|process| parent(*process) == Some(of)).collect()
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may contain anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

fn programs() -> PathBuf {
    if let Some(folder) = env::var_os("JEBI_POSTGRES_BIN") {
        return folder.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| entry.ok());
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).and_then(|v| v.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").exists()).max_by_key(version);
    match newest {
        Some(path) => path.join("bin"),
        None => {
            panic!("PostgreSQL is missing: apt-get install postgresql, or JEBI_POSTGRES_BIN=/folder/of/its/programs")
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn done(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
