//! `jebi keys`: make keys, and show their public side.

use crate::{
    cli::Keys as Arguments,
    commands::roll::sealed,
    console::data,
    draw::keys::{self, Keys, SECRETS},
    failure::Outcome,
};
use protocol::{hash::hex, note::KeyType};
use std::path::Path;

/// Makes or shows keys.
///
/// # Errors
/// If a key is there already, or cannot be read.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments {
        Arguments::New { draw, name, rehearsal } => {
            for line in new(draw, name, *rehearsal)? {
                data(line);
            }
        }
        Arguments::Witness { file, name } => {
            let key = keys::write_signer(file, name, KeyType::Cosignature, &keys::random()?)?;
            data(key.verifier_key());
        }
        Arguments::Contacts { draw, identity } => data(sealed::new_key(draw, identity)?),
        Arguments::Show { file } => data(keys::read_signer(file)?.verifier_key()),
    }
    Ok(())
}

/// Makes the keys of a draw and gives the lines of `programme.toml` that name them.
///
/// # Errors
/// If a key is there already.
pub(crate) fn new(folder: &Path, name: &str, rehearsal: bool) -> Outcome<[String; 6]> {
    let keys = Keys::of(folder);
    // Each draw's log has a name of its own: a witness who signed another draw's would take this one for a rewritten one.
    let own = hex(&keys::random()?[..4]);
    let origin = format!("{name}/draw-{own}{}", if rehearsal { "/rehearsal" } else { "" });
    let operator = keys.new_signer("operator", &format!("{name}/operator"))?.verifier_key();
    let log = keys.new_signer("log", &origin)?.verifier_key();
    let receipts = keys.new_signer("receipts", &format!("{name}/receipts"))?.verifier_key();
    for secret in SECRETS {
        keys.new_secret(secret)?;
    }
    Ok([
        format!("operators = [\"{operator}\"]"),
        "[log]".into(),
        format!("origin = \"{origin}\""),
        format!("key = \"{log}\""),
        "[receipts]".into(),
        format!("key = \"{receipts}\""),
    ])
}
