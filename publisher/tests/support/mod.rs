//! Whole small draws: keys that everybody knows, 2,500 entries, the beacon round of SPEC §9.1, real certificates.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use protocol::{
    acknowledged::{self, Acknowledged},
    apportionment::Kept,
    batches::{self, Batch},
    beacon::Beacon,
    certificate::Certificate,
    checkpoint::Checkpoint,
    cosignature, draw,
    entry::{Body, Change, ChangeKey, Channel, Revision, Status},
    event::{CohortCount, Event, What},
    hash::{Hash, parse_hex},
    instance::{Choice, SessionIndex, SiteIndex},
    json,
    manifest::{self, Files},
    merkle,
    note::{KeyType, Note, SigningKey},
    outcome::{self, Record},
    programme::{
        Programme,
        source::{Source, compile},
    },
    register::{self, RUN_ENTRIES, Register, Run},
    seat::Seat,
    seed::SeedFile,
    sessions::SessionsFile,
    ticket::Ticket,
    tiles,
};
use publisher::Draw;

/// Name of the first site: it must never become markup.
pub(crate) const HOSTILE: &str = "국민체육센터 <script>alert(1)</script> & \"Co\"";
/// Entries of a sample: three runs.
pub(crate) const ENTRIES: u32 = 2_500;
/// Shapes of the sample's districts, and of others.
pub(crate) const OUTLINES: &str = include_str!("../../../data/outlines.csv");
pub(crate) const TOOL: &str = "jebi test";

pub(crate) const SERIAL: &str = "name = \"serial\"\nrank_costs = []\nunplaced_costs = []";
pub(crate) const PRIORITY: &str = "name = \"priority\"\nrank_costs = [0, 1, 2, 3]\nunplaced_costs = []";
pub(crate) const OPTIMAL: &str = "name = \"optimal\"\nrank_costs = [0, 1, 2, 3]\nunplaced_costs = [60, 30]";

const ROUND_1000: &str =
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";

/// A finished draw, owned.
pub(crate) struct Sample {
    pub(crate) programme: Programme,
    pub(crate) note: String,
    pub(crate) runs: Vec<Vec<u8>>,
    pub(crate) register: Register,
    pub(crate) records: Vec<Record>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) sessions: SessionsFile,
    pub(crate) seed: SeedFile,
    pub(crate) batches: Vec<Batch>,
    pub(crate) acknowledged: Vec<u8>,
    pub(crate) log: Files,
}

impl Sample {
    /// A draw of [`ENTRIES`] entries by this mechanism.
    pub(crate) fn new(mechanism: &str) -> Self {
        Self::of(mechanism, |programme| (0..ENTRIES).map(|n| entry(programme, n)).collect())
    }

    /// A draw of these entries.
    pub(crate) fn of(mechanism: &str, entries: impl Fn(&Programme) -> Vec<Revision>) -> Self {
        Self::drawn(programme(mechanism, None), entries)
    }

    /// The same with seats that are kept for some: those of the first cohort, and those who live in the second district.
    pub(crate) fn kept(mechanism: &str, entries: impl Fn(&Programme) -> Vec<Revision>) -> Self {
        Self::drawn(programme(mechanism, Some(KEPT)), entries)
    }

