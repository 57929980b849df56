//! What the office itself looks at and types in: the turnout, the audit.

use super::StoreAt;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use std::path::PathBuf;

/// `jebi status`.
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

/// `jebi roll desk`.
#[derive(Args)]
pub(crate) struct Desk {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
    /// Who types, as it shall stand in the journal, such as "desk 3, M. Kim"
    #[arg(long, value_name = "NAME")]
    pub actor: String,
    /// How it came
    #[arg(long)]
    pub channel: DeskChannel,
    /// A table of forms (CSV): form,access_code,birth_date,choices[,change_key,withdraw,reason]; choices as site.ID or
    /// session.ID, best first, with spaces between; withdraw is yes or empty. The same table twice counts once
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Change or withdraw entries of people who showed who they are and have no change key, each for a reason (asked for, or
    /// in the column reason). Everybody can see in the entry that the office did it; the key from before opens nothing more
    #[arg(long)]
    pub without_change_key: bool,
    /// The folder for receipts and pages to print; the pages hold change keys
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Tag of the language of pages and answers, as en or ko
    #[arg(long, default_value = "ko")]
    pub lang: String,
    /// Telephone number of those who help people, for the pages
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// Where the bundle will be published: pages lead there
    #[arg(long, value_name = "URL", value_parser = super::web_address)]
    pub results: Option<String>,
    /// In a rehearsal: what time it is when the desk opens; the clock runs on from there
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
}

/// How forms come to a desk.
#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum DeskChannel {
    /// Filled in by the person; the entry says *paper*
    Paper,
    /// Said by the person; the entry says *assisted*
    Telephone,
}
