//! Who sits where: step 2 of `priority`, all of `optimal`, and the ties of all three. SPEC §11.4 to §11.7.
//!
//! Costs are tuples, rank costs before luck, and so are prices. A tuple is minimised one level after the other:
//!
//! 1. *Ranks.* The best assignment by rank costs, with its least prices π₀. (`serial` has none: π₀ = 0.)
//! 2. An arc is *tight* if it leads where cost + price is least for the applicant. By complementary slackness the best
//!    assignments by rank costs are exactly those on tight arcs that fill every pool with π₀ > 0.
//! 3. *Ties.* The best of these by weight times position, on tight arcs, with least prices π₁: floor 0 where π₀ = 0, and
//!    none elsewhere. Where that leaves several, the same again with the weights of the next level.
//!
//! **Invariant:** (π₀, π₁, …) is pointwise least among all tuples of prices ≥ 0 that prove the assignment: a sum of tuples
//! along a path of arcs is least in its first component before the second counts.

use crate::allocate::Effort;
use crate::auction::Arc;
use crate::demand::{Demand, RankDemand, TieDemand, TiedPeople};
use crate::error::AllocateError;
use crate::market::Market;
use crate::watch::{Tell, Watch};
use crate::witness::{NOWHERE, Witness};
use crate::work::{Phase, Steps};
use protocol::instance::{Instance, Listed, Mechanism};
use rayon::prelude::*;

/// Applicants whose tight arcs one thread finds at a time.
const PART: usize = 16_384;
/// Parts that are found before they are put together.
const PARTS_AT_ONCE: usize = 32;

/// Seats and prices.
pub(crate) struct Seating {
    /// The pool of each applicant, [`NOWHERE`] for the unplaced.
    pub(crate) seats: Vec<u32>,
    /// Each pool's least price in rank costs.
    pub(crate) prices: Vec<i64>,
    /// Its least price in weight times position, level by level.
    pub(crate) ties: Vec<Vec<i128>>,
}

/// Seats everybody whom the witness seats; in `optimal`, which has none, whomever it pays to seat.
///
/// # Errors
/// If it was cancelled. [`AllocateError::GuaranteeLost`] would be a fault of this program.
pub(crate) fn seat(
    instance: &Instance,
    witness: Option<&Witness>,
    effort: Effort,
    tell: &mut Tell,
    steps: &mut Steps,
) -> Result<Seating, AllocateError> {
    let pools = instance.pools().len();
    let capacity: Vec<u32> = instance.pools().iter().map(|pool| pool.capacity).collect();
    let mut must_fill = vec![false; pools];
    let mut seats = witness.map(|witness| witness.seats.clone());
    let mut prices = vec![0; pools + 1];
    if !matches!(instance.mechanism(), Mechanism::Serial) {
        let demand = RankDemand::new(instance, witness);
        let watch = Watch::begin(tell, Phase::Ranks, instance.applicants() as u64)?;
        let market = Market { demand: &demand, capacity: &capacity, must_fill: &must_fill, effort };
        let settled = market.settle(seats, &watch)?;
        watch.end()?;
        steps.rank_visits += settled.visits;
        steps.largest_component = steps.largest_component.max(settled.largest_component);
        seats = Some(settled.seats);
        for (price, wide) in prices.iter_mut().zip(settled.prices) {
            *price = i64::try_from(wide).unwrap_or(i64::MAX);
        }
        raise(&mut must_fill, &prices);
    }
    let mut seats = seats.unwrap_or_default();
    let mut demand = Ranked { instance, witness, seats: &seats, prices: &prices }.ties();
    prices.truncate(pools);
    let mut ties = Vec::new();
    for level in 0..instance.levels() {
        let settled = tie_level(&demand, &capacity, &must_fill, &seats, effort, tell)?;
        steps.tie_visits += settled.visits;
        steps.largest_component = steps.largest_component.max(settled.largest_component);
        for (applicant, seat) in demand.applicants().iter().zip(&settled.seats) {
            seats[*applicant as usize] = *seat;
        }
        raise(&mut must_fill, &settled.prices);
        if level + 1 < instance.levels() {
            demand = demand.next_level(&settled.prices);
        }
        let mut prices = settled.prices;
        prices.truncate(pools);
        ties.push(prices);
    }
    let outside = u32::try_from(pools).unwrap_or(NOWHERE);
    for seat in seats.iter_mut().filter(|seat| **seat == outside) {
        *seat = NOWHERE;
    }
    Ok(Seating { seats, prices, ties })
}

