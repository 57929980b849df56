//! Times in the programme's zone as files and pages write them. Never hashed.

use jiff::{Timestamp, Zoned, tz::TimeZone};

/// `2026-03-02T09:00:00+09:00` (RFC 3339).
pub(crate) fn rfc3339(unix_s: u64, time_zone: &str) -> String {
    format(unix_s, time_zone, "%Y-%m-%dT%H:%M:%S%:z")
}

/// `2026-03-02 09:00`, read alike in every language.
pub(crate) fn minute(unix_s: u64, time_zone: &str) -> String {
    format(unix_s, time_zone, "%Y-%m-%d %H:%M")
}

/// The zone's distance from UTC at that second, `UTC+09:00`.
pub(crate) fn offset(unix_s: u64, time_zone: &str) -> String {
    format(unix_s, time_zone, "UTC%:z")
}

fn format(unix_s: u64, time_zone: &str, form: &str) -> String {
    zoned(unix_s, time_zone).map_or_else(|| unix_s.to_string(), |zoned| zoned.strftime(form).to_string())
}

fn zoned(unix_s: u64, time_zone: &str) -> Option<Zoned> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Some(Timestamp::from_second(i64::try_from(unix_s).ok()?).ok()?.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_seoul_is_the_afternoon_before_in_utc() {
        assert_eq!(rfc3339(1_627_225_200, "Asia/Seoul"), "2021-07-26T00:00:00+09:00");
        assert_eq!(minute(1_627_225_200, "Nowhere/At-All"), "2021-07-25 15:00");
        assert_eq!(offset(1_627_225_200, "Asia/Seoul"), "UTC+09:00");
        assert_eq!(minute(u64::MAX, "Asia/Seoul"), u64::MAX.to_string());
    }
}
