//! How many have registered: by time, cohort, district and channel, of how many on the roll.
//!
//! **Invariant:** a [`Turnout`] counts the revisions of its batches, each once, and what stands after them: as many entries
//! as there are tickets in these batches. It is brought up to date by reading what came since, and nothing twice; no
//! transaction of the reader's is open for longer than a page of batches, and none that writes waits for it.

use crate::store::{Database, StoreError};
use protocol::{
    entry::{Channel, Status},
    programme::civil::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// Revisions of a quarter of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// First registrations.
    pub registered: u64,
    /// Other choices, or registrations again.
    pub changed: u64,
    /// Withdrawals.
    pub withdrew: u64,
}

/// Entries of one cohort, district and channel, as their last revisions say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Index of the cohort in the programme.
    pub cohort: u16,
    /// Index of the district in the programme.
    pub district: u16,
    /// How the last revision came.
    pub channel: Channel,
    /// Of them, those that take part.
    pub active: u64,
    /// Of them, those that were withdrawn.
    pub withdrawn: u64,
}

/// People on the roll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollCount {
    /// All.
    pub people: u64,
    /// By the programme's cohorts, in order; who is in none is only in `people`.
    pub cohorts: Vec<u64>,
    /// By the programme's districts, in order.
    pub districts: Vec<u64>,
}

/// How many have registered, up to some batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    batches: u64,
    newest_unix_s: Option<u64>,
    quarters: BTreeMap<u64, Flow>,
    standing: BTreeMap<[u8; 5], [i64; 2]>,
    roll: RollCount,
    /// The first line of the journal that the count of the roll does not know.
    line: Option<u64>,
}

/// Revisions that arrived in one quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Quarters of an hour since 1970: every zone's hours begin with one.
    pub(crate) quarter: u64,
    pub(crate) status: Status,
    /// Whether they are revision 1 of their tickets.
    pub(crate) is_first: bool,
    pub(crate) revisions: u64,
}

/// By how much entries of one kind became more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// cohort u16, district u16, seats u8, channel u8.
    pub(crate) kind: [u8; 6],
    pub(crate) status: Status,
    pub(crate) more: i64,
}

/// People of one district and some birth dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnRoll {
    pub(crate) district: String,
    /// How many of the dates that were asked for are not after theirs.
    pub(crate) dates: usize,
    pub(crate) people: u64,
}

/// Batches that are counted with one statement, so that none takes long.
const PAGE: u64 = 1024;

impl Turnout {
    /// Batches it counts.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// Second of the newest of them.
    pub fn newest_unix_s(&self) -> Option<u64> {
        self.newest_unix_s
    }

    /// Quarters of an hour in which something came, by the second at which they begin.
    pub fn quarters(&self) -> impl Iterator<Item = (u64, Flow)> + '_ {
        self.quarters.iter().map(|(quarter, flow)| (quarter * QUARTER_S, *flow))
    }

    /// Entries by cohort, district and channel, in this order.
    pub fn standing(&self) -> impl Iterator<Item = Standing> + '_ {
        self.standing.iter().filter_map(|([a, b, c, d, channel], [active, withdrawn])| {
            Some(Standing {
                cohort: u16::from_be_bytes([*a, *b]),
                district: u16::from_be_bytes([*c, *d]),
                channel: Channel::from_byte(*channel)?,
                active: u64::try_from(*active).ok()?,
                withdrawn: u64::try_from(*withdrawn).ok()?,
            })
        })
    }

    /// All revisions.
    pub fn revisions(&self) -> u64 {
        self.quarters.values().map(|flow| flow.registered + flow.changed + flow.withdrew).sum()
    }

    /// People on the roll.
    pub fn roll(&self) -> &RollCount {
        &self.roll
    }

    fn arrive(&mut self, arrived: &Arrived) {
        let flow = self.quarters.entry(arrived.quarter).or_default();
        let counted = match (arrived.status.is_active(), arrived.is_first) {
            (false, _) => &mut flow.withdrew,
            (true, true) => &mut flow.registered,
            (true, false) => &mut flow.changed,
        };
        *counted += arrived.revisions;
    }

    fn take(&mut self, moved: &Moved) {
        let [a, b, c, d, _, channel] = moved.kind;
        let [active, withdrawn] = self.standing.entry([a, b, c, d, channel]).or_default();
        *if moved.status.is_active() { active } else { withdrawn } += moved.more;
    }
}

/// Seconds of a quarter of an hour.
const QUARTER_S: u64 = 900;

impl Database {
    /// Brings a turnout up to date; begin with `Turnout::default()`. Reads what came since, and the roll if it changed.
    ///
    /// # Errors
    /// [`StoreError`]; then the turnout is spoilt.
    pub async fn count(&self, turnout: &mut Turnout) -> Result<(), StoreError> {
        let last = self.store.last_batch().await?;
        let end = last.map_or(0, |last| last.number + 1);
        while turnout.batches < end {
            let (first, to) = (turnout.batches, end.min(turnout.batches + PAGE));
            let (arrived, moved) = tokio::try_join!(self.store.arrived(first, to), self.store.moved(first, to))?;
            arrived.iter().for_each(|arrived| turnout.arrive(arrived));
            moved.iter().for_each(|moved| turnout.take(moved));
            turnout.batches = to;
        }
        turnout.standing.retain(|_, counts| *counts != [0, 0]);
        turnout.newest_unix_s = last.map(|last| last.time_unix_s);
        let (next, changed) = self.store.roll_changed(turnout.line.unwrap_or(0)).await?;
        if changed || turnout.line.is_none() {
            turnout.roll = self.count_roll().await?;
        }
        turnout.line = Some(next);
        Ok(())
    }

    /// The second of the freeze, if the register was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn frozen_at_unix_s(&self) -> Result<Option<u64>, StoreError> {
        self.store.frozen().await
    }

    async fn count_roll(&self) -> Result<RollCount, StoreError> {
        let programme = &self.programme;
        let mut count = RollCount {
            people: 0,
            cohorts: vec![0; programme.cohorts.len()],
            districts: vec![0; programme.districts.len()],
        };
        // Every range of birth dates is some of the parts into which all ends of ranges divide time.
        let born = || programme.cohorts.iter().flat_map(|cohort| &cohort.born);
        let ends: BTreeSet<Date> = born().flat_map(|born| [Some(born.from), born.to.tomorrow()]).flatten().collect();
        let ends: Vec<Date> = ends.into_iter().collect();
        let groups = self.store.on_roll(&ends).await?;
        for OnRoll { district, people, .. } in &groups {
            count.people += people;
            let place = programme.district_of(district).and_then(|at| count.districts.get_mut(usize::from(at)));
            place.into_iter().for_each(|counted| *counted += people);
        }
        let part = |date: Date| ends.partition_point(|end| *end <= date);
        for (cohort, counted) in programme.cohorts.iter().zip(&mut count.cohorts) {
            for born in &cohort.born {
                let parts = part(born.from)..=part(born.to);
                let admitted = |of: &&OnRoll| {
                    parts.contains(&of.dates)
                        && (cohort.districts.is_empty() || cohort.districts.contains(&of.district))
                };
                *counted += groups.iter().filter(admitted).map(|of| of.people).sum::<u64>();
            }
        }
        Ok(count)
    }
}
