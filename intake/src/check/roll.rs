//! Lines of the journal about the roll: what lies beside them is what they cover, or went as a later line says.

use super::{Fault, ROWS, Sums};
use crate::{
    forget::Forgotten,
    journal::{ContactDigest, Kind, Line, RollDigest},
    store::Database,
};
use protocol::hash::Hash;
use std::collections::BTreeSet;

/// What later lines say of the rows beside earlier ones.
#[derive(Debug, Default)]
pub(super) struct Gone {
    forgotten: Vec<Forgotten>,
    undone: BTreeSet<u64>,
}

impl Gone {
    pub(super) fn is(&self, what: Forgotten) -> bool {
        self.forgotten.contains(&what)
    }
}

impl Database {
    pub(super) async fn gone(&self) -> Result<Gone, Fault> {
        let mut gone = Gone::default();
        for line in self.store.lines_of(&[Kind::Undo, Kind::Forget]).await? {
            gone.forgotten.extend(Forgotten::of(&line));
            if line.kind == Kind::Undo {
                gone.undone.insert(line.first);
            }
        }
        Ok(gone)
    }

    pub(super) async fn check_roll_line(&self, line: &Line, sums: &mut Sums, gone: &Gone) -> Result<(), Fault> {
        let (has_people, has_codes) = (line.kind != Kind::Codes, matches!(line.kind, Kind::Codes | Kind::Carried));
        let mut digest = RollDigest::new();
        let changes = if has_people { self.hash_changes(line, &mut digest).await? } else { 0 };
        let codes = if has_codes { self.hash_codes(line, &mut digest).await? } else { 0 };
        (sums.changes, sums.codes) = (sums.changes + changes, sums.codes + codes);
        let no_people = has_people && gone.is(Forgotten::Roll);
        let no_codes = has_codes && gone.is(Forgotten::Codes);
        let count = if has_people { changes } else { codes };
        let is_covered = match (no_people, no_codes) {
            (false, false) => count == line.count && digest.end() == line.digest,
            // A carried roll without its codes cannot be hashed any more, only counted.
            (false, true) => codes == 0 && (!has_people || changes == line.count),
            (true, _) => changes == 0 && (!no_codes || codes == 0),
        };
        covered(is_covered, line)
    }

    async fn hash_changes(&self, line: &Line, digest: &mut RollDigest) -> Result<u64, Fault> {
        let mut count = 0;
        loop {
            let rows = self.store.roll_rows(line.number, count, ROWS).await?;
            rows.iter().for_each(|change| digest.add(change));
            count += rows.len() as u64;
            if rows.is_empty() {
                return Ok(count);
            }
        }
    }

    async fn hash_codes(&self, line: &Line, digest: &mut RollDigest) -> Result<u64, Fault> {
        let mut count = 0;
        loop {
            let rows = self.store.code_rows(line.number, count, ROWS).await?;
            rows.iter().for_each(|change| digest.add_code(change));
            count += rows.len() as u64;
            if rows.is_empty() {
                return Ok(count);
            }
        }
    }

    pub(super) async fn check_contacts(&self, line: &Line, sums: &mut Sums, gone: &Gone) -> Result<(), Fault> {
        let is_gone = gone.is(Forgotten::Contacts) || gone.undone.contains(&line.number);
        let (mut digest, mut count, mut from, mut is_covered) = (ContactDigest::new(), 0, 0, true);
        loop {
            let sheets = self.store.contact_sheets(line.number, from, ROWS / 100).await?;
            for sheet in &sheets {
                digest.add(sheet.contacts, sheet.digest);
                count += sheet.contacts;
                is_covered &= sheet.sealed.as_ref().map(|sealed| Hash::of(sealed))
                    == if is_gone { None } else { Some(sheet.digest) };
            }
            from += sheets.len() as u64;
            if sheets.is_empty() {
                break;
            }
        }
        sums.sheets += from;
        covered(is_covered && count == line.count && digest.end() == line.digest, line)
    }
}

/// A deletion covers the lines before it whose rows went, and comes after the freeze.
pub(super) fn check_forgotten(line: &Line, sums: &Sums) -> Result<(), Fault> {
    let Some(what) = Forgotten::of(line).filter(|_| sums.frozen.is_some()) else {
        return Err(Fault::OutOfTurn { line: line.number, kind: line.kind.name() });
    };
    covered(sums.forgets.of(what) == line.digest, line)
}

fn covered(is_covered: bool, line: &Line) -> Result<(), Fault> {
    if is_covered { Ok(()) } else { Err(Fault::Covered { line: line.number, kind: line.kind.name() }) }
}
