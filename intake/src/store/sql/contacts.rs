//! Contacts in encrypted sheets, in words that every database understands.

use super::{BEGIN, Pool, journal};
use crate::{
    journal::{By, ContactDigest, Kind, Said},
    store::{
        KeptSheet, Sheet, StoreError,
        rows::{self, signed, unsigned},
    },
};
use protocol::hash::Hash;

/// The sheets of one line, in one turn.
pub(super) async fn put(pool: &Pool, now: u64, by: &By, sheets: &[Sheet]) -> Result<u64, StoreError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    journal::is_open(&mut transaction).await?;
    let (mut digest, mut count) = (ContactDigest::new(), 0);
    for Sheet { contacts, sealed } in sheets {
        digest.add(*contacts, Hash::of(sealed));
        count += contacts;
    }
    let said = Said { time_unix_s: now, kind: Kind::Contacts, by, first: 0, count, digest: digest.end() };
    let line = journal::add(&mut transaction, said).await?;
    for (place, Sheet { contacts, sealed }) in (0_i64..).zip(sheets) {
        let query = "insert into contact_sheets (line, place, contacts, digest, sheet) values ($1, $2, $3, $4, $5)";
        sqlx::query(query)
            .bind(signed(line.number)?)
            .bind(place)
            .bind(signed(*contacts)?)
            .bind(&Hash::of(sealed).0[..])
            .bind(&sealed[..])
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(line.number)
}

/// Up to `limit` sheets of the line, from this place on.
pub(super) async fn sheets(pool: &Pool, line: u64, from: u64, limit: u32) -> Result<Vec<KeptSheet>, StoreError> {
    let query = "select contacts, digest, sheet from contact_sheets where line = $1 and place >= $2
                 order by place limit $3";
    let query = sqlx::query_as(query).bind(signed(line)?).bind(signed(from)?).bind(i64::from(limit));
    let found: Vec<(i64, Vec<u8>, Option<Vec<u8>>)> = query.fetch_all(pool).await?;
    let kept = |(contacts, digest, sealed): (i64, Vec<u8>, Option<Vec<u8>>)| {
        Ok(KeptSheet { contacts: unsigned(contacts)?, digest: rows::hash(&digest)?, sealed })
    };
    found.into_iter().map(kept).collect()
}

/// How many sheets there are, with those that were emptied.
pub(super) async fn sheet_count(pool: &Pool) -> Result<u64, StoreError> {
    unsigned(sqlx::query_scalar::<_, i64>("select count(*) from contact_sheets").fetch_one(pool).await?)
}
