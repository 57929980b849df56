//! Whether lottery numbers know who came first: a test of independence between the order of arrival and luck.
//!
//! In 2012 the draw of the United States' diversity visa was annulled: 90 % of those selected had registered in the first two
//! days. Numbers that depend on seed and ticket alone (SPEC §10) cannot know when somebody came, unless somebody chose
//! tickets, or changed the register, with the seed in hand.
//!
//! **Definitions.** n people whose numbers are made alike: a cohort, or all cohorts with as many lots. Each has a place in
//! the order of arrival and one in the order of numbers, ties by ticket. If numbers do not know the arrival, all n! ways
//! to match the two are alike likely.
//!
//! **Test.** For some first parts of the arrivals (a hundredth, tenths, all but a hundredth) and the same of the luckiest: how many are in both?
//! That count is hypergeometric, whatever n. Too many and too few are both looked at.
//!
//! **Invariant:** over all groups, parts and both sides together, an honest draw is accused at most once in [`ONE_IN`]
//! (Bonferroni); with integers alone. O(n log n) time, 16 bytes for each person.

mod chance;

use chance::{BIT, Bits, Urn, log2};

/// An honest draw is accused less often than once in so many.
pub const ONE_IN: u32 = 1_000_000;

/// First parts, in hundredths.
const PARTS: [u32; 11] = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99];

/// How many counts of a group are looked at, on two sides each.
pub const COUNTS: usize = PARTS.len() * PARTS.len();

/// The most unlikely count of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many came first.
    pub first: u32,
    /// How many are luckiest.
    pub luckiest: u32,
    /// How many are both.
    pub both: u32,
    /// About how many that should be, rounded down: first · luckiest ÷ all.
    pub expected: u32,
    /// By chance it is so, or further from what should be, less often than once in 2 to the power of this.
    pub bits: u32,
}

/// What the test says of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// People in it.
    pub people: u32,
    /// The most unlikely of its counts; none if the group is too small to be divided.
    pub worst: Option<Count>,
    /// Whether that is more than chance explains.
    pub is_accused: bool,
}

/// Tests all groups of a draw. Each person is the place of arrival and the place by luck, in any numbering that has their
/// order: `(arrival, (number, tie))`. Groups are asked for one after the other, so that only one need be held.
pub fn independence<T, G, I>(groups: I) -> Vec<Finding>
where
    T: Ord,
    G: AsRef<[(u32, T)]>,
    I: IntoIterator<Item = G, IntoIter: ExactSizeIterator>,
{
    let groups = groups.into_iter();
    let looks = groups.len() * COUNTS * 2;
    let looks = i128::try_from(looks.max(1)).unwrap_or(i128::MAX);
    // The whole chance of a false accusation, divided by the looks; a whole bit on the safe side.
    let limit = -log2(i128::from(ONE_IN).saturating_mul(looks)) - BIT;
    groups.map(|group| finding(group.as_ref(), limit)).collect()
}

fn finding<T: Ord>(group: &[(u32, T)], limit: Bits) -> Finding {
    let people = u32::try_from(group.len()).unwrap_or(u32::MAX);
    let cells = cells(group);
    let mut worst: Option<(Bits, Count)> = None;
    for (row, first) in cuts(people).into_iter().enumerate() {
        for (column, luckiest) in cuts(people).into_iter().enumerate() {
            let both = cells.iter().take(row + 1).flat_map(|cells| cells.iter().take(column + 1)).sum();
            let urn = Urn { all: people, marked: luckiest, drawn: first };
            let chance = urn.at_least(both).min(urn.at_most(both));
            if first > 0 && luckiest > 0 && worst.is_none_or(|(least, _)| chance < least) {
                let expected = u64::from(first) * u64::from(luckiest) / u64::from(people.max(1));
                let expected = u32::try_from(expected).unwrap_or(u32::MAX);
                let bits = u32::try_from(-chance / BIT).unwrap_or(u32::MAX);
                worst = Some((chance, Count { first, luckiest, both, expected, bits }));
            }
        }
    }
    let is_accused = worst.is_some_and(|(chance, _)| chance <= limit);
    Finding { people, worst: worst.map(|(_, count)| count), is_accused }
}

/// Sizes of the first parts.
fn cuts(people: u32) -> [u32; PARTS.len()] {
    PARTS.map(|part| u32::try_from(u64::from(people) * u64::from(part) / 100).unwrap_or(people))
}

