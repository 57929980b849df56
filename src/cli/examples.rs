//! What `--help` shows last: commands as one types them. DRAW is the draw's folder.
//!
//! **Invariant:** each line that begins with `  jebi ` is understood by the program; a test reads them all.

pub(super) const ALL: &str = "\
A whole draw, in its order; `jebi VERB --help` has an example of each step:
  jebi keys new DRAW --name draws.office.example --rehearsal
  jebi check DRAW
  jebi announce DRAW
  jebi roll import DRAW people.csv
  jebi roll codes DRAW people.csv --out codes.csv
  jebi serve DRAW --phone 02-120 --results https://draws.example/2026/
  jebi freeze DRAW
  jebi witness DRAW/log --key newspaper.key
  jebi notice DRAW
  jebi seed DRAW --beacon round.json
  jebi allocate DRAW
  jebi witness DRAW/log --key newspaper.key
  jebi publish DRAW
  jebi verify DRAW/bundle

docs/official.md in the repository goes through them one by one.";

pub(super) const DEMO: &str = "\
Examples:
  jebi demo                                  # 20,000 people, into demo/
  jebi demo --citizens 400 --dir small
  jebi demo --apportioned --dir apportioned";

pub(super) const CHECK: &str = "\
DRAW has programme.toml, districts.csv, sites.csv and sessions.csv; reserves.csv and reach.csv where needed.

Example:
  jebi check DRAW";

pub(super) const KEYS_NEW: &str = "\
What is printed goes into programme.toml. DRAW/keys/ signs in the office's name: back it up, show it to nobody.

Example:
  jebi keys new DRAW --name draws.office.example --rehearsal";

pub(super) const KEYS_WITNESS: &str = "\
The printed line is for the office, the file for nobody.

Example:
  jebi keys witness newspaper.key --name newspaper.example";

pub(super) const KEYS_CONTACTS: &str = "\
Example, on a computer of the officials:
  jebi keys contacts DRAW --identity officials.txt";

pub(super) const KEYS_SHOW: &str = "\
Example:
  jebi keys show DRAW/keys/receipts.key";

pub(super) const ANNOUNCE: &str = "\
Examples:
  jebi announce DRAW
  jebi announce DRAW --at 2026-09-01T09:00:00+09:00    # a rehearsal";

pub(super) const IMPORT: &str = "\
Examples:
  jebi roll import DRAW people.csv --dry-run    # look first
  jebi roll import DRAW people.csv --actor \"M. Kim\"
  jebi roll import DRAW people.parquet --yes    # where nobody sits at a terminal

people.csv begins so:
  reference,born,district
  KR-0000001,1956-05-01,21060";

pub(super) const UNDO: &str = "\
Example, with the lines that the import printed, or `jebi roll imports` lists:
  jebi roll undo DRAW 3-202 --actor \"M. Kim\"";

pub(super) const IMPORTS: &str = "\
Example:
  jebi roll imports DRAW";

pub(super) const CODES: &str = "\
Examples:
  jebi roll codes DRAW people.csv --out codes.csv
  jebi roll codes DRAW people.csv --out again.csv --only KR-0000001 --actor \"desk 3, M. Kim\"    # a lost letter
  jebi roll codes DRAW people.csv --out all.csv --reissue                                       # all letters are void";

pub(super) const DESK: &str = "\
Examples:
  jebi roll desk DRAW --actor \"desk 3, M. Kim\" --channel telephone --out papers --phone 02-120
  jebi roll desk DRAW --actor \"desk 3, M. Kim\" --channel paper --out papers --from forms.csv
  jebi roll desk DRAW --actor \"desk 3, M. Kim\" --channel paper --out papers --without-change-key

forms.csv begins so:
  form,access_code,birth_date,choices
  17,DA81-2QY7-NFHS-FND7,1956-05-01,session.c001-0904-am site.c002";

pub(super) const CONTACTS: &str = "\
Example:
  jebi roll contacts DRAW --identity officials.txt --out contacts.csv";

pub(super) const FORGET: &str = "\
Examples:
  jebi roll forget DRAW
  jebi roll forget DRAW --only contacts";

