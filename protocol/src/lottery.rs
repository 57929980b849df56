//! Lottery numbers: what a seed gives to a ticket. SPEC §10.
//!
//! **Invariant:** everything here is a function of the seed and one ticket. Adding, removing or correcting any other
//! entry changes nothing (a shuffle does not have this property).
//!
//! The keystream is ChaCha20 as in RFC 8439 §2.4: the seed is the key, the ticket is the 12-byte nonce, and blocks
//! are counted from 0. Block 0 holds the lottery number, block 1 the rotation, block 2 and those after it more weights.

use crate::ticket::Ticket;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The 32 bytes nobody chose: the key of the keystream (SPEC §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

/// A lottery number. Smaller is luckier; equal numbers go by ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotteryNumber(pub u64);

/// How many numbers an applicant draws, of which the smallest counts: 1 to 8, as many as a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lots(u8);

impl Lots {
    /// One number for everybody: the plain lottery.
    pub const ONE: Self = Self(1);

    /// `None` unless `count` is 1 to 8.
    pub fn new(count: u8) -> Option<Self> {
        (1..=8).contains(&count).then_some(Self(count))
    }

    /// The count, 1 to 8.
    pub fn count(self) -> u8 {
        self.0
    }
}

/// Bytes 0..8 of block 0 as a little-endian integer; with several lots, the smallest of the block's first `lots`
/// such integers.
pub fn number(seed: &Seed, ticket: &Ticket, lots: Lots) -> LotteryNumber {
    let mut block = keystream(seed, ticket, 0);
    let first = block.next_u64();
    LotteryNumber((1..lots.0).fold(first, |smallest, _| smallest.min(block.next_u64())))
}

/// Bytes 0..8 of block 1 as a little-endian integer: by how much this applicant's sessions of a site are rotated.
pub fn rotation(seed: &Seed, ticket: &Ticket) -> u64 {
    keystream(seed, ticket, 1).next_u64()
}

/// How heavily an applicant's wishes weigh when only luck is left to decide: 1 for the last number there is, 2⁶² for
/// the first. Two bits are dropped so that sums of products stay inside 128 bits.
pub fn weight(number: LotteryNumber) -> u64 {
    ((u64::MAX - number.0) >> 2) + 1
}

/// The weight at a level after the first, counted from 0: from bytes 0..8 of block level + 1.
pub fn level_weight(seed: &Seed, ticket: &Ticket, level: u32) -> u64 {
    weight(LotteryNumber(keystream(seed, ticket, level + 1).next_u64()))
}

/// The share of all possible numbers that are luckier, in hundredths of a percent, rounded down: 0 to 9,999.
pub fn luckier_hundredths_of_percent(number: LotteryNumber) -> u16 {
    let share = (u128::from(number.0) * 10_000) >> 64;
    u16::try_from(share).unwrap_or(9_999)
}

/// The keystream of `seed` and `ticket` from the start of `block`. `rand_chacha` counts blocks in 64 bits and has a
/// 64-bit stream; RFC 8439 gives the upper half of that counter to the nonce.
fn keystream(seed: &Seed, ticket: &Ticket, block: u32) -> ChaCha20Rng {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = ticket.0;
    let counter = u64::from(u32::from_le_bytes([a, b, c, d])) << 32 | u64::from(block);
    let mut stream = ChaCha20Rng::from_seed(seed.0);
    stream.set_stream(u64::from_le_bytes([e, f, g, h, i, j, k, l]));
    stream.set_word_pos(u128::from(counter) * 16);
    stream
}
