//! The mechanism in force, in words: what it means for a list. SPEC §11.
//!
//! **Invariant:** nothing is promised that the mechanism does not keep. Only `serial` makes a longer list harmless.

use pages::Texts;
use protocol::programme::{MechanismName, Programme};

/// What people are told about it.
pub(super) struct Mechanism {
    /// In one sentence, what it means for a list.
    pub(super) list: String,
    /// What one more choice can do.
    pub(super) can: String,
    /// What it cannot do.
    pub(super) cannot: String,
}

pub(super) fn of(t: Texts, programme: &Programme) -> Mechanism {
    let (list, can, cannot) = match programme.mechanism.name {
        MechanismName::Serial => ("mechanism-serial", "mechanism-serial-can", "mechanism-serial-cannot"),
        MechanismName::Priority => ("mechanism-priority", "mechanism-priority-can", "mechanism-priority-cannot"),
        MechanismName::Optimal => ("mechanism-optimal", "mechanism-optimal-can", "mechanism-optimal-cannot"),
    };
    Mechanism { list: t.get(list), can: t.get(can), cannot: t.get(cannot) }
}