/// Pools with a price must be full from now on.
fn raise<P: Default + PartialEq>(must_fill: &mut [bool], prices: &[P]) {
    for (must, price) in must_fill.iter_mut().zip(prices) {
        *must |= *price != P::default();
    }
}

fn tie_level(
    demand: &TieDemand,
    capacity: &[u32],
    must_fill: &[bool],
    seats: &[u32],
    effort: Effort,
    tell: &mut Tell,
) -> Result<crate::market::Settled, AllocateError> {
    let mut capacity = capacity.to_vec();
    let tied: Vec<u32> = demand.applicants().iter().map(|applicant| seats[*applicant as usize]).collect();
    // Only the tied compete: the others have taken their seats off. The outside has no seats to count.
    for seat in seats {
        capacity.get_mut(*seat as usize).into_iter().for_each(|free| *free -= 1);
    }
    for seat in &tied {
        capacity.get_mut(*seat as usize).into_iter().for_each(|free| *free += 1);
    }
    let watch = Watch::begin(tell, Phase::Ties, demand.people() as u64)?;
    let settled = Market { demand, capacity: &capacity, must_fill, effort }.settle(Some(tied), &watch)?;
    watch.end()?;
    Ok(settled)
}

/// What the rank level leaves.
struct Ranked<'a, 'b> {
    instance: &'a Instance,
    witness: Option<&'b Witness>,
    seats: &'b [u32],
    prices: &'b [i64],
}

impl<'a> Ranked<'a, '_> {
    /// Everybody who has more than one tight arc.
    fn ties(&self) -> TieDemand<'a> {
        let starts: Vec<usize> = (0..self.instance.applicants()).step_by(PART).collect();
        let part = |start: &usize| {
            let (mut part, mut tight) = (TiedPeople::default(), Vec::new());
            for (applicant, number) in (*start..self.instance.applicants()).take(PART).zip(*start..) {
                self.tight(applicant, &mut tight);
                part.push(u32::try_from(number).unwrap_or(NOWHERE), &tight);
            }
            part
        };
        let mut demand = TieDemand::new(self.instance, 0);
        // Some at a time: all of them would be as much again as what is made of them.
        for some in starts.chunks(PARTS_AT_ONCE) {
            some.par_iter().map(part).collect::<Vec<_>>().into_iter().for_each(|part| demand.append(part));
        }
        demand
    }

    /// Where cost + price is least for the applicant, with positions.
    fn tight(&self, applicant: usize, found: &mut Vec<Arc>) {
        let (instance, outside) = (self.instance, self.instance.pools().len());
        found.clear();
        let mut least = i64::MAX;
        let mut offer = |to: usize, position: u32, cost: u32| {
            let pays = i64::from(cost) + self.prices[to];
            if pays < least {
                found.clear();
                least = pays;
            }
            if pays == least {
                found.push(Arc { to: u32::try_from(to).unwrap_or(NOWHERE), steps: position });
            }
        };
        let Some(admissible) = self.admissible(applicant) else { return };
        let pass = instance.passes().saturating_sub(1);
        for listed in instance.listed(pass, applicant).filter(admissible) {
            offer(listed.pool.at(), listed.position, instance.rank_cost(applicant, &listed));
        }
        if let Some(cost) = instance.unplaced_cost(applicant) {
            offer(outside, instance.outside_position(applicant), cost);
        }
    }

    /// Whether the applicant may use a pool of the list and keep what was guaranteed; `None` for those who take no part.
    fn admissible(&self, applicant: usize) -> Option<impl Fn(&Listed) -> bool> {
        let (closing, mut tag, mut rank) = (self.witness.map(|witness| &witness.closing), NOWHERE, None);
        if let Some(closing) = closing {
            let seat = self.seats[applicant];
            tag = *closing.get(seat as usize)?;
            if matches!(self.instance.mechanism(), Mechanism::Serial) {
                rank =
                    self.instance.listed(0, applicant).find(|listed| listed.pool.0 == seat).map(|listed| listed.rank);
            }
        }
        Some(move |listed: &Listed| {
            closing.is_none_or(|closing| closing[listed.pool.at()] == tag)
                && rank.is_none_or(|rank| listed.rank == rank)
        })
    }
}
