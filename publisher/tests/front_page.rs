//! The front page says what the files say: its sentence to quote, its timeline, its witnesses, what it proves.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod support;

use pages::{Lang, Texts};
use protocol::{manifest::Files, outcome::Outcome};
use std::sync::LazyLock;
use support::Sample;

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| Sample::new(support::PRIORITY));
static BUNDLE: LazyLock<Files> = LazyLock::new(|| SAMPLE.bundle());

fn text(path: &str) -> &'static str {
    std::str::from_utf8(&BUNDLE[path]).unwrap()
}

/// What stands between two marks, without what is marked up in it.
fn between(page: &str, before: &str, after: &str) -> String {
    let part = page.split_once(before).unwrap().1.split_once(after).unwrap().0;
    let words = part.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words));
    words.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A count as people read it, without the page's own way of writing it.
fn grouped(count: usize) -> String {
    assert!(count < 1_000_000);
    if count < 1_000 { count.to_string() } else { format!("{},{:03}", count / 1_000, count % 1_000) }
}

/// Tenths of a percent, rounded down: a share never looks larger than it is.
fn share(part: usize, of: usize) -> String {
    let tenths = part * 1_000 / of;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[test]
fn the_sentence_to_quote_has_the_numbers_of_the_records() {
    let records = &SAMPLE.records;
    let count = |is: fn(&Outcome) -> bool| records.iter().filter(|record| is(&record.outcome)).count();
    let placed = count(|outcome| matches!(outcome, Outcome::Placed { .. }));
    let first = count(|outcome| matches!(outcome, Outcome::Placed { choice: 0, .. }));
    let unplaced = count(|outcome| matches!(outcome, Outcome::Unplaced));
    let withdrawn = records.len() - placed - unplaced;
    let active = placed + unplaced;
    assert!(0 < first && first < placed && 0 < unplaced && 0 < withdrawn, "a sample where each number is another");
    let [a, p, f, u, w] = [active, placed, first, unplaced, withdrawn].map(grouped);
    let (of_placed, of_first) = (share(placed, active), share(first, active));
    let english = format!(
        "Of {a} people who took part, {p} ({of_placed}) got a seat and {f} ({of_first}) got their first choice."
    );
    let korean = format!(
        "추첨에 참여한 {a}명 가운데 {p}명({of_placed})이 자리를 배정받았고, 참여자의 {of_first}인 {f}명은 1지망에 배정되었습니다."
    );
    let seats: usize = SAMPLE.programme.sessions.iter().map(|session| session.capacity as usize).sum();
    let [seats, free] = [seats, seats - placed].map(grouped);
    for (path, lead, rest) in [
        (
            "index.en.html",
            english,
            vec![
                format!("{u} people got no seat. {w} withdrew"),
                format!("There were {seats} seats in 12 sessions at 4 sites; {p} are taken and {free} stayed free."),
            ],
        ),
        (
            "index.html",
            korean,
            vec![
                format!("{u}명은 배정받지 못했습니다. {w}명은 마감 전에 철회"),
                format!("장소 4곳, 회차 12개에 자리 {seats}개가 있었고, {p}개가 배정되어 {free}개가 남았습니다."),
            ],
        ),
    ] {
        let page = text(path);
        assert_eq!(between(page, "<p class=\"jebi-lead\">", "</p>"), lead);
        let after = between(page, &format!("{lead}</p>"), "</p>");
        for sentence in rest {
            assert!(after.contains(&sentence), "{after}\n{sentence}");
        }
    }
}

/// The sample's events and cosignatures, minute by minute as `support` has dated them, in the programme's time zone.
const TIMELINE: [[&str; 3]; 9] = [
    ["1 January 1970, 09:00", "1970년 1월 1일 09:00", "signed|서명"],
    ["7 August 2023, 09:00", "2023년 8월 7일 09:00", "opened|시작"],
    ["21 August 2023, 18:00", "2023년 8월 21일 18:00", "closed|마감"],
    ["21 August 2023, 18:01", "2023년 8월 21일 18:01", "frozen|확정"],
    ["21 August 2023, 18:02", "2023년 8월 21일 18:02", "w1.example"],
    ["21 August 2023, 18:03", "2023년 8월 21일 18:03", "w2.example"],
    ["24 August 2023, 00:59", "2023년 8월 24일 00:59", "objection|이의"],
    ["24 August 2023, 00:59", "2023년 8월 24일 00:59", "Round 1000|1000회차"],
    ["24 August 2023, 00:59", "2023년 8월 24일 00:59", "result|결과"],
];

#[test]
fn the_timeline_is_the_log_s_and_the_witnesses_own() {
    for (lang, path) in ["index.en.html", "index.html"].into_iter().enumerate() {
        let list = text(path).split_once("<ol class=\"jebi-timeline\">").unwrap().1.split_once("</ol>").unwrap().0;
        let moments: Vec<&str> = list.split("<li").skip(1).collect();
        assert_eq!(moments.len(), TIMELINE.len(), "{path}");
        for (moment, expected) in moments.iter().zip(TIMELINE) {
            assert!(moment.contains(&format!("<strong>{}</strong>", expected[lang])), "{moment} {expected:?}");
            assert!(expected[2].split('|').any(|word| moment.contains(word)), "{moment} {expected:?}");
        }
    }
}

#[test]
fn witnesses_who_signed_are_named_and_too_few_are_not_hidden() {
    let some = "of 3 witnesses cosigned the frozen register:";
    let warning = Texts::of(Lang::parse("en").unwrap()).get("index-unwitnessed");
    assert!(
        text("index.en.html").contains(&format!("2 {some} w1.example, w2.example. The programme asks for at least 2."))
    );
    assert!(!text("index.en.html").contains(&warning));
    for (signed, sentence) in [
        (&["w1.example"][..], format!("1 {some} w1.example. The programme asks for at least 2.")),
        (&[], "None of the 3 witnesses cosigned the frozen register. The programme asks for at least 2.".to_owned()),
    ] {
        let mut sample = Sample::of(support::PRIORITY, |_| Vec::new());
        let head = String::from_utf8(sample.log.remove("checkpoint-freeze").unwrap()).unwrap();
        let kept = |line: &&str| !line.starts_with("— w") || signed.iter().any(|name| line.contains(name));
        let head: String = head.split_inclusive('\n').filter(kept).collect();
        sample.log.insert("checkpoint-freeze".into(), head.into_bytes());
        let bundle = sample.bundle();
        let page = std::str::from_utf8(&bundle["index.en.html"]).unwrap();
        assert!(page.contains(&sentence) && page.contains(&warning), "{sentence}");
    }
}

#[test]
fn both_pages_say_what_is_proved_and_what_no_software_can_prove() {
    for (lang, end) in [(Lang::DEFAULT, ".html"), (Lang::parse("en").unwrap(), ".en.html")] {
        let t = Texts::of(lang);
        for name in ["index", "verify"] {
            let page = text(&format!("{name}{end}"));
            let (proves, rest) =
                page.split_once(&t.get("index-proves")).unwrap().1.split_once(&t.get("index-cannot")).unwrap();
            for key in ["index-proves-result", "index-proves-before", "index-proves-receipts"] {
                assert!(proves.contains(&t.get(key)), "{name}{end}: {key}");
            }
            for key in ["index-cannot-announced", "index-cannot-roll", "index-cannot-kept", "index-cannot-witnesses"] {
                assert!(rest.contains(&t.get(key)), "{name}{end}: {key}");
            }
        }
    }
}
