//! The writer's turn in SQLite: prepared statements on one connection, on the writer's own thread.

use super::{BEGIN, connect};
use crate::{
    batch::Sealed,
    journal::{Line, Tip},
    secrets::CodeHash,
    store::{
        End, Known, Ledger, Look, OnRoll, StoreError,
        rows::{self, PLACES, signed, unsigned},
    },
};
use async_trait::async_trait;
use protocol::{entry::Revision, receipt::BatchStatement};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::PathBuf;

/// A connection, once there is one. After any error it is dropped, which takes back what was not committed.
pub(super) struct SqliteLedger {
    path: PathBuf,
    connection: Option<Connection>,
}

impl SqliteLedger {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, connection: None }
    }
}

#[async_trait]
impl Look for SqliteLedger {
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError> {
        let connection = self.connection.take().ok_or(NO_TURN)?;
        let known = known(&connection, codes)?;
        self.connection = Some(connection);
        Ok(known)
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn begin(&mut self) -> Result<End, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path)?,
        };
        connection.execute_batch(BEGIN)?;
        let end = end(&connection)?;
        self.connection = Some(connection);
        Ok(end)
    }

    async fn append(&mut self, batch: &Sealed, line: &Line) -> Result<(), StoreError> {
        let connection = self.connection.take().ok_or(NO_TURN)?;
        append(&connection, batch, line)?;
        connection.execute_batch("commit")?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn leave(&mut self) -> Result<(), StoreError> {
        let connection = self.connection.take().ok_or(NO_TURN)?;
        connection.execute_batch("rollback")?;
        self.connection = Some(connection);
        Ok(())
    }
}

const NO_TURN: StoreError = StoreError::Damaged("a batch was written without a turn");

/// The end of the journal, and the newest batch.
pub(super) fn end(connection: &Connection) -> Result<End, StoreError> {
    let mut query = connection.prepare_cached("select number, link from journal order by number desc limit 1")?;
    let line = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let tip = match line {
        Some((number, link)) => {
            let link: Vec<u8> = link;
            Tip { next: unsigned::<u64>(number)? + 1, link: rows::hash(&link)? }
        }
        None => {
            let programme: Vec<u8> = connection.query_row("select programme_hash from draw", [], |row| row.get(0))?;
            Tip::start(rows::hash(&programme)?)
        }
    };
    let query = "select number, leaves, time_unix_s, root from batches order by number desc limit 1";
    let mut query = connection.prepare_cached(query)?;
    let last = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).optional()?;
    Ok(End { tip, last: last.map(rows::batch).transpose()? })
}

/// The people with these codes, all requests of theirs that were granted, and their last revisions.
fn known(connection: &Connection, codes: &[CodeHash]) -> Result<Known, StoreError> {
    let Known { mut on_roll, mut held } = Known::default();
    let mut query = connection.prepare_cached(
        "select r.person, r.born, r.district, coalesce(t.since_unix_s, 0), coalesce(t.dates, 0)
         from roll r left join tries t on t.code_hash = r.code_hash where r.code_hash = ?1",
    )?;
    for code in codes {
        let mut found = query.query([&code.0[..]])?;
        if let Some(row) = found.next()? {
            let row = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            on_roll.insert(*code, rows::on_roll(row)?);
        }
    }
    let mut query = connection.prepare_cached(
        "select r.request, r.content, r.ticket, r.revision, r.status, r.blinding, r.body, r.revision = e.revision
         from entries e join revisions r on r.ticket = e.ticket where e.person = ?1",
    )?;
    for OnRoll { person, .. } in on_roll.values() {
        let mut found = query.query([&person.0[..]])?;
        while let Some(row) = found.next()? {
            let (request, content): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let (ticket, revision): (Vec<u8>, i64) = (row.get(2)?, row.get(3)?);
            held.granted.insert(rows::hash(&request)?, rows::granted(&content, &ticket, revision)?);
            if row.get(7)? {
                let last = rows::revision((ticket, revision, row.get(4)?, row.get(5)?, row.get(6)?))?;
                held.entries.insert(*person, last);
            }
        }
    }
    Ok(Known { on_roll, held })
}

fn append(connection: &Connection, batch: &Sealed, line: &Line) -> Result<(), StoreError> {
    let BatchStatement { number, leaves, time_unix_s, root } = &batch.statement;
    let query = "insert into batches (number, leaves, time_unix_s, root, note) values (?1, ?2, ?3, ?4, ?5)";
    let (batch_number, time) = (signed(*number)?, signed(*time_unix_s)?);
    connection.prepare_cached(query)?.execute(params![batch_number, leaves, time, &root.0[..], batch.note])?;
    put_line(connection, line)?;
    let mut add = connection.prepare_cached(
        "insert into revisions (position, ticket, revision, status, blinding, body, leaf, request, content, actor)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let places = (number.saturating_mul(PLACES)..).zip(&batch.revisions).zip(&batch.bodies).zip(&batch.leaves);
    for (((position, new), body), leaf) in places {
        let Revision { ticket, revision, status, blinding, .. } = &new.revision;
        add.execute(params![
            signed(position)?,
            &ticket.0[..],
            revision,
            status.byte(),
            &blinding[..],
            body,
            &leaf[..],
            &new.request.0[..],
            &new.content.0[..],
            new.actor.as_deref(),
        ])?;
    }
    point_entries(connection, batch)
}

/// Writes a line of the journal.
pub(super) fn put_line(connection: &Connection, line: &Line) -> Result<(), StoreError> {
    let query = "insert into journal (number, time_unix_s, kind, actor, channel, first, count, digest, link)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    connection.prepare_cached(query)?.execute(params![
        signed(line.number)?,
        signed(line.time_unix_s)?,
        line.kind.name(),
        line.actor,
        line.channel,
        signed(line.first)?,
        signed(line.count)?,
        &line.digest.0[..],
        &line.link.0[..],
    ])?;
    Ok(())
}

/// Lets each person's entry name its last revision.
fn point_entries(connection: &Connection, batch: &Sealed) -> Result<(), StoreError> {
    let (first, later) = batch.entries();
    let mut make = connection
        .prepare_cached("insert into entries (person, ticket, cohort, status, revision) values (?1, ?2, ?3, ?4, ?5)")?;
    for Revision { ticket, revision, status, body, .. } in first {
        make.execute(params![&body.person[..], &ticket.0[..], body.cohort, status.byte(), revision])?;
    }
    let mut change = connection.prepare_cached(
        "update entries set cohort = ?3, status = ?4, revision = ?5 where person = ?1 and ticket = ?2",
    )?;
    for Revision { ticket, revision, status, body, .. } in later {
        let params = params![&body.person[..], &ticket.0[..], body.cohort, status.byte(), revision];
        if change.execute(params)? != 1 {
            return Err(StoreError::Conflict(
                "a further revision of somebody who has another ticket, or none".to_owned(),
            ));
        }
    }
    Ok(())
}
