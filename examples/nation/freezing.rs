//! A frozen register without an intake: the files and events that `jebi freeze` would have left.

use crate::{
    draw::{Announced, Draw},
    families::{Family, Listener, Person, Supply, Wish},
    programme,
    running::Program,
};
use protocol::{
    acknowledged::{self, Acknowledged},
    batches::{self, Batch},
    entry::{Body, Channel, Revision, Status},
    event::{CohortCount, What},
    hash::Hash,
    instance::{Choice, SessionIndex, SiteIndex},
    merkle,
    register::{RUN_ENTRIES, Run, encode_run},
    ticket::Ticket,
};
use rayon::prelude::*;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Runs that are written at one time.
const RUNS_AT_ONCE: usize = 64;

/// Makes a draw as it is after `jebi freeze`; gives how many sessions there are.
pub(crate) fn freeze(jebi: &Program, folder: &Path, family: Family, people: u32, mechanism: &str) -> u64 {
    let mut freezing = Freezing {
        jebi,
        folder: folder.into(),
        people,
        mechanism: mechanism.into(),
        announced: None,
        waiting: Vec::new(),
        come: 0,
        runs: 0,
        tree: merkle::Tree::default(),
        cohorts: [0; 2],
    };
    // In `mixed` lists have one to twice as many lines: up to ten.
    family.invent(people, 5, &mut freezing);
    freezing.finish()
}

struct Freezing<'a> {
    jebi: &'a Program,
    folder: PathBuf,
    people: u32,
    mechanism: String,
    announced: Option<Announced>,
    /// Entries that are not written yet.
    waiting: Vec<Revision>,
    come: u32,
    runs: u32,
    tree: merkle::Tree,
    /// How many entries each cohort has.
    cohorts: [u64; 2],
}

impl Listener for Freezing<'_> {
    fn supply(&mut self, supply: Supply) {
        programme::announce(self.jebi, &self.folder, &supply, &self.mechanism);
        fs::create_dir_all(self.folder.join("register/runs")).unwrap();
        self.announced = Some(Draw::at(&self.folder).announced().unwrap());
    }

    fn person(&mut self, person: &Person) {
        let cohort = u16::from(person.tier.max(1)) - 1;
        self.cohorts[usize::from(cohort)] += 1;
        let revision = first_revision(self.come, self.ticket(), person);
        self.come += 1;
        self.waiting.push(revision);
        if self.waiting.len() == RUNS_AT_ONCE * RUN_ENTRIES {
            self.write();
        }
    }
}

impl Freezing<'_> {
    /// Tickets as even as those of a draw, rising as people come.
    fn ticket(&self) -> Ticket {
        let step = u64::MAX / u64::from(self.people);
        let noise: [u8; 32] = filled(self.come, 4);
        let within = u64::from_be_bytes(*noise.first_chunk().unwrap()) % step;
        let mut ticket = Ticket([0; 12]);
        ticket.0[..8].copy_from_slice(&(u64::from(self.come) * step + within).to_be_bytes());
        ticket.0[8..].copy_from_slice(&noise[8..12]);
        ticket
    }

    fn write(&mut self) {
        let announced = self.announced.as_ref().unwrap();
        let write = |(number, revisions): (u32, &[Revision])| {
            let bytes = encode_run(&announced.programme, number, revisions).unwrap();
            // Not synced one by one, as a freeze would: this is not what is measured.
            fs::write(announced.register_run(number), &bytes).unwrap();
            Run::decode(&announced.programme, number, &bytes).unwrap().root()
        };
        let runs: Vec<(u32, &[Revision])> = (self.runs..).zip(self.waiting.chunks(RUN_ENTRIES)).collect();
        let roots: Vec<Hash> = runs.into_par_iter().map(write).collect();
        self.runs += roots.len() as u32;
        roots.into_iter().for_each(|root| self.tree.append(root));
        self.waiting.clear();
    }

    fn finish(mut self) -> u64 {
        self.write();
        let mut announced = self.announced.take().unwrap();
        let (programme, window) = (announced.programme.clone(), announced.programme.window);
        let register_root = self.tree.root();
        // The batch has the register's leaves in the register's order, so it has its root.
        let batch = Batch { leaves: self.come, time_unix_s: window.closes_at_unix_s - 1, root: register_root };
        fs::write(self.folder.join("register/receipts.bin"), batches::encode(&programme, &[batch]).unwrap()).unwrap();
        let mut file = acknowledged::Encoder::new(&programme, self.come.into());
        (0..self.come).for_each(|place| file.add(&Acknowledged::Registered(place)));
        fs::write(self.folder.join("register/acknowledged.bin"), file.end().unwrap()).unwrap();
        let anchor = What::Receipts { first: 0, count: 1, root: batches::anchor(&[batch]) };
        announced.append(window.closes_at_unix_s, "receipts", anchor).unwrap();
        let count = |(id, active): (&str, u64)| CohortCount { id: id.into(), active, withdrawn: 0 };
        let cohorts = programme.cohorts.iter().map(|cohort| cohort.id.as_str()).zip(self.cohorts).map(count).collect();
        let (size, active) = (u64::from(self.come), u64::from(self.come));
        let freeze = What::Freeze { register_root, size, active, withdrawn: 0, cohorts, revisions: size, batches: 1 };
        announced.append(window.closes_at_unix_s + 60, "operator", freeze).unwrap();
        announced.keep_freeze_head().unwrap();
        programme.sessions.len() as u64
    }
}

/// What a person registers once.
pub(crate) fn first_revision(come: u32, ticket: Ticket, person: &Person) -> Revision {
    let choice = |wish: &Wish| match wish {
        Wish::Session(session) => Choice::Session(SessionIndex(*session)),
        Wish::Site(site) => Choice::Site(SiteIndex(*site)),
    };
    let body = Body {
        cohort: u16::from(person.tier.max(1)) - 1,
        district: 0,
        channel: Channel::Own,
        person: filled(come, 1),
        next: Hash(filled(come, 2)),
        changes: Vec::new(),
        choices: person.wishes.iter().map(choice).collect(),
    };
    Revision { ticket, revision: 1, status: Status::Active, blinding: filled(come, 3), body }
}

/// Bytes that look random: of a person and a purpose (SplitMix64; Steele, Lea, Flood 2014).
pub(crate) fn filled(person: u32, purpose: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (word, lane) in bytes.chunks_exact_mut(8).zip(0..) {
        let seed = u64::from(person) << 8 | purpose << 4 | lane;
        let mixed = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) ^ (seed >> 7);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes());
    }
    bytes
}
