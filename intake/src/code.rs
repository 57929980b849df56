//! Access codes: 80 random bits that, with the birth date, say who is registering.
//!
//! **Invariant:** a code is shown by [`AccessCode::spelled`] only; `Debug` hides it, and the store has a keyed hash.

use protocol::crockford;
use std::fmt;
use zeroize::Zeroizing;

const DIGITS: usize = 16;
const GROUP: usize = 4;

/// Ten random bytes, spelled as 16 Crockford base32 digits in four groups of four.
#[derive(Clone)]
pub struct AccessCode(Zeroizing<[u8; 10]>);

impl AccessCode {
    /// The code with these bytes, which come from the system's randomness.
    pub fn new(bytes: [u8; 10]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a code as people type it: lower case, hyphens and spaces anywhere, `O` for 0, `I` and `L` for 1. `None`
    /// unless it has 16 digits of the alphabet.
    pub fn parse(text: &str) -> Option<Self> {
        let value = crockford::read(text, DIGITS).ok()?;
        let mut code = Self::new([0; 10]);
        code.0.copy_from_slice(&value.to_be_bytes()[6..]);
        Some(code)
    }

    /// The canonical spelling, for the letter to the person.
    pub fn spelled(&self) -> Zeroizing<String> {
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&self.0[..]);
        let value = u128::from_be_bytes(bytes);
        let mut text = Zeroizing::new(String::with_capacity(DIGITS + DIGITS / GROUP));
        // Writing to a String does not fail.
        let _ = crockford::write(&mut *text, value, DIGITS, GROUP);
        text
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[..]
    }
}

impl fmt::Debug for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelled_is_read_back() {
        for bytes in [[0; 10], [255; 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
            let code = AccessCode::new(bytes);
            let spelled = code.spelled();
            assert_eq!(spelled.len(), 19);
            assert_eq!(AccessCode::parse(&spelled).expect("spelled by us").bytes(), bytes);
        }
        assert_eq!(*AccessCode::new([0, 0, 0, 0, 0, 0, 0, 0, 0, 31]).spelled(), "0000-0000-0000-000Z");
    }

    #[test]
    fn typing_mistakes_that_cannot_be_mistaken_are_forgiven() {
        let code = AccessCode::parse("oOoO il10 zz-zz0000").expect("forgiven");
        assert_eq!(*code.spelled(), "0000-1110-ZZZZ-0000");
        for wrong in ["", "0000-0000-0000-000", "0000-0000-0000-00000", "0000-0000-0000-000U", "0000-0000-0000-000ö"] {
            assert!(AccessCode::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_never_shown_by_debug() {
        assert_eq!(format!("{:?}", AccessCode::new([3; 10])), "AccessCode(…)");
    }
}
