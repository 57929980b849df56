//! Stores that were made by an older program, copied in mid-window, restored; and databases that would not keep a word.

use super::{Place, append, cluster, new, on_both, on_roll, person, programme};
use crate::secrets::CodeHash;
use crate::store::{Database, StoreError, postgres::MIGRATIONS as POSTGRES, rows, sqlite::MIGRATIONS as SQLITE};
use protocol::{entry::Status, hash::Hash, ticket::Ticket};
use sqlx::{Connection, Executor};

on_both!(a_copy_in_mid_window_is_whole_and_older, the_store_tells_its_own_time);

async fn the_store_tells_its_own_time(place: Place) {
    let database = place.open().await;
    let ahead = database.clock_ahead_s().await.expect("a time");
    assert!(ahead.abs() <= 2, "the database of the tests runs on this machine: {ahead}");
    // Not this machine's clock under another name: it goes on by the database's own.
    let then = database.store.clock_unix_s().await.expect("a time");
    assert!((1_700_000_000..).contains(&then), "{then}");
    database.close().await;
}

/// What the program wrote before there was a journal: two people with codes, three revisions in two batches, an anchor.
async fn populate_as_of_migration_6(path: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("a file");
    rows::migrator(&SQLITE[..6]).run(&mut connection).await.expect("the tables of then");
    let programme = programme();
    let mut run = async |statement: String| {
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement))).await.expect("a row of then");
    };
    let hex = |bytes: &[u8]| format!("x'{}'", protocol::hash::hex(bytes));
    run(format!("insert into draw values (1, {}, null)", hex(&programme.hash().0))).await;
    for number in 0..3_u8 {
        let code = if number < 2 { hex(&[number + 50; 32]) } else { "null".to_owned() };
        let (who, issued) = (hex(&person(number).0), 2 * u8::from(number < 2));
        run(format!("insert into roll values ({who}, '1960-02-29', '11010', {code}, {issued})")).await;
    }
    let batches =
        [vec![new(0, 10, 1, Status::Active), new(1, 11, 1, Status::Active)], vec![new(0, 10, 2, Status::Withdrawn)]];
    for (number, batch) in (0_u64..).zip(batches) {
        let sealed = crate::batch::Sealed::new(&programme, &super::key(), number, 100 + number, batch).expect("sealed");
        let (leaves, root) = (sealed.statement.leaves, hex(&sealed.statement.root.0));
        run(format!("insert into batches values ({number}, {leaves}, {}, {root}, '{}')", 100 + number, sealed.note))
            .await;
        for (place, new) in sealed.revisions.iter().enumerate() {
            let revision = &new.revision;
            let (ticket, status, of) = (hex(&revision.ticket.0), revision.status.byte(), hex(&revision.body.person));
            run(format!(
                "insert into revisions values ({ticket}, {}, {status}, {}, {}, {}, {number}, {place}, {}, {});
                 insert into entries values ({ticket}, {of}, 1, {status}, {})
                 on conflict (ticket) do update set status = excluded.status, revision = excluded.revision",
                revision.revision,
                hex(&revision.blinding),
                hex(&sealed.bodies[place]),
                hex(&sealed.leaves[place]),
                hex(&new.request.0),
                hex(&new.content.0),
                revision.revision,
            ))
            .await;
        }
    }
    run("insert into anchors values (0, 1)".to_owned()).await;
}

#[tokio::test]
async fn a_store_from_before_the_journal_gets_one_and_goes_on() {
    let place = Place::sqlite();
    populate_as_of_migration_6(place.address.trim_start_matches("sqlite:")).await;
    let database = place.open().await;
    let checked = database.check(&[]).await.expect("sound");
    assert_eq!((checked.batches, checked.revisions, checked.entries, checked.people), (2, 3, 2, 3));
    assert_eq!(checked.tip.next, 4, "the roll, two batches, an anchor");
    let mut ledger = database.store.ledger();
    ledger.begin().await.expect("a turn");
    let known = ledger.look(&[CodeHash([50; 32])]).await.expect("a look");
    assert_eq!(known.held.entries[&person(0)].revision, 2);
    assert!(known.held.granted.contains_key(&new(0, 10, 1, Status::Active).request), "asked again, answered again");
    ledger.leave().await.expect("left");
    append(&mut *ledger, vec![new(2, 12, 1, Status::Active)]).await.expect("the window goes on");
    database.close().await;
    let again = place.open().await;
    assert_eq!(again.check(&[checked.tip.link]).await.map(|checked| checked.tip.next), Ok(5), "carried once");
}

