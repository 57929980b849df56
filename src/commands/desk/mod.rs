//! `jebi roll desk`: people who come on paper or by telephone, one by one or a pile of forms.

mod pile;
mod prompt;
mod talk;

use crate::{
    cli::{Desk as Arguments, DeskChannel},
    commands::serve,
    console::{data, step},
    draw::{Announced, Draw, intake as part, once},
    failure::{Context, Failure, Outcome},
};
use intake::{Config, Desk, Handout, NotGranted, Office, Randomness, Way};
use pages::Lang;
use std::path::{Path, PathBuf};

/// Longest name of who types.
const LONGEST_NAME: usize = 64;

/// Takes forms until there are no more.
///
/// # Errors
/// If the store or the keys cannot be had; exit status 1 if a form of a pile was not granted.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let actor = arguments.actor.trim();
    if actor.is_empty() || actor.chars().count() > LONGEST_NAME || actor.chars().any(char::is_control) {
        return Err(Failure::new("--actor is no name")
            .hint("who types, as it shall stand in the journal: up to 64 characters, such as \"desk 3, M. Kim\""));
    }
    let lang = Lang::parse(&arguments.lang).ok_or_else(|| {
        Failure::new(format!("no language {:?}", arguments.lang)).hint(Lang::ALL.map(Lang::tag).join(", "))
    })?;
    let announced = Draw::at(&arguments.draw).announced()?;
    let clock = part::clock(&announced.programme, arguments.at, 1)?;
    let read = |file| pile::read(file, &announced.programme, arguments.without_change_key);
    let pile = arguments.from.as_deref().map(read).transpose()?;
    part::runtime()?.block_on(async {
        let database = part::open(&announced, arguments.store.store.as_deref()).await?;
        part::holds_what_the_log_anchors(&announced, &database).await?;
        let config = serve::config(&announced, &database, clock, Randomness::system())?;
        let config = Config { office: office(arguments, &config.office), ..config };
        let way = match arguments.channel {
            DeskChannel::Paper => Way::Paper,
            DeskChannel::Telephone => Way::Telephone,
        };
        let desk = Desk::open(config, actor, way, lang).context("opening the desk")?;
        let without_change_key = arguments.without_change_key;
        let at = Counter { announced: &announced, desk: &desk, out: &arguments.out, without_change_key };
        let done = match &pile {
            Some(forms) => pile::give_in(&at, forms).await,
            None => talk::people(&at).await,
        };
        desk.close().await;
        database.close().await;
        done
    })
}

fn office(arguments: &Arguments, known: &Office) -> Office {
    let results = arguments.results.as_ref().map(|address| format!("{}/", address.trim_end_matches('/')));
    Office { phone: arguments.phone.clone(), results, ..known.clone() }
}

/// An open desk, and where its papers go.
struct Counter<'a> {
    announced: &'a Announced,
    desk: &'a Desk,
    out: &'a Path,
    /// Whether entries are changed by the office, without their change keys.
    without_change_key: bool,
}

impl Counter<'_> {
    /// Writes what the person takes along, for its owner's eyes only. What is there already was written for the same
    /// revision. Gives the page to be printed.
    fn hand_out(&self, handout: &Handout) -> Outcome<PathBuf> {
        let (ticket, revision) = (handout.ticket, handout.revision);
        let page = self.out.join(format!("print-{ticket}-{revision}-with-change-key.html"));
        let receipt = self.out.join(format!("receipt-{ticket}-{revision}-without-change-key.json"));
        for (path, text) in [(&receipt, &handout.receipt), (&page, &handout.page)] {
            if !path.exists() {
                once::write_secret(path, text.as_bytes())?;
            }
        }
        Ok(page)
    }

    /// Says what became of a form; keeps a signed refusal for the person.
    fn report(&self, name: &str, outcome: &Result<Handout, NotGranted>) -> Outcome {
        match outcome {
            Ok(handout) => {
                let page = self.hand_out(handout)?;
                let what = if handout.status.is_active() { "takes part" } else { "withdrawn" };
                let hand = if handout.status.is_by_office() { ", by the office" } else { "" };
                data(format!(
                    "{name}  {}  revision {}  {what}{hand}  {}",
                    handout.ticket,
                    handout.revision,
                    page.display()
                ));
            }
            Err(refused) => {
                step(format!("{name}: NOT GRANTED: {refused}"));
                if let Some(note) = &refused.refusal {
                    let path = self.out.join(format!("refusal-{}.txt", file_name(name)));
                    once::replace(&path, note.as_bytes())?;
                    step(format!("  signed, for the person to keep: {}", path.display()));
                }
            }
        }
        Ok(())
    }
}

/// A name without what a file's name cannot have.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}
