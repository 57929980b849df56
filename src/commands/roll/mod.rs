//! `jebi roll`: who may register, and the codes they sign in with.

mod changes;
mod codes;
mod file;
mod forget;
mod import;
pub(crate) mod sealed;
mod undo;

use crate::{
    cli::Roll as Arguments,
    console::step,
    failure::{Context, Failure, Outcome},
};
use intake::Reissue;
use std::io::{self, IsTerminal};

/// Imports people, takes an import back, lists what changed the roll, issues codes, opens contacts, or deletes.
///
/// # Errors
/// With every line at fault; then nothing of the file was taken.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match arguments {
        Arguments::Import(arguments) => import::run(arguments),
        Arguments::Undo(arguments) => undo::run(arguments),
        Arguments::Imports { draw, json, store } => changes::list(draw, *json, store.store.as_deref()),
        Arguments::Desk(arguments) => super::desk::run(arguments),
        Arguments::Contacts(arguments) => sealed::open(arguments),
        Arguments::Forget(arguments) => forget::run(arguments),
        Arguments::Codes { draw, file, out, only, reissue, by, store } => {
            // Who is named is meant, whether or not there is a code.
            let reissue = if *reissue || !only.is_empty() { Reissue::Allow } else { Reissue::Refuse };
            codes::run(draw, file, out, only, reissue, by, store.store.as_deref())
        }
    }
}

/// Waits for the word at a terminal; refuses where nobody can be asked.
///
/// # Errors
/// If another word was typed, or nobody is there.
fn ask(word: &str, question: &str, yes: bool, hint: &str) -> Outcome {
    if yes {
        return Ok(());
    }
    let refused = |why: &str| Err(Failure::new(format!("nothing was changed: {why}")).hint(hint));
    if !io::stdin().is_terminal() {
        return refused("nobody was there to say yes");
    }
    step(question);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("reading the answer")?;
    if answer.trim() == word { Ok(()) } else { refused(&format!("the answer was not {word}")) }
}
