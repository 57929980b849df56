//! What is counted while people register is what is there.

use super::{ANY, Place, append, born, new, on_both, on_roll, person, programme, undo};
use crate::{
    batch::New,
    journal::{By, RollChange},
    store::{Database, Of, Part},
    turnout::{Flow, Turnout},
};
use protocol::entry::{Channel, Status};

on_both!(
    nobody_is_counted_before_anybody_came,
    what_came_since_is_added_and_what_was_replaced_is_taken_off,
    a_turnout_brought_up_to_date_is_one_counted_anew,
    the_roll_is_counted_by_cohort_and_district,
);

/// The same revision by another channel.
fn by(channel: Channel, new: New) -> New {
    let mut new = new;
    new.revision.body.channel = channel;
    new
}

/// cohort, channel, active, withdrawn.
fn standing(turnout: &Turnout) -> Vec<(u16, Channel, u64, u64)> {
    turnout.standing().map(|of| (of.cohort, of.channel, of.active, of.withdrawn)).collect()
}

async fn counted(database: &Database) -> Turnout {
    let mut turnout = Turnout::default();
    database.count(&mut turnout).await.expect("counted");
    turnout
}

async fn nobody_is_counted_before_anybody_came(place: Place) {
    let database = place.open().await;
    let turnout = counted(&database).await;
    assert_eq!((turnout.batches(), turnout.newest_unix_s(), turnout.revisions()), (0, None, 0));
    assert_eq!(turnout.roll().people, 0);
    assert_eq!(turnout.standing().count(), 0);
}

async fn what_came_since_is_added_and_what_was_replaced_is_taken_off(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..4).await;
    let mut ledger = database.store.ledger();
    let first = vec![
        new(0, 10, 1, Status::Active),
        by(Channel::Paper, new(1, 11, 1, Status::Active)),
        new(0, 10, 2, Status::Withdrawn),
    ];
    append(&mut *ledger, first).await.expect("appended");
    let mut turnout = counted(&database).await;
    assert_eq!(
        standing(&turnout),
        [(1, Channel::Own, 0, 1), (1, Channel::Paper, 1, 0)],
        "one came and went in a batch"
    );
    assert_eq!(turnout.quarters().collect::<Vec<_>>(), [(0, Flow { registered: 2, changed: 0, withdrew: 1 })]);
    let second = vec![
        by(Channel::Assisted, new(1, 11, 2, Status::Active)),
        by(Channel::Assisted, new(0, 10, 3, Status::Active)),
        new(2, 12, 1, Status::Active),
    ];
    append(&mut *ledger, second).await.expect("appended");
    database.count(&mut turnout).await.expect("counted");
    assert_eq!(
        standing(&turnout),
        [(1, Channel::Own, 1, 0), (1, Channel::Assisted, 2, 0)],
        "the last revision's channel"
    );
    assert_eq!(turnout.quarters().collect::<Vec<_>>(), [(0, Flow { registered: 3, changed: 2, withdrew: 1 })]);
    assert_eq!((turnout.batches(), turnout.newest_unix_s(), turnout.revisions()), (2, Some(101), 6));
    let totals = database.totals().await.expect("totals");
    let (active, withdrawn) = turnout.standing().fold((0, 0), |(a, w), of| (a + of.active, w + of.withdrawn));
    assert_eq!((active, withdrawn), (totals.active(), totals.withdrawn()), "as the freeze counts");
}

async fn a_turnout_brought_up_to_date_is_one_counted_anew(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..50).await;
    let mut ledger = database.store.ledger();
    let mut turnout = Turnout::default();
    for of in 0..50_u8 {
        let mut batch = vec![new(of, 100 + of, 1, Status::Active)];
        if of % 3 == 0 {
            batch.push(by(Channel::Paper, new(of, 100 + of, 2, Status::Withdrawn)));
        }
        if let Some(before) = of.checked_sub(1).filter(|before| before % 3 != 0) {
            batch.push(new(before, 100 + before, 2, Status::Active));
        }
        append(&mut *ledger, batch).await.expect("appended");
        if of % 7 == 0 {
            database.count(&mut turnout).await.expect("counted");
        }
    }
    database.count(&mut turnout).await.expect("counted");
    assert_eq!(turnout, counted(&database).await);
    assert_eq!(turnout.standing().map(|of| of.active + of.withdrawn).sum::<u64>(), 50);
}

