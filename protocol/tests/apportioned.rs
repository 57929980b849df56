//! From a programme and its register to apportioned seats of sessions: who is counted, what is bounded, what is refused.
//! SPEC §18.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    apportionment::{
        Apportionment, ApportionmentFile, FileError, Kept, Level, Problem, ProblemError, Ratio, kept, problem,
    },
    apportionment::{registrants, spread_over},
    draw,
    entry::{Body, Channel, Revision, Status},
    instance::{Access, Choice, ReserveIndex, SessionIndex, SiteIndex},
    json,
    programme::{
        ApportionmentFault, ApportionmentRule, Bound, Fields, Programme, ProgrammeError, Reach, ReachRow, Reserve,
        Title, faults,
        source::{Source, compile},
    },
};
use serde_json::{Value, json};

const SAMPLE: Source = Source {
    programme_toml: include_str!("../vectors/sample/programme.toml"),
    districts_csv: include_str!("../vectors/sample/districts.csv"),
    sites_csv: include_str!("../vectors/sample/sites.csv"),
    sessions_csv: include_str!("../vectors/sample/sessions.csv"),
    reserves_csv: None,
    reach_csv: None,
};

fn reserve(id: &str, cohorts: &[&str], districts: &[&str]) -> Reserve {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let title = Title { en: "Group".into(), ko: "집단".into() };
    Reserve { id: id.into(), title, cohorts: names(cohorts), districts: names(districts), release: false }
}

/// Two groups, older people of each district of the sample, share six of ten seats.
fn fields() -> Fields {
    let mut fields = (*compile(&SAMPLE).unwrap()).clone();
    fields.reserves = vec![reserve("one", &["60-69"], &["11010"]), reserve("two", &["60-69"], &["11020"])];
    fields.apportionment = Some(ApportionmentRule {
        groups: vec!["one".into(), "two".into()],
        reserved_permille: 600,
        floors: Vec::new(),
        ceilings: Vec::new(),
    });
    fields
}

fn revision(n: u8, cohort: u16, district: u16, choices: Vec<Choice>) -> Revision {
    let (person, next) = ([n; 32], protocol::hash::Hash([n; 32]));
    let status = if choices.is_empty() { Status::Withdrawn } else { Status::Active };
    let body = Body { cohort, district, channel: Channel::Own, person, next, changes: Vec::new(), choices };
    Revision { ticket: protocol::ticket::Ticket([n; 12]), revision: 1, status, blinding: [n; 32], body }
}

/// Only how many take part in each cohort and district counts: neither what they list nor in which order they stand.
#[test]
fn nobodys_list_changes_what_is_apportioned() {
    let programme = Programme::of(fields()).unwrap();
    let site = |n: u32| vec![Choice::Site(SiteIndex(n % 3))];
    let session = |n: u32| vec![Choice::Session(SessionIndex(n % 8)), Choice::Site(SiteIndex(n % 3))];
    // Older people are the second cohort; some withdrew, and the younger belong to no group.
    let places = [(1, 0), (1, 1), (1, 1), (0, 0), (1, 0), (1, 1)];
    let people = |list: &dyn Fn(u32) -> Vec<Choice>| -> Vec<Revision> {
        let person = |(n, (cohort, district)): (u8, &(u16, u16))| {
            revision(n, *cohort, *district, if n == 4 { Vec::new() } else { list(n.into()) })
        };
        (0..).zip(&places).map(person).collect()
    };
    let (one, mut other) = (people(&site), people(&session));
    other.reverse();
    assert_eq!(registrants(&programme, &one), [1, 3]);
    assert_eq!(registrants(&programme, &other), [1, 3]);
    assert_eq!([programme.group_of(1, 0), programme.group_of(1, 1)], [Some(0), Some(1)]);
    assert_eq!([programme.group_of(0, 0), programme.group_of(2, 0), programme.group_of(1, 9)], [None; 3]);
}

