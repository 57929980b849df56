//! Desks on one store take turns, with each other as with the service.

use super::{Place, key, on_both, programme};
use crate::{
    Asked, Clock, Config, Desk, Form, Office, Randomness, Reason, RehearsalClock, Reissue, Roll, Secrets, Way,
    journal::Kind, store::Database, turnout::Turnout,
};
use pages::Lang;
use protocol::{
    entry::{Change, Channel, Status},
    receipt::Receipt,
};

on_both!(
    two_desks_give_in_at_once,
    a_desk_can_do_nothing_that_the_person_could_not,
    who_lost_the_change_key_is_helped_by_the_office_and_all_can_see_it,
);

const PEOPLE: usize = 24;

fn secrets() -> Secrets {
    Secrets::new([1; 32], [2; 32])
}

/// People of this birth date with their codes, in order.
async fn with_codes(database: &Database, born: &str) -> Vec<String> {
    let names: Vec<String> = (0..PEOPLE).map(|number| format!("P-{born}-{number}")).collect();
    let lines: String = names.iter().map(|name| format!("{name},{born},11010\n")).collect();
    let roll = Roll::new(database.clone(), secrets());
    roll.import(format!("reference,born,district\n{lines}").as_bytes()).await.expect("a roll");
    let codes = roll.make_codes(&names, Reissue::Refuse).await.expect("codes");
    roll.put_codes(&codes).await.expect("in force");
    codes.iter().map(|issued| issued.code.spelled().to_string()).collect()
}

fn desk(database: &Database, way: Way, at_unix_s: u64) -> Desk {
    let config = Config {
        database: database.clone(),
        receipts_key: key(),
        secrets: secrets(),
        clock: Clock::Rehearsal(RehearsalClock::new(&programme(), at_unix_s, 0).expect("a rehearsal")),
        randomness: Randomness::system(),
        office: Office::default(),
    };
    Desk::open(config, "M. Kim", way, Lang::parse("en").expect("English")).expect("a desk")
}

fn form(code: &str, number: &str, choices: &[&str], change_key: &str) -> Form {
    let asked = match choices {
        [] => Asked::Withdrawal,
        named => Asked::Choices(named.iter().map(|name| (*name).to_owned()).collect()),
    };
    let (access_code, birth_date) = (code.to_owned(), "1960. 2. 29.".to_owned());
    Form {
        access_code,
        birth_date,
        number: number.to_owned(),
        asked,
        change_key: change_key.to_owned(),
        by_office: None,
    }
}

async fn two_desks_give_in_at_once(place: Place) {
    let (first, second) = (place.open().await, place.open().await);
    let codes = with_codes(&first, "1960-02-29").await;
    let open = programme().window.opens_at_unix_s;
    let desks = [desk(&first, Way::Paper, open), desk(&second, Way::Telephone, open)];
    let give_in = async |desk: &Desk, number: &str| {
        let mut granted = 0;
        for code in &codes {
            match desk.give_in(&form(code, number, &["site.c001"], "")).await {
                Ok(handout) => {
                    let receipt = Receipt::parse(handout.receipt.as_bytes()).expect("a receipt");
                    receipt.check(&programme()).expect("it holds");
                    granted += 1;
                }
                Err(refused) => assert_eq!(refused.code, "already-registered"),
            }
        }
        granted
    };
    let [paper, telephone] = &desks;
    let (one, other) = tokio::join!(give_in(paper, "1"), give_in(telephone, "2"));
    assert_eq!(one + other, PEOPLE, "each person once, whichever desk was faster");
    for desk in desks {
        desk.close().await;
    }
    let mut turnout = Turnout::default();
    first.count(&mut turnout).await.expect("counted");
    let by = |channel| turnout.standing().filter(|of| of.channel == channel).map(|of| of.active).sum::<u64>();
    assert_eq!((by(Channel::Paper), by(Channel::Assisted), by(Channel::Own)), (one as u64, other as u64, 0));
    let lines = first.journal(0, 1000).await.expect("lines");
    let batches = lines.iter().filter(|line| line.kind == Kind::Batch);
    assert!(batches.clone().all(|line| line.actor == "M. Kim" && ["paper", "telephone"].contains(&&*line.channel)));
    assert_eq!(batches.count(), PEOPLE);
    assert_eq!(first.check(&[]).await.expect("sound").entries, PEOPLE as u64);
}

