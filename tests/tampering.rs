//! Every file of a bundle, altered in every way a byte string can be: by somebody on the way, and by the operator, who
//! signs the manifest again.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod support;

use protocol::{
    bundle::path,
    manifest::Files,
    note::Note,
    verify::{Rejection, verify},
};
use std::{fs, sync::OnceLock};
use support::{Demo, Numbers, demo, draft::resign, jebi, own_folder, snapshot};

/// How a file is altered.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// One bit of the byte at this place is another.
    Flip(usize, u8),
    /// It ends here.
    Cut(usize),
    /// It has this byte more.
    Longer(u8),
    Removed,
}

/// Flips at the ends, in the middle and at places that look random; cuts; a byte more; nothing left.
fn faults(bytes: &[u8], numbers: &mut Numbers) -> Vec<Fault> {
    let length = bytes.len();
    let [one, two, three] = [(); 3].map(|()| numbers.below(length));
    let flips = [0, length / 2, length - 1, one, two, three].map(|place| Fault::Flip(place, 1 << numbers.below(8)));
    let cuts = [Fault::Cut(0), Fault::Cut(length - 1), Fault::Cut(numbers.below(length))];
    flips.into_iter().chain(cuts).chain([Fault::Longer(0), Fault::Longer(b'\n'), Fault::Removed]).collect()
}

fn apply(files: &mut Files, name: &str, fault: Fault) {
    let bytes = files.get_mut(name).unwrap();
    match fault {
        Fault::Flip(place, bit) => bytes[place] ^= bit,
        Fault::Cut(end) => bytes.truncate(end),
        Fault::Longer(byte) => bytes.push(byte),
        Fault::Removed => drop(files.remove(name)),
    }
}

/// Files that the verifier reads; every other one is for people.
fn is_protocol(name: &str) -> bool {
    let named = [
        path::PROGRAMME,
        path::PROGRAMME_NOTE,
        path::RECEIPTS,
        path::ACKNOWLEDGED,
        path::SEED,
        path::SESSIONS,
        path::RUNS,
    ];
    named.contains(&name) || name.starts_with(path::LOG) || (name.starts_with("runs/") && name.ends_with(".bin"))
}

/// Tables and their dictionary.
fn is_open_data(name: &str) -> bool {
    name.starts_with("open-data/") && !name.ends_with(".html")
}

#[track_caller]
fn rejection(files: &Files, what: &str) -> Rejection {
    match verify(files) {
        Ok(_) => panic!("{what}: accepted"),
        Err(rejection) => rejection,
    }
}

/// Whether this accusation is of the file, or of what commits to it: where two files contradict each other, nobody knows
/// which of them was the true one.
fn accuses(accused: &str, name: &str) -> bool {
    let commits = match name {
        path::PROGRAMME => [path::PROGRAMME_NOTE, "manifest.note"].contains(&accused),
        // A run's path has the hashes of the other runs.
        _ if name.starts_with("runs/") => accused == path::SESSIONS || accused.starts_with("runs"),
        _ => false,
    };
    accused == name || commits || accused.starts_with(path::LOG)
}

/// A head whose cosignatures were spoilt has some less, which the quorum counts: as if they had never been given. Text and
/// log's signature are as they were.
fn lost_a_cosignature(name: &str, honest: &[u8], files: &Files) -> bool {
    let (Some(bytes), true) = (files.get(name), name.starts_with("log/checkpoint")) else { return false };
    let (Ok(found), Ok(honest)) = (Note::parse(bytes), Note::parse(honest)) else { return false };
    found.text() == honest.text() && found.signatures()[0] == honest.signatures()[0] && verify(files).is_ok()
}

