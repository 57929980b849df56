//! Many rows, read in one go by a reader of its own: while a page is worked on, the next ones are read.
//!
//! **Invariant:** at most [`WAITING`] pages are held that nobody has taken, however many rows there are. After `None` without an error before it
//! every row has been given.

use super::StoreError;
use crate::{
    journal::{CodeChange, RollChange},
    secrets::{CodeHash, Person},
};
use protocol::{
    entry::{LEAF_BYTES, Status},
    programme::civil::Date,
    ticket::Ticket,
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Rows of a page.
pub(crate) const PAGE: usize = 1024;

/// Pages that were read and wait to be taken.
const WAITING: usize = 24;

/// The pages of one reader.
pub(crate) struct Pages<T> {
    from: mpsc::Receiver<Vec<T>>,
    reading: Option<JoinHandle<Result<(), StoreError>>>,
}

/// A revision as it lies in the store: not opened yet, which takes as long as reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) batch: u64,
    /// Place in its batch.
    pub(crate) place: u32,
    pub(crate) ticket: Ticket,
    pub(crate) revision: u32,
    pub(crate) status: Status,
    pub(crate) blinding: [u8; 32],
    /// What its receipt was signed for.
    pub(crate) leaf: [u8; LEAF_BYTES],
    pub(crate) body: Vec<u8>,
}

/// An entry's person, and what the roll says of that person; nothing for somebody who is not on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfRoll {
    pub(crate) ticket: Ticket,
    pub(crate) person: Person,
    /// Birth date and district.
    pub(crate) now: Option<(Date, String)>,
}

/// What the journal, or at the end the roll itself, says of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OfPerson {
    Changed(RollChange),
    Code(CodeChange),
    /// The roll: birth date, district, code in force, codes issued.
    Now {
        person: Person,
        born: Date,
        district: String,
        code: Option<CodeHash>,
        issued: u64,
    },
}

/// What a revision, or at the end the entry itself, says of one ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OfTicket {
    pub(crate) ticket: Ticket,
    pub(crate) person: Person,
    pub(crate) cohort: u16,
    pub(crate) status: Status,
    pub(crate) revision: u32,
    /// Whether this is the entry, and not one of its revisions.
    pub(crate) is_entry: bool,
}

impl<T: Send + 'static> Pages<T> {
    /// What `read` gives to its listener, on a thread that may wait. The listener says whether anybody reads on.
    pub(crate) fn by_thread<R>(read: R) -> Self
    where
        R: FnOnce(&mut dyn FnMut(T) -> bool) -> Result<(), StoreError> + Send + 'static,
    {
        let (to, from) = mpsc::channel(WAITING);
        let reading = tokio::task::spawn_blocking(move || {
            let mut page = Vec::with_capacity(PAGE);
            read(&mut |row| {
                page.push(row);
                page.len() < PAGE || to.blocking_send(std::mem::replace(&mut page, Vec::with_capacity(PAGE))).is_ok()
            })?;
            if !page.is_empty() {
                // Whoever does not listen any more has heard enough.
                let _ = to.blocking_send(page);
            }
            Ok(())
        });
        Self { from, reading: Some(reading) }
    }

    /// What `read` sends.
    pub(crate) fn by_task<R, F>(read: R) -> Self
    where
        R: FnOnce(mpsc::Sender<Vec<T>>) -> F,
        F: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        let (to, from) = mpsc::channel(WAITING);
        Self { from, reading: Some(tokio::spawn(read(to))) }
    }

    /// The next page; none after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<T>>, StoreError> {
        if let Some(page) = self.from.recv().await {
            return Ok(Some(page));
        }
        match self.reading.take() {
            None => Ok(None),
            Some(reading) => reading.await.map_err(|error| StoreError::Database(error.to_string()))?.map(|()| None),
        }
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_row_comes_once_and_a_fault_of_the_reader_is_told_after_them() {
        for rows in [0, 1, PAGE, PAGE + 1, 40 * PAGE + 3] {
            for fails in [false, true] {
                let fault = StoreError::Damaged("broken");
                let ends = if fails { Err(fault.clone()) } else { Ok(()) };
                let mut pages = Pages::by_thread(move |to| {
                    assert!((0..rows).all(to), "somebody listens");
                    ends
                });
                let (mut heard, mut end) = (0, Ok(()));
                loop {
                    match pages.next().await {
                        Ok(Some(page)) => page.into_iter().for_each(|row| {
                            assert_eq!(row, heard);
                            heard += 1;
                        }),
                        Ok(None) => break,
                        Err(fault) => {
                            end = Err(fault);
                            break;
                        }
                    }
                }
                // What was read before a fault and does not fill a page is of no use.
                let expected = if fails { rows / PAGE * PAGE } else { rows };
                assert_eq!((heard, end), (expected, if fails { Err(fault) } else { Ok(()) }), "{rows} rows");
            }
        }
    }

    #[tokio::test]
    async fn a_reader_to_whom_nobody_listens_ends() {
        let (told, ended) = std::sync::mpsc::channel();
        let pages = Pages::by_thread(move |to| {
            let heard = (0_u64..).take_while(|row| to(*row)).count();
            told.send(heard).map_err(|_| StoreError::Damaged("nobody waits"))
        });
        drop(pages);
        let heard = tokio::task::spawn_blocking(move || ended.recv()).await.expect("no panic").expect("it ended");
        assert!(heard <= (WAITING + 1) * PAGE);
    }
}
