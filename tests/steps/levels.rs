//! A tie that the lottery numbers leave: never to be seen with 62 bits, so the weights are made equal here. What the
//! command does then, from the register to `sessions.json` and back (SPEC §11.7).

use crate::official::{Stage, at};
use allocator::{AllocateError, Effort, allocate_by_levels};
use protocol::{
    apportionment::Kept,
    certificate::{CertificateError, check},
    draw,
    instance::{Instance, LEVELS_MAX},
    json,
    lottery::Seed,
    sessions::SessionsFile,
    verify::{Verified, verify},
};
use std::ops::ControlFlow;

fn published() -> (Verified, Seed) {
    let verified = verify(&publisher::read(&at(Stage::Published).path().join("bundle")).unwrap()).unwrap();
    let seed = verified.seed.seed();
    (verified, seed)
}

/// The draw with weights that settle nothing.
fn undecided(verified: &Verified, seed: &Seed) -> Instance {
    let (programme, register) = (&verified.programme, &verified.register.revisions);
    let mut instance = draw::instance(programme, &Kept::default(), draw::mechanism(programme), register, seed).unwrap();
    instance.replace_weights(vec![1; instance.applicants()]).unwrap();
    instance
}

#[test]
fn a_tie_goes_to_the_next_level_of_luck_and_the_published_certificate_says_so() {
    let (verified, seed) = published();
    let (programme, register) = (&verified.programme, &verified.register.revisions);
    let mut instance = undecided(&verified, &seed);
    let mut add_level = |instance: &mut Instance| draw::add_level(instance, &seed);
    let tell = &mut |_, _, _| ControlFlow::Continue(());
    let outcome = allocate_by_levels(&mut instance, &mut add_level, Effort::default(), tell).unwrap();
    assert_eq!(instance.levels(), 2, "nothing was tied, or one drawn level did not settle it");

    let records = draw::records(register, &instance, &outcome.allocation);
    let seats = draw::seats(programme, register, &instance, &outcome.allocation);
    let file = SessionsFile::new(programme, instance.places(), register, (&records, &seats), &outcome.certificate);
    let file: SessionsFile = json::parse(&json::to_bytes(&file).unwrap()).unwrap();
    let (allocation, certificate) = (draw::allocation(&instance, &records, &seats), file.certificate());
    assert_eq!(certificate.ties.len(), 2);
    assert!(check(&instance, &allocation, &certificate).unwrap().unique);

    let fewer = protocol::certificate::Certificate { ties: certificate.ties[..1].to_vec(), ..certificate.clone() };
    let undecided = undecided(&verified, &seed);
    assert!(!check(&undecided, &allocation, &fewer).unwrap().unique, "the first level alone leaves the tie");
    let mut needless = undecided.clone();
    draw::add_level(&mut needless, &seed).unwrap();
    draw::add_level(&mut needless, &seed).unwrap();
    let more = protocol::certificate::Certificate {
        ties: [certificate.ties.clone(), vec![vec![0; needless.pools().len()]]].concat(),
        ..certificate
    };
    assert_eq!(check(&needless, &allocation, &more), Err(CertificateError::LevelNotNeeded { level: 3 }));
}

#[test]
fn a_tie_that_no_level_settles_is_refused() {
    let (verified, seed) = published();
    let mut instance = undecided(&verified, &seed);
    let mut levels = 1;
    let mut add_level = |instance: &mut Instance| {
        instance.add_level(vec![1; instance.applicants()])?;
        levels += 1;
        Ok(())
    };
    let tell = &mut |_, _, _| ControlFlow::Continue(());
    let refused = allocate_by_levels(&mut instance, &mut add_level, Effort::default(), tell);
    assert_eq!(refused.unwrap_err(), AllocateError::NotUnique);
    assert_eq!(levels, LEVELS_MAX);
}
