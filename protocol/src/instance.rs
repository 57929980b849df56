//! One draw as numbers: the input of a mechanism, independent of every file format. SPEC §11.
//!
//! **Invariant:** an [`Instance`] is well formed: applicants stand in draw order, tickets are distinct, every index is
//! known, no list names anything twice. With at most 2²⁴ pools, 2³⁰ applicants, costs up to 2³⁰ and weights up to 2⁶²,
//! the sum of costs along a path that visits no pool twice is below 2⁵⁶ in rank costs and 2¹¹¹ in weight times position,
//! and everybody's together below 2⁶² and 2¹¹⁶: no sum overflows 64 and 128 bits.
//!
//! An applicant with five choices takes 48 bytes, 56 if some list names a site. Site choices are never written out: [`Listing`] walks through them.

mod allocation;
mod builder;
mod error;
mod listing;
mod mechanism;
mod names;
mod places;

pub use allocation::{Allocation, Placement};
pub use builder::InstanceBuilder;
pub use error::InstanceError;
pub use listing::{Listed, Listing};
pub use mechanism::Mechanism;
pub use names::{Choice, ChoiceCode, Class, DrawKey, PoolIndex, ReserveIndex, SessionIndex, SiteIndex};
pub use places::{Access, Places, Pool, Reserve};

use crate::lottery::{self, LotteryNumber};
use crate::ticket::Ticket;
use std::ops::Range;

/// Most levels of weights (SPEC §11.7).
pub const LEVELS_MAX: usize = 4;
const WEIGHT_MAX: u64 = 1 << 62;

/// A well-formed draw. Applicants are called by their position in the draw order, from 0.
#[derive(Clone, Debug)]
pub struct Instance {
    mechanism: Mechanism,
    /// The tier of each cohort.
    tiers: Vec<u8>,
    places: Places,
    passes: usize,
    tickets: Vec<Ticket>,
    numbers: Vec<LotteryNumber>,
    classes: Vec<Class>,
    /// Empty if all are 0, as they are where no list names a site.
    rotations: Vec<u64>,
    /// Where each applicant's part of `choices` starts; one more than there are applicants.
    starts: Vec<u32>,
    choices: Vec<ChoiceCode>,
    /// Weights of each level; an empty first level stands for those that follow from the numbers.
    levels: Vec<Vec<u64>>,
}

impl Instance {
    fn empty(mechanism: Mechanism, tiers: Vec<u8>, places: Places) -> Self {
        let released = |pool: &Pool| match pool.access {
            Access::Reserved(reserve) => pool.capacity > 0 && places.reserves()[reserve.0 as usize].is_released(),
            Access::Open => false,
        };
        let passes = match mechanism {
            Mechanism::Serial => 1,
            Mechanism::Priority { .. } => 1 + usize::from(places.pools().iter().any(released)),
            Mechanism::Optimal { .. } => 0,
        };
        Self {
            mechanism,
            tiers,
            places,
            passes,
            tickets: Vec::new(),
            numbers: Vec::new(),
            classes: Vec::new(),
            rotations: Vec::new(),
            starts: vec![0],
            choices: Vec::new(),
            levels: vec![Vec::new()],
        }
    }

    /// What decides.
    pub fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    /// How many passes over the draw order give guarantees: 0 in `optimal`; 1 in `serial`; in `priority` 2 if a pool with
    /// seats belongs to a reserve that is released, otherwise 1.
    pub fn passes(&self) -> usize {
        self.passes
    }

    /// Sites, sessions, pools, reserves.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// All pools.
    #[inline]
    pub fn pools(&self) -> &[Pool] {
        self.places.pools()
    }

    /// The session whose seats the pool holds.
    #[inline]
    pub fn session(&self, pool: PoolIndex) -> SessionIndex {
        self.pools()[pool.at()].session
    }

    /// The numbers of the session's pools: the first is the open one.
    #[inline]
    pub fn pools_of(&self, session: SessionIndex) -> Range<u32> {
        self.places.pools_of(session)
    }

    /// The numbers of the site's sessions.
    #[inline]
    pub fn sessions_of(&self, site: SiteIndex) -> Range<u32> {
        self.places.sessions_of(site)
    }

