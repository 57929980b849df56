//! The danger that everything else is built around: a commit of which nobody knows whether it happened.

use super::*;
use crate::{
    identify::{Denied, Shown},
    journal::RollChange,
    request::Wish,
    secrets::{CodeHash, Person},
    store::{Database, Store},
};
use async_trait::async_trait;
use protocol::{
    entry::Channel,
    instance::{Choice, SessionIndex},
    note::KeyType,
    programme::{
        civil::Date,
        source::{Source, compile},
    },
    receipt::BatchStatement,
};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

const SOUND: u8 = 0;
const LOSE_THE_BATCH: u8 = 1;
const LOSE_THE_ANSWER: u8 = 2;
const PANIC: u8 = 3;
const FREEZE_FIRST: u8 = 4;
const LOSE_THE_TURN: u8 = 5;

/// A connection whose commits can go wrong in both ways.
struct Unreliable {
    ledger: Box<dyn Ledger>,
    fault: Arc<Fault>,
}

struct Fault {
    store: Arc<dyn Store>,
    mode: AtomicU8,
    clock: crate::RehearsalClock,
    closes: u64,
}

#[async_trait]
impl Ledger for Unreliable {
    async fn begin(&mut self, codes: &[CodeHash]) -> Result<Turn, StoreError> {
        if self.fault.mode.load(SeqCst) == FREEZE_FIRST {
            // The request waits for its turn, the window closes, and another process takes the register.
            self.fault.clock.set(self.fault.closes);
            self.fault.store.freeze(self.fault.closes, &By::command()).await?;
        }
        self.ledger.begin(codes).await
    }
    async fn append(&mut self, batch: &Sealed, line: &journal::Line) -> Result<(), StoreError> {
        let lost = Err(StoreError::Database("the disk went away".to_owned()));
        match self.fault.mode.load(SeqCst) {
            LOSE_THE_BATCH => lost,
            LOSE_THE_ANSWER => self.ledger.append(batch, line).await.and(lost),
            PANIC => panic!("a fault of ours"),
            _ => self.ledger.append(batch, line).await,
        }
    }
    async fn leave(&mut self) -> Result<(), StoreError> {
        match self.fault.mode.load(SeqCst) {
            LOSE_THE_TURN => Err(StoreError::Database("the connection went away".to_owned())),
            _ => self.ledger.leave().await,
        }
    }
}

struct Desk {
    _folder: tempfile::TempDir,
    database: Database,
    unreliable: Arc<Fault>,
    queue: mpsc::Sender<Job>,
}

async fn desk() -> Desk {
    let source = Source {
        programme_toml: include_str!("../../../protocol/vectors/sample/programme.toml"),
        districts_csv: include_str!("../../../protocol/vectors/sample/districts.csv"),
        sites_csv: include_str!("../../../protocol/vectors/sample/sites.csv"),
        sessions_csv: include_str!("../../../protocol/vectors/sample/sessions.csv"),
        reserves_csv: None,
        reach_csv: None,
    };
    let programme = compile(&source).expect("the sample");
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    let database = Database::open(&address, &programme).await.expect("a store");
    let born = Date::parse("1960-01-01").expect("a date");
    let roll: Vec<_> =
        (0..4).map(|i| RollChange { person: Person([i; 32]), now: Some((born, "11010".to_owned())) }).collect();
    database
        .store
        .put_part(5, &By::command(), 1 << 62, crate::store::Part::new(crate::store::Of::New, roll))
        .await
        .expect("a roll");
    let codes: Vec<_> = (0..4).map(|i| (Person([i; 32]), CodeHash([i; 32]))).collect();
    database.store.put_codes(6, &By::command(), &codes).await.expect("codes");
    let clock = crate::RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
    let (store, closes) = (database.store.clone(), programme.window.closes_at_unix_s);
    let unreliable = Arc::new(Fault { store, mode: AtomicU8::new(SOUND), clock: clock.clone(), closes });
    let (queue, waiting) = mpsc::channel(1024);
    let writer = Writer {
        ledger: {
            let fault = unreliable.clone();
            Box::new(move || Box::new(Unreliable { ledger: fault.store.ledger(), fault: fault.clone() }))
        },
        programme: database.programme.clone(),
        key: Arc::new(SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).expect("a key")),
        secrets: Secrets::new([1; 32], [2; 32]),
        tries: crate::tries::Tries::start(database.store.clone(), clock.now()).0,
        randomness: Randomness::system(),
        clock: Clock::Rehearsal(clock),
        pace: Arc::default(),
        by: By::intake(),
    };
    drop(writer.start(waiting));
    Desk { _folder: folder, database, unreliable, queue }
}

impl Desk {
    async fn ask(&self, person: u8) -> Result<Answer, Unknown> {
        self.ask_as(person, "1960-01-01").await
    }

    async fn ask_as(&self, person: u8, born: &str) -> Result<Answer, Unknown> {
        self.sent(person, born).await.await.expect("an answer")
    }

    async fn sent(&self, person: u8, born: &str) -> oneshot::Receiver<Result<Answer, Unknown>> {
        let (answer, answered) = oneshot::channel();
        let wish = Wish::Register(Ok(vec![Choice::Session(SessionIndex(0))]));
        let content = wish.content(None, None);
        let born = Date::parse(born).expect("a date");
        let claim = Claim {
            shown: Shown { code: CodeHash([person; 32]), born },
            request_id: "request-1".to_owned(),
            content,
            channel: Channel::Own,
            actor: None,
            wish,
            change_key: None,
            next: None,
        };
        assert!(self.queue.send(Job { claim, answer }).await.is_ok(), "the writer runs");
        answered
    }

