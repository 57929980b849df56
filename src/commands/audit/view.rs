//! What the audit says: to people, to programs, as a picture.

use super::{Report, arrival::Group};
use crate::{
    console::{bar_of, count, counted, percent, table},
    failure::{Context, Outcome},
};
use intake::arrival::{COUNTS, ONE_IN};
use pages::plot::{Bar, Bars, Full};
use protocol::programme::Programme;
use serde_json::{Value, json};

/// Characters of a whole bar.
const BAR: usize = 50;

/// Lines for people.
pub(super) fn text(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(checked) = &report.checked {
        lines.push(format!(
            "store      sound: {} in {}, each with its line of the journal; {}, {}",
            counted(checked.revisions, ["revision", "revisions"]),
            counted(checked.batches, ["batch", "batches"]),
            counted(checked.entries, ["entry", "entries"]),
            counted(checked.people, ["person", "people"])
        ));
    }
    let is_well = |part: &str| report.wrong.iter().all(|wrong| wrong.part != part);
    if let Some(entries) = report.entries {
        if is_well("register") {
            let entries = counted(entries, ["entry", "entries"]);
            lines.push(format!("register   {entries}, each as the store acknowledged it last"));
        }
        if !report.has_roll {
            lines.push("roll       nobody is on it: entries could not be compared with it".to_owned());
        } else if is_well("roll") {
            lines.push(
                "roll       each entry is one person's, in the cohort and district that the roll gives".to_owned(),
            );
        }
    }
    if let Some(runs) = report.bundle_runs {
        let runs = counted(runs, ["run", "runs"]);
        lines.push(format!("bundle     {runs}: entries and results are those of the draw"));
    }
    if !report.groups.is_empty() {
        lines.extend(by_arrival(report, is_well("arrival")));
    }
    lines.extend(report.wrong.iter().map(|wrong| format!("!! {:9} {}", wrong.part, wrong.what)));
    lines
}

fn by_arrival(report: &Report, is_well: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if is_well {
        lines.push(format!(
            "arrival    lottery numbers do not know who came first (an honest draw is accused less than once in {})",
            count(u64::from(ONE_IN))
        ));
    }
    lines.push("\nPlaced, by tenth of arrival:".to_owned());
    let mut table = table(["", "people", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"]);
    for group in &report.groups {
        let shares = group.tenths.iter().map(|(people, placed)| percent(*placed, *people));
        table.add_row([group.name.clone(), count(group.sums().0)].into_iter().chain(shares));
    }
    lines.extend(table.to_string().lines().map(str::to_owned));
    if let Some(group) = report.groups.first() {
        lines.push(format!("\n{}:", group.name.clone()));
        for (place, (people, placed)) in (1..).zip(&group.tenths) {
            lines.push(format!("{place:>4}  {} {}", bar_of(*placed, *people, BAR), percent(*placed, *people)));
        }
    }
    lines.push(
        "\nThese shares may differ in an honest draw: who comes early may live elsewhere and list other places. The"
            .to_owned(),
    );
    lines.push(format!(
        "numbers may not, and are what is tested; that places follow from numbers, `jebi verify` proves. The least likely of\n\
         {COUNTS} counts each:"
    ));
    lines.extend(
        report.groups.iter().filter(|group| !group.finding.is_accused).map(|group| format!("  {}", group.words())),
    );
    lines
}

/// One object; docs/operators.md describes it. Fields are only ever added.
pub(super) fn json(programme: &Programme, report: &Report) -> Value {
    let group = |group: &Group| {
        let worst = group.finding.worst.map(|worst| {
            json!({
                "first": worst.first, "luckiest": worst.luckiest, "both": worst.both, "expected": worst.expected,
                "bits": worst.bits,
            })
        });
        let tenths = group.tenths.iter().map(|(people, placed)| json!({ "people": people, "placed": placed }));
        json!({
            "kind": group.kind, "id": group.id, "people": group.finding.people, "accused": group.finding.is_accused,
            "least_likely": worst, "tenths": tenths.collect::<Vec<_>>(),
        })
    };
    let wrong = report.wrong.iter().map(|wrong| json!({ "part": wrong.part, "what": wrong.what }));
    json!({
        "format": "jebi/v0/audit",
        "rehearsal": programme.rehearsal,
        "programme": programme.hash(),
        "passed": report.wrong.is_empty(),
        "revisions": report.checked.map(|checked| checked.revisions),
        "entries": report.entries,
        "compared_with_roll": report.has_roll,
        "bundle_runs": report.bundle_runs,
        "false_alarm_one_in": ONE_IN,
        "groups": report.groups.iter().map(group).collect::<Vec<_>>(),
        "faults": wrong.collect::<Vec<_>>(),
    })
}

/// The first group's shares by tenth of arrival, as a file of its own; none without a result.
///
/// # Errors
/// If it cannot be drawn.
pub(super) fn svg(report: &Report) -> Outcome<Option<String>> {
    let Some(group) = report.groups.first() else { return Ok(None) };
    let bar = |(place, (people, placed)): (u64, &(u64, u64))| Bar {
        label: format!("tenth {place} of arrival"),
        parts: vec![u64::try_from(u128::from(*placed) * 1000 / u128::from((*people).max(1))).unwrap_or(0)],
        value: percent(*placed, *people),
    };
    let bars: Vec<Bar> = (1..).zip(&group.tenths).map(bar).collect();
    let plot = Bars {
        id: "arrival",
        title: "Placed, by tenth of arrival",
        description: &group.words(),
        bars: &bars,
        full: Full::Count(1000),
    };
    let svg = plot.svg().context("drawing")?;
    // In a page it takes the page's colours; alone it has to bring some.
    let style = "<style>rect{fill:#2f6690}</style>";
    let svg = svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    Ok(Some(svg.replacen("<title", &format!("{style}\n<title"), 1)))
}