    fn drawn(programme: Programme, entries: impl Fn(&Programme) -> Vec<Revision>) -> Self {
        let mut revisions = entries(&programme);
        revisions.sort_by_key(|revision| revision.ticket);
        let runs = revisions.chunks(RUN_ENTRIES).zip(0..);
        let runs: Vec<Vec<u8>> = runs.map(|(run, n)| register::encode_run(&programme, n, run).unwrap()).collect();
        let opened = runs.iter().zip(0..).map(|(run, n)| Run::decode(&programme, n, run).unwrap()).collect();
        let register = Register::join(opened).unwrap();
        let beacon = Beacon { round: 1000, signature: parse_hex(ROUND_1000).unwrap().try_into().unwrap() };
        let size = register.revisions.len() as u64;
        let seed = SeedFile::new(&programme, register.root, size, &beacon, beacon.verify().unwrap());
        let (records, seats, certificate) = allocate(&programme, &register, &seed);
        let sessions = SessionsFile::new(
            &programme,
            &draw::places(&programme, &Kept::default()).unwrap(),
            &register.revisions,
            (&records, &seats),
            &certificate,
        );
        let (batches, acknowledged) = batches_of(&programme, &register);
        let log = log(&programme, &register, &records, &sessions, &seed, &batches);
        let note = manifest::sign_programme(&programme, &operator()).unwrap();
        Self { programme, note, runs, register, records, seats, sessions, seed, batches, acknowledged, log }
    }

    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw {
            programme: &self.programme,
            programme_note: &self.note,
            register_runs: &self.runs,
            register: &self.register,
            records: &self.records,
            seats: &self.seats,
            apportionment: None,
            sessions: &self.sessions,
            seed: &self.seed,
            batches: &self.batches,
            acknowledged: &self.acknowledged,
            log_files: &self.log,
            outlines: Some(OUTLINES.as_bytes()),
            tool: TOOL,
        }
    }

    pub(crate) fn bundle(&self) -> Files {
        publisher::bundle(&self.draw(), &operator(), &mut |_, _, _| {}).unwrap()
    }
}

pub(crate) fn operator() -> SigningKey {
    SigningKey::new("operator.example/jebi", KeyType::Ed25519, &[1; 32]).unwrap()
}

/// Lines of `reserves.csv`: one session has no seat for everybody, one has seats of both reserves.
const KEPT: &str =
    "session,reserve,seats\ns1-1,older,60\ns1-2,older,10\ns2-1,nearby,120\ns3-2,older,30\ns3-2,nearby,60\n";

fn programme(mechanism: &str, kept: Option<&str>) -> Programme {
    let toml = include_str!("../../../protocol/vectors/sample/programme.toml");
    let (before, rest) = toml.split_once("[mechanism]\n").unwrap();
    let (_, after) = rest.split_once("\n[[cohorts]]").unwrap();
    let before = before.replace("max_choices = 5", "max_choices = 4");
    let release = !mechanism.contains("serial");
    let reserve = |id, ko, en, whom| {
        format!(
            "[[reserves]]\nid = \"{id}\"\ntitle = {{ ko = \"{ko}\", en = \"{en}\" }}\n{whom}\nrelease = {release}\n\n"
        )
    };
    let reserves = kept.map_or(String::new(), |_| {
        let older = reserve("older", "나이 많은 분", "older people", "cohorts = [\"60-69\"]");
        older + &reserve("nearby", "중구 주민", "people of Jung-gu", "districts = [\"11020\"]")
    });
    let lucky = if kept.is_some() { after.replacen("tier =", "lots = 2\ntier =", 1) } else { after.to_owned() };
    let toml = format!("{before}[mechanism]\n{mechanism}\n\n{reserves}[[cohorts]]{lucky}");
    let quoted = HOSTILE.replace('"', "\"\"");
    let sites = format!(
        "id,name,district,latitude,longitude\ns1,\"{quoted}\",11010,37.573459,127.014445\n\
         s2,국립중앙의료원,11020,37.567817,127.004501\ns3,충무스포츠센터,11020,37.566055,127.0145\n\
         s4,종로구민회관,11010,37.5,127.1\n"
    );
    let mut sessions = String::from("id,site,starts_at,capacity\n");
    for (site, capacities) in
        [("s1", [60, 40, 90]), ("s2", [200, 150, 250]), ("s3", [300, 150, 160]), ("s4", [200, 150, 900])]
    {
        for (day, capacity) in capacities.into_iter().enumerate() {
            let day = day + 1;
            sessions.push_str(&format!("{site}-{day},{site},2023-09-0{day}T09:30:00+09:00,{capacity}\n"));
        }
    }
    let districts = "code,name_ko,name_en\n11010,종로구,Jongno-gu\n11020,중구,Jung-gu\n11030,용산구,Yongsan-gu\n";
    let source = Source {
        programme_toml: &toml,
        districts_csv: districts,
        sites_csv: &sites,
        sessions_csv: &sessions,
        reserves_csv: kept,
        reach_csv: None,
    };
    compile(&source).unwrap()
}

