//! Prices: nobody could be better off together, and no price could be lower. SPEC §12.3 to §12.5.
//!
//! π(j) are the prices of pool j, in rank costs and then level by level in luck, compared lexicographically, as are costs.
//! Admissible for a placed applicant of `serial` and `priority` are the guaranteed pools with the largest t among them, in
//! `optimal` all of the list and staying out. Conditions
//!
//! 1. π ≥ 0, and π = 0 where seats are free;
//! 2. everybody is where cost + π is least among what is admissible (staying out has no price);
//! 3. every pool with π > 0 is reached by tight arcs from a pool with π = 0, or from being unplaced
//!
//! By complementary slackness (1, 2) the sum of costs is least; by (3) no price that satisfies 1 and 2 is lower
//! anywhere: along a tight arc from a to b, an occupant of a who is content must find b as dear as it is.
//!
//! Why only the largest t is admissible: pools with t ≤ T are filled by people who may go nowhere else, so whoever may
//! use a pool that closed later sits in such a pool in *every* assignment that keeps the guarantees.
//!
//! Cost: one sweep over the lists. Luck is looked at only where rank costs are equal; tight arcs are few.

use super::CertificateError;
use super::arcs::{Arcs, Graph};
use super::crew::in_parts;
use super::sitting::Sitting;
use crate::instance::{Instance, Listed, PoolIndex};
use std::cmp::Ordering;
use std::ops::Range;

/// Larger than any sum of costs along a path of pools, and small enough to add a cost to.
const PRICE_MAX: u64 = 1 << 58;
const TIE_MAX: u128 = 1 << 112;

/// An allocation with its prices.
pub(super) struct Market<'a> {
    pub(super) instance: &'a Instance,
    pub(super) sitting: &'a Sitting<'a>,
    /// t; `None` in `optimal`.
    pub(super) closing: Option<&'a [u32]>,
    pub(super) prices: &'a [i64],
    /// Tie prices of the levels that count.
    pub(super) ties: &'a [Vec<i128>],
    /// The cost of each rank; none in `serial`.
    pub(super) rank_costs: &'a [u32],
    /// What it costs, besides, to use a reserve without belonging to it.
    pub(super) outsider_cost: u32,
}

/// What a check of prices finds.
pub(super) struct Cleared {
    pub(super) unique: bool,
    pub(super) rank_cost: i64,
    pub(super) tie_costs: Vec<i128>,
}

/// Where an applicant is, or could be: in a pool, or unplaced. A price belongs to it, and a place in the strict order.
#[derive(Clone, Copy)]
struct Spot {
    pool: Option<PoolIndex>,
    rank_cost: i64,
    position: u32,
}

