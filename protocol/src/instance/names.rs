//! How sessions, sites, pools, reserves, choices and applicants are called in a draw: by their places, in few bytes.

use crate::lottery::LotteryNumber;
use crate::ticket::Ticket;

/// A session's place in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionIndex(pub u32);

/// A site's place in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteIndex(pub u32);

/// A pool's place in [`Instance::pools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolIndex(pub u32);

impl PoolIndex {
    /// The index as a position in a slice.
    #[inline]
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// A reserve's place in [`Places::reserves`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReserveIndex(pub u32);

/// What the rules know of an applicant besides the list: cohort and district, as places in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class(u32);

impl Class {
    /// Of a cohort and a district.
    pub fn new(cohort: u16, district: u16) -> Self {
        Self(u32::from(cohort) << 16 | u32::from(district))
    }

    /// The cohort's place in the programme.
    #[inline]
    pub fn cohort(self) -> u16 {
        let [a, b, _, _] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    /// The district's place in the programme.
    #[inline]
    pub fn district(self) -> u16 {
        let [_, _, a, b] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }
}

/// One line of an applicant's list: a session, or any session of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This session.
    Session(SessionIndex),
    /// Any session of this site: they tie.
    Site(SiteIndex),
}

/// A [`Choice`] in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceCode(u32);

impl ChoiceCode {
    const SITE: u32 = 1 << 31;

    #[inline]
    pub(super) fn new(choice: Choice) -> Self {
        match choice {
            Choice::Session(session) => Self(session.0),
            Choice::Site(site) => Self(site.0 | Self::SITE),
        }
    }

    #[inline]
    pub(super) fn is_site(self) -> bool {
        self.0 >= Self::SITE
    }

    /// The number of the session, if it is one.
    #[inline]
    pub(super) fn raw(self) -> u32 {
        self.0
    }

    /// The choice.
    #[inline]
    pub fn choice(self) -> Choice {
        if self.is_site() {
            Choice::Site(SiteIndex(self.0 & !Self::SITE))
        } else {
            Choice::Session(SessionIndex(self.0))
        }
    }
}

/// A place in the draw order, said so that applicants can compare without knowing anybody's position: by tier, then
/// lottery number, then ticket. A pool's **closing number** is the draw key of the applicant at whom it closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DrawKey {
    /// The priority class, from 1.
    pub tier: u8,
    /// The lottery number.
    pub number: LotteryNumber,
    /// The ticket.
    pub ticket: Ticket,
}
