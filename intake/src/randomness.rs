//! Where tickets, blindings and access codes come from.
//!
//! **Invariant:** a binding draw uses the system's randomness. Repeatable randomness exists for rehearsals, so that a
//! test can compare two runs.

use crate::{clock::BindingProgramme, secrets::Person};
use protocol::{hash::Hash, programme::Programme, ticket::Ticket};

/// A source of randomness.
#[derive(Clone)]
pub struct Randomness(Source);

#[derive(Clone)]
enum Source {
    System,
    Repeatable([u8; 32]),
}

/// The system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no randomness")]
pub struct NoRandomness;

impl Randomness {
    /// The system's.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Tickets and blindings that depend on the person, the revision and `seed` alone.
    ///
    /// # Errors
    /// [`BindingProgramme`] unless the programme is a rehearsal.
    pub fn repeatable(programme: &Programme, seed: [u8; 32]) -> Result<Self, BindingProgramme> {
        if programme.rehearsal { Ok(Self(Source::Repeatable(seed))) } else { Err(BindingProgramme) }
    }

    pub(crate) fn ticket(&self, person: &Person) -> Result<Ticket, NoRandomness> {
        let bytes: [u8; 32] = self.bytes("rehearsal-ticket", person, 0)?;
        let mut ticket = Ticket([0; 12]);
        ticket.0.copy_from_slice(&bytes[..12]);
        Ok(ticket)
    }

    pub(crate) fn blinding(&self, person: &Person, revision: u32) -> Result<[u8; 32], NoRandomness> {
        self.bytes("rehearsal-blinding", person, revision)
    }

    fn bytes(&self, name: &str, person: &Person, revision: u32) -> Result<[u8; 32], NoRandomness> {
        match &self.0 {
            Source::System => system(),
            Source::Repeatable(seed) => Ok(Hash::tagged(name, &[seed, &person.0, &revision.to_be_bytes()]).0),
        }
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Randomness(system)",
            Source::Repeatable(_) => "Randomness(repeatable)",
        })
    }
}

/// `N` bytes of the system's randomness.
pub(crate) fn system<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
