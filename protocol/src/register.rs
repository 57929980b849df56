//! The register: the last revision of every ticket, in order, in runs of 1,024. SPEC §6.
//!
//! **Invariant:** [`Run::decode`] accepts exactly the bytes that [`encode_run`] gives for the same revisions.

mod sequence;

pub use sequence::{Alike, Link, Sequence, Summary};

use crate::{
    entry::{self, Body, EntryError, LEAF_BYTES, Revision, Status},
    hash::Hash,
    merkle,
    programme::Programme,
    ticket::Ticket,
    wire::{Reader, Truncated},
};

/// Entries of a full run.
pub const RUN_ENTRIES: usize = 1024;

const HEADER: &[u8] = b"jebi/v0/register-run\n";

/// Why bytes are not a run of this programme's register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// R-REGISTER-RUN.
    #[error("run {0} has another header, number or count, or its bytes end too early or too late")]
    Run(u32),
    /// R-REHEARSAL-MARK.
    #[error("run {0} is not marked as its programme is")]
    Mark(u32),
    /// R-REGISTER-ORDER.
    #[error("ticket {0} does not come after the one before it")]
    Order(Ticket),
    /// R-REGISTER-COMMITMENT.
    #[error("the leaf of ticket {0} is not the one its body and blinding give")]
    Commitment(Ticket),
    /// R-REGISTER-PERSON.
    #[error("tickets {0} and {1} belong to the same person")]
    Person(Ticket, Ticket),
    /// The entry breaks a rule of SPEC §5.
    #[error("ticket {0}: {1}")]
    Entry(Ticket, EntryError),
}

/// The bytes of one run (SPEC §6.2). `revisions` are sorted by ticket, at most [`RUN_ENTRIES`], at least one.
///
/// # Errors
/// [`RegisterError`] if a body has no encoding or there are too many or none.
pub fn encode_run(programme: &Programme, run: u32, revisions: &[Revision]) -> Result<Vec<u8>, RegisterError> {
    let count = match revisions.len() {
        0 => return Err(RegisterError::Run(run)),
        n if n > RUN_ENTRIES => return Err(RegisterError::Run(run)),
        n => u16::try_from(n).map_err(|_| RegisterError::Run(run))?,
    };
    let mut bytes = header(programme, run);
    bytes.extend(count.to_be_bytes());
    for revision in revisions {
        let refuse = |fault| RegisterError::Entry(revision.ticket, fault);
        let body = revision.body.encode().map_err(refuse)?;
        bytes.extend(revision.leaf(programme.hash()).map_err(refuse)?);
        bytes.extend(revision.blinding);
        bytes.extend(u16::try_from(body.len()).map_err(|_| refuse(EntryError::Body))?.to_be_bytes());
        bytes.extend(body);
    }
    Ok(bytes)
}

fn header(programme: &Programme, run: u32) -> Vec<u8> {
    [programme.header(HEADER).as_slice(), &run.to_be_bytes()].concat()
}

/// One run, opened: every leaf is the one its body gives, every entry keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number, from 0.
    pub number: u32,
    /// Its entries, in order of tickets.
    pub revisions: Vec<Revision>,
    /// RFC 6962 leaf hashes, one for each entry.
    pub leaf_hashes: Vec<Hash>,
}

impl Run {
    /// Reads run number `run`.
    ///
    /// # Errors
    /// [`RegisterError`] names the ticket and the rule.
    pub fn decode(programme: &Programme, run: u32, bytes: &[u8]) -> Result<Self, RegisterError> {
        let cut = |_: Truncated| RegisterError::Run(run);
        let numbered = bytes.get(HEADER.len() + 33..).is_some_and(|rest| rest.starts_with(&run.to_be_bytes()));
        if numbered && programme.is_marked_otherwise(HEADER, bytes) {
            return Err(RegisterError::Mark(run));
        }
        let rest = bytes.strip_prefix(header(programme, run).as_slice()).ok_or(RegisterError::Run(run))?;
        let mut reader = Reader::new(rest);
        let count = usize::from(reader.u16().map_err(cut)?);
        if count == 0 || count > RUN_ENTRIES {
            return Err(RegisterError::Run(run));
        }
        let mut revisions: Vec<Revision> = Vec::with_capacity(count);
        let mut leaf_hashes = Vec::with_capacity(count);
        for _ in 0..count {
            let leaf = reader.array::<LEAF_BYTES>().map_err(cut)?;
            let blinding = reader.array().map_err(cut)?;
            let length = usize::from(reader.u16().map_err(cut)?);
            let body = reader.take(length).map_err(cut)?;
            let revision = open(programme, run, &leaf, blinding, body)?;
            if revisions.last().is_some_and(|before| before.ticket >= revision.ticket) {
                return Err(RegisterError::Order(revision.ticket));
            }
            leaf_hashes.push(merkle::leaf_hash(&leaf));
            revisions.push(revision);
        }
        if !reader.is_empty() {
            return Err(RegisterError::Run(run));
        }
        Ok(Self { number: run, revisions, leaf_hashes })
    }

