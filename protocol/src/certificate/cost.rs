//! Costs and prices: pairs, compared lexicographically.

use crate::instance::{Instance, Listed};
use std::ops::Add;

/// Rank costs first, luck where these are equal. The order of the fields is the order of comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// In the programme's rank costs.
    pub(super) rank: i64,
    /// In weight times position.
    pub(super) tie: i128,
}

impl Cost {
    /// Nothing.
    pub(super) const ZERO: Self = Self { rank: 0, tie: 0 };

    /// Of placing the applicant there.
    pub(super) fn of(instance: &Instance, applicant: usize, listed: &Listed) -> Self {
        let rank = i64::from(instance.rank_cost(applicant, listed));
        Self { rank, tie: instance.tie_cost(0, applicant, listed.position) }
    }

    /// Of leaving the applicant out, where that is priced.
    pub(super) fn unplaced(instance: &Instance, applicant: usize) -> Option<Self> {
        let rank = i64::from(instance.unplaced_cost(applicant)?);
        Some(Self { rank, tie: instance.tie_cost(0, applicant, instance.outside_position(applicant)) })
    }
}

impl Add for Cost {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self { rank: self.rank + other.rank, tie: self.tie + other.tie }
    }
}
