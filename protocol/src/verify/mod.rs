//! Everything about a draw, from the files of its bundle alone. SPEC §15.
//!
//! **Invariant:** [`verify`] reads nothing but its argument, and accepts only if every rule of the SPEC holds. What it could
//! not hold against a rehearsal is in [`Verified::witnessed_at_unix_s`].

mod log;
mod receipt;
mod receipts;
mod register;
mod rejection;
mod result;

pub use receipt::{ReceiptFault, ReceiptFinding, check_receipt};
pub use rejection::{Fault, Rejection};

use crate::{
    apportionment::{ApportionmentFile, Kept},
    batches::Batch,
    bundle::path,
    certificate::Checked,
    cosignature::Cosignature,
    event::Event,
    hash::Hash,
    json,
    manifest::{self, Files, MANIFEST},
    outcome::Record,
    programme::Programme,
    register::Register,
    seat::Seat,
    seed::SeedFile,
    sessions::SessionsFile,
};
use serde::{Serialize, de::DeserializeOwned};

/// A draw whose every rule holds, opened.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The programme.
    pub programme: Programme,
    /// The draw's log, in order.
    pub events: Vec<Event>,
    /// The log's root at H2.
    pub log_root: Hash,
    /// Who cosigned head H1, and when.
    pub freeze_witnesses: Vec<Cosignature>,
    /// By when the quorum had cosigned the frozen register; `None` in a rehearsal without quorum: *not proven to have
    /// existed before the beacon*.
    pub witnessed_at_unix_s: Option<u64>,
    /// The register.
    pub register: Register,
    /// All batches of receipts.
    pub batches: Vec<Batch>,
    /// The seed and what it was made of.
    pub seed: SeedFile,
    /// One record per register entry.
    pub records: Vec<Record>,
    /// Their seats; none if the draw has no reserves.
    pub seats: Vec<Seat>,
    /// The apportionment, if the programme asks for one.
    pub apportionment: Option<ApportionmentFile>,
    /// The seats of sessions that it gives to groups.
    pub kept: Kept,
    /// Sessions, closing numbers, prices, totals.
    pub sessions: SessionsFile,
    /// What the certificate's check counted.
    pub checked: Checked,
}

/// Checks a bundle by the eight steps of SPEC §15.
///
/// # Errors
/// The first fault, with the file it was found in.
pub fn verify(files: &Files) -> Result<Verified, Rejection> {
    let manifest = manifest::check_files(files).map_err(Rejection::manifest)?;
    let programme = Programme::parse(bytes(files, path::PROGRAMME)?).map_err(Rejection::at(path::PROGRAMME))?;
    manifest::check_signature(&programme, &manifest).map_err(Rejection::at(MANIFEST))?;
    let note = bytes(files, path::PROGRAMME_NOTE)?;
    manifest::check_programme_note(&programme, note).map_err(Rejection::at(path::PROGRAMME_NOTE))?;

    let log = log::open(files, &programme)?;
    let sessions: SessionsFile = open(files, path::SESSIONS, "jebi/v0/sessions", &programme)?;
    let published = register::open(files, &programme, &log)?;
    let batches = receipts::check(files, &programme, &log, &published.register)?;
    let seed = result::check_seed(files, &programme, &log, &published.register)?;
    let witnessed_at_unix_s = log::check_quorum(&programme, &log)?;
    let (apportionment, kept) = result::check_apportionment(files, &programme, &published.register)?;
    let checked = result::check(&programme, &kept, &log, &published, &sessions, &seed)?;
    let register::Published { register, records, seats, .. } = published;
    Ok(Verified {
        programme,
        events: log.events,
        log_root: log.head.root(),
        freeze_witnesses: log.freeze_cosignatures,
        witnessed_at_unix_s,
        register,
        batches,
        seed,
        records,
        seats,
        apportionment,
        kept,
        sessions,
        checked,
    })
}

fn bytes<'a>(files: &'a Files, path: &str) -> Result<&'a [u8], Rejection> {
    files.get(path).map(Vec::as_slice).ok_or_else(|| Rejection::missing(path))
}

/// What the canonical JSON files of a bundle have in common.
trait Marked {
    fn format(&self) -> &str;
    fn rehearsal(&self) -> bool;
    fn programme(&self) -> Hash;
}

macro_rules! marked {
    ($($file:ty),*) => {$(
        impl Marked for $file {
            fn format(&self) -> &str {
                &self.format
            }
            fn rehearsal(&self) -> bool {
                self.rehearsal
            }
            fn programme(&self) -> Hash {
                self.programme
            }
        }
    )*};
}
marked!(ApportionmentFile, SessionsFile, SeedFile, crate::bundle::RunsFile);

/// Reads a canonical JSON file of this programme.
fn open<T: DeserializeOwned + Serialize + Marked>(
    files: &Files,
    path: &str,
    format: &str,
    programme: &Programme,
) -> Result<T, Rejection> {
    let file: T = json::parse(bytes(files, path)?).map_err(Rejection::at(path))?;
    let fault = if file.format() != format {
        Fault::Format
    } else if file.programme() != programme.hash() {
        Fault::OtherProgramme
    } else if file.rehearsal() != programme.rehearsal {
        Fault::Mark
    } else {
        return Ok(file);
    };
    Err(Rejection::new(path, fault))
}
