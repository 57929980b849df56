//! An intake's store after a window in which a nation registered, as rows: what `jebi freeze` finds. People come in an
//! order that has nothing to do with their tickets, 512 in a batch; the journal, which a freeze only adds to, has nothing
//! of them.

use crate::{
    draw::Draw,
    families::{Family, Listener, Person, Supply},
    freezing::{filled, first_revision},
    programme,
    running::Program,
};
use protocol::{
    entry::{self, Revision},
    merkle,
    programme::Programme,
    ticket::Ticket,
};
use rusqlite::{Connection, params};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Entries of a batch, as under full load.
const BATCH: usize = 512;

/// Makes a draw as it is at the close of its window.
pub(crate) fn fill(jebi: &Program, folder: &Path, family: Family, people: u32, mechanism: &str) {
    let mut filling = Filling {
        jebi,
        folder: folder.into(),
        mechanism: mechanism.into(),
        open: None,
        waiting: Vec::new(),
        come: 0,
        batches: 0,
    };
    family.invent(people, 5, &mut filling);
    filling.write();
    filling.store().execute_batch("commit; pragma wal_checkpoint(truncate)").unwrap();
}

struct Filling<'a> {
    jebi: &'a Program,
    folder: PathBuf,
    mechanism: String,
    open: Option<(Programme, Connection)>,
    waiting: Vec<Revision>,
    come: u32,
    batches: i64,
}

impl Listener for Filling<'_> {
    fn supply(&mut self, supply: Supply) {
        programme::announce(self.jebi, &self.folder, &supply, &self.mechanism);
        let announced = Draw::at(&self.folder).announced().unwrap();
        // An import makes the store and its tables.
        fs::write(self.folder.join("roll.csv"), "reference,born,district\nsomebody,1955-01-01,1\n").unwrap();
        self.jebi.run(&["roll", "import", "DRAW", "DRAW/roll.csv", "--yes"], &self.folder);
        let store = Connection::open(self.folder.join("intake.sqlite")).unwrap();
        store.set_prepared_statement_cache_capacity(8);
        // Nothing of this is measured, and nobody was promised anything.
        let quick = "pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -1000000; begin";
        store.execute_batch(quick).unwrap();
        self.open = Some((announced.programme.clone(), store));
    }

    fn person(&mut self, person: &Person) {
        let mut ticket = Ticket([0; 12]);
        ticket.0.copy_from_slice(&filled(self.come, 4)[..12]);
        self.waiting.push(first_revision(self.come, ticket, person));
        self.come += 1;
        if self.waiting.len() == BATCH {
            self.write();
        }
    }
}

impl Filling<'_> {
    fn store(&self) -> &Connection {
        &self.open.as_ref().unwrap().1
    }

    fn write(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let (programme, store) = self.open.as_ref().unwrap();
        let mut add =
            store.prepare_cached("insert into revisions values (?1, ?2, 1, 0, ?3, ?4, ?5, ?6, ?7, null)").unwrap();
        let mut put =
            store.prepare_cached("insert into roll (person, born, district) values (?1, '1955-01-01', '1')").unwrap();
        let mut point = store.prepare_cached("insert into entries values (?1, ?2, ?3, 0, 1)").unwrap();
        let mut leaves = Vec::with_capacity(BATCH);
        for (place, Revision { ticket, revision, status, blinding, body }) in (0..).zip(&self.waiting) {
            let bytes = body.encode().unwrap();
            let leaf = entry::leaf(programme.hash(), *ticket, *revision, *status, blinding, &bytes);
            leaves.push(merkle::leaf_hash(&leaf));
            let position = self.batches * 65_536 + place;
            let row = params![position, &ticket.0[..], &blinding[..], bytes, &leaf[..], &blinding[..], &blinding[..]];
            put.execute([&body.person[..]]).unwrap();
            add.execute(row).unwrap();
            point.execute(params![&body.person[..], &ticket.0[..], body.cohort]).unwrap();
        }
        let time = i64::try_from(programme.window.closes_at_unix_s - 1).unwrap();
        let root = merkle::root(&leaves);
        store
            .prepare_cached("insert into batches values (?1, ?2, ?3, ?4, '')")
            .unwrap()
            .execute(params![self.batches, leaves.len() as i64, time, &root.0[..]])
            .unwrap();
        self.batches += 1;
        self.waiting.clear();
    }
}
