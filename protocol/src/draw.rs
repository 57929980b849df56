//! From a frozen register and a seed to an instance, and from an allocation to its records. SPEC §10.3, §11.1, §13.1.
//!
//! **Invariant:** [`records`] and [`allocation`] are inverse for an instance of the same register and seed.

use crate::{
    apportionment::Kept,
    entry::Revision,
    instance::{
        Access, Allocation, Class, Instance, InstanceBuilder, InstanceError, Mechanism, Placement, Places, Pool,
    },
    instance::{Choice, LEVELS_MAX, PoolIndex, ReserveIndex, SessionIndex, SiteIndex},
    lottery::{self, Lots, LotteryNumber, Seed},
    outcome::{Outcome, Record},
    programme::{Fields, MechanismName, Programme},
    seat::{Form, Seat},
    ticket::Ticket,
};
use std::collections::BTreeMap;

/// The mechanism of a programme, as instances take it.
pub fn mechanism(programme: &Programme) -> Mechanism {
    named_mechanism(programme, programme.mechanism.name)
}

/// Another mechanism with this programme's costs: to show what it would have given. Costs that the programme does not
/// have are the ranks themselves, and for leaving somebody out more than all ranks together.
pub fn named_mechanism(programme: &Programme, name: MechanismName) -> Mechanism {
    let costs = &programme.mechanism;
    let tiers = programme.cohorts.iter().map(|cohort| cohort.tier).max().unwrap_or(1);
    let rank_costs = match costs.rank_costs.as_slice() {
        [] => (0..u32::from(programme.max_choices)).collect(),
        given => given.to_vec(),
    };
    let beyond = rank_costs.last().copied().unwrap_or(0) + 1;
    let unplaced_costs = match costs.unplaced_costs.as_slice() {
        [] => (1..=u32::from(tiers)).map(|tier| beyond * 10 * (u32::from(tiers) + 1 - tier)).collect(),
        given => given.to_vec(),
    };
    match name {
        MechanismName::Serial => Mechanism::Serial,
        MechanismName::Priority => Mechanism::Priority { rank_costs },
        MechanismName::Optimal => Mechanism::Optimal { rank_costs, unplaced_costs, outsider_cost: costs.outsider_cost },
    }
}

/// Each site's sessions, in programme order.
pub fn sessions_by_site(programme: &Fields) -> Vec<Vec<SessionIndex>> {
    let sites: BTreeMap<&str, usize> = programme.sites.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
    let mut by_site = vec![Vec::new(); programme.sites.len()];
    for (session, index) in programme.sessions.iter().zip(0..) {
        if let Some(site) = sites.get(session.site.as_str()) {
            by_site[*site].push(SessionIndex(index));
        }
    }
    by_site
}

/// The site of each session.
pub fn site_by_session(programme: &Fields) -> Vec<SiteIndex> {
    let mut sites = vec![SiteIndex(0); programme.sessions.len()];
    for (sessions, site) in sessions_by_site(programme).iter().zip(0..) {
        for session in sessions {
            sites[session.0 as usize] = SiteIndex(site);
        }
    }
    sites
}

/// The draw of a register: its active entries with their numbers, over the programme's sessions. `kept` are the seats
/// that the register's apportionment gives to groups.
///
/// # Errors
/// [`InstanceError`] if the costs or the register cannot be drawn.
pub fn instance(
    programme: &Programme,
    kept: &Kept,
    mechanism: Mechanism,
    register: &[Revision],
    seed: &Seed,
) -> Result<Instance, InstanceError> {
    let active = || register.iter().filter(|revision| revision.status.is_active());
    let choices = active().map(|revision| revision.body.choices.len()).sum();
    let mut builder = builder(programme, kept, mechanism)?.with_room_for(active().count(), choices);
    for applicant in register.iter().filter_map(|revision| applicant(programme, revision.clone(), seed)) {
        applicant.join(&mut builder)?;
    }
    builder.finish()
}

/// The draw of a register, before anybody of it is added ([`applicant`]); `kept` as in [`instance`].
///
/// # Errors
/// [`InstanceError`] if the costs or the sessions cannot be drawn.
pub fn builder(programme: &Programme, kept: &Kept, mechanism: Mechanism) -> Result<InstanceBuilder, InstanceError> {
    let tiers = programme.cohorts.iter().map(|cohort| cohort.tier).collect();
    InstanceBuilder::new(mechanism, tiers, places(programme, kept)?)
}

