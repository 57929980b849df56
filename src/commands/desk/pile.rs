//! A pile of forms that was typed into a table.

use super::{Counter, talk};
use crate::{
    console::{count, counted, step},
    failure::{Context, Failure, Outcome},
};
use intake::{AccessCode, Asked, Form, Reason};
use protocol::programme::Programme;
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
/// The lines that are none, each with its place and its form.
pub(super) fn read(file: &Path, programme: &Programme, without_change_key: bool) -> Outcome<Forms> {
    let doing = format!("reading {}", file.display());
    let hint = "columns: form,access_code,birth_date,choices and, where needed, change_key,withdraw,reason; a choice is site.ID or \
                session.ID, best first, with spaces between";
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).context(&doing)?;
    let lines: Result<Vec<Line>, _> = reader.deserialize().collect();
    let lines = lines.context(&doing).map_err(|failure| failure.hint(hint))?;
    let (mut numbers, mut faults) = (BTreeSet::new(), Vec::new());
    for (place, line) in (2_u64..).zip(&lines) {
        let is_new = !line.form.is_empty() && numbers.insert(&line.form);
        let number = (!is_new).then(|| "each form has a number of its own".to_owned());
        if let Some(fault) = number.or_else(|| fault(line, programme, without_change_key)) {
            faults.push(format!("\n  {}:{place}: form {}: {fault}", file.display(), line.form));
        }
    }
    if !faults.is_empty() {
        let fault = format!("{} has wrong lines; none of its forms was given in:{}", file.display(), faults.concat());
        return Err(Failure::new(fault).hint(hint));
    }
    Ok(lines.into_iter().map(form).collect())
}

/// What is wrong with a line before anybody decides about it. What is no code and no date is a slip of who typed, and shall not count
/// as the person's wrong try.
fn fault(line: &Line, programme: &Programme, without_change_key: bool) -> Option<String> {
    if AccessCode::parse(&line.access_code).is_none() {
        return Some("access_code: 16 letters and digits, as on the letter".to_owned());
    }
    if !talk::is_date(&line.birth_date) {
        return Some("birth_date: year, month, day, such as 1960-02-29".to_owned());
    }
    if let Some(unknown) = named(&line.choices).find(|name| !talk::is_choice(programme, name)) {
        return Some(format!("choices: {unknown} is no site.ID and no session.ID of the programme"));
    }
    match (line.withdraw.as_str(), line.choices.is_empty()) {
        ("", false) | ("yes", true) => {}
        ("", true) => return Some("it has no choices; a withdrawal has yes in the column withdraw".to_owned()),
        _ => return Some("withdraw is yes, with no choices, or empty".to_owned()),
    }
    match (line.reason.is_empty(), Reason::parse(&line.reason)) {
        (true, _) => None,
        (false, None) => Some(format!("a reason is one line of at most {} characters, without |", Reason::LONGEST)),
        (false, Some(_)) if !line.change_key.is_empty() => {
            Some("who has the change key needs no change by the office: it has a key or a reason".to_owned())
        }
        (false, Some(_)) if !without_change_key => {
            Some("a change by the office, for a reason, takes the option --without-change-key".to_owned())
        }
        (false, Some(_)) => None,
    }
}

fn form(line: Line) -> (String, Form) {
    let Line { form: number, access_code, birth_date, choices, change_key, withdraw, reason } = line;
    let by_office = Reason::parse(&reason);
    let choices = named(&choices).map(str::to_owned).collect();
    let asked = if withdraw.is_empty() { Asked::Choices(choices) } else { Asked::Withdrawal };
    (number.clone(), Form { access_code, birth_date, number, asked, change_key, by_office })
}

fn named(choices: &str) -> impl Iterator<Item = &str> {
    choices.split(|c: char| c.is_whitespace() || c == ';').filter(|name| !name.is_empty())
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
        "{} of {} granted. Print the pages, give each to its person, then delete {} and the table: they hold keys",
        count(all - refused),
        counted(all, ["form", "forms"]),
        at.out.display()
    ));
    match refused {
        0 => Ok(()),
        _ => Err(Failure::rejected(format!(
            "{} of {} {} not granted",
            count(refused),
            counted(all, ["form", "forms"]),
            if refused == 1 { "was" } else { "were" }
        ))
        .hint("mend these lines and run the same table again: forms that were granted count once")),
    }
}
