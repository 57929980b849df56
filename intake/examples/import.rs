//! People put on the roll a second by an import, against the raw bulk load of the same rows into tables like the store's.
//!
//! `cargo run --release --workspace --example import -- postgres` (or `sqlite`), then optionally the number of people
//! [600000] and of rounds [5]. Each round has a store of its own. The import reads CSV, makes commitments, sorts, compares with
//! the roll, chains parts of 50,000 people into the journal.
//!
//! The raw load has its rows ready and puts them where the import puts them, with the same indexes, durable at its end, in one
//! transaction: for PostgreSQL a COPY into the rows beside the journal and one into the roll; for SQLite one prepared statement
//! for each, with as much memory for pages as the store has. It does less than the store: no length is checked, no
//! line is chained. It is counted twice. *As it stands*: rows in the order of the file, which for keyed commitments is no order;
//! that is what the issue means by a raw load. *Sorted*: rows in order of persons, so that the roll's index grows at its
//! end; sorting, which the import does itself, is not counted, so no import can reach it.
//!
//! Then all of it is taken back, as `jebi roll undo` does.

#[path = "../tests/cluster/mod.rs"]
mod cluster;

use intake::{Database, Roll, Secrets, csv_rows};
use protocol::{
    hash::Hash,
    programme::{
        Programme,
        source::{Source, compile},
    },
};
use sqlx::{Connection, Executor, PgConnection};
use std::{
    env,
    error::Error,
    io::Write,
    time::{Duration, Instant},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let (people, rounds) = (number(1, 600_000)?, number(2, 5)?);
    let runtime = tokio::runtime::Runtime::new()?;
    let cluster = match arguments.first().map(String::as_str) {
        Some("sqlite") => None,
        Some("postgres") => Some(cluster::Cluster::start(&["shared_buffers=1GB", "max_wal_size=8GB"])),
        _ => return Err("usage: import postgres|sqlite [PEOPLE] [ROUNDS]".into()),
    };
    let file = file(people);
    let (mut ratios, mut sorted_ratios) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        let folder = tempfile::tempdir()?;
        let own = || format!("sqlite:{}", folder.path().join("store.sqlite").display());
        let store = cluster.as_ref().map_or_else(own, cluster::Cluster::fresh);
        let (import, look, longest) = runtime.block_on(import(&store, &file))?;
        let raw = |rows: &[[u8; 32]]| match &cluster {
            None => raw_sqlite(&store, rows),
            Some(_) => runtime.block_on(raw_postgres(&store, rows)),
        };
        let mut rows: Vec<[u8; 32]> = (0..people).map(person).collect();
        let as_it_stands = raw(&rows)?;
        rows.sort_unstable();
        let sorted = raw(&rows)?;
        let (undo, turn) = runtime.block_on(undo(&store))?;
        let rate = |time: Duration| people as f64 / time.as_secs_f64();
        let ratio = |raw: Duration| raw.as_secs_f64() / import.as_secs_f64();
        let (ours, look, longest) = (rate(import), look.as_millis(), longest.as_millis());
        say(&format!(
            "round {round}: {ours:.0} people/s, of which looking {look} ms, longest part {longest} ms; raw as it stands {:.0}/s, ratio {:.2}; \
             raw sorted {:.0}/s, ratio {:.2}",
            rate(as_it_stands),
            ratio(as_it_stands),
            rate(sorted),
            ratio(sorted)
        ));
        let (undone, turn) = (rate(undo), turn.as_millis());
        say(&format!(
            "round {round}: taken back at {undone:.0} people/s, with the look before; longest turn {turn} ms"
        ));
        ratios.push(ratio(as_it_stands));
        sorted_ratios.push(ratio(sorted));
    }
    say(&format!("median ratio {:.2}; to the sorted load {:.2}", median(ratios), median(sorted_ratios)));
    Ok(())
}

fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// A roll as an office has it, in no order of persons.
fn file(people: usize) -> String {
    let mut file = String::from("reference,born,district\n");
    for number in 0..people {
        file.push_str(&format!("P-{number:08},19{:02}-0{}-1{},11010\n", 40 + number % 50, 1 + number % 9, number % 10));
    }
    file
}

