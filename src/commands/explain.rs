//! `jebi explain`: one person's result in sentences.

use crate::{
    cli::Explain as Arguments,
    console::data,
    failure::{Context, Failure, Outcome},
};
use protocol::{manifest::Files, ticket::Ticket};
use publisher::Lang;

/// Prints the sentences.
///
/// # Errors
/// If the bundle cannot be read, or the ticket is not in it.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let files = publisher::read(&arguments.bundle).context("reading the bundle")?;
    for sentence in sentences(&files, &arguments.ticket, &arguments.lang)? {
        data(sentence);
    }
    Ok(())
}

/// The sentences about a ticket as it was typed.
///
/// # Errors
/// If it is no ticket or not in the bundle, or the language is not spoken.
pub(crate) fn sentences(files: &Files, ticket: &str, lang: &str) -> Outcome<Vec<String>> {
    let ticket = Ticket::parse(ticket)
        .map_err(|error| Failure::new(error).hint("copy the ticket from the receipt, all three groups"))?;
    let lang = Lang::parse(lang).ok_or_else(|| Failure::new(format!("no language {lang:?}")).hint("en or ko"))?;
    let explanation = publisher::explain(files, ticket).context("explaining")?;
    Ok(explanation.sentences(lang))
}
