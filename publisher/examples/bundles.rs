//! Writes small bundles of every kind, for the tests of pages in a browser: each mechanism, with and without kept seats.
//!
//! `cargo run --release -p publisher --example bundles -- <folder>` writes `<folder>/<kind>/bundle`.

#![allow(clippy::unwrap_used, reason = "a tool for tests may stop")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;
use support::{OPTIMAL, PRIORITY, SERIAL, Sample};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "bundles".into());
    for (name, mechanism) in [("serial", SERIAL), ("priority", PRIORITY), ("optimal", OPTIMAL)] {
        let entries = |programme: &_| (0..support::ENTRIES).map(|n| support::entry(programme, n)).collect();
        for (kind, sample) in [
            (name.to_owned(), Sample::of(mechanism, entries)),
            (format!("{name}-kept"), Sample::kept(mechanism, entries)),
        ] {
            publisher::write(&sample.bundle(), &Path::new(&folder).join(kind).join("bundle")).unwrap();
        }
    }
}
