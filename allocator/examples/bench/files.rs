//! Instances from files and answers to files, so that others can compare.
//!
//! `c_TAG.bin`: int32, everybody's sessions, best first, people in draw order. `q_TAG.bin`: int32, seats of each session.
//! Written beside them, for each mechanism: `TAG.MECHANISM.ranks` (uint8, 255 for the unplaced), `.closing` (int32, the
//! draw position at which each session closed, −1 if never; none in `optimal`), `.prices` (int64) and `.tie_prices`
//! (int128, two little-endian words).

use crate::case;
use crate::families::{Listener, Person, Supply, Wish};
use crate::instance::Building;
use protocol::instance::Instance;
use std::fs;
use std::path::Path;

pub(crate) fn run(folder: &Path, tag: &str, length: usize, mechanism: &'static str) {
    let lists = integers(&folder.join(format!("c_{tag}.bin")));
    let seats = integers(&folder.join(format!("q_{tag}.bin")));
    let people = (lists.len() / length) as u32;
    let mut building = Building::new(people, length, mechanism, 1);
    // Sites are not in the files: each session is one.
    let reserved = vec![0; seats.len()];
    building.supply(Supply { sessions_per_site: vec![1; seats.len()], seats, reserved });
    let mut person = Person { tier: 1, wishes: Vec::new() };
    for list in lists.chunks_exact(length) {
        person.wishes.clear();
        for session in list {
            if !person.wishes.contains(&Wish::Session(*session)) {
                person.wishes.push(Wish::Session(*session));
            }
        }
        building.person(&person);
    }
    let instance = building.finish();
    let (outcome, figures) = case::measure(&instance);
    println!("{tag} {mechanism}: {}", serde_json::to_string(&figures).unwrap());
    write(folder, tag, mechanism, &instance, &outcome);
}

fn write(folder: &Path, tag: &str, mechanism: &str, instance: &Instance, outcome: &allocator::Outcome) {
    let file = |kind: &str| folder.join(format!("{tag}.{mechanism}.{kind}"));
    let rank = |placement: Option<protocol::instance::Placement>| placement.map_or(255, |seat| seat.rank as u8);
    let ranks: Vec<u8> = outcome.allocation.placements().map(rank).collect();
    fs::write(file("ranks"), ranks).unwrap();
    if let Some(pass) = outcome.certificate.passes.last() {
        let position = |key: &Option<_>| key.as_ref().and_then(|key| instance.position(key)).map_or(-1, |at| at as i32);
        fs::write(
            file("closing"),
            pass.closing.iter().flat_map(|key| position(key).to_le_bytes()).collect::<Vec<u8>>(),
        )
        .unwrap();
    }
    let prices = &outcome.certificate.prices;
    fs::write(file("prices"), prices.iter().flat_map(|price| price.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
    let ties = outcome.certificate.ties.iter().flatten();
    fs::write(file("tie_prices"), ties.flat_map(|price| price.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
}

fn integers(path: &Path) -> Vec<u32> {
    let bytes = fs::read(path).unwrap_or_else(|fault| panic!("reading {}: {fault}", path.display()));
    let (words, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty(), "{} is no array of int32", path.display());
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
