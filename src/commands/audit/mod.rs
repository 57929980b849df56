//! `jebi audit`: what only the office can look at, because it takes the store: entries against the roll, the register and the
//! bundle against the store, results against the order of arrival.
//!
//! **Invariant:** it changes nothing; every part is looked at, whatever another part found.

mod arrival;
mod entries;
mod view;

use crate::{
    cli::Audit as Arguments,
    commands::store,
    console::{data, step},
    draw::{Announced, Draw, Step, intake as part, once},
    failure::{Failure, Outcome},
};
use intake::{Checked, Database, Fault};
use std::path::PathBuf;

/// What is not as it must be: in which part, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wrong {
    part: &'static str,
    what: String,
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
struct Report {
    /// The store, if it is sound.
    checked: Option<Checked>,
    /// Entries of the register that were compared with store and roll.
    entries: Option<u64>,
    /// Whether these could be compared with the roll: it may have been deleted.
    has_roll: bool,
    /// Runs of the bundle that were compared.
    bundle_runs: Option<u64>,
    /// Results by arrival, if there is a result.
    groups: Vec<arrival::Group>,
    wrong: Vec<Wrong>,
}

impl Report {
    /// Notes what a part found; gives what it looked at, if all was well.
    fn note<T>(&mut self, part: &'static str, found: Outcome<T>) -> Option<T> {
        found.map_err(|failure| self.wrong.push(Wrong { part, what: failure.to_string() })).ok()
    }
}

/// Audits a draw.
///
/// # Errors
/// Exit status 1 if something is not as it must be; 2 if it could not be looked at.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let announced = Draw::at(&arguments.draw).announced()?;
    let report = part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        let report = audit(&announced, &database, arguments.bundle.clone()).await;
        database.close().await;
        report
    })?;
    match arguments.json {
        true => data(view::json(&announced.programme, &report)),
        false => view::text(&report).iter().for_each(data),
    }
    if let Some(file) = &arguments.svg {
        match view::svg(&report)? {
            Some(svg) => once::replace(file, svg.as_bytes())?,
            None => step("no picture: there is no result yet"),
        }
    }
    match report.wrong.first() {
        None => Ok(()),
        Some(_) => Err(Failure::rejected(match report.wrong.len() {
            1 => "a fault was found".to_owned(),
            many => format!("{many} faults were found"),
        })
            .hint("keep store, log and bundle as they are: they are the evidence. docs/operators.md says what each fault means")),
    }
}

async fn audit(announced: &Announced, database: &Database, bundle: Option<PathBuf>) -> Outcome<Report> {
    let mut report = Report::default();
    match store::go_through(database, &[]).await {
        Ok(checked) => report.checked = Some(checked),
        Err(Fault::Store(error)) => return Err(Failure::new(error)),
        Err(fault) => report.wrong.push(Wrong { part: "store", what: fault.to_string() }),
    }
    let anchored = part::holds_what_the_log_anchors(announced, database).await;
    report.note("log", anchored);
    if announced.step() < Step::Frozen {
        step("the register is not frozen yet: the store alone was looked at");
        return Ok(report);
    }
    let compared = entries::compare(announced, database).await;
    let Some(compared) = report.note("register", compared) else { return Ok(report) };
    report.entries = Some(compared.tickets.len() as u64);
    report.has_roll = compared.has_roll;
    report.wrong.extend(compared.wrong.iter().cloned());
    if announced.step() == Step::Allocated {
        let records = entries::records(announced, &compared, &mut report.wrong);
        if let Some(records) = report.note("result", records) {
            report.groups = arrival::groups(announced, &compared, &records);
            let accused = report.groups.iter().filter(|group| group.finding.is_accused);
            report.wrong.extend(accused.map(|group| Wrong { part: "arrival", what: group.words() }));
            let own = Some(announced.draw.path("bundle")).filter(|own| own.exists());
            if let Some(folder) = bundle.or(own) {
                let runs = entries::bundle(announced, &folder, &records);
                report.bundle_runs = report.note("bundle", runs);
            }
        }
    }
    Ok(report)
}
