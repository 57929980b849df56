//! `jebi explain`: one person's result in sentences.

use crate::{
    cli::Explain as Arguments,
    console::data,
    failure::{Context, Failure, Outcome},
};
use protocol::{
    manifest::{self, Files},
    ticket::Ticket,
};
use publisher::Lang;

/// Prints the sentences.
///
/// # Errors
/// If the bundle cannot be read, was altered since it was signed, or does not have the ticket.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let files = super::bundle::read(&arguments.bundle, "explain")?;
    // Altered files would be explained as if they were the draw's. Whether what was signed is true, `verify` says.
    manifest::check_files(&files).map_err(|fault| {
        Failure::rejected(format!("REJECTED  {fault}")).hint(format!("jebi verify {}", arguments.bundle.display()))
    })?;
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
    let lang = Lang::parse(lang)
        .ok_or_else(|| Failure::new(format!("no language {lang:?}")).hint(Lang::ALL.map(Lang::tag).join(", ")))?;
    let explanation = publisher::explain(files, ticket).context("explaining")?;
    Ok(explanation.sentences(lang))
}
