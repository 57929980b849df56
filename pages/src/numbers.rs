//! Numbers, days and times as people read them. Never used in anything that is hashed or signed.

use crate::Lang;
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

/// Day and time to the minute of a Unix second in the programme's time zone; UTC if the zone is unknown.
pub fn local_time(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let (hour, minute) = (zoned.hour(), zoned.minute());
    let day = day(zoned.year(), zoned.month(), zoned.day(), lang);
    match lang {
        Lang::Ko => format!("{day} {hour:02}:{minute:02}"),
        Lang::En => format!("{day}, {hour:02}:{minute:02}"),
    }
}

/// A civil day in words: `2026년 3월 2일`, `2 March 2026`.
pub fn day(year: i16, month: i8, day: i8, lang: Lang) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = usize::try_from(month - 1).ok().and_then(|place| MONTHS.get(place)).copied().unwrap_or("");
    match lang {
        Lang::Ko => format!("{year}년 {month}월 {day}일"),
        Lang::En => format!("{day} {name} {year}"),
    }
}

fn zoned(unix_s: u64, time_zone: &str) -> Option<Zoned> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Some(Timestamp::from_second(i64::try_from(unix_s).ok()?).ok()?.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_from_the_right() {
        let texts = [0, 999, 1_000, 123_456, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn seoul_is_already_in_the_next_day() {
        // 2021-07-25T15:30:00Z
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", Lang::Ko), "2021년 7월 26일 00:30");
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", Lang::En), "26 July 2021, 00:30");
        assert_eq!(local_time(1_627_227_000, "Nowhere/At-All", Lang::En), "25 July 2021, 15:30");
    }
}
