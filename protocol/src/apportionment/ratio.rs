//! Fractions in lowest terms, compared exactly.

use std::{cmp::Ordering, fmt};

/// A fraction ≥ 0 in lowest terms. `new` keeps numerators below 2⁸⁰ and denominators below 2⁴⁰, so that no product of two
/// overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: u128,
    denominator: u128,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// Reduces; `None` if the denominator is 0 or the reduced numbers are 2⁸⁰ and 2⁴⁰ or more.
    pub fn new(numerator: u128, denominator: u128) -> Option<Self> {
        let divisor = gcd(numerator, denominator);
        if denominator == 0 {
            return None;
        }
        let reduced = Self { numerator: numerator / divisor, denominator: denominator / divisor };
        (reduced.numerator < 1 << 80 && reduced.denominator < 1 << 40).then_some(reduced)
    }

    /// Numerator in lowest terms.
    pub fn numerator(self) -> u128 {
        self.numerator
    }

    /// Denominator in lowest terms, at least 1.
    pub fn denominator(self) -> u128 {
        self.denominator
    }

    /// The whole part.
    pub fn floor(self) -> u128 {
        self.numerator / self.denominator
    }

    /// What is left of the whole part: numerator below denominator.
    pub fn fraction(self) -> Self {
        Self { numerator: self.numerator % self.denominator, denominator: self.denominator }
    }
}

impl From<u64> for Ratio {
    fn from(whole: u64) -> Self {
        Self { numerator: u128::from(whole), denominator: 1 }
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}
