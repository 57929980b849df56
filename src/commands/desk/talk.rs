//! One person after the other, question by question, with a summary before anything is sent.

use super::{Counter, prompt::Prompt};
use crate::{
    console::step,
    draw::clock,
    failure::{Context, Outcome},
};
use intake::{AccessCode, Asked, Form, Reason};
use protocol::{hash::Hash, programme::Programme};
use std::io::{self, BufRead};

/// Most places that a search shows.
const SHOWN: usize = 12;

/// Talks with people until an empty access code, or the end of the input.
///
/// # Errors
/// If the terminal cannot be read or a page not be written.
pub(super) async fn people(at: &Counter<'_>) -> Outcome {
    let mut prompt = Prompt(io::stdin().lock());
    step("An empty access code ends. Ctrl-C at any question: nothing is sent.");
    let mut number = 0;
    while let Some(form) = form(at, &mut prompt)? {
        number += 1;
        let question = "Send this? y or n";
        let send = prompt.ask(question, |answer| match answer {
            "y" | "yes" => Ok(true),
            "n" | "no" => Ok(false),
            _ => Err("y sends it, n throws it away".to_owned()),
        })?;
        if send == Some(true) {
            let outcome = at.desk.give_in(&form).await;
            at.report(&format!("person {number}"), &outcome)?;
            match outcome {
                Ok(_) => step("  print the page, give it to the person, and delete it: it holds the change key"),
                Err(refused) if at.without_change_key && refused.code == "not-registered" => {
                    step(
                        "  who has never registered registers as everybody does: at a desk without --without-change-key",
                    );
                }
                Err(_) => {}
            }
        } else {
            step("  nothing was sent");
        }
    }
    Ok(())
}

fn form(at: &Counter<'_>, prompt: &mut Prompt<impl BufRead>) -> Outcome<Option<Form>> {
    let code = prompt.ask("\nAccess code", |text| match text {
        "" => Ok(None),
        _ if AccessCode::parse(text).is_some() => Ok(Some(text.to_owned())),
        _ => Err("16 letters and digits, as on the letter".to_owned()),
    })?;
    let Some(Some(access_code)) = code else { return Ok(None) };
    let date = prompt.ask("Birth date", |text| match is_date(text) {
        true => Ok(text.to_owned()),
        false => Err("year, month, day, such as 1960-02-29".to_owned()),
    })?;
    let Some(birth_date) = date else { return Ok(None) };
    let Some((change_key, by_office)) = right(at, prompt)? else { return Ok(None) };
    let withdraws = match change_key.is_empty() && by_office.is_none() {
        true => Some(false),
        false => prompt.ask("c: change the choices, w: withdraw", |text| match text {
            "c" => Ok(false),
            "w" => Ok(true),
            _ => Err("c or w".to_owned()),
        })?,
    };
    let asked = match withdraws {
        None => return Ok(None),
        Some(true) => Asked::Withdrawal,
        Some(false) => match choices(&at.announced.programme, prompt)? {
            None => return Ok(None),
            Some(choices) => Asked::Choices(choices),
        },
    };
    summary(&at.announced.programme, &birth_date, &asked, by_office.as_ref());
    let number = at.desk.fresh_number().context("numbering the form")?;
    Ok(Some(Form { access_code, birth_date, number, asked, change_key, by_office }))
}

/// By what right: the change key, empty for a first registration; or the office's, with its reason.
fn right(at: &Counter<'_>, prompt: &mut Prompt<impl BufRead>) -> Outcome<Option<(String, Option<Reason>)>> {
    if at.without_change_key {
        let question = "The person showed who they are and has no change key. Reason, for the journal, without a name";
        let reason = prompt.ask(question, |text| {
            let such = || format!("such as: lost, identity card seen; up to {} characters, without |", Reason::LONGEST);
            Reason::parse(text).ok_or_else(such)
        })?;
        return Ok(reason.map(|reason| (String::new(), Some(reason))));
    }
    let key = prompt.ask("Change key (empty: registers for the first time)", |text| {
        let typed: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let is_key = typed.is_empty() || Hash::parse(&typed.to_ascii_lowercase()).is_some();
        is_key.then_some(typed).ok_or_else(|| "64 digits 0 to 9 and a to f, as on the last receipt".to_owned())
    })?;
    Ok(key.map(|key| (key, None)))
}

