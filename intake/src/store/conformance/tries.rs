//! Wrong birth dates: one limit, whatever process counts.

use super::{Place, on_both, on_roll, person};
use crate::{
    forget::Forgotten,
    journal::By,
    secrets::CodeHash,
    store::Database,
    tries::{PERIOD_S, TRIES, Tries, Try, Wrong},
};
use std::{collections::BTreeMap, sync::Arc};

on_both!(
    wrong_dates_are_summed_over_processes_and_for_a_day,
    the_limit_is_one_for_two_processes_and_after_a_start,
    tries_at_once_are_no_way_around_the_limit,
    counts_are_deleted_with_the_codes,
);

const NOW: u64 = 1_700_000_000;
const CODES: [CodeHash; 2] = [CodeHash([1; 32]), CodeHash([2; 32])];

/// Two processes' views of a store in which two people have codes.
async fn two(place: &Place) -> [Database; 2] {
    let [one, other] = [place.open().await, place.open().await];
    on_roll(&one, 0..2).await;
    let codes = [(person(0), CODES[0]), (person(1), CODES[1])];
    one.store.put_codes(6, &By::command(), &codes).await.expect("codes");
    [one, other]
}

async fn known(database: &Database, code: CodeHash) -> Wrong {
    database.store.person(&code).await.expect("read").expect("on the roll").wrong
}

/// What somebody is told.
async fn judged(tries: &Tries, code: CodeHash, right: bool, known: Wrong, now: u64) -> Try {
    match tries.judge(code, right, known, now) {
        Try::Wrong => tries.count(code, now).await.expect("counted"),
        told => told,
    }
}

async fn wrong_dates_are_summed_over_processes_and_for_a_day(place: Place) {
    let [one, other] = two(&place).await;
    let wrong = |since_unix_s, dates| Wrong { since_unix_s, dates };
    assert_eq!(known(&one, CODES[0]).await, Wrong::default());
    let counted = one.store.count_wrong(NOW, &BTreeMap::from([(CODES[0], 3)])).await;
    assert_eq!(counted, Ok(BTreeMap::from([(CODES[0], wrong(NOW, 3))])));
    let counted = other.store.count_wrong(NOW + 500, &BTreeMap::from([(CODES[0], 2), (CODES[1], 1)])).await;
    assert_eq!(counted, Ok(BTreeMap::from([(CODES[0], wrong(NOW, 5)), (CODES[1], wrong(NOW + 500, 1))])));
    assert_eq!(known(&one, CODES[0]).await, wrong(NOW, 5));
    let late = NOW + PERIOD_S;
    let counted = one.store.count_wrong(late, &BTreeMap::from([(CODES[0], 1), (CODES[1], 1)])).await;
    assert_eq!(counted, Ok(BTreeMap::from([(CODES[0], wrong(late, 1)), (CODES[1], wrong(NOW + 500, 2))])));
    other.store.drop_wrong(NOW + 500).await.expect("deleted");
    assert_eq!((known(&one, CODES[0]).await, known(&one, CODES[1]).await), (wrong(late, 1), Wrong::default()));
    one.check(&[]).await.expect("it is nothing of the draw");
}

async fn the_limit_is_one_for_two_processes_and_after_a_start(place: Place) {
    let [one, other] = two(&place).await;
    let services = [&one, &other].map(|database| (database, Tries::new(database.store.clone())));
    for (_, (database, tries)) in (0..TRIES).zip(services.iter().cycle()) {
        let known = known(database, CODES[0]).await;
        assert_eq!(judged(tries, CODES[0], true, known, NOW).await, Try::Right);
        assert_eq!(judged(tries, CODES[0], false, known, NOW).await, Try::Wrong);
    }
    let third = (&one, Tries::new(one.store.clone()));
    for (database, tries) in services.iter().chain([&third]) {
        let of = known(database, CODES[0]).await;
        assert_eq!(judged(tries, CODES[0], false, of, NOW + 9).await, Try::TooMany);
        assert_eq!(judged(tries, CODES[0], true, of, NOW + 9).await, Try::TooMany);
        assert_eq!(judged(tries, CODES[0], true, of, NOW + PERIOD_S).await, Try::Right);
        let of = known(database, CODES[1]).await;
        assert_eq!(judged(tries, CODES[1], true, of, NOW + 9).await, Try::Right, "another's letter");
    }
    assert_eq!(known(&one, CODES[0]).await.dates, TRIES, "who is refused is not counted on");
}

async fn tries_at_once_are_no_way_around_the_limit(place: Place) {
    let [one, other] = two(&place).await;
    let services = [one.clone(), other].map(|database| Arc::new(Tries::new(database.store)));
    let mut all = tokio::task::JoinSet::new();
    for tries in services.iter().cycle().take(300) {
        let tries = tries.clone();
        // All of them were looked up before any was counted.
        all.spawn(async move { judged(&tries, CODES[0], false, Wrong::default(), NOW).await });
    }
    let told = all.join_all().await;
    assert_eq!(told.iter().filter(|told| **told == Try::Wrong).count() as u64, TRIES);
    assert!(known(&one, CODES[0]).await.dates <= 2 * TRIES, "two processes write what each of them let through");
}

async fn counts_are_deleted_with_the_codes(place: Place) {
    let [one, _] = two(&place).await;
    let once = BTreeMap::from([(CODES[0], 1)]);
    one.store.count_wrong(NOW, &once).await.expect("counted");
    one.store.freeze(1000, &By::command()).await.expect("frozen");
    one.store.forget(2000, &By::command(), Forgotten::Codes).await.expect("deleted");
    let counted = one.store.count_wrong(NOW, &once).await.expect("counted");
    assert_eq!(counted[&CODES[0]].dates, 1, "nothing was left");
}
