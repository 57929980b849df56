//! How long the engine takes on invented families of draws, phase by phase:
//! `cargo run --release -p allocator --example families -- FAMILY PEOPLE [MECHANISM] [option=number]…`.
//!
//! FAMILY is typical, flat, ring, uniform or hot; MECHANISM is serial, priority, optimal or all. Options: `ratio` seats in
//! percent of people, `list` choices each, `sites` percent of choices that are whole sites, `sessions` of each site, `tiers`,
//! `threads`, `patience`, `region`, `numbers` 0 to 2 (narrowest, wide, whole).

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

mod dice;
mod family;

use allocator::{AllocateError, Effort, Numbers, Outcome, Phase, allocate_with_effort};
use family::Family;
use protocol::instance::{Instance, Mechanism};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Instant;

fn main() {
    let (words, options): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| !word.contains('='));
    let options: BTreeMap<&str, u64> = options
        .iter()
        .map(|option| option.split_once('=').unwrap())
        .map(|(name, number)| (name, number.parse().unwrap()))
        .collect();
    let option = |name: &str, usual: u64| options.get(name).copied().unwrap_or(usual);
    let threads = option("threads", 0) as usize;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().unwrap();
    let family = Family {
        name: words[0].clone(),
        people: words[1].parse().unwrap(),
        ratio: option("ratio", 90) as f64 / 100.0,
        list: option("list", 5) as usize,
        sites: option("sites", 0),
        sessions: option("sessions", 12) as u32,
        tiers: option("tiers", 1) as u8,
    };
    let usual = Effort::default();
    let effort = Effort {
        patience: option("patience", usual.patience),
        numbers: [Numbers::Narrowest, Numbers::Wide, Numbers::Whole][option("numbers", 0) as usize],
        region: option("region", usual.region as u64) as usize,
    };
    let wanted = words.get(2).map_or("all", String::as_str);
    let costs: Vec<u32> = (0..family.list as u32).collect();
    let unplaced_costs = (0..family.tiers).map(|tier| 30 * u32::from(family.tiers - tier)).collect();
    let mechanisms = [
        ("serial", Mechanism::Serial),
        ("priority", Mechanism::Priority { rank_costs: costs.clone() }),
        ("optimal", Mechanism::Optimal { rank_costs: costs, unplaced_costs, outsider_cost: 0 }),
    ];
    for (name, mechanism) in mechanisms.into_iter().filter(|(name, _)| wanted == "all" || wanted == *name) {
        let begun = Instant::now();
        let instance = family.instance(mechanism);
        println!(
            "{} {name}: {} people, {} pools, made in {:.2?}; {}",
            family.name,
            instance.applicants(),
            instance.pools().len(),
            begun.elapsed(),
            memory()
        );
        measure(&instance, effort);
    }
}

fn measure(instance: &Instance, effort: Effort) {
    let (begun, mut cpu) = (Instant::now(), processor_seconds());
    let mut lines = Vec::new();
    let (mut phase, mut since) = (None, begun);
    let outcome = allocate_with_effort(instance, effort, &mut |next: Phase, _, _| {
        if phase != Some(next) {
            let now = (Instant::now(), processor_seconds());
            lines.push((phase, now.0 - since, now.1 - cpu));
            (phase, since, cpu) = (Some(next), now.0, now.1);
        }
        ControlFlow::Continue(())
    });
    lines.push((phase, since.elapsed(), processor_seconds() - cpu));
    for (phase, wall, cpu) in lines.iter().skip(1) {
        println!("    {:12} wall {:8.3} s  cpu {cpu:6.2} s", format!("{:?}", phase.unwrap()), wall.as_secs_f64());
    }
    println!("    all          wall {:8.3} s; {}", begun.elapsed().as_secs_f64(), memory());
    describe(outcome);
}

fn describe(outcome: Result<Outcome, AllocateError>) {
    match outcome {
        Ok(Outcome { checked, steps, certificate, .. }) => {
            let highest = certificate.prices.iter().max().unwrap();
            println!(
                "    placed {} {:?}, unplaced {}, cost {}, {steps:?}, highest price {highest}",
                checked.placed(),
                checked.placed_by_rank,
                checked.unplaced,
                checked.rank_cost
            );
        }
        Err(error) => println!("    {error}"),
    }
}

/// Of this process, in all threads.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key)).unwrap_or("");
        line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    format!("memory {} MB now, {} MB at most", of("VmRSS"), of("VmHWM"))
}
