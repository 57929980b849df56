//! The bundle as a whole: it verifies, it is the same every time, it says what the records say and nothing twice.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod support;

use protocol::{
    entry::Revision,
    manifest::{self, Files},
    outcome::Outcome,
    verify,
};
use publisher::{FolderError, OpenDataError, Pages, PublishError, layout};
use std::{fs, sync::LazyLock};
use support::{HOSTILE, Sample};

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| Sample::new(support::PRIORITY));
static BUNDLE: LazyLock<Files> = LazyLock::new(|| SAMPLE.bundle());

fn text(path: &str) -> &'static str {
    std::str::from_utf8(&BUNDLE[path]).unwrap()
}

fn check(files: &Files) -> Result<Pages, OpenDataError> {
    publisher::check_open_data(files, support::TOOL)
}

#[test]
fn a_published_draw_verifies_from_its_files_alone() {
    let verified = verify::verify(&BUNDLE).unwrap();
    assert_eq!(verified.records, SAMPLE.records);
    assert!(verified.witnessed_at_unix_s.is_some());
    assert_eq!(check(&BUNDLE), Ok(Pages::Compared));
}

#[test]
fn the_same_draw_gives_the_same_bytes() {
    let again = Sample::new(support::PRIORITY).bundle();
    let different: Vec<&String> = BUNDLE.keys().filter(|path| BUNDLE.get(*path) != again.get(*path)).collect();
    assert_eq!(different, Vec::<&String>::new());
    assert_eq!(BUNDLE.len(), again.len());
}

#[test]
fn the_manifest_lists_every_file_for_people_too() {
    manifest::check_files(&BUNDLE).unwrap();
    let listed = text(manifest::MANIFEST);
    for path in [
        "index.html",
        "index.en.html",
        "results.html",
        "runs/0002.html",
        "assets/results.js",
        "districts/11010.en.html",
        "calendar/s1-1.ics",
        layout::DICTIONARY,
    ] {
        assert!(listed.contains(&format!(" {path}\n")), "{path}");
    }
}

#[test]
fn every_ticket_stands_once_on_the_page_of_its_run() {
    for (number, (run, records)) in SAMPLE.register.revisions.chunks(1024).zip(SAMPLE.records.chunks(1024)).enumerate()
    {
        let page = text(&layout::run_page(number)).to_owned();
        assert_eq!(page.matches("<tr id=").count(), run.len());
        for (revision, record) in run.iter().zip(records) {
            let anchor = format!("<tr id={}>", revision.ticket);
            assert_eq!(page.matches(&anchor).count(), 1, "{}", revision.ticket);
            let line = page.lines().find(|line| line.starts_with(&anchor)).unwrap();
            let number = pages::numbers::grouped(record.number.0);
            assert_eq!(line.matches("<li>").count(), revision.body.choices.len(), "each choice, and what became of it");
            match record.outcome {
                Outcome::Withdrawn => {
                    assert!(line.contains("철회") && line.contains("<td>–<td>") && !line.contains("<ol>"))
                }
                Outcome::Unplaced => assert!(line.contains("미배정") && line.contains(&number)),
                Outcome::Placed { session, choice } => {
                    let session = &SAMPLE.programme.sessions[session.0 as usize];
                    let day = session.id.split_once('-').unwrap().1;
                    let place = format!(" 2023-09-0{day} 09:30</b><td>{}지망 <i lang=en>Choice ", choice + 1);
                    assert!(line.contains(&place) && line.contains(&number), "{line}");
                }
            }
        }
        assert!(!page.contains("&lt;i ") && !page.contains("&#60;i "), "markup of ours is not escaped");
        assert!(page.len() < 700_000, "{} bytes", page.len());
    }
}

/// All pages but the verifier to save, which is the same for every draw and has its script within it.
fn pages_of_the_draw() -> impl Iterator<Item = (&'static String, &'static Vec<u8>)> {
    BUNDLE.iter().filter(|(path, _)| path.ends_with(".html") && *path != layout::VERIFIER)
}

#[test]
fn names_never_become_markup() {
    let mut named = 0;
    for (path, bytes) in pages_of_the_draw() {
        let page = std::str::from_utf8(bytes).unwrap();
        assert!(!page.contains("<script>") && !page.contains(HOSTILE), "{path}");
        assert!(!page.contains("style=") && !page.contains("onclick"), "{path}");
        named += usize::from(page.contains("&lt;script&gt;") || page.contains("&#60;script&#62;"));
    }
    assert!(named >= 4, "both front pages and the runs name the site");
}

