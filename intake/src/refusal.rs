//! Why a request is refused. Each reason has one code that never changes its meaning.

/// A decision against a request. Its code is the name in the API, in signed refusals (SPEC §7.5) and in the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such code, or another birth date; which of the two is never said.
    WrongCodeOrBirthDate,
    /// No cohort has the birth date and admits the district.
    NotEligible,
    /// Before the window.
    NotOpen,
    /// After the window, or the register is frozen.
    Closed,
    /// A session or site that the programme does not have.
    UnknownChoice,
    /// An empty list.
    NoChoices,
    /// A list longer than the programme allows.
    TooManyChoices,
    /// The same choice twice.
    RepeatedChoice,
    /// A session or site that is not for the person's cohort and district.
    OutOfReach,
    /// A first registration by somebody whose entry is active.
    AlreadyRegistered,
    /// A change by somebody who never registered.
    NotRegistered,
    /// A ticket that is not this person's, whether or not it exists.
    NoSuchTicket,
    /// A change of a withdrawn entry other than registering again.
    Withdrawn,
    /// A change without the change key.
    ChangeKeyMissing,
    /// A change with a key that never was this entry's.
    WrongChangeKey,
    /// A change with a key that was used before: the entry was changed in the meantime.
    ChangedElsewhere,
    /// A change with a key that no longer counts, or never did: the office changed the entry without it.
    ChangedByOffice,
    /// As many revisions as a ticket can have.
    TooManyRevisions,
    /// The request id was used for another request.
    RequestIdReused,
}

impl Refusal {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 19] = [
        Self::WrongCodeOrBirthDate,
        Self::NotEligible,
        Self::NotOpen,
        Self::Closed,
        Self::UnknownChoice,
        Self::NoChoices,
        Self::TooManyChoices,
        Self::RepeatedChoice,
        Self::OutOfReach,
        Self::AlreadyRegistered,
        Self::NotRegistered,
        Self::NoSuchTicket,
        Self::Withdrawn,
        Self::ChangeKeyMissing,
        Self::WrongChangeKey,
        Self::ChangedElsewhere,
        Self::ChangedByOffice,
        Self::TooManyRevisions,
        Self::RequestIdReused,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::WrongCodeOrBirthDate => "wrong-code-or-birth-date",
            Self::NotEligible => "not-eligible",
            Self::NotOpen => "not-open",
            Self::Closed => "closed",
            Self::UnknownChoice => "unknown-choice",
            Self::NoChoices => "no-choices",
            Self::TooManyChoices => "too-many-choices",
            Self::RepeatedChoice => "repeated-choice",
            Self::OutOfReach => "out-of-reach",
            Self::AlreadyRegistered => "already-registered",
            Self::NotRegistered => "not-registered",
            Self::NoSuchTicket => "no-such-ticket",
            Self::Withdrawn => "withdrawn",
            Self::ChangeKeyMissing => "change-key-missing",
            Self::WrongChangeKey => "wrong-change-key",
            Self::ChangedElsewhere => "changed-elsewhere",
            Self::ChangedByOffice => "changed-by-office",
            Self::TooManyRevisions => "too-many-revisions",
            Self::RequestIdReused => "request-id-reused",
        }
    }

    /// Whether the operator owes the person a signature on this: the refusals that keep somebody out of the draw, or of
    /// a part of it, by what the roll says or by the clock.
    pub(crate) fn is_signed(self) -> bool {
        matches!(self, Self::NotEligible | Self::NotOpen | Self::Closed | Self::OutOfReach)
    }
}
