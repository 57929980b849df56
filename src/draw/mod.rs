//! A draw is a folder. Each step reads the files of the one before, writes its own once, and refuses to run out of order.

pub(crate) mod address;
pub(crate) mod clock;
pub(crate) mod intake;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod once;
pub(crate) mod register;

use crate::failure::{Context, Failure, Outcome};
use keys::Keys;
use log::DrawLog;
use protocol::{
    event::{Event, What},
    outcome::{RECORD_BYTES, Record},
    programme::{
        Programme,
        source::{self, Source},
    },
    register::{RUN_ENTRIES, Register, Run},
    seat::{self, Seat},
};
use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Name and version of this program and of the SPEC, as events and bundles state it.
pub(crate) const TOOL: &str = concat!("jebi ", env!("CARGO_PKG_VERSION"), " (", env!("JEBI_COMMIT"), "), spec v0");

/// The file with the shapes of districts, beside the programme's.
pub(crate) const OUTLINES_CSV: &str = "outlines.csv";

/// How far a draw has come. The window is open or closed by the clock alone, so it is no step of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The programme is signed.
    Announced,
    /// The register is committed.
    Frozen,
    /// The beacon's round is in.
    Seeded,
    /// The result is committed.
    Allocated,
}

/// The folder of a draw.
pub(crate) struct Draw {
    folder: PathBuf,
}

/// A draw that has been announced: the programme is fixed.
pub(crate) struct Announced {
    /// The folder.
    pub draw: Draw,
    /// The programme.
    pub programme: Programme,
    /// Its signed note.
    pub programme_note: String,
    /// Its log.
    pub log: DrawLog,
    /// The log's events.
    pub events: Vec<Event>,
}

impl Draw {
    /// A folder that may hold a draw.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { folder: folder.into() }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Waits until no other step of this draw is at work; holds the others off until it is dropped. A folder that is not
    /// there needs none.
    ///
    /// # Errors
    /// If the folder cannot be locked.
    pub(crate) fn alone(&self) -> Outcome<Option<File>> {
        if !self.folder.is_dir() {
            return Ok(None);
        }
        let doing = format!("locking {}", self.folder.display());
        let lock = File::create(self.path(".lock")).context(&doing)?;
        lock.lock().context(doing)?;
        Ok(Some(lock))
    }

    /// The draw's keys.
    pub(crate) fn keys(&self) -> Keys {
        Keys::of(&self.folder)
    }

    /// Compiles the files that officials write.
    ///
    /// # Errors
    /// If one is missing, or with every fault found, one `file:line: what` a line.
    pub(crate) fn compile(&self) -> Outcome<Programme> {
        let [programme, districts, sites, sessions] = &self.source()?;
        let [reserves, reach] = [self.optional(source::RESERVES_CSV)?, self.optional(source::REACH_CSV)?];
        let (reserves, reach) = (reserves.as_deref(), reach.as_deref());
        let files = Source::from_bytes(programme, districts, sites, sessions, reserves, reach);
        let compiled = files.and_then(|files| source::compile(&files));
        compiled.map_err(|faults| {
            let line = |fault: &source::SourceFault| format!("\n  {fault}\n    hint: {}", fault.mend);
            let lines: String = faults.iter().map(line).collect();
            Failure::rejected(format!("the programme in {} is not valid:{lines}", self.folder.display()))
        })
    }

    fn source(&self) -> Outcome<[Vec<u8>; 4]> {
        let read = |name: &str| {
            let path = self.path(name);
            let hint = "a draw's folder has programme.toml, districts.csv, sites.csv and sessions.csv; \
                        `jebi demo` makes an example";
            fs::read(&path).context(format!("reading {}", path.display())).map_err(|failure| failure.hint(hint))
        };
        Ok([
            read(source::PROGRAMME_TOML)?,
            read(source::DISTRICTS_CSV)?,
            read(source::SITES_CSV)?,
            read(source::SESSIONS_CSV)?,
        ])
    }

    /// The shapes of the districts for maps, if the officials gave any: `outlines.csv`. No result depends on them.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub(crate) fn outlines(&self) -> Outcome<Option<Vec<u8>>> {
        self.optional(OUTLINES_CSV)
    }

    /// A file that not every draw has.
    fn optional(&self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(format!("reading {}", path.display())),
        }
    }

    /// The draw as it stands in the folder now.
    ///
    /// # Errors
    /// As [`Draw::announced`].
    pub(crate) fn reopened(&self) -> Outcome<Announced> {
        Self::at(&self.folder).announced()
    }

    /// Opens a draw that was announced.
    ///
    /// # Errors
    /// If it was not, or a file is not what it should be.
    pub(crate) fn announced(self) -> Outcome<Announced> {
        let announced = self.opened()?;
        if announced.events.is_empty() {
            let folder = announced.draw.folder.display();
            return Err(Failure::new(format!("the log of {folder} is empty, though its programme was signed")).hint(
                format!("if announcing was interrupted: jebi announce {folder}; else restore log/ from a backup"),
            ));
        }
        Ok(announced)
    }

    /// The same, while the log may still be empty.
    ///
    /// # Errors
    /// If the programme is not signed, or a file is not what it should be.
    pub(crate) fn opened(self) -> Outcome<Announced> {
        let path = self.path("announced/programme.json");
        if !path.exists() {
            return Err(Failure::new(format!("{} has not been announced", self.folder.display()))
                .hint(format!("first: jebi announce {}", self.folder.display())));
        }
        let doing = format!("reading {}", path.display());
        let programme = Programme::parse(&fs::read(&path).context(&doing)?).context(&doing)?;
        let programme_note =
            fs::read_to_string(self.path("announced/programme.note")).context("reading programme.note")?;
        let log = DrawLog::open(&self.path("log"), &programme)?;
        let events = log.events(&programme)?;
        Ok(Announced { draw: self, programme, programme_note, log, events })
    }
}

