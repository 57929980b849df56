//! An applicant's entry: its body, its revisions and the register leaf that commits to it. SPEC §5.
//!
//! **Invariant:** [`Body::encode`] and [`Body::decode`] are inverse: a body has one encoding.

use crate::{
    hash::Hash,
    instance::{Choice, SessionIndex, SiteIndex},
    programme::Programme,
    ticket::Ticket,
    wire::{Reader, Truncated},
};

/// Bytes of a register leaf.
pub const LEAF_BYTES: usize = 50;

/// Most revisions a ticket can have.
pub const MAX_REVISIONS: u32 = 256;

/// What a revision says, and whether the applicant or the office made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Takes part.
    Active,
    /// Does not take part; the ticket stays.
    Withdrawn,
    /// Takes part, last changed by the office without the change key.
    ActiveByOffice,
    /// Withdrawn by the office without the change key.
    WithdrawnByOffice,
}

impl Status {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Active, "active"),
        (Self::Withdrawn, "withdrawn"),
        (Self::ActiveByOffice, "active-by-office"),
        (Self::WithdrawnByOffice, "withdrawn-by-office"),
    ];

    /// The status with this byte of SPEC §5.2.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).map(|(status, _)| *status)
    }

    /// Its byte of SPEC §5.2.
    pub fn byte(self) -> u8 {
        self as u8
    }

    /// The status with this name of SPEC §7.2.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(status, _)| *status)
    }

    /// Its name of SPEC §7.2.
    pub fn name(self) -> &'static str {
        Self::ALL[usize::from(self.byte())].1
    }

    /// Whether the entry takes part in the draw.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Active | Self::ActiveByOffice)
    }

    /// Whether the office made this revision without the change key.
    pub fn is_by_office(self) -> bool {
        matches!(self, Self::ActiveByOffice | Self::WithdrawnByOffice)
    }
}

/// How the entry reached the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By the applicant.
    Own,
    /// By somebody helping.
    Assisted,
    /// On paper, typed in at a desk.
    Paper,
}

impl Channel {
    /// Its byte of SPEC §5.1.
    pub fn byte(self) -> u8 {
        self as u8
    }

    /// The channel with this byte.
    pub fn from_byte(byte: u8) -> Option<Self> {
        [Self::Own, Self::Assisted, Self::Paper].get(usize::from(byte)).copied()
    }
}

/// The secret that the next change of an entry must reveal.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeKey(pub [u8; 32]);

impl ChangeKey {
    /// What the revision before it holds as `next` (SPEC §5.1).
    pub fn hash(&self) -> Hash {
        Hash::tagged("change-key", &[&self.0])
    }
}

impl std::fmt::Debug for ChangeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangeKey(…)")
    }
}

/// What made a revision possible: the change key of the one before, or the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// By the office, without the key.
    Office,
    /// With the key, revealed.
    Key(ChangeKey),
}

/// What an applicant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Index of the cohort in the programme.
    pub cohort: u16,
    /// Index of the district in the programme where the person lives, as the roll has it.
    pub district: u16,
    /// How it arrived.
    pub channel: Channel,
    /// Keyed commitment to the person on the roll.
    pub person: [u8; 32],
    /// Hash of the change key that the next revision must reveal.
    pub next: Hash,
    /// One for each earlier revision.
    pub changes: Vec<Change>,
    /// Ranked choices; none if withdrawn.
    pub choices: Vec<Choice>,
}

/// Why an entry is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// R-ENTRY-BODY.
    #[error("the body is not in the one form of version 0")]
    Body,
    /// R-ENTRY-STATUS.
    #[error("the status does not fit the last change")]
    Status,
    /// R-ENTRY-CHOICES.
    #[error("an active entry has 1 to {max} different choices, a withdrawn one none; this one has {found}")]
    Choices {
        /// The programme's limit.
        max: u8,
        /// Choices found.
        found: usize,
    },
    /// R-ENTRY-INDEX.
    #[error("the entry names a cohort, district, session or site that the programme does not have")]
    Index,
    /// R-ENTRY-DISTRICT.
    #[error("cohort number {cohort} does not admit district number {district}, counted from 0")]
    District {
        /// The entry's cohort.
        cohort: u16,
        /// The entry's district.
        district: u16,
    },
    /// R-ENTRY-REACH.
    #[error("choice {0} is out of reach for the entry's cohort and district")]
    Reach(usize),
    /// R-ENTRY-REVISION.
    #[error("revision {revision} cannot have {changes} changes before it")]
    Revision {
        /// The revision's number.
        revision: u32,
        /// Changes listed.
        changes: usize,
    },
}

