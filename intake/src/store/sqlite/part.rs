//! A part of an import in one turn, by prepared statements.

use super::{BEGIN, ledger};
use crate::{
    journal::{By, Kind, RollChange, Said},
    store::{
        StoreError,
        part::{self, Of, Part},
        rows::signed,
    },
};
use rusqlite::{Connection, params};

/// The line in the journal. After an error the connection is not used again: that takes back what was not committed.
pub(super) fn put(connection: &Connection, now: u64, by: &By, next_line: u64, part: &Part) -> Result<u64, StoreError> {
    connection.execute_batch(BEGIN)?;
    let frozen: Option<i64> = connection.query_row("select frozen_at_unix_s from draw", [], |row| row.get(0))?;
    if frozen.is_some() {
        return Err(StoreError::Frozen);
    }
    let mut query = connection.prepare_cached(part::CHANGED_SINCE)?;
    part::unless_changed_since(query.query_row([signed(next_line)?], |row| row.get(0))?)?;
    let tip = ledger::end(connection)?.tip;
    let (count, digest) = (part.len(), part.digest);
    let line = tip.line(Said { time_unix_s: now, kind: Kind::Import, by, first: 0, count, digest });
    ledger::put_line(connection, &line)?;
    let number = signed(line.number)?;
    put_beside(connection, number, &part.changes)?;
    match part.of {
        Of::New => {
            connection.prepare_cached(ADD)?.execute([number])?;
        }
        Of::Any => {
            connection.prepare_cached(part::PUT)?.execute([number])?;
            let mut query = connection.prepare_cached(part::REGISTERED)?;
            part::unless_registered(query.query_row([number], |row| row.get(0))?)?;
        }
    }
    connection.execute_batch("commit")?;
    Ok(line.number)
}

/// For people who are not there; a constraint refuses others.
const ADD: &str = "insert into roll (person, born, district)
    select person, born, district from roll_changes where line = ?1 order by place";

fn put_beside(connection: &Connection, line: i64, changes: &[RollChange]) -> Result<(), StoreError> {
    let query = "insert into roll_changes (line, place, person, born, district) values (?1, ?2, ?3, ?4, ?5)";
    let mut put = connection.prepare_cached(query)?;
    for (place, RollChange { person, now }) in (0_i64..).zip(changes) {
        let (born, district) = now.as_ref().map(|(born, district)| (born.to_string(), district)).unzip();
        put.execute(params![line, place, &person.0[..], born, district])?;
    }
    Ok(())
}