/// Entry number `n`: most want the first sites, one in twenty is withdrawn, one in fifty by the office.
pub(crate) fn entry(programme: &Programme, n: u32) -> Revision {
    let dice = Hash::tagged("test", &[&n.to_be_bytes()]).0;
    let small = |at: usize| dice[at].leading_zeros().min(3);
    let mut choices = vec![Choice::Session(SessionIndex(small(20) * 3 + u32::from(dice[21]) % 3))];
    if dice[22].is_multiple_of(2) {
        choices.push(Choice::Session(SessionIndex(u32::from(dice[23]) % 9)));
    }
    if dice[24].is_multiple_of(3) {
        choices.push(Choice::Site(SiteIndex(small(25))));
    }
    if dice[28].is_multiple_of(8) {
        choices.push(Choice::Session(SessionIndex(u32::from(dice[29]) % 12)));
    }
    let mut distinct: Vec<Choice> = Vec::new();
    choices.into_iter().for_each(|choice| {
        if !distinct.contains(&choice) {
            distinct.push(choice);
        }
    });
    let (status, changes) = match dice[26] % 100 {
        0..2 => (Status::WithdrawnByOffice, vec![Change::Office]),
        2..5 => (Status::Withdrawn, vec![Change::Key(ChangeKey(dice))]),
        5..9 => (Status::Active, vec![Change::Key(ChangeKey(dice))]),
        _ => (Status::Active, vec![]),
    };
    let choices = if status.is_active() { distinct } else { Vec::new() };
    let cohort = u16::from(dice[27]) % u16::try_from(programme.cohorts.len()).unwrap();
    person(n, status, cohort, changes, choices)
}

/// An entry with a ticket and a person of its own.
pub(crate) fn person(n: u32, status: Status, cohort: u16, changes: Vec<Change>, choices: Vec<Choice>) -> Revision {
    let dice = Hash::tagged("test", &[&n.to_be_bytes()]).0;
    let person = Hash::tagged("test-person", &[&n.to_be_bytes()]).0;
    let channel = Channel::from_byte(dice[19] % 3).unwrap();
    let next = Hash::of(&dice);
    let revision = u32::try_from(changes.len()).unwrap() + 1;
    let district = u16::from(dice[18] % 3);
    let body = Body { cohort, district, channel, person, next, changes, choices };
    let ticket = Ticket(dice[..12].try_into().unwrap());
    Revision { ticket, revision, status, blinding: Hash::of(&person).0, body }
}

fn allocate(programme: &Programme, register: &Register, seed: &SeedFile) -> (Vec<Record>, Vec<Seat>, Certificate) {
    let instance =
        draw::instance(programme, &Kept::default(), draw::mechanism(programme), &register.revisions, &seed.seed());
    let instance = instance.unwrap();
    let outcome = allocator::allocate(&instance).unwrap();
    let (register, allocation) = (&register.revisions, &outcome.allocation);
    let (records, seats) =
        (draw::records(register, &instance, allocation), draw::seats(programme, register, &instance, allocation));
    (records, seats, outcome.certificate)
}

