//! One behaviour of all stores: each test runs on SQLite and on PostgreSQL.

mod damage;
mod desk;
mod forget;
mod moved;
mod register;
mod roll;
mod tries;
mod turnout;
mod undo;

#[path = "../../../tests/cluster/mod.rs"]
mod cluster;

use super::{Database, StoreError};
use crate::{
    Roll, RollError, Secrets,
    batch::{New, Sealed},
    journal::{self, By},
    secrets::{CodeHash, Person},
    store::{End, Ledger, Of, Part},
};
use protocol::{
    entry::{Body, Change, ChangeKey, Channel, Revision, Status},
    hash::{Hash, hex},
    instance::{Choice, SessionIndex},
    note::{KeyType, SigningKey},
    programme::{
        Programme,
        civil::Date,
        source::{Source, compile},
    },
    ticket::Ticket,
};
use sqlx::{Connection, Executor};

/// Runs each of these tests on both stores.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test(crate::store::conformance::Place::sqlite()).await })*
        }
        mod postgres {
            $(#[tokio::test] async fn $test() { super::$test(crate::store::conformance::Place::postgres()).await })*
        }
    };
}
pub(super) use on_both;

/// Where a store of one test is.
pub(crate) struct Place {
    pub(super) address: String,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { address: format!("sqlite:{}", folder.path().join("store.sqlite").display()), _folder: Some(folder) }
    }

    pub(crate) fn postgres() -> Self {
        Self { address: cluster::shared().fresh(), _folder: None }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.address.starts_with("sqlite:")
    }

    pub(crate) async fn open(&self) -> Database {
        Database::open(&self.address, &programme()).await.expect("a store")
    }

    /// Runs statements behind the program's back.
    pub(crate) async fn sql(&self, statements: &str) -> Result<(), StoreError> {
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        if let Some(path) = self.address.strip_prefix("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(path).await?;
            connection.execute(sqlx::raw_sql(statements)).await?;
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.address).await?;
            connection.execute(sqlx::raw_sql(statements)).await?;
        }
        Ok(())
    }

    /// The same with everything that guards the tables switched off.
    pub(super) async fn tamper(&self, statements: &str) {
        if self.is_sqlite() {
            let path = self.address.trim_start_matches("sqlite:");
            let mut connection = sqlx::SqliteConnection::connect(path).await.expect("the file");
            let query = "select name from sqlite_master where type = 'trigger'";
            let guards: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await.expect("triggers");
            for guard in guards {
                self.sql(&format!("drop trigger {guard}")).await.expect("dropped");
            }
            self.sql(&format!("pragma foreign_keys = off; {statements}")).await.expect("tampered");
        } else {
            self.sql(&format!("set session_replication_role = replica; {statements}")).await.expect("tampered");
        }
    }

    /// A value of bytes in SQL.
    pub(super) fn bytes(&self, bytes: &[u8]) -> String {
        if self.is_sqlite() { format!("x'{}'", hex(bytes)) } else { format!("'\\x{}'::bytea", hex(bytes)) }
    }
}

pub(super) const SAMPLE: Source = Source {
    programme_toml: include_str!("../../../../protocol/vectors/sample/programme.toml"),
    districts_csv: include_str!("../../../../protocol/vectors/sample/districts.csv"),
    sites_csv: include_str!("../../../../protocol/vectors/sample/sites.csv"),
    sessions_csv: include_str!("../../../../protocol/vectors/sample/sessions.csv"),
    reserves_csv: None,
    reach_csv: None,
};

pub(super) fn programme() -> Programme {
    compile(&SAMPLE).expect("the sample")
}

pub(super) fn key() -> SigningKey {
    SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).expect("a key")
}

/// A line of the journal that no change of the roll comes after.
pub(super) const ANY: u64 = 1 << 62;

pub(super) fn person(number: u8) -> Person {
    Person([number; 32])
}

/// The hash of a person's access code.
pub(super) fn code(number: u8) -> CodeHash {
    CodeHash([number ^ 0x80; 32])
}

/// A code for each of these people.
pub(super) async fn with_codes(database: &Database, people: impl IntoIterator<Item = u8>) {
    let codes: Vec<_> = people.into_iter().map(|number| (person(number), code(number))).collect();
    database.store.put_codes(6, &By::command(), &codes).await.expect("codes");
}

pub(super) fn born(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

/// People with these numbers on the roll, by one import. Its line.
pub(super) async fn on_roll(database: &Database, people: impl IntoIterator<Item = u8>) -> u64 {
    let change =
        |number| journal::RollChange { person: person(number), now: Some((born("1960-02-29"), "11010".to_owned())) };
    let changes: Vec<_> = people.into_iter().map(change).collect();
    database.store.put_part(5, &By::command(), ANY, Part::new(Of::New, changes)).await.expect("an import")
}

/// The roll with the tests' secrets.
pub(super) fn roll(database: &Database) -> Roll {
    Roll::new(database.clone(), Secrets::new([1; 32], [2; 32]))
}

/// Takes the import of this line back. The line that says so.
pub(super) async fn undo(database: &Database, line: u64) -> Result<u64, RollError> {
    roll(database).undo(line).await
}

fn change_key(person: u8, revision: u8) -> ChangeKey {
    ChangeKey([person ^ 0x40 ^ revision; 32])
}

/// A revision of a person's, under the ticket with this number.
pub(crate) fn new(of: u8, ticket: u8, number: u8, status: Status) -> New {
    let changes = (1..number).map(|revision| Change::Key(change_key(of, revision))).collect();
    let choices = if status.is_active() { vec![Choice::Session(SessionIndex(0))] } else { Vec::new() };
    let (person, next) = (person(of).0, change_key(of, number).hash());
    let body = Body { cohort: 1, district: 0, channel: Channel::Own, person, next, changes, choices };
    let revision =
        Revision { ticket: Ticket([ticket; 12]), revision: number.into(), status, blinding: [number; 32], body };
    let request = Hash::of(&[of, number]);
    New { revision, request, content: Hash::of(&[number]), actor: None, reason: None }
}

/// Appends a batch in a turn of its own.
pub(crate) async fn append(ledger: &mut dyn Ledger, revisions: Vec<New>) -> Result<(), StoreError> {
    let end = ledger.begin().await?;
    append_in(ledger, end, revisions).await
}

/// Appends a batch in this turn.
pub(super) async fn append_in(ledger: &mut dyn Ledger, end: End, revisions: Vec<New>) -> Result<(), StoreError> {
    let (sealed, line) = sealed_upon(end, revisions);
    ledger.append(&sealed, &line).await
}

/// A batch that goes there, and its line.
pub(super) fn sealed_upon(end: End, revisions: Vec<New>) -> (Sealed, journal::Line) {
    let number = end.last.map_or(0, |last| last.number + 1);
    let sealed = Sealed::new(&programme(), &key(), number, 100 + number, revisions).expect("sealed");
    let line = journal::of_batch(end.tip, &By::intake(), &sealed);
    (sealed, line)
}
