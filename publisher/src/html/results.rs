//! The page that leads to everybody's result: type a ticket, or look for the run that holds it.

use super::{Source, failed, frame::Page};
use crate::{PublishError, layout};
use askama::Template;
use pages::{Lang, Texts, numbers};
use protocol::{entry::Revision, register::RUN_ENTRIES};

/// Runs in one foldable group: few enough to be read through.
const GROUP: usize = 32;

#[derive(Template)]
#[template(path = "results.html")]
struct Results {
    t: Texts,
    entries: String,
    groups: Vec<Group>,
}

pub(super) struct Group {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) runs: Vec<Run>,
}

pub(super) struct Run {
    pub(super) href: String,
    pub(super) first: String,
    pub(super) last: String,
}

/// The page in one language.
pub(super) fn page(source: &Source<'_>, lang: Lang) -> Result<Vec<u8>, PublishError> {
    let path = layout::results(lang);
    let t = Texts::of(lang);
    let groups = groups(source.view.revisions);
    let entries = numbers::grouped(source.view.revisions.len() as u64);
    let body = Results { t, entries, groups }.render().map_err(failed(&path))?;
    let (title, elsewhere) = (t.get("results-title"), lang.elsewhere(layout::results));
    let scripts = &[layout::RESULTS_SCRIPT];
    let page = Page { path: &path, lang, title: &title, elsewhere: &elsewhere, scripts, body: &body };
    page.framed(source.view.programme, source.tool)
}

/// The runs of a register, in groups.
pub(super) fn groups(revisions: &[Revision]) -> Vec<Group> {
    into_groups(revisions.chunks(RUN_ENTRIES).enumerate().filter_map(run).collect())
}

fn run((number, revisions): (usize, &[Revision])) -> Option<Run> {
    let (first, last) = (revisions.first()?.ticket.to_string(), revisions.last()?.ticket.to_string());
    Some(Run { href: layout::run_page(number), first, last })
}

fn into_groups(runs: Vec<Run>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for run in runs {
        match groups.last_mut().filter(|group| group.runs.len() < GROUP) {
            Some(group) => {
                group.last.clone_from(&run.last);
                group.runs.push(run);
            }
            None => groups.push(Group { first: run.first.clone(), last: run.last.clone(), runs: vec![run] }),
        }
    }
    groups
}

/// The first of a ticket's three groups, enough to find one's place in the list.
pub(super) fn short(ticket: &str) -> &str {
    ticket.split('-').next().unwrap_or(ticket)
}
