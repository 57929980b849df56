use super::*;

const START: u64 = 1_000_000;

fn day(day: u64) -> Date {
    Date::parse(&format!("1960-01-{day:02}")).expect("a date")
}

#[test]
fn ten_wrong_dates_a_day_and_not_one_more() {
    let (here, code, other) = (Here::default(), CodeHash([1; 32]), CodeHash([2; 32]));
    let judge = |code, date, right, now| here.judge(code, day(date), right, Wrong::default(), now);
    for date in 1..=TRIES {
        assert_eq!(judge(code, 31, true, START), Judged::Right);
        assert_eq!(judge(code, date, false, START), Judged::Wrong);
    }
    assert_eq!(judge(code, 11, false, START + PERIOD_S - 1), Judged::TooMany);
    assert_eq!(judge(code, 31, true, START + PERIOD_S - 1), Judged::TooMany);
    assert_eq!(judge(other, 31, true, START), Judged::Right);
    assert_eq!(judge(code, 31, true, START + PERIOD_S), Judged::Right);
    assert_eq!(judge(code, 1, false, START + PERIOD_S), Judged::Wrong, "counted from the start again");
    assert_eq!(here.codes()[&code].dates.len(), 1, "what was tried the day before is forgotten");
}

#[test]
fn what_others_counted_counts_and_what_is_under_way_too() {
    let (here, code) = (Here::default(), CodeHash([1; 32]));
    let known = Wrong { since_unix_s: START, dates: TRIES - 2 };
    assert_eq!(here.judge(code, day(1), false, known, START + 1), Judged::Wrong);
    // The store has not counted the one before yet.
    assert_eq!(here.judge(code, day(2), false, known, START + 1), Judged::Wrong);
    assert_eq!(here.judge(code, day(31), true, known, START + 1), Judged::TooMany);
    assert_eq!(here.judge(code, day(31), true, Wrong { dates: TRIES, ..known }, START + PERIOD_S), Judged::Right);
}

#[test]
fn a_date_that_was_wrong_is_counted_again_only_if_the_store_has_it_not() {
    let (here, code) = (Here::default(), CodeHash([1; 32]));
    let judge = |date| here.judge(code, day(date), false, Wrong::default(), START);
    assert_eq!((judge(1), judge(1), judge(1)), (Judged::Wrong, Judged::Again, Judged::Again));
    assert_eq!(here.verdict(code, day(1)), None, "nothing is told of what is under way");
    here.written(code, day(1), Written::Failed);
    assert_eq!((judge(1), judge(1)), (Judged::Wrong, Judged::Again));
    here.written(code, day(1), Written::Done(Verdict::TooMany));
    assert_eq!((judge(1), here.verdict(code, day(1))), (Judged::Again, Some(Verdict::TooMany)));
    assert_eq!(here.codes()[&code].wrong.dates, 1);
    assert_eq!(judge(2), Judged::Wrong);
    assert_eq!(here.codes()[&code].wrong.dates, 2);
}

#[test]
fn what_is_over_leaves_the_memory() {
    let (here, code) = (Here::default(), CodeHash([1; 32]));
    here.judge(code, day(1), false, Wrong::default(), START);
    here.sweep(START + PERIOD_S - 1);
    assert_eq!(here.codes().len(), 1);
    here.sweep(START + PERIOD_S);
    assert!(here.codes().is_empty());
}

#[tokio::test]
async fn a_panic_of_a_write_is_an_error_like_another() {
    let panics = async { if true { panic!("a fault of ours") } else { Ok(()) } };
    assert!(matches!(alone(panics).await, Err(StoreError::Database(_))));
    assert_eq!(alone(async { Ok(1) }).await, Ok(1));
}