    /// Wrong dates of this person, once the store has counted some.
    async fn wrong(&self, person: u8) -> u64 {
        for _ in 0..1000 {
            let found = self.database.store.person(&CodeHash([person; 32])).await.expect("read").expect("on the roll");
            if found.wrong.dates > 0 {
                return found.wrong.dates;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("nothing was counted")
    }

    async fn revisions(&self) -> u64 {
        self.database.store.revision_count().await.expect("a count")
    }
}

#[tokio::test]
async fn a_lost_batch_is_not_there_and_can_be_sent_again() {
    let desk = desk().await;
    desk.unreliable.mode.store(LOSE_THE_BATCH, SeqCst);
    assert_eq!(desk.ask(0).await.map(|_| ()), Err(Unknown));
    assert_eq!(desk.revisions().await, 0);
    desk.unreliable.mode.store(SOUND, SeqCst);
    assert!(matches!(desk.ask(0).await, Ok(Answer::Granted(_))));
    assert_eq!(desk.revisions().await, 1);
}

#[tokio::test]
async fn a_batch_whose_answer_was_lost_counts_once_and_is_answered_when_asked_again() {
    let desk = desk().await;
    desk.unreliable.mode.store(LOSE_THE_ANSWER, SeqCst);
    assert_eq!(desk.ask(0).await.map(|_| ()), Err(Unknown), "nobody is told what is not certain");
    desk.unreliable.mode.store(SOUND, SeqCst);
    assert!(matches!(desk.ask(0).await, Ok(Answer::Again { revision: 1, .. })));
    // The numbers of batches go on from what the store holds, not from what the writer believed.
    let Ok(Answer::Granted(next)) = desk.ask(1).await else { panic!("refused") };
    let statement = BatchStatement::open(&next.note, &desk.database.programme).expect("signed");
    assert_eq!((statement.number, desk.revisions().await), (1, 2));
}

#[tokio::test]
async fn a_panic_costs_one_batch_and_the_writer_goes_on() {
    let desk = desk().await;
    desk.unreliable.mode.store(PANIC, SeqCst);
    assert_eq!(desk.ask(0).await.map(|_| ()), Err(Unknown));
    desk.unreliable.mode.store(SOUND, SeqCst);
    assert!(matches!(desk.ask(0).await, Ok(Answer::Granted(_))));
    assert_eq!(desk.revisions().await, 1);
}

#[tokio::test]
async fn a_refusal_for_being_late_never_carries_a_second_of_the_window() {
    let desk = desk().await;
    desk.unreliable.mode.store(FREEZE_FIRST, SeqCst);
    let Ok(Answer::Refused { refusal, time_unix_s }) = desk.ask(0).await else { panic!("not refused") };
    assert_eq!((refusal, time_unix_s), (Refusal::Closed, desk.unreliable.closes));
    assert_eq!(desk.revisions().await, 0);
}

#[tokio::test]
async fn who_is_taken_off_the_roll_is_not_known_in_the_next_turn() {
    let desk = desk().await;
    assert!(matches!(desk.ask(1).await, Ok(Answer::Granted(_))));
    let denied = async |person, born| match desk.ask_as(person, born).await {
        Ok(Answer::Denied(denied)) => denied,
        other => panic!("{other:?}"),
    };
    let wrong_date = denied(0, "1960-01-02").await;
    assert!(matches!(wrong_date, Denied::WrongDate(_)), "{wrong_date:?}");
    let wrong_code = denied(9, "1960-01-01").await;
    assert!(matches!(wrong_code, Denied::NoSuchCode(_)), "{wrong_code:?}");
    for denied in [wrong_date, wrong_code] {
        assert_eq!(denied.told().await, Refusal::WrongCodeOrBirthDate.into());
    }
    let (store, by) = (&desk.database.store, By::command());
    let born = Date::parse("1960-01-01").expect("a date");
    let person = RollChange { person: Person([4; 32]), now: Some((born, "11010".to_owned())) };
    let part = crate::store::Part::new(crate::store::Of::New, vec![person]);
    let line = store.put_part(7, &by, 1 << 62, part).await.expect("one more");
    store.put_codes(7, &by, &[(Person([4; 32]), CodeHash([4; 32]))]).await.expect("a code");
    assert!(matches!(denied(4, "1960-01-02").await, Denied::WrongDate(_)));
    let undo = crate::store::Undo { line, next_line: 1 << 62, before: Vec::new() };
    store.undo_import(7, &by, &undo).await.expect("taken off");
    assert!(matches!(denied(4, "1960-01-01").await, Denied::NoSuchCode(_)));
    assert_eq!(desk.revisions().await, 1);
}

#[tokio::test]
async fn a_wrong_date_is_counted_though_nobody_waits_to_hear_it() {
    let desk = desk().await;
    drop(desk.sent(0, "1960-01-02").await);
    assert_eq!(desk.wrong(0).await, 1);
    drop(desk.ask_as(1, "1960-01-02").await.expect("a turn"));
    assert_eq!(desk.wrong(1).await, 1);
}

#[tokio::test]
async fn a_wrong_date_whose_turn_is_lost_counts_once_however_often_it_is_sent() {
    let desk = desk().await;
    desk.unreliable.mode.store(LOSE_THE_TURN, SeqCst);
    for _ in 0..2 * crate::tries::TRIES {
        assert_eq!(desk.ask_as(0, "1960-01-02").await.map(|_| ()), Err(Unknown));
    }
    desk.unreliable.mode.store(SOUND, SeqCst);
    let Ok(Answer::Denied(denied)) = desk.ask_as(0, "1960-01-02").await else { panic!("not denied") };
    assert_eq!(denied.told().await, Refusal::WrongCodeOrBirthDate.into());
    assert_eq!(desk.wrong(0).await, 1);
    assert!(matches!(desk.ask(0).await, Ok(Answer::Granted(_))));
}
