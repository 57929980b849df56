use super::*;
use crate::request::{Asked, Choices};
use protocol::{
    entry::Channel,
    instance::SessionIndex,
    programme::source::{Source, compile},
};
use std::sync::Arc;

struct Desk {
    programme: Programme,
    secrets: Secrets,
    randomness: Randomness,
    held: Held,
}

fn desk() -> Desk {
    let source = Source {
        programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    };
    let programme = compile(&source).expect("the sample");
    let secrets = Secrets::new([1; 32], [2; 32]);
    Desk { programme, secrets, randomness: Randomness::system(), held: Held::default() }
}

impl Desk {
    fn decide(&mut self, request: &Request) -> Decision {
        let rules = Rules { programme: &self.programme, secrets: &self.secrets, randomness: &self.randomness };
        rules.decide(&mut self.held, request, self.programme.window.opens_at_unix_s).expect("randomness")
    }

    /// The key that opens this revision: a key of the server's, derived from the request that made it.
    fn key_of(&self, number: u32) -> ChangeKey {
        self.secrets.change_key(self.held.entries[&PERSON].ticket, number, key(number))
    }

    /// Asks with the key that the entry wants.
    fn change(&mut self, number: u32, wish: Wish) -> Decision {
        let entry = self.held.entries.get(&PERSON).expect("an entry");
        // Keys of the server: each derived from the request that made the revision before.
        let key = self.secrets.change_key(entry.ticket, entry.revision, key(number - 1));
        self.decide(&with_key(Some(key), request(number, wish)))
    }
}

const PERSON: Person = Person([5; 32]);

fn key(number: u32) -> Hash {
    Hash::of(&number.to_be_bytes())
}

fn one() -> Result<Vec<Choice>, Refusal> {
    Ok(vec![Choice::Session(SessionIndex(0))])
}

fn request(number: u32, wish: Wish) -> Request {
    Request {
        person: PERSON,
        cohort: Some(0),
        district: 0,
        key: key(number),
        asked: Arc::new(Asked {
            request_id: number.to_string(),
            content: Hash::of(b"content"),
            channel: Channel::Own,
            actor: None,
            wish,
            change_key: None,
            next: None,
        }),
    }
}

/// The same request, with this change key.
fn with_key(key: Option<ChangeKey>, request: Request) -> Request {
    Request { asked: Arc::new(Asked { change_key: key, ..(*request.asked).clone() }), ..request }
}

#[test]
fn the_last_possible_revision_is_kept_for_leaving_and_every_one_keeps_the_protocols_rules() {
    let mut desk = desk();
    let Decision::New(_) = desk.decide(&request(1, Wish::Register(one()))) else { panic!("refused") };
    let refused = Decision::Refused(Refusal::TooManyRevisions);
    for number in 2..=MAX_REVISIONS {
        if number == MAX_REVISIONS {
            assert_eq!(desk.change(number, Wish::Change(one())), refused);
        }
        let wish = if number % 2 == 0 { Wish::Withdraw(None) } else { Wish::Register(one()) };
        let Decision::New(revision) = desk.change(number, wish) else { panic!("{number} refused") };
        assert_eq!(revision.revision, number);
        assert_eq!(revision.check(&desk.programme), Ok(()));
    }
    assert_eq!(desk.change(MAX_REVISIONS + 1, Wish::Register(one())), refused);
    assert_eq!(desk.change(MAX_REVISIONS + 1, Wish::Withdraw(None)), refused);
}

#[test]
fn requests_of_one_batch_see_each_other() {
    let mut desk = desk();
    let first = desk.decide(&request(1, Wish::Register(one())));
    let Decision::New(revision) = first else { panic!("refused") };
    let same = desk.decide(&request(1, Wish::Register(one())));
    assert_eq!(same, Decision::Again(revision.ticket, 1));
    let second = desk.decide(&request(2, Wish::Register(one())));
    assert_eq!(second, Decision::Refused(Refusal::AlreadyRegistered));
}

