//! Times, coordinates and counts as officials write them. SPEC §3.3.

use jiff::{civil::DateTime, tz::TimeZone};
use toml::value::{Datetime, Offset};

/// Seconds since 1970 of an RFC 3339 date-time with an offset and without a fraction.
///
/// # Errors
/// What is wrong with it, to follow the value in a sentence.
pub(super) fn instant(written: &Datetime) -> Result<u64, &'static str> {
    let (Some(date), Some(time)) = (written.date, written.time) else {
        return Err("is not a date with a time; write 2026-03-02T09:00:00+09:00");
    };
    let Some(offset) = written.offset else { return Err("has no offset from UTC; add +09:00 for Korea") };
    let Some(second) = time.second else { return Err("has no seconds; add :00") };
    if time.nanosecond.is_some() {
        return Err("has a fraction of a second; write whole seconds");
    }
    let offset_s = match offset {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes) * 60,
    };
    let small = |number: u8| i8::try_from(number).unwrap_or(i8::MAX);
    let year = i16::try_from(date.year).unwrap_or(i16::MAX);
    let (hour, minute, second) = (small(time.hour), small(time.minute), small(second));
    let civil = DateTime::new(year, small(date.month), small(date.day), hour, minute, second, 0).ok();
    let local_s = civil.and_then(|civil| civil.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp().as_second());
    let Some(local_s) = local_s else { return Err("does not exist; check the day and the time") };
    u64::try_from(local_s - offset_s).map_err(|_| "is before 1970; check the year")
}

/// The same from the text of a table's cell.
///
/// # Errors
/// As [`instant`].
pub(super) fn instant_text(text: &str) -> Result<u64, &'static str> {
    let written = text.parse().map_err(|_| "is not a date with a time; write 2026-03-02T09:00:00+09:00")?;
    instant(&written)
}

/// Microdegrees of decimal degrees with at most six decimals, within ±`most` degrees.
///
/// # Errors
/// As [`instant`].
pub(super) fn microdegrees(text: &str, most: i32) -> Result<i32, &'static str> {
    const FORM: &str = "is not a number of degrees; write 37.566535";
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (sign, number) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !digits(whole) || !digits(decimals) {
        return Err(FORM);
    }
    if decimals.len() > 6 {
        return Err("has more than six decimals; round it to six, which is a tenth of a metre");
    }
    let micro: Option<i32> = format!("{whole}{decimals:0<6}").parse().ok();
    let within = micro.filter(|micro| *micro <= most.saturating_mul(1_000_000));
    within.map(|micro| sign * micro).ok_or("is not on the globe; check whether latitude and longitude are swapped")
}

/// A count in decimal digits without leading zeros.
///
/// # Errors
/// As [`instant`].
pub(super) fn count(text: &str) -> Result<u32, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) || (text.len() > 1 && text.starts_with('0')) {
        return Err("is not a whole number; write digits only");
    }
    text.parse().map_err(|_| "is too large")
}
