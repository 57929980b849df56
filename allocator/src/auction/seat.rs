//! What an auction knows of a person: small, and all in one place, since searches spend their time reading these.
//!
//! A [`Seat`] is a person with everything they may use, written out in the seat they hold. Reading a pool's occupants is
//! then reading memory in order, several times faster than following references.

/// A node, and at how many steps a person may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    /// A pool, the outside, or a bundle.
    pub(crate) to: u32,
    /// What it costs, in the person's weight.
    pub(crate) steps: u32,
}

/// How heavily a person's steps weigh.
pub(crate) trait Unit: Copy + Send + Sync {
    /// 1 to 2⁶².
    fn weight(self) -> u64;
}

/// Everybody's steps weigh the same: rank costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One;

impl Unit for One {
    #[inline(always)]
    fn weight(self) -> u64 {
        1
    }
}

/// Drawn by lot: ties.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight(pub(crate) u64);

impl Unit for Weight {
    #[inline(always)]
    fn weight(self) -> u64 {
        self.0
    }
}

/// No tail.
const NONE: u32 = u32::MAX;

/// A person in a seat, or on the way to one. Unused arcs lead to a node that nobody can have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat<U, const K: usize> {
    pub(super) unit: U,
    /// The person's number.
    pub(crate) person: u32,
    /// Steps of the arc that led to this seat.
    pub(super) steps: u32,
    /// Where the arcs after the first K are.
    tail: u32,
    arcs: [Arc; K],
}

/// The arcs of people who have more than a seat holds.
#[derive(Debug, Default)]
pub(crate) struct Tails {
    arcs: Vec<Arc>,
    /// Where each tail ends.
    ends: Vec<usize>,
}

impl Tails {
    #[inline]
    fn of(&self, tail: u32) -> &[Arc] {
        let tail = tail as usize;
        let start = if tail == 0 { 0 } else { self.ends[tail - 1] };
        &self.arcs[start..self.ends[tail]]
    }

    fn push(&mut self, arcs: &[Arc]) -> u32 {
        self.arcs.extend_from_slice(arcs);
        self.ends.push(self.arcs.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(NONE)
    }

    /// Appends other tails, whose nodes have other numbers here; returns by how much their own numbers grow.
    pub(super) fn append(&mut self, other: Self, node: &impl Fn(u32) -> u32) -> u32 {
        let (before, offset) = (u32::try_from(self.ends.len()).unwrap_or(NONE), self.arcs.len());
        self.arcs.extend(other.arcs.iter().map(|arc| Arc { to: node(arc.to), ..*arc }));
        self.ends.extend(other.ends.into_iter().map(|end| end + offset));
        before
    }
}

impl<U: Unit, const K: usize> Seat<U, K> {
    /// Somebody who may use `arcs`.
    pub(crate) fn new(person: u32, unit: U, arcs: &[Arc], void: u32, tails: &mut Tails) -> Self {
        let mut held = [Arc { to: void, steps: 0 }; K];
        let first = arcs.len().min(K);
        held[..first].copy_from_slice(&arcs[..first]);
        let tail = if arcs.len() > K { tails.push(&arcs[K..]) } else { NONE };
        Self { unit, person, steps: 0, tail, arcs: held }
    }

    #[inline(always)]
    pub(super) fn for_each_arc(&self, tails: &Tails, mut visit: impl FnMut(Arc)) {
        for arc in &self.arcs {
            visit(*arc);
        }
        if self.tail != NONE {
            tails.of(self.tail).iter().for_each(|arc| visit(*arc));
        }
    }

    /// The same person where nodes and tails have other numbers.
    pub(super) fn renumber(&mut self, node: &impl Fn(u32) -> u32, tails: u32) {
        for arc in &mut self.arcs {
            arc.to = node(arc.to);
        }
        if self.tail != NONE {
            self.tail += tails;
        }
    }
}
