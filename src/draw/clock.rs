//! Time as an input: the system's clock, or the time a rehearsal says it is.

use crate::failure::{Failure, Outcome};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use protocol::programme::Programme;

/// What time it is, in Unix seconds. Only a rehearsal may say so itself.
///
/// # Errors
/// If `at` is given for a binding programme, or is before 1970.
#[expect(clippy::disallowed_methods, reason = "the one place of the command line where the clock comes in")]
pub(crate) fn now(programme: &Programme, at: Option<Timestamp>) -> Outcome<u64> {
    if at.is_some() && !programme.rehearsal {
        return Err(Failure::new("--at sets the clock, and this programme is binding")
            .hint("leave out --at; only a programme with rehearsal = true has another clock than the world's"));
    }
    let seconds = at.unwrap_or_else(Timestamp::now).as_second();
    u64::try_from(seconds).map_err(|_| Failure::new("the clock is before 1970"))
}

/// `2023-08-24 00:59:24 +09:00` in the programme's time zone.
pub(crate) fn show(programme: &Programme, time_unix_s: u64) -> String {
    zoned(programme, time_unix_s)
        .map_or_else(|| time_unix_s.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S %:z").to_string())
}

/// `08-24 00:00`, an hour in the programme's time zone.
pub(crate) fn show_hour(programme: &Programme, time_unix_s: u64) -> String {
    zoned(programme, time_unix_s)
        .map_or_else(|| time_unix_s.to_string(), |time| time.strftime("%m-%d %H:%M").to_string())
}

/// Seconds since the hour began in the programme's time zone.
pub(crate) fn into_hour_s(programme: &Programme, time_unix_s: u64) -> u64 {
    let into = zoned(programme, time_unix_s).map(|time| u64::from(time.minute().unsigned_abs()) * 60);
    into.unwrap_or(0) + time_unix_s % 60
}

fn zoned(programme: &Programme, time_unix_s: u64) -> Option<Zoned> {
    let zone = TimeZone::get(&programme.time_zone).unwrap_or(TimeZone::UTC);
    let seconds = i64::try_from(time_unix_s).ok()?;
    Some(Timestamp::from_second(seconds).ok()?.to_zoned(zone))
}
