//! The programme: birth dates on every seam, four files to one canonical form, and refusals that name their line.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use proptest::prelude::*;
use protocol::{
    hash::Hash,
    programme::{
        Born, Programme, ProgrammeError, boundaries,
        civil::Date,
        faults,
        source::{Source, compile},
    },
};

const TOML: &str = include_str!("../vectors/sample/programme.toml");
const DISTRICTS: &str = include_str!("../vectors/sample/districts.csv");
const SITES: &str = include_str!("../vectors/sample/sites.csv");
const SESSIONS: &str = include_str!("../vectors/sample/sessions.csv");
const SAMPLE: Source = Source {
    programme_toml: TOML,
    districts_csv: DISTRICTS,
    sites_csv: SITES,
    sessions_csv: SESSIONS,
    reserves_csv: None,
    reach_csv: None,
};

fn sample() -> Programme {
    compile(&SAMPLE).unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
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

/// SPEC's dates are text that sorts like the days it names, which makes the whole rule a comparison of strings.
#[test]
fn every_birth_date_is_where_a_comparison_of_texts_puts_it() {
    let programme = sample();
    let mut born = day("1900-01-01");
    let mut counts = [0, 0, 0];
    while born <= day("2020-12-31") {
        let text = born.to_string();
        let within = |from: &str, to: &str| from <= text.as_str() && text.as_str() <= to;
        let expected = match (within("1953-09-01", "1963-08-31"), within("1963-09-01", "1973-08-31")) {
            (true, _) => Some(1),
            (_, true) => Some(0),
            _ => None,
        };
        assert_eq!(programme.cohort_of(born, 0), expected, "{text}");
        let ranges = programme.cohorts.iter().flat_map(|cohort| &cohort.born);
        assert!(ranges.filter(|range| range.from <= born && born <= range.to).count() <= 1, "{text} is in two ranges");
        counts[usize::from(expected.unwrap_or(2))] += 1;
        born = born.tomorrow().unwrap();
    }
    // Ten years each, with 2 or 3 leap days.
    assert_eq!(counts[..2], [3653, 3652]);
    assert_eq!(counts.iter().sum::<u32>(), 44_195);
}

#[test]
fn the_leap_day_belongs_where_the_range_says() {
    for (last, first, leap_day_in) in [("1964-02-28", "1964-02-29", 0), ("1964-02-29", "1964-03-01", 1)] {
        let toml = TOML.replace("to = 1963-08-31", &format!("to = {last}"));
        let toml = toml.replace("from = 1963-09-01", &format!("from = {first}"));
        let programme = compile(&Source { programme_toml: &toml, ..SAMPLE }).unwrap();
        assert_eq!(programme.cohort_of(day("1964-02-28"), 1), Some(1));
        assert_eq!(programme.cohort_of(day("1964-02-29"), 1), Some(leap_day_in));
        assert_eq!(programme.cohort_of(day("1964-03-01"), 1), Some(0));
    }
    assert_eq!(Date::parse("1963-02-29"), None);
    assert_eq!(Date::parse("1900-02-29"), None);
    assert!(Date::parse("2000-02-29").is_some());
}

#[test]
fn days_are_those_of_four_digit_years() {
    for text in ["0000-12-31", "-0001-01-01", "10000-01-01", "1963-9-01", "1963-09-01T00:00", "19630901", " 1963-09-01"]
    {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    assert_eq!(Date::new(0, 12, 31), None);
    assert_eq!(day("0001-01-01").yesterday(), None);
    assert_eq!(day("9999-12-31").tomorrow(), None);
}

/// A window of days with up to four ranges laid anywhere, against counting for each day how many ranges hold it.
#[test]
fn overlaps_and_gaps_are_found_exactly_when_some_day_shows_them() {
    let first = day("1960-02-25");
    let days: Vec<Date> = std::iter::successors(Some(first), |day| day.tomorrow()).take(10).collect();
    let ranges: Vec<(usize, usize)> = (0..10).flat_map(|from| (from..10).map(move |to| (from, to))).collect();
    let mut fields = (*sample()).clone();
    for (a, b) in ranges.iter().flat_map(|a| ranges.iter().map(move |b| (a, b))) {
        for (cohort, (from, to)) in fields.cohorts.iter_mut().zip([a, b]) {
            cohort.born = vec![Born { from: days[*from], to: days[*to] }];
        }
        let held = |at: usize| [a, b].iter().filter(|(from, to)| (*from..=*to).contains(&at)).count();
        let (start, end) = (a.0.min(b.0), a.1.max(b.1));
        let fine = (start..=end).all(|at| held(at) == 1);
        assert_eq!(faults(&fields).is_empty(), fine, "{a:?} {b:?}");
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let (head, sections) = TOML.split_once("\n[window]").unwrap();
    let sections = format!("[window]{sections}");
    let mut parts: Vec<&str> = sections.split("\n\n").collect();
    parts.reverse();
    // Cohorts are a list, whose order does count.
    let cohorts: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].starts_with("[[cohorts]]")).collect();
    parts.swap(cohorts[0], cohorts[1]);
    let mut lines: Vec<&str> = head.lines().collect();
    lines.reverse();
    let reordered = format!("{}\n{}\n", lines.join("\n"), parts.join("\n"));
    assert_ne!(reordered, TOML);
    let programme = compile(&Source { programme_toml: &reordered, ..SAMPLE }).unwrap();
    assert_eq!(programme.hash(), sample().hash());
}

#[test]
fn the_order_of_rows_and_cohorts_is_part_of_the_programme() {
    let swapped =
        DISTRICTS.replace("11010,종로구,Jongno-gu\n11020,중구,Jung-gu", "11020,중구,Jung-gu\n11010,종로구,Jongno-gu");
    let other = compile(&Source { districts_csv: &swapped, ..SAMPLE }).unwrap();
    assert_ne!(other.hash(), sample().hash());
}

#[test]
fn faults_of_all_files_are_told_at_once_and_in_order() {
    let toml = TOML.replace("max_choices = 5", "max_choice = 5").replace("2023-08-21T18:00:00+09:00", "2023-08-21");
    let sites = SITES.replace("37.573459", "north").replace("127.004501", "east");
    let sessions = SESSIONS.replace("c001-3,c001,2023-09-06T11:00:00+09:00,3", "c001-3,c001");
    let source =
        Source { programme_toml: &toml, districts_csv: "", sites_csv: &sites, sessions_csv: &sessions, ..SAMPLE };
    let faults: Vec<String> = compile(&source).unwrap_err().iter().map(ToString::to_string).collect();
    let expected = [
        "programme.toml:1: max_choices is missing",
        "programme.toml:8: there is no key \"max_choice\"",
        "programme.toml:13: window.closes_at = 2023-08-21 is not a date with a time",
        "districts.csv:1: the first line does not name the columns code,name_ko,name_en",
        "sites.csv:2: latitude \"north\" is not a number of degrees",
        "sites.csv:3: longitude \"east\" is not a number of degrees",
        "sessions.csv:4: the line has 2 cells, the header 4",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn all_broken_rules_are_told_at_once() {
    let mut fields = (*sample()).clone();
    fields.rehearsal = false;
    fields.cohorts[0].tier = 9;
    fields.sessions[2].capacity = 0;
    fields.sites[1].district = "99999".into();
    fields.refill = Some(true.into());
    let labels: Vec<&str> = faults(&fields).iter().map(ProgrammeError::label).collect();
    assert_eq!(labels.iter().filter(|label| **label == "R-PROGRAMME-COHORTS").count(), 7, "tiers 2 to 8 are missing");
    for label in ["R-PROGRAMME-CAPACITY", "R-PROGRAMME-REFERENCE", "R-PROGRAMME-NOT-BUILT", "R-REHEARSAL-MARK"] {
        assert!(labels.contains(&label), "{label} in {labels:?}");
    }
}

#[test]
fn numbers_at_their_ends_are_refused_without_overflow() {
    let mut fields = (*sample()).clone();
    fields.window.objection_ends_at_unix_s = u64::MAX;
    fields.beacon.round = u64::MAX;
    fields.mechanism.rank_costs = vec![u32::MAX; 5];
    fields.max_choices = u8::MAX;
    fields.cohorts[0].tier = u8::MAX;
    fields.cohorts[0].lots = u8::MAX;
    fields.cohorts[0].born[0].to = day("9999-12-31");
    fields.cohorts[1].born[0].from = day("0001-01-01");
    fields.sites[0].latitude_microdeg = i32::MIN;
    fields.sessions[0].capacity = u32::MAX;
    fields.sessions[0].starts_at_unix_s = u64::MAX;
    fields.witnesses.quorum = u32::MAX;
    fields.witnesses.faults = u32::MAX;
    assert!(faults(&fields).len() > 10);
    for fault in faults(&fields) {
        assert!(!fault.to_string().is_empty() && fault.mend().len() > 10);
    }
    assert!(Programme::of(fields).is_err());
}

#[test]
fn a_time_beyond_53_bits_has_no_canonical_form() {
    let mut fields = (*sample()).clone();
    fields.sessions[0].starts_at_unix_s = 1 << 53;
    assert_eq!(Programme::of(fields).unwrap_err().label(), "R-JSON-CANONICAL");
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_their_line() {
    let euc_kr = b"code,name_ko,name_en\n11010,\xc1\xbe\xb7\xce\xb1\xb8,Jongno-gu\n";
    let faults =
        Source::from_bytes(TOML.as_bytes(), euc_kr, SITES.as_bytes(), b"\xff\xfe", None, Some(b"\xff")).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "districts.csv:2: this is not UTF-8 text",
            "sessions.csv:1: this is not UTF-8 text",
            "reach.csv:1: this is not UTF-8 text"
        ]
    );
    let whole =
        Source::from_bytes(TOML.as_bytes(), DISTRICTS.as_bytes(), SITES.as_bytes(), SESSIONS.as_bytes(), None, None)
            .unwrap();
    assert_eq!(whole, SAMPLE);
}

const RESERVES: &str = "session,reserve,seats\nc001-1,older,1\nc003-2,jongno,2\n";
const REACH: &str = "cohort,district,site\n,,c001\n60-69,11010,c003\n,11020,\n";
const KEPT: &str = r#"
[[reserves]]
id = "older"
title = { en = "Older", ko = "고령자" }
cohorts = ["60-69"]
release = true

[[reserves]]
id = "jongno"
title = { en = "Jongno", ko = "종로" }
districts = ["11010"]
release = false
"#;

/// The sample, with reserves and reach, with pieces cut out, doubled, overwritten or moved.
fn mutated() -> impl Strategy<Value = [String; 6]> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\"'=\\[\\]{}#,.:+\\-0-9TZ\r\n]{1,3}",
        Just("99999999999999999999".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("[[[[[[[[".to_owned()),
    ];
    let edit = (0..6_usize, any::<prop::sample::Index>(), 0..40_usize, piece, any::<bool>());
    prop::collection::vec(edit, 1..4).prop_map(|edits| {
        let files = [&format!("{TOML}{KEPT}"), DISTRICTS, SITES, SESSIONS, RESERVES, REACH];
        let mut files = files.map(|text| text.chars().collect::<Vec<_>>());
        for (file, at, length, piece, cut) in edits {
            let file = &mut files[file];
            if file.is_empty() {
                continue;
            }
            let start = at.index(file.len());
            let end = if cut { file.len().min(start + length) } else { start };
            file.splice(start..end, piece.chars());
        }
        files.map(|file| file.into_iter().collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_source_panics_and_every_fault_has_a_line_that_exists(files in mutated()) {
        let [toml, districts, sites, sessions, reserves, reach] = &files;
        let source = Source {
            programme_toml: toml,
            districts_csv: districts,
            sites_csv: sites,
            sessions_csv: sessions,
            reserves_csv: Some(reserves),
            reach_csv: Some(reach),
        };
        match compile(&source) {
            Ok(programme) => prop_assert_eq!(Programme::parse(programme.bytes()).unwrap(), programme),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    let text = match fault.file {
                        "programme.toml" => toml,
                        "districts.csv" => districts,
                        "sites.csv" => sites,
                        "reserves.csv" => reserves,
                        "reach.csv" => reach,
                        _ => sessions,
                    };
                    prop_assert!(fault.line >= 1 && fault.line as usize <= text.split('\n').count(), "{fault:?}");
                    prop_assert!(!fault.message.is_empty() && !fault.mend.is_empty() && fault.label.starts_with("R-"));
                }
            }
        }
    }

    #[test]
    fn no_canonical_bytes_panic(at in any::<prop::sample::Index>(), length in 0..20_usize, piece in "[\"{}\\[\\],:0-9a-z]{0,4}") {
        let mut bytes = sample().bytes().to_vec();
        let start = at.index(bytes.len());
        let end = bytes.len().min(start + length);
        bytes.splice(start..end, piece.bytes());
        if let Ok(programme) = Programme::parse(&bytes) {
            prop_assert_eq!(programme.bytes(), &bytes[..], "what is accepted is the one spelling");
        }
    }
}
