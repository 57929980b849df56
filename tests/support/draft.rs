//! A bundle as its operator could make it: every part can be changed, and what signs is in hand, so that a lie is told
//! with all signatures good. What follows from a changed part is made anew only where a test asks for it.

use super::{Demo, WITNESSES};
use allocator::allocate;
use protocol::{
    acknowledged::{self, Acknowledged},
    apportionment::Kept,
    batches::{self, Batch},
    beacon::{self, Beacon},
    bundle::path,
    certificate::Certificate,
    draw,
    entry::{Change, LEAF_BYTES, Revision, Status},
    event::{CohortCount, Event, What},
    hash::Hash,
    json,
    manifest::{self, Files},
    merkle,
    note::{KeyType, SigningKey},
    outcome::{self, Record},
    programme::{Fields, Programme},
    register::{RUN_ENTRIES, Register, Run, encode_run},
    seat::Seat,
    seed::SeedFile,
    sessions::SessionsFile,
    ticket::Ticket,
    verify::verify,
};
use std::fs;

/// Name of the program, as forged events state it.
pub(crate) const TOOL: &str = "forged";

/// Who signs.
pub(crate) struct Keys {
    pub(crate) operator: SigningKey,
    pub(crate) log: SigningKey,
    pub(crate) receipts: SigningKey,
    pub(crate) witnesses: Vec<SigningKey>,
}

/// Which witness cosigned, and when (Unix seconds).
pub(crate) type Cosigned = Vec<(usize, u64)>;

/// When a batch became durable (Unix seconds), and its leaves.
pub(crate) type Ledger = Vec<(u64, Vec<[u8; LEAF_BYTES]>)>;

/// A draw to be published.
pub(crate) struct Draft {
    pub(crate) programme: Programme,
    pub(crate) keys: Keys,
    pub(crate) revisions: Vec<Revision>,
    /// What was acknowledged; [`Draft::acknowledge`] makes the next two of it.
    pub(crate) ledger: Ledger,
    pub(crate) batches: Vec<Batch>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    pub(crate) seed: SeedFile,
    pub(crate) certificate: Certificate,
    pub(crate) records: Vec<Record>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) sessions: SessionsFile,
    pub(crate) events: Vec<Event>,
    /// On the head at the first freeze.
    pub(crate) freeze_cosigned: Cosigned,
    /// On the last head.
    pub(crate) head_cosigned: Cosigned,
}

/// When the demo's witnesses sign the freeze: an hour after the close.
pub(crate) fn in_time(programme: &Programme) -> u64 {
    programme.window.closes_at_unix_s + 3600
}

impl Draft {
    /// The demo as it was.
    pub(crate) fn of(demo: &Demo) -> Self {
        let files = demo.files();
        let verified = verify(&files).expect("the demo verifies");
        let (programme, time) = (verified.programme, verified.events.last().map_or(0, |event| event.time_unix_s));
        let acknowledged = acknowledged::decode(&programme, &files[path::ACKNOWLEDGED]).expect("acknowledged leaves");
        let mut leaves = acknowledged.iter().map(|leaf| match leaf {
            Acknowledged::Registered(place) => leaf_of(&programme, &verified.register.revisions[*place as usize]),
            Acknowledged::Replaced(leaf) => *leaf,
        });
        let batch = |batch: &Batch| (batch.time_unix_s, leaves.by_ref().take(batch.leaves as usize).collect());
        Self {
            ledger: verified.batches.iter().map(batch).collect(),
            acknowledged: acknowledged.clone(),
            keys: Keys {
                operator: demo.signer("operator"),
                log: demo.signer("log"),
                receipts: demo.signer("receipts"),
                witnesses: WITNESSES.map(|name| demo.witness(name)).into(),
            },
            revisions: verified.register.revisions,
            batches: verified.batches,
            seed: verified.seed,
            certificate: verified.sessions.certificate(),
            records: verified.records,
            seats: verified.seats,
            sessions: verified.sessions,
            events: verified.events,
            freeze_cosigned: (0..3).map(|witness| (witness, in_time(&programme))).collect(),
            head_cosigned: (0..3).map(|witness| (witness, time)).collect(),
            programme,
        }
    }

    /// The same people and wishes under a programme that differs; all that follows is made anew.
    pub(crate) fn under(demo: &Demo, change: impl FnOnce(&mut Fields, &mut Keys)) -> Self {
        let mut draft = Self::of(demo);
        let mut fields = (*draft.programme).clone();
        change(&mut fields, &mut draft.keys);
        draft.programme = Programme::of(fields).expect("a valid programme");
        draft.follow();
        draft
    }

