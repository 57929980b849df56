//! From a programme and its register to the numbers that are apportioned, and from seats at sites to seats of sessions.
//! SPEC §18.2, §18.6.
//!
//! **Invariant:** of the register only how many active entries each cohort and district has counts; no list of anybody
//! is looked at.

use super::{Cell, Group, MOST_SEATS, Problem, ProblemError, spread_over};
use crate::{
    draw,
    entry::Revision,
    instance::{ReserveIndex, SessionIndex},
    programme::{Bound, Programme},
    sessions::{SessionResult, SessionsFile},
};
use std::collections::BTreeMap;

/// Seats of sessions beyond those that the programme names, by session and reserve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(BTreeMap<u32, Vec<(ReserveIndex, u32)>>);

impl Kept {
    /// What `sessions.json` says that groups have, for readers of results that were verified.
    pub fn stated(programme: &Programme, sessions: &SessionsFile) -> Self {
        let id = |reserve: ReserveIndex| programme.reserves.get(reserve.0 as usize).map(|reserve| reserve.id.as_str());
        let groups: BTreeMap<&str, ReserveIndex> =
            programme.groups().iter().filter_map(|group| Some((id(group.reserve)?, group.reserve))).collect();
        let of = |session: &SessionResult| -> Vec<(ReserveIndex, u32)> {
            let pools = session.pools.iter();
            pools.filter_map(|pool| Some((*groups.get(pool.access.as_str())?, pool.capacity))).collect()
        };
        Self((0..).zip(sessions.sessions.iter().map(of)).filter(|(_, kept)| !kept.is_empty()).collect())
    }

    /// Of one session, in the order of reserves.
    pub fn of(&self, session: SessionIndex) -> &[(ReserveIndex, u32)] {
        self.0.get(&session.0).map_or(&[], Vec::as_slice)
    }
}

/// n(g): active entries of each of the programme's groups.
pub fn registrants(programme: &Programme, register: &[Revision]) -> Vec<u64> {
    let mut counts = vec![0; programme.groups().len()];
    for revision in register.iter().filter(|revision| revision.status.is_active()) {
        let group = programme.group_of(revision.body.cohort, revision.body.district);
        if let Some(count) = group.and_then(|group| counts.get_mut(group)) {
            *count += 1;
        }
    }
    counts
}

/// What is to be apportioned among the programme's groups with these registrants.
///
/// # Errors
/// [`ProblemError`] if floors are above ceilings or rooms: whoever registers.
pub fn problem(programme: &Programme, registrants: &[u64]) -> Result<Problem, ProblemError> {
    let rule = programme.apportionment.as_ref();
    let of = |bounds: &'_ [Bound]| -> BTreeMap<(String, Option<String>), u64> {
        bounds.iter().map(|bound| ((bound.group.clone(), bound.site.clone()), bound.seats)).collect()
    };
    let (floors, ceilings) = rule.map(|rule| (of(&rule.floors), of(&rule.ceilings))).unwrap_or_default();
    let (mut groups, mut cells) = (Vec::new(), Vec::new());
    for (at, reaching) in programme.groups().iter().enumerate() {
        let id = programme.reserves.get(reaching.reserve.0 as usize).map(|reserve| reserve.id.clone());
        let of_all = (id.unwrap_or_default(), None);
        groups.push(Group {
            registrants: registrants.get(at).copied().unwrap_or(0),
            floor: floors.get(&of_all).copied().unwrap_or(0),
            ceiling: ceilings.get(&of_all).copied().unwrap_or(MOST_SEATS),
        });
        for site in &reaching.sites {
            let site = site.0 as usize;
            let here = (of_all.0.clone(), programme.sites.get(site).map(|site| site.id.clone()));
            let (floor, ceiling) = (floors.get(&here).copied(), ceilings.get(&here).copied());
            cells.push(Cell { group: at, site, floor: floor.unwrap_or(0), ceiling: ceiling.unwrap_or(MOST_SEATS) });
        }
    }
    Problem::new(groups, rooms(programme), cells)
}

/// K(s) of each site.
fn rooms(programme: &Programme) -> Vec<u64> {
    let permille = programme.apportionment.as_ref().map_or(0, |rule| u64::from(rule.reserved_permille));
    let open = |session: &SessionIndex| {
        programme.sessions.get(session.0 as usize).map_or(0, |session| u64::from(session.open_seats()))
    };
    let room = |sessions: &Vec<SessionIndex>| permille * sessions.iter().map(open).sum::<u64>() / 1000;
    draw::sessions_by_site(programme).iter().map(room).collect()
}

/// The seats of cells, spread over the sessions of their sites; `None` if a site has not room enough, which no seats
/// that pass [`super::check`] ask for.
pub fn kept(programme: &Programme, problem: &Problem, seats: &[u64]) -> Option<Kept> {
    let by_site = draw::sessions_by_site(programme);
    let mut left: Vec<u64> = programme.sessions.iter().map(|session| u64::from(session.open_seats())).collect();
    let mut kept: BTreeMap<u32, Vec<(ReserveIndex, u32)>> = BTreeMap::new();
    for (cell, seats) in problem.cells().iter().zip(seats) {
        let (sessions, reserve) = (by_site.get(cell.site)?, programme.groups().get(cell.group)?.reserve);
        let rooms: Vec<u64> = sessions.iter().map(|session| left[session.0 as usize]).collect();
        for (session, seats) in sessions.iter().zip(spread_over(*seats, &rooms)?).filter(|(_, seats)| *seats > 0) {
            left[session.0 as usize] -= seats;
            kept.entry(session.0).or_default().push((reserve, u32::try_from(seats).ok()?));
        }
    }
    Some(Kept(kept))
}
