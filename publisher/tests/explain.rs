//! What people are told about their own result, under each mechanism.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod support;

use protocol::{
    entry::{Change, ChangeKey, Revision, Status},
    instance::{Choice, SessionIndex, SiteIndex},
    outcome::{Outcome, Record},
    ticket::Ticket,
};
use publisher::{Comparison, ExplainError, Explanation, Fate, Lang, Part, Price, Turn, Wanted};
use std::collections::BTreeSet;
use support::Sample;

/// Every tenth entry with its record.
fn each_tenth(mechanism: &str) -> Vec<(Record, Explanation)> {
    let sample = Sample::new(mechanism);
    let files = sample.bundle();
    let explain = |record: &Record| (*record, publisher::explain(&files, record.ticket).unwrap());
    sample.records.iter().step_by(10).map(explain).collect()
}

fn fates(explanation: &Explanation) -> (Vec<Fate>, Option<usize>) {
    match &explanation.part {
        Part::Withdrawn => (Vec::new(), None),
        Part::Drawn { lines, seat, .. } => {
            (lines.iter().map(|line| line.fate).collect(), seat.as_ref().map(|seat| seat.choice))
        }
    }
}

fn is_closed(fate: &Fate) -> bool {
    matches!(fate, Fate::Closed { .. } | Fate::Repeated)
}

#[test]
fn serial_gives_the_first_choice_that_is_said_to_be_open() {
    let mut seen = [false; 3];
    for (record, explanation) in each_tenth(support::SERIAL) {
        let (fates, got) = fates(&explanation);
        match record.outcome {
            Outcome::Withdrawn => assert!(fates.is_empty()),
            Outcome::Unplaced => assert!(fates.iter().all(is_closed), "{explanation:?}"),
            Outcome::Placed { choice, .. } => {
                assert_eq!(got, Some(usize::from(choice)));
                assert_eq!(fates.iter().position(|fate| !is_closed(fate)), got, "{explanation:?}");
            }
        }
        seen[usize::from(record.outcome == Outcome::Unplaced) + usize::from(got.is_some_and(|got| got > 0)) * 2] = true;
    }
    assert_eq!(seen, [true; 3], "unplaced, first choice and later choices all occur");
}

#[test]
fn priority_gives_a_seat_exactly_where_something_is_said_to_be_open() {
    let mut yielded = 0;
    for (record, explanation) in each_tenth(support::PRIORITY) {
        let (fates, got) = fates(&explanation);
        match got {
            None => assert!(fates.iter().all(is_closed) && !matches!(record.outcome, Outcome::Placed { .. })),
            Some(got) => {
                assert!(matches!(fates[got], Fate::Priced { comparison: Comparison::Got, .. }), "{explanation:?}");
                yielded += fates.iter().filter(|fate| matches!(fate, Fate::Yielded { .. })).count();
            }
        }
    }
    assert!(yielded > 0);
}

#[test]
fn optimal_gives_the_best_at_the_prices_that_are_said() {
    let mut dearer = 0;
    for (_, explanation) in each_tenth(support::OPTIMAL) {
        let (fates, got) = fates(&explanation);
        let of = |price: Price| match price {
            Price::Steps(price) | Price::Out(price) => price,
            Price::Cost(_) => panic!("the rank costs are steps"),
        };
        let total = |(rank, fate): (usize, &Fate)| match fate {
            Fate::Priced { price, comparison, turn: None } => Some((rank as u64 + of(*price), *comparison)),
            Fate::Repeated => None,
            other => panic!("{other:?}"),
        };
        let totals: Vec<(u64, Comparison)> = fates.iter().enumerate().filter_map(total).collect();
        let limit = u64::from(explanation.unplaced_cost);
        let best = match got {
            None => limit,
            Some(_) => totals.iter().find(|(_, comparison)| *comparison == Comparison::Got).unwrap().0,
        };
        assert!(best <= limit);
        for (total, comparison) in totals {
            assert!(total >= best);
            assert_eq!(total > best, comparison == Comparison::Dearer, "{explanation:?}");
            dearer += usize::from(comparison == Comparison::Dearer);
        }
    }
    assert!(dearer > 0);
}

#[test]
fn every_mechanism_speaks_both_languages_without_a_missing_word() {
    for mechanism in [support::SERIAL, support::PRIORITY, support::OPTIMAL] {
        for (record, explanation) in each_tenth(mechanism) {
            for lang in Lang::ALL {
                let text = explanation.sentences(lang).join("\n");
                assert!(!text.contains("explain-") && !text.contains('{') && !text.contains('$'), "{text}");
                assert!(text.contains(&record.ticket.to_string()));
                let number = pages::numbers::grouped(record.number.0);
                assert!(record.outcome == Outcome::Withdrawn || text.contains(&number), "{text}");
            }
        }
    }
}

