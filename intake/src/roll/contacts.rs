//! Contacts, which the intake cannot read: it gathers them into sheets and has each encrypted before it is kept.
//!
//! **Invariant:** a contact is in the clear only while its file is read. What is kept of a sheet is what `Seal` made of it,
//! and of that the journal covers the hash.

use super::{Roll, RollError};
use crate::{journal::Kind, store::Sheet};
use std::io::{self, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// Encrypts a sheet: CSV with the columns `reference,contact`. Only the officials have what opens it.
pub type Seal<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, String> + 'a;

/// Contacts of one sheet: so many that their number says nothing about one of them.
const CONTACTS: u64 = 1000;

/// Sheets that are read or written together.
pub(super) const SHEETS: u32 = 50;

/// Longest contact or reference, in bytes: an address of a letter.
pub(super) const LONGEST: usize = 400;

/// Bytes of encrypted sheets that stay in memory until they are kept.
const ROOM: usize = 16 << 20;

/// The sheet that is being filled.
pub(super) struct Sheets<'a> {
    seal: Option<&'a Seal<'a>>,
    writer: csv::Writer<Vec<u8>>,
    waiting: u64,
    full: Full,
}

/// Sheets that were encrypted, one after the other: how many contacts, how many bytes, and these.
pub(super) struct Full {
    file: SpooledTempFile,
    left: u64,
    pub(super) contacts: u64,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(seal: Option<&'a Seal<'a>>) -> Self {
        let full = Full { file: tempfile::spooled_tempfile(ROOM), left: 0, contacts: 0 };
        Self { seal, writer: csv::Writer::from_writer(Vec::new()), waiting: 0, full }
    }

    /// Adds somebody's contact.
    pub(super) fn add(&mut self, reference: &str, contact: &str) -> Result<(), RollError> {
        if self.seal.is_none() {
            return Err(RollError::NoSeal);
        }
        self.writer.write_record([reference, contact]).map_err(|error| RollError::Seal(error.to_string()))?;
        self.waiting += 1;
        if self.waiting == CONTACTS { self.encrypt() } else { Ok(()) }
    }

    /// All sheets, to be read from the first.
    pub(super) fn end(mut self) -> Result<Full, RollError> {
        self.encrypt()?;
        self.full.file.rewind()?;
        Ok(self.full)
    }

    /// Encrypts what waits.
    fn encrypt(&mut self) -> Result<(), RollError> {
        let Some(seal) = self.seal.filter(|_| self.waiting > 0) else { return Ok(()) };
        let full = std::mem::replace(&mut self.writer, csv::Writer::from_writer(Vec::new()));
        let clear = full.into_inner().map_err(|error| RollError::Seal(error.to_string()))?;
        let sealed = seal(&clear).map_err(RollError::Seal)?;
        self.full.put(&Sheet { contacts: self.waiting, sealed })?;
        self.waiting = 0;
        Ok(())
    }
}

impl Full {
    fn put(&mut self, sheet: &Sheet) -> io::Result<()> {
        self.file.write_all(&sheet.contacts.to_be_bytes())?;
        self.file.write_all(&(sheet.sealed.len() as u64).to_be_bytes())?;
        self.file.write_all(&sheet.sealed)?;
        (self.left, self.contacts) = (self.left + 1, self.contacts + sheet.contacts);
        Ok(())
    }

    /// Up to [`SHEETS`] of those that are left.
    pub(super) fn take(&mut self) -> io::Result<Vec<Sheet>> {
        let mut sheets = Vec::new();
        while self.left > 0 && sheets.len() < SHEETS as usize {
            let [contacts, bytes] = [self.number()?, self.number()?];
            let mut sealed = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
            self.file.read_exact(&mut sealed)?;
            sheets.push(Sheet { contacts, sealed });
            self.left -= 1;
        }
        Ok(sheets)
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.file.read_exact(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
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
