//! Lottery numbers against RFC 8439, and against another implementation of it.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use proptest::prelude::*;
use protocol::hash::parse_hex;
use protocol::lottery::{Lots, LotteryNumber, Seed, luckier_hundredths_of_percent, number, rotation, weight};
use protocol::ticket::Ticket;

fn seed(hex: &str) -> Seed {
    Seed(parse_hex(hex).and_then(|bytes| bytes.try_into().ok()).expect("64 digits"))
}

fn ticket(hex: &str) -> Ticket {
    Ticket(parse_hex(hex).and_then(|bytes| bytes.try_into().ok()).expect("24 digits"))
}

/// The integer whose little-endian bytes these are.
fn little_endian(hex: &str) -> u64 {
    u64::from_le_bytes(parse_hex(hex).and_then(|bytes| bytes.try_into().ok()).expect("16 digits"))
}

const ZERO_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const COUNTING_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const ZERO_TICKET: &str = "000000000000000000000000";

#[test]
fn block_0_is_that_of_rfc_8439() {
    // Appendix A.1, vectors 1 and 5.
    let number = |ticket_hex| number(&seed(ZERO_KEY), &ticket(ticket_hex), Lots::ONE).0;
    assert_eq!(number(ZERO_TICKET), little_endian("76b8e0ada0f13d90"));
    assert_eq!(number("000000000000000000000002"), little_endian("c2c64d378cd53637"));
}

#[test]
fn block_1_is_that_of_rfc_8439() {
    // §2.3.2, §2.4.2, then appendix A.1, vectors 2 and 3.
    let last_bit = format!("{}1", &ZERO_KEY[1..]);
    for (key, nonce, keystream) in [
        (COUNTING_KEY, "000000090000004a00000000", "10f1e7e4d13b5915"),
        (COUNTING_KEY, "000000000000004a00000000", "224f51f3401bd9e1"),
        (ZERO_KEY, ZERO_TICKET, "9f07e7be5551387a"),
        (&last_bit, ZERO_TICKET, "3aeb5224ecf84992"),
    ] {
        assert_eq!(rotation(&seed(key), &ticket(nonce)), little_endian(keystream), "{nonce}");
    }
}

#[test]
fn the_example_of_the_spec_holds() {
    let number = number(&seed(COUNTING_KEY), &ticket("6465666768696a6b6c6d6e6f"), Lots::ONE);
    assert_eq!(number.0.to_le_bytes(), little_endian("efda33228dc01766").to_le_bytes());
    assert_eq!(number.0, 7_356_560_228_729_740_015);
}

#[test]
fn several_lots_take_the_smallest_of_so_many_words() {
    // The first three words of appendix A.1, vector 1, fall; the third is the smallest of all eight.
    let words = ["76b8e0ada0f13d90", "405d6ae55386bd28", "bdd219b8a08ded1a"].map(little_endian);
    let number = |lots| number(&seed(ZERO_KEY), &ticket(ZERO_TICKET), Lots::new(lots).expect("1 to 8")).0;
    assert_eq!((1..=8).map(number).collect::<Vec<_>>(), [&words[..], &[words[2]; 5]].concat());
    assert_eq!((Lots::new(0), Lots::new(9)), (None, None));
}

#[test]
fn weights_are_1_to_2_to_the_62() {
    assert_eq!(weight(LotteryNumber(0)), 1 << 62);
    assert_eq!(weight(LotteryNumber(3)), 1 << 62);
    assert_eq!(weight(LotteryNumber(4)), (1 << 62) - 1);
    assert_eq!(weight(LotteryNumber(u64::MAX)), 1);
}

#[test]
fn shares_of_luckier_numbers_are_rounded_down() {
    assert_eq!(luckier_hundredths_of_percent(LotteryNumber(0)), 0);
    assert_eq!(luckier_hundredths_of_percent(LotteryNumber(1 << 63)), 5_000);
    assert_eq!(luckier_hundredths_of_percent(LotteryNumber((1 << 63) - 1)), 4_999);
    assert_eq!(luckier_hundredths_of_percent(LotteryNumber(u64::MAX)), 9_999);
}

proptest! {
    #[test]
    fn any_number_is_what_another_implementation_of_the_keystream_says(key: [u8; 32], nonce: [u8; 12], lots in 1_u8..=8) {
        let mut blocks = [0; 128];
        ChaCha20::new(&key.into(), &nonce.into()).apply_keystream(&mut blocks);
        let words: Vec<u64> = blocks.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let smallest = words[..usize::from(lots)].iter().min().copied().expect("at least one");
        let (seed, ticket) = (Seed(key), Ticket(nonce));
        prop_assert_eq!(number(&seed, &ticket, Lots::new(lots).expect("1 to 8")).0, smallest);
        prop_assert_eq!(rotation(&seed, &ticket), words[8]);
    }
}
