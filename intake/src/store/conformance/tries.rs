//! Wrong birth dates: one limit, whatever process counts.

use super::{Place, born, on_both, on_roll, person};
use crate::{
    forget::Forgotten,
    journal::By,
    secrets::CodeHash,
    store::{Database, StoreError},
    tries::{PERIOD_S, TRIES, Tries, Try, Verdict, Wrong},
};
use protocol::programme::civil::Date;
use sqlx::{Connection, Executor};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

on_both!(
    wrong_dates_are_summed_over_processes_and_for_a_day,
    the_limit_is_one_for_two_processes_and_after_a_start,
    tries_at_once_are_no_way_around_the_limit,
    a_date_that_is_tried_again_counts_once_also_when_the_store_failed,
    counts_of_former_days_are_deleted_at_the_start,
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

fn tries(database: &Database) -> Arc<Tries> {
    Tries::start(database.store.clone(), NOW).0
}

fn date(number: u64) -> Date {
    born(&format!("19{:02}-01-01", number % 100))
}

/// What somebody is told who tries a date that is not the right one.
async fn told(tries: &Tries, code: CodeHash, number: u64, known: Wrong, now: u64) -> Result<Verdict, StoreError> {
    match tries.judge(code, date(number), false, known, now) {
        Try::Wrong(told) => told.verdict().await,
        Try::TooMany => Ok(Verdict::TooMany),
        Try::Right => panic!("a wrong date was right"),
    }
}

fn is_right(tries: &Tries, code: CodeHash, known: Wrong, now: u64) -> bool {
    matches!(tries.judge(code, born("1960-02-29"), true, known, now), Try::Right)
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
    let services = [&one, &other].map(|database| (database, tries(database)));
    for (number, (database, tries)) in (0..TRIES).zip(services.iter().cycle()) {
        let known = known(database, CODES[0]).await;
        assert!(is_right(tries, CODES[0], known, NOW));
        assert_eq!(told(tries, CODES[0], number, known, NOW).await, Ok(Verdict::Wrong));
    }
    let third = (&one, tries(&one));
    for (database, tries) in services.iter().chain([&third]) {
        let of = known(database, CODES[0]).await;
        assert_eq!(told(tries, CODES[0], 50, of, NOW + 9).await, Ok(Verdict::TooMany));
        assert!(!is_right(tries, CODES[0], of, NOW + 9));
        assert!(is_right(tries, CODES[0], of, NOW + PERIOD_S));
        let of = known(database, CODES[1]).await;
        assert!(is_right(tries, CODES[1], of, NOW + 9), "another's letter");
    }
    assert_eq!(known(&one, CODES[0]).await.dates, TRIES, "who is refused is not counted on");
}

async fn tries_at_once_are_no_way_around_the_limit(place: Place) {
    let [one, other] = two(&place).await;
    let services = [&one, &other].map(tries);
    let mut all = tokio::task::JoinSet::new();
    for (number, tries) in (0..300).zip(services.iter().cycle()) {
        let tries = tries.clone();
        // All of them were looked up before any was counted.
        all.spawn(async move { (number, told(&tries, CODES[0], number, Wrong::default(), NOW).await) });
    }
    let all = all.join_all().await;
    let learnt: BTreeSet<u64> =
        all.into_iter().filter(|(_, told)| *told == Ok(Verdict::Wrong)).map(|of| of.0 % 100).collect();
    assert_eq!(learnt.len() as u64, TRIES);
    assert!(known(&one, CODES[0]).await.dates <= 2 * TRIES, "two processes write what each of them let through");
}

async fn a_date_that_is_tried_again_counts_once_also_when_the_store_failed(place: Place) {
    let [one, other] = two(&place).await;
    let (tries, elsewhere) = (tries(&one), tries(&other));
    place.sql("alter table tries rename to elsewhere").await.expect("the table is away");
    for _ in 0..3 {
        let told = told(&tries, CODES[0], 1, Wrong::default(), NOW).await;
        assert!(told.is_err(), "nothing is told that was not counted");
    }
    place.sql("alter table elsewhere rename to tries").await.expect("the table is back");
    for _ in 0..2 * TRIES {
        let (tries, of) = (tries.clone(), known(&one, CODES[0]).await);
        // The same form, sent twice at once.
        let [first, second] =
            [tries.judge(CODES[0], date(1), false, of, NOW), tries.judge(CODES[0], date(1), false, of, NOW)];
        for of in [first, second] {
            let Try::Wrong(told) = of else { panic!("{of:?}") };
            assert_eq!(told.verdict().await, Ok(Verdict::Wrong));
        }
    }
    assert_eq!(known(&one, CODES[0]).await.dates, 1);
    for number in 2..TRIES + 1 {
        assert_eq!(told(&tries, CODES[0], number, Wrong::default(), NOW).await, Ok(Verdict::Wrong));
    }
    // The tenth of another process came while the first knew of nine.
    let stale = Wrong { since_unix_s: NOW, dates: TRIES - 1 };
    for _ in 0..2 {
        let told = told(&elsewhere, CODES[0], 50, stale, NOW).await;
        assert_eq!(told, Ok(Verdict::TooMany), "trying it again does not tell it either");
    }
}

async fn counts_of_former_days_are_deleted_at_the_start(place: Place) {
    let [one, _] = two(&place).await;
    one.store.count_wrong(NOW, &BTreeMap::from([(CODES[0], 1)])).await.expect("counted");
    one.store.count_wrong(NOW + 1, &BTreeMap::from([(CODES[1], 1)])).await.expect("counted");
    let (tries, counter) = Tries::start(one.store.clone(), NOW + PERIOD_S);
    drop(tries);
    counter.await.expect("no panic");
    assert_eq!((known(&one, CODES[0]).await.dates, known(&one, CODES[1]).await.dates), (0, 1));
}

async fn counts_are_deleted_with_the_codes(place: Place) {
    let [one, _] = two(&place).await;
    let (once, never) = (BTreeMap::from([(CODES[0], 1)]), BTreeMap::from([(CodeHash([9; 32]), 1)]));
    one.store.count_wrong(NOW, &once).await.expect("counted");
    one.store.freeze(1000, &By::command()).await.expect("frozen");
    one.store.forget(2000, &By::command(), Forgotten::Codes).await.expect("deleted");
    for codes in [once, never] {
        let counted = one.store.count_wrong(NOW, &codes).await;
        assert_eq!(counted, Ok(BTreeMap::new()), "what was under way puts nothing back");
    }
    let row = |code: CodeHash| format!("insert into tries values ({}, 1, 1)", place.bytes(&code.0));
    place.sql(&row(CODES[0])).await.expect("there is none of it");
    assert!(place.sql(&row(CODES[0])).await.is_err(), "or it would have been refused");
}

/// Ends the connection that counts, and waits until it has ended. How many there were.
async fn ended(place: &Place) -> usize {
    let mut connection = sqlx::PgConnection::connect(&place.address).await.expect("a connection");
    let query =
        "select pid from pg_stat_activity where datname = current_database() and query like 'insert into tries%'";
    let backends: Vec<i32> = sqlx::query_scalar(query).fetch_all(&mut connection).await.expect("backends");
    for backend in &backends {
        let query = sqlx::query_scalar::<_, bool>("select pg_terminate_backend($1, 10000)").bind(*backend);
        assert!(query.fetch_one(&mut connection).await.expect("an answer"), "it has not ended");
    }
    backends.len()
}

#[tokio::test]
async fn a_connection_that_was_lost_between_two_counts_costs_no_count_and_no_answer() {
    let place = Place::postgres();
    let [one, _] = two(&place).await;
    let tries = tries(&one);
    assert_eq!(ended(&place).await, 0, "it is opened when it is needed");
    for number in 0..TRIES {
        let known = known(&one, CODES[0]).await;
        assert_eq!((known.dates, told(&tries, CODES[0], number, known, NOW).await), (number, Ok(Verdict::Wrong)));
        assert_eq!(ended(&place).await, 1);
    }
    let known = known(&one, CODES[0]).await;
    assert_eq!((known.dates, told(&tries, CODES[0], 50, known, NOW).await), (TRIES, Ok(Verdict::TooMany)));
    let elsewhere = self::tries(&one);
    assert_eq!(
        told(&elsewhere, CODES[0], 50, known, NOW).await,
        Ok(Verdict::TooMany),
        "for a process that starts, too"
    );
}

#[tokio::test]
async fn a_count_whose_connection_was_lost_before_it_was_written_is_written_once() {
    let place = Place::postgres();
    let [one, other] = two(&place).await;
    let once = BTreeMap::from([(CODES[0], 1)]);
    one.store.count_wrong(NOW, &once).await.expect("counted");
    let mut holder = sqlx::PgConnection::connect(&place.address).await.expect("a connection");
    holder.execute(sqlx::raw_sql("begin; select dates from tries for update")).await.expect("held");
    let counting = tokio::spawn(async move { one.store.count_wrong(NOW, &once).await });
    let query = "select count(*) from pg_stat_activity where datname = current_database()
                 and query like 'insert into tries%' and wait_event_type = 'Lock'";
    let mut looks = sqlx::PgConnection::connect(&place.address).await.expect("a connection");
    while sqlx::query_scalar::<_, i64>(query).fetch_one(&mut looks).await.expect("looked") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(ended(&place).await, 1);
    holder.execute(sqlx::raw_sql("commit")).await.expect("let go");
    let counted = counting.await.expect("no panic");
    assert_eq!(counted, Ok(BTreeMap::from([(CODES[0], Wrong { since_unix_s: NOW, dates: 2 })])));
    assert_eq!(known(&other, CODES[0]).await.dates, 2);
}