async fn a_desk_can_do_nothing_that_the_person_could_not(place: Place) {
    let database = place.open().await;
    let codes = with_codes(&database, "1960-02-29").await;
    let window = programme().window;
    let choices = ["session.c001-1"];
    let at = |time| desk(&database, Way::Paper, time);
    let early = at(window.opens_at_unix_s - 1).give_in(&form(&codes[0], "1", &choices, "")).await;
    let early = early.err().expect("not open");
    assert_eq!((early.code, early.refusal.is_some()), ("not-open", true), "and signed");
    let late = at(window.closes_at_unix_s).give_in(&form(&codes[0], "1", &choices, "")).await;
    assert_eq!(late.err().map(|refused| refused.code), Some("closed"));

    let desk = at(window.opens_at_unix_s);
    let refused = async |form: Form| desk.give_in(&form).await.err().map(|refused| refused.code);
    let wrong_date = Form { birth_date: "1960-02-28".to_owned(), ..form(&codes[0], "1", &choices, "") };
    assert_eq!(refused(wrong_date).await, Some("wrong-code-or-birth-date"));
    assert_eq!(refused(form("0000-0000-0000-0000", "1", &choices, "")).await, Some("wrong-code-or-birth-date"));
    assert_eq!(refused(form(&codes[0], "1", &["session.none"], "")).await, Some("unknown-choice"));
    assert_eq!(refused(form(&codes[0], "1", &["c001"], "")).await, Some("unknown-choice"));
    assert_eq!(refused(form(&codes[0], "1", &[], "")).await, Some("not-registered"));

    let first = desk.give_in(&form(&codes[0], "1", &choices, "")).await.expect("granted");
    let again = desk.give_in(&form(&codes[0], "1", &choices, "")).await.expect("the same");
    assert_eq!((&again.receipt, &again.change_key), (&first.receipt, &first.change_key));
    assert_eq!(refused(form(&codes[0], "2", &["site.c002"], "")).await, Some("already-registered"));
    assert_eq!(refused(form(&codes[0], "2", &["site.c002"], &"0".repeat(64))).await, Some("wrong-change-key"));
    let changed = desk.give_in(&form(&codes[0], "2", &["site.c002"], &first.change_key)).await.expect("changed");
    assert_eq!((changed.ticket, changed.revision, &changed.choices), (first.ticket, 2, &vec!["site.c002".to_owned()]));
    assert_eq!(refused(form(&codes[0], "3", &[], &first.change_key)).await, Some("changed-elsewhere"));
    let left = desk.give_in(&form(&codes[0], "3", &[], &changed.change_key)).await.expect("withdrawn");
    assert_eq!(left.status, Status::Withdrawn);
    assert!(left.page.contains("<style>") && left.page.contains("Your registration is withdrawn"));
    desk.close().await;
    assert_eq!(database.check(&[]).await.expect("sound").revisions, 3);
}

async fn who_lost_the_change_key_is_helped_by_the_office_and_all_can_see_it(place: Place) {
    let database = place.open().await;
    let codes = with_codes(&database, "1960-02-29").await;
    let desk = desk(&database, Way::Paper, programme().window.opens_at_unix_s);
    let refused = async |form: Form| desk.give_in(&form).await.err().map(|refused| refused.code);
    let lost = Reason::parse("lost, identity card seen").expect("a reason");
    let by_office = |form: Form| Form { by_office: Some(lost.clone()), ..form };
    let (one, other) = (["session.c001-1"], ["site.c002"]);
    assert_eq!(
        refused(by_office(form(&codes[0], "1", &one, ""))).await,
        Some("not-registered"),
        "a first one has no key"
    );
    let first = desk.give_in(&form(&codes[0], "1", &one, "")).await.expect("granted");
    assert_eq!(refused(by_office(form(&codes[0], "2", &other, &first.change_key))).await, Some("malformed"));
    let wrong_date = Form { birth_date: "1960-02-28".to_owned(), ..form(&codes[0], "2", &other, "") };
    assert_eq!(refused(by_office(wrong_date)).await, Some("wrong-code-or-birth-date"));

    let changed = desk.give_in(&by_office(form(&codes[0], "2", &other, ""))).await.expect("changed");
    assert_eq!((changed.ticket, changed.revision, changed.status), (first.ticket, 2, Status::ActiveByOffice));
    let receipt = Receipt::parse(changed.receipt.as_bytes()).expect("a receipt").check(&programme()).expect("it holds");
    assert_eq!(receipt.revision.body.changes, [Change::Office]);
    let better = Form { by_office: Reason::parse("lost; passport seen"), ..form(&codes[0], "2", &other, "") };
    let again = desk.give_in(&better).await.expect("the same form, its reason in other words");
    assert_eq!((&again.receipt, &again.change_key), (&changed.receipt, &changed.change_key));
    assert_eq!(refused(form(&codes[0], "2", &other, &first.change_key)).await, Some("request-id-reused"));
    assert_eq!(refused(form(&codes[0], "3", &one, &first.change_key)).await, Some("changed-by-office"), "it is void");

    let own = desk.give_in(&form(&codes[0], "4", &one, &changed.change_key)).await.expect("the new key is good");
    assert_eq!((own.revision, own.status), (3, Status::Active));
    let left = desk.give_in(&by_office(form(&codes[0], "5", &[], ""))).await.expect("withdrawn");
    assert_eq!((left.revision, left.status), (4, Status::WithdrawnByOffice));
    assert_eq!(refused(by_office(form(&codes[0], "6", &[], ""))).await, Some("withdrawn"));
    let history = database.store.history(first.ticket).await.expect("lines");
    let seen: Vec<Status> = history.iter().map(|line| line.status).collect();
    assert_eq!(seen, [Status::Active, Status::ActiveByOffice, Status::Active, Status::WithdrawnByOffice]);
    desk.close().await;

    let lines = database.journal(0, 1000).await.expect("lines");
    let said: Vec<_> = lines.iter().filter(|line| line.kind == Kind::Batch).map(|line| line.channel.as_str()).collect();
    let why = "paper, without the change key: lost, identity card seen";
    assert_eq!(said, ["paper", why, "paper", why]);
    assert_eq!(database.check(&[]).await.expect("sound").revisions, 4);
}
