//! People who were left out, forgotten, invented or spoken for: what everybody sees, and what receipts prove.

use crate::support::{
    demo,
    draft::{Draft, rejected},
    jebi, write,
};
use protocol::{
    acknowledged::Acknowledged,
    bundle::path,
    entry::{Change, ChangeKey, EntryError, Status},
    event::What,
    receipt::Receipt,
    ticket::Ticket,
    verify::{ReceiptFinding, check_receipt, verify},
};

fn receipt_of(sample: &str) -> Receipt {
    Receipt::parse(&demo().receipt(sample)).unwrap()
}

/// The rule by which a bundle breaks the word that this sample's receipt gives.
#[track_caller]
fn broken(draft: &Draft, sample: &str) -> &'static str {
    let verified = match verify(&draft.seal()) {
        Ok(verified) => verified,
        Err(rejection) => panic!("only a receipt was to show it: {rejection}"),
    };
    check_receipt(&verified, &demo().receipt(sample)).expect_err("a broken word").label()
}

#[test]
fn who_is_left_out_is_missed_by_everybody() {
    for sample in ["first-choice", "unplaced", "withdrawn"] {
        let receipt = receipt_of(sample);
        let mut draft = Draft::of(demo());
        draft.drop(receipt.ticket, false);
        draft.follow();
        assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-TOTAL", path::RECEIPTS.into()));
        // The freeze may claim the old total: the register does not have it.
        let acknowledged = draft.batches.iter().map(|batch| u64::from(batch.leaves)).sum();
        let What::Freeze { revisions, .. } = &mut draft.event_of("freeze").what else { unreachable!() };
        *revisions = acknowledged;
        assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-TOTAL", path::RECEIPTS.into()));
        // Batches may be said to have had fewer leaves: their roots, which are signed and anchored, say otherwise.
        for _ in 0..receipt.revision {
            draft.batches.iter_mut().max_by_key(|batch| batch.leaves).unwrap().leaves -= 1;
        }
        draft.decide();
        draft.narrate();
        assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-LEAVES", path::ACKNOWLEDGED.into()));
    }
}

/// Every signature of the intake made anew: then the receipts that it handed out are left, of everybody in these batches.
#[test]
fn who_is_left_out_with_all_traces_proves_it_by_any_receipt_of_the_batch() {
    for sample in ["first-choice", "unplaced", "withdrawn"] {
        let mut draft = Draft::of(demo());
        draft.drop(demo().ticket(sample), true);
        draft.follow();
        assert_eq!(broken(&draft, sample), "R-RECEIPT-BATCH");
    }
}

#[test]
fn an_altered_entry_is_seen_by_everybody() {
    let mut draft = Draft::of(demo());
    draft.entry(demo().ticket("first-choice")).body.choices.truncate(1);
    draft.entry(demo().ticket("first-choice")).blinding = [3; 32];
    draft.decide();
    draft.narrate();
    assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-LEAVES", path::ACKNOWLEDGED.into()));
    draft.follow();
    assert_eq!(broken(&draft, "first-choice"), "R-RECEIPT-BATCH");
}

/// An entry that nobody acknowledged, under a ticket of the operator's own.
#[test]
fn an_invented_entry_is_seen_by_everybody() {
    let mut draft = Draft::of(demo());
    let mut invented = draft.revisions[0].clone();
    (invented.ticket, invented.revision, invented.status) = (Ticket([0; 12]), 1, Status::Active);
    invented.body.person = [1; 32];
    invented.body.changes.clear();
    invented.body.choices = draft.revisions.iter().find(|entry| entry.status.is_active()).unwrap().body.choices.clone();
    draft.revisions.insert(0, invented);
    draft.follow();
    assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-TOTAL", path::RECEIPTS.into()));
    draft.batches[0].leaves += 1;
    draft.acknowledged.insert(0, Acknowledged::Registered(0));
    draft.narrate();
    assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-LEAVES", path::ACKNOWLEDGED.into()));
    // The limit, which SPEC §15 names: acknowledged by the operator to the operator, it is like anybody's.
    draft.batches[0].leaves -= 1;
    draft.acknowledge_last(Ticket([0; 12]));
    draft.follow();
    verify(&draft.seal()).unwrap();
}