/// Of 6, 4 and 3 seats, groups can have 3, 2 and 1; a reserve's own seats are taken off before.
#[test]
fn rooms_are_a_part_of_the_seats_that_nobody_keeps() {
    let programme = Programme::of(fields()).unwrap();
    assert_eq!(problem(&programme, &[1, 3]).unwrap().rooms(), [3, 2, 1]);
    let mut fields = fields();
    fields.reserves.insert(0, reserve("own", &[], &[]));
    fields.sessions[2].reserves = vec![protocol::programme::SessionReserve { reserve: "own".into(), seats: 2 }];
    let programme = Programme::of(fields).unwrap();
    assert_eq!(problem(&programme, &[1, 3]).unwrap().rooms(), [2, 2, 1]);
}

#[test]
fn floors_that_no_register_could_meet_are_no_problem_to_solve() {
    let bound = |site: Option<&str>, seats| Bound { group: "one".into(), site: site.map(Into::into), seats };
    let with = |floors: Vec<Bound>, ceilings: Vec<Bound>| {
        let mut fields = fields();
        let rule = fields.apportionment.as_mut().unwrap();
        (rule.floors, rule.ceilings) = (floors, ceilings);
        problem(&Programme::of(fields).unwrap(), &[0, 0])
    };
    let beyond = with(vec![bound(Some("c003"), 2)], Vec::new());
    assert_eq!(beyond, Err(ProblemError::CellFloor { group: 0, site: 2, room: 1 }));
    let beyond = with(vec![bound(Some("c001"), 2)], vec![bound(None, 1)]);
    assert_eq!(beyond, Err(ProblemError::GroupFloor { group: 0 }));
    assert!(with(vec![bound(None, 4)], vec![bound(None, 4)]).is_ok());
}

/// Seats of groups stand among a session's pools in the order of reserves, and are taken from those open to all.
#[test]
fn a_groups_seats_are_taken_from_those_open_to_all() {
    let programme = Programme::of(fields()).unwrap();
    let problem = problem(&programme, &[1, 3]).unwrap();
    let seats: Vec<u64> = problem.cells().iter().map(|cell| u64::from(cell.site == 0)).collect();
    let kept = kept(&programme, &problem, &seats).unwrap();
    let places = draw::places(&programme, &kept).unwrap();
    for session in 0..8 {
        let pools: Vec<_> = places.pools_of(SessionIndex(session)).map(|at| places.pools()[at as usize]).collect();
        let capacity: u32 = pools.iter().map(|pool| pool.capacity).sum();
        assert_eq!(capacity, programme.sessions[session as usize].capacity);
        assert_eq!(pools[0].access, Access::Open);
        let reserves: Vec<Access> = pools[1..].iter().map(|pool| pool.access).collect();
        // One seat each: of 3, 2 and 1 the session with most, then of what is left, 2, 2 and 1, the earlier one.
        let expected = match session {
            0 => vec![1],
            2 => vec![0],
            _ => Vec::new(),
        };
        assert_eq!(reserves, expected.into_iter().map(|at| Access::Reserved(ReserveIndex(at))).collect::<Vec<_>>());
    }
    assert_eq!(spread_over(7, &[2, 0, 5]), Some(vec![2, 0, 5]));
}

