//! What `verify` accuses: a file, a rule, and how it was broken.

use crate::{
    apportionment::FileError,
    beacon::BeaconError,
    bundle::RunError,
    certificate::CertificateError,
    checkpoint::CheckpointError,
    cosignature::CosignatureError,
    event::EventError,
    instance::InstanceError,
    json::JsonError,
    manifest::{MANIFEST, ManifestError},
    note::{KeyError, NoteError},
    programme::ProgrammeError,
    register::RegisterError,
    ticket::Ticket,
    tiles::TileError,
};

/// Why a bundle is not the record of a correct draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct Rejection {
    /// The file at fault.
    pub path: String,
    /// The fault.
    pub fault: Fault,
}

/// How a rule was broken. [`Fault::label`] names the rule of the SPEC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Files and manifest differ.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Not canonical JSON of this file.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// R-JSON-FIELDS: the `format` names something else.
    #[error("the format is not the one of this file")]
    Format,
    /// R-PROGRAMME-HASH.
    #[error("it belongs to another programme")]
    OtherProgramme,
    /// R-REHEARSAL-MARK.
    #[error("it is not marked as its programme is")]
    Mark,
    /// The programme breaks a rule.
    #[error(transparent)]
    Programme(#[from] ProgrammeError),
    /// A note is malformed or badly signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key is not one.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A head is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// R-LOG-HEAD.
    #[error("the head is not the one of this log at this place")]
    Head,
    /// R-LOG-TILES.
    #[error(transparent)]
    Tiles(#[from] TileError),
    /// R-LOG-TILES: a file that a log of this size does not have.
    #[error("a log of this size has no such file")]
    ExtraTile,
    /// An event breaks a rule.
    #[error("event {index}: {fault}")]
    Event {
        /// Place in the log, from 0.
        index: usize,
        /// The rule.
        fault: EventError,
    },
    /// R-LOG-ORDER.
    #[error("event {index} ({kind}) cannot stand there: {expected}")]
    Order {
        /// Place in the log, from 0.
        index: usize,
        /// Kind of the event.
        kind: &'static str,
        /// What the order asks for.
        expected: &'static str,
    },
    /// R-LOG-TIME.
    #[error("event {index} is dated {found}, {expected}")]
    Time {
        /// Place in the log, from 0.
        index: usize,
        /// Its time, Unix seconds.
        found: u64,
        /// What is asked for.
        expected: &'static str,
    },
    /// R-LOG-QUORUM.
    #[error("{signed} of the {quorum} witnesses needed cosigned in time: not proven to have existed before the beacon")]
    Quorum {
        /// Distinct witnesses in time.
        signed: usize,
        /// Needed.
        quorum: u32,
    },
    /// A cosignature is wrong.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// A published run breaks a rule.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The runs together break a rule.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// R-BUNDLE-RUNS.
    #[error("the index of runs is not the one of these runs")]
    Runs,
    /// R-FREEZE-ROOT.
    #[error("the register is not the one that was frozen")]
    FreezeRoot,
    /// R-FREEZE-TOTALS.
    #[error("the freeze counts other entries than the register has")]
    FreezeTotals,
    /// R-REGISTER-RUN: not a list of batches.
    #[error("the bytes are not the receipt batches of this programme")]
    Batches,
    /// R-RECEIPTS-TIME.
    #[error("batch {0} is not dated within the window, or before the one that precedes it")]
    BatchTime(usize),
    /// R-RECEIPTS-LEAVES: not a list of leaves, or not of all revisions.
    #[error("the bytes are not the acknowledged leaves of this register")]
    Leaves,
    /// R-RECEIPTS-LEAVES.
    #[error(
        "batch {0} has a leaf that is not in the register, or its leaves do not give its root: an entry was left out, invented or changed"
    )]
    BatchLeaves(usize),
    /// R-RECEIPTS-ANCHOR.
    #[error("the log's anchors do not cover the batches once, in order")]
    Anchor,
    /// R-RECEIPTS-TOTAL.
    #[error("{acknowledged} revisions were acknowledged, the register has {registered}")]
    ReceiptsTotal {
        /// By receipts.
        acknowledged: u64,
        /// In the register.
        registered: u64,
    },
    /// The beacon's signature.
    #[error(transparent)]
    Beacon(#[from] BeaconError),
    /// R-BEACON-CHAIN.
    #[error("the beacon is of another chain than drand quicknet")]
    BeaconChain,
    /// R-BEACON-ROUND.
    #[error("round {found} is not the round {expected} that the programme determined")]
    BeaconRound {
        /// Found.
        found: u64,
        /// Computed.
        expected: u64,
    },
    /// R-BEACON-RANDOMNESS.
    #[error("the randomness is not the hash of the signature")]
    Randomness,
    /// R-SEED.
    #[error("the seed is not the one that programme, register and beacon give")]
    Seed,
    /// R-RESULT-NUMBER.
    #[error("the lottery number of ticket {0} is not the one its seed gives")]
    Number(Ticket),
    /// The apportionment is not the one of this register.
    #[error(transparent)]
    Apportionment(#[from] FileError),
    /// The draw cannot be rebuilt.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The certificate does not hold.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// R-CERT-UNIQUE.
    #[error("the optimum is not unique; repeating with the next block is not built")]
    NotUnique,
    /// R-RESULT-TOTALS.
    #[error("a total is not the count of the records")]
    Totals,
    /// R-RESULT-COMMITMENT.
    #[error("the result event commits to another result")]
    Commitment,
}

impl Fault {
    /// The rule of the SPEC that was broken.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Manifest(fault) => fault.label(),
            Self::Json(fault) => fault.label(),
            Self::Format => "R-JSON-FIELDS",
            Self::OtherProgramme => "R-PROGRAMME-HASH",
            Self::Mark => "R-REHEARSAL-MARK",
            Self::Programme(fault) => fault.label(),
            Self::Note(fault) => fault.label(),
            Self::Key(_) => "R-NOTE-FORM",
            Self::Cosignature(_) => "R-NOTE-SIGNATURE",
            Self::Checkpoint(_) | Self::Head => "R-LOG-HEAD",
            Self::Tiles(_) | Self::ExtraTile => "R-LOG-TILES",
            Self::Event { fault, .. } => fault.label(),
            Self::Order { .. } => "R-LOG-ORDER",
            Self::Time { .. } => "R-LOG-TIME",
            Self::Quorum { .. } => "R-LOG-QUORUM",
            Self::Run(fault) => fault.label(),
            Self::Register(fault) => fault.label(),
            Self::Runs => "R-BUNDLE-RUNS",
            Self::FreezeRoot => "R-FREEZE-ROOT",
            Self::FreezeTotals => "R-FREEZE-TOTALS",
            Self::Batches | Self::Anchor => "R-RECEIPTS-ANCHOR",
            Self::Leaves | Self::BatchLeaves(_) => "R-RECEIPTS-LEAVES",
            Self::BatchTime(_) => "R-RECEIPTS-TIME",
            Self::ReceiptsTotal { .. } => "R-RECEIPTS-TOTAL",
            Self::Beacon(_) => "R-BEACON-SIGNATURE",
            Self::BeaconChain => "R-BEACON-CHAIN",
            Self::BeaconRound { .. } => "R-BEACON-ROUND",
            Self::Randomness => "R-BEACON-RANDOMNESS",
            Self::Seed => "R-SEED",
            Self::Number(_) => "R-RESULT-NUMBER",
            Self::Apportionment(fault) => fault.label(),
            Self::Instance(_) => "R-CERT-CHOICE",
            Self::Certificate(fault) => fault.rule().unwrap_or("R-RESULT-TOTALS"),
            Self::NotUnique => "R-CERT-UNIQUE",
            Self::Totals => "R-RESULT-TOTALS",
            Self::Commitment => "R-RESULT-COMMITMENT",
        }
    }
}

impl Rejection {
    pub(super) fn new(path: &str, fault: impl Into<Fault>) -> Self {
        Self { path: path.into(), fault: fault.into() }
    }

    /// For `map_err`: accuses this file.
    pub(super) fn at<E: Into<Fault>>(path: &str) -> impl Fn(E) -> Self + '_ {
        move |fault| Self::new(path, fault)
    }

    pub(super) fn missing(path: &str) -> Self {
        Self::new(path, ManifestError::Missing(path.into()))
    }

    /// A manifest's fault names the file that differs, else the manifest.
    pub(super) fn manifest(fault: ManifestError) -> Self {
        let path = match &fault {
            ManifestError::Missing(path) | ManifestError::Unlisted(path) | ManifestError::Different(path) => path,
            _ => MANIFEST,
        };
        Self { path: path.to_owned(), fault: Fault::Manifest(fault) }
    }
}
