//! Step 4: what was acknowledged, against what is in the register. SPEC §7.3, §7.4.

use super::{Fault, Rejection, bytes, log::Log};
use crate::{
    acknowledged::{self, Acknowledged},
    batches::{self, Batch},
    bundle::path,
    entry::Revision,
    event::What,
    manifest::Files,
    merkle,
    programme::Programme,
    register::Register,
};

pub(super) fn check(
    files: &Files,
    programme: &Programme,
    log: &Log,
    register: &Register,
) -> Result<Vec<Batch>, Rejection> {
    let batches = read(files, programme)?;
    check_anchors(log, &batches)?;
    let at_log = |fault| Rejection::new(path::HEAD, fault);
    let freeze = log.freeze().ok_or(at_log(Fault::Anchor))?;
    let acknowledged = batches.iter().map(|batch| u64::from(batch.leaves)).sum();
    let registered = register.revisions.iter().map(|revision| u64::from(revision.revision)).sum();
    if acknowledged != registered {
        return Err(Rejection::new(path::RECEIPTS, Fault::ReceiptsTotal { acknowledged, registered }));
    }
    if freeze.revisions != registered {
        return Err(at_log(Fault::ReceiptsTotal { acknowledged: freeze.revisions, registered }));
    }
    if freeze.batches != batches.len() as u64 {
        return Err(at_log(Fault::Anchor));
    }
    check_leaves(files, programme, register, &batches)?;
    Ok(batches)
}

fn read(files: &Files, programme: &Programme) -> Result<Vec<Batch>, Rejection> {
    let fault = |fault| Rejection::new(path::RECEIPTS, fault);
    let listed = bytes(files, path::RECEIPTS)?;
    if batches::is_marked_otherwise(programme, listed) {
        return Err(fault(Fault::Mark));
    }
    let batches = batches::decode(programme, listed).ok_or(fault(Fault::Batches))?;
    let mut earliest = programme.window.opens_at_unix_s;
    for (number, batch) in batches.iter().enumerate() {
        if !(earliest..programme.window.closes_at_unix_s).contains(&batch.time_unix_s) {
            return Err(fault(Fault::BatchTime(number)));
        }
        earliest = batch.time_unix_s;
    }
    Ok(batches)
}

/// SPEC §7.3: the log's anchors cover all batches once, in order, none before its last batch.
fn check_anchors(log: &Log, batches: &[Batch]) -> Result<(), Rejection> {
    let fault = || Rejection::new(path::HEAD, Fault::Anchor);
    let mut rest = batches;
    for (index, event) in log.events.iter().enumerate() {
        let What::Receipts { first, count, root } = event.what else { continue };
        let next = (batches.len() - rest.len()) as u64;
        let split = usize::try_from(count).ok().and_then(|count| rest.split_at_checked(count));
        let Some((anchored, left)) = split.filter(|_| first == next) else { return Err(fault()) };
        let Some(last) = anchored.last().filter(|_| batches::anchor(anchored) == root) else { return Err(fault()) };
        if event.time_unix_s < last.time_unix_s {
            let (found, expected) = (event.time_unix_s, "before the last batch that it anchors");
            return Err(Rejection::new(path::HEAD, Fault::Time { index, found, expected }));
        }
        rest = left;
    }
    if rest.is_empty() { Ok(()) } else { Err(fault()) }
}

/// SPEC §7.4: the leaves give every batch's root, and every ticket's revisions occur once each, in order, the last one
/// being the register's. So nothing that is in a batch is missing, and nothing else is in the register.
fn check_leaves(files: &Files, programme: &Programme, register: &Register, batches: &[Batch]) -> Result<(), Rejection> {
    let fault = |fault| Rejection::new(path::ACKNOWLEDGED, fault);
    let listed = bytes(files, path::ACKNOWLEDGED)?;
    if acknowledged::is_marked_otherwise(programme, listed) {
        return Err(fault(Fault::Mark));
    }
    let listed = acknowledged::decode(programme, listed).ok_or(fault(Fault::Leaves))?;
    let mut leaves = listed.iter();
    let mut seen = vec![0; register.revisions.len()];
    for (number, batch) in batches.iter().enumerate() {
        let mut hashes = Vec::new();
        for leaf in leaves.by_ref().take(usize::try_from(batch.leaves).unwrap_or(usize::MAX)) {
            let bytes = next_leaf(programme, register, &mut seen, leaf).ok_or(fault(Fault::BatchLeaves(number)))?;
            hashes.push(merkle::leaf_hash(&bytes));
        }
        if hashes.is_empty() || merkle::root(&hashes) != batch.root {
            return Err(fault(Fault::BatchLeaves(number)));
        }
    }
    let complete = register.revisions.iter().zip(&seen).all(|(entry, seen)| entry.revision == *seen);
    if complete && leaves.next().is_none() { Ok(()) } else { Err(fault(Fault::Leaves)) }
}

/// The leaf's bytes, if it is the next revision of a ticket of the register.
fn next_leaf(
    programme: &Programme,
    register: &Register,
    seen: &mut [u32],
    leaf: &Acknowledged,
) -> Option<[u8; crate::entry::LEAF_BYTES]> {
    let (place, revision, bytes) = match leaf {
        Acknowledged::Registered(place) => {
            let entry: &Revision = register.revisions.get(*place as usize)?;
            (*place as usize, entry.revision, entry.leaf(programme.hash()).ok()?)
        }
        Acknowledged::Replaced(bytes) => {
            let (ticket, revision) = acknowledged::named(bytes)?;
            let place = register.place(ticket)?;
            (place, revision, (revision < register.revisions[place].revision).then_some(*bytes)?)
        }
    };
    let expected = seen.get_mut(place)?;
    *expected += 1;
    (*expected == revision).then_some(bytes)
}