#[test]
fn every_page_of_a_rehearsal_says_so() {
    for (path, bytes) in pages_of_the_draw() {
        let page = std::str::from_utf8(bytes).unwrap();
        assert!(page.contains("<div class=\"jebi-rehearsal\""), "{path}");
        assert!(page.contains("Content-Security-Policy"), "{path}");
    }
}

#[test]
fn links_lead_to_files_of_the_bundle() {
    for (path, bytes) in pages_of_the_draw() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let page = std::str::from_utf8(bytes).unwrap();
        for link in page.split("href=\"").chain(page.split("src=\"")).skip(1).filter_map(|rest| rest.split('"').next())
        {
            let link = link.split('#').next().unwrap();
            let target = match link.strip_prefix("../") {
                Some(above) => above.to_owned(),
                None if folder.is_empty() => link.to_owned(),
                None => format!("{folder}/{link}"),
            };
            assert!(link.is_empty() || link.starts_with("<!doctype") || BUNDLE.contains_key(&target), "{path}: {link}");
        }
    }
}

#[test]
fn an_altered_table_is_named() {
    let cases = [("csv", "placed,", "unplaced,"), ("csv", ",s1-1,", ",s1-2,")];
    for (ending, from, to) in cases {
        let path = format!("open-data/entries.{ending}");
        let mut files = BUNDLE.clone();
        let altered = text(&path).replacen(from, to, 1);
        assert_ne!(altered, text(&path));
        files.insert(path.clone(), altered.into_bytes());
        assert_eq!(check(&files), Err(OpenDataError::Different { path }));
    }
    let mut files = BUNDLE.clone();
    files.insert(layout::parquet("districts"), BUNDLE[&layout::parquet("cohorts")].clone());
    let path = layout::parquet("districts");
    assert_eq!(check(&files), Err(OpenDataError::Different { path }));
    let mut files = BUNDLE.clone();
    files.insert(layout::parquet("sessions"), b"PAR1".to_vec());
    assert!(
        matches!(check(&files), Err(OpenDataError::Unreadable { path, .. }) if path == layout::parquet("sessions"))
    );
    let mut files = BUNDLE.clone();
    files.remove(&layout::csv("cohorts"));
    assert_eq!(check(&files), Err(OpenDataError::Missing { path: layout::csv("cohorts") }));
    let mut files = BUNDLE.clone();
    files.insert("open-data/names.csv".into(), Vec::new());
    assert_eq!(check(&files), Err(OpenDataError::Unknown { path: "open-data/names.csv".into() }));
}

#[test]
fn a_page_that_shows_another_result_is_named() {
    let path = layout::run_page(1);
    let page = text(&path);
    let shown = page.find("<b>미배정 <i lang=en>no seat</i></b>").unwrap();
    let kinder =
        format!("{}<b>배정</b>{}", &page[..shown], &page[shown + "<b>미배정 <i lang=en>no seat</i></b>".len()..]);
    let twice = page.replacen("<p>", "<table><tr><td>0</table><p>", 1);
    for altered in [kinder, twice] {
        let mut files = BUNDLE.clone();
        files.insert(path.clone(), altered.into_bytes());
        assert_eq!(check(&files), Err(OpenDataError::Different { path: path.clone() }));
    }
}

/// One value of one row, in a Parquet file that is otherwise in order.
#[test]
fn a_parquet_of_another_draw_is_named() {
    let other = Sample::of(support::PRIORITY, |programme| {
        (0..2_500).map(|n| support::entry(programme, n)).map(|entry| Revision { blinding: [7; 32], ..entry }).collect()
    });
    let path = layout::parquet("entries");
    let mut files = BUNDLE.clone();
    files.insert(path.clone(), other.bundle()[&path].clone());
    assert_eq!(check(&files), Err(OpenDataError::Different { path }));
}

