//! The programme: birth dates on every seam, four files to one canonical form, and refusals that name their line.

use proptest::prelude::*;
use protocol::{
    hash::Hash,
    programme::{
        Programme, boundaries,
        civil::Date,
        source::{Source, SourceFault, compile},
    },
};

const TOML: &str = include_str!("../vectors/sample/programme.toml");
const DISTRICTS: &str = include_str!("../vectors/sample/districts.csv");
const SITES: &str = include_str!("../vectors/sample/sites.csv");
const SESSIONS: &str = include_str!("../vectors/sample/sessions.csv");
const SAMPLE: Source =
    Source { programme_toml: TOML, districts_csv: DISTRICTS, sites_csv: SITES, sessions_csv: SESSIONS };

fn sample() -> Programme {
    compile(&SAMPLE).unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The faults of the sample with one piece of one file replaced, which must be there.
fn faults_with(file: &str, from: &str, to: &str) -> Vec<SourceFault> {
    let text = [TOML, DISTRICTS, SITES, SESSIONS];
    let at = ["programme.toml", "districts.csv", "sites.csv", "sessions.csv"].iter().position(|name| *name == file);
    let mut text = text.map(String::from);
    let changed = &mut text[at.unwrap()];
    assert!(changed.contains(from), "{from:?} is not in {file}");
    *changed = changed.replacen(from, to, 1);
    let [toml, districts, sites, sessions] = &text;
    let source = Source { programme_toml: toml, districts_csv: districts, sites_csv: sites, sessions_csv: sessions };
    compile(&source).err().unwrap_or_default()
}

#[test]
fn the_sample_compiles_and_its_bytes_say_the_same() {
    let programme = sample();
    assert_eq!(programme.beacon.round, 1000);
    assert_eq!(programme.sites.len(), 3);
    assert_eq!(programme.sessions.len(), 8);
    let again = Programme::parse(programme.bytes()).unwrap();
    assert_eq!(again, programme);
    assert_eq!(again.hash(), Hash::tagged("programme", &[programme.bytes()]));
}

#[test]
fn boundaries_show_both_neighbours_of_both_ends() {
    let shown: Vec<String> = boundaries(&sample())
        .iter()
        .map(|b| {
            let beside = |n: &Option<protocol::programme::Neighbour>| {
                n.as_ref().map(|n| format!("{} {}", n.day, n.cohort.as_deref().unwrap_or("nobody"))).unwrap()
            };
            format!("{} | {} {} {} | {}", beside(&b.before), b.cohort, b.first, b.last, beside(&b.after))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1963-08-31 60-69 | 50-59 1963-09-01 1973-08-31 | 1973-09-01 nobody",
            "1953-08-31 nobody | 60-69 1953-09-01 1963-08-31 | 1963-09-01 50-59",
        ]
    );
}
