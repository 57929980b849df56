//! What `jebi roll` is asked, and what its `--help` teaches.

use super::{At, Desk, StoreAt, examples};
use clap::{Args, Subcommand, ValueEnum};
use intake::LineRange;
use std::path::PathBuf;

/// Who does it.
#[derive(Args, Clone)]
pub(crate) struct Actor {
    /// Who does this, for the journal [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// `jebi roll import`.
#[derive(Args)]
pub(crate) struct Import {
    /// The draw's folder
    pub draw: PathBuf,
    /// The file: CSV with a line of names, or Parquet if its name ends so
    pub file: PathBuf,
    /// Do not ask: the totals have been looked at
    #[arg(long)]
    pub yes: bool,
    /// Show what the file would change, and change nothing
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    #[command(flatten)]
    pub by: Actor,
    #[command(flatten)]
    pub store: StoreAt,
}

/// `jebi roll undo`.
#[derive(Args)]
pub(crate) struct Undo {
    /// The draw's folder
    pub draw: PathBuf,
    /// Lines of the journal, as the import printed them: 7, or 3-202
    #[arg(required = true, value_name = "LINES")]
    pub lines: Vec<LineRange>,
    /// Do not ask: the totals have been looked at
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub by: Actor,
    #[command(flatten)]
    pub store: StoreAt,
}

/// `jebi roll contacts`.
#[derive(Args)]
pub(crate) struct Contacts {
    /// The draw's folder
    pub draw: PathBuf,
    /// What `jebi keys contacts` wrote to open them
    #[arg(long, value_name = "FILE")]
    pub identity: PathBuf,
    /// The CSV file to write: reference,contact; must not exist
    #[arg(long)]
    pub out: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
}

/// What can be deleted.
#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum Forgotten {
    /// Encrypted contacts
    Contacts,
    /// Keyed hashes of access codes
    Codes,
    /// Birth dates and districts; after the codes
    Roll,
}

/// `jebi roll forget`.
#[derive(Args)]
pub(crate) struct Forget {
    /// The draw's folder
    pub draw: PathBuf,
    /// Only this [default: contacts, codes and roll]
    #[arg(long, value_name = "WHAT")]
    pub only: Vec<Forgotten>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub by: Actor,
    #[command(flatten)]
    pub time: At,
    #[command(flatten)]
    pub store: StoreAt,
}

/// `jebi roll`.
#[derive(Subcommand)]
pub(crate) enum Roll {
    /// Add and correct people from a file with the columns reference,born,district and maybe contact. Shows how many of which cohort and
    /// district it adds, corrects and leaves, then asks. The same file again adds what is missing
    #[command(after_long_help = examples::IMPORT)]
    Import(Import),
    /// Take imports back, the last first: who was added is not on the roll any more, who was corrected is as before
    ///
    /// Shows how many people that concerns, then asks. Refused before anything is changed where people have registered, or were
    /// changed by a later import that stays. Registrations that lie between the lines stay. What was taken back already is
    /// passed over, so after an interruption the same command goes on.
    #[command(after_long_help = examples::UNDO)]
    Undo(Undo),
    /// List what changed who is on the roll: line of the journal, when, how many people, by whom
    #[command(after_long_help = examples::IMPORTS)]
    Imports {
        /// The draw's folder
        draw: PathBuf,
        /// One line of JSON each
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreAt,
    },
    /// Issue access codes and write them for mailing: reference,code. A code issued again voids the old one
    #[command(after_long_help = examples::CODES)]
    Codes {
        /// The draw's folder
        draw: PathBuf,
        /// The file of people, CSV or Parquet: those of it who are to get a code
        file: PathBuf,
        /// The CSV file to write; it holds secrets and must not exist
        #[arg(long)]
        out: PathBuf,
        /// Issue again for people who have a code; the old ones are void then
        #[arg(long)]
        reissue: bool,
        /// Only these people of the file, whether or not they have a code
        #[arg(long, value_name = "REFERENCE")]
        only: Vec<String>,
        #[command(flatten)]
        by: Actor,
        #[command(flatten)]
        store: StoreAt,
    },
    /// Type in what people bring on paper or say on the telephone: the same rules, the same receipt
    ///
    /// Asks question by question, and sends nothing before it was read back; or takes a table of forms. It runs on the
    /// intake's machine, with the draw's keys; the service may run meanwhile. The person's letter is needed: access code and
    /// birth date; for a change or a withdrawal the change key too, or --without-change-key and a reason.
    #[command(after_long_help = examples::DESK)]
    Desk(Desk),
    /// Decrypt the contacts that imports brought, on a machine of the officials
    #[command(after_long_help = examples::CONTACTS)]
    Contacts(Contacts),
    /// Delete contacts, access codes and the roll for good, after the result and the objection period. A line of the
    /// journal proves what was deleted; registrations and results stay
    #[command(after_long_help = examples::FORGET)]
    Forget(Forget),
}
