//! A live intake for the tests of pages in a browser: a rehearsal with the sample's keys, people with codes, and a clock
//! that its standard input sets. Prints one line of JSON when it serves.
//!
//! Arguments: the mechanism (`serial`, `priority`, `optimal`), and `real` for the 284 centres of `data/` in place of the
//! sample's three, `local` for places that are not for everybody. Lines on standard input: `open`, `announced`, `closed`, `over` move the clock, `busy` and `calm` turn everybody away and stop doing so,
//! `meters` prints what a monitor reads, as JSON text; the end of the input ends it.

use intake::{Clock, Config, Database, Office, Randomness, RehearsalClock, Reissue, Roll, Secrets, serve};
use pages::map::Outlines;
use protocol::{
    note::{KeyType, SigningKey},
    programme::{
        Programme,
        source::{Source, compile},
    },
};
use serde_json::json;
use std::{
    error::Error,
    fmt::Write as _,
    fs,
    io::{BufRead, Write as _},
    path::Path,
};
use tokio::net::TcpListener;

/// People on the roll, enough for every test to have some of its own.
const PEOPLE: usize = 200;
/// The first site is for everybody, the second for older people of the first district, the third for the second.
const LOCAL: &str = "cohort,district,site\n,,c001\n,11020,c003\n60-69,11010,c002\n";
const BORN: &str = "1960-02-29";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mechanism = arguments.first().map_or("optimal", String::as_str);
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let programme = programme(mechanism, has("real"), has("local"))?;
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run(programme, folder.path()))
}

async fn run(programme: Programme, folder: &Path) -> Result<(), Box<dyn Error>> {
    let window = programme.window;
    let clock = RehearsalClock::new(&programme, window.opens_at_unix_s + 3600, 1)?;
    let database = Database::open(&format!("sqlite:{}", folder.join("intake.sqlite").display()), &programme).await?;
    let people = people(&database, &programme.districts[0].code).await?;
    let outlines = Outlines::parse(fs::read_to_string(root().join("data/outlines.csv"))?.as_bytes())?;
    let config = Config {
        receipts_key: SigningKey::new("receipts.example/jebi", KeyType::Ed25519, &[3; 32])?,
        secrets: secrets(),
        clock: Clock::Rehearsal(clock.clone()),
        randomness: Randomness::system(),
        office: Office {
            phone: Some("02-120".into()),
            results: Some("https://draws.example/2026/".into()),
            outlines: Some(outlines),
        },
        database,
    };
    let serving = serve(config, TcpListener::bind("127.0.0.1:0").await?)?;
    let ready = json!({ "address": format!("http://{}", serving.address()), "born": BORN, "people": people });
    writeln!(std::io::stdout(), "{ready}")?;
    for line in std::io::stdin().lock().lines() {
        let mut said = json!("set");
        match line?.as_str() {
            "announced" => clock.set(window.opens_at_unix_s - 3600),
            "open" => clock.set(window.opens_at_unix_s + 3600),
            "closed" => clock.set(window.closes_at_unix_s),
            "over" => clock.set(window.objection_ends_at_unix_s),
            "busy" => serving.pause(true),
            "calm" => serving.pause(false),
            "meters" => said = serving.monitor().text().into(),
            other => return Err(format!("no such time: {other}").into()),
        }
        writeln!(std::io::stdout(), "{said}")?;
    }
    serving.stop().await;
    Ok(())
}

async fn people(database: &Database, district: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let names: Vec<String> = (0..PEOPLE).map(|number| format!("person-{number}")).collect();
    let lines: String = names.iter().map(|name| format!("{name},{BORN},{district}\n")).collect();
    let roll = Roll::new(database.clone(), secrets());
    roll.import(format!("reference,born,district\n{lines}").as_bytes()).await?;
    let codes = roll.make_codes(&names, Reissue::Allow).await?;
    roll.put_codes(&codes).await?;
    Ok(codes.iter().map(|issued| issued.code.spelled().to_string()).collect())
}

fn secrets() -> Secrets {
    Secrets::new([11; 32], [12; 32])
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn programme(mechanism: &str, real: bool, local: bool) -> Result<Programme, Box<dyn Error>> {
    let sample = |file: &str| fs::read_to_string(root().join("protocol/vectors/sample").join(file));
    let mut toml = sample("programme.toml")?.replace("name = \"optimal\"", &format!("name = \"{mechanism}\""));
    if mechanism != "optimal" {
        toml = toml.replace("unplaced_costs = [64, 32]\n", "");
    }
    if mechanism == "serial" {
        toml = toml.replace("rank_costs = [0, 1, 2, 4, 8]\n", "");
    }
    let [mut districts, mut sites, mut sessions] =
        [sample("districts.csv")?, sample("sites.csv")?, sample("sessions.csv")?];
    if real {
        (districts, sites) = places()?;
        sessions = times(&sites)?;
        toml = toml.replace("Sample draw", "Vaccination for people of 50 and older");
        toml = toml.replace("견본 추첨", "50세 이상 예방접종 자리 추첨");
    }
    let source = Source {
        programme_toml: &toml,
        districts_csv: &districts,
        sites_csv: &sites,
        sessions_csv: &sessions,
        reach_csv: local.then_some(LOCAL),
        reserves_csv: None,
    };
    compile(&source).map_err(|faults| format!("{faults:?}").into())
}

/// Districts and centres of `data/`, as a programme has them.
fn places() -> Result<(String, String), Box<dyn Error>> {
    let lines = |file: &str| fs::read_to_string(root().join("data").join(file));
    let mut districts = String::from("code,name_ko,name_en\n");
    for line in lines("districts.csv")?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [code, province_ko, province_en, name_ko, name_en] = fields[..5] else { return Err("a district".into()) };
        writeln!(districts, "{code},{province_ko} {name_ko},\"{name_en}, {province_en}\"")?;
    }
    let mut sites = String::from("id,name,district,latitude,longitude\n");
    for line in lines("centres.csv")?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [id, district, name, latitude, longitude] = fields[..] else { return Err("a centre".into()) };
        writeln!(sites, "{id},{name},{district},{latitude},{longitude}")?;
    }
    Ok((districts, sites))
}

/// Three times on each of four days at every site.
fn times(sites: &str) -> Result<String, Box<dyn Error>> {
    let mut sessions = String::from("id,site,starts_at,capacity\n");
    for site in sites.lines().skip(1).filter_map(|line| line.split(',').next()) {
        for day in 4..8 {
            for (number, hour) in [9, 13, 17].into_iter().enumerate() {
                let id = (day - 4) * 3 + number + 1;
                writeln!(sessions, "{site}-{id},{site},2023-09-{day:02}T{hour:02}:00:00+09:00,{}", 10 * (number + 1))?;
            }
        }
    }
    Ok(sessions)
}
