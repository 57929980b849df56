//! `jebi publish`: the bundle, verified from its own files before it is put in place. The officials first see the smallest
//! groups of people that it would show.

use super::{apportion, seed};
use crate::{
    cli::Publish as Arguments,
    console::{bar, count, counted, data, step},
    draw::{Announced, Draw, Step, TOOL},
    failure::{Context, Failure, Outcome},
};
use protocol::{
    batches, json,
    verify::{Fault, Verified, verify},
};
use publisher::{FolderError, Group, small_groups};
use std::{
    fs,
    io::{self, IsTerminal},
    path::Path,
};

/// A group with fewer people is shown to the officials first.
const SMALL: u64 = publisher::FEW;
/// At most as many of them are listed.
const LISTED: usize = 10;

/// Shows what small groups the bundle would have, asks, makes the bundle, verifies it, writes `bundle/`.
///
/// # Errors
/// If the steps before are missing, nobody confirms, or the bundle does not verify (the quorum is missing, for one).
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let draw = Draw::at(&arguments.draw);
    let _alone = draw.alone()?;
    let announced = draw.announced()?;
    announced.require(Step::Allocated)?;
    show_groups(&announced)?;
    if !arguments.confirm {
        confirm(&arguments.draw)?;
    }
    publish(&announced)?;
    data(announced.draw.path("bundle").display());
    Ok(())
}

/// Says which groups of people are so small that somebody who knows a neighbour may recognise their line.
///
/// # Errors
/// If the register cannot be read.
pub(crate) fn show_groups(announced: &Announced) -> Outcome {
    let (register, _) = announced.register()?;
    let [plain, by_channel] = small_groups(&announced.programme, &register.revisions, SMALL);
    let people = |groups: &[Group]| counted(groups.iter().map(|group| group.people).sum(), ["person", "people"]);
    step(format!(
        "   the bundle shows everybody's choices under tickets; groups of fewer than {SMALL} people may be recognised:\n   \
         {} by cohort and district ({}), {} with the way they registered ({})",
        counted(plain.len() as u64, ["group", "groups"]),
        people(&plain),
        count(by_channel.len() as u64),
        people(&by_channel)
    ));
    for group in plain.iter().take(LISTED) {
        step(format!("     {:>2}  cohort {}, district {}", group.people, group.cohort, group.district));
    }
    if plain.len() > LISTED {
        step(format!("     and {} more", count((plain.len() - LISTED) as u64)));
    }
    Ok(())
}

/// Waits for the word at a terminal; refuses where nobody can be asked.
fn confirm(folder: &Path) -> Outcome {
    let refused = |why: &str| {
        Err(Failure::new(format!("nothing was published: {why}")).hint(format!(
            "what is published cannot be taken back; when the groups above may be shown: jebi publish --confirm {}",
            folder.display()
        )))
    };
    if !io::stdin().is_terminal() {
        return refused("nobody has confirmed the groups above");
    }
    step("Type PUBLISH to publish, anything else to stop:");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("reading the answer")?;
    if answer.trim() == "PUBLISH" { Ok(()) } else { refused("the answer was not PUBLISH") }
}

/// The same, giving what was verified.
///
/// # Errors
/// As [`run`].
pub(crate) fn publish(announced: &Announced) -> Outcome<Verified> {
    announced.require(Step::Allocated)?;
    let read = |name: &str| fs::read(announced.draw.path(name)).context(format!("reading {name}"));
    let (register, register_runs) = announced.register()?;
    let outlines = announced.draw.outlines()?;
    let records = announced.records()?;
    let batches = batches::decode(&announced.programme, &read("register/receipts.bin")?);
    let apportionment = apportion::read(announced)?;
    let parts = publisher::Draw {
        programme: &announced.programme,
        programme_note: &announced.programme_note,
        register_runs: &register_runs,
        register: &register,
        records: &records,
        seats: &announced.seats(&records)?,
        apportionment: apportionment.as_ref(),
        sessions: &json::parse(&read("allocation/sessions.json")?).context("reading sessions.json")?,
        seed: &seed::read(announced)?,
        batches: &batches.ok_or_else(|| Failure::new("register/receipts.bin is not a list of batches"))?,
        acknowledged: &read("register/acknowledged.bin")?,
        log_files: &announced.log.published()?,
        outlines: outlines.as_deref(),
        tool: TOOL,
    };
    let progress = bar("publishing", 0);
    let files = publisher::bundle(&parts, &announced.draw.keys().signer("operator")?, &mut |what, done, total| {
        progress.set_message(what.to_owned());
        progress.set_length(total);
        progress.set_position(done);
    });
    progress.finish_and_clear();
    let files = files.context("making the bundle")?;
    let verified = verify(&files).map_err(|rejection| {
        Failure::rejected(format!("the bundle does not verify, so it is not published: {rejection}")).hint(
            match rejection.fault {
                Fault::Quorum { .. } => "have the witnesses cosign both heads: jebi witness DRAW/log --key …",
                _ => "a file of the draw is not the one that its log commits to: restore it from a backup",
            },
        )
    })?;
    let folder = announced.draw.path("bundle");
    match publisher::write(&files, &folder) {
        Err(error @ FolderError::Different { .. }) => {
            return Err(Failure::new(error)
                .hint("what was published is never written over; move the old bundle away to publish again"));
        }
        written => written.context("writing the bundle")?,
    }
    step(format!("{} files verified and written to {}", files.len(), folder.display()));
    Ok(verified)
}
