//! Tells the program which commit it was built from, so that bundles can say it.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=.git/HEAD");
    println!("cargo::rerun-if-changed=.git/refs/heads");
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output().ok();
    let commit = output.filter(|o| o.status.success()).and_then(|o| String::from_utf8(o.stdout).ok());
    println!("cargo::rustc-env=JEBI_COMMIT={}", commit.as_deref().map_or("unknown commit", str::trim));
}
