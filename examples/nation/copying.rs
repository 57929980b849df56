//! The filled store, copied from SQLite into PostgreSQL: the same rows, through `psql`, so that nothing here needs a client.

use crate::running::Program;
use rusqlite::{Connection, types::ValueRef};
use std::{
    fmt::Write as _,
    io::{BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
};

/// What the filled store has rows in.
const TABLES: [(&str, &str); 6] = [
    ("roll", "person, born, district, code_hash, codes_issued"),
    ("roll_changes", "line, place, person, born, district"),
    ("batches", "number, leaves, time_unix_s, root, note"),
    ("revisions", "position, ticket, revision, status, blinding, body, leaf, request, content, actor"),
    ("entries", "person, ticket, cohort, status, revision"),
    ("journal", "number, time_unix_s, kind, actor, channel, first, count, digest, link"),
];

/// Copies everything and tells the database what it has.
pub(crate) fn copy(jebi: &Program, folder: &Path, address: &str) {
    // Opening it makes the tables.
    jebi.run(&["status", "DRAW", "--json", "--store", address], folder);
    let store = Connection::open(folder.join("intake.sqlite")).unwrap();
    for (table, columns) in TABLES {
        psql(address, &format!("copy {table} ({columns}) from stdin"), |to| {
            let mut query = store.prepare(&format!("select {columns} from {table} order by 1, 2")).unwrap();
            let count = query.column_count();
            let mut rows = query.query([]).unwrap();
            let mut line = String::new();
            while let Some(row) = rows.next().unwrap() {
                line.clear();
                for column in 0..count {
                    value(&mut line, row.get_ref(column).unwrap());
                    line.push(if column + 1 == count { '\n' } else { '\t' });
                }
                to.write_all(line.as_bytes()).unwrap();
            }
        });
    }
    psql(address, "vacuum analyze", |_| ());
}

/// A value as COPY reads it.
fn value(line: &mut String, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => line.push_str("\\N"),
        ValueRef::Integer(number) => write!(line, "{number}").unwrap(),
        ValueRef::Real(_) => panic!("there are none"),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).unwrap();
            line.push_str(&text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t"));
        }
        ValueRef::Blob(bytes) => {
            line.push_str("\\\\x");
            bytes.iter().for_each(|byte| write!(line, "{byte:02x}").unwrap());
        }
    }
}

fn psql(address: &str, statement: &str, feed: impl FnOnce(&mut BufWriter<std::process::ChildStdin>)) {
    let arguments = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement, address];
    let mut child = Command::new("psql").args(arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut to = BufWriter::with_capacity(1 << 18, child.stdin.take().unwrap());
    feed(&mut to);
    drop(to);
    assert!(child.wait().unwrap().success(), "{statement}");
}