    /// The numbers of the pools of all the site's sessions.
    #[inline]
    pub fn pools_of_site(&self, site: SiteIndex) -> Range<u32> {
        self.places.pools_of_site(site)
    }

    /// How many applicants there are.
    #[inline]
    pub fn applicants(&self) -> usize {
        self.tickets.len()
    }

    /// What the draw order sorts by.
    pub fn draw_key(&self, applicant: usize) -> DrawKey {
        DrawKey { tier: self.tier(applicant), number: self.number(applicant), ticket: self.ticket(applicant) }
    }

    /// The draw position of the applicant with this key.
    pub fn position(&self, key: &DrawKey) -> Option<usize> {
        let (mut from, mut to) = (0, self.applicants());
        while from < to {
            let middle = usize::midpoint(from, to);
            if self.draw_key(middle) < *key { from = middle + 1 } else { to = middle }
        }
        (from < self.applicants() && self.draw_key(from) == *key).then_some(from)
    }

    /// The public pseudonym.
    #[inline]
    pub fn ticket(&self, applicant: usize) -> Ticket {
        self.tickets[applicant]
    }

    /// The lottery number; smaller is luckier.
    #[inline]
    pub fn number(&self, applicant: usize) -> LotteryNumber {
        self.numbers[applicant]
    }

    /// Cohort and district.
    #[inline]
    pub fn class(&self, applicant: usize) -> Class {
        self.classes[applicant]
    }

    /// The priority class of the applicant's cohort, from 1; tier 1 is drawn first.
    #[inline]
    pub fn tier(&self, applicant: usize) -> u8 {
        self.tiers[usize::from(self.classes[applicant].cohort())]
    }

    /// By how much this applicant's sessions of a site are rotated.
    #[inline]
    pub fn rotation(&self, applicant: usize) -> u64 {
        self.rotations.get(applicant).copied().unwrap_or(0)
    }

    /// The list as it was given, best first.
    pub fn choices(&self, applicant: usize) -> impl ExactSizeIterator<Item = Choice> {
        self.codes(applicant).iter().map(|code| code.choice())
    }

    /// The same, as it is stored.
    #[inline]
    pub fn codes(&self, applicant: usize) -> &[ChoiceCode] {
        &self.choices[self.starts[applicant] as usize..self.starts[applicant + 1] as usize]
    }

    /// How many levels of weights there are, at least one.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    /// How heavily the applicant's wishes weigh at a level, 1 to 2⁶². At level 0 it follows from the lottery number.
    #[inline]
    pub fn weight(&self, level: usize, applicant: usize) -> u64 {
        match self.levels[level].as_slice() {
            [] => lottery::weight(self.numbers[applicant]),
            given => given[applicant],
        }
    }

    /// Adds a level of weights, in draw order.
    ///
    /// # Errors
    /// [`InstanceError`] if there are four already, or if they are not one in 1 to 2⁶² for each applicant.
    pub fn add_level(&mut self, weights: Vec<u64>) -> Result<(), InstanceError> {
        if self.levels.len() == LEVELS_MAX {
            return Err(InstanceError::TooMany { what: "levels", count: LEVELS_MAX + 1 });
        }
        self.check_weights(&weights)?;
        self.levels.push(weights);
        Ok(())
    }

    /// Puts other weights, in draw order, in the place of those that follow from the lottery numbers.
    ///
    /// # Errors
    /// [`InstanceError`] if they are not one in 1 to 2⁶² for each applicant.
    pub fn replace_weights(&mut self, weights: Vec<u64>) -> Result<(), InstanceError> {
        self.check_weights(&weights)?;
        self.levels[0] = weights;
        Ok(())
    }

    fn check_weights(&self, weights: &[u64]) -> Result<(), InstanceError> {
        let (expected, found) = (self.applicants(), weights.len());
        if expected != found {
            return Err(InstanceError::Weights { expected, found });
        }
        match weights.iter().position(|weight| !(1..=WEIGHT_MAX).contains(weight)) {
            Some(place) => Err(InstanceError::Weight { ticket: self.tickets[place], weight: weights[place] }),
            None => Ok(()),
        }
    }

