//! Changes of the roll, each with its line in the journal, in words that every database understands.

use super::{BEGIN, Pool, Tx, bulk, journal};
use crate::{
    forget::Forgotten,
    journal::{By, CodeChange, Kind, RollChange, RollDigest, Said},
    secrets::{CodeHash, Person},
    store::{
        OnRoll, StoreError,
        rows::{self, OnRollRow, signed},
    },
};
use protocol::programme::civil::Date;
use std::collections::BTreeMap;

/// The person with this access code.
pub(super) async fn person(pool: &Pool, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
    let query = "select r.person, r.born, r.district, coalesce(t.since_unix_s, 0), coalesce(t.dates, 0)
                 from roll r left join tries t on t.code_hash = r.code_hash where r.code_hash = $1";
    let row: Option<OnRollRow> = sqlx::query_as(query).bind(&code.0[..]).fetch_optional(pool).await?;
    row.map(rows::on_roll).transpose()
}

async fn record(
    transaction: &mut Tx,
    now: u64,
    by: &By,
    (kind, first): (Kind, u64),
    changes: &[RollChange],
) -> Result<u64, StoreError> {
    let mut digest = RollDigest::new();
    changes.iter().for_each(|change| digest.add(change));
    let (count, digest) = (changes.len() as u64, digest.end());
    let line = journal::add(transaction, Said { time_unix_s: now, kind, by, first, count, digest }).await?;
    bulk::change_roll(transaction, line.number, changes).await?;
    Ok(line.number)
}

/// Deletes counts of wrong birth dates that began at this second or before.
pub(super) async fn drop_wrong(pool: &Pool, until: u64) -> Result<(), StoreError> {
    sqlx::query("delete from tries where since_unix_s <= $1").bind(signed(until)?).execute(pool).await?;
    Ok(())
}

pub(super) async fn undo(pool: &Pool, now: u64, by: &By, line: u64) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    journal::is_open(&mut transaction).await?;
    let refuse = |why: &str| Err(StoreError::Conflict(why.to_owned()));
    let query = "select kind from journal where number = $1";
    let kind: Option<String> = sqlx::query_scalar(query).bind(signed(line)?).fetch_optional(&mut *transaction).await?;
    let kind = kind.as_deref().and_then(Kind::from_name);
    if !matches!(kind, Some(Kind::Import | Kind::Contacts)) {
        return refuse("this line of the journal is no import");
    }
    let query = "select count(*) from journal where number > $1 and kind = 'undo' and first = $1";
    if 0_i64 < sqlx::query_scalar(query).bind(signed(line)?).fetch_one(&mut *transaction).await? {
        return refuse("this import was taken back already");
    }
    let query = "select count(*) from roll_changes i join entries e on e.person = i.person where i.line = $1";
    if 0_i64 < sqlx::query_scalar(query).bind(signed(line)?).fetch_one(&mut *transaction).await? {
        return refuse("somebody of this import has registered");
    }
    let query = "select count(*) from roll_changes i join roll_changes later on later.person = i.person
                 where i.line = $1 and later.line > $1";
    if 0_i64 < sqlx::query_scalar(query).bind(signed(line)?).fetch_one(&mut *transaction).await? {
        return refuse("somebody of this import was changed since; take that back first");
    }
    let mut before: BTreeMap<Person, Option<(Date, String)>> = BTreeMap::new();
    let query = "select i.person, b.born, b.district from roll_changes i
                 left join roll_changes b on b.person = i.person and b.line < i.line
                 where i.line = $1 order by i.person, b.line";
    let found: Vec<(Vec<u8>, Option<String>, Option<String>)> =
        sqlx::query_as(query).bind(signed(line)?).fetch_all(&mut *transaction).await?;
    for row in found {
        let RollChange { person, now } = rows::roll_change(row)?;
        before.insert(person, now);
    }
    let changes: Vec<RollChange> = before.into_iter().map(|(person, now)| RollChange { person, now }).collect();
    let undone = record(&mut transaction, now, by, (Kind::Undo, line), &changes).await?;
    let query = "update contact_sheets set sheet = null where line = $1";
    sqlx::query(query).bind(signed(line)?).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(undone)
}

pub(super) async fn put_codes(pool: &Pool, now: u64, by: &By, codes: &[(Person, CodeHash)]) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    if journal::has_forgotten(&mut transaction, Forgotten::Codes).await? {
        return Err(StoreError::Conflict("codes were deleted; nobody gets one any more".to_owned()));
    }
    let people: Vec<Person> = codes.iter().map(|(person, _)| *person).collect();
    let issued = bulk::codes_issued(&mut transaction, &people).await?;
    let mut digest = RollDigest::new();
    let mut changes = Vec::with_capacity(codes.len());
    for (person, code) in codes {
        let Some(before) = issued.get(person) else {
            return Err(StoreError::Conflict("a code for somebody who is not on the roll".to_owned()));
        };
        let change = CodeChange { person: *person, code: *code, issued: before + 1 };
        digest.add_code(&change);
        changes.push(change);
    }
    let (count, digest) = (changes.len() as u64, digest.end());
    let said = Said { time_unix_s: now, kind: Kind::Codes, by, first: 0, count, digest };
    let line = journal::add(&mut transaction, said).await?;
    bulk::put_codes(&mut transaction, line.number, &changes).await?;
    transaction.commit().await?;
    Ok(line.number)
}