async fn the_roll_is_counted_by_cohort_and_district(place: Place) {
    let database = place.open().await;
    let programme = programme();
    let line = |number: u8, date: &str, district: &str| RollChange {
        person: person(number),
        now: Some((born(date), district.to_owned())),
    };
    // Both ends of every range of every cohort, and a day before and after all of them.
    let ranges: Vec<_> = programme.cohorts.iter().flat_map(|cohort| &cohort.born).collect();
    let dates = ranges.iter().flat_map(|range| [range.from.to_string(), range.to.to_string()]);
    let dates: Vec<String> = dates.chain(["0001-01-01".to_owned(), "9999-12-31".to_owned()]).collect();
    let district = |n: usize| programme.districts[n % programme.districts.len()].code.clone();
    let lines: Vec<_> = (0..).zip(&dates).map(|(n, date)| line(n, date, &district(usize::from(n)))).collect();
    let import =
        database.store.put_part(5, &By::command(), ANY, Part::new(Of::New, lines.clone())).await.expect("an import");
    let mut turnout = counted(&database).await;
    let mut expected = vec![0; programme.cohorts.len()];
    for change in &lines {
        let (born, district) = change.now.as_ref().expect("on the roll");
        let at = programme.district_of(district).expect("a district");
        if let Some(cohort) = programme.cohort_of(*born, at) {
            expected[usize::from(cohort)] += 1;
        }
    }
    assert_eq!(turnout.roll().cohorts, expected);
    assert_eq!(turnout.roll().people, lines.len() as u64);
    assert_eq!(turnout.roll().districts.iter().sum::<u64>(), lines.len() as u64);
    undo(&database, import).await.expect("taken back");
    database.count(&mut turnout).await.expect("counted");
    assert_eq!(turnout.roll().people, 0, "the roll changed since, and was counted again");
}

/// Fills a store behind the program's back: a million people, 900,000 entries, every tenth revision another one of the
/// entry before.
async fn fill(place: &Place) {
    let body = new(1, 1, 1, Status::Active).revision.body.encode().expect("a body");
    let body = place.bytes(&body);
    let (numbers, hex) = match place.is_sqlite() {
        true => (
            "(with recursive n(i) as (select 0 union all select i + 1 from n where i < 999999) select i from n)",
            "unhex(printf('%0{}d', {i}))",
        ),
        false => ("(select generate_series(0, 999999) as i) as n", "decode(lpad(({i})::text, {}, '0'), 'hex')"),
    };
    let of = |digits: usize, i: &str| hex.replace("{}", &digits.to_string()).replace("{i}", i);
    let (person, hash) = (of(64, "i"), of(64, "0"));
    // Every tenth row is the second revision of the ticket before it.
    let ticket = of(24, "case when i % 10 = 9 then i - 1 else i end");
    let revision = "case when i % 10 = 9 then 2 else 1 end";
    place.sql(&format!("insert into roll (person, born, district) select {person}, '1960-02-29', case when i % 3 = 0 then '11010' else '11020' end from {numbers}")).await.expect("a roll");
    place.sql(&format!("insert into batches (number, leaves, time_unix_s, root, note) select i, 500, 1691366400 + i * 300, {hash}, 'a note' from {numbers} where i < 2000 order by i")).await.expect("batches");
    place
        .sql(&format!(
            "insert into revisions (position, ticket, revision, status, blinding, body, leaf, request, content)
             select i / 500 * 65536 + i % 500, {ticket}, {revision}, 0, {hash}, {body}, {leaf}, {hash}, {hash} from {numbers}",
            leaf = of(100, "0"),
        ))
        .await
        .expect("revisions");
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn count_of_a_million(place: Place) {
    let database = place.open().await;
    fill(&place).await;
    let mut turnout = Turnout::default();
    for look in ["first", "next"] {
        let begun = std::time::Instant::now();
        database.count(&mut turnout).await.expect("counted");
        println!("{look} look at 1,000,000 revisions and people: {} ms", begun.elapsed().as_millis());
    }
    assert_eq!((turnout.revisions(), turnout.roll().people), (1_000_000, 1_000_000));
    assert_eq!(turnout.standing().map(|of| of.active).sum::<u64>(), 900_000);
}

#[tokio::test]
#[ignore = "prints what jebi status costs: --ignored --nocapture count_of_a_million"]
async fn count_of_a_million_in_sqlite() {
    count_of_a_million(Place::sqlite()).await;
}

#[tokio::test]
#[ignore = "prints what jebi status costs: --ignored --nocapture count_of_a_million"]
async fn count_of_a_million_in_postgres() {
    count_of_a_million(Place::postgres()).await;
}
