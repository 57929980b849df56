//! Another register than the frozen one, heads without a quorum, marks that were changed.

use crate::{
    support::{
        WITNESSES, demo,
        draft::{Draft, in_time, rejected, resign},
        jebi, write,
    },
    without_one,
};
use protocol::{
    beacon,
    bundle::path,
    note::{KeyType, SigningKey},
    programme::Programme,
    verify::verify,
};
use std::fs;

#[test]
fn a_witness_who_remembers_refuses_another_register() {
    let copy = demo().copy();
    let mut draft = Draft::of(demo());
    without_one(&mut draft);
    fs::remove_dir_all(copy.path().join("log")).unwrap();
    draft.folder(copy.path());
    for name in WITNESSES {
        let key = copy.path().join(format!("witnesses/{name}.key"));
        let seen = fs::read(key.with_extension("seen")).unwrap();
        let head = fs::read(copy.path().join("log/checkpoint")).unwrap();
        let witness =
            format!("witness {}/log --key {} --at 2023-08-24T02:00:00+09:00", copy.path().display(), key.display());
        let run = jebi(&witness).refused(1, &["somebody rewrote it", "hint: keep this log"]);
        assert_eq!(run.out, "");
        assert_eq!(fs::read(key.with_extension("seen")).unwrap(), seen, "the witness forgot what it saw");
        assert_eq!(fs::read(copy.path().join("log/checkpoint")).unwrap(), head);
    }
}

#[test]
fn a_log_with_two_freezes_is_rejected() {
    for before_the_beacon in [true, false] {
        let mut draft = Draft::of(demo());
        let place = draft.events.iter().position(|event| event.what.kind() == "freeze").unwrap();
        let second = draft.events[place].clone();
        draft.events.insert(place + if before_the_beacon { 1 } else { 2 }, second);
        if !before_the_beacon {
            let time = draft.events[place + 1].time_unix_s;
            draft.events[place + 2].time_unix_s = time;
        }
        assert_eq!(rejected(&draft.seal()), ("R-LOG-ORDER", path::HEAD.into()));
    }
}

/// Two heads of one log, both signed by its key and cosigned: whoever holds both holds the proof.
#[test]
fn witnesses_who_forgot_leave_two_heads_as_evidence() {
    let (one, mut two) = (Draft::of(demo()), Draft::of(demo()));
    without_one(&mut two);
    let (first, second) = (verify(&one.seal()).unwrap(), verify(&two.seal()).unwrap());
    assert_ne!(first.log_root, second.log_root);
    // A citizen who was dropped in the second sees it (below); everybody sees two roots under one programme hash.
    assert_eq!(first.programme.hash(), second.programme.hash());
    assert_ne!(first.register.root, second.register.root);
}

#[test]
fn a_register_swapped_after_the_beacon_has_no_quorum_in_time() {
    let late = |programme: &Programme| beacon::time_of_round(programme.beacon.round) - 600 + 1;
    let mut draft = Draft::binding(demo());
    without_one(&mut draft);
    for cosigned in [
        vec![],
        vec![(0, in_time(&draft.programme))],
        (0..3).map(|witness| (witness, late(&draft.programme))).collect(),
    ] {
        draft.freeze_cosigned = cosigned;
        assert_eq!(rejected(&draft.seal()), ("R-LOG-QUORUM", path::HEAD_FREEZE.into()));
    }
    // The last second is in time.
    draft.freeze_cosigned = (0..2).map(|witness| (witness, late(&draft.programme) - 1)).collect();
    assert_eq!(verify(&draft.seal()).unwrap().witnessed_at_unix_s, Some(late(&draft.programme) - 1));
}

/// The limit of what a bundle can show, which SPEC §15 names: a quorum that lies about the time is believed.
#[test]
fn only_a_quorum_of_lying_witnesses_hides_a_swap() {
    let mut draft = Draft::binding(demo());
    without_one(&mut draft);
    draft.freeze_cosigned = vec![(1, in_time(&draft.programme))];
    assert_eq!(rejected(&draft.seal()).0, "R-LOG-QUORUM");
    draft.freeze_cosigned.push((2, in_time(&draft.programme)));
    verify(&draft.seal()).unwrap();
}

#[test]
fn a_rehearsal_without_quorum_says_so_loudly() {
    let mut draft = Draft::of(demo());
    draft.freeze_cosigned = vec![(0, in_time(&draft.programme))];
    let files = draft.publish();
    assert_eq!(verify(&files).unwrap().witnessed_at_unix_s, None);
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, bytes)| write(&folder.path().join(name), bytes));
    let run = jebi(&format!("verify {}", folder.path().display())).good();
    let loud: Vec<&str> = run.out.lines().take_while(|line| line.starts_with("!! ")).collect();
    assert!(loud.len() == 2 && loud[1].contains("NO QUORUM OF WITNESSES"), "{}", run.out);
    assert!(!run.out.contains("witnessed  "), "{}", run.out);
}

#[test]
fn the_last_head_needs_a_quorum_too() {
    for cosigned in [vec![], vec![(2, 1_700_000_000)]] {
        let mut draft = Draft::binding(demo());
        draft.head_cosigned = cosigned.clone();
        assert_eq!(rejected(&draft.seal()), ("R-LOG-QUORUM", path::HEAD.into()));
        let mut rehearsal = Draft::of(demo());
        rehearsal.head_cosigned = cosigned;
        assert_eq!(verify(&rehearsal.seal()).unwrap().witnessed_at_unix_s, None);
    }
}

/// The programme's keys are the witnesses, whatever name stands before a signature.
#[test]
fn witnesses_of_the_operators_own_making_do_not_count() {
    let mut draft = Draft::binding(demo());
    for (place, name) in WITNESSES.iter().enumerate().skip(1) {
        draft.keys.witnesses[place] =
            SigningKey::new(&format!("{name}.example"), KeyType::Cosignature, &[9; 32]).unwrap();
    }
    assert_eq!(rejected(&draft.seal()), ("R-LOG-QUORUM", path::HEAD_FREEZE.into()));
}

/// A draw that was announced as binding cannot be passed off as a rehearsal, nor the other way round.
#[test]
fn the_mark_cannot_be_changed_afterwards() {
    let mut files = Draft::binding(demo()).seal();
    let honest = demo().files();
    for name in [path::SEED, path::SESSIONS, path::RUNS] {
        let changed =
            String::from_utf8(files[name].clone()).unwrap().replace("\"rehearsal\":false", "\"rehearsal\":true");
        let draft = Draft::binding(demo());
        let mut files = files.clone();
        files.insert(name.into(), changed.into_bytes());
        resign(&draft.programme, &mut files, &draft.keys.operator);
        assert_eq!(rejected(&files), ("R-REHEARSAL-MARK", name.into()));
    }
    files.insert(path::PROGRAMME.into(), honest[path::PROGRAMME].clone());
    resign(&demo().programme(), &mut files, &demo().signer("operator"));
    assert_eq!(rejected(&files), ("R-PROGRAMME-HASH", path::PROGRAMME_NOTE.into()));
}
