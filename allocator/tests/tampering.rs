//! A valid result has no number that can be changed without being noticed.

#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may stop")]

mod draws;

use allocator::{Outcome, allocate};
use draws::{Dice, Draw, trials};
use protocol::certificate::{Certificate, CertificateError, check};
use protocol::instance::{Allocation, Instance, Mechanism, Placement, PoolIndex};
use std::collections::BTreeMap;

/// Tries every single change of every result, and counts the rules that rejected them.
fn every_change_is_rejected(test: u8, mechanism: fn(&mut Dice) -> Mechanism) -> BTreeMap<&'static str, u32> {
    let mut rules = BTreeMap::new();
    let mut draws = 0;
    for trial in 0..trials(20_000) {
        let draw = draws::tiny(&mut Dice::new(test, trial), 7, mechanism);
        let instance = draw.instance();
        let Ok(outcome) = allocate(&instance) else { continue };
        draws += 1;
        for changed in changed_certificates(&instance, &outcome.certificate) {
            let error = reject(&draw, &instance, &outcome.allocation, &changed);
            *rules.entry(error.rule().unwrap()).or_insert(0) += 1;
        }
        for changed in changed_allocations(&instance, &outcome) {
            let error = reject(&draw, &instance, &changed, &outcome.certificate);
            *rules.entry(error.rule().unwrap()).or_insert(0) += 1;
        }
    }
    assert!(draws > 2_000, "only {draws} draws had an answer");
    rules
}

fn reject(draw: &Draw, instance: &Instance, allocation: &Allocation, certificate: &Certificate) -> CertificateError {
    match check(instance, allocation, certificate) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {draw:#?}\n{allocation:?}\n{certificate:?}"),
    }
}

fn changed_certificates(instance: &Instance, certificate: &Certificate) -> Vec<Certificate> {
    let mut changed = Vec::new();
    for pool in 0..certificate.prices.len() {
        for (rank, tie) in [(1, 0), (-1, 0), (0, 1), (0, -1), (i64::MAX, 0), (0, i128::MIN)] {
            let mut other = certificate.clone();
            other.prices[pool] = other.prices[pool].saturating_add(rank);
            other.ties[0][pool] = other.ties[0][pool].saturating_add(tie);
            changed.push(other);
        }
        for pass in 0..certificate.passes.len() {
            let closing = certificate.passes[pass].closing[pool];
            let keys = (0..instance.applicants()).map(|applicant| Some(instance.draw_key(applicant)));
            let off_by_one = closing.map(|mut key| {
                key.number.0 ^= 1;
                key
            });
            for key in keys.chain([None, off_by_one]).filter(|key| *key != closing) {
                let mut other = certificate.clone();
                other.passes[pass].closing[pool] = key;
                changed.push(other);
            }
        }
    }
    changed
}

fn changed_allocations(instance: &Instance, outcome: &Outcome) -> Vec<Allocation> {
    let valid: Vec<_> = outcome.allocation.placements().collect();
    let mut changed = Vec::new();
    for (applicant, placement) in valid.iter().enumerate() {
        let listed =
            instance.listed(0, applicant).map(|listed| Some(Placement { pool: listed.pool, rank: listed.rank }));
        let other_rank = placement.map(|placement| Placement { rank: placement.rank + 1, ..placement });
        let anywhere =
            (0..instance.pools().len() as u32).map(|pool| Some(Placement { pool: PoolIndex(pool), rank: 0 }));
        for other in listed.chain(anywhere).chain([other_rank, None]).filter(|other| other != placement) {
            let mut allocation = valid.clone();
            allocation[applicant] = other;
            changed.push(Allocation::new(allocation));
        }
        for with in 0..applicant {
            let mut allocation = valid.clone();
            allocation.swap(applicant, with);
            if allocation != valid {
                changed.push(Allocation::new(allocation));
            }
        }
    }
    changed
}

#[test]
fn no_number_of_serial_can_be_changed() {
    let rules = every_change_is_rejected(11, draws::serial);
    for rule in [
        "R-CERT-CHOICE",
        "R-CERT-CAPACITY",
        "R-CERT-CLOSED",
        "R-CERT-ENVY",
        "R-CERT-CANONICAL",
        "R-CERT-PRICE",
        "R-CERT-LEAST",
    ] {
        assert!(rules.contains_key(rule), "nothing broke {rule}: {rules:?}");
    }
}

#[test]
fn no_number_of_priority_can_be_changed() {
    let rules = every_change_is_rejected(12, draws::priority);
    assert_eq!(rules.len(), 7, "{rules:?}");
}

#[test]
fn no_number_of_optimal_can_be_changed() {
    let rules = every_change_is_rejected(13, draws::optimal);
    assert_eq!(rules.len(), 4, "{rules:?}");
}

#[test]
fn a_certificate_of_another_shape_is_rejected() {
    let draw = draws::tiny(&mut Dice::new(14, 1), 7, draws::priority);
    let instance = draw.instance();
    let outcome = allocate(&instance).unwrap();
    let (allocation, certificate) = (outcome.allocation, outcome.certificate);
    let passes = Certificate { passes: Vec::new(), ..certificate.clone() };
    assert_eq!(check(&instance, &allocation, &passes), Err(CertificateError::Passes { expected: 1, found: 0 }));
    let (expected, found) = (instance.pools().len(), instance.pools().len() + 1);
    let mut pools = certificate.clone();
    pools.prices.push(0);
    assert_eq!(check(&instance, &allocation, &pools), Err(CertificateError::Pools { expected, found }));
    let mut pools = certificate.clone();
    pools.passes[0].closing.push(None);
    assert_eq!(check(&instance, &allocation, &pools), Err(CertificateError::Pools { expected, found }));
    let mut levels = certificate.clone();
    levels.ties.push(levels.ties[0].clone());
    assert_eq!(check(&instance, &allocation, &levels), Err(CertificateError::Levels { expected: 1, found: 2 }));
    let (expected, found) = (allocation.len(), allocation.len() - 1);
    let short = Allocation::new(allocation.placements().take(found));
    assert_eq!(check(&instance, &short, &certificate), Err(CertificateError::Applicants { expected, found }));
    let pool = PoolIndex(u32::MAX - 1);
    let unknown = Some(Placement { pool, rank: 0 });
    let unknown = Allocation::new(allocation.placements().enumerate().map(|(i, p)| if i == 0 { unknown } else { p }));
    let ticket = instance.ticket(0);
    assert_eq!(check(&instance, &unknown, &certificate), Err(CertificateError::NotListed { ticket, pool }));
}