fn choices(programme: &Programme, prompt: &mut Prompt<impl BufRead>) -> Outcome<Option<Vec<String>>> {
    step(format!(
        "Choices, best first, at most {}: an identifier, or a part of a name to search.",
        programme.max_choices
    ));
    let mut chosen: Vec<String> = Vec::new();
    while chosen.len() < usize::from(programme.max_choices) {
        let question =
            format!("Choice {}{}", chosen.len() + 1, if chosen.is_empty() { "" } else { " (empty: no more)" });
        let next = prompt.ask(&question, |text| match text {
            "" if chosen.is_empty() => Err("at least one".to_owned()),
            "" => Ok(None),
            _ => match find(programme, text) {
                Found::One(name) if chosen.contains(&name) => Err(format!("{name} is chosen already")),
                Found::One(name) => Ok(Some(name)),
                Found::Some(lines) => Err(lines.join("\n  ")),
            },
        })?;
        match next {
            None => return Ok(None),
            Some(None) => break,
            Some(Some(name)) => {
                step(format!("  {}", describe(programme, &name)));
                chosen.push(name);
            }
        }
    }
    Ok(Some(chosen))
}

/// Whether something is a date in one of the spellings that forms are read in: `1960-02-29`, `19600229`, `1960. 2. 29.`.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 => (year, month, day),
        _ => return false,
    };
    let date = |year, month, day| jiff::civil::Date::new(year, month, day).ok();
    let read = year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok());
    read.is_some_and(|((year, month), day)| date(year, month, day).is_some())
}

/// Whether something is a choice as it is written in a table.
pub(super) fn is_choice(programme: &Programme, name: &str) -> bool {
    match name.split_once('.') {
        Some(("site", id)) => programme.sites.iter().any(|site| site.id == id),
        Some(("session", id)) => programme.sessions.iter().any(|session| session.id == id),
        _ => false,
    }
}

/// What was typed, as a choice, or what might be meant.
enum Found {
    One(String),
    Some(Vec<String>),
}

fn find(programme: &Programme, text: &str) -> Found {
    let sites = programme.sites.iter().map(|site| format!("site.{}", site.id));
    let sessions = programme.sessions.iter().map(|session| format!("session.{}", session.id));
    let all: Vec<String> = sites.chain(sessions).collect();
    let called: Vec<&String> =
        all.iter().filter(|name| *name == text || name.split_once('.').is_some_and(|(_, id)| id == text)).collect();
    if let [one] = called[..] {
        return Found::One(one.clone());
    }
    let lower = text.to_lowercase();
    let is_meant = |name: &&String| called.contains(name) || describe(programme, name).to_lowercase().contains(&lower);
    let meant: Vec<String> = all.iter().filter(is_meant).map(|name| describe(programme, name)).collect();
    if meant.is_empty() {
        return Found::Some(vec!["no place is called like that".to_owned()]);
    }
    let more = meant.len().saturating_sub(SHOWN);
    let mut lines: Vec<String> = meant.into_iter().take(SHOWN).collect();
    if more > 0 {
        lines.push(format!("and {more} more: type more of the name"));
    }
    Found::Some(lines)
}

/// `session.c001-1  Jongno Hall, 2023-08-28 09:00`.
fn describe(programme: &Programme, name: &str) -> String {
    let site_name = |id: &str| programme.sites.iter().find(|site| site.id == id).map_or("", |site| site.name.as_str());
    match name.split_once('.') {
        Some(("session", id)) => {
            let session = programme.sessions.iter().find(|session| session.id == id);
            session.map_or_else(String::new, |session| {
                format!("{name}  {}, {}", site_name(&session.site), clock::show(programme, session.starts_at_unix_s))
            })
        }
        Some((_, id)) => format!("{name}  {}, any time", site_name(id)),
        None => String::new(),
    }
}

fn summary(programme: &Programme, birth_date: &str, asked: &Asked, by_office: Option<&Reason>) {
    step(format!("\n  born {birth_date}"));
    if let Some(reason) = by_office {
        step(format!("  BY THE OFFICE, without the change key: {reason}"));
        step("  everybody can see that the office did it; the key from before opens nothing more");
    }
    match asked {
        Asked::Withdrawal => step("  WITHDRAWS and takes no part any more"),
        Asked::Choices(chosen) => {
            for (place, name) in (1..).zip(chosen) {
                step(format!("  {place}. {}", describe(programme, name)));
            }
        }
    }
    step("Read it back to the person.");
}
