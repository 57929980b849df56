//! What the draw's log says happened when, for the front page. SPEC §8.
//!
//! **Invariant:** every event here was signed by the key that the programme names for it, every witness's time by the
//! witness. The order of events and the quorum are `protocol::verify`'s questions.

use crate::{PublishError, layout::protocol as path};
use protocol::{
    beacon,
    checkpoint::Checkpoint,
    cosignature,
    event::{Event, What},
    hash::Hash,
    manifest::Files,
    note::{Note, VerifierKey},
    programme::Programme,
    tiles,
};

/// The times and the heads of a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// When the programme was signed, by the operator's clock.
    pub(crate) announced_unix_s: Option<u64>,
    /// When the register was frozen, in seconds since 1970, by the operator's clock.
    pub(crate) freeze_unix_s: Option<u64>,
    /// The frozen register's root and its number of revisions.
    pub(crate) register: Option<(Hash, u64)>,
    /// Witnesses of the frozen register's head and when they signed it.
    pub(crate) witnesses: Vec<(String, u64)>,
    /// When the beacon's round was published.
    pub(crate) beacon_unix_s: u64,
    /// When the result was written.
    pub(crate) result_unix_s: Option<u64>,
    /// The log's root and size.
    pub(crate) head: (Hash, u64),
}

impl History {
    /// Reads the files of the log, by their paths below `log/`.
    pub(crate) fn read(programme: &Programme, log: &Files) -> Result<Self, PublishError> {
        let (_, head) = head(log, path::HEAD)?;
        let read = |path: &str| log.get(path).map(Vec::as_slice);
        let leaves = tiles::read_log(head.size(), head.root(), read).map_err(|error| fault(path::HEAD, &error))?;
        let mut history = Self {
            announced_unix_s: None,
            freeze_unix_s: None,
            register: None,
            witnesses: witnesses(programme, log)?,
            beacon_unix_s: beacon::time_of_round(programme.beacon.round),
            result_unix_s: None,
            head: (head.root(), head.size()),
        };
        for leaf in leaves {
            let event = Event::open(leaf, programme).map_err(|error| fault(path::HEAD, &error))?;
            match event.what {
                What::Freeze { register_root, revisions, .. } => {
                    history.freeze_unix_s = Some(event.time_unix_s);
                    history.register = Some((register_root, revisions));
                }
                What::Result { .. } => history.result_unix_s = Some(event.time_unix_s),
                What::Programme { .. } => history.announced_unix_s = Some(event.time_unix_s),
                What::Receipts { .. } | What::Beacon { .. } => {}
            }
        }
        Ok(history)
    }
}

fn witnesses(programme: &Programme, log: &Files) -> Result<Vec<(String, u64)>, PublishError> {
    let failed = |error: &dyn std::fmt::Display| fault(path::HEAD_FREEZE, error);
    let (note, _) = head(log, path::HEAD_FREEZE)?;
    let keys = programme.witnesses.keys.iter().map(|key| VerifierKey::parse(key));
    let keys: Vec<VerifierKey> = keys.collect::<Result<_, _>>().map_err(|error| failed(&error))?;
    let cosignatures = cosignature::verify_cosignatures(&note, &keys).map_err(|error| failed(&error))?;
    let named =
        |found: &cosignature::Cosignature| Some((keys.get(found.witness)?.name().to_owned(), found.time_unix_s));
    Ok(cosignatures.iter().filter_map(named).collect())
}

fn head(log: &Files, path: &str) -> Result<(Note, Checkpoint), PublishError> {
    let name = path.strip_prefix(path::LOG).unwrap_or(path);
    let bytes = log.get(name).ok_or_else(|| PublishError::Log { path: path.into() })?;
    let note = Note::parse(bytes).map_err(|error| fault(path, &error))?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|error| fault(path, &error))?;
    Ok((note, checkpoint))
}

fn fault(path: &str, error: &dyn std::fmt::Display) -> PublishError {
    PublishError::LogForm { path: path.into(), reason: error.to_string() }
}
