//! Step 2 and 6: the draw's log, its heads, its events and their order, the quorum of witnesses. SPEC §8.

use super::{Fault, Rejection, bytes};
use crate::{
    beacon,
    bundle::path,
    checkpoint::Checkpoint,
    cosignature::{self, Cosignature},
    event::{Event, What},
    hash::Hash,
    manifest::Files,
    merkle,
    note::{Note, VerifierKey},
    programme::Programme,
    tiles,
};

/// Seconds before the beacon round by which the quorum must have cosigned (SPEC §8.3).
pub(super) const MARGIN_S: u64 = 600;

/// The log, opened: every event signed and in order, both heads fitting.
pub(super) struct Log {
    pub(super) events: Vec<Event>,
    pub(super) head: Checkpoint,
    pub(super) freeze_cosignatures: Vec<Cosignature>,
    pub(super) head_cosignatures: Vec<Cosignature>,
}

/// What a freeze event says.
pub(super) struct Freeze<'a> {
    pub(super) register_root: Hash,
    pub(super) size: u64,
    pub(super) cohorts: &'a [crate::event::CohortCount],
    pub(super) active: u64,
    pub(super) withdrawn: u64,
    pub(super) revisions: u64,
    pub(super) batches: u64,
}

impl Log {
    /// The last three events are freeze, beacon and result: [`open`] has checked it.
    pub(super) fn freeze(&self) -> Option<Freeze<'_>> {
        self.events.iter().find_map(|event| match &event.what {
            What::Freeze { register_root, size, active, withdrawn, cohorts, revisions, batches } => Some(Freeze {
                register_root: *register_root,
                size: *size,
                cohorts,
                active: *active,
                withdrawn: *withdrawn,
                revisions: *revisions,
                batches: *batches,
            }),
            _ => None,
        })
    }

    pub(super) fn find(&self, kind: &str) -> Option<&What> {
        self.events.iter().map(|event| &event.what).find(|what| what.kind() == kind)
    }
}

pub(super) fn open(files: &Files, programme: &Programme) -> Result<Log, Rejection> {
    let (head, head_cosignatures) = open_head(files, programme, path::HEAD)?;
    let (freeze_head, freeze_cosignatures) = open_head(files, programme, path::HEAD_FREEZE)?;
    let read = |name: &str| files.get(&format!("{}{name}", path::LOG)).map(Vec::as_slice);
    let leaves = tiles::read_log(head.size(), head.root(), read).map_err(tile_fault)?;
    let leaf_hashes: Vec<Hash> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect();
    check_no_other_tiles(files, &leaf_hashes, &leaves)?;
    let mut events = Vec::with_capacity(leaves.len());
    for (index, leaf) in leaves.iter().enumerate() {
        let event = Event::open(leaf, programme);
        events.push(event.map_err(|fault| Rejection::new(path::HEAD, Fault::Event { index, fault }))?);
    }
    let frozen = check_order(programme, &events)? + 1;
    if freeze_head.size() != frozen as u64 || freeze_head.root() != merkle::root(&leaf_hashes[..frozen]) {
        return Err(Rejection::new(path::HEAD_FREEZE, Fault::Head));
    }
    Ok(Log { events, head, freeze_cosignatures, head_cosignatures })
}

fn open_head(files: &Files, programme: &Programme, path: &str) -> Result<(Checkpoint, Vec<Cosignature>), Rejection> {
    let note = Note::parse(bytes(files, path)?).map_err(Rejection::at(path))?;
    let key = VerifierKey::parse(&programme.log.key).map_err(Rejection::at(path))?;
    note.verify(&[key]).map_err(Rejection::at(path))?;
    let head = Checkpoint::parse(note.text()).map_err(Rejection::at(path))?;
    if head.origin() != programme.log.origin || !head.extensions().is_empty() {
        return Err(Rejection::new(path, Fault::Head));
    }
    let witnesses = programme.witnesses.keys.iter().map(|key| VerifierKey::parse(key)).collect::<Result<Vec<_>, _>>();
    let witnesses = witnesses.map_err(Rejection::at(path))?;
    let cosignatures = cosignature::verify_cosignatures(&note, &witnesses).map_err(Rejection::at(path))?;
    Ok((head, cosignatures))
}

fn tile_fault(fault: tiles::TileError) -> Rejection {
    use tiles::TileError::{CutShort, Hashes, Missing, Root, Width};
    let path = match &fault {
        Root { .. } => return Rejection::new(path::HEAD, Fault::Head),
        Missing { path } | CutShort { path } | Width { path, .. } | Hashes { path } => format!("{}{path}", path::LOG),
        _ => path::HEAD.into(),
    };
    Rejection { path, fault: Fault::Tiles(fault) }
}

