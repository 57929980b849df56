//! Chance: `{beacon}` as drand's JSON; a seed from it and `{programme, register_root, size}`; `{seed, ticket, lots}`.

use super::{Answer, Refusal, input};
use protocol::{
    beacon::{Beacon, BeaconError, Randomness},
    hash::Hash,
    lottery::{self, Lots, Seed},
    seed,
    ticket::Ticket,
};
use serde_json::{Value, json};

pub(crate) fn beacon(input: &Value) -> Answer {
    let (round, randomness) = open(input)?;
    Ok(json!({ "round": round, "randomness": randomness.hash().to_string() }))
}

pub(crate) fn seed(input: &Value) -> Answer {
    let (_, randomness) = open(input)?;
    let hash = |key: &str| Hash::parse(input::text(input, key)).unwrap();
    let size = input["size"].as_u64().unwrap();
    let seed = seed::derive(hash("programme"), hash("register_root"), size, randomness);
    Ok(json!({ "seed": Hash(seed.0).to_string() }))
}

fn open(input: &Value) -> Result<(u64, Randomness), Refusal> {
    let beacon = Beacon::parse(input::text(input, "beacon").as_bytes()).map_err(|error| refusal(&error))?;
    let randomness = beacon.verify().map_err(|error| refusal(&error))?;
    Ok((beacon.round, randomness))
}

fn refusal(error: &BeaconError) -> Refusal {
    let label = match error {
        BeaconError::Randomness { .. } | BeaconError::RandomnessText => "R-BEACON-RANDOMNESS",
        _ => "R-BEACON-SIGNATURE",
    };
    Refusal { label, at: None, reason: error.to_string() }
}

pub(crate) fn lottery(input: &Value) -> Answer {
    let bytes = |key: &str| input::hex(input::text(input, key));
    let (seed, ticket) = (Seed(bytes("seed").try_into().unwrap()), Ticket(bytes("ticket").try_into().unwrap()));
    let lots = Lots::new(u8::try_from(input["lots"].as_u64().unwrap()).unwrap()).unwrap();
    let number = lottery::number(&seed, &ticket, lots);
    Ok(json!({
        "number": number.0.to_string(),
        "rotation": lottery::rotation(&seed, &ticket).to_string(),
        "weight": lottery::weight(number).to_string(),
    }))
}
