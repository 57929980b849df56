//! Both languages say the same things, and every page finds its words.

use fluent_bundle::FluentResource;
use pages::{Arg, Lang, Texts};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const KO: &str = include_str!("../texts/ko.ftl");
const EN: &str = include_str!("../texts/en.ftl");

/// Each key with the arguments that its text names.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    FluentResource::try_new(source.to_owned()).map_err(|(_, faults)| faults).expect("well-formed Fluent");
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
        }
        let arguments = line
            .split('$')
            .skip(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
        keys.entry(key.clone()).or_default().extend(arguments);
    }
    keys.remove("");
    keys
}

/// Everything that may name a key: templates and sources of all parts.
fn readers() -> String {
    fn collect(folder: &Path, text: &mut String) {
        let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).collect();
        files.sort_by_key(fs::DirEntry::path);
        for file in files {
            let path = file.path();
            if path.is_dir() {
                collect(&path, text);
            } else if path.extension().is_some_and(|ending| ["html", "mjs", "rs"].iter().any(|known| ending == *known))
            {
                text.push_str(&fs::read_to_string(path).expect("readable"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    for part in ["pages", "intake", "publisher"] {
        collect(&root.join(part).join("src"), &mut text);
        collect(&root.join(part).join("templates"), &mut text);
    }
    collect(&root.join("browser/verify"), &mut text);
    text
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_arguments() {
    assert_eq!(keys(KO), keys(EN));
}

#[test]
fn no_text_is_missing_and_none_is_unused() {
    let (keys, readers) = (keys(EN), readers());
    for call in ["get(\"", "with(\"", "with_all(\""] {
        for rest in readers.split(&format!("t.{call}")).skip(1).chain(readers.split(&format!("t().{call}")).skip(1)) {
            let key = rest.split('"').next().expect("a key");
            assert!(keys.contains_key(key), "{key} has no text");
        }
    }
    for key in keys.keys() {
        let named = readers.contains(&format!("\"{key}\""));
        // Put together from a code: `problem-<code>`, `entry-line-<status>`.
        let made = ["problem-", "entry-line-"].into_iter().filter_map(|start| key.strip_prefix(start));
        let made = made.into_iter().any(|code| readers.contains(&format!("\"{code}\"")) || STATUSES.contains(&code));
        assert!(named || made, "{key} is used nowhere");
    }
}

/// Names of SPEC §7.2.
const STATUSES: [&str; 4] = ["active", "withdrawn", "active-by-office", "withdrawn-by-office"];

#[test]
fn numbers_and_names_arrive_in_the_text() {
    let one = Texts::of(Lang::En).with("offer-seats", "seats", 1);
    let many = Texts::of(Lang::En).with("offer-seats", "seats", 7);
    assert_eq!((one.as_str(), many.as_str()), ("1 seat", "7 seats"));
    let both = [("site", Arg::from("보건소 & 과학관")), ("time", Arg::from("9:00"))];
    assert_eq!(Texts::of(Lang::Ko).with_all("choice-session", both), "보건소 & 과학관, 9:00");
    assert_eq!(Texts::of(Lang::Ko).get("no-such-key"), "no-such-key");
}

#[test]
fn what_citizens_read_in_english_has_short_sentences() {
    let citizens = EN.split("## The bundle").next().expect("the citizens' part");
    let mut faults = Vec::new();
    for line in citizens.lines().filter(|line| !line.starts_with('#')) {
        let text = line.split_once(" = ").map_or(line, |(_, text)| text).replace("{ $", "{$").replace(" }", "}");
        // What stands for an argument counts as one word.
        for sentence in text.split_inclusive(['.', '?', '!']) {
            let words = sentence.split_whitespace().count();
            if words > 25 {
                faults.push(format!("{words} words: {sentence}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
