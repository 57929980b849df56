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

/// A hash as groups of five decimal digits, one for every two bytes (00000 to 65535): nothing is left out, and it can be
/// printed in a newspaper and read over the telephone in any language.
pub fn five_digits(hash: &[u8; 32]) -> Vec<String> {
    hash.chunks_exact(2).map(|pair| format!("{:05}", u16::from_be_bytes([pair[0], pair[1]]))).collect()
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

/// A day with its weekday: `2026년 3월 2일 월요일`, `Monday 2 March 2026`.
pub fn local_day(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let day = day(zoned.year(), zoned.month(), zoned.day(), lang);
    match lang {
        Lang::Ko => format!("{day} {}", weekday(&zoned, lang)),
        Lang::En => format!("{} {day}", weekday(&zoned, lang)),
    }
}

/// A time of day as people say it: `오후 6시 30분`, `6:30 pm`; seconds only where there are some.
pub fn local_clock(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let Some(zoned) = zoned(unix_s, time_zone) else { return unix_s.to_string() };
    let (hour, minute, second) = (zoned.hour(), zoned.minute(), zoned.second());
    // Noon is 12 in the afternoon; Korean counts midnight as 0, English as 12.
    let twelve = match (hour % 12, lang) {
        (0, Lang::En) => 12,
        (0, Lang::Ko) if hour == 12 => 12,
        (hour, _) => hour,
    };
    match lang {
        Lang::Ko => {
            let half = if hour < 12 { "오전" } else { "오후" };
            let minutes = if minute > 0 || second > 0 { format!(" {minute}분") } else { String::new() };
            let seconds = if second > 0 { format!(" {second}초") } else { String::new() };
            format!("{half} {twelve}시{minutes}{seconds}")
        }
        Lang::En => {
            let half = if hour < 12 { "am" } else { "pm" };
            let minutes = if minute > 0 || second > 0 { format!(":{minute:02}") } else { String::new() };
            let seconds = if second > 0 { format!(":{second:02}") } else { String::new() };
            format!("{twelve}{minutes}{seconds} {half}")
        }
    }
}

/// The hour of the day, from 0 to 23.
pub fn local_hour(unix_s: u64, time_zone: &str) -> i8 {
    zoned(unix_s, time_zone).map_or(0, |zoned| zoned.hour())
}

/// Day and time as people say them: `2023년 8월 21일 월요일 오후 6시`, `Monday 21 August 2023, 6 pm`.
pub fn in_words(unix_s: u64, time_zone: &str, lang: Lang) -> String {
    let (day, clock) = (local_day(unix_s, time_zone, lang), local_clock(unix_s, time_zone, lang));
    match lang {
        Lang::Ko => format!("{day} {clock}"),
        Lang::En => format!("{day}, {clock}"),
    }
}

fn weekday(zoned: &Zoned, lang: Lang) -> &'static str {
    const KO: [&str; 7] = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"];
    const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let names = match lang {
        Lang::Ko => KO,
        Lang::En => EN,
    };
    let place = usize::try_from(zoned.weekday().to_monday_zero_offset()).ok();
    place.and_then(|place| names.get(place)).copied().unwrap_or("")
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
    fn times_are_said_as_people_say_them() {
        let said = |unix_s, lang| in_words(unix_s, "Asia/Seoul", lang);
        assert_eq!(said(1_692_608_400, Lang::Ko), "2023년 8월 21일 월요일 오후 6시");
        assert_eq!(said(1_692_608_400, Lang::En), "Monday 21 August 2023, 6 pm");
        let clocks = [0, 1800, 39_600, 43_200, 46_864].map(|s| local_clock(1_692_543_600 + s, "Asia/Seoul", Lang::Ko));
        assert_eq!(clocks, ["오전 0시", "오전 0시 30분", "오전 11시", "오후 12시", "오후 1시 1분 4초"]);
        let clocks = [0, 1800, 39_600, 43_200, 46_864].map(|s| local_clock(1_692_543_600 + s, "Asia/Seoul", Lang::En));
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
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", Lang::Ko), "2021년 7월 26일 00:30");
        assert_eq!(local_time(1_627_227_000, "Asia/Seoul", Lang::En), "26 July 2021, 00:30");
        assert_eq!(local_time(1_627_227_000, "Nowhere/At-All", Lang::En), "25 July 2021, 15:30");
    }
}
