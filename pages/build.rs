//! Lists the Fluent files of `texts/` for `src/lang.rs`: adding a language is adding a file.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The language of readers who ask for none; its file must be there.
const DEFAULT: &str = "ko";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=texts");
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let mut tags = tags(&variable("CARGO_MANIFEST_DIR")?.join("texts"))?;
    tags.sort_by_key(|(tag, _)| (tag != DEFAULT, tag.clone()));
    if tags.first().is_none_or(|(tag, _)| tag != DEFAULT) {
        return Err(io::Error::other(format!("texts/{DEFAULT}.ftl is missing")));
    }
    let lines: String = tags.iter().map(|(tag, path)| format!("    ({tag:?}, include_str!({path:?})),\n")).collect();
    let list = format!(
        "/// Tag and Fluent source of every language, the default first, then by tag.\n\
         const SOURCES: [(&str, &str); {}] = [\n{lines}];\n",
        tags.len()
    );
    fs::write(variable("OUT_DIR")?.join("languages.rs"), list)
}

/// Tag and path of every Fluent file.
fn tags(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut tags = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_none_or(|ending| ending != "ftl") {
            continue;
        }
        let tag = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        // It stands in addresses and in HTML as it is.
        if tag.is_empty() || !tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(io::Error::other(format!("{}: the name is no language tag (BCP 47)", path.display())));
        }
        tags.push((tag.to_owned(), path));
    }
    Ok(tags)
}
