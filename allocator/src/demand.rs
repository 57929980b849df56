//! Who may use what, and at how many steps: one level of costs at a time.
//!
//! **Invariant:** a person's arcs have the tag of the pool they sit in. Several arcs may lead to the same pool; the one of
//! fewest steps counts, and it is the one of the choice at which the session counts.

use crate::auction::{Arc, One, Unit, Weight};
use crate::nodes::Nodes;
use crate::witness::{NOWHERE, Witness};
use protocol::instance::{Choice, Instance, PoolIndex, SessionIndex};
use std::hint::black_box;

/// The people of a market.
pub(crate) trait Demand: Sync {
    /// How their steps weigh.
    type Unit: Unit;

    /// How many there are.
    fn people(&self) -> usize;

    /// How a person's steps weigh.
    fn unit(&self, person: usize) -> Self::Unit;

    /// Reads where the person's arcs begin. Whoever will read the arcs of many people, far from each other in memory, does
    /// this for all of them first: then memory is waited for once for a dozen of them, and not for each.
    fn touch(&self, person: usize);

    /// Everything a person may use in this level, the own seat included.
    fn for_each_arc(&self, person: usize, visit: impl FnMut(Arc));

    /// What arcs lead to.
    fn nodes(&self) -> &Nodes;

    /// The largest cost of an arc.
    fn largest_cost(&self) -> u128;
}

/// Rank costs. Lists are read from the instance whenever they are asked for: nothing is written out.
pub(crate) struct RankDemand<'a> {
    instance: &'a Instance,
    /// `None` in `optimal`.
    witness: Option<&'a Witness>,
    nodes: Nodes,
    pass: usize,
    rank_costs: &'a [u32],
    /// Whether every session has one pool, open to all: then pools have the numbers of sessions.
    all_open: bool,
}

impl<'a> RankDemand<'a> {
    /// Of everybody placed by `witness`; in `optimal` of everybody.
    pub(crate) fn new(instance: &'a Instance, witness: Option<&'a Witness>) -> Self {
        let pools = u32::try_from(instance.pools().len()).unwrap_or(u32::MAX);
        let names_site = |applicant| instance.choices(applicant).any(|choice| matches!(choice, Choice::Site(_)));
        let nodes = if (0..instance.applicants()).any(names_site) {
            match witness {
                Some(witness) => Nodes::with_bundles(instance, &witness.closing),
                None => Nodes::with_bundles(instance, &vec![NOWHERE; instance.pools().len()]),
            }
        } else {
            Nodes::without_bundles(pools)
        };
        let rank_costs = instance.mechanism().rank_costs().unwrap_or(&[]);
        let all_open = instance.places().all_open();
        Self { instance, witness, nodes, pass: instance.passes().saturating_sub(1), rank_costs, all_open }
    }

    fn tag(&self, pool: u32) -> u32 {
        self.witness.map_or(NOWHERE, |witness| witness.closing[pool as usize])
    }
}

impl Demand for RankDemand<'_> {
    type Unit = One;

    fn people(&self) -> usize {
        self.instance.applicants()
    }

    #[inline]
    fn unit(&self, _: usize) -> One {
        One
    }

    #[inline]
    fn touch(&self, person: usize) {
        black_box((self.instance.codes(person).first().copied(), self.instance.class(person)));
    }

    #[inline]
    fn for_each_arc(&self, person: usize, mut visit: impl FnMut(Arc)) {
        let (instance, mechanism) = (self.instance, self.instance.mechanism());
        let tag = match self.witness {
            None => NOWHERE,
            Some(witness) if witness.seats[person] == NOWHERE => return,
            Some(witness) => self.tag(witness.seats[person]),
        };
        let class = instance.class(person);
        let offer = |visit: &mut dyn FnMut(Arc), pool: PoolIndex, node: u32, rank: u16| {
            if self.all_open || instance.admits(self.pass, pool, class) {
                let outsider = match mechanism.outsider_cost() {
                    0 => 0,
                    cost => cost * u32::from(instance.is_outsider(pool, class)),
                };
                visit(Arc { to: node, steps: self.rank_costs[usize::from(rank)] + outsider });
            }
        };
        for (choice, rank) in instance.choices(person).zip(0..) {
            match choice {
                Choice::Session(SessionIndex(pool)) if self.all_open => {
                    if self.tag(pool) == tag {
                        visit(Arc { to: pool, steps: self.rank_costs[usize::from(rank)] });
                    }
                }
                Choice::Session(session) => {
                    for pool in instance.pools_of(session).filter(|pool| self.tag(*pool) == tag) {
                        offer(&mut visit, PoolIndex(pool), pool, rank);
                    }
                }
                Choice::Site(site) => {
                    for lane in self.nodes.lanes(site).iter().filter(|lane| lane.tag == tag) {
                        offer(&mut visit, lane.pool, lane.node, rank);
                    }
                }
            }
        }
        if let Some(steps) = instance.unplaced_cost(person) {
            visit(Arc { to: self.nodes.outside(), steps });
        }
    }

    fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    fn largest_cost(&self) -> u128 {
        let mechanism = self.instance.mechanism();
        let last = mechanism.rank_costs().and_then(<[u32]>::last).copied().unwrap_or(0);
        let placed = u128::from(last) + u128::from(mechanism.outsider_cost());
        let unplaced = (1..=u8::MAX).filter_map(|tier| mechanism.unplaced_cost(tier)).max();
        placed.max(unplaced.unwrap_or(0).into())
    }
}

