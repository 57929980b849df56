//! Batches that are prepared while the one before is being written: whatever becomes of that, nobody is told other than a turn
//! alone would tell.

use super::*;
use crate::store::conformance::{self, new};
use protocol::entry::Status;

type Outcome = Result<Answer, Unknown>;

/// A desk that prepares batches ahead: some have been written, and nobody else writes.
async fn warm() -> Desk {
    let desk = desk_at(Place::postgres()).await;
    for person in [0, 1] {
        assert!(matches!(desk.ask(person).await, Ok(Answer::Granted(_))));
    }
    assert!(matches!(desk.ask(0).await, Ok(Answer::Again { .. })));
    assert_eq!((desk.anew(), desk.ahead()), (2, 1), "the first turns look themselves");
    desk
}

impl Desk {
    fn ahead(&self) -> u64 {
        self.unreliable.ahead.load(SeqCst)
    }

    fn anew(&self) -> u64 {
        self.unreliable.anew.load(SeqCst)
    }

    async fn registers(&self, person: u8, request_id: &str) -> oneshot::Receiver<Outcome> {
        self.sent_as(person, "1960-01-01", request_id).await
    }

    /// Waits until so many looks were made before a turn.
    async fn until_ahead(&self, looks: u64) {
        for _ in 0..1000 {
            if self.ahead() >= looks {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{} looks of {looks}", self.ahead());
    }

    /// A batch with person 2's registration is held before it is written. While it is, the same once more is prepared, with or
    /// before another of the same person's, and one of person 3's. Then what is held goes on.
    async fn two_batches(&self, mode: u8) -> [Outcome; 4] {
        self.unreliable.mode.store(mode, SeqCst);
        let looks = self.ahead();
        let first = self.registers(2, "request-1").await;
        self.until_ahead(looks + 1).await;
        let same = self.registers(2, "request-1").await;
        let other = self.registers(2, "request-2").await;
        let third = self.registers(3, "request-1").await;
        self.until_ahead(looks + 2).await;
        self.unreliable.released.add_permits(4);
        [heard(first).await, heard(same).await, heard(other).await, heard(third).await]
    }
}

async fn heard(hears: oneshot::Receiver<Outcome>) -> Outcome {
    hears.await.expect("an answer")
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(Answer::Refused { refusal: Refusal::AlreadyRegistered, .. }))
}

#[tokio::test]
async fn what_is_prepared_while_a_batch_is_written_knows_of_it() {
    let desk = warm().await;
    let anew = desk.anew();
    let [first, same, other, third] = desk.two_batches(HOLD).await;
    let Ok(Answer::Granted(first)) = first else { panic!("{first:?}") };
    let ticket = first.revision.ticket;
    assert!(matches!(&same, Ok(Answer::Again { ticket: again, revision: 1 }) if *again == ticket), "{same:?}");
    assert!(is_refused(&other), "{other:?}");
    assert!(matches!(third, Ok(Answer::Granted(_))), "{third:?}");
    assert_eq!(desk.anew(), anew, "no turn had to look itself");
    assert_eq!(desk.revisions().await, 4);
    desk.database.check(&[]).await.expect("sound");
}

/// The answer to a batch under way does not come; what is the same request told that was prepared meanwhile?
async fn told_after(mode: u8) -> Outcome {
    let desk = warm().await;
    let anew = desk.anew();
    let [first, same, other, third] = desk.two_batches(mode).await;
    assert!(matches!(first, Err(Unknown)), "{first:?}");
    assert!(is_refused(&other), "{other:?}");
    assert!(matches!(third, Ok(Answer::Granted(_))), "{third:?}");
    assert!(desk.anew() > anew);
    assert_eq!(desk.revisions().await, 4);
    desk.database.check(&[]).await.expect("sound");
    same
}

#[tokio::test]
async fn what_was_prepared_upon_a_lost_batch_is_decided_anew() {
    let same = told_after(HOLD_AND_LOSE_THE_BATCH).await;
    assert!(matches!(same, Ok(Answer::Granted(_))), "it was not granted before: {same:?}");
}

#[tokio::test]
async fn what_was_prepared_upon_a_batch_whose_answer_was_lost_finds_it() {
    let same = told_after(HOLD_AND_LOSE_THE_ANSWER).await;
    assert!(matches!(same, Ok(Answer::Again { revision: 1, .. })), "{same:?}");
}

#[tokio::test]
async fn what_another_process_writes_in_between_is_seen() {
    let desk = warm().await;
    desk.unreliable.mode.store(HOLD, SeqCst);
    let (looks, anew) = (desk.ahead(), desk.anew());
    let [second, third] = [desk.registers(2, "request-1").await, desk.registers(3, "request-1").await];
    desk.until_ahead(looks + 1).await;
    let other = &mut *desk.database.store.ledger();
    conformance::append(other, vec![new(2, 12, 1, Status::Active)]).await.expect("appended");
    desk.unreliable.released.add_permits(2);
    let refused = heard(second).await;
    assert!(is_refused(&refused), "{refused:?}");
    assert!(matches!(heard(third).await, Ok(Answer::Granted(_))));
    assert!(desk.anew() > anew);
    assert_eq!(desk.revisions().await, 4);
    desk.database.check(&[]).await.expect("sound");
}

#[tokio::test]
async fn a_register_that_is_taken_after_the_look_takes_nobody_in() {
    let desk = warm().await;
    desk.unreliable.mode.store(HOLD, SeqCst);
    let looks = desk.ahead();
    let second = desk.registers(2, "request-1").await;
    desk.until_ahead(looks + 1).await;
    let Fault { clock, closes, store, .. } = &*desk.unreliable;
    clock.set(*closes);
    store.freeze(*closes, &By::command()).await.expect("taken");
    desk.unreliable.released.add_permits(1);
    let Ok(Answer::Refused { refusal, time_unix_s }) = heard(second).await else { panic!("not refused") };
    assert_eq!((refusal, time_unix_s), (Refusal::Closed, *closes));
    assert_eq!(desk.revisions().await, 2);
}

#[tokio::test]
async fn a_connection_to_look_with_that_is_lost_costs_nothing() {
    let desk = warm().await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid() and query like '%r.code_hash%'";
    desk.place.sql(cut).await.expect("cut");
    for person in 2..6 {
        let granted = desk.ask(person).await;
        assert!(matches!(granted, Ok(Answer::Granted(_))), "{granted:?}");
    }
}

#[tokio::test]
async fn what_another_process_changed_long_after_the_last_batch_is_not_laid_over() {
    let desk = warm().await;
    let Ok(Answer::Granted(granted)) = desk.ask(2).await else { panic!("refused") };
    let mut withdrawn = new(2, 12, 2, Status::Withdrawn);
    withdrawn.revision.ticket = granted.revision.ticket;
    let other = &mut *desk.database.store.ledger();
    conformance::append(other, vec![withdrawn]).await.expect("appended");
    let (looks, outcome) = (desk.ahead(), heard(desk.registers(2, "request-2").await).await);
    assert!(desk.ahead() > looks, "it was prepared");
    let refused = matches!(outcome, Ok(Answer::Refused { refusal: Refusal::ChangeKeyMissing, .. }));
    assert!(refused, "who withdrew is not told to be registered: {outcome:?}");
}
