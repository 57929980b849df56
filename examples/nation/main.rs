//! The whole way of a large draw, from the frozen register to a verified allocation on disk, measured:
//!
//! `cargo build --release && cargo run --release --example nation -- --people 1M,19M`
//!
//! Who lists what is invented as in the allocator's benchmark. The register is written as `jebi freeze` writes it, but for
//! the intake behind it: everybody registered once, in one batch. Then `jebi` itself does the rest, each step in a process
//! of its own. With `--freeze` an intake's store is filled with them instead, and `jebi freeze` is measured. With `--store` that
//! store is in PostgreSQL. It takes about
//! 250 bytes of disk for each person, 500 with `--publish`; what it made is removed in the end.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a benchmark measures and prints, and stops where something is wrong"
)]

#[path = "../../src/console.rs"]
#[allow(dead_code, reason = "the program's own, of which a benchmark needs a part")]
mod console;
#[path = "../../allocator/examples/bench/dice.rs"]
#[allow(dead_code, reason = "the allocator's own, of which this needs a part")]
mod dice;
#[path = "../../src/draw/mod.rs"]
#[allow(dead_code, reason = "the program's own, of which a benchmark needs a part")]
mod draw;
#[path = "../../src/failure.rs"]
#[allow(dead_code, reason = "the program's own, of which a benchmark needs a part")]
mod failure;
#[path = "../../allocator/examples/bench/families.rs"]
#[allow(dead_code, reason = "the allocator's own, of which this needs a part")]
mod families;

mod copying;
mod filling;
mod freezing;
mod programme;
mod running;

use clap::Parser;
use families::Family;
use running::Program;
use std::{fs, path::PathBuf, time::Instant};

/// Measures a draw of millions from the frozen register on.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many people, as in 100k,1M,19M.
    #[arg(long, value_delimiter = ',', value_parser = people, default_value = "1M")]
    people: Vec<u32>,
    /// Who lists what.
    #[arg(long, value_enum, default_value = "typical")]
    family: Family,
    /// serial, priority or optimal.
    #[arg(long, value_delimiter = ',', default_value = "priority,optimal")]
    mechanisms: Vec<String>,
    /// Also publish and verify, which hold the whole bundle in memory.
    #[arg(long)]
    publish: bool,
    /// Only fill an intake's store with them, and keep it.
    #[arg(long)]
    fill: bool,
    /// Only fill an intake's store with them and freeze it: `jebi freeze` is measured, and nothing else.
    #[arg(long)]
    freeze: bool,
    /// Fill a store and freeze it, then go on to the result and audit it: `jebi store check` and `jebi audit` are measured too.
    #[arg(long)]
    audit: bool,
    /// With --fill, --freeze or --audit: a PostgreSQL database, empty and to be emptied afterwards, into which the filled store is
    /// copied with psql.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// Where to work; a folder of its own is made in it.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    dir: PathBuf,
    /// Leave everything there.
    #[arg(long)]
    keep: bool,
    /// The program, as `cargo build --release` makes it; by default beside this one.
    #[arg(long)]
    jebi: Option<PathBuf>,
}

fn main() {
    let arguments = Arguments::parse();
    let beside = || std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("jebi");
    let jebi = Program { path: arguments.jebi.clone().unwrap_or_else(beside), store: arguments.store.clone() };
    assert!(jebi.path.exists(), "{} is not there: cargo build --release", jebi.path.display());
    for people in &arguments.people {
        for mechanism in &arguments.mechanisms {
            let folder = arguments.dir.join(format!("jebi-nation-{}-{people}-{mechanism}", std::process::id()));
            run(&arguments, &jebi, *people, mechanism, &folder);
            if !arguments.keep && !arguments.fill {
                fs::remove_dir_all(&folder).unwrap();
            }
        }
    }
}

fn run(arguments: &Arguments, jebi: &Program, people: u32, mechanism: &str, folder: &std::path::Path) {
    let began = Instant::now();
    if arguments.fill || arguments.freeze || arguments.audit {
        filling::fill(jebi, folder, arguments.family, people, mechanism);
        let people = console::count(people.into());
        if let Some(address) = &arguments.store {
            copying::copy(jebi, folder, address);
        }
        println!("a store with {people} entries, filled in {} s in {}", began.elapsed().as_secs(), folder.display());
        if arguments.fill {
            return;
        }
        jebi.measure("freeze", &["freeze", "DRAW", "--at", "2023-08-21T18:05:00+09:00"], folder);
        if arguments.audit {
            jebi.measure("status", &["status", "DRAW", "--json"], folder);
            to_the_result(jebi, folder);
            jebi.measure("check", &["store", "check", "DRAW"], folder);
            jebi.measure("audit", &["audit", "DRAW"], folder);
        }
        return;
    }
    let sessions = freezing::freeze(jebi, folder, arguments.family, people, mechanism);
    println!(
        "{}, {mechanism}: {} people and {} sessions, made in {} s in {}",
        arguments.family.name(),
        console::count(people.into()),
        console::count(sessions),
        began.elapsed().as_secs(),
        folder.display()
    );
    to_the_result(jebi, folder);
    if arguments.publish {
        jebi.measure("publish", &["publish", "--confirm", "DRAW"], folder);
        jebi.measure("verify", &["verify", "DRAW/bundle"], folder);
    }
}

fn to_the_result(jebi: &Program, folder: &std::path::Path) {
    let beacon = concat!(env!("CARGO_MANIFEST_DIR"), "/data/beacon/quicknet-round-1000.json");
    jebi.measure("seed", &["seed", "DRAW", "--beacon", beacon, "--at", "2023-08-24T01:00:00+09:00"], folder);
    jebi.measure("allocate", &["allocate", "DRAW", "--at", "2023-08-24T01:05:00+09:00"], folder);
}

fn people(text: &str) -> Result<u32, String> {
    let lower = text.to_lowercase();
    let (digits, unit) = match lower.strip_suffix('k').map(|digits| (digits, 1_000)) {
        Some(thousands) => thousands,
        None => lower.strip_suffix('m').map_or((lower.as_str(), 1), |digits| (digits, 1_000_000)),
    };
    let count = digits.parse::<u32>().ok().and_then(|count| count.checked_mul(unit)).filter(|count| *count > 0);
    count.ok_or_else(|| format!("{text:?} is no number of people, such as 100k"))
}
