//! SPEC.md's rules against the vectors: each has one that breaks it, and no vector names a rule that is not there.

use super::{Vector, folder, input};
use std::{collections::BTreeSet, fs};

/// Rules whose rejecting vectors are still to be written. A rule that has got one must leave this list.
const PENDING: &[&str] = &[];

#[test]
fn every_rule_has_a_rejecting_vector() {
    let stated = rules();
    let broken: BTreeSet<String> = folder("reject").iter().map(label).collect();
    let unknown: Vec<_> = broken.difference(&stated).collect();
    assert!(unknown.is_empty(), "vectors name rules that SPEC.md does not have: {unknown:?}");
    let missing: BTreeSet<&str> = stated.difference(&broken).map(String::as_str).collect();
    let pending: BTreeSet<&str> = PENDING.iter().copied().collect();
    let uncovered: Vec<_> = missing.difference(&pending).collect();
    assert!(uncovered.is_empty(), "rules without a rejecting vector: {uncovered:?}");
    let stale: Vec<_> = pending.difference(&missing).collect();
    assert!(stale.is_empty(), "rules that are pending no more: {stale:?}");
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
