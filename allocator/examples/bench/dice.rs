//! The chance that instances are made of: one keystream per purpose, integers only once the tables stand.
//!
//! **Invariant:** the same stream gives the same values on every machine. The tables are computed in floating point and
//! rounded to 1/1024, far coarser than what mathematical libraries disagree on.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One unit of a score.
pub(crate) const UNIT: i32 = 1024;

/// How many quantiles a table has.
const QUANTILES: usize = 4096;

pub(crate) struct Dice {
    stream: ChaCha20Rng,
    /// Bits drawn and not used yet.
    bits: u64,
    left: u32,
    gumbel: Vec<i32>,
}

impl Dice {
    pub(crate) fn new(stream: u64) -> Self {
        let mut keystream = ChaCha20Rng::from_seed([7; 32]);
        keystream.set_stream(stream);
        Self { stream: keystream, bits: 0, left: 0, gumbel: quantiles(|p| -(-p.ln()).ln()) }
    }

    pub(crate) fn u64(&mut self) -> u64 {
        self.stream.next_u64()
    }

    /// Sixteen bits; four of them from each word of the keystream.
    pub(crate) fn u16(&mut self) -> u16 {
        if self.left == 0 {
            (self.bits, self.left) = (self.u64(), 4);
        }
        self.left -= 1;
        let drawn = (self.bits & 0xFFFF) as u16;
        self.bits >>= 16;
        drawn
    }

    /// A number from 0 to `end` − 1, even to within `end` / 2⁶⁴.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        ((u128::from(self.u64()) * u128::from(end)) >> 64) as u32
    }

    /// Standard Gumbel, in 1/1024: the noise that makes the largest score a logit choice.
    pub(crate) fn gumbel(&mut self) -> i32 {
        let drawn = usize::from(self.u16());
        self.gumbel[drawn % QUANTILES]
    }

    /// Standard normal, in 1/1024: twelve uniform numbers, added up.
    pub(crate) fn normal(&mut self) -> i32 {
        let sum: i32 = (0..12).map(|_| i32::from(self.u16())).sum();
        (sum - 6 * 0x1_0000) / 64
    }

    /// Close to Poisson, at least 1: a normal number of this mean and variance.
    pub(crate) fn about(&mut self, mean: u32) -> u32 {
        let spread = i64::from(mean.isqrt()) * i64::from(self.normal()) / i64::from(UNIT);
        u32::try_from((i64::from(mean) + spread).max(1)).unwrap_or(1)
    }
}

/// What 1, 2, … weigh, so that the n-th of `count` is drawn with probability proportional to n to the power of minus
/// `exponent`.
pub(crate) struct Zipf {
    /// Running sums of the weights.
    sums: Vec<u32>,
}

impl Zipf {
    pub(crate) fn new(count: u32, exponent: f64) -> Self {
        let weight = |n: u32| (65_536.0 * f64::from(n).powf(-exponent)).round().max(1.0) as u32;
        let sums = (1..=count).scan(0, |sum, n| {
            *sum += weight(n);
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    /// From 0.
    pub(crate) fn draw(&self, dice: &mut Dice) -> u32 {
        let drawn = dice.below(*self.sums.last().unwrap_or(&1));
        self.sums.partition_point(|sum| *sum <= drawn) as u32
    }
}

/// e to the power of a score, in 1/1024.
pub(crate) fn exponential(score: i32) -> u64 {
    ((f64::from(score) / f64::from(UNIT)).exp() * f64::from(UNIT)).round() as u64
}

fn quantiles(inverse: impl Fn(f64) -> f64) -> Vec<i32> {
    let middle = |n: usize| (n as f64 + 0.5) / QUANTILES as f64;
    (0..QUANTILES).map(|n| (inverse(middle(n)) * f64::from(UNIT)).round() as i32).collect()
}
