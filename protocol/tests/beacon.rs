//! The beacon against recorded rounds of quicknet and against everything a false one could be.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use protocol::beacon::{self, Beacon, BeaconError};
use protocol::hash::{Hash, hex, parse_hex};
use sha2::{Digest, Sha256};

/// Round, signature and randomness as drand published them.
const RECORDED: [(u64, &str, &str); 2] = [
    (
        123,
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
    ),
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
];

fn recorded(place: usize) -> Beacon {
    let (round, signature, _) = RECORDED[place];
    Beacon { round, signature: parse_hex(signature).unwrap().try_into().unwrap() }
}

fn json(round: &str, signature: &str, rest: &str) -> Vec<u8> {
    format!(r#"{{"round":{round},"signature":"{signature}"{rest}}}"#).into_bytes()
}

#[test]
fn recorded_rounds_verify() {
    for (place, (_, _, randomness)) in RECORDED.into_iter().enumerate() {
        assert_eq!(recorded(place).verify().unwrap().hash().to_string(), randomness);
    }
}

/// drand names a chain by SHA-256(period u32 ‖ genesis u64 ‖ key ‖ genesis seed ‖ identifier): the pinned name fits
/// the other pinned values, so none of them is mistyped.
#[test]
fn the_pinned_constants_are_one_chain() {
    let genesis_seed = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";
    let hasher = Sha256::new()
        .chain_update(u32::try_from(beacon::PERIOD_S).unwrap().to_be_bytes())
        .chain_update(beacon::GENESIS_UNIX_S.to_be_bytes())
        .chain_update(parse_hex(beacon::PUBLIC_KEY).unwrap())
        .chain_update(parse_hex(genesis_seed).unwrap())
        .chain_update("quicknet");
    assert_eq!(hex(&hasher.finalize()), beacon::CHAIN_HASH);
}

#[test]
fn a_signature_is_of_one_round() {
    let beacon = recorded(1);
    for round in [1, 123, 999, 1001, 1000 << 32, 1000_u64.swap_bytes(), u64::MAX] {
        assert_eq!(Beacon { round, ..beacon }.verify(), Err(BeaconError::Signature { round }));
    }
    assert_eq!(Beacon { round: 0, ..beacon }.verify(), Err(BeaconError::RoundZero));
}

#[test]
fn any_flipped_byte_is_refused() {
    for place in 0..48 {
        for bit in [0, 5, 7] {
            let mut beacon = recorded(1);
            beacon.signature[place] ^= 1 << bit;
            let error = beacon.verify().unwrap_err();
            let round = 1000;
            assert!([BeaconError::Point { round }, BeaconError::Signature { round }].contains(&error), "{place}.{bit}");
        }
    }
}

#[test]
fn points_outside_the_group_are_refused() {
    let point = Err(BeaconError::Point { round: 1000 });
    let verify = |signature: [u8; 48]| Beacon { round: 1000, signature }.verify();
    let mut neutral = [0; 48];
    neutral[0] = 0xc0;
    assert_eq!(verify(neutral), point);
    assert_eq!(verify([0; 48]), point);
    assert_eq!(verify([0xff; 48]), point);
    // x = 4 lies on the curve y² = x³ + 4 but not in the subgroup of prime order.
    let mut outside = [0; 48];
    (outside[0], outside[47]) = (0x80, 4);
    assert_eq!(verify(outside), point);
    // The negated point: on the curve, in the group, and not the signature.
    let mut negated = recorded(1);
    negated.signature[0] ^= 0x20;
    assert_eq!(negated.verify(), Err(BeaconError::Signature { round: 1000 }));
}

#[test]
fn rounds_and_times_are_inverse() {
    let genesis = beacon::GENESIS_UNIX_S;
    assert_eq!(beacon::time_of_round(1), genesis);
    assert_eq!(beacon::time_of_round(1000), 1_692_806_364); // 2023-08-23T15:59:24Z
    assert_eq!(beacon::time_of_round(0), genesis);
    assert_eq!(beacon::time_of_round(u64::MAX), u64::MAX);
    for (time, round) in [(0, 1), (genesis, 1), (genesis + 1, 2), (genesis + 3, 2), (genesis + 4, 3)] {
        assert_eq!(beacon::round_at_or_after(time), round);
    }
    for time in (genesis..genesis + 1000).chain([4_102_444_800, 1 << 53, u64::MAX - 10]) {
        let round = beacon::round_at_or_after(time);
        assert!(beacon::time_of_round(round) >= time);
        assert!(round == 1 || beacon::time_of_round(round - 1) < time);
    }
    assert!(beacon::round_at_or_after(u64::MAX) > 1);
}

#[test]
fn drands_json_is_read_with_and_without_randomness() {
    for (place, (round, signature, randomness)) in RECORDED.into_iter().enumerate() {
        let bare = json(&round.to_string(), signature, "");
        let full = json(&round.to_string(), signature, &format!(r#","randomness":"{randomness}""#));
        assert_eq!(Beacon::parse(&bare), Ok(recorded(place)));
        assert_eq!(Beacon::parse(&full), Ok(recorded(place)));
        let turned = format!("\n {{ \"signature\" : \"{signature}\", \"round\" : {round} }}\n");
        assert_eq!(Beacon::parse(turned.as_bytes()), Ok(recorded(place)));
    }
}

#[test]
fn other_json_is_refused() {
    let (_, signature, randomness) = RECORDED[0];
    let parse = |round: &str, signature: &str, rest: &str| Beacon::parse(&json(round, signature, rest));
    let other = Hash::of(b"other");
    let expected = Hash::parse(randomness).unwrap();
    let given = parse("123", signature, &format!(r#","randomness":"{other}""#));
    assert_eq!(given, Err(BeaconError::Randomness { expected, found: other }));
    for text in ["", "ab", &randomness.to_uppercase()] {
        let given = parse("123", signature, &format!(r#","randomness":"{text}""#));
        assert_eq!(given, Err(BeaconError::RandomnessText));
    }
    for text in ["", &signature[..94], &format!("{signature}00"), &signature.to_uppercase(), &format!("0x{signature}")]
    {
        assert_eq!(parse("123", text, ""), Err(BeaconError::SignatureText), "{text}");
    }
    assert_eq!(parse("0", signature, ""), Err(BeaconError::RoundZero));
    for round in ["-1", "1.0", "1e3", "\"123\"", "null", "18446744073709551616", "0123"] {
        assert!(matches!(parse(round, signature, ""), Err(BeaconError::Json { .. })), "{round}");
    }
    let rests = [r#","randomness":null"#, r#","previous_signature":"""#, r#","round":123"#, r#","note":1"#, ","];
    for rest in rests {
        assert!(matches!(parse("123", signature, rest), Err(BeaconError::Json { .. })), "{rest}");
    }
    for text in ["", "null", "{}", &format!("[123,\"{signature}\"]"), "{\"round\":123}", "{\"round\":123} {}"] {
        assert!(matches!(Beacon::parse(text.as_bytes()), Err(BeaconError::Json { .. })), "{text}");
    }
}
