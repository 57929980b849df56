//! What happened when, as the draw's log and the witnesses say, and the numbers that stand for it all.

use super::Source;
use crate::history::History;
use pages::{Arg, Texts, numbers};
use protocol::programme::Programme;

/// One moment.
pub(super) struct Moment {
    pub(super) time: String,
    pub(super) what: String,
}

/// From the opening to the result, in the order of time.
pub(super) fn timeline(source: &Source<'_>, t: Texts) -> Vec<Moment> {
    let (programme, history) = (source.view.programme, source.history);
    let show = |unix_s: u64| numbers::local_time(unix_s, &programme.time_zone, t.lang);
    let mut times = vec![
        (programme.window.opens_at_unix_s, t.get("index-opens")),
        (programme.window.closes_at_unix_s, t.get("index-closes")),
    ];
    times.extend(history.announced_unix_s.map(|time| (time, t.get("index-announced"))));
    times.extend(history.freeze_unix_s.map(|time| (time, t.get("index-freeze"))));
    times.extend(history.witnesses.iter().map(|(name, time)| (*time, t.with("index-witness", "name", name))));
    times.push((programme.window.objection_ends_at_unix_s, t.get("index-objection")));
    times.push((history.beacon_unix_s, t.with("index-beacon", "round", &programme.beacon.round.to_string())));
    times.extend(history.result_unix_s.map(|time| (time, t.get("index-result"))));
    // Stable: what falls into one second keeps the order in which it belongs.
    times.sort_by_key(|(time, _)| *time);
    times.into_iter().map(|(time, what)| Moment { time: show(time), what }).collect()
}

/// Who cosigned the frozen register, in one sentence.
pub(super) fn witnesses(source: &Source<'_>, t: Texts) -> String {
    named_witnesses(source.view.programme, source.history, t)
}

/// The same of a draw without a result.
pub(super) fn named_witnesses(programme: &Programme, history: &History, t: Texts) -> String {
    let (witnesses, found) = (&programme.witnesses, &history.witnesses);
    let names = found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let args = [
        ("signed", Arg::Count(found.len() as u64)),
        ("named", Arg::Count(witnesses.keys.len() as u64)),
        ("quorum", Arg::Count(witnesses.quorum.into())),
        ("names", (&names).into()),
    ];
    t.with_all(if found.is_empty() { "index-no-witness" } else { "index-witnesses" }, args)
}

/// Whether fewer witnesses cosigned than the programme asks for.
pub(super) fn unwitnessed(source: &Source<'_>) -> bool {
    (source.history.witnesses.len() as u64) < u64::from(source.view.programme.witnesses.quorum)
}

/// What each of the draw's numbers is, and the number.
pub(super) fn roots(source: &Source<'_>, t: Texts) -> Vec<(String, String)> {
    let (programme, history) = (source.view.programme, source.history);
    let entries = numbers::grouped(source.view.revisions.len() as u64);
    let revisions = numbers::grouped(history.register.map_or(0, |(_, revisions)| revisions));
    let register = [("entries", Arg::from(&entries)), ("revisions", Arg::from(&revisions))];
    vec![
        (t.get("index-root-programme"), programme.hash().to_string()),
        (t.with_all("index-root-register", register), source.register_root.to_string()),
        (t.with("index-root-beacon", "round", &source.seed.round.to_string()), source.seed.randomness.to_string()),
        (t.get("index-root-seed"), source.seed.seed.to_string()),
        (t.with("index-root-log", "size", &numbers::grouped(history.head.1)), history.head.0.to_string()),
    ]
}
