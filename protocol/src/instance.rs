//! One draw as numbers: the input of a mechanism, independent of every file format. SPEC §11.
//!
//! **Invariant:** an [`Instance`] is well formed. Applicants stand in draw order, tickets are distinct, every index is
//! known, and costs are small enough that no sum of them along a path of pools overflows (see [`Cost`]).

mod check;
mod error;

pub use error::InstanceError;

use crate::lottery::{self, Lots, LotteryNumber, Seed};
use crate::ticket::Ticket;
use std::ops::{Add, Sub};

/// A session's place in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionIndex(pub u32);

/// A site's place in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteIndex(pub u32);

/// A pool's place in [`Instance::pools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolIndex(pub u32);

impl PoolIndex {
    /// The index as a position in a slice.
    #[inline]
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// One line of an applicant's list: a session, or any session of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This session.
    Session(SessionIndex),
    /// Any session of this site: they tie.
    Site(SiteIndex),
}

/// Who may use a pool. Pools reserved for cohorts will be a second variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Everybody who listed the session.
    Open,
}

/// Seats of one session that share a rule of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The session the seats belong to.
    pub session: SessionIndex,
    /// Who may use them.
    pub access: Access,
    /// How many there are; none is allowed.
    pub capacity: u32,
}

/// What decides (SPEC §11). Rank costs start at 0 and never fall; the n-th is the cost of an applicant's n-th choice.
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
    },
}

impl Mechanism {
    /// The cost of a rank; nothing in `serial`, where the rank is guaranteed, nor beyond the costs that are given.
    #[inline]
    pub fn rank_cost(&self, rank: u16) -> u32 {
        match self {
            Self::Serial => 0,
            Self::Priority { rank_costs } | Self::Optimal { rank_costs, .. } => {
                rank_costs.get(usize::from(rank)).copied().unwrap_or(0)
            }
        }
    }

    /// The cost of leaving out somebody of a tier, counted from 1; `None` where that has no price or there is no such
    /// tier.
    #[inline]
    pub fn unplaced_cost(&self, tier: u8) -> Option<u32> {
        let Self::Optimal { unplaced_costs, .. } = self else { return None };
        unplaced_costs.get(usize::from(tier).checked_sub(1)?).copied()
    }
}

/// One active entry of the register with what the lottery gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// The public pseudonym.
    pub ticket: Ticket,
    /// The priority class of the applicant's cohort, from 1; tier 1 is drawn first.
    pub tier: u8,
    /// The lottery number; smaller is luckier.
    pub number: LotteryNumber,
    /// How heavily this applicant's wishes weigh in the last step, 1 to 2⁶².
    pub weight: u64,
    /// By how much this applicant's sessions of a site are rotated.
    pub rotation: u64,
    /// The list, best first. A session counts at its first occurrence.
    pub choices: Vec<Choice>,
}

impl Applicant {
    /// An entry with its number, weight and rotation drawn from the seed (SPEC §10).
    pub fn drawn(seed: &Seed, ticket: Ticket, tier: u8, lots: Lots, choices: Vec<Choice>) -> Self {
        let number = lottery::number(seed, &ticket, lots);
        let rotation = lottery::rotation(seed, &ticket);
        Self { ticket, tier, number, weight: lottery::weight(number), rotation, choices }
    }

    /// What the draw order sorts by.
    pub fn draw_key(&self) -> DrawKey {
        DrawKey { tier: self.tier, number: self.number, ticket: self.ticket }
    }
}

/// A place in the draw order, said so that applicants can compare without knowing anybody's position: by tier, then
/// lottery number, then ticket. A pool's **closing number** is the draw key of the applicant at whom it closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DrawKey {
    /// The priority class, from 1.
    pub tier: u8,
    /// The lottery number.
    pub number: LotteryNumber,
    /// The ticket.
    pub ticket: Ticket,
}

/// One pool an applicant may be placed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The pool.
    pub pool: PoolIndex,
    /// Which choice it fulfils, from 0.
    pub rank: u16,
    /// The session's place in the applicant's strict order, from 0.
    pub position: u32,
}

/// A cost or a price: rank costs first, luck where these are equal. The order of the fields is the order of comparison.
///
/// With at most 2²⁴ pools and 2³⁰ applicants, rank costs below 2³² and weights up to 2⁶², the sum of costs along a path
/// that visits no pool twice is below 2⁵⁸ in `rank` and 2¹¹¹ in `tie`, and everybody's together below 2⁶² and 2¹¹⁶.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// In the programme's rank costs.
    pub rank: i64,
    /// In weight times position.
    pub tie: i128,
}

impl Cost {
    /// Nothing.
    pub const ZERO: Self = Self { rank: 0, tie: 0 };
}

impl Add for Cost {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self { rank: self.rank + other.rank, tie: self.tie + other.tie }
    }
}

impl Sub for Cost {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self { rank: self.rank - other.rank, tie: self.tie - other.tie }
    }
}

/// Where one applicant is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The pool whose seat is used; [`Instance::session`] names its session.
    pub pool: PoolIndex,
    /// Which choice it fulfils, from 0.
    pub rank: u16,
}

/// Everybody's result in draw order; `None` is unplaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// One per applicant, in the order of [`Instance::applicants`].
    pub placements: Vec<Option<Placement>>,
}

/// A well-formed draw.
#[derive(Clone, Debug)]
pub struct Instance {
    mechanism: Mechanism,
    sites: Vec<Vec<SessionIndex>>,
    pools: Vec<Pool>,
    applicants: Vec<Applicant>,
    listed: Vec<Listed>,
    /// Where each applicant's part of `listed` starts; one more than there are applicants.
    starts: Vec<usize>,
}

