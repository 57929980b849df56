//! What decides a draw, with its costs. SPEC §11.3 to §11.6.
//!
//! **Invariant:** a mechanism that passed [`Mechanism::check`] has rank costs that start at 0 and never fall, and no
//! cost above 2³⁰.

use super::InstanceError;

const COST_MAX: u32 = 1 << 30;

/// What decides. The n-th rank cost is the cost of an applicant's n-th choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// The lottery, choice by choice: a serial dictatorship with ties (Svensson 1994; Krysta et al. 2014).
    Serial,
    /// The lottery decides who is placed, the least sum of rank costs decides where (Roth, Sönmez, Ünver 2005).
    Priority {
        /// Cost of each rank.
        rank_costs: Vec<u32>,
    },
    /// The least sum of rank costs and of the costs of leaving people out.
    Optimal {
        /// Cost of each rank.
        rank_costs: Vec<u32>,
        /// Cost of leaving somebody out: first of tier 1, then of tier 2, and so on.
        unplaced_costs: Vec<u32>,
        /// What it costs, besides, that somebody uses a reserve without belonging to it.
        outsider_cost: u32,
    },
}

impl Mechanism {
    /// The cost of a rank; nothing in `serial`, where the rank is guaranteed, nor beyond the costs that are given.
    #[inline]
    pub fn rank_cost(&self, rank: u16) -> u32 {
        self.rank_costs().and_then(|costs| costs.get(usize::from(rank)).copied()).unwrap_or(0)
    }

    /// The costs of the ranks; `None` in `serial`, which has none.
    #[inline]
    pub fn rank_costs(&self) -> Option<&[u32]> {
        match self {
            Self::Serial => None,
            Self::Priority { rank_costs } | Self::Optimal { rank_costs, .. } => Some(rank_costs),
        }
    }

    /// The cost of leaving out somebody of a tier, counted from 1; `None` where that has no price or there is no such
    /// tier.
    #[inline]
    pub fn unplaced_cost(&self, tier: u8) -> Option<u32> {
        let Self::Optimal { unplaced_costs, .. } = self else { return None };
        unplaced_costs.get(usize::from(tier).checked_sub(1)?).copied()
    }

    /// What it costs that somebody uses a reserve without belonging to it.
    #[inline]
    pub fn outsider_cost(&self) -> u32 {
        match self {
            Self::Optimal { outsider_cost, .. } => *outsider_cost,
            _ => 0,
        }
    }

    /// The conditions on costs, and that every cohort's tier has what it needs.
    pub(super) fn check(&self, tiers: &[u8]) -> Result<(), InstanceError> {
        let costs = self.rank_costs().unwrap_or(&[]);
        let (unplaced, outsider) = match self {
            Self::Optimal { unplaced_costs, outsider_cost, .. } => (unplaced_costs.as_slice(), *outsider_cost),
            _ => (&[][..], 0),
        };
        if let Some(cost) = costs.iter().chain(unplaced).chain([&outsider]).find(|cost| **cost > COST_MAX) {
            return Err(InstanceError::Cost(*cost));
        }
        if let Some(first) = costs.first().filter(|first| **first != 0) {
            return Err(InstanceError::RankCostsStart(*first));
        }
        if let Some(before) = costs.windows(2).position(|pair| pair[1] < pair[0]) {
            return Err(InstanceError::RankCostsFall { rank: before + 1 });
        }
        let priced = |tier: u8| !matches!(self, Self::Optimal { .. }) || self.unplaced_cost(tier).is_some();
        match tiers.iter().position(|tier| *tier == 0 || !priced(*tier)) {
            Some(cohort) => Err(InstanceError::UnknownTier { cohort, tier: tiers[cohort] }),
            None => Ok(()),
        }
    }
}