#[test]
fn polars_counts_cohorts_as_the_protocol_does() {
    let mut lines = text(&layout::csv("cohorts")).lines();
    assert_eq!(
        lines.next(),
        Some(
            "cohort,title_ko,title_en,tier,active,withdrawn,placed,unplaced,\
             placed_by_choice_1,placed_by_choice_2,placed_by_choice_3,placed_by_choice_4"
        )
    );
    for (result, line) in SAMPLE.sessions.cohorts.iter().zip(lines) {
        let counts = [result.active, result.withdrawn, result.placed, result.unplaced];
        let counts: Vec<String> = counts.iter().chain(&result.choices).map(u64::to_string).collect();
        assert!(line.starts_with(&result.id) && line.ends_with(&counts.join(",")), "{line}");
    }
    let districts = text(&layout::csv("districts"));
    let people = SAMPLE.register.revisions.iter().filter(|revision| revision.body.district == 2).count();
    let last = districts.lines().last().unwrap();
    let without_sites = format!("11030,용산구,Yongsan-gu,0,0,0,0,{people},");
    assert!(last.starts_with(&without_sites), "people live in a district without sites: {last}");
}

/// Seats that are kept for some: everything published is consistent, and says them apart.
#[test]
fn kept_seats_are_published_with_closing_numbers_or_prices_of_their_own() {
    for mechanism in [support::SERIAL, support::PRIORITY, support::OPTIMAL] {
        let sample = Sample::kept(mechanism, |programme| (0..900).map(|n| support::entry(programme, n)).collect());
        let files = sample.bundle();
        verify::verify(&files).unwrap();
        assert_eq!(check(&files), Ok(Pages::Compared), "{mechanism}");
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        let pools = text(&layout::csv("pools"));
        let mut lines = pools.lines().skip(1);
        for (session, result) in sample.programme.sessions.iter().zip(&sample.sessions.sessions) {
            for (number, pool) in result.pools.iter().enumerate() {
                let line: Vec<&str> = lines.next().unwrap().split(',').collect();
                let reserve = number.checked_sub(1).map_or("", |number| session.reserves[number].reserve.as_str());
                let counts = [pool.capacity.to_string(), pool.placed.to_string()];
                assert_eq!((line[0], line[1], line[4], line[5]), (&*session.id, reserve, &*counts[0], &*counts[1]));
                let closed = pool.closed().map_or(String::new(), |closing| closing.number.to_string());
                assert_eq!((line[7], line[12]), (&*closed, &*pool.price.to_string()), "{line:?}");
            }
        }
        assert_eq!(lines.next(), None);
        assert!(text("districts/11010.en.html").contains("1 September 2023, 09:30, kept for older people"));
        assert!(text("index.html").contains("따로 둔 자리"));
    }
}

#[test]
fn people_by_cohort_and_district_add_up_to_the_cohorts() {
    let residents = text(&layout::csv("residents"));
    for result in &SAMPLE.sessions.cohorts {
        let of_cohort = residents.lines().filter(|line| line.starts_with(&format!("{},", result.id)));
        let mut sums = [0; 6];
        for line in of_cohort {
            for (sum, cell) in sums.iter_mut().zip(line.split(',').skip(2)) {
                *sum += cell.parse::<u64>().unwrap();
            }
        }
        let counts = [result.active, result.withdrawn, result.placed, result.unplaced, result.choices[0]];
        assert_eq!(sums[0], result.active + result.withdrawn);
        assert_eq!(sums[1..], counts, "{}", result.id);
    }
}

/// Whoever knows one of four people must not read off a summary what became of the others.
#[test]
fn of_fewer_than_five_people_no_summary_tells_what_became_of_them() {
    let few = Sample::of(support::SERIAL, |programme| {
        let in_district = |n: u32, district: u16| {
            let mut entry = support::entry(programme, n);
            (entry.body.cohort, entry.body.district) = (0, district);
            entry
        };
        (0..5).map(|n| in_district(n, 0)).chain((5..9).map(|n| in_district(n, 1))).collect()
    });
    let files = few.bundle();
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    let residents = text(&layout::csv("residents"));
    let lines: Vec<&str> = residents.lines().skip(1).collect();
    assert!(lines[0].starts_with("50-59,11010,5,") && !lines[0].contains(",,"), "{}", lines[0]);
    assert_eq!(lines[1..], ["50-59,11020,4,,,,,"]);
    let districts = text(&layout::csv("districts"));
    assert!(districts.lines().any(|line| line.starts_with("11020,") && line.ends_with(",4,,,,,")), "{districts}");
    let page = text("districts/11020.en.html");
    assert!(page.contains("Fewer than 5 people who live here registered.") && !page.contains("By cohort"), "{page}");
    assert!(text("districts/11030.en.html").contains("Nobody who lives here registered."));
    let index = text("index.en.html");
    assert!(index.contains("<td>Fewer than 5</td><td>–</td><td>–</td><td>–</td>"), "{index}");
}

