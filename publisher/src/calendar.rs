//! Sessions as entries for people's own calendars (RFC 5545), one file each, the same for everybody who goes there.
//!
//! A session has no end in the programme, so its entry has none. Nothing in it is about a person.

use crate::view::View;
use jiff::{Timestamp, tz::TimeZone};
use pages::{Lang, Texts};
use protocol::{
    instance::SessionIndex,
    programme::{Programme, Session, Site},
};

/// Octets of a line before it must be folded (RFC 5545 §3.1).
const LINE: usize = 75;

/// The file of a session; `None` if the programme does not have it. `made_unix_s` is when the result was known.
pub(crate) fn file(view: &View<'_>, index: SessionIndex, made_unix_s: u64) -> Option<Vec<u8>> {
    let (session, site) = (view.session(index)?, view.site_of(index)?);
    let lines = lines(view.programme, session, site, made_unix_s)?;
    Some(lines.iter().map(|line| folded(line)).collect::<String>().into_bytes())
}

fn lines(programme: &Programme, session: &Session, site: &Site, made_unix_s: u64) -> Option<Vec<String>> {
    let short = || Lang::ALL.map(|lang| Texts::of(lang).get("layout-rehearsal-short")).join(" ");
    let mark = if programme.rehearsal { format!("[{}] ", short()) } else { String::new() };
    let title = format!("{mark}{} / {}", programme.title.ko, programme.title.en);
    let geo = format!("GEO:{};{}", degrees(site.latitude_microdeg), degrees(site.longitude_microdeg));
    Some(vec![
        "BEGIN:VCALENDAR".into(),
        "VERSION:2.0".into(),
        "PRODID:-//Jebi//Draw//KO".into(),
        "BEGIN:VEVENT".into(),
        format!("UID:{}@{}.jebi", session.id, &programme.hash().to_string()[..16]),
        format!("DTSTAMP:{}", utc(made_unix_s)?),
        format!("DTSTART:{}", utc(session.starts_at_unix_s)?),
        format!("SUMMARY:{}", escaped(&title)),
        format!("LOCATION:{}", escaped(&site.name)),
        geo,
        "END:VEVENT".into(),
        "END:VCALENDAR".into(),
    ])
}

/// `20230902T003000Z`.
fn utc(unix_s: u64) -> Option<String> {
    let time = Timestamp::from_second(i64::try_from(unix_s).ok()?).ok()?.to_zoned(TimeZone::UTC);
    Some(time.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// Millionths of a degree as decimal degrees.
fn degrees(micro: i32) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000)
}

/// TEXT of RFC 5545 §3.3.11. The programme's texts have no line feed.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        if matches!(character, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(character);
        out
    })
}

/// A line cut after at most 75 octets, between characters; what follows begins with a space.
fn folded(line: &str) -> String {
    let (mut out, mut octets) = (String::new(), 0);
    for character in line.chars() {
        if octets + character.len_utf8() > LINE {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(character);
        octets += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        let line = format!("LOCATION:{}", "가".repeat(40));
        let folded = folded(&line);
        assert!(folded.split("\r\n").all(|part| part.len() <= LINE));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), line);
    }

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(escaped(r"a, b; c\d"), r"a\, b\; c\\d");
        assert_eq!(degrees(-1_500_000), "-1.500000");
        assert_eq!(utc(1_693_614_600).as_deref(), Some("20230902T003000Z"));
    }
}
