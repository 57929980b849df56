//! Imports taken back, in words that every database understands.

use super::{BEGIN, Pool, Tx, bulk, journal};
use crate::{
    journal::{By, Kind, RollChange, RollDigest, Said},
    secrets::Person,
    store::{
        StoreError, Undo, part,
        rows::{self, signed, unsigned},
    },
};
use protocol::programme::civil::Date;
use std::collections::BTreeMap;

/// The first and the last person of the line.
pub(super) async fn span(pool: &Pool, line: u64) -> Result<Option<(Person, Person)>, StoreError> {
    let query = "select (select person from roll_changes where line = $1 order by person limit 1),
                        (select person from roll_changes where line = $1 order by person desc limit 1)";
    let found: (Option<Vec<u8>>, Option<Vec<u8>>) = sqlx::query_as(query).bind(signed(line)?).fetch_one(pool).await?;
    let (Some(first), Some(last)) = found else { return Ok(None) };
    Ok(Some((rows::person(&first)?, rows::person(&last)?)))
}

/// How many people both lines changed.
pub(super) async fn in_both(pool: &Pool, line: u64, other: u64) -> Result<u64, StoreError> {
    let query = "select count(*) from roll_changes i join roll_changes o on o.person = i.person
                 where i.line = $1 and o.line = $2";
    let query = sqlx::query_scalar::<_, i64>(query).bind(signed(line)?).bind(signed(other)?);
    unsigned(query.fetch_one(pool).await?)
}

/// How many people of the line have registered.
pub(super) async fn registered(pool: &Pool, line: u64) -> Result<u64, StoreError> {
    unsigned(sqlx::query_scalar::<_, i64>(part::REGISTERED).bind(signed(line)?).fetch_one(pool).await?)
}

/// Takes the line back, in one turn.
pub(super) async fn undo(pool: &Pool, now: u64, by: &By, undo: &Undo) -> Result<u64, StoreError> {
    let Undo { line, next_line, before } = undo;
    let mut transaction = pool.begin_with(BEGIN).await?;
    journal::is_open(&mut transaction).await?;
    let query = sqlx::query_scalar(part::CHANGED_SINCE).bind(signed(*next_line)?);
    part::unless_changed_since(query.fetch_one(&mut *transaction).await?)?;
    let query = sqlx::query_scalar(part::REGISTERED).bind(signed(*line)?);
    part::unless_registered(query.fetch_one(&mut *transaction).await?)?;
    let changes = as_before(&mut transaction, *line, before).await?;
    let mut digest = RollDigest::new();
    changes.iter().for_each(|change| digest.add(change));
    let (count, digest) = (changes.len() as u64, digest.end());
    let said = Said { time_unix_s: now, kind: Kind::Undo, by, first: *line, count, digest };
    let undone = journal::add(&mut transaction, said).await?;
    bulk::change_roll(&mut transaction, undone.number, &changes).await?;
    let query = "update contact_sheets set sheet = null where line = $1";
    sqlx::query(query).bind(signed(*line)?).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(undone.number)
}

/// The people of the line, in order of persons, each as the last of the lines before it has them.
async fn as_before(transaction: &mut Tx, line: u64, before: &[u64]) -> Result<Vec<RollChange>, StoreError> {
    let query = sqlx::query_scalar("select person from roll_changes where line = $1").bind(signed(line)?);
    let people: Vec<Vec<u8>> = query.fetch_all(&mut **transaction).await?;
    let mut was: BTreeMap<Person, Option<(Date, String)>> = BTreeMap::new();
    for person in &people {
        was.insert(rows::person(person)?, None);
    }
    let query = "select b.person, b.born, b.district from roll_changes i
                 join roll_changes b on b.person = i.person where i.line = $1 and b.line = $2";
    for earlier in before {
        let query = sqlx::query_as(query).bind(signed(line)?).bind(signed(*earlier)?);
        let found: Vec<(Vec<u8>, Option<String>, Option<String>)> = query.fetch_all(&mut **transaction).await?;
        for row in found {
            let RollChange { person, now } = rows::roll_change(row)?;
            was.insert(person, now);
        }
    }
    Ok(was.into_iter().map(|(person, now)| RollChange { person, now }).collect())
}