impl From<Truncated> for EntryError {
    fn from(_: Truncated) -> Self {
        Self::Body
    }
}

impl Body {
    /// The bytes of SPEC §5.1.
    ///
    /// # Errors
    /// [`EntryError`] if there are more changes or choices than a count byte can say.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        let mut bytes = vec![0];
        bytes.extend(self.cohort.to_be_bytes());
        bytes.extend(self.district.to_be_bytes());
        bytes.extend([1, self.channel.byte()]);
        bytes.extend(self.person);
        bytes.extend(self.next.0);
        bytes.push(u8::try_from(self.changes.len()).map_err(|_| EntryError::Body)?);
        for change in &self.changes {
            match change {
                Change::Office => bytes.extend([0; 33]),
                Change::Key(key) => {
                    bytes.push(1);
                    bytes.extend(key.0);
                }
            }
        }
        bytes.push(u8::try_from(self.choices.len()).map_err(|_| EntryError::Body)?);
        for choice in &self.choices {
            let (kind, index) = match choice {
                Choice::Session(session) => (0, session.0),
                Choice::Site(site) => (1, site.0),
            };
            bytes.push(kind);
            bytes.extend(index.to_be_bytes());
        }
        bytes.extend([0, 0]);
        Ok(bytes)
    }

    /// Reads the bytes of SPEC §5.1.
    ///
    /// # Errors
    /// [`EntryError::Body`] for every other form.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != 0 {
            return Err(EntryError::Body);
        }
        let (cohort, district) = (reader.u16()?, reader.u16()?);
        let seats = reader.u8()?;
        let channel = Channel::from_byte(reader.u8()?).ok_or(EntryError::Body)?;
        let person = reader.array()?;
        let next = Hash(reader.array()?);
        let changes = (0..reader.u8()?).map(|_| read_change(&mut reader)).collect::<Result<_, _>>()?;
        let choices = (0..reader.u8()?).map(|_| read_choice(&mut reader)).collect::<Result<_, _>>()?;
        if seats != 1 || reader.u16()? != 0 || !reader.is_empty() {
            return Err(EntryError::Body);
        }
        Ok(Self { cohort, district, channel, person, next, changes, choices })
    }
}

fn read_change(reader: &mut Reader<'_>) -> Result<Change, EntryError> {
    match (reader.u8()?, reader.array::<32>()?) {
        (0, filler) if filler == [0; 32] => Ok(Change::Office),
        (1, key) => Ok(Change::Key(ChangeKey(key))),
        _ => Err(EntryError::Body),
    }
}

fn read_choice(reader: &mut Reader<'_>) -> Result<Choice, EntryError> {
    match (reader.u8()?, reader.u32()?) {
        (0, index) => Ok(Choice::Session(SessionIndex(index))),
        (1, index) => Ok(Choice::Site(SiteIndex(index))),
        _ => Err(EntryError::Body),
    }
}

/// One revision of an entry with everything that opens its commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Whose it is.
    pub ticket: Ticket,
    /// From 1.
    pub revision: u32,
    /// Active or withdrawn, and by whom.
    pub status: Status,
    /// Random, fresh for each revision.
    pub blinding: [u8; 32],
    /// What is asked for.
    pub body: Body,
}