/// An active entry with what the lottery gives it: as a draw takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// Its pseudonym.
    pub ticket: Ticket,
    /// Cohort and district.
    pub class: Class,
    /// Its lottery number.
    pub number: LotteryNumber,
    /// Its rotation; 0 where the list names no site.
    pub rotation: u64,
    /// Its list.
    pub choices: Vec<Choice>,
}

impl Applicant {
    /// Adds it to a draw.
    ///
    /// # Errors
    /// [`InstanceError`] says what is wrong with it.
    pub fn join(&self, draw: &mut InstanceBuilder) -> Result<(), InstanceError> {
        draw.push(self.ticket, self.class, self.number, self.rotation, &self.choices)
    }
}

/// What the lottery gives an entry; `None` for withdrawn ones. Costs a block of the keystream, two for lists with sites.
pub fn applicant(programme: &Programme, revision: Revision, seed: &Seed) -> Option<Applicant> {
    let number = revision.status.is_active().then(|| number_of(programme, &revision, seed))?;
    let (ticket, class) = (revision.ticket, Class::new(revision.body.cohort, revision.body.district));
    let choices = revision.body.choices;
    let names_site = choices.iter().any(|choice| matches!(choice, Choice::Site(_)));
    let rotation = if names_site { lottery::rotation(seed, &ticket) } else { 0 };
    Some(Applicant { ticket, class, number, rotation, choices })
}

/// Sites, sessions, pools and reserves of a programme: of each session first the seats that are open to all, which may be
/// none, then those of its reserves, with the seats that groups get there.
///
/// # Errors
/// [`InstanceError`] if there are more pools than a draw can hold.
pub fn places(programme: &Programme, kept: &Kept) -> Result<Places, InstanceError> {
    let sites: Vec<u32> =
        sessions_by_site(programme).iter().map(|sessions| u32::try_from(sessions.len()).unwrap_or(u32::MAX)).collect();
    let reserves: BTreeMap<&str, ReserveIndex> =
        (0..).zip(&programme.reserves).map(|(index, reserve)| (reserve.id.as_str(), ReserveIndex(index))).collect();
    let mut pools = Vec::with_capacity(programme.sessions.len());
    for (session, index) in programme.sessions.iter().zip(0..) {
        let pool = |access, capacity| Pool { session: SessionIndex(index), access, capacity };
        let apportioned = kept.of(SessionIndex(index));
        let named =
            session.reserves.iter().filter_map(|kept| Some((*reserves.get(kept.reserve.as_str())?, kept.seats)));
        let mut reserved: Vec<(ReserveIndex, u32)> = named.chain(apportioned.iter().copied()).collect();
        reserved.sort_unstable_by_key(|(reserve, _)| reserve.0);
        let open = apportioned.iter().fold(session.open_seats(), |open, (_, seats)| open.saturating_sub(*seats));
        pools.push(pool(Access::Open, open));
        pools.extend(reserved.into_iter().map(|(reserve, seats)| pool(Access::Reserved(reserve), seats)));
    }
    Places::new(&sites, pools, programme.members().to_vec())
}

/// The lottery number of an entry; 0 for withdrawn ones.
pub fn number_of(programme: &Programme, revision: &Revision, seed: &Seed) -> LotteryNumber {
    if !revision.status.is_active() {
        return LotteryNumber(0);
    }
    let lots = programme.cohorts.get(usize::from(revision.body.cohort)).and_then(|cohort| Lots::new(cohort.lots));
    lottery::number(seed, &revision.ticket, lots.unwrap_or(Lots::ONE))
}

/// Adds a level of weights to an instance of [`instance`], for a tie that the levels it has do not settle.
///
/// # Errors
/// [`InstanceError::TooMany`] if it has all it may have.
pub fn add_level(instance: &mut Instance, seed: &Seed) -> Result<(), InstanceError> {
    let level = u32::try_from(instance.levels()).unwrap_or(u32::MAX);
    if instance.levels() == LEVELS_MAX {
        return Err(InstanceError::TooMany { what: "levels", count: LEVELS_MAX + 1 });
    }
    let weight = |applicant| lottery::level_weight(seed, &instance.ticket(applicant), level);
    let weights = (0..instance.applicants()).map(weight).collect();
    instance.add_level(weights)
}

