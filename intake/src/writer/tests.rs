//! The danger that everything else is built around: a commit of which nobody knows whether it happened.

use super::*;
use crate::{
    batch::Sealed,
    identify::{Denied, Shown},
    journal::{Line, RollChange, Tip},
    queue::Queue,
    request::{Asked, Wish},
    secrets::{CodeHash, Person},
    store::{Database, End, Known, Store, conformance::Place},
};
use async_trait::async_trait;
use protocol::{
    entry::Channel,
    instance::{Choice, SessionIndex},
    note::KeyType,
    programme::civil::Date,
    receipt::BatchStatement,
};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::SeqCst};
use tokio::sync::Semaphore;

mod ahead;

const SOUND: u8 = 0;
const LOSE_THE_BATCH: u8 = 1;
const LOSE_THE_ANSWER: u8 = 2;
const PANIC: u8 = 3;
const FREEZE_FIRST: u8 = 4;
const LOSE_THE_TURN: u8 = 5;
const HOLD: u8 = 6;
const HOLD_AND_LOSE_THE_BATCH: u8 = 7;
const HOLD_AND_LOSE_THE_ANSWER: u8 = 8;

/// A connection whose commits can go wrong in both ways.
struct Unreliable {
    ledger: Box<dyn Ledger>,
    fault: Arc<Fault>,
}

struct Fault {
    store: Arc<dyn Store>,
    mode: AtomicU8,
    /// One for each batch that is let through while they are held.
    released: Semaphore,
    /// Looks before a turn.
    ahead: AtomicU64,
    /// Turns in which it had to be looked.
    anew: AtomicU64,
    clock: crate::RehearsalClock,
    closes: u64,
}

/// Looks that are counted.
struct Counted {
    look: Box<dyn Look>,
    fault: Arc<Fault>,
}

#[async_trait]
impl Look for Counted {
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError> {
        let known = self.look.look(codes).await;
        self.fault.ahead.fetch_add(1, SeqCst);
        known
    }
}

#[async_trait]
impl Look for Unreliable {
    async fn look(&mut self, codes: &[CodeHash]) -> Result<Known, StoreError> {
        self.fault.anew.fetch_add(1, SeqCst);
        self.ledger.look(codes).await
    }
}