pub(super) const STORE_CHECK: &str = "\
Examples:
  jebi store check DRAW
  jebi store check DRAW --store 'postgres://jebi@localhost/draw?host=/run/postgresql'";

pub(super) const STORE_JOURNAL: &str = "\
Example:
  jebi store journal DRAW";

pub(super) const STORE_BACKUP: &str = "\
Copy DRAW/log with it each time.

Example:
  jebi store backup DRAW /safe/intake.sqlite";

pub(super) const SERVE: &str = "\
Examples:
  jebi serve DRAW --phone 02-120 --results https://draws.example/2026/ --monitor 127.0.0.1:9180
  jebi serve DRAW --at 2026-09-01T10:00:00+09:00    # a rehearsal

A password belongs into the environment (JEBI_STORE), never here. docs/operators.md has nginx and systemd.";

pub(super) const STATUS: &str = "\
Examples:
  jebi status DRAW           # redrawn each two seconds until Ctrl-C
  jebi status DRAW --once
  jebi status DRAW --json";

pub(super) const FREEZE: &str = "\
Example, after the close:
  jebi freeze DRAW";

pub(super) const WITNESS: &str = "\
Examples:
  jebi witness DRAW/log --key newspaper.key
  jebi witness log --key newspaper.key --programme programme.json    # with a copy of the log, elsewhere
  jebi witness DRAW/log --add lines.txt                              # the office adds what witnesses sent";

pub(super) const NOTICE: &str = "\
Example, after the freeze, and again when more witnesses have signed:
  jebi notice DRAW";

pub(super) const LOG: &str = "\
Example:
  jebi log DRAW";

pub(super) const SEED: &str = "\
The round is in any relay of drand's quicknet, once its time has come; `jebi check DRAW` says its number.

Example:
  jebi seed DRAW --beacon round.json";

pub(super) const ALLOCATE: &str = "\
Examples:
  jebi allocate DRAW
  jebi allocate DRAW --cross-check lp --costs costs.json";

pub(super) const PUBLISH: &str = "\
Example:
  jebi publish DRAW

Then copy DRAW/bundle to any web server.";

pub(super) const VIEW: &str = "\
Example:
  jebi view DRAW/bundle";

pub(super) const VERIFY: &str = "\
Examples:
  jebi verify bundle
  jebi verify bundle --receipt receipt.json
  jebi verify bundle --ticket 000G40R-40M30E2-09185H1

Exit status 1 means that something is wrong: the file and the rule are named.";

pub(super) const AUDIT: &str = "\
Examples:
  jebi audit DRAW
  jebi audit DRAW --svg arrival.svg --json";

pub(super) const EXPLAIN: &str = "\
Example:
  jebi explain bundle 000G40R-40M30E2-09185H1 --lang ko";

#[cfg(test)]
mod tests {
    use crate::cli::Arguments;
    use clap::{Command, CommandFactory, Parser};

    /// Words as a shell has them: by spaces, but not within quotes; without a comment.
    fn words(line: &str) -> Vec<String> {
        let line = line.split("  # ").next().unwrap();
        let parts = line.split(['"', '\'']).enumerate();
        let words = parts.flat_map(|(place, part)| match place % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words.collect()
    }

    #[test]
    fn every_verb_has_examples_and_the_program_understands_them() {
        let mut open: Vec<Command> = vec![Arguments::command()];
        let mut verbs = 0;
        while let Some(verb) = open.pop() {
            let name = verb.get_name().to_owned();
            let help = verb.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            let mut examples = help.lines().filter(|line| line.starts_with("  jebi ")).peekable();
            if !verb.has_subcommands() {
                verbs += 1;
                let first = examples.peek().unwrap_or_else(|| panic!("{name} has no example"));
                assert!(first.contains(&format!(" {name} ")) || first.trim().ends_with(&name) || first.contains(&name));
            }
            for example in examples {
                let read = Arguments::try_parse_from(words(example));
                assert!(read.is_ok(), "{example}\n{}", read.err().unwrap());
            }
            open.extend(verb.get_subcommands().cloned());
        }
        assert!(verbs > 25, "{verbs}");
    }
}