/// One record per register entry, in the register's order.
pub fn records(register: &[Revision], instance: &Instance, allocation: &Allocation) -> Vec<Record> {
    let applicants = by_ticket(instance);
    let record = |revision: &Revision| match applicants.get(&revision.ticket) {
        Some(applicant) => record(instance, allocation, *applicant),
        None => Record { ticket: revision.ticket, number: LotteryNumber(0), outcome: Outcome::Withdrawn },
    };
    register.iter().map(record).collect()
}

/// The record of the applicant at a draw position.
pub fn record(instance: &Instance, allocation: &Allocation, applicant: usize) -> Record {
    let outcome = match allocation.placement(applicant) {
        None => Outcome::Unplaced,
        Some(Placement { pool, rank }) => {
            Outcome::Placed { session: instance.session(pool), choice: u8::try_from(rank).unwrap_or(u8::MAX) }
        }
    };
    Record { ticket: instance.ticket(applicant), number: instance.number(applicant), outcome }
}

/// One seat per register entry, in the register's order; none if the programme keeps no seats for anybody.
pub fn seats(programme: &Programme, register: &[Revision], instance: &Instance, allocation: &Allocation) -> Vec<Seat> {
    if Form::of(programme) == Form::None {
        return Vec::new();
    }
    let applicants = by_ticket(instance);
    let seat = |applicant: &usize| seat(instance, allocation, *applicant);
    register.iter().map(|revision| applicants.get(&revision.ticket).map(seat).unwrap_or_default()).collect()
}

/// The seat of the applicant at a draw position.
pub fn seat(instance: &Instance, allocation: &Allocation, applicant: usize) -> Seat {
    let within = |pool: PoolIndex| {
        let session = instance.session(pool);
        (session, u16::try_from(pool.0 - instance.pools_of(session).start).unwrap_or(u16::MAX))
    };
    Seat {
        pool: allocation.pool(applicant).map(|pool| within(pool).1),
        first_pass: allocation.first_pass(applicant).map(within),
    }
}

/// The draw position of each ticket.
fn by_ticket(instance: &Instance) -> BTreeMap<Ticket, usize> {
    (0..instance.applicants()).map(|applicant| (instance.ticket(applicant), applicant)).collect()
}

/// The pool of a session by its number within it; `None` if there is no such session or pool.
pub fn pool(places: &Places, session: SessionIndex, pool: u16) -> Option<PoolIndex> {
    let known = (session.0 as usize) < places.sessions();
    let mut pools = known.then(|| places.pools_of(session))?;
    pools.nth(usize::from(pool)).map(PoolIndex)
}

/// The allocation that records and seats describe, in draw order; without seats everybody sits in an open pool.
/// Whether it is possible at all is the certificate's question.
pub fn allocation(instance: &Instance, records: &[Record], seats: &[Seat]) -> Allocation {
    // A pool that does not exist is nobody's: the certificate will say so.
    const UNKNOWN: PoolIndex = PoolIndex(u32::MAX - 1);
    let open = Seat { pool: Some(0), first_pass: None };
    let seat = |place| if seats.is_empty() { open } else { seats.get(place).copied().unwrap_or_default() };
    let result = |(place, record): (usize, &Record)| (record.ticket, (record.outcome, seat(place)));
    let results: BTreeMap<Ticket, (Outcome, Seat)> = records.iter().enumerate().map(result).collect();
    let at = |session, number| pool(instance.places(), session, number).unwrap_or(UNKNOWN);
    let result = |applicant| results.get(&instance.ticket(applicant));
    let placement = |applicant| match result(applicant) {
        Some((Outcome::Placed { session, choice }, seat)) => {
            Some(Placement { pool: at(*session, seat.pool?), rank: u16::from(*choice) })
        }
        _ => None,
    };
    let allocation = Allocation::new((0..instance.applicants()).map(placement));
    if instance.passes() < 2 {
        return allocation;
    }
    let first = |applicant| result(applicant)?.1.first_pass.map(|(session, number)| at(session, number));
    allocation.with_first_pass((0..instance.applicants()).map(first))
}
