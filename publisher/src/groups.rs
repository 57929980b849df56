//! The smallest groups that open data would show: people whose cohort and district, and how they registered, few share.
//!
//! Whoever knows these of a neighbour finds the neighbour's line among as few as there are. The officials see them
//! before the result is published with its choices; what is published cannot be taken back.

use protocol::{
    entry::{Channel, Revision},
    programme::Programme,
};
use std::collections::BTreeMap;

/// People who have the same cohort, district and way of registering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Identifier of the cohort.
    pub cohort: String,
    /// Code of the district where they live.
    pub district: String,
    /// How they registered; none where that is left out of account.
    pub channel: Option<Channel>,
    /// How many they are.
    pub people: u64,
}

/// The groups by cohort and district, and those by cohort, district and way of registering, that have fewer than
/// `fewer_than` people: the smallest first, equal ones in the programme's order.
pub fn small_groups(programme: &Programme, revisions: &[Revision], fewer_than: u64) -> [Vec<Group>; 2] {
    let plain = count(revisions, |_| None);
    let by_channel = count(revisions, |revision| Some(revision.body.channel.byte()));
    [plain, by_channel].map(|counts| named(programme, counts, fewer_than))
}

/// Cohort, district and byte of the channel (SPEC §5.1).
type Key = (u16, u16, Option<u8>);

fn count(revisions: &[Revision], channel: impl Fn(&Revision) -> Option<u8>) -> BTreeMap<Key, u64> {
    let mut counts = BTreeMap::new();
    for revision in revisions {
        *counts.entry((revision.body.cohort, revision.body.district, channel(revision))).or_default() += 1;
    }
    counts
}

fn named(programme: &Programme, counts: BTreeMap<Key, u64>, fewer_than: u64) -> Vec<Group> {
    let mut small: Vec<(Key, u64)> = counts.into_iter().filter(|(_, people)| *people < fewer_than).collect();
    small.sort_by_key(|(key, people)| (*people, *key));
    let name = |((cohort, district, channel), people): (Key, u64)| Group {
        cohort: programme.cohorts.get(usize::from(cohort)).map(|cohort| cohort.id.clone()).unwrap_or_default(),
        district: programme.districts.get(usize::from(district)).map(|known| known.code.clone()).unwrap_or_default(),
        channel: channel.and_then(Channel::from_byte),
        people,
    };
    small.into_iter().map(name).collect()
}