    /// Whether applicants of this class may use the pool in a pass, counted from 0: if it is open or they belong to its
    /// reserve; or if that is released, and this is `optimal` or the second pass of `priority`.
    #[inline]
    pub fn admits(&self, pass: usize, pool: PoolIndex, class: Class) -> bool {
        let Some(reserve) = self.places.reserve(pool) else { return true };
        let released = match self.mechanism {
            Mechanism::Serial => false,
            Mechanism::Priority { .. } => pass > 0 && reserve.is_released(),
            Mechanism::Optimal { .. } => reserve.is_released(),
        };
        released || reserve.has_member(class)
    }

    /// Whether the pool is reserved, and not for this class.
    #[inline]
    pub fn is_outsider(&self, pool: PoolIndex, class: Class) -> bool {
        self.places.reserve(pool).is_some_and(|reserve| !reserve.has_member(class))
    }

    /// The pools the applicant may use in a pass, counted from 0, in the applicant's strict order. In `optimal` the pass
    /// is 0.
    #[inline]
    pub fn listed(&self, pass: usize, applicant: usize) -> Listing<'_> {
        Listing::new(self, pass, applicant)
    }

    /// Calls `visit` with what [`Instance::listed`] gives, up to the first error. Quicker where every session has its open
    /// pool only and the list names no site.
    ///
    /// # Errors
    /// Those of `visit`.
    #[inline]
    pub fn try_each_listed<E>(
        &self,
        pass: usize,
        applicant: usize,
        mut visit: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        let codes = self.codes(applicant);
        if !self.places.all_open() || codes.iter().any(|code| code.is_site()) {
            return self.listed(pass, applicant).try_for_each(visit);
        }
        for (code, rank) in codes.iter().zip(0..) {
            visit(Listed { pool: PoolIndex(code.raw()), rank, position: u32::from(rank) })?;
        }
        Ok(())
    }

    /// The pool as it stands in the applicant's list, if it does in this pass: what [`Instance::listed`] gives of it.
    #[inline]
    pub fn find_listed(&self, pass: usize, applicant: usize, pool: PoolIndex) -> Option<Listed> {
        let codes = self.codes(applicant);
        if codes.iter().any(|code| code.is_site()) {
            return self.listed(pass, applicant).find(|listed| listed.pool == pool);
        }
        let all_open = self.places.all_open();
        let session = if all_open { pool.0 } else { self.session(pool).0 };
        let place = codes.iter().position(|code| code.raw() == session)?;
        let rank = u16::try_from(place).ok()?;
        let admitted = all_open || self.admits(pass, pool, self.class(applicant));
        admitted.then_some(Listed { pool, rank, position: u32::from(rank) })
    }

    /// The rank cost of placing the applicant there: nothing in `serial`; in `optimal` with the cost of an outsider. At
    /// most 2³¹.
    #[inline]
    pub fn rank_cost(&self, applicant: usize, listed: &Listed) -> u32 {
        let outsider = match self.mechanism.outsider_cost() {
            0 => 0,
            cost => cost * u32::from(self.is_outsider(listed.pool, self.class(applicant))),
        };
        self.mechanism.rank_cost(listed.rank) + outsider
    }

    /// The rank cost of leaving the applicant out, where that is priced: only in `optimal`.
    #[inline]
    pub fn unplaced_cost(&self, applicant: usize) -> Option<u32> {
        self.mechanism.unplaced_cost(self.tier(applicant))
    }

    /// What a position costs the applicant at a level: weight times position.
    #[inline]
    pub fn tie_cost(&self, level: usize, applicant: usize, position: u32) -> i128 {
        (u128::from(self.weight(level, applicant)) * u128::from(position)).cast_signed()
    }

    /// The position of being unplaced: behind every session in the applicant's strict order.
    pub fn outside_position(&self, applicant: usize) -> u32 {
        let codes = self.codes(applicant);
        let positions = codes.iter().enumerate().map(|(place, code)| match code.choice() {
            Choice::Session(session) => u32::from(!listing::names_site_of(self, &codes[..place], session)),
            Choice::Site(site) => listing::sessions_left(&self.sessions_of(site), &codes[..place]),
        });
        positions.sum()
    }
}
