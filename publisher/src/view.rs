//! A draw as the tables and pages read it, whether it was just made or read back from a bundle.
//!
//! **Invariant:** records stand beside their entries: `revisions[i]` and `records[i]` are of one ticket.

use protocol::{
    draw,
    entry::Revision,
    instance::{Choice, SessionIndex, SiteIndex},
    outcome::{Outcome, Record},
    programme::{Programme, Reserve, Session, Site},
    seat::Seat,
    sessions::{PoolResult, SessionResult, SessionsFile},
};
use std::collections::BTreeMap;

/// One draw.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) revisions: &'a [Revision],
    pub(crate) records: &'a [Record],
    /// Empty if the draw has no reserves.
    pub(crate) seats: &'a [Seat],
    pub(crate) sessions: &'a SessionsFile,
    /// How often each session and site was asked for.
    pub(crate) demand: Demand,
    site_of: Vec<SiteIndex>,
}

/// How many active entries asked for what. An entry counts once for each session and each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// Per session: entries that listed it or its site.
    pub(crate) listed: Vec<u64>,
    /// Per session: entries whose first choice is it or its site.
    pub(crate) first: Vec<u64>,
    /// Per site: entries whose first choice is one of its sessions or the site.
    pub(crate) first_at_site: Vec<u64>,
}

/// Of fewer people than this, no summary tells what became of them: whoever knows one of them would learn it by a glance.
/// (The entries that a verifier needs show it under tickets; see [`crate::small_groups`] for whom to ask first.)
pub const FEW: u64 = 5;

/// The people of a district, or of a cohort in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Residents {
    /// Who took part.
    pub(crate) active: u64,
    /// Who withdrew.
    pub(crate) withdrawn: u64,
    /// Who took part and got a seat.
    pub(crate) placed: u64,
    /// Who got it by their first choice.
    pub(crate) first: u64,
}

impl Residents {
    /// Who registered, those who withdrew included.
    pub(crate) fn all(&self) -> u64 {
        self.active + self.withdrawn
    }

    /// Whether they are too few for a summary to tell what became of them.
    pub(crate) fn are_few(&self) -> bool {
        self.all() < FEW
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Withdrawn => self.withdrawn += 1,
            Outcome::Unplaced => self.active += 1,
            Outcome::Placed { choice, .. } => {
                self.active += 1;
                self.placed += 1;
                self.first += u64::from(choice == 0);
            }
        }
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(
        programme: &'a Programme,
        revisions: &'a [Revision],
        (records, seats): (&'a [Record], &'a [Seat]),
        sessions: &'a SessionsFile,
    ) -> Self {
        let site_of = draw::site_by_session(programme);
        let demand = demand(programme, revisions, &site_of);
        Self { programme, revisions, records, seats, sessions, demand, site_of }
    }

    pub(crate) fn session(&self, index: SessionIndex) -> Option<&'a Session> {
        self.programme.sessions.get(index.0 as usize)
    }

    pub(crate) fn site(&self, index: SiteIndex) -> Option<&'a Site> {
        self.programme.sites.get(index.0 as usize)
    }

    pub(crate) fn site_of(&self, session: SessionIndex) -> Option<&'a Site> {
        self.site(*self.site_of.get(session.0 as usize)?)
    }

    /// Of every site, in the programme's order: seats, seats taken, first choices.
    pub(crate) fn sites(&self) -> Vec<(u64, u64, u64)> {
        let by_site = draw::sessions_by_site(self.programme);
        let sum = |sessions: &[SessionIndex], read: fn(&SessionResult) -> u32| -> u64 {
            let results = sessions.iter().filter_map(|session| self.sessions.sessions.get(session.0 as usize));
            results.map(|session| u64::from(read(session))).sum()
        };
        let site = |(sessions, first): (&Vec<SessionIndex>, &u64)| {
            (sum(sessions, |session| session.capacity), sum(sessions, |session| session.placed), *first)
        };
        by_site.iter().zip(&self.demand.first_at_site).map(site).collect()
    }

    /// Of the people who live in every district, in the programme's order.
    pub(crate) fn residents(&self) -> Vec<Residents> {
        let mut counts = vec![Residents::default(); self.programme.districts.len()];
        for ((_, district), group) in self.groups() {
            let Some(count) = counts.get_mut(usize::from(district)) else { continue };
            count.active += group.active;
            count.withdrawn += group.withdrawn;
            count.placed += group.placed;
            count.first += group.first;
        }
        counts
    }

    /// The people of every cohort in every district where any of them registered, by cohort, then district, both in the
    /// programme's order.
    pub(crate) fn groups(&self) -> BTreeMap<(u16, u16), Residents> {
        let mut groups: BTreeMap<(u16, u16), Residents> = BTreeMap::new();
        for (revision, record) in self.revisions.iter().zip(self.records) {
            groups.entry((revision.body.cohort, revision.body.district)).or_default().count(record.outcome);
        }
        groups
    }

    /// How many tiers the programme has.
    pub(crate) fn tiers(&self) -> u8 {
        self.programme.cohorts.iter().map(|cohort| cohort.tier).max().unwrap_or(1)
    }

    /// The pool of a session that is open to all; it may have no seat.
    pub(crate) fn pool(&self, session: SessionIndex) -> Option<&'a PoolResult> {
        self.pools(session).first()
    }

    /// All pools of a session: the open one, then those of its reserves.
    pub(crate) fn pools(&self, session: SessionIndex) -> &'a [PoolResult] {
        self.sessions.sessions.get(session.0 as usize).map_or(&[], |session| &session.pools)
    }

    /// The reserve that a session's pool of this number is kept for; none if it is open to all, as the first one is.
    pub(crate) fn reserve(&self, session: SessionIndex, number: usize) -> Option<&'a Reserve> {
        let access = &self.pools(session).get(number).filter(|_| number > 0)?.access;
        self.programme.reserves.iter().find(|reserve| reserve.id == *access)
    }
}

fn demand(programme: &Programme, revisions: &[Revision], site_of: &[SiteIndex]) -> Demand {
    let by_site = draw::sessions_by_site(programme);
    let (sessions, sites) = (programme.sessions.len(), programme.sites.len());
    let mut demand = Demand { listed: vec![0; sessions], first: vec![0; sessions], first_at_site: vec![0; sites] };
    let mut seen = vec![0u64; sessions];
    for (revision, mark) in revisions.iter().filter(|revision| revision.status.is_active()).zip(1..) {
        for (place, choice) in revision.body.choices.iter().enumerate() {
            let (asked, site): (&[SessionIndex], _) = match choice {
                Choice::Session(session) => (std::slice::from_ref(session), site_of.get(session.0 as usize).copied()),
                Choice::Site(site) => (by_site.get(site.0 as usize).map_or(&[], Vec::as_slice), Some(*site)),
            };
            for index in asked.iter().map(|session| session.0 as usize).filter(|index| *index < sessions) {
                demand.first[index] += u64::from(place == 0);
                demand.listed[index] += u64::from(seen[index] != mark);
                seen[index] = mark;
            }
            if let Some(count) = site.and_then(|site| demand.first_at_site.get_mut(site.0 as usize))
                && place == 0
            {
                *count += 1;
            }
        }
    }
    demand
}
