//! The command line: verbs, their arguments, and what `--help` teaches.

mod examples;
mod office;
mod roll;
mod store;

pub(crate) use office::{Audit, Desk, DeskChannel, Status};
pub(crate) use roll::{Actor, Contacts, Forget, Forgotten, Import, Roll, Undo};
pub(crate) use store::StoreAt;

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use std::{net::SocketAddr, path::PathBuf};

/// Draws by lot what too many people want, so that nobody has to be fast and anybody can check it.
///
/// A draw is a folder. Its life is: check, announce, roll, serve (registration), freeze, witness, notice, seed,
/// allocate, witness, publish. Try `jebi demo` first: it runs a whole draw on real places and leaves everything to look at.
#[derive(Parser)]
#[command(name = "jebi", version, max_term_width = 110, after_long_help = examples::ALL)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a whole draw on real places: intake over HTTP, freeze, witnesses, seed, allocate, publish, verify
    #[command(after_long_help = examples::DEMO)]
    Demo(Demo),
    /// Validate a programme: its hash, cohorts with first and last birth dates, capacity, calendar
    #[command(after_long_help = examples::CHECK)]
    Check(DrawOnly),
    /// Make or show the keys of a draw or of a witness
    #[command(subcommand)]
    Keys(Keys),
    /// Sign the programme and open the draw's log: nothing of it can change afterwards
    #[command(after_long_help = examples::ANNOUNCE)]
    Announce(DrawAt),
    /// Say who may register, take a wrong import back, and issue access codes
    #[command(subcommand)]
    Roll(Roll),
    /// Check the store of registrations, list who changed it, copy it
    #[command(subcommand)]
    Store(Store),
    /// Run the intake: pages and API for citizens, while the window is open
    #[command(after_long_help = examples::SERVE)]
    Serve(Serve),
    /// Show how many have registered, by hour, cohort, district and channel: live on a terminal
    ///
    /// It only reads. For officials, not for publication: a district or cohort with few people points at them.
    #[command(after_long_help = examples::STATUS)]
    Status(Status),
    /// Close the register: reconcile, write its runs, commit its root to the log
    #[command(after_long_help = examples::FREEZE)]
    Freeze(Freeze),
    /// Check that a log only grew, and cosign its head
    #[command(after_long_help = examples::WITNESS)]
    Witness(Witness),
    /// Write the pages between the freeze and the result: what was frozen, "check that I am in", what happens when
    #[command(after_long_help = examples::NOTICE)]
    Notice(DrawOnly),
    /// Show what happened in a draw, and by whom it was signed
    #[command(after_long_help = examples::LOG)]
    Log(Log),
    /// Verify the beacon round that the programme named, and derive the seed
    #[command(after_long_help = examples::SEED)]
    Seed(Seed),
    /// Run the programme's mechanism, check its certificate, commit the result to the log
    #[command(after_long_help = examples::ALLOCATE)]
    Allocate(Allocate),
    /// Write the bundle: static files that any web server can hand to millions
    #[command(after_long_help = examples::PUBLISH)]
    Publish(Publish),
    /// Serve a bundle on loopback to look at it
    #[command(after_long_help = examples::VIEW)]
    View(View),
    /// Check everything about a draw from the files of its bundle alone
    #[command(after_long_help = examples::VERIFY)]
    Verify(Verify),
    /// Compare a draw with the store: entries with the roll, the register and the bundle, results with the order of arrival
    ///
    /// For the office and its auditors: `verify` needs the bundle alone, this needs the store and the roll. Run it after the
    /// freeze, after the result, and before anything of the roll is deleted. Exit status 1 means that a fault was found.
    #[command(after_long_help = examples::AUDIT)]
    Audit(Audit),
    /// Explain one person's result in sentences
    #[command(after_long_help = examples::EXPLAIN)]
    Explain(Explain),
}

