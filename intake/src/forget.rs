//! What is deleted when it is not needed any more: contacts, access codes, the roll itself. What was acknowledged stays.
//!
//! A deletion is a line of the journal. Its digest is
//! H("intake-journal-forget", number of what, then number and digest of each line before it whose rows went), SPEC §2.2:
//! whoever has an old copy of the rows can show that they are the ones that were deleted, and nobody else has to keep them.
//!
//! **Invariant:** nothing is deleted before the freeze and the end of the objection period; the chain and all that it
//! covers otherwise stay as they were.

use crate::{
    journal::{Kind, Line, tagged},
    roll::{Roll, RollError},
    store::StoreError,
};
use protocol::hash::Hash;
use sha2::{Digest, Sha256};

/// What can be deleted, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Forgotten {
    /// Encrypted contacts.
    Contacts,
    /// Keyed hashes of access codes, those in force and those before.
    Codes,
    /// Birth dates and districts, with the keyed commitments of those who did not register.
    Roll,
}

impl Forgotten {
    /// All, in the order in which they go.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Codes, Self::Roll];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Codes => "codes",
            Self::Roll => "roll",
        }
    }

    /// As a line of the journal has it in `first`.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Contacts => 1,
            Self::Codes => 2,
            Self::Roll => 3,
        }
    }

    /// What such a line says was deleted.
    pub fn of(line: &Line) -> Option<Self> {
        Self::ALL.into_iter().find(|what| line.kind == Kind::Forget && line.first == what.number())
    }

    /// Whether rows of this beside a line of this kind go.
    fn covers(self, kind: Kind) -> bool {
        match self {
            Self::Contacts => kind == Kind::Contacts,
            Self::Codes => matches!(kind, Kind::Codes | Kind::Carried),
            Self::Roll => matches!(kind, Kind::Import | Kind::Undo | Kind::Carried),
        }
    }
}

/// The digests of deletions that would come next in the journal.
#[derive(Clone, Debug)]
pub(crate) struct ForgetDigest([Sha256; 3]);

impl Default for ForgetDigest {
    fn default() -> Self {
        Self(Forgotten::ALL.map(|what| {
            let mut hasher = tagged("intake-journal-forget");
            hasher.update(what.number().to_be_bytes());
            hasher
        }))
    }
}

impl ForgetDigest {
    /// Takes in the next line of the journal.
    pub(crate) fn hear(&mut self, line: &Line) {
        for (what, hasher) in Forgotten::ALL.into_iter().zip(&mut self.0) {
            if what.covers(line.kind) {
                hasher.update(line.number.to_be_bytes());
                hasher.update(line.digest.0);
            }
        }
    }

    /// The digest of this deletion, if it came next.
    pub(crate) fn of(&self, what: Forgotten) -> Hash {
        let place = Forgotten::ALL.into_iter().zip(&self.0).find(|(of, _)| *of == what);
        place.map_or_else(Hash::default, |(_, hasher)| Hash(hasher.clone().finalize().into()))
    }
}

impl Roll {
    /// Deletes one of these for good. The line of the journal that says so: how many, and the digest.
    ///
    /// # Errors
    /// [`RollError::TooEarly`] before the objection period has ended; [`StoreError::Conflict`] if the register is not
    /// frozen, it is deleted already, or what has to go first is there.
    pub async fn forget(&self, what: Forgotten) -> Result<Line, RollError> {
        let (now, from) = (self.clock.now(), self.database.programme.window.objection_ends_at_unix_s);
        if now < from {
            return Err(RollError::TooEarly { from_unix_s: from });
        }
        Ok(self.database.store.forget(now, &self.by, what).await?)
    }

    /// What was deleted so far.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forgotten(&self) -> Result<Vec<Forgotten>, StoreError> {
        Ok(self.database.store.lines_of(&[Kind::Forget]).await?.iter().filter_map(Forgotten::of).collect())
    }
}
