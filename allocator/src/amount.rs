//! What costs and prices are counted in, and why it never overflows.
//!
//! Definitions. A cost is a person's weight times a number of steps; the largest of a level is c. The graph of a level
//! has n nodes. Costs and prices are held scaled: multiplied by S = 2^shift, so that prices can differ by less than a
//! cost does. An auction that raises prices by ε = 1 in this scale ends with an assignment in which no cycle of moves
//! gains more than its number of arcs, at most 2n; costs are multiples of S > 2n, so no cycle gains at all (Bertsekas 1979).
//!
//! **Invariant:** with a [`Grain`] of [`Grain::finest`] no price, distance or sum of both leaves ±[`Amount::HALF`]:
//!
//! 1. In an auction, a price rises above its start only while somebody without a seat can reach a free one: along at
//!    most n arcs, each of which costs at most c·S + 1 more. Refilling lowers prices by no more than such a path.
//! 2. A least price is a sum of at most n differences of costs, so at most n·c.
//! 3. A distance is a difference of two prices and one path: below 4·n·(c·S + 1). This has to be below HALF.
//!
//! Where it is not for any S, ε = 0 and S = 1 remain: exact shortest paths, slower, with the bound 4·n·c.

use std::fmt::Debug;
use std::ops::{Add, Sub};

/// A signed integer wide enough for the sums of a level.
pub(crate) trait Amount: Copy + Ord + Debug + Send + Sync + Add<Output = Self> + Sub<Output = Self> {
    const ZERO: Self;
    /// The price of what nobody can have. Adding a cost to it does not overflow.
    const FAR: Self;
    /// Everything real is nearer than this, everything forbidden farther.
    const HALF: Self;
    /// A potential above all prices of pools that have seats: that of those that have none.
    const CLOSED: Self;
    /// Bits of [`Self::HALF`].
    const BITS: u32;

    /// The cost of `steps`, scaled, to somebody of this weight.
    fn cost(weight: u64, steps: u64) -> Self;

    /// The same number in the widest type.
    fn wide(self) -> i128;

    /// The same number in this type; [`Self::FAR`] if it does not fit, which condition 3 excludes.
    fn narrow(wide: i128) -> Self;
}

impl Amount for i64 {
    const ZERO: Self = 0;
    const FAR: Self = 1 << 61;
    const HALF: Self = 1 << 60;
    const CLOSED: Self = 1 << 59;
    const BITS: u32 = 60;

    #[inline(always)]
    fn cost(weight: u64, steps: u64) -> Self {
        (weight * steps).cast_signed()
    }

    fn wide(self) -> i128 {
        i128::from(self)
    }

    fn narrow(wide: i128) -> Self {
        Self::try_from(wide).unwrap_or(Self::FAR)
    }
}

impl Amount for i128 {
    const ZERO: Self = 0;
    const FAR: Self = 1 << 125;
    const HALF: Self = 1 << 124;
    const CLOSED: Self = 1 << 123;
    const BITS: u32 = 124;

    #[inline(always)]
    fn cost(weight: u64, steps: u64) -> Self {
        (u128::from(weight) * u128::from(steps)).cast_signed()
    }

    fn wide(self) -> i128 {
        self
    }

    fn narrow(wide: i128) -> Self {
        wide
    }
}

/// How finely prices are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grain {
    /// S = 2^shift.
    pub(crate) shift: u32,
    /// By how much a raised price exceeds what forced it, 0 or 1.
    pub(crate) epsilon: u8,
}

impl Grain {
    /// Without fractions: exact from the first step.
    pub(crate) const WHOLE: Self = Self { shift: 0, epsilon: 0 };

    /// The grain with ε = 1 for a level with components of up to `nodes` nodes, if `A` has room for it: `paths` is the
    /// number of nodes of the whole level, `most` the largest cost.
    pub(crate) fn finest<A: Amount>(nodes: usize, paths: usize, most: u128) -> Option<Self> {
        let bits = |number: u128| u128::BITS - number.leading_zeros();
        let shift = bits(nodes as u128) + 2;
        let needed = bits(paths as u128 + 2) + bits(most + 1) + shift + 2;
        // Scaled steps are multiplied as 64-bit numbers.
        (needed <= A::BITS).then_some(Self { shift, epsilon: 1 })
    }

    /// ε.
    #[inline(always)]
    pub(crate) fn epsilon<A: Amount>(self) -> A {
        A::cost(u64::from(self.epsilon), 1)
    }

    /// The cost of `steps` in this scale.
    #[inline(always)]
    pub(crate) fn cost<A: Amount>(self, weight: u64, steps: u32) -> A {
        A::cost(weight, u64::from(steps) << self.shift)
    }
}
