//! Who sits where: step 2 of `priority`, all of `optimal`, and the ties of all three. SPEC §11.4 to §11.6.
//!
//! Costs are pairs, rank costs before luck, and so are prices. A pair is minimised one component after the other:
//!
//! 1. *Ranks.* The best assignment by rank costs, with its least prices π₁. (`serial` has none: π₁ = 0.)
//! 2. An arc is *tight* if it leads where rank cost + π₁ is least for the applicant. By complementary slackness the best
//!    assignments by rank costs are exactly those on tight arcs that fill every pool with π₁ > 0.
//! 3. *Ties.* The best of these by luck, on tight arcs. Pools with π₁ > 0 get a reserve price so low that no sum of costs
//!    outweighs it, so they fill first.
//! 4. The least prices of ties π₂, with the floor 0 where π₁ = 0 and none elsewhere.
//!
//! **Invariant:** (π₁, π₂) is pointwise least among all pairs of prices ≥ (0, 0) that prove the assignment: a sum of
//! pairs along a path of arcs is least in its first component before the second counts.

use crate::assignment::{Arc, Places, assign};
use crate::error::AllocateError;
use crate::guarantees::Guarantees;
use crate::prices;
use crate::work::{Phase, Steps};
use protocol::instance::{Instance, Listed, Mechanism, PoolIndex};

/// Lower than any sum of tie costs along a path of pools (see [`Instance`]), with room to add one.
const FILL_FIRST: i128 = -(1 << 113);

/// Seats and prices.
pub(crate) struct Seating {
    /// Where each applicant sits.
    pub(crate) seats: Vec<Option<Listed>>,
    /// The least price of each pool.
    pub(crate) prices: Vec<i64>,
    /// Its least price in weight times position.
    pub(crate) tie_prices: Vec<i128>,
}

/// Seats everybody who has a guarantee; in `optimal`, where there are no guarantees, whomever it pays to seat.
pub(crate) fn seat(
    instance: &Instance,
    guarantees: Option<&Guarantees>,
    progress: &mut dyn FnMut(Phase, u64, u64),
    steps: &mut Steps,
) -> Result<Seating, AllocateError> {
    let total = instance.applicants() as u64;
    let outside = outside(instance);
    let places = outside.at() + 1;
    let order = by_first_choice(instance);
    let numbers = inverse(&order);
    let rank_prices = if matches!(instance.mechanism(), Mechanism::Serial) {
        vec![0; places]
    } else {
        let market = by_rank(instance, guarantees, &order);
        let ranks =
            assign(instance, &market, &numbers, vec![0; places], &mut |done| progress(Phase::Ranks, done, total))
                .ok_or(AllocateError::GuaranteeLost)?;
        steps.rank_pools += ranks.looked_into;
        ranks.prices
    };
    let market = by_luck(instance, guarantees, &order, &rank_prices);
    let reserves = rank_prices.iter().map(|price| if *price > 0 { FILL_FIRST } else { 0 }).collect();
    let ties = assign(instance, &market, &numbers, reserves, &mut |done| progress(Phase::Ties, done, total))
        .ok_or(AllocateError::GuaranteeLost)?;
    steps.tie_pools += ties.looked_into;
    progress(Phase::Ties, total, total);
    let floors: Vec<_> = rank_prices.iter().map(|price| (*price == 0).then_some(0)).collect();
    let tie_prices = prices::least(&market, &ties, &floors);
    let seat = |(applicant, number): (usize, &usize)| {
        let pool = ties.seats[*number]?.pool;
        instance.listed(0, applicant).find(|listed| listed.pool == pool)
    };
    let seats = numbers.iter().enumerate().map(seat).collect();
    let (mut prices, mut tie_prices) = (rank_prices, tie_prices);
    prices.truncate(instance.pools().len());
    tie_prices.truncate(instance.pools().len());
    Ok(Seating { seats, prices, tie_prices })
}

/// The place behind the last pool.
fn outside(instance: &Instance) -> PoolIndex {
    PoolIndex(u32::try_from(instance.pools().len()).unwrap_or(u32::MAX))
}

/// Applicants who ask for the same pool first stand together.
fn by_first_choice(instance: &Instance) -> Vec<usize> {
    let mut order: Vec<usize> = (0..instance.applicants()).collect();
    order.sort_by_key(|applicant| instance.listed(0, *applicant).next().map(|listed| listed.pool));
    order
}

/// Where each applicant, in draw order, stands in `order`.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut numbers = vec![0; order.len()];
    for (number, applicant) in order.iter().enumerate() {
        numbers[*applicant] = number;
    }
    numbers
}

/// Somewhere an applicant may go, with what it costs in ranks and in positions.
struct Offer {
    pool: PoolIndex,
    rank_cost: u32,
    position: u32,
}

/// Everywhere the applicant may go. Staying out, where it is priced, comes behind the whole list.
fn offers(instance: &Instance, guarantees: Option<&Guarantees>, applicant: usize) -> Vec<Offer> {
    let admissible = match guarantees {
        Some(guarantees) => guarantees.admissible(instance, applicant),
        None => instance.listed(0, applicant).collect(),
    };
    let seat = |listed: &Listed| Offer {
        pool: listed.pool,
        rank_cost: instance.rank_cost(applicant, listed),
        position: listed.position,
    };
    let staying_out = instance.unplaced_cost(applicant).map(|rank_cost| Offer {
        pool: outside(instance),
        rank_cost,
        position: instance.outside_position(applicant),
    });
    admissible.iter().map(seat).chain(staying_out).collect()
}

/// All offers at their rank costs.
fn by_rank(instance: &Instance, guarantees: Option<&Guarantees>, order: &[usize]) -> Places {
    let mut all = Places::new();
    for applicant in order {
        let offers = offers(instance, guarantees, *applicant).into_iter();
        all.push(1, offers.map(|offer| Arc { pool: offer.pool, steps: offer.rank_cost }));
    }
    all
}

/// The tight ones at their tie costs.
fn by_luck(instance: &Instance, guarantees: Option<&Guarantees>, order: &[usize], rank_prices: &[i64]) -> Places {
    let mut all = Places::new();
    let pays = |offer: &Offer| i64::from(offer.rank_cost) + rank_prices[offer.pool.at()];
    for applicant in order {
        let offers = offers(instance, guarantees, *applicant);
        let least = offers.iter().map(pays).min();
        let tight = offers.into_iter().filter(|offer| Some(pays(offer)) == least);
        all.push(instance.weight(0, *applicant), tight.map(|offer| Arc { pool: offer.pool, steps: offer.position }));
    }
    all
}
