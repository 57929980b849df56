//! Where the draw stands by the clock that decides, as far as the intake can know.
//!
//! **Invariant:** a function of the programme's window and one second; pages that show it are kept by caches no longer
//! than it stays true.

use protocol::programme::Window;

/// Part of a draw's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Registration has not opened.
    Announced,
    /// Registration is open.
    Open,
    /// Registration is closed, objections are heard.
    Objections,
    /// The beacon's round is there or on its way, the result follows.
    Drawing,
}

impl Phase {
    pub(crate) const ALL: [Self; 4] = [Self::Announced, Self::Open, Self::Objections, Self::Drawing];

    pub(crate) fn at(window: &Window, now: u64) -> Self {
        let begun = turns(window).into_iter().filter(|turn| *turn <= now).count();
        Self::ALL[begun]
    }

    /// For how many seconds from `now` it lasts, at most `longest`.
    pub(crate) fn lasts_s(window: &Window, now: u64, longest: u64) -> u64 {
        let next = turns(window).into_iter().find(|turn| *turn > now);
        next.map_or(longest, |turn| longest.min(turn - now))
    }
}

fn turns(window: &Window) -> [u64; 3] {
    [window.opens_at_unix_s, window.closes_at_unix_s, window.objection_ends_at_unix_s]
}
