//! SPEC.md's rules against the vectors: each has one that breaks it, and no vector names a rule that is not there.

use super::{Vector, folder, input};
use std::{collections::BTreeSet, fs};

#[test]
fn every_rule_has_a_rejecting_vector() {
    let stated = rules();
    let broken: BTreeSet<String> = folder("reject").iter().map(label).collect();
    let unknown: Vec<_> = broken.difference(&stated).collect();
    assert!(unknown.is_empty(), "vectors name rules that SPEC.md does not have: {unknown:?}");
    let missing: Vec<_> = stated.difference(&broken).collect();
    assert!(missing.is_empty(), "rules without a rejecting vector: {missing:?}");
}

#[test]
fn the_list_of_rules_is_complete() {
    let spec = fs::read_to_string(super::root().join("../SPEC.md")).unwrap();
    let (_, list) = spec.split_once("## 17. What must be rejected").unwrap();
    let listed: BTreeSet<String> =
        list.split('`').filter(|text| text.starts_with("R-")).map(ToOwned::to_owned).collect();
    assert_eq!(listed, rules());
}

fn label(vector: &Vector) -> String {
    input::text(&vector.fields["expect"], "label").to_owned()
}

/// All labels of SPEC.md, which stand as `**R-…**`.
fn rules() -> BTreeSet<String> {
    let spec = fs::read_to_string(super::root().join("../SPEC.md")).unwrap();
    let after = spec.split("**R-").skip(1);
    let rules: BTreeSet<String> = after.map(|rest| format!("R-{}", rest.split("**").next().unwrap())).collect();
    assert!(rules.len() > 60, "SPEC.md has lost its labels");
    // `**R-TICKET-CHECK**` also stands as an example of what a label is.
    assert!(rules.iter().all(|rule| rule.chars().all(|c| c.is_ascii_uppercase() || c == '-')), "{rules:?}");
    rules
}