    /// The same, binding: with a log of another name.
    pub(crate) fn binding(demo: &Demo) -> Self {
        Self::under(demo, |fields, keys| {
            fields.rehearsal = false;
            fields.log.origin = "office.example/binding".into();
            keys.log = SigningKey::new(&fields.log.origin, KeyType::Ed25519, &[7; 32]).expect("a key");
            fields.log.key = keys.log.verifier_key().to_string();
        })
    }

    /// Everything that follows from programme, register and ledger.
    pub(crate) fn follow(&mut self) {
        self.acknowledge();
        self.decide();
        self.narrate();
    }

    /// Batches and acknowledged leaves as the ledger has them, the register's leaves as they are now.
    pub(crate) fn acknowledge(&mut self) {
        self.ledger.retain(|(_, leaves)| !leaves.is_empty());
        self.batches.clear();
        self.acknowledged.clear();
        for (time_unix_s, leaves) in &self.ledger {
            let mut hashes = Vec::new();
            for leaf in leaves {
                let named = acknowledged::named(leaf).expect("a leaf");
                let place = self.revisions.iter().position(|entry| (entry.ticket, entry.revision) == named);
                let leaf = place.map_or(*leaf, |place| leaf_of(&self.programme, &self.revisions[place]));
                let registered = place.map(|place| Acknowledged::Registered(u32::try_from(place).expect("a place")));
                self.acknowledged.push(registered.unwrap_or(Acknowledged::Replaced(leaf)));
                hashes.push(merkle::leaf_hash(&leaf));
            }
            let leaves = u32::try_from(leaves.len()).expect("a count");
            self.batches.push(Batch { leaves, time_unix_s: *time_unix_s, root: merkle::root(&hashes) });
        }
    }

    /// Strikes a ticket from the register and, if `ledger`, from what was acknowledged.
    pub(crate) fn drop(&mut self, ticket: Ticket, ledger: bool) {
        self.revisions.retain(|entry| entry.ticket != ticket);
        let other = |leaf: &[u8; LEAF_BYTES]| acknowledged::named(leaf).is_some_and(|(found, _)| found != ticket);
        self.ledger.iter_mut().filter(|_| ledger).for_each(|(_, leaves)| leaves.retain(other));
    }

    /// Acknowledges the last revision of a ticket, in a batch of its own at the end of the window.
    pub(crate) fn acknowledge_last(&mut self, ticket: Ticket) {
        let revision = self.entry(ticket).clone();
        let leaf = leaf_of(&self.programme, &revision);
        self.ledger.push((self.programme.window.closes_at_unix_s - 1, vec![leaf]));
    }

    /// Seed and result as they follow from programme and register.
    pub(crate) fn decide(&mut self) {
        let beacon = beacon();
        let randomness = beacon.verify().expect("round 1000");
        let size = self.revisions.len() as u64;
        self.seed = SeedFile::new(&self.programme, self.register().root, size, &beacon, randomness);
        self.allocate();
    }

    /// The result as it follows from the seed, whatever that is.
    pub(crate) fn allocate(&mut self) {
        let mechanism = draw::mechanism(&self.programme);
        let instance = draw::instance(&self.programme, &Kept::default(), mechanism, &self.revisions, &self.seed.seed());
        let instance = instance.expect("a draw");
        let outcome = allocate(&instance).expect("a result");
        self.records = draw::records(&self.revisions, &instance, &outcome.allocation);
        self.seats = draw::seats(&self.programme, &self.revisions, &instance, &outcome.allocation);
        self.certificate = outcome.certificate;
        self.count();
    }

    /// `sessions.json` as records and certificate have it.
    pub(crate) fn count(&mut self) {
        let places = draw::places(&self.programme, &Kept::default()).expect("places");
        let results = (self.records.as_slice(), self.seats.as_slice());
        self.sessions = SessionsFile::new(&self.programme, &places, &self.revisions, results, &self.certificate);
    }

    /// The events that honest parts would have, at honest times.
    pub(crate) fn narrate(&mut self) {
        let window = self.programme.window;
        let round = beacon::time_of_round(self.programme.beacon.round);
        let anchor =
            What::Receipts { first: 0, count: self.batches.len() as u64, root: batches::anchor(&self.batches) };
        self.events = vec![
            self.event(window.opens_at_unix_s - 3600, What::Programme { title: self.programme.title.clone() }),
            self.event(window.closes_at_unix_s, anchor),
            self.event(window.closes_at_unix_s + 300, self.freeze()),
            self.event(round + 60, self.beacon_event()),
            self.event(round + 300, self.result()),
        ];
    }

