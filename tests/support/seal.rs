//! A draft, signed and put into files: what a verifier reads, the whole bundle, or the draw's folder.

use super::{
    draft::{Draft, TOOL, resign},
    write,
};
use protocol::{
    acknowledged, batches,
    bundle::{PublishedRun, RunsFile, path},
    checkpoint::Checkpoint,
    cosignature,
    event::Event,
    hash::Hash,
    json,
    manifest::{self, Files},
    merkle,
    note::Note,
    outcome::{self, Record},
    register::RUN_ENTRIES,
    seat::Form,
    tiles,
};
use std::path::Path;

impl Draft {
    /// The log: tiles and both heads, by their paths below `log/`. The first freeze ends the first head's tree.
    pub(crate) fn log(&self) -> Files {
        let sign = |event: &Event| {
            let key = if event.what.kind() == "receipts" { &self.keys.receipts } else { &self.keys.operator };
            event.sign(key).expect("an event").into_bytes()
        };
        let leaves: Vec<Vec<u8>> = self.events.iter().map(sign).collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf)).collect();
        let frozen = self.events.iter().position(|event| event.what.kind() == "freeze").expect("a freeze") + 1;
        let heads = [
            ("checkpoint-freeze".into(), self.head(&hashes[..frozen], &self.freeze_cosigned)),
            ("checkpoint".into(), self.head(&hashes, &self.head_cosigned)),
        ];
        let entries = tiles::entry_bundles(&leaves).expect("tiles");
        tiles::hash_tiles(&hashes).into_iter().chain(entries).chain(heads).collect()
    }

    fn head(&self, hashes: &[Hash], cosigned: &[(usize, u64)]) -> Vec<u8> {
        let origin = &self.programme.log.origin;
        let head = Checkpoint::new(origin, hashes.len() as u64, merkle::root(hashes)).expect("a head").to_string();
        let mut note = Note::sign(&head, &[&self.keys.log]).expect("a note");
        for (witness, time) in cosigned {
            let signature = cosignature::cosign(&head, &self.keys.witnesses[*witness], *time).expect("a cosignature");
            note.add_signature(signature).expect("one signature each");
        }
        note.to_string().into_bytes()
    }

    /// The files that a verifier reads, with their manifest.
    pub(crate) fn seal(&self) -> Files {
        let register = self.register();
        let (record_roots, _) = outcome::roots(&self.records);
        let json = |bytes: Result<Vec<u8>, json::JsonError>| bytes.expect("JSON");
        let mut files: Files =
            self.log().into_iter().map(|(name, file)| (format!("{}{name}", path::LOG), file)).collect();
        let runs = self.register_runs();
        for (number, (run, records)) in runs.iter().zip(self.records.chunks(RUN_ENTRIES)).enumerate() {
            let paths =
                [&register.run_roots, &record_roots].map(|roots| merkle::run_path(roots, number).expect("a run"));
            let seats = self.seats.chunks(RUN_ENTRIES).nth(number).unwrap_or_default();
            let seats = Form::of(&self.programme).encode(seats);
            let bytes = PublishedRun::encode(run, records, &seats, [&paths[0], &paths[1]]).expect("a run");
            files.insert(path::run(number), bytes);
        }
        files.insert(path::PROGRAMME.into(), self.programme.bytes().to_vec());
        files.insert(path::PROGRAMME_NOTE.into(), self.note().into_bytes());
        files.insert(path::RECEIPTS.into(), self.receipts());
        files.insert(path::ACKNOWLEDGED.into(), self.leaves());
        files.insert(path::SEED.into(), json(json::to_bytes(&self.seed)));
        files.insert(path::SESSIONS.into(), json(json::to_bytes(&self.sessions)));
        files.insert(path::RUNS.into(), json(json::to_bytes(&RunsFile::new(&self.programme, &register))));
        resign(&self.programme, &mut files, &self.keys.operator);
        files
    }

    fn note(&self) -> String {
        manifest::sign_programme(&self.programme, &self.keys.operator).expect("a note")
    }

    fn receipts(&self) -> Vec<u8> {
        batches::encode(&self.programme, &self.batches).expect("batches")
    }

    fn leaves(&self) -> Vec<u8> {
        acknowledged::encode(&self.programme, &self.acknowledged).expect("leaves")
    }

    /// The whole bundle, open data and pages too.
    pub(crate) fn publish(&self) -> Files {
        let (programme_note, register_runs, register) = (self.note(), self.register_runs(), self.register());
        let draw = publisher::Draw {
            programme: &self.programme,
            programme_note: &programme_note,
            register_runs: &register_runs,
            register: &register,
            records: &self.records,
            seats: &self.seats,
            apportionment: None,
            sessions: &self.sessions,
            seed: &self.seed,
            batches: &self.batches,
            acknowledged: &self.leaves(),
            log_files: &self.log(),
            outlines: None,
            tool: TOOL,
        };
        publisher::bundle(&draw, &self.keys.operator, &mut |_, _, _| {}).expect("a bundle")
    }

    /// The draw's folder as it would be before `jebi publish`, without the keys of witnesses.
    pub(crate) fn folder(&self, folder: &Path) {
        let put = |name: &str, bytes: &[u8]| write(&folder.join(name), bytes);
        put("announced/programme.json", self.programme.bytes());
        put("announced/programme.note", self.note().as_bytes());
        self.log().iter().for_each(|(name, bytes)| put(&format!("log/{name}"), bytes));
        put("register/receipts.bin", &self.receipts());
        put("register/acknowledged.bin", &self.leaves());
        for (number, run) in self.register_runs().iter().enumerate() {
            put(&format!("register/runs/{number:04}.bin"), run);
        }
        put("seed/seed.json", &json::to_bytes(&self.seed).expect("JSON"));
        put("allocation/sessions.json", &json::to_bytes(&self.sessions).expect("JSON"));
        let seats = Form::of(&self.programme).encode(&self.seats);
        if !seats.is_empty() {
            put("allocation/seats.bin", &seats);
        }
        put("allocation/records.bin", &self.records.iter().flat_map(Record::encode).collect::<Vec<u8>>());
        let keys = [("operator", &self.keys.operator), ("log", &self.keys.log), ("receipts", &self.keys.receipts)];
        for (role, key) in keys {
            put(&format!("keys/{role}.key"), key.to_private_text().as_bytes());
        }
    }
}
