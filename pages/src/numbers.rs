//! Numbers, days and times as people read them. Never used in anything that is hashed or signed.

use crate::{Arg, Lang, Texts};
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// A count with a comma between thousands, as both languages write it.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A hash as groups of five decimal digits, one for every two bytes (00000 to 65535): nothing is left out, and it can be
/// printed in a newspaper and read over the telephone in any language.
pub fn five_digits(hash: &[u8; 32]) -> Vec<String> {
    hash.chunks_exact(2).map(|pair| format!("{:05}", u16::from_be_bytes([pair[0], pair[1]]))).collect()
}

/// Day and time to the minute of a Unix second in the programme's time zone; UTC if the zone is unknown.
pub fn local_time(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let (hour, minute) = (format!("{:02}", zoned.hour()), format!("{:02}", zoned.minute()));
    let day = day(zoned.year(), zoned.month(), zoned.day(), lang);
    let args = [("day", Arg::from(&day)), ("hour", Arg::from(&hour)), ("minute", Arg::from(&minute))];
    Texts::of(lang).with_all("said-minute", args)
}

/// A civil day in words: `2026년 3월 2일`, `2 March 2026`.
pub fn day(year: i16, month: i8, day: i8, lang: Lang) -> String {
    // As text, so that no language groups its digits.
    let year = year.to_string();
    Texts::of(lang).with_all("said-day", [("year", Arg::from(&year)), ("month", count(month)), ("day", count(day))])
}

/// A day with its weekday: `2026년 3월 2일 월요일`, `Monday 2 March 2026`.
pub fn local_day(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let day = day(zoned.year(), zoned.month(), zoned.day(), lang);
    let t = Texts::of(lang);
    let weekday = t.with("said-weekday", "weekday", count(zoned.weekday().to_monday_one_offset()));
    t.with_all("said-weekday-day", [("weekday", Arg::from(&weekday)), ("day", Arg::from(&day))])
}

/// A time of day as people say it: `오후 6시 30분`, `6:30 pm`; seconds only where there are some.
pub fn local_clock(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let (hour, minute, second) = (zoned.hour(), zoned.minute(), zoned.second());
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let (minutes, seconds) = (format!("{minute:02}"), format!("{second:02}"));
    let args = [
        ("half", Arg::from(if hour < 12 { "am" } else { "pm" })),
        ("hour", count(hour)),
        ("twelve", count(twelve)),
        ("minute", count(minute)),
        ("minutes", Arg::from(&minutes)),
        ("second", count(second)),
        ("seconds", Arg::from(&seconds)),
    ];
    let key = match (minute, second) {
        (0, 0) => "said-clock-hour",
        (_, 0) => "said-clock-minute",
        _ => "said-clock-second",
    };
    Texts::of(lang).with_all(key, args)
}

/// The hour of the day, from 0 to 23.
pub fn local_hour(unix_s: u64, time_zone: &str) -> i8 {
    zoned(unix_s, time_zone).map_or(0, |zoned| zoned.hour())
}

/// Day and time as people say them: `2023년 8월 21일 월요일 오후 6시`, `Monday 21 August 2023, 6 pm`.
pub fn in_words(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let (day, clock) = (local_day(unix_s, time_zone, lang), local_clock(unix_s, time_zone, lang));
    Texts::of(lang).with_all("said-time", [("day", Arg::from(&day)), ("clock", Arg::from(&clock))])
}

/// A number of the calendar, which decides between forms.
fn count(number: i8) -> Arg<'static> {
    Arg::Count(number.unsigned_abs().into())
}

fn zoned(unix_s: u64, time_zone: &str) -> Option<Zoned> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Some(Timestamp::from_second(i64::try_from(unix_s).ok()?).ok()?.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ko() -> Lang {
        Lang::DEFAULT
    }

    fn en() -> Lang {
        Lang::parse("en").unwrap()
    }

    #[test]
    fn thousands_are_separated_from_the_right() {
        let texts = [0, 999, 1_000, 123_456, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let said = |unix_s, lang| in_words(unix_s, "Asia/Seoul", lang);
        assert_eq!(said(1_692_608_400, ko()), "2023년 8월 21일 월요일 오후 6시");
        assert_eq!(said(1_692_608_400, en()), "Monday 21 August 2023, 6 pm");
        let clocks = [0, 1800, 39_600, 43_200, 46_864].map(|s| local_clock(1_692_543_600 + s, "Asia/Seoul", ko()));
        assert_eq!(clocks, ["오전 0시", "오전 0시 30분", "오전 11시", "오후 12시", "오후 1시 1분 4초"]);
        let clocks = [0, 1800, 39_600, 43_200, 46_864].map(|s| local_clock(1_692_543_600 + s, "Asia/Seoul", en()));
        assert_eq!(clocks, ["12 am", "12:30 am", "11 am", "12 pm", "1:01:04 pm"]);
    }

    #[test]
    fn a_hash_in_digits_loses_nothing() {
        let mut hash = [0; 32];
        (hash[0], hash[1], hash[31]) = (255, 255, 7);
        let groups = five_digits(&hash);
        assert_eq!((groups.len(), groups[0].as_str(), groups[1].as_str()), (16, "65535", "00000"));
        assert_eq!(groups[15], "00007");
    }

    #[test]
    fn seoul_is_already_in_the_next_day() {
        // 2021-07-25T15:30:00Z
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", ko()), "2021년 7월 26일 00:30");
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", en()), "26 July 2021, 00:30");
        assert_eq!(local_time(1_627_227_000, "Nowhere/At-All", en()), "25 July 2021, 15:30");
    }
}