impl Announced {
    /// How far the draw has come, as its log says.
    pub(crate) fn step(&self) -> Step {
        let has = |kind| self.events.iter().any(|event| event.what.kind() == kind);
        match () {
            () if has("result") => Step::Allocated,
            () if has("beacon") => Step::Seeded,
            () if has("freeze") => Step::Frozen,
            () => Step::Announced,
        }
    }

    /// Refuses to go on unless the draw has come at least this far.
    ///
    /// # Errors
    /// Names the command that comes first.
    pub(crate) fn require(&self, step: Step) -> Outcome {
        if self.step() >= step {
            return Ok(());
        }
        let (missing, command) = match self.step() {
            Step::Announced => ("the register has not been frozen", "freeze"),
            Step::Frozen => ("the beacon's round is not in yet", "seed"),
            Step::Seeded | Step::Allocated => ("nothing has been allocated yet", "allocate"),
        };
        Err(Failure::new(missing).hint(format!("first: jebi {command} {}", self.draw.folder.display())))
    }

    /// Refuses a time before the log's last event.
    ///
    /// # Errors
    /// If the clock runs backwards.
    pub(crate) fn check_clock(&self, time_unix_s: u64) -> Outcome {
        let before = self.events.last().map_or(0, |event| event.time_unix_s);
        if time_unix_s >= before {
            return Ok(());
        }
        let now = clock::show(&self.programme, time_unix_s);
        Err(Failure::new(format!("it is {now}, earlier than the log's last event"))
            .hint("check the clock; in a rehearsal, give a later --at"))
    }

    /// Signs an event with a role's key and appends it to the log.
    ///
    /// # Errors
    /// If keys are missing, the clock runs backwards, or the disk refuses.
    pub(crate) fn append(&mut self, time_unix_s: u64, role: &str, what: What) -> Outcome {
        self.check_clock(time_unix_s)?;
        let event = Event::new(&self.programme, time_unix_s, TOOL, what);
        let leaf = event.sign(&self.draw.keys().signer(role)?).context("signing an event")?;
        let key = self.draw.keys().signer("log")?;
        self.log.append(&self.programme, leaf.into_bytes(), &key)?;
        self.events.push(event);
        Ok(())
    }

    /// Keeps the log's head at the freeze, for the bundle and the witnesses.
    ///
    /// # Errors
    /// If there is no freeze, or the disk refuses.
    pub(crate) fn keep_freeze_head(&self) -> Outcome {
        let frozen = self.events.iter().position(|event| event.what.kind() == "freeze");
        let size = frozen.ok_or_else(|| Failure::new("the register has not been frozen"))? + 1;
        self.log.keep_freeze_head(&self.programme, size, &self.draw.keys().signer("log")?)
    }

    /// The frozen register, opened and checked, with the bytes of its runs: all in memory, some 430 bytes for each entry
    /// with five choices. [`Announced::frozen`] reads it run by run.
    ///
    /// # Errors
    /// If a run is missing or not what was frozen.
    pub(crate) fn register(&self) -> Outcome<(Register, Vec<Vec<u8>>)> {
        let frozen = self.frozen()?;
        let count = u32::try_from(frozen.size.div_ceil(RUN_ENTRIES as u64)).context("the register's size")?;
        let (mut bytes, mut runs) = (Vec::new(), Vec::new());
        for number in 0..count {
            let path = self.register_run(number);
            let run = fs::read(&path).context(format!("reading {}", path.display()))?;
            runs.push(Run::decode(&self.programme, number, &run).context(path.display())?);
            bytes.push(run);
        }
        let register = Register::join(runs).context("the register")?;
        if register.root != frozen.root || register.revisions.len() as u64 != frozen.size {
            return Err(Failure::new("the register on disk is not the one that was frozen")
                .hint("restore register/runs from a backup: its root is in the log"));
        }
        Ok((register, bytes))
    }

    /// The seats of the allocation's records; none if the draw has no reserves.
    ///
    /// # Errors
    /// If the file is missing or not what belongs to the records.
    pub(crate) fn seats(&self, records: &[Record]) -> Outcome<Vec<Seat>> {
        let form = seat::Form::of(&self.programme);
        if form == seat::Form::None {
            return Ok(Vec::new());
        }
        let path = self.draw.path("allocation/seats.bin");
        let bytes = fs::read(&path).context(format!("reading {}", path.display()))?;
        let seats = form.decode(&bytes, records);
        seats.ok_or_else(|| Failure::new(format!("{} does not belong to the records", path.display())))
    }

    /// The allocation's records.
    ///
    /// # Errors
    /// If the file is missing or cut.
    pub(crate) fn records(&self) -> Outcome<Vec<Record>> {
        let path = self.draw.path("allocation/records.bin");
        let bytes = fs::read(&path).context(format!("reading {}", path.display()))?;
        let (records, rest) = bytes.as_chunks::<RECORD_BYTES>();
        if !rest.is_empty() {
            return Err(Failure::new(format!("{} is cut short", path.display())));
        }
        records.iter().map(|record| Record::decode(record).context(path.display())).collect()
    }
}