impl Market<'_> {
    /// Conditions 1 to 3, and whether the optimum is unique.
    pub(super) fn check(&self) -> Result<Cleared, CertificateError> {
        self.check_range()?;
        let parts = in_parts(self.sitting.crew, self.instance.applicants(), |applicants| self.part(applicants))?;
        let mut cleared = Cleared { unique: true, rank_cost: 0, tie_costs: vec![0; self.ties.len()] };
        let mut tight = Arcs::new(self.prices.len() + 1);
        for (part, arcs) in parts {
            cleared.rank_cost += part.rank_cost;
            cleared.tie_costs.iter_mut().zip(part.tie_costs).for_each(|(sum, more)| *sum += more);
            tight.append(arcs);
        }
        let graph = tight.graph();
        self.check_least(&graph)?;
        cleared.unique = self.is_unique(&graph);
        Ok(cleared)
    }

    /// Condition 2 for these applicants, with the sums of their costs; gives their tight arcs.
    fn part(&self, applicants: Range<usize>) -> Result<(Cleared, Arcs), CertificateError> {
        let mut cleared = Cleared { unique: true, rank_cost: 0, tie_costs: vec![0; self.ties.len()] };
        let mut tight = Arcs::new(self.prices.len() + 1);
        for applicant in applicants {
            let Some(spot) = self.spot(applicant) else { continue };
            cleared.rank_cost += spot.rank_cost;
            for (level, sum) in cleared.tie_costs.iter_mut().enumerate() {
                *sum += self.instance.tie_cost(level, applicant, spot.position);
            }
            self.check_content(applicant, spot, &mut tight)?;
        }
        Ok((cleared, tight))
    }

    fn check_range(&self) -> Result<(), CertificateError> {
        for (price, pool) in self.prices.iter().zip(0..).map(|(price, pool)| (*price, PoolIndex(pool))) {
            let far = self.ties.iter().any(|level| level[pool.at()].unsigned_abs() > TIE_MAX);
            let sign = self.sign(pool);
            if sign == Ordering::Less || price.unsigned_abs() > PRICE_MAX || far {
                return Err(CertificateError::PriceRange { pool });
            }
            if sign == Ordering::Greater && !self.sitting.is_full(pool) {
                return Err(CertificateError::PriceOfFreeSeats { pool });
            }
        }
        Ok(())
    }

    /// Condition 2 for one applicant; notes the tight arcs.
    #[inline]
    fn check_content(&self, applicant: usize, own: Spot, tight: &mut Arcs) -> Result<(), CertificateError> {
        let from = self.node(own.pool);
        let content = own.rank_cost + self.price(own.pool);
        let t = own.pool.and_then(|pool| Some(self.closing?[pool.at()]));
        let choice = own.pool.and_then(|_| self.sitting.guaranteed_choice(applicant));
        let better = |better| {
            let ticket = self.instance.ticket(applicant);
            CertificateError::BetterDeal { ticket, placed: own.pool, better }
        };
        let mut compare = |other: Spot| {
            let offer = other.rank_cost + self.price(other.pool);
            if offer > content {
                return Ok(());
            }
            match offer.cmp(&content).then_with(|| self.compare_luck(applicant, other, own)) {
                Ordering::Less => return Err(better(other.pool)),
                Ordering::Equal => tight.push(from, self.node(other.pool)),
                Ordering::Greater => {}
            }
            Ok(())
        };
        self.sitting.try_each_listed(applicant, |listed| {
            let barred = choice.is_some_and(|choice| choice != listed.rank)
                || self.closing.zip(t).is_some_and(|(closing, t)| closing[listed.pool.at()] != t);
            if barred || own.pool == Some(listed.pool) {
                return Ok(());
            }
            compare(self.at(applicant, &listed))
        })?;
        match self.instance.unplaced_cost(applicant) {
            Some(rank_cost) if own.pool.is_some() && i64::from(rank_cost) <= content => {
                compare(self.outside(applicant, rank_cost))
            }
            _ => Ok(()),
        }
    }

    /// Condition 3.
    fn check_least(&self, tight: &Graph) -> Result<(), CertificateError> {
        let sources = self.pools().filter(|pool| self.sign(*pool) == Ordering::Equal).map(|pool| self.node(Some(pool)));
        let reached = tight.reached_from(sources.chain([self.node(None)]));
        match self.pools().find(|pool| !reached[pool.at()]) {
            Some(pool) => Err(CertificateError::PriceNotLeast { pool }),
            None => Ok(()),
        }
    }

    /// The differences between two optimal allocations are cycles of tight arcs and of seats left free for others: arcs
    /// to the outside from pools with free seats, and from the outside to pools without a price that hold somebody. So
    /// the optimum is not unique exactly if a tight arc that leads to another session, or out, or in, lies on a cycle.
    fn is_unique(&self, tight: &Graph) -> bool {
        if tight.is_empty() {
            return true;
        }
        let mut all = Arcs::new(self.prices.len() + 1);
        tight.arcs().for_each(|(from, to)| all.push(from, to));
        for pool in self.pools() {
            if !self.sitting.is_full(pool) {
                all.push(self.node(Some(pool)), self.node(None));
            }
            if self.sign(pool) == Ordering::Equal && self.sitting.placed(pool) > 0 {
                all.push(self.node(None), self.node(Some(pool)));
            }
        }
        let components = all.graph().components();
        let session = |node: u32| (node != self.node(None)).then(|| self.instance.session(PoolIndex(node)));
        let moves = |from, to| session(from) != session(to);
        !tight.arcs().any(|(from, to)| moves(from, to) && components[from as usize] == components[to as usize])
    }

    fn pools(&self) -> impl Iterator<Item = PoolIndex> + use<> {
        (0..self.node(None)).map(PoolIndex)
    }

    /// Pools are nodes by their numbers; being unplaced comes after the last.
    #[inline]
    fn node(&self, pool: Option<PoolIndex>) -> u32 {
        pool.map_or_else(|| u32::try_from(self.prices.len()).unwrap_or(u32::MAX), |pool| pool.0)
    }

    #[inline]
    fn price(&self, pool: Option<PoolIndex>) -> i64 {
        pool.map_or(0, |pool| self.prices[pool.at()])
    }

    /// How a pool's prices compare with nothing.
    fn sign(&self, pool: PoolIndex) -> Ordering {
        let ties = || self.ties.iter().map(|level| level[pool.at()].cmp(&0)).find(|sign| sign.is_ne());
        self.prices[pool.at()].cmp(&0).then_with(|| ties().unwrap_or(Ordering::Equal))
    }

    /// Where the applicant is; `None` for the unplaced of `serial` and `priority`, who are no part of the market.
    #[inline]
    fn spot(&self, applicant: usize) -> Option<Spot> {
        match self.sitting.pool(applicant) {
            Some(pool) => {
                let own = self.instance.find_listed(self.sitting.pass, applicant, pool)?;
                Some(self.at(applicant, &own))
            }
            None => self.instance.unplaced_cost(applicant).map(|rank_cost| self.outside(applicant, rank_cost)),
        }
    }

    #[inline(always)]
    fn at(&self, applicant: usize, listed: &Listed) -> Spot {
        let mut rank_cost = i64::from(self.rank_costs.get(usize::from(listed.rank)).copied().unwrap_or(0));
        if self.outsider_cost != 0 && self.instance.is_outsider(listed.pool, self.instance.class(applicant)) {
            rank_cost += i64::from(self.outsider_cost);
        }
        Spot { pool: Some(listed.pool), rank_cost, position: listed.position }
    }

    #[inline]
    fn outside(&self, applicant: usize, rank_cost: u32) -> Spot {
        let position = self.instance.outside_position(applicant);
        Spot { pool: None, rank_cost: i64::from(rank_cost), position }
    }

    /// Compares tie costs with prices, level by level.
    fn compare_luck(&self, applicant: usize, one: Spot, other: Spot) -> Ordering {
        let pays = |level: usize, spot: Spot| {
            let price = spot.pool.map_or(0, |pool| self.ties[level][pool.at()]);
            self.instance.tie_cost(level, applicant, spot.position) + price
        };
        let levels = (0..self.ties.len()).map(|level| pays(level, one).cmp(&pays(level, other)));
        levels.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}