fn accepted(name: &str) -> protocol::manifest::Files {
    let text = std::fs::read(format!("{}/vectors/accept/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let vector: Value = serde_json::from_slice(&text).unwrap();
    let bytes = |file: &Value| match (&file["text"], &file["base64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(base64)) => STANDARD.decode(base64).unwrap(),
        _ => panic!("a file without bytes"),
    };
    let files = vector["input"]["files"].as_object().unwrap();
    files.iter().map(|(path, file)| (path.clone(), bytes(file))).collect()
}

/// Every number of an apportionment, changed alone, makes it another one. What only bears witness may have other values that
/// prove the same, and then the same seats follow.
#[test]
fn no_number_of_an_apportionment_can_be_another() {
    for name in ["bundle-apportioned-serial", "bundle-apportioned-priority", "bundle-apportioned-optimal"] {
        let verified = protocol::verify::verify(&accepted(name)).unwrap();
        let (programme, register) = (&verified.programme, &verified.register.revisions);
        let file = serde_json::to_value(verified.apportionment.unwrap()).unwrap();
        let mut tried = 0;
        for (path, is_witness) in numbers(&file, String::new()) {
            for step in [-2, -1, 1, 2, 1_i128 << 40] {
                let mut changed = file.clone();
                let place = changed.pointer_mut(&path).unwrap();
                *place = match &*place {
                    Value::String(text) => (text.parse::<i128>().unwrap() + step).to_string().into(),
                    number => json!(number.as_i64().unwrap() + i64::try_from(step).unwrap()),
                };
                tried += 1;
                // A number below zero is none that the file's types can have.
                let Ok(read) = serde_json::from_value::<ApportionmentFile>(changed) else { continue };
                match read.open(programme, register) {
                    Err(_) => {}
                    Ok((_, kept)) => assert!(is_witness && kept == verified.kept, "{name} {path} {step}"),
                }
            }
        }
        assert!(tried > 90, "{tried}");
    }
}

/// Pointers to all numbers of a file, and whether they only bear witness.
fn numbers(value: &Value, path: String) -> Vec<(String, bool)> {
    let witness = path.ends_with("/share") || path.ends_with("/price");
    let below = |(key, value): (String, &Value)| numbers(value, format!("{path}/{key}"));
    match value {
        Value::Array(all) => {
            (0..).zip(all).flat_map(|(at, value): (usize, _)| below((at.to_string(), value))).collect()
        }
        Value::Object(all) => all.iter().flat_map(|(key, value)| below((key.clone(), value))).collect(),
        Value::Number(_) => vec![(path, witness)],
        Value::String(text) if text.parse::<i128>().is_ok() && !path.ends_with("/programme") => vec![(path, witness)],
        _ => Vec::new(),
    }
}

/// The file, of whichever names and lengths, is refused and not indexed with.
#[test]
fn a_file_of_other_lengths_or_names_is_refused() {
    let verified = protocol::verify::verify(&accepted("bundle-apportioned-serial")).unwrap();
    let file = verified.apportionment.unwrap();
    let refused = |change: &dyn Fn(&mut ApportionmentFile)| {
        let mut changed = file.clone();
        change(&mut changed);
        changed.open(&verified.programme, &verified.register.revisions).expect_err("another file").label()
    };
    let form = "R-APPORTIONMENT-FORM";
    assert_eq!(refused(&|file| file.groups.clear()), form);
    assert_eq!(refused(&|file| file.sites.clear()), form);
    assert_eq!(refused(&|file| file.cells.clear()), form);
    assert_eq!(refused(&|file| file.cells.push(file.cells[0].clone())), form);
    assert_eq!(refused(&|file| file.sites.swap(0, 1)), form);
    assert_eq!(refused(&|file| file.levels[0].groups.push("nobody".into())), form);
    assert_eq!(refused(&|file| file.levels[0].ratio = vec![1, 0]), form);
    assert_eq!(refused(&|file| file.levels[0].ratio = Vec::new()), form);
    assert_eq!(refused(&|file| file.levels[0].ratio = vec![u128::MAX, u128::MAX - 1]), form);
    assert_eq!(refused(&|file| file.levels.push(file.levels[0].clone())), "R-APPORTIONMENT-LEVELS");
    assert_eq!(
        refused(&|file| file.cells.iter_mut().for_each(|cell| cell.share = (1 << 80) - 1)),
        "R-APPORTIONMENT-SHARES"
    );
    assert_eq!(refused(&|file| file.sites[0].price = u64::MAX), "R-APPORTIONMENT-EVEN");
    let of_another = file.open(&Programme::of(fields()).unwrap(), &[]).expect_err("another programme");
    assert!(matches!(of_another, FileError::Form | FileError::Numbers), "{of_another}");
}

/// The work that a programme asks for is bounded before it is done, whatever it says.
#[test]
fn a_programme_cannot_ask_for_endless_work() {
    let many = |prefix: &str, count: usize| -> Vec<String> { (0..count).map(|at| format!("{prefix}{at}")).collect() };
    let mut wide = fields();
    for code in many("d", 2_000) {
        let mut district = wide.districts[0].clone();
        district.code = code;
        wide.districts.push(district);
    }
    let fault = |fields: &Fields| match faults(fields).as_slice() {
        [ProgrammeError::Apportionment { fault, .. }] => (**fault).clone(),
        other => panic!("{other:?}"),
    };
    let ids = many("g", 1_100);
    let mut groups = wide.clone();
    groups.reserves = ids.iter().map(|id| reserve(id, &[], &[])).collect();
    groups.apportionment.as_mut().unwrap().groups = ids;
    assert_eq!(fault(&groups), ApportionmentFault::TooManyPairs { found: 1_100 * 2 * 2_002 });
    // Two groups of half the districts each: few enough. A table that gives each of them thousands of sites is too much.
    let codes: Vec<String> = wide.districts.iter().map(|district| district.code.clone()).collect();
    let (one, two) = codes.split_at(1_000);
    wide.reserves = vec![reserve("one", &[], &[]), reserve("two", &[], &[])];
    (wide.reserves[0].districts, wide.reserves[1].districts) = (one.to_vec(), two.to_vec());
    assert_eq!(faults(&wide), []);
    for id in many("s", 30_000) {
        let mut site = wide.sites[0].clone();
        site.id = id;
        wide.sites.push(site);
    }
    assert_eq!(faults(&wide), []);
    let rows = wide.sites.iter().map(|site| ReachRow { cohort: None, district: None, site: Some(site.id.clone()) });
    wide.reach = Reach::Table { rows: rows.collect() };
    assert_eq!(fault(&wide), ApportionmentFault::TooMuchAsked { found: (2_000 + 2_004) * 30_003 });
    // Nor can groups be at more sites than are apportioned.
    let one_each = |at: usize| reserve(&format!("g{at}"), &[], &[wide.districts[at].code.as_str()]);
    wide.reserves = (0..10).map(one_each).collect();
    wide.apportionment.as_mut().unwrap().groups = many("g", 10);
    assert_eq!(fault(&wide), ApportionmentFault::TooManyCells { found: 10 * 30_003 });
}

/// Numbers as large as their types are refused or counted, never wrapped.
#[test]
fn numbers_at_their_ends_do_not_wrap() {
    let mut fields = fields();
    fields.apportionment.as_mut().unwrap().reserved_permille = 1000;
    fields.sessions.iter_mut().for_each(|session| session.capacity = 1_000_000);
    let programme = Programme::of(fields).unwrap();
    let problem: Problem = problem(&programme, &[u64::from(u32::MAX), u64::from(u32::MAX)]).unwrap();
    assert_eq!(problem.rooms(), [3_000_000, 3_000_000, 2_000_000]);
    let cells = problem.cells().len();
    let answer = Apportionment {
        levels: vec![Level {
            ratio: Ratio::new((1 << 80) - 1, (1 << 40) - 2).unwrap(),
            groups: vec![0],
            sites: vec![0],
        }],
        shares: vec![(1 << 80) - 1; cells],
        seats: vec![1 << 40; cells],
        prices: vec![u64::MAX; 3],
    };
    let file = ApportionmentFile::new(&programme, &problem, &answer);
    let bytes = json::to_bytes(&file).unwrap();
    assert_eq!(json::parse::<ApportionmentFile>(&bytes).unwrap(), file);
    assert!(file.open(&programme, &[]).is_err());
    assert_eq!(kept(&programme, &problem, &answer.seats), None);
    assert_eq!(Kept::default().of(SessionIndex(0)), []);
}
