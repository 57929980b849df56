//! Officials are shown the smallest groups at a terminal, and nothing is published before they have typed the word.

use crate::{
    official::{Stage, at},
    order::decided,
};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What somebody at a terminal sees who types this line, and the command's status. `script` (util-linux) is the terminal.
fn typed(draw: &Path, line: &str) -> (Option<i32>, String) {
    let jebi = format!("{} publish {}", env!("CARGO_BIN_EXE_jebi"), draw.display());
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &jebi, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    terminal.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = terminal.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs util-linux's script")]
fn only_the_word_typed_at_a_terminal_publishes() {
    let draw = at(Stage::Allocated);
    let before = decided(draw.path());
    for line in ["publish\n", "yes\n", "\n", ""] {
        let (status, seen) = typed(draw.path(), line);
        assert_eq!(status, Some(2), "{line:?}: {seen}");
        assert!(seen.contains("the answer was not PUBLISH"), "{line:?}: {seen}");
        assert!(before == decided(draw.path()), "{line:?} left something");
    }
    let (status, seen) = typed(draw.path(), "PUBLISH\n");
    assert_eq!(status, Some(0), "{seen}");
    let (groups, _) = seen.split_once("Type PUBLISH").unwrap();
    assert!(groups.contains("groups of fewer than 5 people may be recognised"), "{seen}");
    assert!(draw.path().join("bundle/index.html").is_file());
}
