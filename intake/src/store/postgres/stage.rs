//! A roll's file in temporary tables of a connection of its own: COPY in, compare in one statement.

use super::bulk::Copy;
use crate::{
    journal::RollChange,
    store::{
        StoreError,
        rows::{self, signed, unsigned},
        stage::{self, Compared, Sheet, Stage, Staged},
    },
};
use async_trait::async_trait;
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};

/// A connection with its tables.
pub(super) struct PostgresStage(PgConnection);

impl PostgresStage {
    pub(super) async fn open(options: &PgConnectOptions) -> Result<Self, StoreError> {
        let options = options.clone().options([("work_mem", "64MB")]);
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.execute(sqlx::raw_sql(stage::MAKE)).await?;
        connection.execute(sqlx::raw_sql(stage::MAKE_SHEETS)).await?;
        Ok(Self(connection))
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), StoreError> {
        self.0.execute(sqlx::raw_sql(statement)).await?;
        Ok(())
    }
}

#[async_trait]
impl Stage for PostgresStage {
    async fn put(&mut self, lines: &[Staged]) -> Result<(), StoreError> {
        let copy = "copy staged (line, person, born, district, cohort) from stdin (format binary)";
        let mut rows = Copy::begin(&mut self.0, copy, 5).await?;
        for Staged { line, person, born, district, cohort } in lines {
            let (line, born) = (line.to_be_bytes(), born.to_string());
            let cohort = cohort.map_or(stage::NONE, i64::from).to_be_bytes();
            rows.row([&line[..], &person.0, born.as_bytes(), district.as_bytes(), &cohort].map(Some)).await?;
        }
        rows.end().await
    }

    async fn compare(&mut self, shown: u32) -> Result<Compared, StoreError> {
        let mut compared = Compared::default();
        self.run("analyze staged").await?;
        for statement in stage::REPEATS {
            self.run(statement).await?;
        }
        for (same, lines) in sqlx::query_as(stage::REPEATED).fetch_all(&mut self.0).await? {
            compared.count_again(same, unsigned::<u64>(lines)?);
        }
        let pairs: Vec<(i64, i64)> =
            sqlx::query_as(stage::CONTRADICTIONS).bind(i64::from(shown)).fetch_all(&mut self.0).await?;
        for (line, before) in pairs {
            compared.contradictions.push((unsigned(line)?, unsigned(before)?));
        }
        if compared.repeated + compared.contradicting > 0 {
            self.run(stage::ONCE).await?;
        }
        let next: i64 = sqlx::query_scalar(stage::NEXT_LINE).fetch_one(&mut self.0).await?;
        compared.next_line = unsigned(next)?;
        for statement in stage::COMPARE {
            self.run(statement).await?;
        }
        self.run("drop table staged").await?;
        for (fate, people) in sqlx::query_as(stage::FATES).fetch_all(&mut self.0).await? {
            compared.count(fate, unsigned(people)?);
        }
        let query = sqlx::query_scalar(stage::REGISTERED_LINES).bind(i64::from(shown));
        let lines: Vec<i64> = query.fetch_all(&mut self.0).await?;
        compared.registered_lines = lines.into_iter().map(unsigned).collect::<Result<_, _>>()?;
        let groups: Vec<(i64, String, i64)> = sqlx::query_as(stage::GROUPS).fetch_all(&mut self.0).await?;
        for (cohort, district, people) in groups {
            compared.groups.push((u16::try_from(cohort).ok(), district, unsigned(people)?));
        }
        Ok(compared)
    }

    async fn changes(&mut self, from: u64, limit: u32) -> Result<Vec<RollChange>, StoreError> {
        let end = signed(from.saturating_add(limit.into()))?;
        let found: Vec<(Vec<u8>, Option<String>, Option<String>)> =
            sqlx::query_as(stage::CHANGES).bind(signed(from)?).bind(end).fetch_all(&mut self.0).await?;
        found.into_iter().map(rows::roll_change).collect()
    }

    async fn put_sheet(&mut self, number: u64, sheet: &Sheet) -> Result<(), StoreError> {
        let query = sqlx::query(stage::PUT_SHEET).bind(signed(number)?).bind(signed(sheet.contacts)?);
        query.bind(&sheet.sealed[..]).execute(&mut self.0).await?;
        Ok(())
    }

    async fn sheets(&mut self, from: u64, limit: u32) -> Result<Vec<Sheet>, StoreError> {
        let end = signed(from.saturating_add(limit.into()))?;
        let found: Vec<(i64, Vec<u8>)> =
            sqlx::query_as(stage::SHEETS).bind(signed(from)?).bind(end).fetch_all(&mut self.0).await?;
        let sheet = |(contacts, sealed)| Ok(Sheet { contacts: unsigned::<u64>(contacts)?, sealed });
        found.into_iter().map(sheet).collect()
    }
}
