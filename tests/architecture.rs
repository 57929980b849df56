//! The house rules that a compiler does not know: which crate may use which, and how long a file may grow.
//! ARCHITECTURE.md draws the arrows that are proved here.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Each of our crates, and those of ours it may use.
const ARROWS: [(&str, &[&str]); 6] = [
    ("protocol", &[]),
    ("pages", &["protocol"]),
    ("intake", &["pages", "protocol"]),
    ("allocator", &["protocol"]),
    ("publisher", &["pages", "protocol"]),
    ("jebi", &["allocator", "intake", "pages", "protocol", "publisher"]),
];

/// Libraries that change what a crate is, and the only crates that may name them.
const HOMES: [(&str, &[&str]); 10] = [
    ("sqlx", &["intake"]),
    ("rusqlite", &["intake"]),
    ("axum", &["intake", "jebi"]),
    ("hyper", &["intake", "jebi"]),
    ("tokio", &["intake", "jebi"]),
    ("polars", &["publisher"]),
    ("good_lp", &["allocator"]),
    ("getrandom", &["intake", "jebi"]),
    ("rand", &[]),   // its values change between releases; a draw has one keystream, the SPEC's
    ("chrono", &[]), // one library for time: jiff
];

/// What would let a verdict depend on more than the bytes handed in: system randomness, tasks, the network, files.
const WORLD: [&str; 12] = [
    "async-std",
    "axum",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "reqwest",
    "smol",
    "socket2",
    "sqlx",
    "tempfile",
    "tokio",
];

/// The same within the standard library, and floats.
const WORLD_IN_STD: [&str; 9] =
    ["std::env", "std::fs", "std::net", "std::process", "std::thread", "env::", "fs::", "f32", "f64"];

const LINES_OF_A_FILE: usize = 400;
const LINES_OF_MAIN: usize = 60;

#[test]
fn arrows_point_one_way() {
    let metadata = workspace();
    let allowed = BTreeMap::from(ARROWS);
    let names: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "a crate without a line in ARROWS, or a line without a crate");
    for package in metadata.workspace_packages() {
        let strangers: Vec<&str> = dependencies(package)
            .filter(|name| names.contains(name) && !allowed[package.name.as_str()].contains(name))
            .collect();
        assert!(strangers.is_empty(), "{} uses {strangers:?}: no arrow leads there", package.name);
    }
}

#[test]
fn protocol_does_not_know_us_even_in_its_tests() {
    let metadata = workspace();
    let protocol = package(&metadata, "protocol");
    let ours: Vec<&str> = protocol
        .dependencies
        .iter()
        .map(|dependency| dependency.name.as_str())
        .filter(|name| ARROWS.iter().any(|(ours, _)| ours == name))
        .collect();
    assert!(ours.is_empty(), "protocol uses {ours:?}");
}

#[test]
fn libraries_stay_at_home() {
    for package in workspace().workspace_packages() {
        for name in dependencies(package) {
            let family = HOMES.iter().find(|(home, _)| name == *home || name.starts_with(&format!("{home}-")));
            let Some((library, homes)) = family else { continue };
            assert!(homes.contains(&package.name.as_str()), "{} uses {name}; {library} is for {homes:?}", package.name);
        }
    }
}

/// Names at any depth: a library that brings another's runtime along counts as much as a line in the manifest.
#[test]
fn only_bytes_reach_a_verdict() {
    let tree = tree_of("protocol");
    assert!(tree.contains("sha2"), "this is not protocol's tree: {tree:?}");
    let world: Vec<&str> = WORLD.into_iter().filter(|name| tree.contains(*name)).collect();
    assert!(world.is_empty(), "protocol reaches {world:?}");
    for (path, code) in sources(&root().join("protocol/src")) {
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let found = WORLD_IN_STD.into_iter().find(|word| names_word(line, word));
            assert_eq!(found, None, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

#[test]
fn tables_do_not_come_near_the_register_or_the_draw() {
    for name in ["protocol", "pages", "intake", "allocator"] {
        let polars: Vec<String> = tree_of(name).into_iter().filter(|package| package.starts_with("polars")).collect();
        assert!(polars.is_empty(), "{name} reaches {polars:?}");
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for package in workspace().workspace_packages() {
        let manifest = read(package.manifest_path.as_std_path());
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{} has lints of its own", package.name);
    }
    assert!(read(&root().join("Cargo.toml")).contains("unsafe_code = \"forbid\""));
}

#[test]
fn a_file_stops_at_400_lines() {
    let crates =
        ARROWS.map(|(name, _)| if name == "jebi" { root().join("src") } else { root().join(name).join("src") });
    let others = [root().join("notebooks"), root().join("data")];
    for (path, code) in crates.iter().chain(&others).flat_map(|folder| sources(folder)) {
        let limit = if path.ends_with("src/main.rs") { LINES_OF_MAIN } else { LINES_OF_A_FILE };
        let lines = code.lines().count();
        assert!(lines <= limit, "{} has {lines} lines: which idea in it wants a file of its own?", path.display());
    }
}

/// A document that names a file keeps naming one that is there.
#[test]
fn links_in_documents_lead_somewhere() {
    let documents = files(root(), &["md"]);
    assert!(documents.len() >= 4);
    for document in documents {
        for link in links(&read(&document)) {
            let target = link.split('#').next().unwrap_or_default();
            let is_here = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            let folder = document.parent().unwrap_or(root());
            assert!(is_here || folder.join(target).exists(), "{} links to {link}", document.display());
        }
    }
}

/// Commands in the documents' code blocks are commands of the program.
#[test]
fn documents_teach_verbs_that_exist() {
    let documents = files(root(), &["md"]);
    let text: Vec<String> = documents.iter().map(|document| read(document)).collect();
    let lines = text.iter().flat_map(|document| document.lines());
    let verbs: BTreeSet<&str> = lines
        .filter_map(|line| line.strip_prefix("jebi ").or_else(|| line.strip_prefix("cargo run --release -- ")))
        .filter_map(|command| command.split_whitespace().next())
        .filter(|verb| verb.chars().all(|c| c.is_ascii_lowercase()))
        .collect();
    assert!(verbs.len() > 8, "only {verbs:?}");
    for verb in verbs {
        let command = root().join("src/commands").join(verb);
        assert!(command.with_extension("rs").exists() || command.is_dir(), "there is no `jebi {verb}`");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn workspace() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}

/// What the crate itself names, tests apart.
fn dependencies(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
}

/// All packages that end up in the crate when it is built alone, tests apart.
fn tree_of(name: &str) -> BTreeSet<String> {
    let arguments = ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", name];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Rust and Python files below a folder, each up to where its tests begin.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let code = |path: PathBuf| {
        let text = read(&path);
        let end = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
        (path, text[..end].to_owned())
    };
    files(folder, &["rs", "py"]).into_iter().map(code).collect()
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().into_string().unwrap();
        let built = name.starts_with('.') || ["target", "node_modules", "demo"].contains(&name.as_str());
        if path.is_dir() && !built {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.extension().is_some_and(|found| found == *ending)) {
            found.push(path);
        }
    }
    found
}

/// Whether `word` stands in `line`, and not as the end or the beginning of a longer name.
fn names_word(line: &str, word: &str) -> bool {
    let part_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        !before.ends_with(part_of_a_name) && (word.ends_with(':') || !after.starts_with(part_of_a_name))
    })
}

/// The targets of `[text](target)` and `![text](target)`.
fn links(document: &str) -> Vec<&str> {
    document.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains(' ')).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
