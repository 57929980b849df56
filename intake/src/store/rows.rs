//! What rows hold, made into what it means. The same for every database.

use super::{Acknowledged, Kept, OfPerson, OfTicket, OnRoll, StoreError};
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

/// The last revisions of some tickets after one. Read from the revisions, not from the entries: what was acknowledged
/// last is what is drawn. The empty byte string comes before every ticket.
pub(super) const ENTRIES_AFTER: &str =
    "select r.ticket, cast(r.revision as bigint), cast(r.status as bigint), r.blinding, r.body, r.leaf
     from revisions r
     where r.ticket > $1 and not exists
         (select 1 from revisions later where later.ticket = r.ticket and later.revision > r.revision)
     order by r.ticket limit $2";

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

/// ticket, revision, status, blinding, body, leaf.
pub(super) type LeafRow = (Vec<u8>, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// number, leaves, time_unix_s, root.
pub(super) type BatchRow = (i64, i64, i64, Vec<u8>);

/// number, time_unix_s, kind, actor, channel, first, count, digest, link.
pub(super) type LineRow = (i64, i64, String, String, String, i64, i64, Vec<u8>, Vec<u8>);

/// position, ticket, revision, status, blinding, body, leaf, request, content, actor.
pub(super) type KeptRow = (i64, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Option<String>);

/// person, source, born, district, code_hash, codes_issued.
pub(super) type StoryRow = (Vec<u8>, i64, Option<String>, Option<String>, Option<Vec<u8>>, i64);

/// ticket, revision, status, body, person, cohort: an entry has a person and cohort, a revision a body.
pub(super) type TicketRow = (Vec<u8>, i64, i64, Option<Vec<u8>>, Option<Vec<u8>>, i64);

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

/// A revision and its leaf.
pub(super) fn entry((ticket, revision, status, blinding, body, of): LeafRow) -> Result<Acknowledged, StoreError> {
    Ok((self::revision((ticket, revision, status, blinding, body))?, leaf(&of)?))
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
    let position: u64 = unsigned(position)?;
    Ok(Kept {
        batch: position / PLACES,
        place: u32::try_from(position % PLACES).unwrap_or(u32::MAX),
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

pub(super) fn of_ticket(row: TicketRow) -> Result<OfTicket, StoreError> {
    let (of, revision, byte, body, who, cohort) = row;
    let (who, cohort, is_entry) = match (body, who) {
        (Some(body), _) => {
            let body = decoded(&body)?;
            (Person(body.person), body.cohort, false)
        }
        (None, Some(who)) => (person(&who)?, unsigned(cohort)?, true),
        (None, None) => return Err(StoreError::Damaged("an entry has no person")),
    };
    let (ticket, status, revision) = (ticket(&of)?, status(byte)?, unsigned(revision)?);
    Ok(OfTicket { ticket, person: who, cohort, status, revision, is_entry })
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
