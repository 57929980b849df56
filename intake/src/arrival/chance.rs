//! How unlikely a count is, from above: tails of the hypergeometric distribution in integers.
//!
//! Of `all` things `marked` are marked; `drawn` are drawn without putting back, all choices alike likely. X of the drawn are
//! marked.
//!
//! 1. P(X = k) = C(marked, k) · C(all − marked, drawn − k) ÷ C(all, drawn).
//! 2. For k at or above the most likely value, P(X ≥ k) ≤ P(X = k) ÷ (1 − ρ) with ρ = P(X = k + 1) ÷ P(X = k), since these
//!    ratios fall (the distribution is log-concave). P(X ≤ k) is the same of the things that are not marked.
//! 3. Logarithms of factorials by Robbins' form of Stirling's series (*A Remark on Stirling's Formula*, 1955):
//!    ln n! = n ln n − n + ½ ln 2πn + r with 1 ÷ (12n + 1) < r < 1 ÷ 12n.
//!
//! **Invariant:** what is returned is at least log₂ of the probability, for all counts below 2³²; no float decides.

/// Logarithms to the base 2, in units of 2⁻⁴⁸.
pub(super) type Bits = i128;

/// One bit.
pub(super) const BIT: Bits = 1 << 48;

/// More than all roundings of one probability together: nine factorials, each within 2⁻¹³ bits below 2³², and the last factor.
const MARGIN: Bits = BIT >> 8;

/// ⌊log₂ e · 2⁶⁴⌋.
const LOG2_E: i128 = 26_613_026_195_688_644_983;

/// ⌊½ log₂ 2π · 2⁴⁸⌋.
const HALF_LOG2_2PI: Bits = 373_164_905_645_807;

/// Largest factorial that is added up.
const SMALL: u64 = 16;

/// Counts of one draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Urn {
    pub(super) all: u32,
    pub(super) marked: u32,
    pub(super) drawn: u32,
}

impl Urn {
    /// At least log₂ P(X ≥ k); 0 where k is not above what is most likely.
    pub(super) fn at_least(self, k: u32) -> Bits {
        let [all, marked, drawn, k] = [self.all, self.marked, self.drawn, k].map(i128::from);
        let most = marked.min(drawn);
        if k > most || marked > all || drawn > all || all - marked < drawn - k {
            // More than there can be, or fewer: the caller's counts are always possible ones.
            return 0;
        }
        // ρ = above ÷ below.
        let above = (marked - k) * (drawn - k);
        let below = (k + 1) * (all - marked - drawn + k + 1);
        if above >= below {
            return 0;
        }
        let point = choose(marked, k) + choose(all - marked, drawn - k) - choose(all, drawn);
        (point + log2(below) - log2(below - above) + MARGIN).min(0)
    }

    /// At least log₂ P(X ≤ k); 0 where k is not below what is most likely.
    pub(super) fn at_most(self, k: u32) -> Bits {
        let others = Self { marked: self.all.saturating_sub(self.marked), ..self };
        others.at_least(self.drawn.saturating_sub(k))
    }
}

fn choose(of: i128, k: i128) -> Bits {
    factorial(of) - factorial(k) - factorial(of - k)
}

/// log₂ n!, within 2⁻¹³ bits for n below 2³².
fn factorial(n: i128) -> Bits {
    if n <= i128::from(SMALL) {
        return (2..=n).map(log2).sum();
    }
    // r is between 1 ÷ (12n + 1) and 1 ÷ 12n, which are less than 2⁻¹⁴ apart from here on.
    n * log2(n) - ((n * LOG2_E) >> 16) + HALF_LOG2_2PI + log2(n) / 2 + (LOG2_E >> 16) / (12 * n)
}

/// log₂ of a number above 0, rounded down, within 2⁻⁴⁶ bits: the fraction's digits by squaring (Knuth, TAOCP 1, 1.2.2).
pub(super) fn log2(number: i128) -> Bits {
    let whole = 127_u32.saturating_sub(number.leading_zeros());
    // From 1 to below 2, in units of 2⁻⁶³.
    let number = number.unsigned_abs();
    let mut rest = if whole > 63 { number >> (whole - 63) } else { number << (63 - whole) };
    let mut log = Bits::from(whole);
    for _ in 0..48 {
        rest = (rest * rest) >> 63;
        log <<= 1;
        if rest >= 1 << 64 {
            rest >>= 1;
            log += 1;
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(of: u128, k: u128) -> u128 {
        if k > of { 0 } else { (0..k).fold(1, |product, i| product * (of - i) / (i + 1)) }
    }

    #[test]
    fn logarithms_of_powers_are_whole_and_others_fit_together() {
        for power in 0..100 {
            assert_eq!(log2(1 << power), BIT * power);
        }
        assert!(log2(3).abs_diff(446_127_282_977_750) <= 4, "log2 3 = 1.58496250072115618…");
        for (a, b) in [(3, 5), (1000, 1001), (4_294_967_291, 4_294_967_279)] {
            assert!((log2(a) + log2(b)).abs_diff(log2(a * b)) <= 8);
        }
    }

    #[test]
    fn factorials_go_on_where_stirling_takes_over() {
        let mut sum = 0;
        for n in 1..5000 {
            sum += log2(n);
            assert!(factorial(n).abs_diff(sum) < 1 << (48 - 13), "{n}");
        }
    }

    /// Every tail of every urn of up to 40 things, against its exact probability.
    #[test]
    fn no_bound_is_below_its_probability_nor_far_above() {
        let mut compared = 0;
        for all in 1..=40_u32 {
            for marked in 0..=all {
                for drawn in 0..=all {
                    let urn = Urn { all, marked, drawn };
                    let ways =
                        |k: u32| exactly(marked.into(), k.into()) * exactly((all - marked).into(), (drawn - k).into());
                    let (low, high) = ((marked + drawn).saturating_sub(all), marked.min(drawn));
                    let sum: u128 = (low..=high).map(ways).sum();
                    for k in low..=high {
                        let least: u128 = (k..=high).map(ways).sum();
                        let most: u128 = (low..=k).map(ways).sum();
                        for (bound, exact) in [(urn.at_least(k), least), (urn.at_most(k), most)] {
                            let exact = log2(exact.cast_signed()) - log2(sum.cast_signed());
                            assert!(bound >= exact, "{urn:?} {k}");
                            if exact < -10 * BIT {
                                assert!(bound <= exact + BIT / 2, "{urn:?} {k}: {bound} for {exact}");
                                compared += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(compared > 10_000);
    }

    #[test]
    fn the_largest_counts_are_no_trouble() {
        let urn = Urn { all: u32::MAX, marked: u32::MAX / 10, drawn: u32::MAX / 10 };
        assert!(urn.at_least(u32::MAX / 10) < -1_000_000_000 * BIT);
        assert_eq!(urn.at_least(u32::MAX / 100), 0, "what is expected");
        assert!(urn.at_most(0) < -50_000_000 * BIT);
    }
}
