//! `jebi`, step by step, with its time and its memory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The program.
pub(crate) struct Program {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The store that is measured, if it is not in the draw's folder.
    pub(crate) store: Option<String>,
}

impl Program {
    /// Runs a step and gives what it printed. `DRAW` stands for the folder.
    pub(crate) fn run(&self, arguments: &[&str], folder: &Path) -> String {
        let output = self.command(arguments, folder).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a step and says how long it took and how much memory it held at most.
    pub(crate) fn measure(&self, name: &str, arguments: &[&str], folder: &Path) {
        let began = Instant::now();
        let mut command = self.command(arguments, folder);
        command.envs(self.store.as_ref().map(|store| ("JEBI_STORE", store)));
        let mut child = command.spawn().unwrap();
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut held_kib = 0;
        let status = loop {
            // Not the peak: the program counts that anew for each of its phases.
            held_kib = held_kib.max(held(&status).unwrap_or(0));
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => thread::sleep(Duration::from_millis(20)),
            }
        };
        assert!(status.success(), "{name}");
        let (seconds, megabytes) = (began.elapsed().as_secs_f64(), held_kib * 1024 / 1_000_000);
        println!("{name:10} {seconds:8.1} s {megabytes:7} MB");
    }

    fn command(&self, arguments: &[&str], folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.env_remove("JEBI_STORE");
        command.args(arguments.iter().map(|text| text.replace("DRAW", &folder.display().to_string())));
        command
    }
}

fn held(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
