//! Many rows of the roll at once: COPY where rows are only added, arrays where they are looked up.

use super::{Pool, Tx};
use crate::{
    forget::Forgotten,
    journal::{CodeChange, RollChange},
    secrets::Person,
    store::{
        RollLine, StoreError, part,
        rows::{self, signed, unsigned},
    },
};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Rows of one statement or message.
const ROWS: usize = 10_000;

pub(super) async fn roll_lines(pool: &Pool, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
    let mut lines = BTreeMap::new();
    for chunk in people.chunks(ROWS) {
        let query = "select r.person, r.born, r.district, e.person is not null, r.code_hash is not null
                     from roll r left join entries e on e.person = r.person where r.person = any($1)";
        let found: Vec<(Vec<u8>, String, String, bool, bool)> =
            sqlx::query_as(query).bind(keys(chunk)).fetch_all(pool).await?;
        for (person, born, district, registered, has_code) in found {
            let line = RollLine { born: rows::date(&born)?, district, registered, has_code };
            lines.insert(rows::person(&person)?, line);
        }
    }
    Ok(lines)
}

pub(super) async fn codes_issued(transaction: &mut Tx, people: &[Person]) -> Result<BTreeMap<Person, u64>, StoreError> {
    let mut issued = BTreeMap::new();
    for chunk in people.chunks(ROWS) {
        let query = "select person, codes_issued from roll where person = any($1)";
        let found: Vec<(Vec<u8>, i64)> = sqlx::query_as(query).bind(keys(chunk)).fetch_all(&mut **transaction).await?;
        for (person, count) in found {
            issued.insert(rows::person(&person)?, unsigned(count)?);
        }
    }
    Ok(issued)
}

fn keys(people: &[Person]) -> Vec<&[u8]> {
    people.iter().map(|person| &person.0[..]).collect()
}

/// People who are not on the roll; a constraint refuses others.
pub(super) async fn add_people(transaction: &mut Tx, line: u64, changes: &[RollChange]) -> Result<(), StoreError> {
    put_beside(transaction, line, changes).await?;
    let copy = "copy roll (person, born, district) from stdin (format binary)";
    let mut rows = Copy::begin(&mut *transaction, copy, 3).await?;
    for RollChange { person, now } in changes {
        let Some((born, district)) = now else { continue };
        rows.row([&person.0[..], born.to_string().as_bytes(), district.as_bytes()].map(Some)).await?;
    }
    rows.end().await
}

/// The rows of a change that stand beside its line, and what follows for the roll.
pub(super) async fn change_roll(transaction: &mut Tx, line: u64, changes: &[RollChange]) -> Result<(), StoreError> {
    put_beside(transaction, line, changes).await?;
    sqlx::query(part::PUT).bind(signed(line)?).execute(&mut **transaction).await?;
    if changes.iter().any(|change| change.now.is_none()) {
        // Each is found by key, whatever the database thinks of joining the whole roll.
        let take = "delete from roll where person = any
                    (array(select person from roll_changes where line = $1 and born is null))";
        sqlx::query(take).bind(signed(line)?).execute(&mut **transaction).await?;
    }
    Ok(())
}

async fn put_beside(transaction: &mut Tx, line: u64, changes: &[RollChange]) -> Result<(), StoreError> {
    let copy = "copy roll_changes (line, place, person, born, district) from stdin (format binary)";
    let mut rows = Copy::begin(&mut *transaction, copy, 5).await?;
    for (place, RollChange { person, now }) in (0_u64..).zip(changes) {
        let born = now.as_ref().map(|(born, _)| born.to_string());
        let district = now.as_ref().map(|(_, district)| district.as_bytes());
        let (line, place) = (line.to_be_bytes(), place.to_be_bytes());
        let born = born.as_ref().map(String::as_bytes);
        rows.row([Some(&line[..]), Some(&place[..]), Some(&person.0[..]), born, district]).await?;
    }
    rows.end().await
}

/// Codes beside their line, and into the roll.
pub(super) async fn put_codes(transaction: &mut Tx, line: u64, codes: &[CodeChange]) -> Result<(), StoreError> {
    let copy = "copy code_changes (line, place, person, code_hash, codes_issued) from stdin (format binary)";
    let mut rows = Copy::begin(&mut *transaction, copy, 5).await?;
    for (place, CodeChange { person, code, issued }) in (0_u64..).zip(codes) {
        let (line, place, issued) = (line.to_be_bytes(), place.to_be_bytes(), issued.to_be_bytes());
        rows.row([&line[..], &place, &person.0, &code.0, &issued].map(Some)).await?;
    }
    rows.end().await?;
    let put = "update roll set code_hash = c.code_hash, codes_issued = c.codes_issued from code_changes c
               where c.line = $1 and roll.person = c.person";
    sqlx::query(put).bind(signed(line)?).execute(&mut **transaction).await?;
    Ok(())
}

/// Deletes the rows.
pub(super) async fn erase(transaction: &mut Tx, what: Forgotten) -> Result<(), StoreError> {
    let statements: &[&'static str] = match what {
        Forgotten::Contacts => &["update contact_sheets set sheet = null where sheet is not null"],
        Forgotten::Codes => {
            &["truncate code_changes", "truncate tries", "update roll set code_hash = null, codes_issued = 0"]
        }
        Forgotten::Roll => &["truncate roll_changes", "truncate roll"],
    };
    for statement in statements {
        sqlx::query(*statement).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Rows that were changed leave their former selves in the table until it is written anew.
pub(super) async fn scrub(pool: &Pool, what: Forgotten) -> Result<(), StoreError> {
    let statement = match what {
        Forgotten::Contacts => "vacuum full contact_sheets",
        Forgotten::Codes => "vacuum full roll",
        Forgotten::Roll => return Ok(()),
    };
    sqlx::raw_sql(statement).execute(pool).await?;
    Ok(())
}

/// PostgreSQL's binary format of COPY: a head, rows of sized columns, an end.
pub(super) struct Copy<'a> {
    to: sqlx::postgres::PgCopyIn<&'a mut PgConnection>,
    columns: u16,
    waiting: Vec<u8>,
}

impl<'a> Copy<'a> {
    pub(super) async fn begin(
        connection: &'a mut PgConnection,
        statement: &'static str,
        columns: u16,
    ) -> Result<Self, StoreError> {
        let to = connection.copy_in_raw(statement).await?;
        let mut waiting = b"PGCOPY\n\xff\r\n\0".to_vec();
        waiting.extend_from_slice(&[0; 8]);
        Ok(Self { to, columns, waiting })
    }

    pub(super) async fn row<const N: usize>(&mut self, columns: [Option<&[u8]>; N]) -> Result<(), StoreError> {
        self.waiting.extend_from_slice(&self.columns.to_be_bytes());
        for column in columns {
            let length = column.map_or(Ok(-1), |bytes| i32::try_from(bytes.len()));
            let length = length.map_err(|_| StoreError::Damaged("a column is too long"))?;
            self.waiting.extend_from_slice(&length.to_be_bytes());
            self.waiting.extend_from_slice(column.unwrap_or_default());
        }
        if self.waiting.len() > 1 << 18 {
            self.to.send(std::mem::take(&mut self.waiting)).await?;
        }
        Ok(())
    }

    pub(super) async fn end(mut self) -> Result<(), StoreError> {
        self.waiting.extend_from_slice(&(-1_i16).to_be_bytes());
        self.to.send(std::mem::take(&mut self.waiting)).await?;
        self.to.finish().await?;
        Ok(())
    }
}
