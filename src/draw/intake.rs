//! How a draw's folder and its intake meet: the store, the clock, the anchors in the log.

use super::{Announced, Draw, address::Address, clock};
use crate::failure::{Context, Failure, Outcome};
use intake::{By, Clock, Database, RehearsalClock, Secrets, StoreError};
use jiff::Timestamp;
use protocol::{
    batches::{self, Batch},
    event::What,
    programme::Programme,
    receipt::BatchStatement,
};

/// The draw's intake, opened. An empty one made by mistake would tell everybody that their codes are wrong, so only
/// the import of a roll makes one: [`create`].
///
/// # Errors
/// If there is none, it is another programme's, or cannot be opened.
pub(crate) async fn open(announced: &Announced, store: Option<&str>) -> Outcome<Database> {
    let address = address(&announced.draw, store);
    if address.file().is_some_and(|file| !file.exists()) {
        return Err(Failure::new(format!("there is no store at {address}"))
            .hint("`jebi roll import` makes it; check --store if you gave one"));
    }
    create(announced, store).await
}

/// The draw's intake, made if there is none.
///
/// # Errors
/// If it is another programme's, or cannot be opened.
pub(crate) async fn create(announced: &Announced, store: Option<&str>) -> Outcome<Database> {
    let address = address(&announced.draw, store);
    let opened = Database::open(address.url(), &announced.programme).await;
    let hint = opened.as_ref().err().and_then(|error| hint(error, &address));
    let opened = opened.context(format!("opening {address}"));
    opened.map_err(|failure| match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

fn hint(error: &StoreError, address: &Address) -> Option<&'static str> {
    match error {
        StoreError::Ahead(_) => Some("a store does not go back: take the program that brought it forward"),
        StoreError::OtherProgramme { .. } => {
            Some("each draw has a store of its own: check --store and the draw's folder")
        }
        StoreError::Database(_) if address.names_no_role() => {
            Some("the address names no role: postgres://ROLE@localhost/DATABASE?host=/run/postgresql")
        }
        StoreError::Database(_) if address.file().is_none() => Some(
            "does the server run (`pg_isready`), where the address says, and has it this role, and this database with the role as its \
             owner? docs/operators.md, \"Install\", has the commands",
        ),
        _ => None,
    }
}

/// Where the store is: as named on the command line, else in the environment, where addresses with passwords belong, else
/// in the draw's folder.
pub(crate) fn address(draw: &Draw, store: Option<&str>) -> Address {
    let named = || std::env::var("JEBI_STORE").ok().filter(|store| !store.is_empty());
    let own = || format!("sqlite:{}", draw.path("intake.sqlite").display());
    Address(store.map(str::to_owned).or_else(named).unwrap_or_else(own))
}

/// The intake's two secrets.
///
/// # Errors
/// If they are missing.
pub(crate) fn secrets(draw: &Draw) -> Outcome<Secrets> {
    Ok(Secrets::new(draw.keys().secret("auditors")?, draw.keys().secret("codes")?))
}

/// Who does it, as the journal will have it: as named, or who is logged in.
///
/// # Errors
/// If the name is empty, longer than 80 characters, or more than one line.
pub(crate) fn by(actor: Option<&str>) -> Outcome<By> {
    let login = || ["SUDO_USER", "USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    let login = || login().find(|name| !name.trim().is_empty()).unwrap_or_else(|| By::command().actor);
    let actor = actor.map_or_else(login, str::to_owned).trim().to_owned();
    if actor.is_empty() || actor.chars().count() > 80 || actor.chars().any(char::is_control) {
        return Err(Failure::new("--actor is a name of one line and at most 80 characters"));
    }
    Ok(By { actor, ..By::command() })
}

/// The system's clock, or a rehearsal's that shows `at` and runs on at `speed`.
///
/// # Errors
/// If `at` is given for a binding programme.
pub(crate) fn clock(programme: &Programme, at: Option<Timestamp>, speed: u32) -> Outcome<Clock> {
    if at.is_none() {
        return Ok(Clock::System);
    }
    let clock = RehearsalClock::new(programme, clock::now(programme, at)?, speed);
    Ok(Clock::Rehearsal(clock.context("the clock")?))
}

/// A batch as the log's anchors have it.
pub(crate) fn batch(statement: &BatchStatement) -> Batch {
    Batch { leaves: statement.leaves, time_unix_s: statement.time_unix_s, root: statement.root }
}

/// Appends an anchor over the batches that have none yet. The log is what counts: after a crash between the two, the
/// database is told what the log already holds. Gives how many batches were anchored.
///
/// # Errors
/// If the log or the database refuses.
pub(crate) async fn anchor(announced: &mut Announced, database: &Database, time_unix_s: u64) -> Outcome<u64> {
    let noted = database.first_unanchored().await.context("reading anchors")?;
    let held = announced.events.iter().filter_map(|event| match event.what {
        What::Receipts { first, count, .. } => Some(first + count),
        _ => None,
    });
    let held = held.max().unwrap_or(0);
    if held < noted {
        return Err(Failure::new(format!("the log anchors {held} batches, the store says {noted}"))
            .hint("the log was replaced or restored from an old copy; do not go on before it is explained"));
    }
    if held > noted {
        database.mark_anchored(noted, held - noted).await.context("noting an anchor")?;
    }
    let pending = database.pending_batches().await.context("reading batches")?;
    let Some(last) = pending.last() else { return Ok(0) };
    // A clock that was put back must not date an anchor before what it anchors: that would spoil the draw (SPEC §7.3).
    let before = announced.events.last().map_or(0, |event| event.time_unix_s);
    let time_unix_s = time_unix_s.max(last.time_unix_s).max(before);
    let count = pending.len() as u64;
    let root = batches::anchor(&pending.iter().map(batch).collect::<Vec<_>>());
    announced.append(time_unix_s, "receipts", What::Receipts { first: held, count, root })?;
    database.mark_anchored(held, count).await.context("noting an anchor")?;
    Ok(count)
}

/// Whether the store has every batch that the log anchors, as it anchors it. A store that was restored from an old copy
/// has not, and would number new batches like others that were acknowledged.
///
/// # Errors
/// If the store is older than the log, or is not the one it speaks of.
pub(crate) async fn holds_what_the_log_anchors(announced: &Announced, database: &Database) -> Outcome {
    let statements = database.all_batches().await.context("reading batches")?;
    for event in &announced.events {
        let What::Receipts { first, count, root } = event.what else { continue };
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let held: Vec<Batch> = statements.iter().skip(place(first)).take(place(count)).map(batch).collect();
        if (held.len() as u64) < count {
            let (has, needs) = (statements.len(), first + count);
            return Err(Failure::rejected(format!("the store has {has} batches, the log anchors {needs}"))
                .hint("it is an old copy: what was acknowledged since is missing. Restore a newer one; do not serve"));
        }
        if batches::anchor(&held) != root {
            return Err(Failure::rejected(format!(
                "batches {first} to {} are not those of the log",
                first + count - 1
            ))
            .hint("the store is another one's, or was rewritten; do not serve from it"));
        }
    }
    Ok(())
}

/// A runtime for the commands that talk to the store.
///
/// # Errors
/// If the system gives no threads.
pub(crate) fn runtime() -> Outcome<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().context("starting the runtime")
}