#[async_trait]
impl Ledger for Unreliable {
    async fn begin(&mut self) -> Result<End, StoreError> {
        if self.fault.mode.load(SeqCst) == FREEZE_FIRST {
            // The request waits for its turn, the window closes, and another process takes the register.
            self.fault.clock.set(self.fault.closes);
            self.fault.store.freeze(self.fault.closes, &By::command()).await?;
        }
        self.ledger.begin().await
    }
    async fn append_upon(&mut self, upon: Tip, batch: &Sealed, line: &Line) -> Result<bool, StoreError> {
        let (mode, lost) = (self.fault.mode.load(SeqCst), Err(StoreError::Database("the disk went away".to_owned())));
        if mode >= HOLD {
            self.fault.released.acquire().await.expect("open").forget();
        }
        match mode {
            LOSE_THE_BATCH | HOLD_AND_LOSE_THE_BATCH => lost,
            LOSE_THE_ANSWER | HOLD_AND_LOSE_THE_ANSWER => self.ledger.append_upon(upon, batch, line).await.and(lost),
            PANIC => panic!("a fault of ours"),
            _ => self.ledger.append_upon(upon, batch, line).await,
        }
    }
    async fn append(&mut self, batch: &Sealed, line: &Line) -> Result<(), StoreError> {
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
    place: Place,
    database: Database,
    unreliable: Arc<Fault>,
    queue: Queue,
}

async fn desk() -> Desk {
    desk_at(Place::sqlite()).await
}

async fn desk_at(place: Place) -> Desk {
    let database = place.open().await;
    let programme = database.programme.clone();
    let born = Date::parse("1960-01-01").expect("a date");
    let roll: Vec<_> =
        (0..8).map(|i| RollChange { person: Person([i; 32]), now: Some((born, "11010".to_owned())) }).collect();
    database
        .store
        .put_part(5, &By::command(), 1 << 62, crate::store::Part::new(crate::store::Of::New, roll))
        .await
        .expect("a roll");
    let codes: Vec<_> = (0..8).map(|i| (Person([i; 32]), CodeHash([i; 32]))).collect();
    database.store.put_codes(6, &By::command(), &codes).await.expect("codes");
    let clock = crate::RehearsalClock::new(&programme, programme.window.opens_at_unix_s, 0).expect("a rehearsal");
    let (store, closes) = (database.store.clone(), programme.window.closes_at_unix_s);
    let unreliable = Arc::new(Fault {
        store,
        mode: AtomicU8::new(SOUND),
        released: Semaphore::new(0),
        ahead: AtomicU64::new(0),
        anew: AtomicU64::new(0),
        clock: clock.clone(),
        closes,
    });
    let (queue, waiting, pace) = Queue::new();
    let writer = Writer {
        ledger: {
            let fault = unreliable.clone();
            Box::new(move || Box::new(Unreliable { ledger: fault.store.ledger(), fault: fault.clone() }))
        },
        ahead: {
            let fault = unreliable.clone();
            Box::new(move || {
                let look = fault.store.look_ahead()?;
                Some(Box::new(Counted { look, fault: fault.clone() }) as Box<dyn Look>)
            })
        },
        programme: database.programme.clone(),
        key: Arc::new(SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).expect("a key")),
        secrets: Secrets::new([1; 32], [2; 32]),
        tries: crate::tries::Tries::start(database.store.clone(), clock.now()).0,
        randomness: Randomness::system(),
        clock: Clock::Rehearsal(clock),
        pace,
        by: By::intake(),
    };
    drop(writer.start(waiting));
    Desk { place, database, unreliable, queue }
}

impl Desk {
    async fn ask(&self, person: u8) -> Result<Answer, Unknown> {
        self.ask_as(person, "1960-01-01").await
    }

    async fn ask_as(&self, person: u8, born: &str) -> Result<Answer, Unknown> {
        self.sent(person, born).await.await.expect("an answer")
    }

    async fn sent(&self, person: u8, born: &str) -> oneshot::Receiver<Result<Answer, Unknown>> {
        self.sent_as(person, born, "request-1").await
    }

    async fn sent_as(&self, person: u8, born: &str, request_id: &str) -> oneshot::Receiver<Result<Answer, Unknown>> {
        let (answer, answered) = oneshot::channel();
        let wish = Wish::Register(Ok(vec![Choice::Session(SessionIndex(0))]));
        let content = wish.content(None, None);
        let born = Date::parse(born).expect("a date");
        let asked = Asked {
            request_id: request_id.to_owned(),
            content,
            channel: Channel::Own,
            actor: None,
            wish,
            change_key: None,
            next: None,
        };
        let claim = Claim { shown: Shown { code: CodeHash([person; 32]), born }, asked: Arc::new(asked) };
        self.queue.put(self.queue.place().expect("the writer runs"), Job { claim, answer });
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
    let person = RollChange { person: Person([8; 32]), now: Some((born, "11010".to_owned())) };
    let part = crate::store::Part::new(crate::store::Of::New, vec![person]);
    let line = store.put_part(7, &by, 1 << 62, part).await.expect("one more");
    store.put_codes(7, &by, &[(Person([8; 32]), CodeHash([8; 32]))]).await.expect("a code");
    assert!(matches!(denied(8, "1960-01-02").await, Denied::WrongDate(_)));
    let undo = crate::store::Undo { line, next_line: 1 << 62, before: Vec::new() };
    store.undo_import(7, &by, &undo).await.expect("taken off");
    assert!(matches!(denied(8, "1960-01-01").await, Denied::NoSuchCode(_)));
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
