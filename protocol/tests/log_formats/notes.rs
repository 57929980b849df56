//! Signed notes and their keys.

use protocol::note::{KeyError, KeyType, MAX_SIGNATURES, Note, NoteError, Signature, SigningKey, VerifierKey};
use signed_note::{StandardSigner, StandardVerifier, VerifierList};

/// C2SP's example.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
/// The example of Go's sumdb/note, and the signature that its EnochRoot, whose seed is all zeros, adds to it.
const NEUMANN_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE: &str =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::new(name, KeyType::Ed25519, &[seed; 32]).unwrap()
}

fn parse(text: &str) -> Result<Note, NoteError> {
    Note::parse(text.as_bytes())
}

#[test]
fn the_examples_of_c2sp_and_go_verify() {
    for (key, text) in [(EXAMPLE_KEY, EXAMPLE), (NEUMANN_KEY, NEUMANN)] {
        let (note, key) = (parse(text).unwrap(), VerifierKey::parse(key).unwrap());
        assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(vec![0]));
        assert_eq!(note.to_string(), text);
        assert_eq!(note.signatures()[0].key_id(), key.id());
    }
    assert_eq!(parse(EXAMPLE).unwrap().text(), "This is an example message.\n");
}

#[test]
fn go_and_we_sign_the_same_bytes() {
    let mut note = parse(NEUMANN).unwrap();
    let enoch = key("EnochRoot", 0);
    let line = Note::sign(note.text(), &[&enoch]).unwrap().signatures()[0].clone();
    assert_eq!(line.to_string(), ENOCH_LINE);
    note.add_signature(Signature::parse(ENOCH_LINE).unwrap()).unwrap();
    assert_eq!(note.to_string(), [NEUMANN, ENOCH_LINE].concat());
    let known = [enoch.verifier_key(), key("nobody", 9).verifier_key(), VerifierKey::parse(NEUMANN_KEY).unwrap()];
    assert_eq!(note.verify(&known), Ok(vec![0, 2]));
}

#[test]
fn signed_note_reads_our_notes_and_keys_and_we_read_its() {
    let text = "Der Zug fährt ab.\n\n\u{a0}— a line like a signature\n";
    for seed in 0..20 {
        let ours = key("주사위.example/log", seed);
        let their_signer = StandardSigner::new(&ours.to_private_text()).unwrap();
        let verifier = StandardVerifier::new(&ours.verifier_key().to_string()).unwrap();
        let our_note = Note::sign(text, &[&ours]).unwrap().to_string();
        let their_note = signed_note::Note::from_bytes(our_note.as_bytes()).unwrap();
        assert!(their_note.verify(&VerifierList::new(vec![Box::new(verifier)])).is_ok());
        let mut again = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        again.add_sigs(&[&their_signer]).unwrap();
        assert_eq!(again.to_bytes(), our_note.as_bytes());
        assert_eq!(Note::parse(&again.to_bytes()).unwrap().verify(&[ours.verifier_key()]), Ok(vec![0]));
    }
}

