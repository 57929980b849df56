//! Things sorted by the group they belong to, in linear time.

/// A counting sort: where each group starts (one more than there are groups), and the numbers of the things, group by
/// group and ascending within one. Things of a group that is not below `groups` are left out.
pub(crate) fn by_group(of: impl Iterator<Item = u32> + Clone, groups: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; groups + 1];
    for group in of.clone().filter(|group| (*group as usize) < groups) {
        starts[group as usize + 1] += 1;
    }
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    let mut next = starts.clone();
    let mut things = vec![0; starts[groups] as usize];
    for (thing, group) in (0..).zip(of) {
        if (group as usize) < groups {
            let place = &mut next[group as usize];
            things[*place as usize] = thing;
            *place += 1;
        }
    }
    (starts, things)
}