    pub(crate) fn event(&self, time_unix_s: u64, what: What) -> Event {
        Event::new(&self.programme, time_unix_s, TOOL, what)
    }

    /// The event of a kind, to be changed.
    pub(crate) fn event_of(&mut self, kind: &str) -> &mut Event {
        self.events.iter_mut().find(|event| event.what.kind() == kind).expect("an event of this kind")
    }

    /// What a freeze of this register says.
    pub(crate) fn freeze(&self) -> What {
        let register = self.register();
        let of = |index: usize, active: bool| {
            let entries = self.revisions.iter().filter(|r| usize::from(r.body.cohort) == index);
            entries.filter(|r| r.status.is_active() == active).count() as u64
        };
        let cohort = |(index, cohort): (usize, &protocol::programme::Cohort)| CohortCount {
            id: cohort.id.clone(),
            active: of(index, true),
            withdrawn: of(index, false),
        };
        let cohorts: Vec<CohortCount> = self.programme.cohorts.iter().enumerate().map(cohort).collect();
        What::Freeze {
            register_root: register.root,
            size: self.revisions.len() as u64,
            active: cohorts.iter().map(|cohort| cohort.active).sum(),
            withdrawn: cohorts.iter().map(|cohort| cohort.withdrawn).sum(),
            cohorts,
            revisions: self.revisions.iter().map(|revision| u64::from(revision.revision)).sum(),
            batches: self.batches.len() as u64,
        }
    }

    /// What a beacon event of this seed says.
    pub(crate) fn beacon_event(&self) -> What {
        let SeedFile { chain_hash, round, signature, randomness, seed, .. } = self.seed.clone();
        What::Beacon { chain_hash, round, signature, randomness, seed }
    }

    /// What a result event of these records says.
    pub(crate) fn result(&self) -> What {
        let totals = self.sessions.totals();
        What::Result {
            mechanism: self.sessions.mechanism,
            allocation_root: outcome::roots(&self.records).1,
            sessions_sha256: Hash::of(&json::to_bytes(&self.sessions).expect("JSON")),
            placed: totals.placed,
            unplaced: totals.unplaced,
            withdrawn: totals.withdrawn,
        }
    }

    /// The entry of a ticket, to be changed.
    pub(crate) fn entry(&mut self, ticket: Ticket) -> &mut Revision {
        self.revisions.iter_mut().find(|revision| revision.ticket == ticket).expect("an entry of this ticket")
    }

    /// Puts a revision after the last one of a ticket: other choices, made with this change.
    pub(crate) fn revise(&mut self, ticket: Ticket, change: Change) {
        let entry = self.entry(ticket);
        entry.status = if change == Change::Office { Status::ActiveByOffice } else { Status::Active };
        entry.revision += 1;
        entry.blinding = [77; 32];
        entry.body.changes.push(change);
        entry.body.choices.truncate(1);
    }

    pub(crate) fn register(&self) -> Register {
        let runs = self.register_runs().into_iter().zip(0..);
        let open = |(bytes, number): (Vec<u8>, u32)| Run::decode(&self.programme, number, &bytes).expect("a run");
        Register::join(runs.map(open).collect()).expect("a register")
    }

    pub(super) fn register_runs(&self) -> Vec<Vec<u8>> {
        let runs = self.revisions.chunks(RUN_ENTRIES).zip(0..);
        runs.map(|(run, number)| encode_run(&self.programme, number, run).expect("a run")).collect()
    }
}

/// The register's leaf of a revision.
pub(crate) fn leaf_of(programme: &Programme, revision: &Revision) -> [u8; LEAF_BYTES] {
    revision.leaf(programme.hash()).expect("a leaf")
}

/// The recorded round 1000.
pub(crate) fn beacon() -> Beacon {
    Beacon::parse(&fs::read(super::ROUND).expect("the recorded round")).expect("a round")
}

/// Signs the files as they are now.
pub(crate) fn resign(programme: &Programme, files: &mut Files, operator: &SigningKey) {
    let note = manifest::sign(programme, files, operator).expect("a manifest");
    files.insert(manifest::MANIFEST.into(), note.into_bytes());
}

/// The rule and the file that a bundle is rejected for.
#[track_caller]
pub(crate) fn rejected(files: &Files) -> (&'static str, String) {
    match verify(files) {
        Ok(_) => panic!("a bundle that must be rejected was accepted"),
        Err(rejection) => (rejection.fault.label(), rejection.path),
    }
}
