//! The figures as people read them, as files, and against what was recorded.

use crate::case::{Case, Figures};
use crate::resources::load;
use comfy_table::{CellAlignment, Table};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// Work may grow by this much over what was recorded.
const TOLERANCE_PERCENT: u64 = 10;

pub(crate) fn print(done: &[(Case, Figures)]) {
    let mut table = Table::new();
    table.set_header([
        "family",
        "mechanism",
        "people",
        "pools",
        "component",
        "placed",
        "first",
        "who s",
        "ranks s",
        "ties s",
        "check s",
        "wall s",
        "cpu s",
        "exponent",
        "visits",
        "MB",
        "of it draw",
    ]);
    for (case, figures) in done {
        let [who, ranks, ties, _] = figures.phases_s;
        table.add_row([
            case.family.name().to_string(),
            case.mechanism.to_string(),
            short(case.people),
            figures.pools.to_string(),
            figures.largest_component.to_string(),
            figures.placed.to_string(),
            figures.first_choice.to_string(),
            seconds(who),
            seconds(ranks),
            seconds(ties),
            seconds(figures.check_s),
            seconds(figures.wall_s),
            seconds(figures.cpu_s),
            exponent(case, figures, done),
            figures.visits.to_string(),
            format!("{:.0}", figures.peak_mb),
            format!("{:.0}", figures.instance_mb),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    println!("load of the machine: {}", load());
    if done.iter().any(|(_, figures)| !figures.theirs.is_empty()) {
        println!("{}", theirs(done));
    }
}

fn theirs(done: &[(Case, Figures)]) -> Table {
    let mut table = Table::new();
    table.set_header(["family", "people", "question", "OR-tools cpu s", "MB", "ours cpu s", "ratio", "sums"]);
    for (case, figures) in done {
        for theirs in &figures.theirs {
            // Ours decides who is placed as well; the question to them about the placed starts after that.
            let ours = figures.cpu_s;
            table.add_row([
                case.family.name().to_string(),
                short(case.people),
                theirs.question.clone(),
                if theirs.equal.is_some() { seconds(theirs.cpu_s) } else { format!("stopped at {}", theirs.cpu_s) },
                format!("{:.0}", theirs.peak_mb),
                seconds(ours),
                format!("{:.1}", theirs.cpu_s / ours.max(0.005)),
                theirs.equal.map_or("–", |equal| if equal { "equal" } else { "DIFFERENT" }).to_string(),
            ]);
        }
    }
    table
}

/// Growth is told from here, where this size was run: below, a hundredth of a second is too coarse to compare with.
const GROWS_FROM: u32 = 100_000;

/// How processor time grows with people: 1 is linear. From 100,000 people of the same kind, or from the next smaller case.
fn exponent(case: &Case, figures: &Figures, done: &[(Case, Figures)]) -> String {
    let same = |other: &Case| other.family == case.family && other.mechanism == case.mechanism;
    let smaller = done.iter().filter(|(other, _)| same(other) && other.people < case.people);
    let from = smaller.max_by_key(|(other, _)| (other.people == GROWS_FROM, other.people));
    let Some((other, before)) = from else { return "–".into() };
    let (time, size) = (figures.cpu_s / before.cpu_s.max(0.005), f64::from(case.people) / f64::from(other.people));
    format!("{:.2}", time.max(1e-9).ln() / size.ln())
}

pub(crate) fn short(people: u32) -> String {
    match people {
        _ if people.is_multiple_of(1_000_000) => format!("{} M", people / 1_000_000),
        _ if people.is_multiple_of(1_000) => format!("{} k", people / 1_000),
        _ => people.to_string(),
    }
}

fn seconds(value: f64) -> String {
    if value < 10.0 { format!("{value:.3}") } else { format!("{value:.1}") }
}

pub(crate) fn append_json(path: &Path, case: &Case, figures: &Figures) {
    let mut line = serde_json::to_value(figures).unwrap();
    line["family"] = case.family.name().into();
    line["mechanism"] = case.mechanism.into();
    line["load"] = load().into();
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    writeln!(file, "{line}").unwrap();
}

/// Whether no case does more work than a tenth above what the file records. Cases that it does not have are added.
pub(crate) fn within_budget(path: &Path, done: &[(Case, Figures)]) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut recorded: BTreeMap<String, u64> = text
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, visits)| (name.to_string(), visits.parse().unwrap()))
        .collect();
    let known = recorded.len();
    let mut within = true;
    for (case, figures) in done {
        let name = format!("{} {} {} {}", case.family.name(), case.mechanism, case.people, case.length);
        let limit = recorded.entry(name.clone()).or_insert(figures.visits);
        if figures.visits * 100 > *limit * (100 + TOLERANCE_PERCENT) {
            println!("{name}: {} visits, {} were recorded", figures.visits, limit);
            within = false;
        }
    }
    if recorded.len() > known {
        let mut text = String::new();
        for (name, visits) in recorded {
            writeln!(text, "{name} {visits}").unwrap();
        }
        fs::write(path, text).unwrap();
    }
    within
}
