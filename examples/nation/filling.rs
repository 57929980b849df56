//! An intake's store after a window in which a nation registered, as rows: what `jebi freeze` finds, and sound for `jebi
//! audit`. People come in an order that has nothing to do with their tickets, 512 in a signed batch with its line in the
//! journal; the roll is imported by `jebi` at the end.

use crate::{
    draw::{Draw, intake as part},
    families::{Family, Listener, Person, Supply},
    freezing::{filled, first_revision},
    programme,
    running::Program,
};
use intake::{Kind, Line, Secrets, Tip};
use protocol::{
    entry::{self, Revision},
    hash::Hash,
    merkle,
    note::SigningKey,
    programme::Programme,
    receipt::BatchStatement,
    ticket::Ticket,
};
use rusqlite::{Connection, params};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
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
    filling.end();
}

struct Filling<'a> {
    jebi: &'a Program,
    folder: PathBuf,
    mechanism: String,
    open: Option<Open>,
    waiting: Vec<Revision>,
    come: u32,
    batches: i64,
}

struct Open {
    programme: Programme,
    store: Connection,
    secrets: Secrets,
    key: SigningKey,
    /// The end of the journal.
    tip: Tip,
    roll: BufWriter<File>,
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
        let quick = "pragma synchronous = off; pragma foreign_keys = off; pragma cache_size = -1000000;
                     create table come (person blob, ticket blob, cohort integer); begin";
        store.execute_batch(quick).unwrap();
        let end = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let last = "select number, link from journal order by number desc limit 1";
        let (number, link): (u32, Vec<u8>) = store.query_row(last, [], end).unwrap();
        let mut roll = BufWriter::new(File::create(self.folder.join("roll.csv")).unwrap());
        roll.write_all(b"reference,born,district\n").unwrap();
        self.open = Some(Open {
            programme: announced.programme.clone(),
            store,
            secrets: part::secrets(&announced.draw).unwrap(),
            key: announced.draw.keys().signer("receipts").unwrap(),
            tip: Tip { next: u64::from(number) + 1, link: Hash(link.try_into().unwrap()) },
            roll,
        });
    }

    fn person(&mut self, person: &Person) {
        let mut ticket = Ticket([0; 12]);
        ticket.0.copy_from_slice(&filled(self.come, 4)[..12]);
        let mut revision = first_revision(self.come, ticket, person);
        let Open { secrets, roll, .. } = self.open.as_mut().unwrap();
        let reference = format!("P-{:08}", self.come);
        revision.body.person = secrets.person(&reference).0;
        let born = if revision.body.cohort == 0 { 1955 } else { 1965 };
        writeln!(roll, "{reference},{born}-01-01,1").unwrap();
        self.waiting.push(revision);
        self.come += 1;
        if self.waiting.len() == BATCH {
            self.write();
        }
    }
}

impl Filling<'_> {
    fn write(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let Open { programme, store, key, tip, .. } = self.open.as_mut().unwrap();
        let mut add =
            store.prepare_cached("insert into revisions values (?1, ?2, 1, 0, ?3, ?4, ?5, ?6, ?7, null)").unwrap();
        let mut come = store.prepare_cached("insert into come values (?1, ?2, ?3)").unwrap();
        let (mut leaves, mut requests) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH * 72));
        for (place, Revision { ticket, revision, status, blinding, body }) in (0..).zip(&self.waiting) {
            let bytes = body.encode().unwrap();
            let leaf = entry::leaf(programme.hash(), *ticket, *revision, *status, blinding, &bytes);
            leaves.push(merkle::leaf_hash(&leaf));
            let position = self.batches * 65_536 + place;
            let row = params![position, &ticket.0[..], &blinding[..], bytes, &leaf[..], &blinding[..], &blinding[..]];
            add.execute(row).unwrap();
            come.execute(params![&body.person[..], &ticket.0[..], body.cohort]).unwrap();
            // Request, content, and nobody who typed it in.
            requests.extend_from_slice(blinding);
            requests.extend_from_slice(blinding);
            requests.extend_from_slice(&[0; 8]);
        }
        let (time_unix_s, root) = (programme.window.closes_at_unix_s - 1, merkle::root(&leaves));
        let statement =
            BatchStatement { number: self.batches.cast_unsigned(), leaves: leaves.len() as u32, time_unix_s, root };
        let note = statement.sign(programme, key).unwrap();
        let row = params![self.batches, statement.leaves, time_unix_s.cast_signed(), &root.0[..], note];
        store.prepare_cached("insert into batches values (?1, ?2, ?3, ?4, ?5)").unwrap().execute(row).unwrap();
        let line = line(*tip, &statement, &note, &requests);
        let row = params![
            line.number.cast_signed(),
            time_unix_s.cast_signed(),
            line.kind.name(),
            line.actor,
            line.channel,
            line.first.cast_signed(),
            line.count.cast_signed(),
            &line.digest.0[..],
            &line.link.0[..]
        ];
        let insert = "insert into journal values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        store.prepare_cached(insert).unwrap().execute(row).unwrap();
        *tip = line.tip();
        self.batches += 1;
        self.waiting.clear();
    }

    /// The roll comes after those who are on it, since only then all are known; then each has an entry.
    fn end(&mut self) {
        let Open { store, roll, .. } = self.open.as_mut().unwrap();
        roll.flush().unwrap();
        store.execute_batch("commit").unwrap();
        self.jebi.run(&["roll", "import", "DRAW", "DRAW/roll.csv", "--yes"], &self.folder);
        let entries = "insert into entries select person, ticket, cohort, 0, 1 from come order by person;
                       drop table come; pragma wal_checkpoint(truncate)";
        store.execute_batch(entries).unwrap();
    }
}

/// A batch's line in the journal, as intake/src/journal.rs says it.
fn line(tip: Tip, statement: &BatchStatement, note: &str, requests: &[u8]) -> Line {
    let digest = Hash::tagged("intake-journal-batch", &[&(note.len() as u64).to_be_bytes(), note.as_bytes(), requests]);
    let line = Line {
        number: tip.next,
        time_unix_s: statement.time_unix_s,
        kind: Kind::Batch,
        actor: "intake".into(),
        channel: "http".into(),
        first: statement.number,
        count: statement.leaves.into(),
        digest,
        link: tip.link,
    };
    Line { link: line.chained_to(tip.link), ..line }
}
