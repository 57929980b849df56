//! A pile of forms that was typed into a table.

use super::Counter;
use crate::{
    console::{count, step},
    failure::{Context, Failure, Outcome},
};
use intake::{Asked, Form, Reason};
use serde::Deserialize;
use std::{collections::BTreeSet, path::Path};

/// One line of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    form: String,
    access_code: String,
    birth_date: String,
    /// Best first, separated by white space or semicolons; empty with a withdrawal.
    choices: String,
    #[serde(default)]
    change_key: String,
    /// `yes`, or empty.
    #[serde(default)]
    withdraw: String,
    /// Why the office makes the change without the change key; empty otherwise.
    #[serde(default)]
    reason: String,
}

/// Forms with their numbers.
pub(super) type Forms = Vec<(String, Form)>;

/// Reads the whole table; nothing is given in before all of it could be read.
///
/// # Errors
/// The first line that is none.
pub(super) fn read(file: &Path, without_change_key: bool) -> Outcome<Forms> {
    let doing = format!("reading {}", file.display());
    let hint = "columns: form,access_code,birth_date,choices and, where needed, change_key,withdraw,reason; a choice is site.ID or \
                session.ID, best first, with spaces between";
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).context(&doing)?;
    let lines: Result<Vec<Line>, _> = reader.deserialize().collect();
    let lines = lines.context(&doing).map_err(|failure| failure.hint(hint))?;
    let mut numbers = BTreeSet::new();
    for (place, line) in (2_u64..).zip(&lines) {
        let accuse = |what: &str| Failure::new(format!("{}: form {place}: {what}", file.display())).hint(hint);
        if line.form.is_empty() || !numbers.insert(line.form.clone()) {
            return Err(accuse("each form has a number of its own"));
        }
        match (line.withdraw.as_str(), line.choices.is_empty()) {
            ("", false) | ("yes", true) => {}
            ("", true) => return Err(accuse("it has no choices; a withdrawal has yes in the column withdraw")),
            _ => return Err(accuse("withdraw is yes, with no choices, or empty")),
        }
        match (line.reason.is_empty(), Reason::parse(&line.reason)) {
            (true, _) => {}
            (false, None) => return Err(accuse(&format!("a reason has at most {} characters", Reason::LONGEST))),
            (false, Some(_)) if !line.change_key.is_empty() => {
                return Err(accuse("who has the change key needs no change by the office: it has a key or a reason"));
            }
            (false, Some(_)) if !without_change_key => {
                return Err(accuse("a change by the office, for a reason, takes the option --without-change-key"));
            }
            (false, Some(_)) => {}
        }
    }
    Ok(lines.into_iter().map(form).collect())
}

fn form(line: Line) -> (String, Form) {
    let Line { form: number, access_code, birth_date, choices, change_key, withdraw, reason } = line;
    let by_office = Reason::parse(&reason);
    let split = |c: char| c.is_whitespace() || c == ';';
    let named = choices.split(split).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let asked = if withdraw.is_empty() { Asked::Choices(named) } else { Asked::Withdrawal };
    (number.clone(), Form { access_code, birth_date, number, asked, change_key, by_office })
}

/// Gives them in, one after the other.
///
/// # Errors
/// Exit status 1 if some were not granted: the others are.
pub(super) async fn give_in(at: &Counter<'_>, forms: &Forms) -> Outcome {
    let mut refused = 0;
    for (number, form) in forms {
        let outcome = at.desk.give_in(form).await;
        refused += u64::from(outcome.is_err());
        at.report(&format!("form {number}"), &outcome)?;
    }
    let all = forms.len() as u64;
    step(format!(
        "{} of {} forms granted. Print the pages, give each to its person, then delete {} and the table: they hold keys",
        count(all - refused),
        count(all),
        at.out.display()
    ));
    match refused {
        0 => Ok(()),
        _ => Err(Failure::rejected(format!("{} of {} forms were not granted", count(refused), count(all)))
            .hint("mend these lines and run the same table again: forms that were granted count once")),
    }
}