impl Revision {
    /// Checks the rules of SPEC §5.2.
    ///
    /// # Errors
    /// [`EntryError`] names the rule.
    pub fn check(&self, programme: &Programme) -> Result<(), EntryError> {
        let Body { cohort, district, changes, choices, .. } = &self.body;
        let (cohort, district) = (*cohort, *district);
        if !(1..=MAX_REVISIONS).contains(&self.revision) || changes.len() as u64 + 1 != u64::from(self.revision) {
            return Err(EntryError::Revision { revision: self.revision, changes: changes.len() });
        }
        if self.revision == 1 && self.status != Status::Active
            || self.revision > 1 && self.status.is_by_office() != (changes.last() == Some(&Change::Office))
        {
            return Err(EntryError::Status);
        }
        let allowed = if self.status.is_active() { 1..=usize::from(programme.max_choices) } else { 0..=0 };
        let distinct = choices.iter().enumerate().all(|(place, choice)| !choices[..place].contains(choice));
        if !allowed.contains(&choices.len()) || !distinct {
            return Err(EntryError::Choices { max: programme.max_choices, found: choices.len() });
        }
        let known = |choice: &Choice| match choice {
            Choice::Session(session) => (session.0 as usize) < programme.sessions.len(),
            Choice::Site(site) => (site.0 as usize) < programme.sites.len(),
        };
        let is_known =
            usize::from(cohort) < programme.cohorts.len() && usize::from(district) < programme.districts.len();
        if !is_known || !choices.iter().all(known) {
            return Err(EntryError::Index);
        }
        if !programme.admits(cohort, district) {
            return Err(EntryError::District { cohort, district });
        }
        match choices.iter().position(|choice| !programme.may_list(cohort, district, choice)) {
            Some(place) => Err(EntryError::Reach(place + 1)),
            None => Ok(()),
        }
    }

    /// The register leaf: version, ticket, revision, status, commitment (SPEC §5.3).
    ///
    /// # Errors
    /// [`EntryError`] if the body has no encoding.
    pub fn leaf(&self, programme: Hash) -> Result<[u8; LEAF_BYTES], EntryError> {
        let body = self.body.encode()?;
        Ok(leaf(programme, self.ticket, self.revision, self.status, &self.blinding, &body))
    }
}

/// The register leaf of SPEC §5.3 from its parts.
pub fn leaf(
    programme: Hash,
    ticket: Ticket,
    revision: u32,
    status: Status,
    blinding: &[u8; 32],
    body: &[u8],
) -> [u8; LEAF_BYTES] {
    let revision = revision.to_be_bytes();
    let status = [status.byte()];
    let commitment = Hash::tagged("entry", &[&programme.0, &ticket.0, &revision, &status, blinding, body]);
    let mut leaf = [0; LEAF_BYTES];
    leaf[1..13].copy_from_slice(&ticket.0);
    leaf[13..17].copy_from_slice(&revision);
    leaf[17..18].copy_from_slice(&status);
    leaf[18..].copy_from_slice(&commitment.0);
    leaf
}

/// Checks that a later revision of a ticket was made with the key that an earlier one asked for (SPEC §5.4). `Ok(true)`
/// says that the office made that change, or one after it, without the key.
///
/// # Errors
/// The revealed key is not the one asked for: a forged revision (R-RECEIPT-CHANGE-KEY), or the later body lists fewer changes.
pub fn check_change(next: Hash, revision: u32, later: &Body) -> Result<bool, ForgedRevision> {
    let place = usize::try_from(revision).ok().and_then(|r| r.checked_sub(1)).ok_or(ForgedRevision { revision })?;
    let since = later.changes.get(place..).unwrap_or_default();
    match since.first() {
        Some(Change::Key(key)) if key.hash() != next => Err(ForgedRevision { revision }),
        Some(_) => Ok(since.contains(&Change::Office)),
        None => Err(ForgedRevision { revision }),
    }
}

/// R-RECEIPT-CHANGE-KEY: somebody without the change key made the revision after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change after revision {revision} does not show its change key: the later revision is forged")]
pub struct ForgedRevision {
    /// The revision whose `next` was not honoured.
    pub revision: u32,
}

impl EntryError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Body => "R-ENTRY-BODY",
            Self::Status => "R-ENTRY-STATUS",
            Self::Choices { .. } => "R-ENTRY-CHOICES",
            Self::Index => "R-ENTRY-INDEX",
            Self::District { .. } => "R-ENTRY-DISTRICT",
            Self::Reach(_) => "R-ENTRY-REACH",
            Self::Revision { .. } => "R-ENTRY-REVISION",
        }
    }
}
