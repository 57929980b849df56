//! The ticket: an applicant's public pseudonym, and its spelling for people. SPEC §4.

use crate::hash::Hash;
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

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 21;

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
        let mut value: u128 = 0;
        let mut count = 0;
        for character in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let upper = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit =
                ALPHABET.iter().position(|a| char::from(*a) == upper).ok_or(TicketError::Character(character))?;
            count += 1;
            if count <= DIGITS {
                value = value << 5 | digit as u128;
            }
        }
        if count != DIGITS {
            return Err(TicketError::Length(count));
        }
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
        for place in 0..DIGITS {
            if place > 0 && place % 7 == 0 {
                f.write_str("-")?;
            }
            let digit = (value >> (5 * (DIGITS - 1 - place))) & 31;
            f.write_str(char::from(ALPHABET[digit as usize]).encode_utf8(&mut [0; 4]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