/// One batch with every revision of every ticket; what was replaced is made up.
fn batches_of(programme: &Programme, register: &Register) -> (Vec<Batch>, Vec<u8>) {
    let mut listed = Vec::new();
    let mut hashes = Vec::new();
    for (entry, place) in register.revisions.iter().zip(0..) {
        let leaf = entry.leaf(programme.hash()).unwrap();
        for revision in 1..entry.revision {
            let mut replaced = leaf;
            replaced[13..17].copy_from_slice(&revision.to_be_bytes());
            listed.push(Acknowledged::Replaced(replaced));
            hashes.push(merkle::leaf_hash(&replaced));
        }
        listed.push(Acknowledged::Registered(place));
        hashes.push(merkle::leaf_hash(&leaf));
    }
    let time_unix_s = programme.window.opens_at_unix_s + 60;
    let leaves = u32::try_from(hashes.len()).unwrap();
    let batch = Batch { leaves, time_unix_s, root: merkle::root(&hashes) };
    let batches = if leaves > 0 { vec![batch] } else { Vec::new() };
    (batches, acknowledged::encode(programme, &listed).unwrap())
}

fn log(
    programme: &Programme,
    register: &Register,
    records: &[Record],
    sessions: &SessionsFile,
    seed: &SeedFile,
    batches: &[Batch],
) -> Files {
    let close = programme.window.closes_at_unix_s;
    let beacon = protocol::beacon::time_of_round(programme.beacon.round);
    let totals = sessions.totals();
    let receipts = SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32]).unwrap();
    let sign = |time, what, key: &SigningKey| Event::new(programme, time, TOOL, what).sign(key).unwrap();
    let mut leaves = vec![sign(1, What::Programme { title: programme.title.clone() }, &operator())];
    if !batches.is_empty() {
        let what = What::Receipts { first: 0, count: batches.len() as u64, root: batches::anchor(batches) };
        leaves.push(sign(close, what, &receipts));
    }
    let count = |result: &protocol::sessions::CohortResult| CohortCount {
        id: result.id.clone(),
        active: result.active,
        withdrawn: result.withdrawn,
    };
    let freeze = What::Freeze {
        register_root: register.root,
        size: register.revisions.len() as u64,
        active: totals.active,
        withdrawn: totals.withdrawn,
        cohorts: sessions.cohorts.iter().map(count).collect(),
        revisions: register.revisions.iter().map(|revision| u64::from(revision.revision)).sum(),
        batches: batches.len() as u64,
    };
    leaves.push(sign(close + 60, freeze, &operator()));
    let frozen = head(programme, &leaves, &[(4, close + 120), (5, close + 180)]);
    let what = What::Beacon {
        chain_hash: seed.chain_hash.clone(),
        round: seed.round,
        signature: seed.signature.clone(),
        randomness: seed.randomness,
        seed: seed.seed,
    };
    leaves.push(sign(beacon + 5, what, &operator()));
    let what = What::Result {
        mechanism: sessions.mechanism,
        allocation_root: outcome::roots(records).1,
        sessions_sha256: Hash::of(&json::to_bytes(sessions).unwrap()),
        placed: totals.placed,
        unplaced: totals.unplaced,
        withdrawn: totals.withdrawn,
    };
    leaves.push(sign(beacon + 30, what, &operator()));
    let mut files: Files = tiles::entry_bundles(&leaves).unwrap().into_iter().collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf.as_bytes())).collect();
    files.extend(tiles::hash_tiles(&hashes));
    files.insert("checkpoint-freeze".into(), frozen);
    files.insert("checkpoint".into(), head(programme, &leaves, &[(4, beacon + 40), (6, beacon + 50)]));
    files
}

fn head(programme: &Programme, leaves: &[String], witnesses: &[(u8, u64)]) -> Vec<u8> {
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf.as_bytes())).collect();
    let origin = &programme.log.origin;
    let text = Checkpoint::new(origin, leaves.len() as u64, merkle::root(&hashes)).unwrap().to_string();
    let mut note = Note::sign(&text, &[&SigningKey::new(origin, KeyType::Ed25519, &[2; 32]).unwrap()]).unwrap();
    for (seed, time) in witnesses {
        let name = format!("w{}.example", seed - 3);
        let key = SigningKey::new(&name, KeyType::Cosignature, &[*seed; 32]).unwrap();
        note.add_signature(cosignature::cosign(&text, &key, *time).unwrap()).unwrap();
    }
    note.to_string().into_bytes()
}
