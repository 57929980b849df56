//! The programme of an invented nation, as officials would write it.

use crate::{families::Supply, running::Program};
use std::{fmt::Write as _, fs, path::Path};

/// Writes keys, `programme.toml` and its tables, and announces it.
pub(crate) fn announce(jebi: &Program, folder: &Path, supply: &Supply, mechanism: &str) {
    let keys = jebi.run(&["keys", "new", "DRAW", "--name", "nation.example", "--rehearsal"], folder);
    let witness = jebi.run(&["keys", "witness", "DRAW/witness.key", "--name", "witness.example"], folder);
    let has_reserves = supply.reserved.iter().any(|seats| *seats > 0);
    let (operators, signing) = keys.split_once('\n').unwrap();
    let text = toml(operators, signing, witness.trim_end(), mechanism, has_reserves);
    fs::write(folder.join("programme.toml"), text).unwrap();
    fs::write(folder.join("districts.csv"), "code,name_ko,name_en\n1,나라,Nation\n").unwrap();
    let (mut sites, mut sessions) = (String::from("id,name,district,latitude,longitude\n"), String::new());
    let mut reserves = String::from("session,reserve,seats\n");
    sessions.push_str("id,site,starts_at,capacity\n");
    let mut number = 0;
    for (site, count) in supply.sessions_per_site.iter().enumerate() {
        writeln!(sites, "s{site},Site {site},1,37.5,127.0").unwrap();
        for hour in 0..*count {
            let day = 1 + hour % 28;
            let seats = supply.seats[number];
            writeln!(sessions, "s{site}-{hour},s{site},2023-09-{day:02}T09:00:00+09:00,{seats}").unwrap();
            if supply.reserved[number] > 0 {
                writeln!(reserves, "s{site}-{hour},first,{}", supply.reserved[number]).unwrap();
            }
            number += 1;
        }
    }
    fs::write(folder.join("sites.csv"), sites).unwrap();
    fs::write(folder.join("sessions.csv"), sessions).unwrap();
    if has_reserves {
        fs::write(folder.join("reserves.csv"), reserves).unwrap();
    }
    jebi.run(&["announce", "DRAW", "--at", "2023-08-01T10:00:00+09:00"], folder);
}

fn toml(operators: &str, signing: &str, witness: &str, mechanism: &str, has_reserves: bool) -> String {
    // Two tiers where seats are kept for the first; one cohort in the second tier would else have nobody.
    let costs = match mechanism {
        "serial" => "",
        "priority" => "rank_costs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
        _ if has_reserves => {
            "rank_costs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nunplaced_costs = [60, 30]\noutsider_cost = 2"
        }
        _ => "rank_costs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nunplaced_costs = [30]",
    };
    let cohort = |id: &str, tier: u32, from: u32, to: u32| {
        format!(
            "[[cohorts]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", ko = \"{id}\" }}\ntier = {tier}\n\
             born = [{{ from = {from}-01-01, to = {to}-12-31 }}]\n\n"
        )
    };
    let mut groups = cohort("older", 1, 1950, 1959);
    if has_reserves {
        let release = mechanism != "serial";
        groups.push_str(&cohort("younger", 2, 1960, 1969));
        writeln!(groups, "[[reserves]]\nid = \"first\"\ntitle = {{ en = \"Older\", ko = \"노인\" }}").unwrap();
        writeln!(groups, "cohorts = [\"older\"]\nrelease = {release}\n").unwrap();
    }
    format!(
        r#"format = "jebi/v0/programme"
rehearsal = true
title = {{ en = "A nation", ko = "나라" }}
time_zone = "Asia/Seoul"
max_choices = 10
{operators}

[window]
opens_at = 2023-08-07T09:00:00+09:00
closes_at = 2023-08-21T18:00:00+09:00
objection_ends_at = 2023-08-24T00:59:24+09:00

[beacon]
chain_hash = "{chain}"

[mechanism]
name = "{mechanism}"
{costs}

{groups}{signing}
[witnesses]
keys = ["{witness}"]
quorum = 1
faults = 0
"#,
        chain = protocol::beacon::CHAIN_HASH,
    )
}
