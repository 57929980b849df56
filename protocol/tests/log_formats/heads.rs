//! Checkpoints and their cosignatures.

use proptest::prelude::*;
use protocol::checkpoint::{Checkpoint, CheckpointError};
use protocol::cosignature::{Cosignature, CosignatureError, cosign, quorum_time, verify_cosignatures};
use protocol::hash::Hash;
use protocol::note::{KeyType, Note, NoteError, SigningKey, VerifierKey};

/// The example of c2sp.org/tlog-cosignature: a checkpoint, the log's signature, and a witness's of 1679315147.
const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn witness(name: &str, seed: u8) -> SigningKey {
    SigningKey::new(name, KeyType::Cosignature, &[seed; 32]).unwrap()
}

fn log_key() -> SigningKey {
    SigningKey::new("log.example/draw", KeyType::Ed25519, &[77; 32]).unwrap()
}

/// A head signed by the log, and cosigned by the witnesses at their times.
fn head(cosigners: &[(&SigningKey, u64)]) -> Note {
    let text = Checkpoint::new("log.example/draw", 5, Hash::of(b"root")).unwrap().to_string();
    let mut note = Note::sign(&text, &[&log_key()]).unwrap();
    for (key, time) in cosigners {
        note.add_signature(cosign(&text, key, *time).unwrap()).unwrap();
    }
    note
}

#[test]
fn the_example_of_c2sp_is_read() {
    let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size(), 20_852_163);
    assert_eq!(checkpoint.root().to_string(), "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
    assert_eq!(checkpoint.extensions(), [] as [String; 0]);
    assert_eq!(checkpoint.to_string(), note.text());
    assert_eq!(note.signatures()[1].bytes()[..8], 1_679_315_147_u64.to_be_bytes());
    assert_eq!(note.signatures()[1].bytes().len(), 72);
}

#[test]
fn checkpoints_have_one_text() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let checks = [
        (format!("o\n1\n{root}"), CheckpointError::Lines),
        (String::new(), CheckpointError::Lines),
        ("o\n1\n".into(), CheckpointError::Lines),
        (format!("\n1\n{root}\n"), CheckpointError::Origin),
        (format!("o\t\n1\n{root}\n"), CheckpointError::Origin),
        (format!("o\n01\n{root}\n"), CheckpointError::Size),
        (format!("o\n+1\n{root}\n"), CheckpointError::Size),
        (format!("o\n\n{root}\n"), CheckpointError::Size),
        (format!("o\n1 \n{root}\n"), CheckpointError::Size),
        (format!("o\n-0\n{root}\n"), CheckpointError::Size),
        (format!("o\n18446744073709551616\n{root}\n"), CheckpointError::Size),
        (format!("o\n1\n{}\n", root.replace('=', "")), CheckpointError::Root),
        (format!("o\n1\n{}\n", root.replace("2I=", "2J=")), CheckpointError::Root),
        (format!("o\n1\n{}\n", root.replace("Cs", "-_")), CheckpointError::Root),
        (format!("o\n1\n{}\n", root.replace("CsUY", "")), CheckpointError::Root),
        (format!("o\n1\n{root}\n\n"), CheckpointError::Extension),
        (format!("o\n1\n{root}\nx\n\ny\n"), CheckpointError::Extension),
    ];
    for (text, expected) in checks {
        assert_eq!(Checkpoint::parse(&text), Err(expected), "{text:?}");
    }
    assert_eq!(Checkpoint::new("two\nlines", 0, Hash::default()), Err(CheckpointError::Origin));
    assert_eq!(Checkpoint::new("", 0, Hash::default()), Err(CheckpointError::Origin));
    let with_extensions = format!("o\n0\n{root}\nx\ny z\n");
    let parsed = Checkpoint::parse(&with_extensions).unwrap();
    assert_eq!(parsed.extensions(), ["x", "y z"]);
    assert_eq!(parsed.to_string(), with_extensions);
}

proptest! {
    #[test]
    fn checkpoints_are_those_of_tlog_tiles(size: u64, root: [u8; 32], origin in "[a-z./+ ]{1,20}") {
        let text = Checkpoint::new(&origin, size, Hash(root)).unwrap().to_string();
        let theirs = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        prop_assert_eq!(theirs.to_bytes(), text.as_bytes());
        prop_assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), (&*origin, size, root));
        prop_assert_eq!(Checkpoint::parse(&text).unwrap().to_string(), text);
    }
}

#[test]
fn a_cosignature_is_the_bytes_of_the_specification() {
    let key = witness("witness.example/w", 4);
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let line = cosign(text, &key, 1_679_315_147).unwrap();
    let message = format!("cosignature/v1\ntime 1679315147\n{text}");
    // The same seed as an ordinary key signs the same message: what differs is the key ID and the time before it.
    let plain = SigningKey::new("witness.example/w", KeyType::Ed25519, &[4; 32]).unwrap();
    let signature = Note::sign(&message, &[&plain]).unwrap().signatures()[0].bytes().to_vec();
    assert_eq!(line.bytes(), [&1_679_315_147_u64.to_be_bytes()[..], &signature].concat());
    assert_eq!(line.key_id(), key.verifier_key().id());
    assert_ne!(line.key_id(), plain.verifier_key().id());
}