fn check_no_other_tiles(files: &Files, leaf_hashes: &[Hash], leaves: &[&[u8]]) -> Result<(), Rejection> {
    let mut expected: Vec<String> = tiles::hash_tiles(leaf_hashes).into_iter().map(|(path, _)| path).collect();
    expected.extend(tiles::entry_bundles(leaves).map_err(tile_fault)?.into_iter().map(|(path, _)| path));
    expected.extend(["checkpoint".into(), "checkpoint-freeze".into()]);
    let found = files.keys().filter_map(|path| path.strip_prefix(path::LOG));
    match found.into_iter().find(|name| !expected.iter().any(|path| path == name)) {
        Some(name) => Err(Rejection::new(&format!("{}{name}", path::LOG), Fault::ExtraTile)),
        None => Ok(()),
    }
}

/// SPEC §8.1 and §8.2. Gives the place of the freeze.
fn check_order(programme: &Programme, events: &[Event]) -> Result<usize, Rejection> {
    let fault = |index: usize, expected| {
        let kind = events.get(index).map_or("end of log", |event| event.what.kind());
        Rejection::new(path::HEAD, Fault::Order { index, kind, expected })
    };
    let kind = |index: usize| events.get(index).map_or("", |event| event.what.kind());
    if kind(0) != "programme" {
        return Err(fault(0, "the log begins with the programme"));
    }
    let anchors = events[1..].iter().take_while(|event| event.what.kind() == "receipts").count();
    let frozen = anchors + 1;
    let tail = ["freeze", "beacon", "result"];
    for (place, expected) in tail.iter().enumerate() {
        if kind(frozen + place) != *expected {
            return Err(fault(frozen + place, "receipts, then one freeze, one beacon and one result end the log"));
        }
    }
    if events.len() > frozen + tail.len() {
        return Err(fault(frozen + tail.len(), "nothing follows the result in this version"));
    }
    check_times(programme, events, frozen)?;
    Ok(frozen)
}

fn check_times(programme: &Programme, events: &[Event], frozen: usize) -> Result<(), Rejection> {
    let fault = |index: usize, expected| {
        let found = events[index].time_unix_s;
        Rejection::new(path::HEAD, Fault::Time { index, found, expected })
    };
    if let Some(index) = (1..events.len()).find(|i| events[*i].time_unix_s < events[i - 1].time_unix_s) {
        return Err(fault(index, "before the event that precedes it"));
    }
    if events[0].time_unix_s >= programme.window.opens_at_unix_s {
        return Err(fault(0, "after the window opened"));
    }
    if events[frozen].time_unix_s < programme.window.closes_at_unix_s {
        return Err(fault(frozen, "before the window closed"));
    }
    if events[frozen + 1].time_unix_s < beacon::time_of_round(programme.beacon.round) {
        return Err(fault(frozen + 1, "before the round appeared"));
    }
    Ok(())
}

/// SPEC §8.3: by when the quorum had cosigned H1. `None` is a rehearsal's shortage. The witnesses' clocks are the only
/// ones that are not the operator's: they must not contradict the time at which the log says the register was frozen.
pub(super) fn check_quorum(programme: &Programme, log: &Log) -> Result<Option<u64>, Rejection> {
    let quorum = programme.witnesses.quorum;
    let needed = usize::try_from(quorum).unwrap_or(usize::MAX);
    let frozen = log.events.iter().find(|event| event.what.kind() == "freeze").map_or(u64::MAX, |e| e.time_unix_s);
    let earliest = frozen.saturating_sub(MARGIN_S);
    let limit = beacon::time_of_round(programme.beacon.round).saturating_sub(MARGIN_S);
    let mut times: Vec<u64> = log.freeze_cosignatures.iter().map(|c| c.time_unix_s).collect();
    times.retain(|time| (earliest..=limit).contains(time));
    let (at, signed, path) = match cosignature::quorum_time(&times, needed) {
        None => (None, times.len(), path::HEAD_FREEZE),
        Some(time) if log.head_cosignatures.len() >= needed => return Ok(Some(time)),
        Some(_) => (None, log.head_cosignatures.len(), path::HEAD),
    };
    if programme.rehearsal { Ok(at) } else { Err(Rejection::new(path, Fault::Quorum { signed, quorum })) }
}
