//! The roll's SQL.

use super::{ROWS, hash};
use crate::{
    secrets::{CodeHash, Person},
    store::{OnRoll, RollLine, StoreError},
};
use protocol::programme::civil::Date;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};
use std::collections::BTreeMap;

pub(super) async fn person(pool: &SqlitePool, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
    let query = "select person, born, district from roll where code_hash = ?";
    let found: Option<(Vec<u8>, String, String)> = sqlx::query_as(query).bind(&code.0[..]).fetch_optional(pool).await?;
    let Some((person, born, district)) = found else { return Ok(None) };
    Ok(Some(OnRoll { person: Person(hash(&person)?.0), born: date(&born)?, district }))
}

pub(super) async fn lines(pool: &SqlitePool, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
    let mut lines = BTreeMap::new();
    for chunk in people.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "select r.person, r.born, r.district, e.person is not null, r.code_hash is not null
             from roll r left join entries e on e.person = r.person where r.person in (",
        );
        let mut list = query.separated(", ");
        for person in chunk {
            list.push_bind(person.0.to_vec());
        }
        query.push(")");
        let rows: Vec<(Vec<u8>, String, String, bool, bool)> =
            query.build_query_as().persistent(false).fetch_all(pool).await?;
        for (person, born, district, registered, has_code) in rows {
            let line = RollLine { born: date(&born)?, district, registered, has_code };
            lines.insert(Person(hash(&person)?.0), line);
        }
    }
    Ok(lines)
}

pub(super) async fn put(pool: &SqlitePool, lines: &[(Person, Date, String)]) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    for chunk in lines.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into roll (person, born, district) ");
        query.push_values(chunk, |mut row, (person, born, district)| {
            row.push_bind(person.0.to_vec()).push_bind(born.to_string()).push_bind(district);
        });
        query.push(" on conflict (person) do update set born = excluded.born, district = excluded.district");
        query.build().persistent(false).execute(&mut *transaction).await?;
    }
    Ok(transaction.commit().await?)
}

pub(super) async fn put_codes(pool: &SqlitePool, codes: &[(Person, CodeHash)]) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    for chunk in codes.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "update roll set code_hash = given.column2, codes_issued = codes_issued + 1 from (",
        );
        query.push_values(chunk, |mut row, (person, code)| {
            row.push_bind(person.0.to_vec()).push_bind(code.0.to_vec());
        });
        query.push(") as given where roll.person = given.column1");
        let changed = query.build().persistent(false).execute(&mut *transaction).await?.rows_affected();
        if usize::try_from(changed) != Ok(chunk.len()) {
            return Err(StoreError::Conflict("a code for somebody who is not on the roll".to_owned()));
        }
    }
    Ok(transaction.commit().await?)
}

fn date(text: &str) -> Result<Date, StoreError> {
    Date::parse(text).ok_or(StoreError::Damaged("a birth date is none"))
}