/// Leaves listed twice, in another order, or of another ticket.
#[test]
fn the_list_of_leaves_is_the_one_of_the_batches() {
    type Lie = fn(&mut Vec<Acknowledged>);
    let lies: [(&str, Lie); 5] = [
        ("one twice", |leaves| leaves[1] = leaves[0]),
        ("another order", |leaves| leaves.swap(0, 1)),
        ("one more", |leaves| leaves.push(leaves[0])),
        ("one less", |leaves| leaves.truncate(leaves.len() - 1)),
        ("beyond the register", |leaves| leaves[0] = Acknowledged::Registered(u32::MAX)),
    ];
    for (what, lie) in lies {
        let mut draft = Draft::of(demo());
        lie(&mut draft.acknowledged);
        assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-LEAVES", path::ACKNOWLEDGED.into()), "{what}");
    }
    let mut draft = Draft::of(demo());
    let replaced = draft.acknowledged.iter_mut().find_map(|leaf| match leaf {
        Acknowledged::Replaced(leaf) => Some(leaf),
        Acknowledged::Registered(_) => None,
    });
    replaced.expect("somebody changed their choices")[49] ^= 1;
    assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-LEAVES", path::ACKNOWLEDGED.into()));
}

/// The register keeps the first revision of somebody who changed it later.
#[test]
fn a_forgotten_change_is_seen_by_everybody() {
    let mut draft = Draft::of(demo());
    let entry = draft.revisions.iter_mut().find(|entry| entry.revision == 2 && entry.status == Status::Active).unwrap();
    entry.revision = 1;
    entry.body.changes.clear();
    entry.body.choices.reverse();
    draft.decide();
    draft.narrate();
    assert_eq!(rejected(&draft.seal()), ("R-RECEIPTS-TOTAL", path::RECEIPTS.into()));
}

/// The demo with one revision more of the sample's entry, acknowledged to whoever made it.
fn revised(sample: &str, change: Change) -> Draft {
    let mut draft = Draft::of(demo());
    draft.revise(demo().ticket(sample), change);
    draft.acknowledge_last(demo().ticket(sample));
    draft.follow();
    draft
}

#[test]
fn a_later_revision_without_the_change_key_is_forged() {
    for sample in ["first-choice", "other-choice", "unplaced"] {
        assert_eq!(broken(&revised(sample, Change::Key(ChangeKey([1; 32]))), sample), "R-RECEIPT-CHANGE-KEY");
    }
}

#[test]
fn a_change_by_the_office_is_told_loudly() {
    let files = revised("first-choice", Change::Office).publish();
    let revision = receipt_of("first-choice").revision + 1;
    let finding = check_receipt(&verify(&files).unwrap(), &demo().receipt("first-choice"));
    assert_eq!(finding, Ok(ReceiptFinding::ChangedByOffice { revision }));
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| write(&folder.path().join(name), bytes));
    let receipt = demo().path("receipts/first-choice.json").display().to_string();
    let run = jebi(&format!("verify {} --receipt {receipt}", folder.path().display())).good();
    assert!(run.out.contains("YOUR RECEIPT: CHANGED BY THE OFFICE without your change key"), "{}", run.out);
    let run = jebi(&format!("verify {} --json --receipt {receipt}", folder.path().display())).good();
    assert!(run.out.contains("\"receipt\":\"changed-by-office\""), "{}", run.out);
}

/// The office's hand stays visible, though it or somebody else changes the entry again.
#[test]
fn the_office_cannot_hide_its_hand() {
    let mut draft = revised("first-choice", Change::Office);
    let ticket = demo().ticket("first-choice");
    draft.revise(ticket, Change::Key(ChangeKey([2; 32])));
    draft.acknowledge_last(ticket);
    draft.follow();
    let finding = check_receipt(&verify(&draft.seal()).unwrap(), &demo().receipt("first-choice"));
    assert!(matches!(finding, Ok(ReceiptFinding::ChangedByOffice { .. })), "{finding:?}");
    let mut draft = revised("first-choice", Change::Office);
    draft.entry(ticket).status = Status::Active;
    assert_eq!(draft.entry(ticket).clone().check(&draft.programme), Err(EntryError::Status));
}
