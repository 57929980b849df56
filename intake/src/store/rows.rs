//! What rows hold, made into what it means. The same for every database.

use super::{Kept, OfPerson, OfRoll, OfTicket, OnRoll, StoreError, Stored};
use crate::{
    decide::Granted,
    journal::{CodeChange, Kind, Line, RollChange},
    secrets::{CodeHash, Person},
    tries::Wrong,
};
use protocol::{
    entry::{Body, LEAF_BYTES, Revision, Status},
    hash::Hash,
    programme::civil::Date,
    receipt::BatchStatement,
    ticket::Ticket,
};
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Positions of one batch: a revision's position is its batch's number times this, and its place.
pub(super) const PLACES: u64 = 65_536;

/// ticket, revision, status, blinding, body.
pub(super) type RevisionRow = (Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

/// The leaves from one position up to but not another.
pub(super) const LEAVES: &str = "select leaf from revisions where position >= $1 and position < $2 order by position";

/// All revisions by ticket. The database sorts whole rows and does not go by the index on tickets, which would look each row
/// up where it lies: for millions that is a hundred times the work. `$ticket` says so in the words of each database.
macro_rules! by_ticket {
    ($ticket:literal) => {
        concat!(
            "select position, ticket, cast(revision as bigint), cast(status as bigint), blinding, leaf, body
             from revisions order by ",
            $ticket,
            ", revision"
        )
    };
}
pub(super) use by_ticket;

/// All entries by ticket, with the roll's birth date and district.
macro_rules! people_by_ticket {
    ($ticket:literal) => {
        concat!(
            "select e.ticket, e.person, r.born, r.district from entries e left join roll r on r.person = e.person
             order by ",
            $ticket
        )
    };
}
pub(super) use people_by_ticket;

/// All that is kept about revisions, in the order in which they were acknowledged.
pub(super) const KEPT: &str =
    "select position, ticket, cast(revision as bigint), cast(status as bigint), blinding, body,
    leaf, request, content, actor from revisions order by position";

/// Some rows of the roll's change of a line.
pub(super) const ROLL_ROWS: &str =
    "select person, born, district from roll_changes where line = $1 and place >= $2 order by place limit $3";

/// Some codes that were put into force by a line.
pub(super) const CODE_ROWS: &str =
    "select person, code_hash, codes_issued from code_changes where line = $1 and place >= $2 order by place limit $3";

/// What was ever said of each person, and then what the roll says.
pub(super) const ROLL_STORY: &str = "select person, source, born, district, code_hash, codes_issued from (
         select person, line, cast(0 as bigint) as source, born, district,
                cast(null as bytea) as code_hash, cast(0 as bigint) as codes_issued from roll_changes
         union all
         select person, line, cast(1 as bigint), cast(null as text), cast(null as text),
                code_hash, codes_issued from code_changes
         union all
         select person, 9223372036854775807, cast(2 as bigint), born, district, code_hash, codes_issued
         from roll
     ) as told order by person, line, source";

/// What each revision of a ticket says, and then the entry. Cohort and person are of one length in every body, and stand in
/// its bytes 1, 2 and 7 to 38 (SPEC §5.1).
pub(super) const ENTRY_STORY: &str = "select ticket, revision, status, person, cohort, of_body from (
         select ticket, cast(revision as bigint) as revision, cast(status as bigint) as status,
                substr(body, 8, 32) as person, cast(0 as bigint) as cohort, substr(body, 2, 2) as of_body,
                cast(0 as bigint) as source
         from revisions
         union all
         select ticket, cast(revision as bigint), cast(status as bigint), person, cast(cohort as bigint),
                cast(null as bytea), cast(1 as bigint)
         from entries
     ) as told order by ticket, source, revision";

/// Counts wrong birth dates, as each database names the rows code_hash, since_unix_s = now, dates of codes that the roll has:
/// what is under way while codes are deleted puts none back. Counts that began at second $4 or before count no more.
macro_rules! count_wrong {
    ($rows:literal) => {
        concat!(
            "insert into tries as t (code_hash, since_unix_s, dates) ",
            $rows,
            " on conflict (code_hash) do update set
                  since_unix_s = case when t.since_unix_s <= $4 then excluded.since_unix_s else t.since_unix_s end,
                  dates = case when t.since_unix_s <= $4 then 0 else t.dates end + excluded.dates
              returning code_hash, since_unix_s, dates"
        )
    };
}
pub(super) use count_wrong;

/// position, ticket, revision, status, blinding, leaf, body.
pub(super) type StoredRow<'a> = (i64, &'a [u8], i64, i64, &'a [u8], &'a [u8], &'a [u8]);

/// ticket, person, born, district.
pub(super) type OfRollRow<'a> = (&'a [u8], &'a [u8], Option<&'a str>, Option<String>);

