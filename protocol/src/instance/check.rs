//! The conditions on a well-formed draw.

use super::{Access, Applicant, InstanceError, Mechanism, Pool, PoolIndex, SessionIndex, SiteIndex};
use crate::ticket::Ticket;

const POOLS_MAX: usize = 1 << 24;
const APPLICANTS_MAX: usize = 1 << 30;
const WEIGHT_MAX: u64 = 1 << 62;

pub(super) fn pools(sites: &[Vec<SessionIndex>], pools: &[Pool]) -> Result<(), InstanceError> {
    if pools.len() > POOLS_MAX {
        return Err(InstanceError::TooMany { what: "pools", count: pools.len() });
    }
    for (pool, index) in pools.iter().zip(0..) {
        if pool.session.0 != index || pool.access != Access::Open {
            return Err(InstanceError::PoolOutOfOrder { pool: PoolIndex(index) });
        }
    }
    let mut times = vec![0; pools.len()];
    for (sessions, site) in sites.iter().zip(0..) {
        for session in sessions {
            let unknown = InstanceError::UnknownSessionOfSite { site: SiteIndex(site), session: *session };
            *times.get_mut(session.0 as usize).ok_or(unknown)? += 1;
        }
    }
    match times.iter().zip(0..).find(|(times, _)| **times != 1) {
        Some((times, session)) => {
            Err(InstanceError::SessionNotInOneSite { session: SessionIndex(session), sites: *times })
        }
        None => Ok(()),
    }
}

pub(super) fn costs(mechanism: &Mechanism) -> Result<(), InstanceError> {
    let Some(costs) = rank_costs(mechanism) else { return Ok(()) };
    if let Some(first) = costs.first().filter(|first| **first != 0) {
        return Err(InstanceError::RankCostsStart(*first));
    }
    match costs.windows(2).position(|pair| pair[1] < pair[0]) {
        Some(before) => Err(InstanceError::RankCostsFall { rank: before + 1 }),
        None => Ok(()),
    }
}

pub(super) fn applicants(mechanism: &Mechanism, applicants: &[Applicant]) -> Result<(), InstanceError> {
    if applicants.len() > APPLICANTS_MAX {
        return Err(InstanceError::TooMany { what: "applicants", count: applicants.len() });
    }
    let tiers = match mechanism {
        Mechanism::Optimal { unplaced_costs, .. } => unplaced_costs.len(),
        _ => usize::from(u8::MAX),
    };
    for applicant in applicants {
        let (ticket, choices) = (applicant.ticket, applicant.choices.len());
        if !(1..=tiers).contains(&usize::from(applicant.tier)) {
            return Err(InstanceError::UnknownTier { ticket, tier: applicant.tier });
        }
        if !(1..=WEIGHT_MAX).contains(&applicant.weight) {
            return Err(InstanceError::Weight { ticket, weight: applicant.weight });
        }
        if choices > usize::from(u16::MAX) {
            return Err(InstanceError::TooManyChoices { ticket, choices });
        }
        if let Some(costs) = rank_costs(mechanism).map(<[u32]>::len).filter(|costs| *costs < choices) {
            return Err(InstanceError::TooFewRankCosts { ticket, choices, costs });
        }
    }
    let mut tickets: Vec<Ticket> = applicants.iter().map(|applicant| applicant.ticket).collect();
    tickets.sort_unstable();
    match tickets.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(InstanceError::DuplicateTicket(pair[0])),
        None => Ok(()),
    }
}

fn rank_costs(mechanism: &Mechanism) -> Option<&[u32]> {
    match mechanism {
        Mechanism::Serial => None,
        Mechanism::Priority { rank_costs } | Mechanism::Optimal { rank_costs, .. } => Some(rank_costs),
    }
}