#[test]
fn a_key_opens_one_change_only() {
    let mut desk = desk();
    desk.decide(&request(1, Wish::Register(one())));
    let ticket = desk.held.entries[&PERSON].ticket;
    let used = desk.secrets.change_key(ticket, 1, key(1));
    let with = |number| with_key(Some(used.clone()), request(number, Wish::Change(one())));
    assert!(matches!(desk.decide(&with(2)), Decision::New(_)));
    assert_eq!(desk.decide(&with(3)), Decision::Refused(Refusal::ChangedElsewhere));
    let never = with_key(Some(ChangeKey([9; 32])), request(4, Wish::Change(one())));
    assert_eq!(desk.decide(&never), Decision::Refused(Refusal::WrongChangeKey));
}

fn by_office(choices: Option<Choices>) -> Wish {
    Wish::ByOffice(ByOffice { choices, reason: "lost".into() })
}

/// All ways of six changes after a registration, each by key or by the office, to choices or none: every revision keeps the
/// protocol's rules, the mark stands where the office acted and nowhere else, and of all keys so far the last one alone opens.
#[test]
fn the_office_marks_what_it_changes_and_voids_the_key() {
    for ways in 0..1_u32 << 6 {
        let mut desk = desk();
        desk.decide(&request(1, Wish::Register(one())));
        let mut keys = vec![desk.key_of(1)];
        let mut expected = Vec::new();
        for number in 2..8 {
            let office = ways >> (number - 2) & 1 == 1;
            let leaves = desk.held.entries[&PERSON].status.is_active() && (ways + number) % 3 == 0;
            let choices = (!leaves).then(one);
            let (office_wish, own) = (by_office(choices.clone()), choices.map_or(Wish::Withdraw(None), Wish::Change));
            for (place, key) in keys.iter().rev().enumerate().skip(1) {
                let old = with_key(Some(key.clone()), request(90, own.clone()));
                let since = &expected[expected.len() - place..];
                let why =
                    if since.contains(&Change::Office) { Refusal::ChangedByOffice } else { Refusal::ChangedElsewhere };
                assert_eq!(desk.decide(&old), Decision::Refused(why), "{ways:b} {number} {place}");
            }
            let asked = match office {
                true => request(number, office_wish),
                false => with_key(keys.last().cloned(), request(number, own)),
            };
            let Decision::New(revision) = desk.decide(&asked) else { panic!("{ways:b}: {number} refused") };
            expected.push(if office { Change::Office } else { Change::Key(keys.last().unwrap().clone()) });
            assert_eq!((&revision.body.changes, revision.status.is_by_office()), (&expected, office));
            assert_eq!(revision.check(&desk.programme), Ok(()));
            keys.push(desk.key_of(number));
        }
    }
}

#[test]
fn the_office_may_do_what_the_person_may_and_no_more() {
    let mut desk = desk();
    assert_eq!(desk.decide(&request(1, by_office(Some(one())))), Decision::Refused(Refusal::NotRegistered));
    desk.decide(&request(1, Wish::Register(one())));
    let decided_at = |desk: &mut Desk, now: u64, number| {
        let rules = Rules { programme: &desk.programme, secrets: &desk.secrets, randomness: &desk.randomness };
        rules.decide(&mut desk.held, &request(number, by_office(None)), now).expect("randomness")
    };
    let window = desk.programme.window;
    assert_eq!(decided_at(&mut desk, window.opens_at_unix_s - 1, 2), Decision::Refused(Refusal::NotOpen));
    assert_eq!(decided_at(&mut desk, window.closes_at_unix_s, 3), Decision::Refused(Refusal::Closed));
    let nowhere = Request { cohort: None, ..request(4, by_office(Some(one()))) };
    assert_eq!(desk.decide(&nowhere), Decision::Refused(Refusal::NotEligible));
    let none = Wish::ByOffice(ByOffice { choices: Some(Err(Refusal::NoChoices)), reason: "lost".into() });
    assert_eq!(desk.decide(&request(5, none)), Decision::Refused(Refusal::NoChoices));
    // A key that the office never saw is no ticket into the entry, and a request that shows none is not the office's.
    assert_eq!(desk.decide(&request(6, Wish::Change(one()))), Decision::Refused(Refusal::ChangeKeyMissing));
    assert!(matches!(decided_at(&mut desk, window.opens_at_unix_s, 7), Decision::New(_)));
    assert_eq!(desk.decide(&request(8, by_office(None))), Decision::Refused(Refusal::Withdrawn));
}
