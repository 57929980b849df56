//! `jebi check` on programmes that are not valid: which file, which line, what to do.

use crate::{
    official::{Stage, at},
    support::{Run, jebi, snapshot},
};
use std::fs;

/// Replaces a text once in one of the four files, and checks.
#[track_caller]
fn check(file: &str, old: &str, new: &str) -> (Run, usize) {
    let draw = at(Stage::Written);
    let path = draw.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let place = text.find(old).unwrap_or_else(|| panic!("{file} has no {old:?}"));
    fs::write(&path, text.replacen(old, new, 1)).unwrap();
    let before = snapshot(draw.path());
    let run = jebi(&format!("check {}", draw.path().display()));
    assert!(snapshot(draw.path()) == before, "check wrote something");
    let again = jebi(&format!("announce {} --at 2023-08-01T10:00:00+09:00", draw.path().display()));
    assert_eq!(
        (again.status, again.out.as_str()),
        (run.status, ""),
        "announce is not as strict as check: {}",
        again.err
    );
    (run, text[..place].lines().count().max(1))
}

/// It names the file, a line near the fault, what is wrong, and a way out.
#[track_caller]
fn accuses(file: &str, old: &str, new: &str, said: &[&str]) {
    let (run, line) = check(file, old, new);
    let run = run.refused(1, said);
    assert_eq!(run.out, "");
    let lines: Vec<&str> = run.err.lines().collect();
    let accused = |line: &&&str| line.trim_start().starts_with(&format!("{file}:"));
    let Some(accusation) = lines.iter().find(accused) else { panic!("{file} is not named:\n{}", run.err) };
    let number: usize = accusation.split(':').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
    assert!(number.abs_diff(line) <= 6, "the fault is near line {line}: {accusation}");
    assert!(run.err.contains("    hint: "), "{}", run.err);
}

const PROGRAMME: &str = "programme.toml";

#[test]
fn a_birth_date_in_two_cohorts_or_none() {
    accuses(PROGRAMME, "to = 1973-08-31", "to = 1953-08-31", &[]);
    accuses(PROGRAMME, "from = 1963-09-01", "from = 1963-08-31", &["1963-08-31"]);
    accuses(PROGRAMME, "from = 1963-09-01", "from = 1963-09-02", &["1963-09-01"]);
    accuses(PROGRAMME, "tier = 2", "tier = 3", &["tier"]);
}

#[test]
fn a_window_that_is_none() {
    accuses(PROGRAMME, "closes_at = 2023-08-21", "closes_at = 2023-08-06", &["closes_at"]);
    accuses(PROGRAMME, "ends_at = 2023-08-24T00:59:24", "ends_at = 2023-08-21T18:30:00", &["shorter than an hour"]);
    accuses(PROGRAMME, "closes_at = 2023-08-21T18:00:00", "closes_at = 2023-08-01T18:00:00", &[]);
    accuses(PROGRAMME, "opens_at = 2023-08-07T09:00:00+09:00", "opens_at = 2023-08-07T09:00:00", &["opens_at"]);
}

#[test]
fn places_that_are_not_there() {
    accuses("sessions.csv", "c002-1,c002", "c002-1,c009", &["c009"]);
    accuses("sites.csv", "11020", "11030", &["11030"]);
    accuses("sessions.csv", "c001-2,c001", "c001-1,c001", &["c001-1"]);
    accuses("sites.csv", "37.573459", "97.573459", &[]);
    accuses("sites.csv", "37.573459", "north", &["north"]);
}

#[test]
fn seats_that_are_none() {
    accuses("sessions.csv", "+09:00,2\n", "+09:00,0\n", &["0"]);
    accuses("sessions.csv", "+09:00,2\n", "+09:00,-1\n", &["-1"]);
    accuses("sessions.csv", "+09:00,2\n", "+09:00,1000001\n", &["1000001"]);
    accuses("sessions.csv", "+09:00,2\n", "+09:00\n", &[]);
}

#[test]
fn fields_that_this_version_does_not_build_are_refused() {
    accuses(PROGRAMME, "tier = 2", "tier = 2\nattributes = [\"nurse\"]", &["attribute"]);
    accuses(PROGRAMME, "max_choices = 5", "max_choices = 5\ndisclosure = \"sealed\"", &["disclosure"]);
    accuses(PROGRAMME, "max_choices = 5", "max_choices = 5\nreach = { rule = \"own-district\" }", &["reach"]);
    accuses(PROGRAMME, "max_choices = 5", "max_choices = 5\nrefill = { rounds = 1 }", &["refill"]);
    accuses(PROGRAMME, "max_choices = 5", "max_choices = 5\nluck = 1", &["luck"]);
}

