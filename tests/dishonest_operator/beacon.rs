//! Another random number than the one that programme, register and beacon determine.

use crate::support::{
    demo,
    draft::{Draft, beacon as round_1000, rejected},
};
use protocol::{
    beacon::{self, Beacon},
    bundle::path,
    event::What,
    hash::{Hash, parse_hex},
    programme::Programme,
    seed::SeedFile,
};

/// Quicknet's round 123, as drand published it.
const ROUND_123: &str =
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";

/// Puts the seed of these parts in place, and lets all that follows from it follow.
fn reseeded(change: impl FnOnce(&mut SeedFile, Programme)) -> Draft {
    let mut draft = Draft::of(demo());
    change(&mut draft.seed, draft.programme.clone());
    draft.allocate();
    draft.narrate();
    draft
}

#[test]
fn another_round_is_rejected() {
    let signature = parse_hex(ROUND_123).unwrap().try_into().unwrap();
    let early = Beacon { round: 123, signature };
    let randomness = early.verify().expect("a true round");
    let draft = reseeded(|file, programme| {
        *file = SeedFile::new(&programme, file.register_root, file.size, &early, randomness);
    });
    assert_eq!(rejected(&draft.seal()), ("R-BEACON-ROUND", path::SEED.into()));
}

#[test]
fn another_rounds_signature_is_rejected() {
    let draft = reseeded(|file, programme| {
        file.signature = ROUND_123.into();
        file.randomness = Hash::of(&parse_hex(ROUND_123).unwrap());
        let parts: [&[u8]; 4] =
            [&programme.hash().0, &file.register_root.0, &file.size.to_be_bytes(), &file.randomness.0];
        file.seed = Hash::tagged("seed", &parts);
    });
    assert_eq!(rejected(&draft.seal()), ("R-BEACON-SIGNATURE", path::SEED.into()));
}

#[test]
fn another_chain_is_rejected() {
    let draft = reseeded(|file, _| file.chain_hash = "0".repeat(64));
    assert_eq!(rejected(&draft.seal()), ("R-BEACON-CHAIN", path::SEED.into()));
    let mut fields = (*demo().programme()).clone();
    fields.beacon.chain_hash = "0".repeat(64);
    assert_eq!(Programme::of(fields.clone()).unwrap_err().label(), "R-BEACON-CHAIN");
    fields = (*demo().programme()).clone();
    fields.beacon.round += 1;
    assert_eq!(Programme::of(fields).unwrap_err().label(), "R-BEACON-ROUND");
}

#[test]
fn a_seed_of_ones_own_choice_is_rejected() {
    let chosen = reseeded(|file, _| file.seed = Hash::of(b"a lucky one"));
    assert_eq!(rejected(&chosen.seal()), ("R-SEED", path::SEED.into()));
    let random = reseeded(|file, _| file.randomness = Hash::of(b"a lucky one"));
    assert_eq!(rejected(&random.seal()), ("R-BEACON-RANDOMNESS", path::SEED.into()));
    // The true beacon with another register: as if the freeze had been another.
    let other = reseeded(|file, programme| {
        let randomness = round_1000().verify().unwrap();
        *file = SeedFile::new(&programme, Hash::of(b"other"), file.size, &round_1000(), randomness);
    });
    assert_eq!(rejected(&other.seal()), ("R-SEED", path::SEED.into()));
}

#[test]
fn a_seed_that_the_log_does_not_have_is_rejected() {
    let mut draft = Draft::of(demo());
    let What::Beacon { seed, .. } = &mut draft.event_of("beacon").what else { unreachable!() };
    *seed = Hash::of(b"another");
    assert_eq!(rejected(&draft.seal()), ("R-SEED", path::HEAD.into()));
}

#[test]
fn events_before_their_time_are_rejected() {
    let time = |draft: &mut Draft, kind: &str, time: u64| draft.event_of(kind).time_unix_s = time;
    let window = demo().programme().window;
    let round = beacon::time_of_round(demo().programme().beacon.round);
    for (kind, at) in [
        ("beacon", round - 1),
        ("freeze", window.closes_at_unix_s - 1),
        ("programme", window.opens_at_unix_s),
        ("result", round - 1),
    ] {
        let mut draft = Draft::of(demo());
        draft.narrate();
        time(&mut draft, kind, at);
        assert_eq!(rejected(&draft.seal()), ("R-LOG-TIME", path::HEAD.into()), "{kind}");
    }
}