#[test]
fn who_alters_a_file_on_the_way_is_caught_and_the_file_named() {
    let (honest, mut numbers, mut tried) = (demo().files(), Numbers(1), 0);
    for (name, bytes) in &honest {
        for fault in faults(bytes, &mut numbers) {
            let mut files = honest.clone();
            apply(&mut files, name, fault);
            let rejection = rejection(&files, &format!("{name} {fault:?}"));
            // A manifest that names another hash for a file accuses that file: which of the two is wrong, nobody knows.
            let named = rejection.path == *name || name == "manifest.note";
            assert!(named, "{name} {fault:?}: {rejection}");
            tried += 1;
        }
    }
    assert!(tried > 20 * 12);
}

#[test]
fn a_file_that_was_added_is_named() {
    for name in
        ["index2.html", "runs/0001.bin", "log/tile/0/001", "open-data/more.csv", "a", "zzz/zzz", "manifest.note2"]
    {
        let mut files = demo().files();
        files.insert(name.into(), Vec::new());
        let rejection = verify(&files).unwrap_err();
        assert_eq!((rejection.path.as_str(), rejection.fault.label()), (name, "R-MANIFEST-FILE"));
    }
}

#[test]
fn two_files_that_changed_places_are_caught() {
    let honest = demo().files();
    let names: Vec<&String> = honest.keys().collect();
    for pair in names.windows(2) {
        let mut files = honest.clone();
        let (one, two) = (honest[pair[0]].clone(), honest[pair[1]].clone());
        files.insert(pair[0].clone(), two);
        files.insert(pair[1].clone(), one);
        let rejection = verify(&files).unwrap_err();
        assert!(pair.iter().any(|name| **name == rejection.path), "{pair:?}: {rejection}");
    }
}

/// A register of two runs, so that each has a path to the roots.
fn large() -> &'static Demo {
    static LARGE: OnceLock<Demo> = OnceLock::new();
    LARGE.get_or_init(|| Demo::of(1150, &own_folder().join("large")))
}

#[test]
fn the_operator_cannot_alter_what_the_verifier_reads_and_sign_again() {
    let (honest, programme, operator) = (large().files(), large().programme(), large().signer("operator"));
    assert!(honest.contains_key("runs/0001.bin"));
    let (mut numbers, mut tried) = (Numbers(2), 0);
    for name in honest.keys().filter(|name| is_protocol(name)) {
        for fault in faults(&honest[name], &mut numbers) {
            let mut files = honest.clone();
            apply(&mut files, name, fault);
            resign(&programme, &mut files, &operator);
            if lost_a_cosignature(name, &honest[name], &files) {
                continue;
            }
            let rejection = rejection(&files, &format!("{name} {fault:?}"));
            assert!(accuses(&rejection.path, name), "{name} {fault:?}: {rejection}");
            let missing = matches!(fault, Fault::Removed);
            assert!(missing || rejection.fault.label() != "R-MANIFEST-FILE", "{rejection}");
            tried += 1;
        }
    }
    assert!(tried > 110, "{tried}");
}

#[test]
fn the_operator_cannot_move_or_leave_out_a_run_and_sign_again() {
    let (honest, programme, operator) = (large().files(), large().programme(), large().signer("operator"));
    let run = |number: usize| honest[&path::run(number)].clone();
    for runs in [vec![run(1), run(0)], vec![run(0)], vec![run(0), run(0)], vec![run(1)], vec![run(0), run(1), run(1)]] {
        let mut files = honest.clone();
        files.retain(|name, _| !(name.starts_with("runs/") && name.ends_with(".bin")));
        files.extend(runs.into_iter().enumerate().map(|(number, bytes)| (path::run(number), bytes)));
        resign(&programme, &mut files, &operator);
        let rejection = rejection(&files, "runs");
        assert!(rejection.path.starts_with("runs"), "{rejection}");
    }
}

#[test]
fn the_operator_cannot_add_or_remove_what_the_verifier_reads_and_sign_again() {
    let (honest, programme, operator) = (demo().files(), demo().programme(), demo().signer("operator"));
    let rejects = |files: &mut Files, what: &str| {
        resign(&programme, files, &operator);
        rejection(files, what).path
    };
    for name in ["runs/0001.bin", "log/tile/0/001", "log/tile/entries/001", "log/more"] {
        let mut files = honest.clone();
        files.insert(name.into(), honest["runs/0000.bin"].clone());
        assert_eq!(rejects(&mut files, name), name);
    }
    for name in honest.keys().filter(|name| is_protocol(name)) {
        let mut files = honest.clone();
        files.remove(name);
        assert_eq!(rejects(&mut files, name), *name);
    }
}