/// number, leaves, time_unix_s, root.
pub(super) type BatchRow = (i64, i64, i64, Vec<u8>);

/// number, time_unix_s, kind, actor, channel, first, count, digest, link.
pub(super) type LineRow = (i64, i64, String, String, String, i64, i64, Vec<u8>, Vec<u8>);

/// position, ticket, revision, status, blinding, body, leaf, request, content, actor.
pub(super) type KeptRow = (i64, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Option<String>);

/// person, source, born, district, code_hash, codes_issued.
pub(super) type StoryRow = (Vec<u8>, i64, Option<String>, Option<String>, Option<Vec<u8>>, i64);

/// ticket, revision, status, person, cohort of an entry, cohort of a revision as its body has it.
pub(super) type TicketRow<'a> = (&'a [u8], i64, i64, &'a [u8], i64, Option<&'a [u8]>);

/// A store's migrations, in order from 1, as (description, SQL).
pub(super) fn migrator(migrations: &[(&'static str, &'static str)]) -> Migrator {
    let made = (1_i64..).zip(migrations).map(|(version, (description, sql))| {
        let sql = sqlx::SqlSafeStr::into_sql_str(*sql);
        Migration::new(version, (*description).into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(made.collect())
}

pub(super) fn revision(row: RevisionRow) -> Result<Revision, StoreError> {
    let (of, revision, byte, blinding, body) = row;
    Ok(Revision {
        ticket: ticket(&of)?,
        revision: unsigned(revision)?,
        status: status(byte)?,
        blinding: hash(&blinding)?.0,
        body: decoded(&body)?,
    })
}

pub(super) fn stored(
    (position, of, revision, byte, blinding, bytes, body): StoredRow<'_>,
) -> Result<Stored, StoreError> {
    let (batch, place) = placed(position)?;
    Ok(Stored {
        batch,
        place,
        ticket: ticket(of)?,
        revision: unsigned(revision)?,
        status: status(byte)?,
        blinding: hash(blinding)?.0,
        leaf: leaf(bytes)?,
        body: body.to_vec(),
    })
}

impl Stored {
    /// What it says.
    pub(crate) fn open(self) -> Result<Revision, StoreError> {
        let Self { ticket, revision, status, blinding, body, .. } = self;
        Ok(Revision { ticket, revision, status, blinding, body: decoded(&body)? })
    }
}

/// Batch and place in it.
fn placed(position: i64) -> Result<(u64, u32), StoreError> {
    let position: u64 = unsigned(position)?;
    Ok((position / PLACES, u32::try_from(position % PLACES).unwrap_or(u32::MAX)))
}

pub(super) fn of_roll((of, who, born, district): OfRollRow<'_>) -> Result<OfRoll, StoreError> {
    let now = match (born, district) {
        (Some(born), Some(district)) => Some((date(born)?, district)),
        _ => None,
    };
    Ok(OfRoll { ticket: ticket(of)?, person: person(who)?, now })
}

pub(super) fn granted(content: &[u8], of: &[u8], revision: i64) -> Result<Granted, StoreError> {
    Ok(Granted { content: hash(content)?, ticket: ticket(of)?, revision: unsigned(revision)? })
}

pub(super) fn batch(row: BatchRow) -> Result<BatchStatement, StoreError> {
    let (number, leaves, time, root) = row;
    Ok(BatchStatement {
        number: unsigned(number)?,
        leaves: unsigned(leaves)?,
        time_unix_s: unsigned(time)?,
        root: hash(&root)?,
    })
}

pub(super) fn line(row: LineRow) -> Result<Line, StoreError> {
    let (number, time, kind, actor, channel, first, count, digest, link) = row;
    Ok(Line {
        number: unsigned(number)?,
        time_unix_s: unsigned(time)?,
        kind: Kind::from_name(&kind).ok_or(StoreError::Damaged("the kind of a line of the journal is none"))?,
        actor,
        channel,
        first: unsigned(first)?,
        count: unsigned(count)?,
        digest: hash(&digest)?,
        link: hash(&link)?,
    })
}

pub(super) fn kept(row: KeptRow) -> Result<Kept, StoreError> {
    let (position, ticket, number, status, blinding, body, bytes, request, content, actor) = row;
    let (batch, place) = placed(position)?;
    Ok(Kept {
        batch,
        place,
        revision: revision((ticket, number, status, blinding, body))?,
        leaf: leaf(&bytes)?,
        request: hash(&request)?,
        content: hash(&content)?,
        actor,
    })
}

pub(super) fn of_person(row: StoryRow) -> Result<OfPerson, StoreError> {
    let (bytes, source, born, district, code, issued) = row;
    let (who, issued) = (person(&bytes)?, unsigned(issued)?);
    let code = code.map(|code| Ok::<_, StoreError>(CodeHash(hash(&code)?.0))).transpose()?;
    Ok(match (source, code) {
        (0, _) => OfPerson::Changed(roll_change((bytes, born, district))?),
        (1, Some(code)) => OfPerson::Code(CodeChange { person: who, code, issued }),
        (2, code) => {
            let Some((born, district)) = roll_change((bytes, born, district))?.now else {
                return Err(StoreError::Damaged("somebody on the roll has no birth date"));
            };
            OfPerson::Now { person: who, born, district, code, issued }
        }
        _ => return Err(StoreError::Damaged("a code is missing")),
    })
}

pub(super) fn of_ticket((of, revision, byte, who, cohort, of_body): TicketRow<'_>) -> Result<OfTicket, StoreError> {
    let cohort = match of_body {
        Some(of_body) => {
            let bytes: [u8; 2] = of_body.try_into().map_err(|_| StoreError::Damaged("a body is none"))?;
            u16::from_be_bytes(bytes)
        }
        None => unsigned(cohort)?,
    };
    let (ticket, status, revision) = (ticket(of)?, status(byte)?, unsigned(revision)?);
    Ok(OfTicket { ticket, person: person(who)?, cohort, status, revision, is_entry: of_body.is_none() })
}

pub(super) fn roll_change(row: (Vec<u8>, Option<String>, Option<String>)) -> Result<RollChange, StoreError> {
    let (who, born, district) = row;
    let now = match (born, district) {
        (Some(born), Some(district)) => Some((date(&born)?, district)),
        _ => None,
    };
    Ok(RollChange { person: person(&who)?, now })
}

pub(super) fn code_change(row: (Vec<u8>, Vec<u8>, i64)) -> Result<CodeChange, StoreError> {
    let (who, code, issued) = row;
    Ok(CodeChange { person: person(&who)?, code: CodeHash(hash(&code)?.0), issued: unsigned(issued)? })
}

/// person, born, district, wrong birth dates since, how many.
pub(super) type OnRollRow = (Vec<u8>, String, String, i64, i64);

pub(super) fn on_roll((who, born, district, since, dates): OnRollRow) -> Result<OnRoll, StoreError> {
    let wrong = Wrong { since_unix_s: unsigned(since)?, dates: unsigned(dates)? };
    Ok(OnRoll { person: person(&who)?, born: date(&born)?, district, wrong })
}

pub(super) fn decoded(body: &[u8]) -> Result<Body, StoreError> {
    Body::decode(body).map_err(|_| StoreError::Damaged("a body is none"))
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Ok(Hash(bytes.try_into().map_err(|_| StoreError::Damaged("a hash has another length"))?))
}

pub(super) fn person(bytes: &[u8]) -> Result<Person, StoreError> {
    Ok(Person(hash(bytes)?.0))
}

pub(super) fn date(text: &str) -> Result<Date, StoreError> {
    Date::parse(text).ok_or(StoreError::Damaged("a birth date is none"))
}

pub(super) fn status(byte: i64) -> Result<Status, StoreError> {
    let status = u8::try_from(byte).ok().and_then(Status::from_byte);
    status.ok_or(StoreError::Damaged("a status is none"))
}

pub(super) fn leaf(bytes: &[u8]) -> Result<[u8; LEAF_BYTES], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged("a leaf has another length"))
}

pub(super) fn ticket(bytes: &[u8]) -> Result<Ticket, StoreError> {
    Ok(Ticket(bytes.try_into().map_err(|_| StoreError::Damaged("a ticket has another length"))?))
}

/// Databases have signed integers only; every count and time here is far below 2⁶³.
pub(super) fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Damaged("a number is beyond 63 bits"))
}

pub(super) fn unsigned<T: TryFrom<i64>>(number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::Damaged("a number is out of range"))
}

/// The position of the first revision of this batch.
pub(super) fn position(batch: u64) -> Result<i64, StoreError> {
    signed(batch.saturating_mul(PLACES))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(refused) = error.as_database_error() else { return Self::Database(error.to_string()) };
        let code = refused.code().unwrap_or_default();
        // PostgreSQL: class 23. SQLite: 19 is SQLITE_CONSTRAINT; its extended codes, of which one is "by a trigger", add
        // a multiple of 256.
        let is_constraint = match code.len() {
            5 => code.starts_with("23"),
            _ => code.parse::<u32>().is_ok_and(|code| code % 256 == 19),
        };
        match refused.message() {
            "the register is frozen" => Self::Frozen,
            message if is_constraint => Self::Conflict(message.to_owned()),
            message => Self::Database(message.to_owned()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::Ahead(version),
            MigrateError::Execute(error) => error.into(),
            other => Self::Database(other.to_string()),
        }
    }
}