/// Forty people for session s1-2 with its forty seats, and one more who is less lucky or in a later tier.
fn crowd() -> Vec<Revision> {
    let choices = [
        vec![Choice::Session(SessionIndex(1))],
        vec![Choice::Session(SessionIndex(1)), Choice::Site(SiteIndex(0)), Choice::Session(SessionIndex(0))],
    ];
    let first = (0..40).map(|n| support::person(n, Status::Active, 1, vec![], choices[0].clone()));
    let late = support::person(40, Status::Active, 0, vec![], choices[1].clone());
    let gone = support::person(41, Status::WithdrawnByOffice, 0, vec![Change::Office], vec![]);
    let changed =
        support::person(42, Status::ActiveByOffice, 0, vec![Change::Office], vec![Choice::Session(SessionIndex(0))]);
    // Changed by the office, and then with the new key: what counts is the applicant's own.
    let changes = vec![Change::Office, Change::Key(ChangeKey([1; 32]))];
    let own = support::person(43, Status::Active, 0, changes, vec![Choice::Session(SessionIndex(0))]);
    first.chain([late, gone, changed, own]).collect()
}

fn en() -> Lang {
    Lang::parse("en").expect("English")
}

fn explained(mechanism: &str, n: usize, lang: Lang) -> Vec<String> {
    let sample = Sample::of(mechanism, |_| crowd());
    publisher::explain(&sample.bundle(), crowd()[n].ticket).unwrap().sentences(lang)
}

#[test]
fn the_late_comer_of_a_crowd_is_told_why_by_the_lottery() {
    let text = explained(support::SERIAL, 40, en());
    let [ticket, rehearsal, number, tier, rule, one, two, three, seat, why, which, next, check] = &text[..] else {
        panic!("{text:#?}")
    };
    assert_eq!(*ticket, format!("Ticket {} in the draw “Sample draw”.", crowd()[40].ticket));
    assert_eq!(rehearsal, "This draw is a rehearsal: its result has no effect.");
    assert!(number.starts_with("Your lottery number is ") && number.ends_with("% of all possible numbers."));
    assert!(tier.starts_with("You belong to “Aged 50 to 59”, tier 2 of 2."));
    assert!(rule.starts_with("The rule of this draw: in the order of the lottery"));
    assert!(
        one.contains("2 September 2023, 09:30: it closed at your number, the first for which it had no seat."),
        "{one}"
    );
    assert!(two.ends_with("any time: it was open at your turn and never closed."), "{two}");
    assert!(three.ends_with("nothing new, as all its sessions stand further up in your list."), "{three}");
    assert!(seat.starts_with("You have a seat by choice 2: "));
    assert_eq!(why, "Why this one: it is the first choice on your list that was still open at your number.");
    assert!(which.starts_with("You asked for any session of that site."));
    assert!(next.starts_with("Your seat is confirmed."), "{next}");
    assert!(check.contains("jebi verify"));
}

#[test]
fn optimal_says_what_a_seat_cost_in_steps_or_in_the_programmes_costs() {
    let steps = explained(support::OPTIMAL, 40, en());
    let price = "a seat there cost the others at least one rank step, at least as much as it would have gained you.";
    assert!(steps.iter().any(|line| line.ends_with(price)), "{steps:#?}");
    assert!(steps.iter().any(|line| line.contains("counts as 30. A seat by choice 1, 2, … counts as 0, 1, 2, 3.")));
    let costs = explained(&support::OPTIMAL.replace("[0, 1, 2, 3]", "[0, 5, 5, 9]"), 40, en());
    assert!(costs.iter().any(|line| line.contains("at least 5 in the programme's rank costs, at least")), "{costs:#?}");
}

#[test]
fn who_was_withdrawn_by_the_office_is_told_to_object() {
    let text = explained(support::SERIAL, 41, Lang::DEFAULT);
    assert!(
        text.iter().any(|line| line.contains("변경 열쇠 없이 철회한 신청") && line.contains("이의를 제기")),
        "{text:#?}"
    );
    assert!(!text.iter().any(|line| line.contains("내 추첨 번호")));
}

#[test]
fn whose_entry_the_office_changed_is_told_so_and_who_changed_it_afterwards_is_not() {
    for mechanism in [support::SERIAL, support::PRIORITY, support::OPTIMAL] {
        let sample = Sample::of(mechanism, |_| crowd());
        let files = sample.bundle();
        let said = |n: usize, lang: Lang, text: &str| {
            let sentences = publisher::explain(&files, crowd()[n].ticket).unwrap().sentences(lang);
            sentences.iter().filter(|sentence| sentence.contains(text)).count()
        };
        for (lang, text) in
            [(en(), "The office changed this registration"), (Lang::DEFAULT, "변경 열쇠 없이 바꾼 신청")]
        {
            assert_eq!([0, 40, 41, 42, 43].map(|n| said(n, lang, text)), [0, 0, 0, 1, 0], "{mechanism}");
        }
        let page = std::str::from_utf8(&files["runs/0000.html"]).unwrap();
        let row = |n: usize| {
            let ticket = crowd()[n].ticket.to_string();
            page.lines().find(|line| line.starts_with("<tr") && line.contains(&ticket)).unwrap()
        };
        for text in ["담당 기관이 변경", "changed by the office"] {
            assert_eq!([0, 40, 41, 42, 43].map(|n| row(n).contains(text)), [false, false, true, true, false], "{text}");
        }
        assert!(page.contains("The office made the last change"), "what the mark means");
    }
}