/// Open data are made again from the runs and compared.
#[test]
fn the_operator_cannot_alter_open_data_and_sign_again() {
    let (honest, programme, operator) = (demo().files(), demo().programme(), demo().signer("operator"));
    let (mut numbers, mut tried) = (Numbers(3), 0);
    for name in honest.keys().filter(|name| is_open_data(name)) {
        for fault in faults(&honest[name], &mut numbers) {
            let mut files = honest.clone();
            apply(&mut files, name, fault);
            resign(&programme, &mut files, &operator);
            verify(&files).unwrap();
            let error = publisher::check_open_data(&files, &made_by(&files))
                .expect_err(&format!("{name} {fault:?}"))
                .to_string();
            // Parquet that says the same in other bytes is not the file that the dictionary has the hash of.
            let dictionary = name.ends_with(".parquet") && error.starts_with("open-data/datapackage.json");
            assert!(error.contains(name.as_str()) || dictionary, "{name} {fault:?}: {error}");
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
    let mut files = honest.clone();
    files.insert("open-data/more.csv".into(), Vec::new());
    assert_eq!(
        publisher::check_open_data(&files, &made_by(&files)).unwrap_err().to_string(),
        "open-data/more.csv does not belong to the open data or the pages"
    );
}

/// Bytes on which the reader of Parquet panics are an accusation of the file, not the end of the verifier.
#[test]
fn a_table_that_the_reader_stumbles_over_is_named() {
    let (mut files, programme, operator) = (demo().files(), demo().programme(), demo().signer("operator"));
    let name = "open-data/cohorts.parquet";
    let bytes = files.get_mut(name).unwrap();
    // The schema's copy in base64 names a type that the reader does not know yet.
    let place = bytes.windows(7).rposition(|bytes| bytes == b"AAARgAA").expect("a schema");
    bytes[place + 4] = b'o';
    resign(&programme, &mut files, &operator);
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| support::write(&folder.path().join(name), bytes));
    let run = jebi(&format!("verify {}", folder.path().display()));
    assert_eq!(run.status, Some(1), "{}", run.err);
    assert!(run.err.contains(&format!("error: REJECTED  {name} cannot be read")), "{}", run.err);
}

/// The table with everybody's result on the page of a run is compared too.
#[test]
fn the_operator_cannot_tell_people_another_result_on_their_page() {
    let (honest, programme, operator) = (demo().files(), demo().programme(), demo().signer("operator"));
    let name = "runs/0000.html";
    let page = String::from_utf8(honest[name].clone()).unwrap();
    for sample in ["first-choice", "unplaced", "withdrawn"] {
        let row = page.find(&demo().ticket(sample).to_string()).expect("every ticket is on the page");
        for place in [row, row + 10, row + 22] {
            let mut files = honest.clone();
            apply(&mut files, name, Fault::Flip(place, 1));
            resign(&programme, &mut files, &operator);
            verify(&files).unwrap();
            let error = publisher::check_open_data(&files, &made_by(&files)).expect_err(&format!("{sample} {place}"));
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

/// One page of each kind, and what pages are made of: a bundle that says that this program made them has to have its bytes.
#[test]
fn the_operator_cannot_alter_a_word_of_the_pages() {
    let (honest, programme, operator) = (demo().files(), demo().programme(), demo().signer("operator"));
    let checked = |name: &str| is_protocol(name) || is_open_data(name) || name == "manifest.note";
    let free = honest.keys().filter(|name| !checked(name) && *name != MADE_BY);
    let first_of = |start: &str| honest.keys().find(|name| name.starts_with(start)).expect(start).clone();
    let mut names = vec![first_of("districts/"), first_of("calendar/"), first_of("runs/0000.html")];
    names.extend(free.filter(|name| !name.contains('/') || name.starts_with("assets/")).cloned());
    for name in names {
        let mut files = honest.clone();
        files.get_mut(&name).unwrap().push(b' ');
        resign(&programme, &mut files, &operator);
        verify(&files).unwrap();
        let error = publisher::check_open_data(&files, &made_by(&files)).expect_err(&name).to_string();
        // Shapes are drawn on the first page: there the difference shows.
        assert!(error.contains(&name) || name.ends_with("outlines.csv"), "{name}: {error}");
    }
    let mut files = honest.clone();
    files.insert("districts/more.html".into(), b"<p>".to_vec());
    let error = publisher::check_open_data(&files, &made_by(&files)).expect_err("a page more").to_string();
    assert!(error.contains("districts/more.html"), "{error}");
}

/// What is left of the operator's freedom: pages that say another program made them. `jebi verify` says so aloud.
#[test]
fn pages_of_another_program_are_named_and_their_words_are_not_compared() {
    let mut files = demo().files();
    files.insert("index.html".into(), b"<p>Everybody got a seat.".to_vec());
    let finding = publisher::check_open_data(&files, "another program");
    assert_eq!(finding, Ok(publisher::Pages::MadeBy(made_by(&files))));
}

const MADE_BY: &str = "assets/made-by.txt";

fn made_by(files: &Files) -> String {
    String::from_utf8(files[MADE_BY].clone()).expect("text").trim_end().to_owned()
}

#[test]
fn the_command_line_rejects_with_status_1_and_the_file() {
    let honest = demo().files();
    let sample =
        ["programme.json", "runs/0000.bin", "log/checkpoint", "open-data/entries.csv", "index.html", "manifest.note"];
    for name in sample {
        let copy = tempfile::tempdir().unwrap();
        support::copy_folder(&demo().path("bundle"), copy.path());
        let mut files = Files::from([(name.into(), honest[name].clone())]);
        apply(&mut files, name, Fault::Flip(honest[name].len() / 2, 1));
        fs::write(copy.path().join(name), &files[name]).unwrap();
        let run =
            jebi(&format!("verify {}", copy.path().display())).refused(1, &["error: REJECTED  ", "[R-", "hint: "]);
        assert!(run.err.contains(name) || name == "manifest.note", "{}", run.err);
        assert_eq!(run.out, "");
        // Nor does anybody explain a result from such files.
        let explain = format!("explain {} {}", copy.path().display(), demo().ticket("unplaced"));
        assert_eq!(jebi(&explain).refused(1, &["error: REJECTED  ", "hint: jebi verify"]).out, "");
    }
}

#[test]
fn the_command_line_compares_open_data_too() {
    let copy = tempfile::tempdir().unwrap();
    let (programme, operator, mut files) = (demo().programme(), demo().signer("operator"), demo().files());
    apply(&mut files, "open-data/cohorts.csv", Fault::Longer(b'\n'));
    resign(&programme, &mut files, &operator);
    files.iter().for_each(|(name, bytes)| support::write(&copy.path().join(name), bytes));
    jebi(&format!("verify {}", copy.path().display())).refused(1, &["REJECTED  open-data/cohorts.csv"]);
}

/// A link could lead to files that the reader never meant to show.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    support::copy_folder(&demo().path("bundle"), &at("link"));
    fs::remove_file(at("link/index.html")).unwrap();
    std::os::unix::fs::symlink(demo().path("bundle/index.html"), at("link/index.html")).unwrap();
    jebi(&format!("verify {}", at("link").display()))
        .refused(2, &["index.html", "neither a folder nor a regular file"]);
    jebi(&format!("verify {}", at("nothing").display())).refused(2, &["nothing"]);
    fs::create_dir(at("empty")).unwrap();
    jebi(&format!("verify {}", at("empty").display())).refused(1, &["manifest.note"]);
    assert!(snapshot(&at("empty")).is_empty());
}