#[test]
fn open_entries_hold_nothing_of_the_person() {
    let csv = text(&layout::csv("entries"));
    assert_eq!(csv.lines().count(), 2_501);
    let revision = &SAMPLE.register.revisions[0];
    for secret in [revision.body.person, revision.body.next.0, revision.blinding] {
        assert!(!csv.contains(&protocol::hash::hex(&secret)));
    }
}

#[test]
fn parts_of_different_draws_are_refused() {
    let other = Sample::of(support::SERIAL, |programme| (0..3).map(|n| support::entry(programme, n)).collect());
    let sign = |draw: publisher::Draw<'_>| publisher::bundle(&draw, &support::operator(), &mut |_, _, _| {});
    let records = publisher::Draw { records: &other.records, ..SAMPLE.draw() };
    assert_eq!(sign(records), Err(PublishError::RecordCount { entries: 2_500, records: 3 }));
    let runs = publisher::Draw { register_runs: &other.runs, ..SAMPLE.draw() };
    assert_eq!(sign(runs), Err(PublishError::RunCount { expected: 3, found: 1 }));
    let no_log = publisher::Draw { log_files: &Files::new(), ..SAMPLE.draw() };
    assert_eq!(sign(no_log), Err(PublishError::Log { path: "log/checkpoint-freeze".into() }));
    let mut swapped = SAMPLE.records.clone();
    swapped.swap(7, 8);
    let swapped = publisher::Draw { records: &swapped, ..SAMPLE.draw() };
    let [expected, found] = [7, 8].map(|place: usize| SAMPLE.records[place].ticket);
    assert_eq!(sign(swapped), Err(PublishError::RecordOrder { expected, found }));
}

#[test]
fn a_draw_that_nobody_registered_for_can_be_published() {
    let empty = Sample::of(support::OPTIMAL, |_| Vec::new());
    let files = empty.bundle();
    assert_eq!(check(&files), Ok(Pages::Compared));
    assert!(!files.contains_key("runs/0000.html"));
}

#[test]
fn a_folder_is_written_whole_once_and_never_changed() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("draws/bundle");
    publisher::write(&BUNDLE, &folder).unwrap();
    assert_eq!(publisher::read(&folder).unwrap(), *BUNDLE);
    publisher::write(&BUNDLE, &folder).unwrap();
    let mut other = BUNDLE.clone();
    other.insert("seed.json".into(), b"{}".to_vec());
    let refused = publisher::write(&other, &folder);
    assert_eq!(refused, Err(FolderError::Different { folder: folder.clone(), path: "seed.json".into() }));
    assert_eq!(publisher::read(&folder).unwrap(), *BUNDLE);
    let names: Vec<_> = fs::read_dir(place.path().join("draws")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["bundle"], "no draft stays behind");
}

#[test]
fn nothing_is_left_of_a_bundle_that_could_not_be_written() {
    let place = tempfile::tempdir().unwrap();
    // A file and a folder of one name.
    let clash = Files::from([("a".into(), vec![1]), ("a/b".into(), vec![2])]);
    let refused = publisher::write(&clash, &place.path().join("bundle"));
    assert!(matches!(refused, Err(FolderError::Io { .. })), "{refused:?}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    let odd = Files::from([("../escape".into(), vec![1])]);
    assert_eq!(publisher::write(&odd, &place.path().join("b")), Err(FolderError::Name("../escape".into())));
}

#[cfg(unix)]
#[test]
fn links_and_odd_names_are_not_read() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("ok.txt"), b"ok").unwrap();
    let link = place.path().join("secret");
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
    assert_eq!(publisher::read(place.path()), Err(FolderError::Irregular(link.clone())));
    fs::remove_file(&link).unwrap();
    let odd = place.path().join("a b");
    fs::write(&odd, b"").unwrap();
    assert_eq!(publisher::read(place.path()), Err(FolderError::Name(odd)));
}
