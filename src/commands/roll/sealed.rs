//! Contacts are encrypted (age-encryption.org/v1) to a key of the officials; what opens them never comes to the intake.

use crate::{
    cli::Contacts as Arguments,
    console::{counted, step},
    draw::{Draw, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use age::{
    secrecy::ExposeSecret,
    x25519::{Identity, Recipient},
};
use intake::Roll;
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};

/// The file in the draw's folder that says to whom contacts are encrypted.
const RECIPIENT: &str = "keys/contacts.recipient";

/// Makes the officials' key: what opens goes to `identity`, what encrypts to the draw's folder, which is given back.
///
/// # Errors
/// If one of the files is there already.
pub(crate) fn new_key(draw: &Path, identity: &Path) -> Outcome<String> {
    let key = Identity::generate();
    let recipient = key.to_public().to_string();
    let public = Draw::at(draw).path(RECIPIENT);
    if public.exists() {
        return Err(Failure::new(format!("{} exists", public.display()))
            .hint("contacts that are there could not be opened with another key"));
    }
    let lines =
        format!("# opens the contacts of a draw\n# public key: {recipient}\n{}\n", key.to_string().expose_secret());
    once::write_secret(identity, lines.as_bytes())?;
    once::write_secret(&public, format!("{recipient}\n").as_bytes())?;
    Ok(recipient)
}

/// To whom contacts are encrypted, if the draw has such a key.
///
/// # Errors
/// If the file is there and is no key.
pub(super) fn recipient(draw: &Draw) -> Outcome<Option<Recipient>> {
    let path = draw.path(RECIPIENT);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).context(format!("reading {}", path.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = lines.map(str::parse).next().and_then(Result::ok);
    let wrong = || Failure::new(format!("{} is no age recipient; it begins with age1", path.display()));
    key.map(Some).ok_or_else(wrong)
}

/// What encrypts a sheet.
pub(super) fn seal(recipient: Recipient) -> impl Fn(&[u8]) -> Result<Vec<u8>, String> {
    move |clear| age::encrypt(&recipient, clear).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
struct Line {
    reference: String,
    contact: String,
}

/// Opens all contacts and writes them to a file that only its owner may read.
///
/// # Errors
/// If the key does not open them, or the file is there.
pub(super) fn open(arguments: &Arguments) -> Outcome {
    let Arguments { draw, identity, out, store } = arguments;
    let announced = Draw::at(draw).announced()?;
    let key = read(identity)?;
    let mut contacts: BTreeMap<String, String> = BTreeMap::new();
    part::runtime()?.block_on(async {
        let database = part::open(&announced, store.store.as_deref()).await?;
        let roll = Roll::new(database.clone(), part::secrets(&announced.draw)?);
        let mut each = |sheet: &[u8]| {
            let clear = age::decrypt(&key, sheet).map_err(|error| error.to_string())?;
            for line in csv::ReaderBuilder::new().has_headers(false).from_reader(&clear[..]).deserialize() {
                let Line { reference, contact } = line.map_err(|error| error.to_string())?;
                contacts.insert(reference, contact);
            }
            Ok(())
        };
        let read = roll.contacts(&mut each).await.context("reading contacts");
        read.map_err(|failure| failure.hint("is this the file that `jebi keys contacts` wrote for this draw?"))?;
        database.close().await;
        Ok::<(), Failure>(())
    })?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["reference", "contact"]).context("writing contacts")?;
    for (reference, contact) in &contacts {
        writer.write_record([reference, contact]).context("writing contacts")?;
    }
    once::write_secret(out, &writer.into_inner().context("writing contacts")?)?;
    let contacts = counted(contacts.len() as u64, ["contact", "contacts"]);
    step(format!("{contacts} in {}: delete the file when it was used", out.display()));
    Ok(())
}

fn read(identity: &Path) -> Outcome<Identity> {
    let text = fs::read_to_string(identity).context(format!("reading {}", identity.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = lines.map(str::parse).next().and_then(Result::ok);
    key.ok_or_else(|| Failure::new(format!("{} has no key that opens contacts", identity.display())))
}
