//! Another result than the one the mechanism gives, told consistently and signed.

use crate::{
    support::{
        demo,
        draft::{Draft, rejected},
    },
    under,
};
use protocol::{
    bundle::path, event::What, instance::SessionIndex, lottery::LotteryNumber, manifest::Files, outcome::Outcome,
    programme::MechanismName,
};

/// Lets the tables, the totals and the result event say what the records say, and signs it all.
fn told(mut draft: Draft) -> Files {
    draft.count();
    let result = draft.result();
    draft.event_of("result").what = result;
    draft.seal()
}

/// Somebody who is placed and one who is not, with the first choice of the second where the first sits.
fn envious(draft: &Draft) -> (usize, usize) {
    let placed = draft.records.iter().position(|record| matches!(record.outcome, Outcome::Placed { .. })).unwrap();
    let unplaced = draft.records.iter().position(|record| record.outcome == Outcome::Unplaced).unwrap();
    (placed, unplaced)
}

#[test]
fn nobody_can_be_moved() {
    let honest = Draft::of(demo());
    let (placed, unplaced) = envious(&honest);
    let Outcome::Placed { session, choice } = honest.records[placed].outcome else { unreachable!() };
    let lies: [(&str, usize, Outcome); 4] = [
        ("put out", placed, Outcome::Unplaced),
        ("put where they did not ask to go", placed, Outcome::Placed { session: SessionIndex(session.0 ^ 1), choice }),
        ("said to have got another choice", placed, Outcome::Placed { session, choice: choice + 1 }),
        ("put in", unplaced, Outcome::Placed { session, choice: 0 }),
    ];
    for (what, place, outcome) in lies {
        let mut draft = Draft::of(demo());
        draft.records[place].outcome = outcome;
        let (label, file) = rejected(&told(draft));
        assert!(label.starts_with("R-CERT-") && file == path::SESSIONS, "{what}: {label} {file}");
    }
}

#[test]
fn two_people_cannot_change_places() {
    for mechanism in [MechanismName::Optimal, MechanismName::Priority, MechanismName::Serial] {
        let make = || if mechanism == MechanismName::Optimal { Draft::of(demo()) } else { under(mechanism) };
        let honest = make();
        let (placed, unplaced) = envious(&honest);
        let mut draft = make();
        let outcome = honest.records[placed].outcome;
        draft.records[placed].outcome = Outcome::Unplaced;
        draft.records[unplaced].outcome = outcome;
        let (label, file) = rejected(&told(draft));
        assert!(label.starts_with("R-CERT-") && file == path::SESSIONS, "{mechanism:?}: {label} {file}");
    }
}

#[test]
fn nobody_gets_another_lottery_number() {
    let mut draft = Draft::of(demo());
    let place = draft.records.iter().position(|record| record.outcome == Outcome::Unplaced).unwrap();
    draft.records[place].number = LotteryNumber(1);
    assert_eq!(rejected(&told(draft)), ("R-RESULT-NUMBER", path::run(0)));
    // Nor does somebody who takes part become one who withdrew.
    let mut draft = Draft::of(demo());
    draft.records[place].number = LotteryNumber(0);
    draft.records[place].outcome = Outcome::Withdrawn;
    assert_eq!(rejected(&told(draft)), ("R-RESULT-RECORD", path::run(0)));
}

#[test]
fn closing_numbers_are_the_ones_that_follow() {
    for mechanism in [MechanismName::Priority, MechanismName::Serial] {
        let honest = under(mechanism);
        let closed: Vec<usize> = (0..honest.sessions.sessions.len())
            .filter(|s| honest.certificate.passes[0].closing[*s].is_some())
            .collect();
        assert!(closed.len() > 1, "{mechanism:?}: nothing closed");
        let (one, two) = (closed[0], closed[closed.len() - 1]);
        let open = (0..honest.sessions.sessions.len()).find(|session| !closed.contains(session)).unwrap();
        type Lie = fn(&mut Draft, usize, usize, usize);
        let lies: [(&str, Lie); 3] = [
            ("never closed", |draft, one, _, _| draft.certificate.passes[0].closing[one] = None),
            ("closed at another", |draft, one, two, _| {
                let closing = &mut draft.certificate.passes[0].closing;
                let found = closing.iter().flatten().find(|key| Some(**key) != closing[one]).copied();
                closing[one] = found.or(closing[two]);
            }),
            ("closed though it was open", |draft, one, _, open| {
                let closing = &mut draft.certificate.passes[0].closing;
                closing[open] = closing[one];
            }),
        ];
        for (what, lie) in lies {
            let mut draft = under(mechanism);
            lie(&mut draft, one, two, open);
            let (label, file) = rejected(&told(draft));
            assert!(label.starts_with("R-CERT-") && file == path::SESSIONS, "{mechanism:?} {what}: {label} {file}");
        }
    }
}

#[test]
fn prices_are_the_least_ones() {
    for mechanism in [MechanismName::Optimal, MechanismName::Priority, MechanismName::Serial] {
        for tie in [false, true] {
            for by in [1, -1] {
                let mut draft = if mechanism == MechanismName::Optimal { Draft::of(demo()) } else { under(mechanism) };
                let (prices, ties) = (&mut draft.certificate.prices, &mut draft.certificate.ties[0]);
                let dear = (0..prices.len()).max_by_key(|pool| (prices[*pool], ties[*pool])).unwrap();
                // In `serial` ranks are guaranteed, so only ties within a site have prices.
                assert!(prices[dear] > 0 || mechanism == MechanismName::Serial, "{mechanism:?}: nothing has a price");
                if tie {
                    ties[dear] += i128::from(by)
                } else {
                    prices[dear] += by
                }
                let (label, file) = rejected(&told(draft));
                assert!(
                    label.starts_with("R-CERT-") && file == path::SESSIONS,
                    "{mechanism:?} {tie} {by}: {label} {file}"
                );
            }
        }
    }
}

#[test]
fn totals_and_commitments_are_counted_again() {
    let mut draft = Draft::of(demo());
    draft.sessions.cohorts[0].placed += 1;
    let result = draft.result();
    draft.event_of("result").what = result;
    assert_eq!(rejected(&draft.seal()), ("R-RESULT-TOTALS", path::SESSIONS.into()));
    let mut draft = Draft::of(demo());
    let What::Result { placed, .. } = &mut draft.event_of("result").what else { unreachable!() };
    *placed += 1;
    assert_eq!(rejected(&draft.seal()), ("R-RESULT-COMMITMENT", path::HEAD.into()));
    let mut draft = Draft::of(demo());
    let What::Freeze { active, .. } = &mut draft.event_of("freeze").what else { unreachable!() };
    *active += 1;
    assert_eq!(rejected(&draft.seal()), ("R-FREEZE-TOTALS", path::HEAD_FREEZE.into()));
}
