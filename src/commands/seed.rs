//! `jebi seed`: the round that the programme named, verified, and the seed that follows from it.

use crate::{
    console::{data, step},
    draw::{Announced, Draw, Step, clock, once},
    failure::{Context, Failure, Outcome},
};
use jiff::Timestamp;
use protocol::{
    beacon::{self, Beacon},
    event::What,
    json,
    seed::SeedFile,
};
use std::{fs, path::Path};

/// Reads the round from a file, verifies its signature, writes `seed/seed.json` and the beacon event.
///
/// # Errors
/// If it is another round, its signature is wrong, or its time has not come.
pub(crate) fn run(folder: &Path, file: &Path, at: Option<Timestamp>) -> Outcome {
    let draw = Draw::at(folder);
    let _alone = draw.alone()?;
    let mut announced = draw.announced()?;
    let doing = format!("reading {}", file.display());
    let beacon = Beacon::parse(&fs::read(file).context(&doing)?).context(doing)?;
    data(derive(&mut announced, &beacon, at)?.seed);
    Ok(())
}

/// The same with the round in hand.
///
/// # Errors
/// As [`run`].
pub(crate) fn derive(announced: &mut Announced, beacon: &Beacon, at: Option<Timestamp>) -> Outcome<SeedFile> {
    announced.require(Step::Frozen)?;
    let programme = &announced.programme;
    let expected = programme.beacon.round;
    if beacon.round != expected {
        return Err(Failure::rejected(format!(
            "this is round {}, the programme determined round {expected}",
            beacon.round
        ))
        .hint("the round follows from the window; nobody chooses it"));
    }
    let randomness = beacon.verify().map_err(|error| {
        Failure::rejected(format!("the beacon's signature: {error}")).hint("fetch the round again, from another relay")
    })?;
    let (now, appears) = (clock::now(programme, at)?, beacon::time_of_round(expected));
    if now < appears {
        return Err(Failure::new(format!("round {expected} appears at {}", clock::show(programme, appears)))
            .hint("wait for it; in a rehearsal, give a later --at"));
    }
    if announced.step() == Step::Frozen {
        announced.check_clock(now)?;
    }
    let register = announced.frozen()?;
    register.check_files()?;
    let file = SeedFile::new(programme, register.root, register.size, beacon, randomness);
    let bytes = json::to_bytes(&file).context("writing the seed")?;
    once::write(&announced.draw.path("seed/seed.json"), &bytes)?;
    if announced.step() == Step::Frozen {
        let SeedFile { chain_hash, round, signature, randomness, seed, .. } = file.clone();
        announced.append(now, "operator", What::Beacon { chain_hash, round, signature, randomness, seed })?;
        step(format!("beacon round {expected} verified; the seed is fixed"));
    } else {
        step("the seed was derived before; nothing changed");
    }
    Ok(file)
}

/// The seed of a draw that has one.
///
/// # Errors
/// If the file is missing, not canonical, or says another seed than the log.
pub(crate) fn read(announced: &Announced) -> Outcome<SeedFile> {
    announced.require(Step::Seeded)?;
    let path = announced.draw.path("seed/seed.json");
    let doing = format!("reading {}", path.display());
    let file: SeedFile = json::parse(&fs::read(&path).context(&doing)?).context(doing)?;
    if logged(announced) != Some(file.clone()) {
        return Err(Failure::new(format!("{} is not the seed that the log has", path.display()))
            .hint("restore it from a backup, or remove it and run `jebi seed` again"));
    }
    Ok(file)
}

/// The seed as the log's events have it.
fn logged(announced: &Announced) -> Option<SeedFile> {
    let frozen = announced.events.iter().find_map(|event| match event.what {
        What::Freeze { register_root, size, .. } => Some((register_root, size)),
        _ => None,
    });
    let ((register_root, size), programme) = (frozen?, &announced.programme);
    announced.events.iter().find_map(|event| match event.what.clone() {
        What::Beacon { chain_hash, round, signature, randomness, seed } => Some(SeedFile {
            format: "jebi/v0/seed".into(),
            rehearsal: programme.rehearsal,
            programme: programme.hash(),
            register_root,
            size,
            chain_hash,
            round,
            signature,
            randomness,
            seed,
        }),
        _ => None,
    })
}