/// People by which part their arrival falls into, and which their luck.
fn cells<T: Ord>(group: &[(u32, T)]) -> [[u32; PARTS.len() + 1]; PARTS.len() + 1] {
    let cuts = cuts(u32::try_from(group.len()).unwrap_or(u32::MAX));
    let part = |place: u32| cuts.iter().take_while(|cut| **cut <= place).count();
    let mut by_arrival: Vec<u32> = (0..).take(group.len()).collect();
    let mut by_luck = by_arrival.clone();
    by_arrival.sort_unstable_by_key(|at| group[*at as usize].0);
    by_luck.sort_unstable_by(|a, b| group[*a as usize].1.cmp(&group[*b as usize].1));
    let mut row = vec![0_u8; group.len()];
    for (place, at) in (0..).zip(by_arrival) {
        row[at as usize] = u8::try_from(part(place)).unwrap_or(u8::MAX);
    }
    let mut cells = [[0; PARTS.len() + 1]; PARTS.len() + 1];
    for (place, at) in (0..).zip(by_luck) {
        cells[usize::from(row[at as usize])][part(place)] += 1;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same in every run (splitmix64).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        }
    }

    fn honest(seed: u64, people: u32) -> Vec<(u32, u64)> {
        let mut numbers = Numbers(seed);
        (0..people).map(|arrival| (arrival, numbers.next())).collect()
    }

    fn is_accused(group: Vec<(u32, u64)>) -> bool {
        independence(&[group])[0].is_accused
    }

    #[test]
    fn honest_draws_are_not_accused() {
        for seed in 0..300 {
            let sizes = [1, 2, 7, 30, 101, 400];
            let groups: Vec<_> = sizes.iter().map(|people| honest(seed * 1_000_003, *people)).collect();
            let findings = independence(&groups);
            assert!(findings.iter().all(|finding| !finding.is_accused), "{seed}: {findings:?}");
        }
        for seed in 0..20 {
            let finding = independence(&[honest(seed, 20_000)])[0];
            let worst = finding.worst.expect("it is large enough");
            assert!(!finding.is_accused && worst.bits < 24, "{finding:?}");
        }
    }

    /// If it never came near, it would find nothing: of 500 honest draws the most unlikely count is less likely than one in 500.
    #[test]
    fn what_chance_does_seldom_is_called_seldom() {
        let bits = (0..500).filter_map(|seed| independence(&[honest(seed, 400)])[0].worst).map(|worst| worst.bits);
        let most = bits.max().unwrap_or(0);
        assert!((8..=24).contains(&most), "{most}");
    }

    /// The 2012 lottery: 90 % of the lucky half came in the first two of thirty days, a fifteenth of all.
    #[test]
    fn a_lottery_that_follows_arrival_is_accused() {
        let sorted = (0..400).map(|arrival| (arrival, u64::from(arrival)));
        assert!(is_accused(sorted.collect()), "earlier is luckier");
        let reversed = (0..400).map(|arrival| (arrival, u64::from(400 - arrival)));
        assert!(is_accused(reversed.collect()), "later is luckier");
        let mut numbers = Numbers(1);
        let visa = (0..3_000).map(|arrival| {
            let lucky =
                if arrival < 200 { !numbers.next().is_multiple_of(10) } else { numbers.next().is_multiple_of(140) };
            (arrival, (numbers.next() >> 1) | u64::from(!lucky) << 63)
        });
        let finding = independence(&[visa.collect::<Vec<_>>()])[0];
        assert!(finding.is_accused, "{finding:?}");
        assert_eq!(finding.worst.map(|worst| worst.first <= 300), Some(true), "{finding:?}");
    }

    /// Only some of the numbers: one in ten was given by arrival; or the first hundredth were given the best ones; or the
    /// last tenth were kept from them.
    #[test]
    fn a_part_that_follows_arrival_is_accused() {
        let people = 20_000;
        let part = honest(7, people).into_iter().map(|(arrival, number)| {
            let by_arrival = u64::from(arrival) * (u64::MAX / u64::from(people));
            (arrival, if number.is_multiple_of(10) { by_arrival } else { number })
        });
        assert!(is_accused(part.collect()));
        let first = honest(8, people)
            .into_iter()
            .map(|(arrival, number)| (arrival, if arrival < 200 { number / 50 } else { number }));
        assert!(is_accused(first.collect()));
        let last = honest(9, people).into_iter().map(|(arrival, number)| {
            (arrival, if arrival >= 18_000 { number.max(u64::MAX / 10 + number % 1000) } else { number })
        });
        assert!(is_accused(last.collect()));
    }

    /// Who is kept from the best by accident of a small group is not told apart from bad luck.
    #[test]
    fn few_people_prove_nothing() {
        assert!(!is_accused((0..20).map(|arrival| (arrival, u64::from(arrival))).collect()));
        let finding = independence(&[honest(1, 1)])[0];
        assert_eq!((finding.people, finding.worst, finding.is_accused), (1, None, false));
        assert!(independence::<u64, Vec<(u32, u64)>, _>([]).is_empty());
    }

    #[test]
    fn equal_numbers_go_by_what_breaks_the_tie() {
        let tied = (0..400).map(|arrival| (arrival, (0_u64, arrival)));
        assert!(independence(&[tied.collect::<Vec<_>>()])[0].is_accused);
    }
}