#[test]
fn a_site_is_named_and_sites_are_wanted_as_wholes() {
    let sample = Sample::of(support::PRIORITY, |_| crowd());
    let explanation = publisher::explain(&sample.bundle(), crowd()[40].ticket).unwrap();
    let Part::Drawn { lines, .. } = &explanation.part else { panic!() };
    assert_eq!(lines[1].wanted, Wanted::Site(support::HOSTILE.into()));
    assert_eq!(lines[2].fate, Fate::Repeated);
}

#[test]
fn a_ticket_of_nobody_is_said_to_be_unknown() {
    let files = Sample::of(support::SERIAL, |_| crowd()).bundle();
    for ticket in [Ticket([0; 12]), Ticket([0x80; 12]), Ticket([0xff; 12])] {
        assert_eq!(publisher::explain(&files, ticket), Err(ExplainError::Unknown(ticket)));
    }
    let mut cut = files.clone();
    cut.remove("runs/0000.bin");
    let ticket = crowd()[0].ticket;
    assert!(matches!(publisher::explain(&cut, ticket), Err(ExplainError::Open(_))));
}

/// A choice whose seats were all kept for others is told so; who has a kept seat reads for whom it was kept, and where
/// numbers are told they are those of the seats that the person could have.
#[test]
fn kept_seats_are_named_where_they_decided() {
    let mut seen = [false; 3];
    for mechanism in [support::SERIAL, support::PRIORITY, support::OPTIMAL] {
        let entries = |programme: &_| (0..900).map(|n| support::entry(programme, n)).collect();
        let sample = Sample::kept(mechanism, entries);
        let files = sample.bundle();
        for record in &sample.records {
            let explanation = publisher::explain(&files, record.ticket).unwrap();
            let text = explanation.sentences(en()).join("\n");
            let Part::Drawn { lines, seat, .. } = &explanation.part else { continue };
            let all_kept = lines.iter().any(|line| line.fate == Fate::Kept);
            // Released seats are nobody's alone: only `serial` never opens them.
            assert!(!all_kept || mechanism == support::SERIAL);
            assert_eq!(all_kept, text.contains("all its seats were kept for others"));
            let kept = seat.as_ref().and_then(|seat| seat.kept.as_ref());
            assert_eq!(
                kept.is_some_and(|kept| !kept.released),
                text.contains("Your seat is one of those that were kept")
            );
            let second = seat.as_ref().is_some_and(|seat| seat.second_pass);
            assert_eq!(second, text.contains("had been given out first"));
            let said_of = lines.iter().any(|line| line.kept.is_some());
            assert_eq!(said_of, text.contains("(of seats kept for "), "{text}");
            seen = [seen[0] || all_kept, seen[1] || kept.is_some(), seen[2] || said_of];
        }
    }
    assert_eq!(seen, [true; 3]);
}

/// Whom the first of two passes placed had their turn in it: the numbers that they are told are that pass's, of seats that
/// they could have then.
#[test]
fn whom_the_first_pass_placed_is_told_its_closing_numbers() {
    let entries = |programme: &_| (0..900).map(|n| support::entry(programme, n)).collect();
    let sample = Sample::kept(support::PRIORITY, entries);
    let files = sample.bundle();
    let pools = || sample.sessions.sessions.iter().flat_map(|session| &session.pools);
    let numbers = |pass: usize| -> BTreeSet<u64> {
        pools().filter_map(|pool| pool.closing[pass].map(|closing| closing.number)).collect()
    };
    let (first, second) = (numbers(0), numbers(1));
    let mut told = [0; 2];
    for record in &sample.records {
        let explanation = publisher::explain(&files, record.ticket).unwrap();
        let Part::Drawn { lines, seat: Some(seat), .. } = &explanation.part else { continue };
        let known = if seat.second_pass { &second } else { &first };
        for fate in lines.iter().map(|line| &line.fate) {
            let number = match fate {
                Fate::Closed { at } => Some(*at),
                Fate::Open { until }
                | Fate::Yielded { turn: Turn::Open { until } }
                | Fate::Priced { turn: Some(Turn::Open { until }), .. } => *until,
                _ => None,
            };
            let Some(number) = number.map(|closing| closing.number) else { continue };
            assert!(known.contains(&number), "{explanation:?}");
            told[usize::from(seat.second_pass)] += usize::from(!first.contains(&number) || !second.contains(&number));
        }
    }
    assert!(told[0] > 0 && told[1] > 0, "{told:?} of numbers of one pass only");
}
