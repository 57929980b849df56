//! Where people can be placed: sites, their sessions, the pools of seats of each session, and who may use them.
//!
//! SPEC §11.1. **Invariant:** sessions of a site are consecutive, and so are pools of a session: the open one first, then
//! those of reserves in the order of reserves. So a site's sessions, a session's pools and a site's pools are ranges.

use super::{Class, InstanceError, PoolIndex, ReserveIndex, SessionIndex, SiteIndex};
use std::ops::Range;

const POOLS_MAX: usize = 1 << 24;

/// Who may use a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody who listed the session.
    Open,
    /// Members of a reserve; others only if it is released.
    Reserved(ReserveIndex),
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

/// People for whom seats can be set apart: those of some cohorts who are of some districts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserve {
    cohorts: Vec<u16>,
    districts: Vec<u16>,
    release: bool,
}

impl Reserve {
    /// An empty list means any. `release`: whether others may have what members leave (SPEC §11.4, §11.6).
    pub fn new(mut cohorts: Vec<u16>, mut districts: Vec<u16>, release: bool) -> Self {
        cohorts.sort_unstable();
        districts.sort_unstable();
        Self { cohorts, districts, release }
    }

    /// Whether others may have what members leave.
    #[inline]
    pub fn is_released(&self) -> bool {
        self.release
    }

    /// Places of its cohorts, rising; empty: any.
    pub fn cohorts(&self) -> &[u16] {
        &self.cohorts
    }

    /// Places of its districts, rising; empty: any.
    pub fn districts(&self) -> &[u16] {
        &self.districts
    }

    /// Whether applicants of this class belong to it.
    #[inline]
    pub fn has_member(&self, class: Class) -> bool {
        let has = |list: &[u16], one: u16| list.is_empty() || list.binary_search(&one).is_ok();
        has(&self.cohorts, class.cohort()) && has(&self.districts, class.district())
    }
}

/// All sites, sessions, pools and reserves of a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The first session of each site, and the number of sessions.
    sites: Vec<u32>,
    /// The first pool of each session, and the number of pools.
    sessions: Vec<u32>,
    pools: Vec<Pool>,
    reserves: Vec<Reserve>,
}

impl Places {
    /// `sessions_of_sites`: how many sessions each site has, in the order of sites. `pools`: in the order of sessions,
    /// of each session first the open one, then those of reserves in the order of reserves.
    ///
    /// # Errors
    /// [`InstanceError`] names the first pool that is out of order or of an unknown reserve; or the sums do not fit.
    pub fn new(sessions_of_sites: &[u32], pools: Vec<Pool>, reserves: Vec<Reserve>) -> Result<Self, InstanceError> {
        if pools.len() > POOLS_MAX {
            return Err(InstanceError::TooMany { what: "pools", count: pools.len() });
        }
        let mut sessions = Vec::new();
        let mut before: Option<Pool> = None;
        for (pool, index) in pools.iter().zip(0..) {
            let begins = pool.access == Access::Open;
            let follows = match before {
                _ if begins => pool.session.0 as usize == sessions.len(),
                Some(before) => before.session == pool.session && rank(before.access) < rank(pool.access),
                None => false,
            };
            if !follows {
                return Err(InstanceError::PoolOutOfOrder { pool: PoolIndex(index) });
            }
            if rank(pool.access).is_some_and(|reserve| reserve as usize >= reserves.len()) {
                return Err(InstanceError::UnknownReserve { pool: PoolIndex(index) });
            }
            if begins {
                sessions.push(index);
            }
            before = Some(*pool);
        }
        let (of_sites, of_pools) =
            (sessions_of_sites.iter().map(|count| u64::from(*count)).sum(), sessions.len() as u64);
        if of_sites != of_pools {
            return Err(InstanceError::SessionsOfSites { of_sites, of_pools });
        }
        sessions.push(u32::try_from(pools.len()).unwrap_or(u32::MAX));
        let mut sites = vec![0];
        sites.extend(sessions_of_sites.iter().scan(0, |end, count| {
            *end += count;
            Some(*end)
        }));
        Ok(Self { sites, sessions, pools, reserves })
    }

    /// How many sites there are.
    pub fn sites(&self) -> usize {
        self.sites.len() - 1
    }

    /// How many sessions there are.
    pub fn sessions(&self) -> usize {
        self.sessions.len() - 1
    }

    /// All pools.
    #[inline]
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// All reserves.
    pub fn reserves(&self) -> &[Reserve] {
        &self.reserves
    }

    /// The numbers of the site's sessions.
    #[inline]
    pub fn sessions_of(&self, site: SiteIndex) -> Range<u32> {
        let site = site.0 as usize;
        self.sites[site]..self.sites[site + 1]
    }

    /// The numbers of the session's pools: the first is the open one.
    #[inline]
    pub fn pools_of(&self, session: SessionIndex) -> Range<u32> {
        let session = session.0 as usize;
        self.sessions[session]..self.sessions[session + 1]
    }

    /// The numbers of the pools of all the site's sessions.
    #[inline]
    pub fn pools_of_site(&self, site: SiteIndex) -> Range<u32> {
        let sessions = self.sessions_of(site);
        self.sessions[sessions.start as usize]..self.sessions[sessions.end as usize]
    }

    /// The reserve a pool belongs to; `None` for open ones.
    #[inline]
    pub fn reserve(&self, pool: PoolIndex) -> Option<&Reserve> {
        match self.pools[pool.at()].access {
            Access::Open => None,
            Access::Reserved(reserve) => Some(&self.reserves[reserve.0 as usize]),
        }
    }

    /// Whether every session has its open pool only, so that pools are numbered as sessions are.
    #[inline]
    pub fn all_open(&self) -> bool {
        self.pools.len() == self.sessions()
    }
}

fn rank(access: Access) -> Option<u32> {
    match access {
        Access::Open => None,
        Access::Reserved(reserve) => Some(reserve.0),
    }
}