    /// Root of the run's own tree: a node of the register's.
    pub fn root(&self) -> Hash {
        merkle::root(&self.leaf_hashes)
    }
}

fn open(
    programme: &Programme,
    run: u32,
    leaf: &[u8; LEAF_BYTES],
    blinding: [u8; 32],
    bytes: &[u8],
) -> Result<Revision, RegisterError> {
    let mut reader = Reader::new(leaf);
    let cut = |_: Truncated| RegisterError::Run(run);
    let version = reader.u8().map_err(cut)?;
    let ticket = Ticket(reader.array().map_err(cut)?);
    let revision = reader.u32().map_err(cut)?;
    let status = Status::from_byte(reader.u8().map_err(cut)?);
    let refuse = |fault| RegisterError::Entry(ticket, fault);
    let status = status.ok_or(refuse(EntryError::Status))?;
    if version != 0 || *leaf != entry::leaf(programme.hash(), ticket, revision, status, &blinding, bytes) {
        return Err(RegisterError::Commitment(ticket));
    }
    let body = Body::decode(bytes).map_err(refuse)?;
    let revision = Revision { ticket, revision, status, blinding, body };
    revision.check(programme).map_err(refuse)?;
    Ok(revision)
}

/// The whole register, opened: all runs in order, no ticket and no person twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Every entry, in order of tickets.
    pub revisions: Vec<Revision>,
    /// Root of each run's tree.
    pub run_roots: Vec<Hash>,
    /// The register's root.
    pub root: Hash,
}

impl Register {
    /// Joins runs 0, 1, … of one register.
    ///
    /// # Errors
    /// [`RegisterError`] if runs are missing, short before the last, out of order, or a person appears twice.
    pub fn join(runs: Vec<Run>) -> Result<Self, RegisterError> {
        let run_roots: Vec<Hash> = runs.iter().map(Run::root).collect();
        let last = runs.len().saturating_sub(1);
        let mut revisions: Vec<Revision> = Vec::new();
        for (place, run) in runs.into_iter().enumerate() {
            if run.number as usize != place || (place < last && run.revisions.len() != RUN_ENTRIES) {
                return Err(RegisterError::Run(run.number));
            }
            if let (Some(before), Some(first)) = (revisions.last(), run.revisions.first())
                && before.ticket >= first.ticket
            {
                return Err(RegisterError::Order(first.ticket));
            }
            revisions.extend(run.revisions);
        }
        let mut persons: Vec<(&[u8; 32], Ticket)> = revisions.iter().map(|r| (&r.body.person, r.ticket)).collect();
        persons.sort_unstable();
        if let Some(twice) = persons.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(RegisterError::Person(twice[0].1, twice[1].1));
        }
        let root = merkle::root_of_runs(&run_roots);
        Ok(Self { revisions, run_roots, root })
    }

    /// Place of a ticket in the register.
    pub fn place(&self, ticket: Ticket) -> Option<usize> {
        self.revisions.binary_search_by_key(&ticket, |revision| revision.ticket).ok()
    }
}

impl RegisterError {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Run(_) => "R-REGISTER-RUN",
            Self::Mark(_) => "R-REHEARSAL-MARK",
            Self::Order(_) => "R-REGISTER-ORDER",
            Self::Commitment(_) => "R-REGISTER-COMMITMENT",
            Self::Person(..) => "R-REGISTER-PERSON",
            Self::Entry(_, fault) => fault.label(),
        }
    }
}