#[test]
fn districts_and_lots_that_are_none() {
    accuses(PROGRAMME, "tier = 2", "tier = 2\nlots = 9", &["lots"]);
    accuses(PROGRAMME, "tier = 2", "tier = 2\ndistricts = [\"11030\"]", &["11030"]);
    accuses(PROGRAMME, "max_choices = 5", "max_choices = 5\nreach = { rule = \"table\" }", &["reach.csv"]);
}

/// What an official reads about districts: who is kept what, who is admitted where, and a warning for who reaches nothing.
#[test]
fn a_draw_by_district_is_described_by_district() {
    let draw = at(Stage::Written);
    let path = draw.path().join(PROGRAMME);
    let toml = fs::read_to_string(&path).unwrap().replacen("tier = 2", "tier = 2\ndistricts = [\"11010\"]", 1);
    let title = "title = { en = \"Older\", ko = \"고령자\" }";
    let reserve = format!("[[reserves]]\nid = \"older\"\n{title}\ncohorts = [\"60-69\"]\nrelease = true\n");
    fs::write(&path, format!("{toml}\n{reserve}")).unwrap();
    fs::write(draw.path().join("reserves.csv"), "session,reserve,seats\nc001-1,older,2\nc001-3,older,1\n").unwrap();
    fs::write(draw.path().join("reach.csv"), "cohort,district,site\n,11020,\n60-69,11010,c001\n").unwrap();
    let run = jebi(&format!("check {}", draw.path().display()));
    assert_eq!(run.status, Some(0), "{}", run.err);
    for said in [
        "1 to 2",
        "opened to others",
        "open to all         10 seats; 1 session has none",
        "a table of 2 rows",
        "WARNING: cohort 50-59 can list no session in 1 district: 11010",
        "residents of 1 district (11010):",
        "residents of 1 district (11020):",
    ] {
        assert!(run.out.contains(said), "{said:?} is not in\n{}", run.out);
    }
    fs::write(draw.path().join("reserves.csv"), "session,reserve,seats\nc001-1,older,3\n").unwrap();
    jebi(&format!("check {}", draw.path().display())).refused(1, &["reserves.csv:2", "hint: "]);
}

#[test]
fn a_quorum_that_proves_nothing() {
    accuses(PROGRAMME, "quorum = 2", "quorum = 1", &["quorum"]);
    accuses(PROGRAMME, "quorum = 2", "quorum = 4", &["quorum"]);
    accuses(PROGRAMME, "faults = 0", "faults = 1", &["quorum"]);
}

#[test]
fn a_mechanism_that_is_none() {
    accuses(PROGRAMME, "name = \"optimal\"", "name = \"lottery\"", &["lottery"]);
    accuses(PROGRAMME, "rank_costs = [0, 1, 2, 4, 8]", "rank_costs = [0, 1, 2, 4]", &["rank_costs"]);
    accuses(PROGRAMME, "rank_costs = [0, 1, 2, 4, 8]", "rank_costs = [0, 2, 1, 4, 8]", &["rank_costs"]);
}

#[test]
fn every_fault_is_told_at_once() {
    let draw = at(Stage::Written);
    for (file, old, new) in [
        ("sessions.csv", "+09:00,2\n", "+09:00,0\n"),
        ("sites.csv", "11020", "11030"),
        (PROGRAMME, "quorum = 2", "quorum = 1"),
    ] {
        let path = draw.path().join(file);
        let text = fs::read_to_string(&path).unwrap().replacen(old, new, 1);
        fs::write(path, text).unwrap();
    }
    let run = jebi(&format!("check {}", draw.path().display()))
        .refused(1, &["sessions.csv:2", "sites.csv:3", "programme.toml:"]);
    assert_eq!(run.err.matches("    hint: ").count(), 3, "{}", run.err);
}

#[test]
fn files_that_are_missing_or_no_text() {
    for name in [PROGRAMME, "districts.csv", "sites.csv", "sessions.csv"] {
        let draw = at(Stage::Written);
        let check = format!("check {}", draw.path().display());
        fs::write(draw.path().join(name), [0xFF, 0xFE, 0]).unwrap();
        jebi(&check).refused(1, &[name]);
        fs::remove_file(draw.path().join(name)).unwrap();
        jebi(&check).refused(2, &[name, "hint: a draw's folder has programme.toml"]);
    }
}
