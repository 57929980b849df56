//! Reading the whole register in order, and people of the roll.

use super::own::Own;
use crate::{
    secrets::Person,
    store::{
        Acknowledged, RollLine, StoreError,
        rows::{self, leaf, position},
    },
};
use protocol::{entry::LEAF_BYTES, ticket::Ticket};
use std::collections::BTreeMap;

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

pub(super) async fn entries_after(
    own: &Own,
    ticket: Option<Ticket>,
    limit: u32,
) -> Result<Vec<Acknowledged>, StoreError> {
    let after = ticket.map_or_else(Vec::new, |ticket| ticket.0.to_vec());
    own.run(move |connection| {
        let mut query = connection.prepare_cached(rows::ENTRIES_AFTER)?;
        let mut found = query.query(rusqlite::params![after, limit])?;
        let mut entries = Vec::new();
        while let Some(row) = found.next()? {
            let row = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
            entries.push(rows::entry(row)?);
        }
        Ok(entries)
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
