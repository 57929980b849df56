//! How far a computation is, and how much work it was.

/// What a long computation is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Step 1: who is guaranteed what, one applicant at a time.
    Guarantees,
    /// The best ranks, one applicant at a time.
    Ranks,
    /// What luck settles, one applicant with a choice left at a time.
    Ties,
    /// The protocol's check.
    Check,
}

/// How much work an allocation was: the same on every computer, with any number of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Looks at holders of seats while guaranteeing.
    pub guarantee_visits: u64,
    /// Looks at occupants for ranks.
    pub rank_visits: u64,
    /// Looks at occupants for ties.
    pub tie_visits: u64,
    /// The most pools that had to be settled together: it tells the cost better than the number of people does.
    pub largest_component: u64,
}

impl Steps {
    /// All looks together.
    pub fn visits(&self) -> u64 {
        self.guarantee_visits + self.rank_visits + self.tie_visits
    }
}
