//! An applicant's list in its strict order, one pool after the other, without writing it down. SPEC §11.2.
//!
//! Choices in order; a session counts at its first occurrence; a site stands for those of its sessions that have not come
//! before, in programme order, rotated left by the applicant's rotation modulo their number. Sessions are counted by
//! position; all pools of a session that the applicant may use have the session's rank and position.
//!
//! Cost: a list of sessions takes a step per pool, and one comparison per earlier choice once it has named a site; a site
//! takes a step per session, and where an earlier choice is a session of it one comparison per earlier choice with each.

use super::{Choice, ChoiceCode, Class, Instance, PoolIndex, SessionIndex};
use std::ops::Range;

/// One pool an applicant may be placed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The pool.
    pub pool: PoolIndex,
    /// Which choice it fulfils, from 0.
    pub rank: u16,
    /// The session's place in the applicant's strict order, from 0.
    pub position: u32,
}

/// The pools an applicant may use in one pass. Ranks and positions never fall along it.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    instance: &'a Instance,
    pass: usize,
    class: Class,
    rotation: u64,
    codes: &'a [ChoiceCode],
    /// How many choices have begun.
    begun: usize,
    /// How many sessions have begun.
    positions: u32,
    /// What is left of the site that the last choice named.
    site: Turn,
    /// What is left of the last session's pools.
    pools: Range<u32>,
}

/// A site's sessions from some place around to it, without those that choices before have named.
#[derive(Clone, Debug, Default)]
struct Turn {
    sessions: Range<u32>,
    /// The next one to look at.
    next: u32,
    /// How many are still to come.
    left: u32,
    /// Whether no choice before has named any of them.
    whole: bool,
}

impl<'a> Listing<'a> {
    #[inline]
    pub(super) fn new(instance: &'a Instance, pass: usize, applicant: usize) -> Self {
        Self {
            instance,
            pass,
            class: instance.class(applicant),
            rotation: instance.rotation(applicant),
            codes: instance.codes(applicant),
            begun: 0,
            positions: 0,
            site: Turn::default(),
            pools: 0..0,
        }
    }

    /// Goes on to the next session that counts; `None` at the end.
    #[inline]
    fn next_session(&mut self) -> Option<SessionIndex> {
        while self.site.left == 0 {
            let choice = self.codes.get(self.begun)?.choice();
            let before = &self.codes[..self.begun];
            self.begun += 1;
            match choice {
                Choice::Session(session) if !names_site_of(self.instance, before, session) => return Some(session),
                Choice::Session(_) => {}
                Choice::Site(site) => {
                    let sessions = self.instance.sessions_of(site);
                    self.site = Turn::new(sessions, before, self.rotation);
                }
            }
        }
        Some(self.site.next(&self.codes[..self.begun - 1]))
    }
}

impl Iterator for Listing<'_> {
    type Item = Listed;

    #[inline]
    fn next(&mut self) -> Option<Listed> {
        loop {
            for pool in self.pools.by_ref() {
                let pool = PoolIndex(pool);
                if self.instance.admits(self.pass, pool, self.class) {
                    let rank = u16::try_from(self.begun - 1).unwrap_or(u16::MAX);
                    return Some(Listed { pool, rank, position: self.positions - 1 });
                }
            }
            let session = self.next_session()?;
            self.positions += 1;
            self.pools = self.instance.pools_of(session);
        }
    }
}

impl Turn {
    fn new(sessions: Range<u32>, before: &[ChoiceCode], rotation: u64) -> Self {
        let left = sessions_left(&sessions, before);
        let whole = left == sessions.end - sessions.start;
        let mut turn = Self { next: sessions.start, sessions, left, whole };
        let Some(rotation) = rotation.checked_rem(u64::from(left)) else { return turn };
        if whole {
            turn.next += u32::try_from(rotation).unwrap_or(0);
            return turn;
        }
        for _ in 0..rotation {
            turn.next(before);
        }
        turn.left = left;
        turn
    }

    /// The next session; there must be one.
    #[inline]
    fn next(&mut self, before: &[ChoiceCode]) -> SessionIndex {
        loop {
            let session = SessionIndex(self.next);
            self.next = if self.next + 1 == self.sessions.end { self.sessions.start } else { self.next + 1 };
            if self.whole || !before.contains(&ChoiceCode::new(Choice::Session(session))) {
                self.left -= 1;
                return session;
            }
        }
    }
}

/// How many of a site's sessions choices before have not named.
#[inline]
pub(super) fn sessions_left(sessions: &Range<u32>, before: &[ChoiceCode]) -> u32 {
    let named = before.iter().map(|code| match code.choice() {
        Choice::Session(session) => u32::from(sessions.contains(&session.0)),
        Choice::Site(_) => 0,
    });
    sessions.end - sessions.start - named.sum::<u32>()
}

/// Whether one of the choices is the site of this session.
#[inline]
pub(super) fn names_site_of(instance: &Instance, choices: &[ChoiceCode], session: SessionIndex) -> bool {
    choices.iter().any(|code| match code.choice() {
        Choice::Session(_) => false,
        Choice::Site(site) => instance.sessions_of(site).contains(&session.0),
    })
}
