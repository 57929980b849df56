//! Changes of the roll, each with its line in the journal, in words that every database understands.

use super::{BEGIN, Pool, bulk, journal};
use crate::{
    forget::Forgotten,
    journal::{By, CodeChange, Kind, RollDigest, Said},
    secrets::{CodeHash, Person},
    store::{
        OnRoll, StoreError,
        rows::{self, OnRollRow, signed},
    },
};

/// The person with this access code.
pub(super) async fn person(pool: &Pool, code: &CodeHash) -> Result<Option<OnRoll>, StoreError> {
    let query = "select r.person, r.born, r.district, coalesce(t.since_unix_s, 0), coalesce(t.dates, 0)
                 from roll r left join tries t on t.code_hash = r.code_hash where r.code_hash = $1";
    let row: Option<OnRollRow> = sqlx::query_as(query).bind(&code.0[..]).fetch_optional(pool).await?;
    row.map(rows::on_roll).transpose()
}

/// Deletes counts of wrong birth dates that began at this second or before.
pub(super) async fn drop_wrong(pool: &Pool, until: u64) -> Result<(), StoreError> {
    sqlx::query("delete from tries where since_unix_s <= $1").bind(signed(until)?).execute(pool).await?;
    Ok(())
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
