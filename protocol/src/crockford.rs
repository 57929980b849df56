//! Digits that people copy by hand: Crockford's base32, written in groups and read forgivingly. SPEC §4.2.
//!
//! **Invariant:** [`read`] undoes [`write`]; of all spellings that are read as one value, `write` gives one.

use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is not so many digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigitsError {
    /// Another number of digits, hyphens and spaces apart.
    Length(usize),
    /// A character that is no digit.
    Character(char),
}

/// Reads `digits` digits, at most 25, as a number of five bits each, the first the highest. Lower case, hyphens, spaces,
/// `O` for 0 and `I` or `L` for 1 are forgiven.
///
/// # Errors
/// [`DigitsError`]: the first character that is none, or else how many there are.
pub fn read(text: &str, digits: usize) -> Result<u128, DigitsError> {
    let mut value: u128 = 0;
    let mut count = 0;
    for character in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
        let upper = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let digit = (0_u8..).zip(ALPHABET).find(|(_, letter)| char::from(**letter) == upper);
        let (digit, _) = digit.ok_or(DigitsError::Character(character))?;
        count += 1;
        if count <= digits {
            value = value << 5 | u128::from(digit);
        }
    }
    if count == digits { Ok(value) } else { Err(DigitsError::Length(count)) }
}

/// Writes the lowest `digits` digits of `value`, a hyphen after every `group`.
///
/// # Errors
/// Those of `to`.
pub fn write(to: &mut impl fmt::Write, value: u128, digits: usize, group: usize) -> fmt::Result {
    for place in 0..digits {
        if place > 0 && place.is_multiple_of(group) {
            to.write_char('-')?;
        }
        let [.., last] = (value >> (5 * (digits - 1 - place)) & 31).to_be_bytes();
        to.write_char(char::from(ALPHABET[usize::from(last)]))?;
    }
    Ok(())
}
