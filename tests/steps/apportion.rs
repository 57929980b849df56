//! `jebi check`, `allocate` and `verify` where seats follow from who registers.

use crate::{
    official::{Stage, at},
    support::{Run, jebi},
};
use std::{fs, path::Path};

const OLDER: &str = "[[reserves]]\nid = \"older\"\ntitle = { en = \"Older\", ko = \"고령자\" }\ncohorts = [\"60-69\"]\nrelease = false\n";
const YOUNGER: &str = "[[reserves]]\nid = \"younger\"\ntitle = { en = \"Younger\", ko = \"중년\" }\ncohorts = [\"50-59\"]\nrelease = true\n";

/// Adds two groups and what is said of them to the sample's programme.
fn ask(draw: &Path, rule: &str) {
    let path = draw.join("programme.toml");
    let toml = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{toml}\n{OLDER}\n{YOUNGER}\n{rule}")).unwrap();
}

/// `jebi check` on the sample with this rule. `announce` says no as well, if `check` does.
#[track_caller]
fn check(rule: &str) -> Run {
    let draw = at(Stage::Written);
    ask(draw.path(), rule);
    let run = jebi(&format!("check {}", draw.path().display()));
    if run.status != Some(0) {
        let announced = jebi(&format!("announce {} --at 2023-08-01T10:00:00+09:00", draw.path().display()));
        assert_eq!((announced.status, announced.out.as_str()), (run.status, ""), "{}", announced.err);
        assert!(!draw.path().join("announced").exists());
    }
    run
}

const BOTH: &str = "[apportionment]\ngroups = [\"older\", \"younger\"]\nreserved_permille = 600\n";

#[test]
fn what_groups_share_is_described() {
    let run = check(&format!("{BOTH}[[apportionment.floors]]\ngroup = \"older\"\nseats = 2\n")).good();
    for said in [
        "600 of 1,000 of each site's 13 seats",
        "6 seats that groups can have; their floors ask for 2",
        "its registrants",
    ] {
        assert!(run.out.contains(said), "{said:?} is not in\n{}", run.out);
    }
}

/// Sites of the sample have 6, 4 and 3 seats, of which groups can have 3, 2 and 1.
#[test]
fn floors_that_cannot_be_kept_are_told_before_anything_is_announced() {
    let floor = |group: &str, seats: u32| format!("[[apportionment.floors]]\ngroup = \"{group}\"\nseats = {seats}\n");
    check(&format!("{BOTH}{}{}", floor("older", 4), floor("younger", 2))).good();
    // Together one too many.
    check(&format!("{BOTH}{}{}", floor("older", 4), floor("younger", 3)))
        .refused(1, &["the floors cannot all be kept", "older, younger", "7 seats", "6", "hint: ", "by 1 together"]);
    // One of them is too high whatever the other says, and only that one is accused.
    let alone = check(&format!("{BOTH}{}{}", floor("older", 7), floor("younger", 1)));
    let alone = alone.refused(1, &["group older must have 7 seats and can have 6", "hint: "]);
    assert!(!alone.err.contains("younger"), "{}", alone.err);
    let at_site = "[[apportionment.floors]]\ngroup = \"older\"\nsite = \"c003\"\nseats = 2\n";
    check(&format!("{BOTH}{at_site}")).refused(1, &["group older", "site c003", "the 1 seats", "hint: "]);
    let ceiling = "[[apportionment.ceilings]]\ngroup = \"older\"\nseats = 1\n";
    check(&format!("{BOTH}{}{ceiling}", floor("older", 2)))
        .refused(1, &["group older", "ceiling over all sites", "hint: "]);
}

/// Every fault of the rule names the file, a line near it, and a way out.
#[test]
fn a_rule_that_is_none_is_accused_at_its_line() {
    let bound = |list: &str, text: &str| format!("{BOTH}[[apportionment.{list}]]\n{text}\n");
    for (rule, said) in [
        (BOTH.replace("600", "1001"), "reserved_permille is 1001"),
        (BOTH.replace("\"older\", \"younger\"", ""), "there is no group"),
        (BOTH.replace("\"older\", \"younger\"", "\"younger\", \"older\""), "does not come after"),
        (BOTH.replace("\"older\"", "\"oldest\""), "oldest"),
        (BOTH.replace("reserved_permille = 600\n", ""), "reserved_permille"),
        (BOTH.replace("reserved_permille", "permille"), "permille"),
        (bound("floors", "group = \"oldest\"\nseats = 1"), "none of the groups"),
        (bound("floors", "group = \"older\"\nseats = 0"), "at least one seat"),
        (bound("floors", "group = \"older\"\nseats = -1"), "seats"),
        (bound("floors", "group = \"older\"\nsite = \"c009\"\nseats = 1"), "c009"),
        (bound("ceilings", "group = \"older\"\nsites = \"c001\"\nseats = 1"), "sites"),
    ] {
        let run = check(&rule).refused(1, &["programme.toml:", "hint: ", said]);
        let lines: Vec<&str> = run.err.lines().collect();
        let accusation = lines.iter().find(|line| line.trim_start().starts_with("programme.toml:")).unwrap();
        let number: usize = accusation.trim_start().split(':').nth(1).unwrap().parse().unwrap();
        assert!(number > 40, "the rule stands at the end of the file: {accusation}");
    }
}