/// Only the draw's folder.
#[derive(Args)]
pub(crate) struct DrawOnly {
    /// The draw's folder
    pub draw: PathBuf,
}

/// The draw's folder and, for rehearsals, the time.
#[derive(Args)]
pub(crate) struct DrawAt {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub time: At,
}

/// How `allocate` goes about it.
#[derive(Args)]
pub(crate) struct Allocate {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub time: At,
    /// Compare the cost with what another program finds, before anything is written
    #[arg(long, value_name = "BY")]
    pub cross_check: Option<CrossCheck>,
    /// Also write where time and memory went to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub costs: Option<PathBuf>,
}

/// What a result can be compared with.
#[derive(clap::ValueEnum, Clone, Copy)]
pub(crate) enum CrossCheck {
    /// A linear programme, solved by HiGHS: for optimal and priority, at most 20,000 people
    Lp,
}

/// A rehearsal's clock.
#[derive(Args, Clone, Copy)]
pub(crate) struct At {
    /// What time it is, in a rehearsal: RFC 3339, such as 2023-08-21T18:00:00+09:00
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
}

/// `jebi demo`.
#[derive(Args)]
pub(crate) struct Demo {
    /// How many people are on the eligibility roll
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(50..=1_000_000))]
    pub citizens: u32,
    /// Where to put the draw; must not exist
    #[arg(long, default_value = "demo")]
    pub dir: PathBuf,
    /// Keep six of every ten seats for the districts, by how many of their people register
    #[arg(long)]
    pub apportioned: bool,
    /// Afterwards, serve the bundle at this address until interrupted
    #[arg(long, value_name = "ADDR")]
    pub serve: Option<SocketAddr>,
}

/// `jebi keys`.
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Make the operator's, the log's and the intake's keys of a draw
    #[command(after_long_help = examples::KEYS_NEW)]
    New {
        /// The draw's folder
        draw: PathBuf,
        /// Name of the office, as a host name; key names derive from it
        #[arg(long, default_value = "office.example")]
        name: String,
        /// Name the log as a rehearsal's
        #[arg(long)]
        rehearsal: bool,
    },
    /// Make a witness's key
    #[command(after_long_help = examples::KEYS_WITNESS)]
    Witness {
        /// The file to write
        file: PathBuf,
        /// The witness's name, as a host name
        #[arg(long)]
        name: String,
    },
    /// Make the officials' key for contacts. The roll's contacts are encrypted to it; keep what opens them elsewhere
    #[command(after_long_help = examples::KEYS_CONTACTS)]
    Contacts {
        /// The draw's folder, which gets the public side
        draw: PathBuf,
        /// The file to write what opens contacts to; not on the machine of the intake
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
    },
    /// Print the public side of a key file
    #[command(after_long_help = examples::KEYS_SHOW)]
    Show {
        /// The key file
        file: PathBuf,
    },
}

/// `jebi store`.
#[derive(Subcommand)]
pub(crate) enum Store {
    /// Rebuild the state from the journal and compare; verify the chain, every batch's root and signature, and that all
    /// that the log anchors is there. Prints the last link
    #[command(after_long_help = examples::STORE_CHECK)]
    Check {
        /// The draw's folder
        draw: PathBuf,
        /// A link that an earlier check printed: it must still be in the journal
        #[arg(long, value_name = "LINK")]
        seen: Vec<String>,
        #[command(flatten)]
        store: StoreAt,
    },
    /// List the journal: what was changed when, by whom
    #[command(after_long_help = examples::STORE_JOURNAL)]
    Journal {
        /// The draw's folder
        draw: PathBuf,
        /// One line of JSON each
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreAt,
    },
    /// Copy a SQLite store while it is in use; for PostgreSQL use pg_dump or a base backup with its log
    #[command(after_long_help = examples::STORE_BACKUP)]
    Backup {
        /// The draw's folder
        draw: PathBuf,
        /// The file to write; must not exist
        file: PathBuf,
        #[command(flatten)]
        store: StoreAt,
    },
}

