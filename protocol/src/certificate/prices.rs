//! Prices: nobody could be better off together, and no price could be lower. SPEC §12.3 and §12.4.
//!
//! π(j) is the price of pool j, a pair compared lexicographically, as are costs. Admissible for a placed applicant of
//! `serial` and `priority` are the guaranteed pools with the largest t among them, in `optimal` all of the list and
//! staying out. Conditions
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

use super::occupancy::Occupancy;
use super::{CertificateError, cost::Cost};
use crate::instance::{Instance, Listed, PoolIndex};

/// Larger than any sum of costs along a path of pools, and small enough to add a cost to.
const PRICE_MAX: Cost = Cost { rank: 1 << 58, tie: 1 << 112 };

/// An allocation with its prices.
pub(super) struct Market<'a> {
    pub(super) instance: &'a Instance,
    pub(super) occupancy: &'a Occupancy<'a>,
    pub(super) closing: &'a [u32],
    pub(super) prices: &'a [Cost],
}

impl Market<'_> {
    pub(super) fn check(&self) -> Result<(), CertificateError> {
        for (price, pool) in self.prices.iter().zip(0..).map(|(price, pool)| (price, PoolIndex(pool))) {
            if *price < Cost::ZERO || price.rank > PRICE_MAX.rank || price.tie.unsigned_abs() > PRICE_MAX.tie as u128 {
                return Err(CertificateError::PriceRange { pool });
            }
            if *price > Cost::ZERO && !self.occupancy.is_full(pool) {
                return Err(CertificateError::PriceOfFreeSeats { pool });
            }
        }
        for applicant in 0..self.instance.applicants() {
            self.check_content(applicant)?;
        }
        self.check_least()
    }

    /// Condition 2 for one applicant.
    fn check_content(&self, applicant: usize) -> Result<(), CertificateError> {
        let Some(deal) = self.deal(applicant) else { return Ok(()) };
        let ticket = self.instance.ticket(applicant);
        let placed = self.occupancy.seat(applicant).map(|seat| seat.pool);
        if let Some((better, _)) = self.offers(applicant).find(|(_, offer)| *offer < deal) {
            return Err(CertificateError::BetterDeal { ticket, placed, better: Some(better) });
        }
        match Cost::unplaced(self.instance, applicant) {
            Some(outside) if outside < deal => Err(CertificateError::BetterDeal { ticket, placed, better: None }),
            _ => Ok(()),
        }
    }

    /// Condition 3.
    fn check_least(&self) -> Result<(), CertificateError> {
        let mut reached: Vec<bool> = self.prices.iter().map(|price| *price == Cost::ZERO).collect();
        let mut frontier: Vec<PoolIndex> =
            (0..).zip(&reached).filter(|(_, reached)| **reached).map(|(pool, _)| PoolIndex(pool)).collect();
        let mut reach = |applicant: usize, frontier: &mut Vec<PoolIndex>| {
            for pool in self.tight(applicant) {
                if !reached[pool.at()] {
                    reached[pool.at()] = true;
                    frontier.push(pool);
                }
            }
        };
        for applicant in self.unplaced() {
            reach(applicant, &mut frontier);
        }
        while let Some(pool) = frontier.pop() {
            for occupant in self.occupancy.occupants(pool) {
                reach(occupant, &mut frontier);
            }
        }
        match (0..).zip(reached).find(|(_, reached)| !reached) {
            Some((pool, _)) => Err(CertificateError::PriceNotLeast { pool: PoolIndex(pool) }),
            None => Ok(()),
        }
    }

    /// Everybody without a seat.
    pub(super) fn unplaced(&self) -> impl Iterator<Item = usize> {
        (0..self.instance.applicants()).filter(|applicant| self.occupancy.seat(*applicant).is_none())
    }

    /// The other pools where the applicant would be just as well off: where tight arcs lead.
    pub(super) fn tight(&self, applicant: usize) -> impl Iterator<Item = PoolIndex> {
        let deal = self.deal(applicant);
        let own = self.occupancy.seat(applicant).map(|seat| seat.pool);
        let offers = self.offers(applicant).filter(move |(pool, offer)| Some(*offer) == deal && Some(*pool) != own);
        offers.map(|(pool, _)| pool)
    }

    /// Whether a placed applicant would be just as well off unplaced.
    pub(super) fn tight_outside(&self, applicant: usize) -> bool {
        self.occupancy.seat(applicant).is_some()
            && Cost::unplaced(self.instance, applicant).is_some_and(|outside| Some(outside) == self.deal(applicant))
    }

    /// Cost and price of what the applicant got; `None` for the unplaced of `serial` and `priority`, who are no part
    /// of the market.
    fn deal(&self, applicant: usize) -> Option<Cost> {
        match self.occupancy.seat(applicant) {
            Some(seat) => Some(Cost::of(self.instance, applicant, seat) + self.prices[seat.pool.at()]),
            None => Cost::unplaced(self.instance, applicant),
        }
    }

    /// Cost and price of every admissible pool. The largest t over the guaranteed pools is that of the applicant's own
    /// pool, as the check of guarantees has shown.
    fn offers(&self, applicant: usize) -> impl Iterator<Item = (PoolIndex, Cost)> {
        let seat = self.occupancy.seat(applicant);
        let own = seat.map(|seat| self.closing[seat.pool.at()]);
        let all = seat.is_none().then(|| self.instance.listed(0, applicant)).into_iter().flatten();
        let guaranteed = seat.map(|seat| self.occupancy.guaranteed(applicant, seat)).into_iter().flatten();
        let price =
            move |one: Listed| (one.pool, Cost::of(self.instance, applicant, &one) + self.prices[one.pool.at()]);
        all.chain(guaranteed).filter(move |one| own.is_none_or(|t| self.closing[one.pool.at()] == t)).map(price)
    }
}
