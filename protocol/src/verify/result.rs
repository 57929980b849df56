//! Steps 5, 7 and 8: the beacon and the seed, the numbers, the certificate, the totals. SPEC §9, §10, §12, §13.

use super::{Fault, Rejection, log::Log, open as open_json, register::Published};
use crate::{
    apportionment::{ApportionmentFile, FileError, Kept},
    beacon::{self, Beacon},
    bundle::{RunError, path},
    certificate::{self, Checked},
    draw,
    event::What,
    hash::{Hash, parse_hex},
    instance::{Instance, LEVELS_MAX, SessionIndex},
    json,
    manifest::Files,
    programme::Programme,
    register::Register,
    seed::SeedFile,
    sessions::{PoolResult, SessionsFile},
};

pub(super) fn check_seed(
    files: &Files,
    programme: &Programme,
    log: &Log,
    register: &Register,
) -> Result<SeedFile, Rejection> {
    let fault = |fault: Fault| Rejection::new(path::SEED, fault);
    let file: SeedFile = open_json(files, path::SEED, "jebi/v0/seed", programme)?;
    if file.chain_hash != beacon::CHAIN_HASH {
        return Err(fault(Fault::BeaconChain));
    }
    let expected = programme.beacon.round;
    if file.round != expected {
        return Err(fault(Fault::BeaconRound { found: file.round, expected }));
    }
    let signature = parse_hex(&file.signature).and_then(|bytes| bytes.try_into().ok());
    let signature = signature.ok_or_else(|| fault(Fault::Format))?;
    let beacon = Beacon { round: file.round, signature };
    let randomness = beacon.verify().map_err(Rejection::at(path::SEED))?;
    if file.randomness != randomness.hash() {
        return Err(fault(Fault::Randomness));
    }
    let size = register.revisions.len() as u64;
    if file != SeedFile::new(programme, register.root, size, &beacon, randomness) {
        return Err(fault(Fault::Seed));
    }
    let SeedFile { chain_hash, round, signature, randomness, seed, .. } = file.clone();
    if log.find("beacon") != Some(&What::Beacon { chain_hash, round, signature, randomness, seed }) {
        return Err(Rejection::new(path::HEAD, Fault::Seed));
    }
    Ok(file)
}

/// The apportionment of this register, if and only if the programme asks for one.
pub(super) fn check_apportionment(
    files: &Files,
    programme: &Programme,
    register: &Register,
) -> Result<(Option<ApportionmentFile>, Kept), Rejection> {
    let at = Rejection::at(path::APPORTIONMENT);
    if programme.apportionment.is_none() {
        let extra = files.contains_key(path::APPORTIONMENT);
        return if extra { Err(at(FileError::NotAsked)) } else { Ok((None, Kept::default())) };
    }
    if !files.contains_key(path::APPORTIONMENT) {
        return Err(at(FileError::Missing));
    }
    let file: ApportionmentFile = open_json(files, path::APPORTIONMENT, "jebi/v0/apportionment", programme)?;
    let (_, kept) = file.open(programme, &register.revisions).map_err(at)?;
    Ok((Some(file), kept))
}

pub(super) fn check(
    programme: &Programme,
    kept: &Kept,
    log: &Log,
    published: &Published,
    sessions: &SessionsFile,
    seed: &SeedFile,
) -> Result<Checked, Rejection> {
    let (revisions, records) = (&published.register.revisions, &published.records);
    let seed = seed.seed();
    for (place, (revision, record)) in revisions.iter().zip(records).enumerate() {
        if record.number != draw::number_of(programme, revision, &seed) {
            let run = path::run(place / crate::register::RUN_ENTRIES);
            return Err(Rejection::new(&run, Fault::Number(record.ticket)));
        }
    }
    let at = Rejection::at(path::SESSIONS);
    let mut instance = draw::instance(programme, kept, draw::mechanism(programme), revisions, &seed).map_err(&at)?;
    let levels = check_shape(&instance, sessions)?;
    while instance.levels() < levels {
        draw::add_level(&mut instance, &seed).map_err(&at)?;
    }
    // Seats have a column for a first pass wherever groups may make one necessary, whatever the groups got.
    if instance.passes() < 2
        && let Some(place) = published.seats.iter().position(|seat| seat.first_pass.is_some())
    {
        let run = path::run(place / crate::register::RUN_ENTRIES);
        return Err(Rejection::new(&run, RunError::Record(place % crate::register::RUN_ENTRIES)));
    }
    let allocation = draw::allocation(&instance, records, &published.seats);
    let given = sessions.certificate();
    let checked = certificate::check(&instance, &allocation, &given).map_err(Rejection::at(path::SESSIONS))?;
    if !checked.unique {
        return Err(Rejection::new(path::SESSIONS, Fault::NotUnique));
    }
    let results = (records.as_slice(), published.seats.as_slice());
    if *sessions != SessionsFile::new(programme, instance.places(), revisions, results, &given) {
        return Err(Rejection::new(path::SESSIONS, Fault::Totals));
    }
    check_result_event(log, published, sessions)?;
    Ok(checked)
}

/// Every session's pools, with one closing number per pass and as many tie prices as any other: looked at before
/// anything is made of it, as a file of this shape takes memory in proportion to its bytes. Gives the number of levels.
fn check_shape(instance: &Instance, sessions: &SessionsFile) -> Result<usize, Rejection> {
    let places = instance.places();
    let pools = || sessions.sessions.iter().flat_map(|session| &session.pools);
    let levels = pools().next().map_or(1, |pool| pool.tie_prices.len());
    let counts = sessions
        .sessions
        .iter()
        .zip(0..)
        .map(|(session, index)| session.pools.len() == places.pools_of(SessionIndex(index)).len());
    let fits = |pool: &PoolResult| pool.closing.len() == instance.passes() && pool.tie_prices.len() == levels;
    let known = sessions.sessions.len() == places.sessions();
    if known && counts.into_iter().all(|fits| fits) && pools().all(fits) && (1..=LEVELS_MAX).contains(&levels) {
        return Ok(levels);
    }
    Err(Rejection::new(path::SESSIONS, Fault::Totals))
}

fn check_result_event(log: &Log, published: &Published, sessions: &SessionsFile) -> Result<(), Rejection> {
    let totals = sessions.totals();
    let expected = What::Result {
        mechanism: sessions.mechanism,
        allocation_root: published.allocation_root,
        sessions_sha256: Hash::of(&json::to_bytes(sessions).map_err(Rejection::at(path::SESSIONS))?),
        placed: totals.placed,
        unplaced: totals.unplaced,
        withdrawn: totals.withdrawn,
    };
    if log.find("result") == Some(&expected) { Ok(()) } else { Err(Rejection::new(path::HEAD, Fault::Commitment)) }
}
