use super::*;
use protocol::{
    entry::Channel,
    instance::SessionIndex,
    programme::source::{Source, compile},
};

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

    /// Asks with the key that the entry wants.
    fn change(&mut self, number: u32, wish: Wish) -> Decision {
        let entry = self.held.entries.get(&PERSON).expect("an entry");
        // Keys of the server: each derived from the request that made the revision before.
        let key = self.secrets.change_key(entry.ticket, entry.revision, key(number - 1));
        self.decide(&Request { change_key: Some(key), ..request(number, wish) })
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
        content: Hash::of(b"content"),
        channel: Channel::Own,
        actor: None,
        wish,
        change_key: None,
        next: None,
    }
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
    let with = |number| Request { change_key: Some(used.clone()), ..request(number, Wish::Change(one())) };
    assert!(matches!(desk.decide(&with(2)), Decision::New(_)));
    assert_eq!(desk.decide(&with(3)), Decision::Refused(Refusal::ChangedElsewhere));
    let never = Request { change_key: Some(ChangeKey([9; 32])), ..request(4, Wish::Change(one())) };
    assert_eq!(desk.decide(&never), Decision::Refused(Refusal::WrongChangeKey));
}
