//! What the office itself looks at and types in: the turnout, the audit.

use super::StoreAt;
use clap::Args;
use std::path::PathBuf;

/// `jebi status`.
///
/// For officials, not for publication: a district or cohort with few people points at them.
#[derive(Args)]
pub(crate) struct Status {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
    /// Print everything once, also on a terminal
    #[arg(long)]
    pub once: bool,
    /// Print one JSON object, for programs
    #[arg(long)]
    pub json: bool,
}

/// `jebi audit`.
///
/// For the office and its auditors: `verify` needs the bundle alone, this needs the store and the roll. Exit status 1 means
/// that a fault was found.
#[derive(Args)]
pub(crate) struct Audit {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
    /// The bundle's folder [default: DRAW/bundle, if there is one]
    #[arg(long, value_name = "FOLDER")]
    pub bundle: Option<PathBuf>,
    /// Also write the picture of results by arrival to this file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Print one JSON object, for programs
    #[arg(long)]
    pub json: bool,
}
