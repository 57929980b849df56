//! The turnout for programs. Fields are only ever added.

use super::{Count, Counts, view};
use intake::{Flow, Turnout};
use protocol::programme::Programme;
use serde_json::{Value, json};

/// One object; docs/operators.md describes it.
pub(super) fn object(programme: &Programme, turnout: &Turnout, frozen_at_unix_s: Option<u64>) -> Value {
    let counts = Counts::of(programme, turnout);
    let hour = |(starts_at_unix_s, flow): (u64, Flow)| {
        json!({
            "starts_at_unix_s": starts_at_unix_s, "registered": flow.registered, "changed": flow.changed,
            "withdrew": flow.withdrew,
        })
    };
    let some = |name: &str, id: &str, count: &Count| {
        let mut object = json!({ "active": count.active, "withdrawn": count.withdrawn });
        object[name] = id.into();
        object
    };
    let on_roll = |mut object: Value, count: &Count| {
        object["on_roll"] = count.on_roll.into();
        object
    };
    let cohorts = counts.cohorts.iter().map(|(id, _, count)| on_roll(some("id", id, count), count));
    let districts = counts.districts.iter().map(|(code, _, count)| on_roll(some("code", code, count), count));
    json!({
        "format": "jebi/v0/status",
        "rehearsal": programme.rehearsal,
        "programme": programme.hash(),
        "batches": turnout.batches(),
        "revisions": turnout.revisions(),
        "newest_unix_s": turnout.newest_unix_s(),
        "frozen_at_unix_s": frozen_at_unix_s,
        "on_roll": counts.all.on_roll,
        "active": counts.all.active,
        "withdrawn": counts.all.withdrawn,
        "hours": view::hours(programme, turnout).into_iter().map(hour).collect::<Vec<_>>(),
        "cohorts": cohorts.collect::<Vec<_>>(),
        "districts": districts.collect::<Vec<_>>(),
        "channels": counts.channels.iter().map(|(name, count)| some("channel", name, count)).collect::<Vec<_>>(),
    })
}
