//! An operator who lies with all keys of the office in hand, and sometimes with witnesses who are fooled or take part:
//! who notices, and by which rule.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

#[path = "../support/mod.rs"]
mod support;

mod beacon;
mod receipts;
mod register;
mod result;

use protocol::{bundle::path, programme::MechanismName, verify::verify};
use support::{
    demo,
    draft::{Draft, TOOL, in_time},
};

/// Without a lie the same tools make bundles that hold: what is rejected below is rejected for the lie.
#[test]
fn honest_drafts_are_accepted() {
    let files = Draft::of(demo()).seal();
    let verified = verify(&files).unwrap();
    let demo_files = demo().files();
    let signed_at_another_time = ["manifest.note", path::HEAD];
    let same = |(name, bytes): (&String, &Vec<u8>)| {
        signed_at_another_time.contains(&name.as_str()) || demo_files[name] == *bytes
    };
    assert!(files.iter().all(same));
    assert_eq!(verified.register.root, verify(&demo_files).unwrap().register.root);
    let binding = Draft::binding(demo());
    let verified = verify(&binding.seal()).unwrap();
    assert!(!verified.programme.rehearsal);
    assert_eq!(verified.witnessed_at_unix_s, Some(in_time(&binding.programme)));
    for name in [MechanismName::Serial, MechanismName::Priority] {
        verify(&under(name).seal()).unwrap();
    }
    let published = Draft::of(demo()).publish();
    publisher::check_open_data(&published, TOOL).unwrap();
}

pub(crate) fn under(name: MechanismName) -> Draft {
    Draft::under(demo(), |fields, _| {
        fields.mechanism.name = name;
        fields.mechanism.unplaced_costs.clear();
        if name == MechanismName::Serial {
            fields.mechanism.rank_costs.clear();
        }
    })
}

/// Drops an entry that took part, with its acknowledged revisions, and makes everything that follows anew.
pub(crate) fn without_one(draft: &mut Draft) {
    let dropped = draft.revisions.iter().find(|entry| entry.status.is_active()).unwrap().ticket;
    draft.drop(dropped, true);
    draft.follow();
}