#[test]
fn each_witness_counts_once_with_its_earliest_time() {
    let (a, b, c) = (witness("a", 1), witness("b", 2), witness("c", 3));
    let known = [&c, &a, &b].map(SigningKey::verifier_key);
    let note = head(&[(&a, 50), (&b, 40)]);
    let at = |witness, time_unix_s| Cosignature { witness, time_unix_s };
    assert_eq!(verify_cosignatures(&note, &known), Ok(vec![at(1, 50), at(2, 40)]));
    assert_eq!(verify_cosignatures(&head(&[]), &known), Ok(vec![]));
    let earlier = cosign(note.text(), &a, 30).unwrap();
    let later = cosign(note.text(), &a, 60).unwrap();
    let again = Note::parse(format!("{note}{later}{earlier}").as_bytes()).unwrap();
    assert_eq!(verify_cosignatures(&again, &known), Ok(vec![at(1, 30), at(2, 40)]));
    assert_eq!(
        note.clone().add_signature(later),
        Err(NoteError::Duplicate { name: "a".into(), key_id: known[1].id() })
    );
    // The notes' own rule knows witnesses' keys too.
    assert_eq!(note.verify(&[&known[..], &[log_key().verifier_key()]].concat()), Ok(vec![1, 2, 3]));
}

#[test]
fn an_altered_cosignature_of_a_known_witness_is_refused() {
    let (a, b) = (witness("a", 1), witness("b", 2));
    let note = head(&[(&a, 50)]);
    let line = note.signatures()[1].to_string();
    let bad = Err(CosignatureError::BadSignature { name: "a".into() });
    let unsigned = head(&[]);
    for at in 4..76 {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let mut bytes = STANDARD.decode(line.trim_end().rsplit(' ').next().unwrap()).unwrap();
        bytes[at] ^= 1;
        let altered = format!("{unsigned}— a {}\n", STANDARD.encode(&bytes));
        let altered = Note::parse(altered.as_bytes()).unwrap();
        assert_eq!(verify_cosignatures(&altered, &[a.verifier_key()]), bad, "byte {at}");
        assert_eq!(verify_cosignatures(&altered, &[b.verifier_key()]), Ok(vec![]));
        assert_eq!(altered.verify(&[a.verifier_key()]), Err(NoteError::BadSignature { name: "a".into() }));
    }
    // A good cosignature of another head.
    let other = Checkpoint::new("log.example/draw", 6, Hash::of(b"root")).unwrap().to_string();
    let moved = format!("{unsigned}{}", cosign(&other, &a, 50).unwrap());
    assert_eq!(verify_cosignatures(&Note::parse(moved.as_bytes()).unwrap(), &[a.verifier_key()]), bad);
}

#[test]
fn one_party_is_not_two_witnesses() {
    let (a, alias) = (witness("a", 1), witness("alias", 1));
    let same = |first: &str, second: &str| {
        Err(CosignatureError::SameWitness { first: first.to_owned(), second: second.to_owned() })
    };
    let note = head(&[(&a, 50), (&alias, 50)]);
    let verify = |keys: &[&SigningKey]| {
        verify_cosignatures(&note, &keys.iter().map(|key| key.verifier_key()).collect::<Vec<VerifierKey>>())
    };
    assert_eq!(verify(&[&a, &alias]), same("a", "alias"));
    assert_eq!(verify(&[&a, &witness("b", 2), &a]), same("a", "a"));
    assert_eq!(verify(&[&log_key()]), Err(CosignatureError::KeyType { name: "log.example/draw".into() }));
}

#[test]
fn only_checkpoints_are_cosigned_and_only_by_witnesses() {
    let a = witness("a", 1);
    let text = head(&[]).text().to_owned();
    assert_eq!(cosign("a note\n", &a, 1), Err(CosignatureError::Checkpoint(CheckpointError::Lines)));
    assert_eq!(cosign(&text, &log_key(), 1), Err(CosignatureError::KeyType { name: "log.example/draw".into() }));
    let past = 1 << 63;
    assert_eq!(cosign(&text, &a, past), Err(CosignatureError::Time { time_unix_s: past }));
    assert!(cosign(&text, &a, past - 1).is_ok());
    let note = Note::sign("a note\n", &[&log_key()]).unwrap();
    assert_eq!(verify_cosignatures(&note, &[]), Err(CosignatureError::Checkpoint(CheckpointError::Lines)));
}

#[test]
fn the_quorum_is_complete_when_its_last_needed_witness_has_signed() {
    assert_eq!(quorum_time(&[30, 10, 20], 1), Some(10));
    assert_eq!(quorum_time(&[30, 10, 20], 2), Some(20));
    assert_eq!(quorum_time(&[30, 10, 20], 3), Some(30));
    assert_eq!(quorum_time(&[30, 10, 20], 4), None);
    assert_eq!(quorum_time(&[20, 20], 2), Some(20));
    assert_eq!(quorum_time(&[30], 0), None);
    assert_eq!(quorum_time(&[], 1), None);
}
