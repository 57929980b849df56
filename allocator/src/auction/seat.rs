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

/// A person in a seat, or on the way to one. It holds up to K arcs of few steps: 32 bytes for two arcs with a weight, 48 for
/// four with a weight or six without. Unused ones lead to a node that nobody can have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat<U, const K: usize> {
    pub(super) unit: U,
    /// The person's number.
    pub(crate) person: u32,
    /// Steps of the arc that led to this seat.
    pub(super) steps: u32,
    /// Where the arcs are that are not held.
    tail: u32,
    to: [u32; K],
    steps_to: [u16; K],
}

/// The arcs that seats do not hold: they are too many, or of too many steps.
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

    /// What was added to the arcs is a tail.
    fn end(&mut self) -> u32 {
        if self.ends.last().copied().unwrap_or(0) == self.arcs.len() {
            return NONE;
        }
        self.ends.push(self.arcs.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(NONE)
    }

    /// Appends other tails; returns by how much their numbers grow.
    pub(super) fn append(&mut self, other: &mut Self) -> u32 {
        let (before, offset) = (u32::try_from(self.ends.len()).unwrap_or(NONE), self.arcs.len());
        self.arcs.append(&mut other.arcs);
        self.ends.extend(other.ends.drain(..).map(|end| end + offset));
        before
    }
}

impl<U: Unit, const K: usize> Seat<U, K> {
    /// Somebody who may use `arcs`.
    pub(crate) fn new(person: u32, unit: U, arcs: &[Arc], void: u32, tails: &mut Tails) -> Self {
        let (mut to, mut steps_to, mut held) = ([void; K], [0; K], 0);
        for arc in arcs {
            match u16::try_from(arc.steps) {
                Ok(steps) if held < K => {
                    (to[held], steps_to[held]) = (arc.to, steps);
                    held += 1;
                }
                _ => tails.arcs.push(*arc),
            }
        }
        Self { unit, person, steps: 0, tail: tails.end(), to, steps_to }
    }

    #[inline(always)]
    pub(super) fn for_each_arc(&self, tails: &Tails, mut visit: impl FnMut(Arc)) {
        for (to, steps) in self.to.iter().zip(&self.steps_to) {
            visit(Arc { to: *to, steps: u32::from(*steps) });
        }
        if self.tail != NONE {
            tails.of(self.tail).iter().for_each(|arc| visit(*arc));
        }
    }

    /// The same person where tails have other numbers.
    pub(super) fn move_tail(&mut self, by: u32) {
        if self.tail != NONE {
            self.tail += by;
        }
    }
}
