//! All languages say the same things, and every page finds its words.

use fluent_bundle::FluentResource;
use pages::{Arg, Lang, Texts};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const EN: &str = include_str!("../texts/en.ftl");

/// How a language says days and times: it uses of these arguments what it needs.
const SAID: [(&str, &[&str]); 8] = [
    ("said-day", &["year", "month", "day"]),
    ("said-weekday", &["weekday"]),
    ("said-weekday-day", &["weekday", "day"]),
    ("said-minute", &["day", "hour", "minute"]),
    ("said-clock-hour", CLOCK),
    ("said-clock-minute", CLOCK),
    ("said-clock-second", CLOCK),
    ("said-time", &["day", "clock"]),
];
const CLOCK: &[&str] = &["half", "hour", "twelve", "minute", "minutes", "second", "seconds"];

fn en() -> Lang {
    Lang::parse("en").expect("English")
}

/// Every file of `texts/`, by its tag.
fn sources() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    let files = fs::read_dir(folder).expect("the folder").map(|file| file.expect("readable").path());
    let named = files.filter(|path| path.extension().is_some_and(|ending| ending == "ftl"));
    let tag = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    named.map(|path| (tag(&path), fs::read_to_string(&path).expect("readable"))).collect()
}

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
    text.push_str(&fs::read_to_string(root.join("browser/build.mjs")).expect("readable"));
    text
}

#[test]
fn every_file_is_a_language_and_korean_is_the_default() {
    let tags: BTreeSet<String> = Lang::ALL.into_iter().map(|lang| lang.tag().to_owned()).collect();
    assert_eq!(tags, sources().into_keys().collect());
    assert!(tags.contains("en") && Lang::DEFAULT.tag() == "ko");
    let names: BTreeSet<String> = Lang::ALL.into_iter().map(Lang::name).collect();
    assert_eq!(names.len(), tags.len(), "each has a name of its own: {names:?}");
    for lang in Lang::ALL {
        assert!(["ko", "en"].contains(&Texts::of(lang).get("programme-names").as_str()), "{}", lang.tag());
    }
}

#[test]
fn all_languages_have_the_same_keys_with_the_same_arguments() {
    let mut expected = keys(EN);
    expected.retain(|key, _| !key.starts_with("said-"));
    for (tag, source) in sources() {
        let (said, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
            keys(&source).into_iter().partition(|(key, _)| key.starts_with("said-"));
        assert_eq!(rest, expected, "{tag}");
        assert_eq!(said.len(), SAID.len(), "{tag}");
        for (key, known) in SAID {
            let unknown: Vec<_> = said[key].iter().filter(|arg| !known.contains(&arg.as_str())).collect();
            assert!(unknown.is_empty(), "{tag}: {key} is not given {unknown:?}");
        }
    }
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
    let one = Texts::of(en()).with("offer-seats", "seats", 1);
    let many = Texts::of(en()).with("offer-seats", "seats", 7);
    assert_eq!((one.as_str(), many.as_str()), ("1 seat", "7 seats"));
    let both = [("site", Arg::from("보건소 & 과학관")), ("time", Arg::from("9:00"))];
    assert_eq!(Texts::of(Lang::DEFAULT).with_all("choice-session", both), "보건소 & 과학관, 9:00");
    assert_eq!(Texts::of(Lang::DEFAULT).get("no-such-key"), "no-such-key");
}

#[test]
fn english_has_short_sentences() {
    let mut faults = Vec::new();
    for line in EN.lines().filter(|line| !line.starts_with('#')) {
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