/// How long it took, how long of this the look before, and the longest part that others waited for.
async fn import(store: &str, file: &str) -> Outcome<(Duration, Duration, Duration)> {
    let database = Database::open(store, &programme()?).await?;
    let roll = Roll::new(database.clone(), Secrets::new([11; 32], [12; 32]));
    let start = now();
    let look = roll.look(csv_rows(file.as_bytes())?, None).await?;
    let looking = start.elapsed();
    let (mut last, mut longest) = (now(), Duration::ZERO);
    look.apply(&mut |_| {
        longest = longest.max(last.elapsed());
        last = now();
    })
    .await?;
    let time = start.elapsed();
    database.close().await;
    Ok((time, looking, longest))
}

/// How long it took to take everybody back, with the look before, and the longest turn that others waited for.
async fn undo(store: &str) -> Outcome<(Duration, Duration)> {
    let database = Database::open(store, &programme()?).await?;
    let roll = Roll::new(database.clone(), Secrets::new([11; 32], [12; 32]));
    let start = now();
    let lines: Vec<u64> = roll.changes().await?.iter().map(|line| line.number).collect();
    let undoing = roll.undoing(&roll.ranges(&lines).await?, &mut |_, _| ()).await?;
    let (mut last, mut longest) = (now(), Duration::ZERO);
    undoing
        .apply(&mut |_| {
            longest = longest.max(last.elapsed());
            last = now();
        })
        .await?;
    let time = start.elapsed();
    database.close().await;
    Ok((time, longest))
}

fn person(number: usize) -> [u8; 32] {
    Hash::tagged("import-person", &[&number.to_be_bytes()]).0
}

fn raw_sqlite(store: &str, rows: &[[u8; 32]]) -> Outcome<Duration> {
    let connection = rusqlite::Connection::open(store.trim_start_matches("sqlite:"))?;
    connection.execute_batch(
        "pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -65536;
         drop table if exists raw_changes;
         drop table if exists raw_roll;
         create table raw_changes (line integer, place integer, person blob, born text, district text,
             primary key (line, place)) strict, without rowid;
         create table raw_roll (person blob not null unique, born text not null, district text not null,
             code_hash blob unique, codes_issued integer not null default 0) strict;",
    )?;
    let start = now();
    connection.execute_batch("begin immediate")?;
    {
        let mut change = connection.prepare("insert into raw_changes values (0, ?1, ?2, '1960-02-29', '11010')")?;
        let mut put =
            connection.prepare("insert into raw_roll (person, born, district) values (?1, '1960-02-29', '11010')")?;
        for (place, person) in rows.iter().enumerate() {
            change.execute(rusqlite::params![i64::try_from(place)?, &person[..]])?;
            put.execute([&person[..]])?;
        }
    }
    connection.execute_batch("commit")?;
    Ok(start.elapsed())
}

async fn raw_postgres(store: &str, rows: &[[u8; 32]]) -> Outcome<Duration> {
    let mut connection = PgConnection::connect(store).await?;
    let tables = "drop table if exists raw_changes, raw_roll;
                  create table raw_changes (like roll_changes including indexes);
                  create table raw_roll (like roll including indexes including defaults)";
    connection.execute(sqlx::raw_sql(tables)).await?;
    let (mut changes, mut roll) = (String::new(), String::new());
    for (number, person) in rows.iter().enumerate() {
        let person = protocol::hash::hex(person);
        changes.push_str(&format!("0\t{number}\t\\\\x{person}\t1960-02-29\t11010\n"));
        roll.push_str(&format!("\\\\x{person}\t1960-02-29\t11010\n"));
    }
    let start = now();
    connection.execute(sqlx::raw_sql("begin")).await?;
    for (statement, rows) in [
        ("copy raw_changes (line, place, person, born, district) from stdin", &changes),
        ("copy raw_roll (person, born, district) from stdin", &roll),
    ] {
        let mut copy = connection.copy_in_raw(statement).await?;
        for part in rows.as_bytes().chunks(1 << 18) {
            copy.send(part).await?;
        }
        copy.finish().await?;
    }
    connection.execute(sqlx::raw_sql("commit")).await?;
    Ok(start.elapsed())
}

fn programme() -> Outcome<Programme> {
    Ok(compile(&Source {
        programme_toml: include_str!("../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    })
    .map_err(|error| format!("{error:?}"))?)
}

fn say(text: &str) {
    // Who closed the terminal does not stop the work.
    let _ = writeln!(std::io::stdout(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}
