//! Many rows of the roll at once: statements of some hundred rows.

use super::{Pool, ROWS, Tx};
use crate::{
    forget::Forgotten,
    journal::{CodeChange, RollChange},
    secrets::Person,
    store::{
        StoreError, part,
        rows::{self, signed, unsigned},
    },
};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeMap;

pub(super) async fn codes_issued(transaction: &mut Tx, people: &[Person]) -> Result<BTreeMap<Person, u64>, StoreError> {
    let mut issued = BTreeMap::new();
    for chunk in people.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("select person, codes_issued from roll where person in (");
        list(&mut query, chunk);
        let found: Vec<(Vec<u8>, i64)> = query.build_query_as().persistent(false).fetch_all(&mut **transaction).await?;
        for (person, count) in found {
            issued.insert(rows::person(&person)?, unsigned(count)?);
        }
    }
    Ok(issued)
}

fn list(query: &mut QueryBuilder<Sqlite>, people: &[Person]) {
    let mut list = query.separated(", ");
    for person in people {
        list.push_bind(person.0.to_vec());
    }
    query.push(")");
}

/// The rows of a change that stand beside its line, and what follows for the roll.
pub(super) async fn change_roll(transaction: &mut Tx, line: u64, changes: &[RollChange]) -> Result<(), StoreError> {
    let line = signed(line)?;
    for (number, chunk) in (0..).step_by(ROWS).zip(changes.chunks(ROWS)) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into roll_changes (line, place, person, born, district) ");
        query.push_values((number..).zip(chunk), |mut row, (place, RollChange { person, now })| {
            let place: i64 = place;
            row.push_bind(line).push_bind(place).push_bind(person.0.to_vec());
            row.push_bind(now.as_ref().map(|(born, _)| born.to_string()));
            row.push_bind(now.as_ref().map(|(_, district)| district.clone()));
        });
        query.build().execute(&mut **transaction).await?;
    }
    sqlx::query(part::PUT).bind(line).execute(&mut **transaction).await?;
    let take = "delete from roll where person in (select person from roll_changes where line = $1 and born is null)";
    sqlx::query(take).bind(line).execute(&mut **transaction).await?;
    Ok(())
}

/// Codes beside their line, and into the roll.
pub(super) async fn put_codes(transaction: &mut Tx, line: u64, codes: &[CodeChange]) -> Result<(), StoreError> {
    let line = signed(line)?;
    for (number, chunk) in (0..).step_by(ROWS).zip(codes.chunks(ROWS)) {
        let mut rows = Vec::with_capacity(chunk.len());
        for (place, CodeChange { person, code, issued }) in (number..).zip(chunk) {
            let place: i64 = place;
            rows.push((place, person.0.to_vec(), code.0.to_vec(), signed(*issued)?));
        }
        let mut query =
            QueryBuilder::<Sqlite>::new("insert into code_changes (line, place, person, code_hash, codes_issued) ");
        query.push_values(rows, |mut row, (place, person, code, issued)| {
            row.push_bind(line).push_bind(place).push_bind(person).push_bind(code).push_bind(issued);
        });
        query.build().execute(&mut **transaction).await?;
    }
    let put = "update roll set code_hash = c.code_hash, codes_issued = c.codes_issued from code_changes c
               where c.line = $1 and roll.person = c.person";
    sqlx::query(put).bind(line).execute(&mut **transaction).await?;
    Ok(())
}

/// Deletes the rows.
pub(super) async fn erase(transaction: &mut Tx, what: Forgotten) -> Result<(), StoreError> {
    let statements: &[&'static str] = match what {
        Forgotten::Contacts => &["update contact_sheets set sheet = null where sheet is not null"],
        Forgotten::Codes => {
            &["delete from code_changes", "delete from tries", "update roll set code_hash = null, codes_issued = 0"]
        }
        Forgotten::Roll => &["delete from roll_changes", "delete from roll"],
    };
    for statement in statements {
        sqlx::query(*statement).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// The pages of before go from the log beside the file too, unless somebody is reading them just now.
pub(super) async fn scrub(pool: &Pool, _: Forgotten) -> Result<(), StoreError> {
    sqlx::query("pragma wal_checkpoint(truncate)").execute(pool).await?;
    Ok(())
}
