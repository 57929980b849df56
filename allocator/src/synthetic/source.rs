//! Random numbers of a synthetic world: one ChaCha20 keystream (RFC 8439, with a 64-bit stream number) per thing that is
//! invented.
//!
//! **Invariant:** which numbers a person or a site gets depends on the seed and on its own number only.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Whose numbers these are.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    /// A person of a cohort.
    Person(u32),
    /// A person of no cohort.
    Stranger(u32),
    /// A centre, by its place in the table.
    Centre(u32),
}

/// A stream of numbers.
pub(super) struct Source(ChaCha20Rng);

impl Source {
    pub(super) fn new(seed: [u8; 32], owner: Owner) -> Self {
        let (kind, number) = match owner {
            Owner::Person(number) => (0u64, number),
            Owner::Stranger(number) => (1, number),
            Owner::Centre(number) => (2, number),
        };
        let mut stream = ChaCha20Rng::from_seed(seed);
        stream.set_stream(kind << 32 | u64::from(number));
        Self(stream)
    }

    /// A number from 0 up to, not including, `bound`; a bound of 0 counts as 1. Words above the last whole multiple of
    /// the bound are thrown away, so every value is equally likely.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let bound = bound.max(1);
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let word = self.0.next_u64();
            if word < limit {
                return word % bound;
            }
        }
    }

    /// A place in a list, as likely as its weight. `cumulative[i]` is the sum of the weights up to and including `i`.
    pub(super) fn pick(&mut self, cumulative: &[u64]) -> usize {
        let point = self.below(cumulative.last().copied().unwrap_or(1));
        cumulative.partition_point(|&sum| sum <= point)
    }
}

/// Running sums of `weights`, for [`Source::pick`].
pub(super) fn cumulative(weights: impl IntoIterator<Item = u64>) -> Vec<u64> {
    weights
        .into_iter()
        .scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}
