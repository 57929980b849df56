//! Reading the whole store in some order, and people of the roll.

use super::{connect, own::Own};
use crate::{
    journal::{CodeChange, RollChange},
    secrets::Person,
    store::{
        Kept, OfPerson, OfRoll, OfTicket, Pages, RollLine, StoreError, Stored,
        rows::{self, leaf, position, signed},
    },
};
use protocol::entry::LEAF_BYTES;
use rusqlite::Row;
use std::{collections::BTreeMap, path::Path};

pub(super) async fn leaves(own: &Own, first: u64, end: u64) -> Result<Vec<[u8; LEAF_BYTES]>, StoreError> {
    let (from, to) = (position(first)?, position(end)?);
    own.run(move |connection| {
        let mut query = connection.prepare_cached(rows::LEAVES)?;
        let mut found = query.query([from, to])?;
        let mut leaves = Vec::new();
        while let Some(row) = found.next()? {
            leaves.push(leaf(row.get_ref(0)?.as_blob().map_err(|_| NO_LEAF)?)?);
        }
        Ok(leaves)
    })
    .await
}

/// The rows of a query, read by a connection and on a thread of their own. Of what the database sorts it holds 16 MiB; the rest
/// goes into files without a name, in the folder `SQLITE_TMPDIR`, else `TMPDIR`, else /var/tmp.
fn pages<T: Send + 'static>(path: &Path, query: &'static str, read: fn(&Row<'_>) -> Result<T, StoreError>) -> Pages<T> {
    let path = path.to_owned();
    Pages::by_thread(move |to| {
        let connection = connect(&path)?;
        connection.execute_batch("pragma query_only = on; pragma temp_store = file; pragma cache_size = -16384")?;
        let mut query = connection.prepare(query)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            if !to(read(row)?) {
                break;
            }
        }
        Ok(())
    })
}

pub(super) fn by_ticket(path: &Path) -> Pages<Stored> {
    pages(path, rows::by_ticket!("+ticket"), |row| {
        let (position, revision, status) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let (ticket, blinding, leaf, body) = (blob(row, 1)?, blob(row, 4)?, blob(row, 5)?, blob(row, 6)?);
        rows::stored((position, ticket, revision, status, blinding, leaf, body))
    })
}

pub(super) fn people_by_ticket(path: &Path) -> Pages<OfRoll> {
    pages(path, rows::people_by_ticket!("+e.ticket"), |row| {
        let born = row.get_ref(2)?.as_str_or_null().map_err(|_| StoreError::Damaged("a birth date is no text"))?;
        rows::of_roll((blob(row, 0)?, blob(row, 1)?, born, row.get(3)?))
    })
}

pub(super) fn kept(path: &Path) -> Pages<Kept> {
    pages(path, rows::KEPT, |row| {
        let place = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let bytes = (row.get(4)?, row.get(5)?, row.get(6)?);
        let request = (row.get(7)?, row.get(8)?, row.get(9)?);
        rows::kept((place.0, place.1, place.2, place.3, bytes.0, bytes.1, bytes.2, request.0, request.1, request.2))
    })
}

pub(super) fn roll_story(path: &Path) -> Pages<OfPerson> {
    pages(path, rows::ROLL_STORY, |row| {
        rows::of_person((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
    })
}

pub(super) fn entry_story(path: &Path) -> Pages<OfTicket> {
    pages(path, rows::ENTRY_STORY, |row| {
        let of_body = row.get_ref(5)?.as_blob_or_null().map_err(|_| StoreError::Damaged("a body is none"))?;
        rows::of_ticket((blob(row, 0)?, row.get(1)?, row.get(2)?, blob(row, 3)?, row.get(4)?, of_body))
    })
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], StoreError> {
    row.get_ref(column)?.as_blob().map_err(|_| StoreError::Damaged("bytes are none"))
}

/// Up to `limit` rows of the roll's change of this line, from this place on.
pub(super) async fn roll_rows(own: &Own, line: u64, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
    let read = |row: &Row<'_>| rows::roll_change((row.get(0)?, row.get(1)?, row.get(2)?));
    beside(own, rows::ROLL_ROWS, line, from, limit, read).await
}

/// Up to `limit` codes that were put into force by this line, from this place on.
pub(super) async fn code_rows(own: &Own, line: u64, from: u64, limit: u32) -> Result<Vec<CodeChange>, StoreError> {
    let read = |row: &Row<'_>| rows::code_change((row.get(0)?, row.get(1)?, row.get(2)?));
    beside(own, rows::CODE_ROWS, line, from, limit, read).await
}

/// What lies beside a line of the journal.
async fn beside<T: Send + 'static>(
    own: &Own,
    query: &'static str,
    line: u64,
    from: u64,
    limit: u32,
    read: fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let (line, from) = (signed(line)?, signed(from)?);
    own.run(move |connection| {
        let mut query = connection.prepare_cached(query)?;
        let mut found = query.query((line, from, limit))?;
        let mut all = Vec::new();
        while let Some(row) = found.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    })
    .await
}

pub(super) async fn roll_lines(own: &Own, people: &[Person]) -> Result<BTreeMap<Person, RollLine>, StoreError> {
    let people = people.to_vec();
    own.run(move |connection| {
        let mut query = connection.prepare_cached(
            "select r.born, r.district, e.person is not null, r.code_hash is not null
             from roll r left join entries e on e.person = r.person where r.person = ?1",
        )?;
        let mut lines = BTreeMap::new();
        for person in people {
            let mut found = query.query([&person.0[..]])?;
            if let Some(row) = found.next()? {
                let born: String = row.get(0)?;
                let (district, registered, has_code) = (row.get(1)?, row.get(2)?, row.get(3)?);
                lines.insert(person, RollLine { born: rows::date(&born)?, district, registered, has_code });
            }
        }
        Ok(lines)
    })
    .await
}

const NO_LEAF: StoreError = StoreError::Damaged("a leaf is no bytes");
