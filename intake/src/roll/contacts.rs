//! Contacts, which the intake cannot read: it gathers them into sheets and has each encrypted before it is kept.
//!
//! **Invariant:** a contact is in the clear only while its file is read. What is kept of a sheet is what `Seal` made of it,
//! and of that the journal covers the hash.

use super::{Roll, RollError};
use crate::{
    journal::Kind,
    store::{Sheet, Stage},
};

/// Encrypts a sheet: CSV with the columns `reference,contact`. Only the officials have what opens it.
pub type Seal<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, String> + 'a;

/// Contacts of one sheet: so many that their number says nothing about one of them.
const CONTACTS: u64 = 1000;

/// Sheets that are read or written together.
pub(super) const SHEETS: u32 = 50;

/// Longest contact, in bytes: an address of a letter.
pub(super) const LONGEST: usize = 400;

/// The sheet that is being filled.
pub(super) struct Sheets<'a> {
    seal: Option<&'a Seal<'a>>,
    writer: csv::Writer<Vec<u8>>,
    waiting: u64,
    next: u64,
    pub(super) contacts: u64,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(seal: Option<&'a Seal<'a>>) -> Self {
        Self { seal, writer: csv::Writer::from_writer(Vec::new()), waiting: 0, next: 0, contacts: 0 }
    }

    /// Adds somebody's contact; nothing if there is none.
    pub(super) async fn add(&mut self, stage: &mut dyn Stage, reference: &str, contact: &str) -> Result<(), RollError> {
        if contact.is_empty() {
            return Ok(());
        }
        if self.seal.is_none() {
            return Err(RollError::NoSeal);
        }
        self.writer.write_record([reference, contact]).map_err(|error| RollError::Seal(error.to_string()))?;
        (self.waiting, self.contacts) = (self.waiting + 1, self.contacts + 1);
        if self.waiting == CONTACTS { self.end(stage).await } else { Ok(()) }
    }

    /// Encrypts what waits.
    pub(super) async fn end(&mut self, stage: &mut dyn Stage) -> Result<(), RollError> {
        let Some(seal) = self.seal.filter(|_| self.waiting > 0) else { return Ok(()) };
        let full = std::mem::replace(&mut self.writer, csv::Writer::from_writer(Vec::new()));
        let clear = full.into_inner().map_err(|error| RollError::Seal(error.to_string()))?;
        let sealed = seal(&clear).map_err(RollError::Seal)?;
        stage.put_sheet(self.next, &Sheet { contacts: self.waiting, sealed }).await?;
        (self.waiting, self.next) = (0, self.next + 1);
        Ok(())
    }
}

impl Roll {
    /// Hands each sheet that is kept to `each`, in the order in which they came: of a person who has two contacts the
    /// later counts.
    ///
    /// # Errors
    /// [`RollError::Store`], or what `each` said.
    pub async fn contacts(&self, each: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), RollError> {
        for line in self.database.store.lines_of(&[Kind::Contacts]).await? {
            let mut from = 0;
            loop {
                let sheets = self.database.store.contact_sheets(line.number, from, SHEETS).await?;
                for sheet in sheets.iter().filter_map(|sheet| sheet.sealed.as_deref()) {
                    each(sheet).map_err(RollError::Seal)?;
                }
                from += sheets.len() as u64;
                if sheets.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }
}
