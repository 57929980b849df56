//! The intake's two secrets and everything derived from them. SPEC §5.1 (person commitment).
//!
//! **Invariant:** what is stored or published about a person or a code is an HMAC-SHA256 (RFC 2104) under a key of this
//! type; neither key is ever shown by `Debug`, logged or stored. The person key may be shown to auditors, so nothing
//! else is derived from it.

use crate::code::AccessCode;
use hmac::{Hmac, KeyInit, Mac};
use protocol::{entry::ChangeKey, hash::Hash, ticket::Ticket};
use sha2::Sha256;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The two keys, 32 random bytes each.
#[derive(Clone)]
pub struct Secrets {
    person: Zeroizing<[u8; 32]>,
    codes: Zeroizing<[u8; 32]>,
}

/// The commitment to a person on the roll: HMAC-SHA256 of the roll's reference under the person key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person(pub [u8; 32]);

/// The keyed hash of an access code: all that is stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CodeHash(pub(crate) [u8; 32]);

impl Secrets {
    /// `person` makes person commitments and is the one auditors get; `codes` hashes access codes and makes the change
    /// keys of applicants without scripts.
    pub fn new(person: [u8; 32], codes: [u8; 32]) -> Self {
        Self { person: Zeroizing::new(person), codes: Zeroizing::new(codes) }
    }

    /// The commitment of SPEC §5.1 to the person with this reference on the roll. Text is NFC (SPEC §2.1): a reference
    /// that one office writes composed and another decomposed is one person.
    pub fn person(&self, reference: &str) -> Person {
        // ASCII is in this form already.
        let form: Cow<'_, str> = if reference.is_ascii() { reference.into() } else { reference.nfc().collect() };
        Person(mac(&self.person, &[form.as_bytes()]))
    }

    pub(crate) fn code(&self, code: &AccessCode) -> CodeHash {
        CodeHash(mac(&self.codes, &[b"access-code\n", code.bytes()]))
    }

    /// The change key of a revision whose applicant made none. Derived, so that a repeated request is given the same
    /// key and no key is stored.
    pub(crate) fn change_key(&self, ticket: Ticket, revision: u32, request: Hash) -> ChangeKey {
        ChangeKey(mac(&self.codes, &[b"change-key\n", &ticket.0, &revision.to_be_bytes(), &request.0]))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of 32 bytes is below the block size; HMAC takes keys of every length, so this is never an error.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_commitment_is_plain_hmac_as_the_spec_says() {
        // Python: hmac.new(bytes(range(32)), b"roll-1", "sha256").hexdigest()
        let expected = "f8611f9e3a8a956886170b3c9987fc47ebcd07108715782da5ddda2862c53f76";
        let mut key = [0; 32];
        (0..32).zip(&mut key).for_each(|(value, byte)| *byte = value);
        assert_eq!(protocol::hash::hex(&Secrets::new(key, [7; 32]).person("roll-1").0), expected);
    }

    #[test]
    fn one_reference_in_two_forms_of_unicode_is_one_person() {
        let secrets = Secrets::new([1; 32], [2; 32]);
        assert_eq!(secrets.person("\u{d64d}"), secrets.person("\u{1112}\u{1169}\u{11bc}"));
        assert_ne!(secrets.person("roll-1"), secrets.person("ROLL-1"));
    }

    #[test]
    fn no_secret_is_shown_by_debug() {
        assert_eq!(format!("{:?}", Secrets::new([0xab; 32], [0xcd; 32])), "Secrets(…)");
    }
}