#[test]
fn any_altered_byte_of_text_or_signature_is_refused() {
    let known = [VerifierKey::parse(EXAMPLE_KEY).unwrap()];
    for at in 0..EXAMPLE.len() {
        for bit in 0..8 {
            let mut bytes = EXAMPLE.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            assert!(Note::parse(&bytes).and_then(|note| note.verify(&known)).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn unknown_keys_are_ignored_and_bad_signatures_of_known_ones_are_not() {
    let (a, b, c) = (key("a", 1), key("b", 2), key("c", 3));
    let [va, vb, vc] = [&a, &b, &c].map(SigningKey::verifier_key);
    let note = Note::sign("text\n", &[&a, &b]).unwrap();
    assert_eq!(note.verify(&[vb.clone(), vc.clone(), va.clone()]), Ok(vec![0, 2]));
    assert_eq!(note.verify(std::slice::from_ref(&vc)), Err(NoteError::Unsigned));
    assert_eq!(note.verify(&[]), Err(NoteError::Unsigned));
    // b's signature of another text, under a's good one.
    let lines = note.to_string();
    let foreign = Note::sign("another\n", &[&b]).unwrap().signatures()[0].to_string();
    let bad = lines.replace(&note.signatures()[1].to_string(), &foreign);
    assert_eq!(
        parse(&bad).unwrap().verify(&[va.clone(), vb.clone()]),
        Err(NoteError::BadSignature { name: "b".into() })
    );
    assert_eq!(parse(&bad).unwrap().verify(std::slice::from_ref(&va)), Ok(vec![0]));
    // The same name with another key, and the same key with another name, are other keys.
    assert_eq!(note.verify(&[key("a", 2).verifier_key()]), Err(NoteError::Unsigned));
    assert_eq!(note.verify(&[key("d", 1).verifier_key()]), Err(NoteError::Unsigned));
}

#[test]
fn one_key_counts_once_and_each_of_its_lines_must_be_good() {
    let a = key("a", 1);
    let known = [a.verifier_key()];
    let note = Note::sign("text\n", &[&a]).unwrap();
    let line = note.signatures()[0].to_string();
    assert_eq!(parse(&format!("{note}{line}")).unwrap().verify(&known), Ok(vec![0]));
    let foreign = Note::sign("another\n", &[&a]).unwrap().signatures()[0].to_string();
    let verdict = parse(&format!("{note}{foreign}")).unwrap().verify(&known);
    assert_eq!(verdict, Err(NoteError::BadSignature { name: "a".into() }));
    let duplicate = Err(NoteError::Duplicate { name: "a".into(), key_id: known[0].id() });
    assert_eq!(note.verify(&[a.verifier_key(), a.verifier_key()]), duplicate);
    assert_eq!(Note::sign("text\n", &[&a, &a]), Err(NoteError::Duplicate { name: "a".into(), key_id: known[0].id() }));
}

#[test]
fn up_to_a_hundred_signatures_are_read() {
    let keys: Vec<SigningKey> = (0..=100).map(|seed| key(&format!("k{seed}"), seed)).collect();
    let known: Vec<VerifierKey> = keys.iter().map(SigningKey::verifier_key).collect();
    let refs: Vec<&SigningKey> = keys.iter().collect();
    let note = Note::sign("text\n", &refs[..MAX_SIGNATURES]).unwrap();
    assert_eq!(parse(&note.to_string()).unwrap().verify(&known).unwrap(), (0..100).collect::<Vec<_>>());
    let more = Note::sign("text\n", &refs[100..]).unwrap().signatures()[0].to_string();
    assert_eq!(parse(&format!("{note}{more}")), Err(NoteError::TooManySignatures));
    assert_eq!(Note::sign("text\n", &refs), Err(NoteError::TooManySignatures));
}

#[test]
fn the_last_empty_line_divides_text_and_signatures() {
    let a = key("a", 1);
    let inner = Note::sign("inner\n", &[&a]).unwrap().to_string();
    for text in ["\n", "\n\n", "a\n\n", "a\n\nb\n", "\n\n\na\n\n\n", &inner] {
        let note = Note::sign(text, &[&a]).unwrap();
        let read = parse(&note.to_string()).unwrap();
        assert_eq!(read, note);
        assert_eq!(read.text(), text);
        assert_eq!(read.verify(&[a.verifier_key()]), Ok(vec![0]));
    }
}

#[test]
fn malformed_notes_are_refused() {
    let line = &EXAMPLE[EXAMPLE.rfind('—').unwrap()..];
    let padded = line.replace("=\n", "\n");
    // The last character before the padding carries two bits that decode to nothing.
    let loose = line.replace("QM=\n", "QN=\n");
    let at_line = |line| Err(NoteError::SignatureLine { line });
    let cases: [(String, Result<Note, NoteError>); 18] = [
        (String::new(), Err(NoteError::Form)),
        ("text\n".into(), Err(NoteError::Form)),
        (format!("text\n{line}"), Err(NoteError::Form)),
        (format!("text\n\n{}", line.trim_end()), Err(NoteError::Form)),
        ("text\n\n".into(), Err(NoteError::Form)),
        (format!("text\n\n{line}\n"), Err(NoteError::Form)),
        (format!("text\r\n\n{line}"), Err(NoteError::Characters { at: 4 })),
        (format!("te\0xt\n\n{line}"), Err(NoteError::Characters { at: 2 })),
        (format!("text\n\n{}", line.replace("—", "-")), at_line(1)),
        (format!("text\n\n{}", line.replace("— ", "—")), at_line(1)),
        (format!("text\n\n{}", line.replace("foo ", "foo  ")), at_line(1)),
        (format!("text\n\n{}", line.replace("foo", "f+o")), at_line(1)),
        (format!("text\n\n{}", line.replace("foo", "f\u{3000}o")), at_line(1)),
        (format!("text\n\n{line}{padded}"), at_line(2)),
        (format!("text\n\n{loose}"), at_line(1)),
        ("text\n\n— foo AAAAAA==\n".into(), at_line(1)),
        ("text\n\n—  AAAAAAA=\n".into(), at_line(1)),
        (
            format!("text\n\n{}{line}", " ".repeat(16_000_000)),
            Err(NoteError::TooLong { found: 16_000_006 + line.len() }),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(&text), expected, "{text:.200}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n"), Err(NoteError::Characters { at: 2 }));
}

#[test]
fn what_cannot_be_read_is_not_signed() {
    let a = key("a", 1);
    assert_eq!(Note::sign("no newline", &[&a]), Err(NoteError::Form));
    assert_eq!(Note::sign("", &[&a]), Err(NoteError::Form));
    assert_eq!(Note::sign("tab\t\n", &[&a]), Err(NoteError::Characters { at: 3 }));
    assert_eq!(Note::sign("text\n", &[]), Err(NoteError::Unsigned));
    let witness = SigningKey::new("w", KeyType::Cosignature, &[1; 32]).unwrap();
    assert_eq!(Note::sign("text\n", &[&witness]), Err(NoteError::KeyType { name: "w".into() }));
}

#[test]
fn keys_have_one_text() {
    for (seed, key_type) in [(1, KeyType::Ed25519), (2, KeyType::Cosignature)] {
        let key = SigningKey::new("example.com/log", key_type, &[seed; 32]).unwrap();
        let (public, private) = (key.verifier_key().to_string(), key.to_private_text());
        assert_eq!(VerifierKey::parse(&public).unwrap(), key.verifier_key());
        assert_eq!(*SigningKey::parse(&private).unwrap().to_private_text(), *private);
        assert!(!format!("{key:?}").contains(private.rsplit('+').next().unwrap()));
        assert!(SigningKey::parse(&public).is_err());
        assert!(VerifierKey::parse(&private).is_err());
    }
}

#[test]
fn altered_keys_are_refused() {
    let (id, material) = ("530d903a", "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    let key = |name: &str, id: &str, material: &str| VerifierKey::parse(&format!("{name}+{id}+{material}"));
    let name = "example.com/foo".to_owned();
    assert!(key(&name, id, material).is_ok());
    assert_eq!(key("", id, material), Err(KeyError::Name { name: String::new() }));
    assert_eq!(key("a b", id, material), Err(KeyError::Name { name: "a b".into() }));
    assert_eq!(key("a\u{85}", id, material), Err(KeyError::Name { name: "a\u{85}".into() }));
    assert_eq!(key("a\u{1}", id, material), Err(KeyError::Name { name: "a\u{1}".into() }));
    for wrong in ["530D903A", "530d903", "0530d903a", "+530d903a", "530d903b"] {
        assert!(key(&name, wrong, material).is_err(), "{wrong}");
    }
    let expected = 0x530d_903a;
    assert_eq!(
        key(&name, "530d903b", material),
        Err(KeyError::Id { name: name.clone(), expected, found: "530d903b".into() })
    );
    assert_eq!(key(&name, id, "AA"), Err(KeyError::Form));
    assert_eq!(key(&name, id, &material[..43]), Err(KeyError::Form));
    assert_eq!(key(&name, id, &format!("{material}AAAA")), Err(KeyError::Length { name: name.clone(), found: 35 }));
    assert_eq!(key(&name, id, &material.replacen('A', "B", 1)), Err(KeyError::Type { name: name.clone(), found: 5 }));
    // Type 4 has another ID: a log's key is never a witness's.
    assert!(matches!(
        key(&name, id, &material.replacen("Ae", "BO", 1)),
        Err(KeyError::Id { .. } | KeyError::Point { .. })
    ));
    assert_eq!(VerifierKey::parse("example.com/foo"), Err(KeyError::Form));
}