/// Most pools that the lists of all applicants may name together, a site counted as its sessions: a few gigabytes. Lists
/// are expanded in this version, so that without a bound a small register could take any amount of memory.
pub const MOST_LISTED: usize = 1 << 28;

impl Instance {
    /// Puts applicants into draw order and expands their lists. `sites` holds each site's sessions in programme order;
    /// `pools` has one open pool per session, in the order of sessions. The order of `applicants` does not matter.
    ///
    /// # Errors
    /// [`InstanceError`] says which number is wrong.
    pub fn new(
        mechanism: Mechanism,
        sites: Vec<Vec<SessionIndex>>,
        pools: Vec<Pool>,
        mut applicants: Vec<Applicant>,
    ) -> Result<Self, InstanceError> {
        check::pools(&sites, &pools)?;
        check::costs(&mechanism)?;
        check::applicants(&mechanism, &applicants)?;
        applicants.sort_unstable_by_key(Applicant::draw_key);
        let mut instance =
            Self { mechanism, sites, pools, applicants: Vec::new(), listed: Vec::new(), starts: vec![0] };
        // Which applicant, counted from 1, listed a session last: its first occurrence is the one that counts.
        let mut listed_by = vec![0; instance.pools.len()];
        for (applicant, mark) in applicants.iter().zip(1..) {
            instance.expand(applicant, mark, &mut listed_by)?;
            if instance.listed.len() > MOST_LISTED {
                return Err(InstanceError::TooManyListed { most: MOST_LISTED });
            }
            instance.starts.push(instance.listed.len());
        }
        instance.applicants = applicants;
        Ok(instance)
    }

    /// What decides.
    pub fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    /// Each site's sessions in programme order.
    pub fn sites(&self) -> &[Vec<SessionIndex>] {
        &self.sites
    }

    /// All pools.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// The session whose seats the pool holds.
    #[inline]
    pub fn session(&self, pool: PoolIndex) -> SessionIndex {
        self.pools[pool.at()].session
    }

    /// All applicants in draw order.
    pub fn applicants(&self) -> &[Applicant] {
        &self.applicants
    }

    /// The pools the applicant at draw position `applicant` may use, in the applicant's strict order (SPEC §11.2):
    /// choices in order, a site as its sessions in programme order without those listed before, rotated left by the
    /// applicant's rotation modulo their count. Ranks never fall along it.
    #[inline]
    pub fn listed(&self, applicant: usize) -> &[Listed] {
        &self.listed[self.starts[applicant]..self.starts[applicant + 1]]
    }

    /// What it costs to place the applicant there: the cost of the rank (nothing in `serial`), then weight times
    /// position.
    pub fn cost(&self, applicant: usize, listed: &Listed) -> Cost {
        let rank = i64::from(self.mechanism.rank_cost(listed.rank));
        Cost { rank, tie: self.tie_cost(applicant, listed.position) }
    }

    /// What it costs to leave the applicant out, where that is priced: only in `optimal`.
    pub fn unplaced_cost(&self, applicant: usize) -> Option<Cost> {
        let rank = i64::from(self.mechanism.unplaced_cost(self.applicants[applicant].tier)?);
        Some(Cost { rank, tie: self.tie_cost(applicant, self.outside_position(applicant)) })
    }

    /// The position of being unplaced: behind every session in the applicant's strict order.
    pub fn outside_position(&self, applicant: usize) -> u32 {
        self.listed(applicant).last().map_or(0, |last| last.position + 1)
    }

    /// The draw position of the applicant with this key.
    pub fn position(&self, key: &DrawKey) -> Option<usize> {
        self.applicants.binary_search_by_key(key, Applicant::draw_key).ok()
    }

    fn tie_cost(&self, applicant: usize, position: u32) -> i128 {
        (u128::from(self.applicants[applicant].weight) * u128::from(position)).cast_signed()
    }

    fn expand(&mut self, applicant: &Applicant, mark: u32, listed_by: &mut [u32]) -> Result<(), InstanceError> {
        let start = self.listed.len();
        for (choice, rank) in applicant.choices.iter().zip(0..) {
            let unknown = InstanceError::UnknownChoice { ticket: applicant.ticket, choice: *choice };
            let begin = self.listed.len();
            match choice {
                Choice::Session(session) => self.list(*session, rank, mark, listed_by).ok_or(unknown)?,
                Choice::Site(site) => {
                    let sessions = self.sites.get(site.0 as usize).ok_or(unknown.clone())?.clone();
                    for session in sessions {
                        self.list(session, rank, mark, listed_by).ok_or(unknown.clone())?;
                    }
                    let new = &mut self.listed[begin..];
                    let count = u64::try_from(new.len().max(1)).unwrap_or(u64::MAX);
                    new.rotate_left(usize::try_from(applicant.rotation % count).unwrap_or(0));
                }
            }
        }
        for (listed, position) in self.listed[start..].iter_mut().zip(0..) {
            listed.position = position;
        }
        Ok(())
    }

    /// Appends the session's pool unless the applicant listed it before; `None` if there is no such session.
    fn list(&mut self, session: SessionIndex, rank: u16, mark: u32, listed_by: &mut [u32]) -> Option<()> {
        let last = listed_by.get_mut(session.0 as usize)?;
        if *last != mark {
            *last = mark;
            self.listed.push(Listed { pool: PoolIndex(session.0), rank, position: 0 });
        }
        Some(())
    }
}