/// `jebi serve`.
#[derive(Args)]
pub(crate) struct Serve {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
    /// Address to listen at
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Most connections at one time [default: 8192, or as many as open files allow]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=2_000_000_000))]
    pub connections: Option<u32>,
    /// Address of this machine where monitoring reads /metrics (Prometheus), /healthz and /readyz
    #[arg(long, value_name = "ADDR")]
    pub monitor: Option<SocketAddr>,
    /// In a rehearsal: what time it is when the intake starts; the clock runs on from there
    #[arg(long, value_name = "TIME")]
    pub at: Option<Timestamp>,
    /// Telephone number of those who help people, for the pages
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// Where the bundle will be published, such as https://draws.example/2026/: receipts lead there
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub results: Option<String>,
}

/// An address that the link on a receipt can lead to: of the web, and nothing behind it that a ticket would get lost in.
fn web_address(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next());
    let is_one = host.is_some_and(|host| !host.is_empty())
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>'));
    is_one.then(|| text.to_owned()).ok_or_else(|| "receipts lead there: such as https://draws.example/2026/".to_owned())
}

/// `jebi freeze`.
#[derive(Args)]
pub(crate) struct Freeze {
    /// The draw's folder
    pub draw: PathBuf,
    #[command(flatten)]
    pub store: StoreAt,
    #[command(flatten)]
    pub time: At,
}

/// `jebi witness`.
#[derive(Args)]
pub(crate) struct Witness {
    /// The log's folder, such as DRAW/log
    pub log: PathBuf,
    /// The witness's key file; what it has seen is remembered beside it
    #[arg(long, required_unless_present = "add", conflicts_with = "add")]
    pub key: Option<PathBuf>,
    /// Instead of signing: add the lines that witnesses printed elsewhere to the log's heads
    #[arg(long, value_name = "FILE")]
    pub add: Option<PathBuf>,
    /// The programme the log belongs to [default: LOG/../announced/programme.json]
    #[arg(long, value_name = "FILE")]
    pub programme: Option<PathBuf>,
    #[command(flatten)]
    pub time: At,
}

/// `jebi log`.
#[derive(Args)]
pub(crate) struct Log {
    /// The draw's folder
    pub draw: PathBuf,
    /// Print the events as JSON, one a line
    #[arg(long)]
    pub json: bool,
}

/// `jebi seed`.
#[derive(Args)]
pub(crate) struct Seed {
    /// The draw's folder
    pub draw: PathBuf,
    /// The round as drand's relays give it: a JSON file with round and signature
    #[arg(long, value_name = "FILE")]
    pub beacon: PathBuf,
    #[command(flatten)]
    pub time: At,
}

/// `jebi publish`.
#[derive(Args)]
pub(crate) struct Publish {
    /// The draw's folder
    pub draw: PathBuf,
    /// Do not ask: the small groups that the bundle shows have been looked at
    #[arg(long)]
    pub confirm: bool,
}

/// `jebi view`.
#[derive(Args)]
pub(crate) struct View {
    /// The bundle's folder
    pub bundle: PathBuf,
    /// Address to listen at; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
}

/// `jebi verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// The bundle's folder
    pub bundle: PathBuf,
    /// Also check this receipt against the bundle
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// Also show what this ticket got
    #[arg(long)]
    pub ticket: Option<String>,
    /// The programme hash you know from elsewhere, such as a newspaper
    #[arg(long, value_name = "HASH")]
    pub programme: Option<String>,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// `jebi explain`.
#[derive(Args)]
pub(crate) struct Explain {
    /// The bundle's folder
    pub bundle: PathBuf,
    /// The ticket, as printed on the receipt
    pub ticket: String,
    /// Tag of a language of the pages, as en or ko
    #[arg(long, default_value = "en")]
    pub lang: String,
}