#[tokio::test]
async fn a_populated_postgres_store_of_an_earlier_migration_goes_on() {
    let place = Place::postgres();
    let database = place.open().await;
    on_roll(&database, 0..2).await;
    append(&mut *database.store.ledger(), vec![new(0, 10, 1, Status::Active)]).await.expect("appended");
    let before = database.check(&[]).await.expect("sound");
    database.close().await;
    let guard = POSTGRES[3].1.split("-- Instead of a foreign key").nth(1).and_then(|rest| rest.split_once('\n'));
    let guard =
        guard.and_then(|(_, rest)| rest.split("create function roll_keeps").next()).expect("the trigger of then");
    let guard = guard.split_once("create function").expect("after its comment").1;
    let back = format!(
        "drop function must; drop table tries; drop table contact_sheets; drop function goes_with_its_line cascade; create function {guard};
         delete from _sqlx_migrations where version >= 7"
    );
    place.sql(&back).await.expect("as it was");
    let database = place.open().await;
    assert_eq!(database.check(&[before.tip.link]).await, Ok(before));
    append(&mut *database.store.ledger(), vec![new(1, 11, 1, Status::Active)]).await.expect("the window goes on");
    assert_eq!(database.mark_anchored(0, 2).await, Ok(()));
}

async fn a_copy_in_mid_window_is_whole_and_older(place: Place) {
    let database = place.open().await;
    on_roll(&database, 0..250).await;
    let store = database.store.clone();
    let writes = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut ledger = store.ledger();
            for number in 0..120 {
                append(&mut *ledger, vec![new(number, number, 1, Status::Active)]).await.expect("appended");
            }
        });
    });
    while database.store.last_batch().await.expect("read").is_none() {
        tokio::task::yield_now().await;
    }
    let copy = copied(&place, &database).await;
    writes.join().expect("no panic");
    let (now, then) = (database.check(&[]).await.expect("sound"), copy.open().await);
    let then = then.check(&[]).await.expect("the copy is sound");
    assert!((1..=now.batches).contains(&then.batches), "{} of {}", then.batches, now.batches);
    assert_eq!(database.check(&[then.tip.link]).await, Ok(now), "the copy is a beginning of it");
}

async fn copied(place: &Place, database: &Database) -> Place {
    let Some(path) = place.address.strip_prefix("sqlite:") else {
        let name = place.address.rsplit_once('/').expect("a name").1;
        let name =
            place.address.split('?').next().and_then(|head| head.rsplit_once('/')).map_or(name, |(_, name)| name);
        let copy = Place::postgres();
        let to = copy.address.split('?').next().and_then(|head| head.rsplit_once('/')).expect("a name").1;
        let dump = cluster::shared().folder().join(format!("{to}.sql"));
        let dump = dump.to_str().expect("text");
        cluster::shared().run("pg_dump", &["-f", dump, name]);
        cluster::shared().run("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-f", dump, to]);
        return copy;
    };
    let file = std::path::Path::new(path).with_file_name("copy.sqlite");
    database.backup(&file).await.expect("copied");
    assert!(database.backup(&file).await.is_err(), "a copy is not written over");
    Place { address: format!("sqlite:{}", file.display()), _folder: None }
}

#[tokio::test]
async fn a_database_that_does_not_keep_its_word_is_refused() {
    let place = Place::postgres();
    place.open().await.close().await;
    let name = place.address.split('?').next().and_then(|head| head.rsplit_once('/')).expect("a name").1;
    place.sql(&format!("alter database {name} set synchronous_commit = off")).await.expect("set");
    let refused = Database::open(&place.address, &programme()).await.map(|_| ());
    assert_eq!(refused, Err(StoreError::NotDurable("synchronous_commit".to_owned())));
}

#[tokio::test]
async fn a_connection_that_was_lost_costs_its_batch_at_most() {
    let place = Place::postgres();
    let database = place.open().await;
    on_roll(&database, 0..4).await;
    let mut ledger = database.store.ledger();
    append(&mut *ledger, vec![new(0, 10, 1, Status::Active)]).await.expect("appended");
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    place.sql(cut).await.expect("cut");
    append(&mut *ledger, vec![new(1, 11, 1, Status::Active)]).await.expect("between two turns nothing is lost");
    let end = ledger.begin().await.expect("a turn");
    place.sql(cut).await.expect("cut");
    let lost = super::append_in(&mut *ledger, end, vec![new(2, 12, 1, Status::Active)]).await;
    assert!(matches!(lost, Err(StoreError::Database(_))), "{lost:?}");
    append(&mut *ledger, vec![new(2, 12, 1, Status::Active)]).await.expect("the next turn has another connection");
    assert_eq!(database.store.history(Ticket([12; 12])).await.map(|lines| lines.len()), Ok(1));
    assert_eq!(database.store.person(&CodeHash(Hash::of(b"x").0)).await, Ok(None), "look-ups go on too");
    database.check(&[]).await.expect("sound");
}
