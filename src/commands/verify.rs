//! `jebi verify`: everything from the files alone, and what that proves.

use super::explain;
use crate::{
    cli::Verify as Arguments,
    console::{count, counted, data},
    draw::{TOOL, clock},
    failure::{Context, Failure, Outcome},
};
use protocol::{
    entry::Change,
    manifest::Files,
    verify::{ReceiptFinding, Verified, check_receipt, verify},
};
use std::{fs, path::Path};

/// Verifies a bundle and prints what was proved and what no software can prove.
///
/// # Errors
/// Exit status 1 with the file and the rule, if anything is wrong.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let files = super::bundle::read(&arguments.bundle, "verify")?;
    let verified = verify(&files).map_err(|rejection| {
        Failure::rejected(format!("REJECTED  {rejection}  [{}]", rejection.fault.label()))
            .hint("the rule is explained in protocol/SPEC.md; keep these files, they are the evidence")
    })?;
    let pages =
        publisher::check_open_data(&files, TOOL).map_err(|error| Failure::rejected(format!("REJECTED  {error}")))?;
    if let Some(known) = &arguments.programme
        && *known != verified.programme.hash().to_string()
    {
        return Err(Failure::rejected(format!("this is another programme: its hash is {}", verified.programme.hash())));
    }
    if arguments.json {
        return in_json(arguments, &files, &verified, &pages);
    }
    findings(&verified);
    data(match &pages {
        publisher::Pages::Compared => "pages      every byte is what this program makes of the draw".to_owned(),
        publisher::Pages::MadeBy(tool) => {
            format!("!! the pages were made by {tool:?}, not by this program: only results and open data were compared")
        }
    });
    if let Some(path) = &arguments.receipt {
        data(receipt(honoured(&verified, path)?));
    }
    if let Some(text) = &arguments.ticket {
        explain::sentences(&files, text, "en")?.iter().for_each(data);
    }
    Ok(())
}

/// One object, whatever was asked for.
fn in_json(arguments: &Arguments, files: &Files, verified: &Verified, pages: &publisher::Pages) -> Outcome {
    let mut object = json(verified);
    object["pages"] = match pages {
        publisher::Pages::Compared => "compared".into(),
        publisher::Pages::MadeBy(tool) => serde_json::json!({ "made_by": tool }),
    };
    if let Some(path) = &arguments.receipt {
        object["receipt"] = match honoured(verified, path)? {
            ReceiptFinding::Same => "same",
            ReceiptFinding::ChangedWithKey { .. } => "changed-with-key",
            ReceiptFinding::ChangedByOffice { .. } => "changed-by-office",
        }
        .into();
    }
    if let Some(text) = &arguments.ticket {
        object["explanation"] = explain::sentences(files, text, "en")?.into();
    }
    data(object);
    Ok(())
}

fn honoured(verified: &Verified, path: &Path) -> Outcome<ReceiptFinding> {
    let bytes = fs::read(path).context(format!("reading {}", path.display()))?;
    check_receipt(verified, &bytes)
        .map_err(|fault| Failure::rejected(format!("THE RECEIPT IS NOT HONOURED  {fault}  [{}]", fault.label())))
}

fn receipt(finding: ReceiptFinding) -> String {
    match finding {
        ReceiptFinding::Same => "your receipt: the register has exactly what you were promised".into(),
        ReceiptFinding::ChangedWithKey { revision } => {
            format!(
                "your receipt: changed later (revision {revision}) with your change key; if that was not you, or not what you \
                 asked for: the office sees a key when it is used"
            )
        }
        ReceiptFinding::ChangedByOffice { revision } => {
            format!("YOUR RECEIPT: CHANGED BY THE OFFICE without your change key (revision {revision}); ask them why")
        }
    }
}

/// Prints the findings, the loud ones first.
pub(crate) fn findings(verified: &Verified) {
    let Verified { programme, register, seed, checked, .. } = verified;
    if programme.rehearsal {
        data("!! REHEARSAL: this draw binds nobody, and its clock was not the world's");
    }
    match verified.witnessed_at_unix_s {
        Some(time) => data(format!(
            "witnessed  the register existed before the beacon: {} of {} witnesses, by {}",
            verified.freeze_witnesses.len(),
            programme.witnesses.keys.len(),
            clock::show(programme, time)
        )),
        None => data("!! NO QUORUM OF WITNESSES: not proven to have existed before the beacon"),
    }
    let totals = verified.sessions.totals();
    data(format!("programme  {}  {}", programme.hash(), programme.title.en));
    let entries = counted(register.revisions.len() as u64, ["entry", "entries"]);
    data(format!("register   {}  {entries}", register.root));
    let by_office = by_office(verified);
    if by_office > 0 {
        let one = "entry was changed by the office without its change key";
        let changed = counted(by_office, [one, "entries were changed by the office without their change keys"]);
        data(format!("!! {changed}"));
    }
    let events = counted(verified.events.len() as u64, ["event", "events"]);
    data(format!("log        {}  {events}", verified.log_root));
    data(format!("beacon     drand quicknet, round {}, signature good", seed.round));
    data(format!("seed       {}", seed.seed));
    data(format!(
        "result     {} placed, {} not placed, {} withdrawn; the certificate of `{}` holds",
        count(totals.placed),
        count(totals.unplaced),
        count(totals.withdrawn),
        format!("{:?}", verified.sessions.mechanism).to_lowercase()
    ));
    let acknowledged: u64 = verified.batches.iter().map(|batch| u64::from(batch.leaves)).sum();
    let acknowledged = counted(acknowledged, ["acknowledged revision", "acknowledged revisions"]);
    data(format!("receipts   {acknowledged}, all in the register"));
    debug_assert!(checked.unique, "verify accepts unique results only");
    data("\nproved: the result is the one that this programme, this register and this beacon round determine.");
    data("no software can prove: that the roll is right, that each person on it is real, that nobody was kept from");
    data(
        "registering, that the witnesses are independent. Compare the programme hash with one you know from elsewhere.",
    );
}

/// Entries with a change of the office's (SPEC §15).
fn by_office(verified: &Verified) -> u64 {
    let entries = verified.register.revisions.iter();
    entries.filter(|entry| entry.body.changes.contains(&Change::Office)).count() as u64
}

fn json(verified: &Verified) -> serde_json::Value {
    let totals = verified.sessions.totals();
    serde_json::json!({
        "rehearsal": verified.programme.rehearsal,
        "programme": verified.programme.hash(),
        "register_root": verified.register.root,
        "changed_by_office": by_office(verified),
        "size": verified.register.revisions.len(),
        "log_root": verified.log_root,
        "round": verified.seed.round,
        "seed": verified.seed.seed,
        "witnessed_at_unix_s": verified.witnessed_at_unix_s,
        "mechanism": verified.sessions.mechanism,
        "active": totals.active, "withdrawn": totals.withdrawn, "placed": totals.placed, "unplaced": totals.unplaced,
    })
}
