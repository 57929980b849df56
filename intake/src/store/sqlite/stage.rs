//! A roll's file in temporary tables of a SQLite connection: they lie in a file of their own, which has no name.

use super::connect;
use crate::{
    journal::RollChange,
    store::{
        StoreError,
        rows::{self, signed, unsigned},
        stage::{self, Compared, Sheet, Stage, Staged},
    },
};
use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use std::path::Path;

/// A connection with its tables.
pub(super) struct SqliteStage(Connection);

impl SqliteStage {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        connection.execute_batch("pragma temp_store = file; pragma temp.cache_size = -65536;")?;
        connection.execute_batch(stage::MAKE)?;
        connection.execute_batch(stage::MAKE_SHEETS)?;
        Ok(Self(connection))
    }

    fn rows<T>(
        &self,
        query: &str,
        limit: Option<u32>,
        each: fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut query = self.0.prepare(query)?;
        let mut found = match limit {
            Some(limit) => query.query([limit])?,
            None => query.query([])?,
        };
        let mut all = Vec::new();
        while let Some(row) = found.next()? {
            all.push(each(row)?);
        }
        Ok(all)
    }
}

#[async_trait]
impl Stage for SqliteStage {
    async fn put(&mut self, lines: &[Staged]) -> Result<(), StoreError> {
        let transaction = self.0.transaction()?;
        {
            let mut put = transaction.prepare_cached("insert into temp.staged values (?1, ?2, ?3, ?4, ?5)")?;
            for Staged { line, person, born, district, cohort } in lines {
                let cohort = cohort.map_or(stage::NONE, i64::from);
                put.execute(params![signed(*line)?, &person.0[..], born.to_string(), district, cohort])?;
            }
        }
        Ok(transaction.commit()?)
    }

    async fn compare(&mut self, shown: u32) -> Result<Compared, StoreError> {
        let mut compared = Compared::default();
        self.0.execute_batch("create index staged_people on staged (person, line)")?;
        stage::REPEATS.iter().try_for_each(|statement| self.0.execute_batch(statement))?;
        for (same, lines) in self.rows(stage::REPEATED, None, pair)? {
            compared.count_again(same, unsigned(lines)?);
        }
        for (line, before) in self.rows(stage::CONTRADICTIONS, Some(shown), pair)? {
            compared.contradictions.push((unsigned(line)?, unsigned(before)?));
        }
        if compared.repeated + compared.contradicting > 0 {
            self.0.execute_batch(stage::ONCE)?;
        }
        compared.next_line = unsigned(self.0.query_row(stage::NEXT_LINE, [], |row| row.get(0))?)?;
        stage::COMPARE.iter().try_for_each(|statement| self.0.execute_batch(statement))?;
        self.0.execute_batch("drop table staged")?;
        for (fate, people) in self.rows(stage::FATES, None, pair)? {
            compared.count(fate, unsigned(people)?);
        }
        compared.registered_lines = self.rows(stage::REGISTERED_LINES, Some(shown), |row| unsigned(row.get(0)?))?;
        compared.groups = self.rows(stage::GROUPS, None, |row| {
            let (cohort, people): (i64, i64) = (row.get(0)?, row.get(2)?);
            Ok((u16::try_from(cohort).ok(), row.get(1)?, unsigned(people)?))
        })?;
        Ok(compared)
    }

    async fn changes(&mut self, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
        let mut query = self.0.prepare_cached(stage::CHANGES)?;
        let mut found = query.query([signed(from)?, signed(from.saturating_add(limit.into()))?])?;
        let mut changes = Vec::new();
        while let Some(row) = found.next()? {
            changes.push(rows::roll_change((row.get(0)?, Some(row.get(1)?), Some(row.get(2)?)))?);
        }
        Ok(changes)
    }

    async fn put_sheet(&mut self, number: u64, sheet: &Sheet) -> Result<(), StoreError> {
        let row = params![signed(number)?, signed(sheet.contacts)?, sheet.sealed];
        self.0.prepare_cached(stage::PUT_SHEET)?.execute(row)?;
        Ok(())
    }

    async fn sheets(&mut self, from: u64, limit: u32) -> Result<Vec<Sheet>, StoreError> {
        let mut query = self.0.prepare_cached(stage::SHEETS)?;
        let mut found = query.query([signed(from)?, signed(from.saturating_add(limit.into()))?])?;
        let mut sheets = Vec::new();
        while let Some(row) = found.next()? {
            sheets.push(Sheet { contacts: unsigned(row.get(0)?)?, sealed: row.get(1)? });
        }
        Ok(sheets)
    }
}

fn pair(row: &Row<'_>) -> Result<(i64, i64), StoreError> {
    Ok((row.get(0)?, row.get(1)?))
}
