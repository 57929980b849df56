//! Which of a session's pools a result uses: published beside the records as a witness. SPEC §13.5.
//!
//! **Invariant:** a programme that keeps no seats for anybody has no seats here; otherwise each entry has one of the same width.

use crate::{
    instance::SessionIndex,
    outcome::{Outcome, Record},
    programme::{MechanismName, Programme},
    wire::{Reader, Truncated},
};

const NO_POOL: u16 = u16::MAX;
const NO_SESSION: u32 = u32::MAX;

/// The seat of one entry. Pools are counted within their session; 0 is the one that is open to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// In the session that the record names.
    pub pool: Option<u16>,
    /// Where there are two passes: what the first one ended with.
    pub first_pass: Option<(SessionIndex, u16)>,
}

/// What seats of a programme's draws look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// There are none: every session has its open pool only.
    None,
    /// A pool, two bytes.
    Pool,
    /// A pool, and session and pool of the first pass, eight bytes.
    TwoPasses,
}

impl Form {
    /// That of a programme: the groups of an apportionment count as kept, whatever they get.
    pub fn of(programme: &Programme) -> Self {
        let released = |id: &str| programme.reserves.iter().any(|reserve| reserve.id == id && reserve.release);
        let named = programme.sessions.iter().flat_map(|session| &session.reserves).map(|kept| &kept.reserve);
        let groups = programme.apportionment.iter().flat_map(|rule| &rule.groups);
        let mut kept = named.chain(groups).peekable();
        if kept.peek().is_none() {
            return Self::None;
        }
        let priority = programme.mechanism.name == MechanismName::Priority;
        if priority && kept.any(|kept| released(kept)) { Self::TwoPasses } else { Self::Pool }
    }

    /// Bytes of a seat.
    pub fn bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::Pool => 2,
            Self::TwoPasses => 8,
        }
    }

    /// The bytes of seats.
    pub fn encode(self, seats: &[Seat]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(seats.len() * self.bytes());
        for seat in seats {
            if self != Self::None {
                bytes.extend(seat.pool.unwrap_or(NO_POOL).to_be_bytes());
            }
            if self == Self::TwoPasses {
                let (session, pool) = seat.first_pass.unwrap_or((SessionIndex(NO_SESSION), NO_POOL));
                bytes.extend(session.0.to_be_bytes());
                bytes.extend(pool.to_be_bytes());
            }
        }
        bytes
    }

    /// Reads the seats of all these records; `None` if they do not belong to them.
    pub fn decode(self, bytes: &[u8], records: &[Record]) -> Option<Vec<Seat>> {
        let mut reader = Reader::new(bytes);
        let seats = records.iter().map(|record| self.read(&mut reader, record).ok()?).collect::<Option<_>>()?;
        reader.is_empty().then_some(seats)
    }

    /// Reads the seat of an entry with this record; `None` if it does not belong to it.
    pub(crate) fn read(self, reader: &mut Reader<'_>, record: &Record) -> Result<Option<Seat>, Truncated> {
        let mut seat = Seat::default();
        if self == Self::None {
            return Ok(Some(seat));
        }
        let pool = reader.u16()?;
        seat.pool = (pool != NO_POOL).then_some(pool);
        let placed = matches!(record.outcome, Outcome::Placed { .. });
        let mut fits = seat.pool.is_some() == placed;
        if self == Self::TwoPasses {
            let (session, pool) = (reader.u32()?, reader.u16()?);
            seat.first_pass = (pool != NO_POOL).then_some((SessionIndex(session), pool));
            fits &= (session == NO_SESSION) == (pool == NO_POOL);
            fits &= seat.first_pass.is_none() || record.outcome != Outcome::Withdrawn;
        }
        Ok(fits.then_some(seat))
    }
}
