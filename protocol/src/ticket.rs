//! The ticket: an applicant's public pseudonym, and its spelling for people. SPEC §4.

use crate::{
    crockford::{self, DigitsError},
    hash::Hash,
};
use std::fmt;

/// Twelve random bytes given at the first registration. Tickets order the register, byte by byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub [u8; 12]);

/// Why a text is not a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketError {
    /// Not 21 letters and digits, hyphens and spaces apart.
    #[error("a ticket has 21 letters and digits, this one has {0}")]
    Length(usize),
    /// A character that is not in the alphabet.
    #[error("a ticket has no character {0:?}")]
    Character(char),
    /// The last nine bits do not fit the rest: a letter is wrong or two are swapped.
    #[error("the ticket's check digits do not fit: a letter is wrong or two are swapped")]
    Check,
}

const DIGITS: usize = 21;
const GROUP: usize = 7;

impl Ticket {
    /// Nine check bits: the first of the tagged hash of the twelve bytes.
    fn check_bits(&self) -> u128 {
        let digest = Hash::tagged("ticket", &[&self.0]).0;
        u128::from(u16::from_be_bytes([digest[0], digest[1]]) >> 7)
    }

    /// Reads the spelling of SPEC §4.2. Lower case, hyphens, spaces, `O` for 0 and `I` or `L` for 1 are forgiven,
    /// since people copy tickets by hand; [`fmt::Display`] has the one canonical form.
    ///
    /// # Errors
    /// [`TicketError`] says which character or rule failed.
    pub fn parse(text: &str) -> Result<Self, TicketError> {
        let value = crockford::read(text, DIGITS).map_err(|error| match error {
            DigitsError::Length(found) => TicketError::Length(found),
            DigitsError::Character(found) => TicketError::Character(found),
        })?;
        let bytes = (value >> 9).to_be_bytes();
        let mut ticket = Self([0; 12]);
        ticket.0.copy_from_slice(&bytes[4..]);
        if ticket.check_bits() == value & 0x1ff { Ok(ticket) } else { Err(TicketError::Check) }
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 16];
        bytes[4..].copy_from_slice(&self.0);
        let value = u128::from_be_bytes(bytes) << 9 | self.check_bits();
        crockford::write(f, value, DIGITS, GROUP)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