/// Weight times position, over what earlier levels left to those to whom they left more than one pool.
pub(crate) struct TieDemand<'a> {
    instance: &'a Instance,
    level: usize,
    /// The draw position of each person.
    applicants: Vec<u32>,
    /// Where each person's arcs end.
    ends: Vec<u32>,
    arcs: Vec<Arc>,
    nodes: Nodes,
}

/// Some people's part of a [`TieDemand`].
#[derive(Default)]
pub(crate) struct TiedPeople {
    applicants: Vec<u32>,
    counts: Vec<u32>,
    arcs: Vec<Arc>,
}

impl TiedPeople {
    /// Adds somebody who has a choice left; others take no part.
    pub(crate) fn push(&mut self, applicant: u32, arcs: &[Arc]) {
        if arcs.len() > 1 {
            self.applicants.push(applicant);
            self.counts.push(u32::try_from(arcs.len()).unwrap_or(u32::MAX));
            self.arcs.extend_from_slice(arcs);
        }
    }
}

impl<'a> TieDemand<'a> {
    /// Of nobody yet.
    pub(crate) fn new(instance: &'a Instance, level: usize) -> Self {
        let nodes = Nodes::without_bundles(u32::try_from(instance.pools().len()).unwrap_or(u32::MAX));
        Self { instance, level, applicants: Vec::new(), ends: Vec::new(), arcs: Vec::new(), nodes }
    }

    /// Adds people behind those who are there.
    pub(crate) fn append(&mut self, part: TiedPeople) {
        let mut end = self.ends.last().copied().unwrap_or(0);
        self.applicants.extend(part.applicants);
        self.arcs.extend(part.arcs);
        self.ends.extend(part.counts.into_iter().map(|count| {
            end += count;
            end
        }));
    }

    /// The draw positions of all people.
    pub(crate) fn applicants(&self) -> &[u32] {
        &self.applicants
    }

    #[inline]
    fn arcs(&self, person: usize) -> &[Arc] {
        let start = if person == 0 { 0 } else { self.ends[person - 1] };
        &self.arcs[start as usize..self.ends[person] as usize]
    }

    /// What remains of these people, after this level, for the next one. `prices` are this level's.
    pub(crate) fn next_level(self, prices: &[i128]) -> Self {
        let mut left = TiedPeople::default();
        let mut tight = Vec::new();
        for person in 0..self.people() {
            let pays = |arc: &Arc| {
                let price = prices[arc.to as usize];
                price + self.instance.tie_cost(self.level, self.applicants[person] as usize, arc.steps)
            };
            let least = self.arcs(person).iter().map(pays).min();
            tight.clear();
            tight.extend(self.arcs(person).iter().filter(|arc| Some(pays(arc)) == least));
            left.push(self.applicants[person], &tight);
        }
        let mut next = Self::new(self.instance, self.level + 1);
        next.append(left);
        next
    }
}

impl Demand for TieDemand<'_> {
    type Unit = Weight;

    fn people(&self) -> usize {
        self.applicants.len()
    }

    #[inline]
    fn unit(&self, person: usize) -> Weight {
        Weight(self.instance.weight(self.level, self.applicants[person] as usize))
    }

    #[inline]
    fn touch(&self, person: usize) {
        black_box((self.arcs(person).first().copied(), self.unit(person)));
    }

    #[inline]
    fn for_each_arc(&self, person: usize, visit: impl FnMut(Arc)) {
        self.arcs(person).iter().copied().for_each(visit);
    }

    fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    fn largest_cost(&self) -> u128 {
        let cost = |person| {
            let steps = self.arcs(person).iter().map(|arc| arc.steps).max().unwrap_or(0);
            u128::from(self.unit(person).weight()) * u128::from(steps)
        };
        (0..self.people()).map(cost).max().unwrap_or(0)
    }
}
