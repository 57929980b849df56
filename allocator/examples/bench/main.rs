//! How long a draw takes, family by family, size by size, mechanism by mechanism, beside OR-tools in the same run.
//!
//! `cargo run --release -p allocator --example bench -- --help`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a benchmark measures and prints, and stops where something is wrong"
)]

mod case;
mod dice;
mod families;
mod files;
mod graph;
mod instance;
mod resources;
mod table;

use case::{Case, Figures};
use clap::Parser;
use families::Family;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Measures the allocator on invented draws, each case in a process of its own.
///
/// Without options: every family at the sizes that fit a coffee break. Site choices, reserves, two tiers and lists of 1
/// to 10 are in the family `mixed`.
#[derive(Debug, Parser)]
struct Arguments {
    /// Families; all by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    families: Vec<Family>,
    /// How many people, as in 10k,100k,1M,19M.
    #[arg(long, value_delimiter = ',', value_parser = people, default_value = "10k,100k")]
    people: Vec<u32>,
    /// Mechanisms.
    #[arg(long, value_delimiter = ',', default_value = "serial,priority,optimal")]
    mechanisms: Vec<String>,
    /// Lines of a list; in `mixed` lists have one to twice as many.
    #[arg(long, default_value_t = 5)]
    length: usize,
    /// A Python that has OR-tools and NumPy: the same problems are put to it too, and stopped after 300 s.
    #[arg(long)]
    ortools: Option<PathBuf>,
    /// Also write the figures here, one JSON object a line.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Compares the work with the recorded figures of this file and fails if any grew by more than a tenth.
    #[arg(long)]
    budget: Option<PathBuf>,
    /// An instance from files instead: the folder of c_TAG.bin (int32, lists of `--length` sessions, people in draw
    /// order) and q_TAG.bin (int32, seats); answers are written beside them.
    #[arg(long, num_args = 2, value_names = ["FOLDER", "TAG"])]
    from: Option<Vec<String>>,
    /// One case, printed as JSON: what this program starts for each.
    #[arg(long, hide = true)]
    one: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if let Some([folder, tag]) = arguments.from.as_deref() {
        for mechanism in mechanisms(&arguments) {
            files::run(folder.as_ref(), tag, arguments.length, mechanism);
        }
        return;
    }
    let cases = cases(&arguments);
    if let ([case], true) = (cases.as_slice(), arguments.one) {
        println!("{}", serde_json::to_string(&case::run(case)).unwrap());
        return;
    }
    let mut done: Vec<(Case, Figures)> = Vec::new();
    for case in cases {
        eprintln!("{} {} {} …", case.family.name(), table::short(case.people), case.mechanism);
        let figures = apart(&case);
        if let Some(path) = &arguments.json {
            table::append_json(path, &case, &figures);
        }
        done.push((case, figures));
    }
    table::print(&done);
    if let Some(path) = &arguments.budget
        && !table::within_budget(path, &done)
    {
        std::process::exit(1);
    }
}

fn cases(arguments: &Arguments) -> Vec<Case> {
    use clap::ValueEnum;
    let families = match arguments.families.as_slice() {
        [] => Family::value_variants().to_vec(),
        given => given.to_vec(),
    };
    let mut cases = Vec::new();
    for family in families {
        for people in &arguments.people {
            for mechanism in mechanisms(arguments) {
                let python = arguments.ortools.clone();
                cases.push(Case { family, people: *people, length: arguments.length, mechanism, python });
            }
        }
    }
    cases
}

fn mechanisms(arguments: &Arguments) -> Vec<&'static str> {
    let known = ["serial", "priority", "optimal"];
    known.into_iter().filter(|name| arguments.mechanisms.iter().any(|given| given == name)).collect()
}

/// Runs a case in a process of its own, so that its peak of memory is its own.
fn apart(case: &Case) -> Figures {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--one", "--families", case.family.name(), "--mechanisms", case.mechanism]);
    command.args(["--people", &case.people.to_string(), "--length", &case.length.to_string()]);
    if let Some(python) = &case.python {
        command.arg("--ortools").arg(python);
    }
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the case failed: {case:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn people(text: &str) -> Result<u32, String> {
    let (digits, unit) = match text.to_lowercase().as_str() {
        lower if lower.ends_with('k') => (&text[..text.len() - 1], 1_000),
        lower if lower.ends_with('m') => (&text[..text.len() - 1], 1_000_000),
        _ => (text, 1),
    };
    let count: u32 = digits.parse().map_err(|_| format!("{text:?} is no number of people, such as 100k"))?;
    count.checked_mul(unit).filter(|count| *count > 0).ok_or_else(|| format!("{text:?} is out of range"))
}
