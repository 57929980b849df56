//! `jebi announce`: the programme becomes binding words; the draw's log begins.

use super::apportion;
use crate::{
    console::{data, step},
    draw::{Announced, Draw, clock, once},
    failure::{Context, Failure, Outcome},
};
use jiff::Timestamp;
use protocol::{event::What, manifest, programme::Programme};
use std::path::Path;

/// Compiles, signs and writes the programme, and appends the log's first event.
///
/// # Errors
/// If the programme is not valid, differs from one announced before, or the window has opened.
pub(crate) fn run(folder: &Path, at: Option<Timestamp>) -> Outcome {
    let _alone = Draw::at(folder).alone()?;
    let announced = announce(folder, at)?;
    data(announced.programme.hash());
    Ok(())
}

/// The same, giving the opened draw.
///
/// # Errors
/// As [`run`].
pub(crate) fn announce(folder: &Path, at: Option<Timestamp>) -> Outcome<Announced> {
    let draw = Draw::at(folder);
    let programme = draw.compile()?;
    apportion::check(&programme)?;
    let now = clock::now(&programme, at)?;
    if now >= programme.window.opens_at_unix_s && !draw.path("log/checkpoint").exists() {
        return Err(Failure::new("the window has opened already; a programme is announced before").hint(
            "move window.opens_at, so that people can read the programme first; in a rehearsal, give an earlier --at",
        ));
    }
    let operator = draw.keys().signer("operator")?;
    check_keys(&draw, &programme)?;
    let note = manifest::sign_programme(&programme, &operator).context("signing the programme")?;
    once::write(&draw.path("announced/programme.json"), programme.bytes())?;
    once::write(&draw.path("announced/programme.note"), note.as_bytes())?;
    let mut announced = draw.opened()?;
    if announced.events.is_empty() {
        announced.append(now, "operator", What::Programme { title: programme.title.clone() })?;
        step("announced; publish announced/ and the programme hash before the window opens");
    } else {
        step("announced before; nothing changed");
    }
    Ok(announced)
}

/// The keys on disk are the ones the programme names: found out now, not at the freeze.
fn check_keys(draw: &Draw, programme: &Programme) -> Outcome {
    let named = [("operator", &programme.operators), ("log", &vec![programme.log.key.clone()])];
    let receipts = [("receipts", &vec![programme.receipts.key.clone()])];
    for (role, keys) in named.into_iter().chain(receipts) {
        let key = draw.keys().signer(role)?.verifier_key().to_string();
        if !keys.contains(&key) {
            return Err(Failure::new(format!("keys/{role}.key is not the key that programme.toml names"))
                .hint(format!("its public side is {key}")));
        }
    }
    Ok(())
}
