//! The demo's programme: real centres, real residents, invented demand, written as officials would write it.

use crate::{
    commands::keys,
    draw::{OUTLINES_CSV, keys::write_signer, once},
    failure::{Context, Outcome},
};
use allocator::synthetic::{self, COHORTS, World};
use protocol::note::{KeyType, SigningKey};
use std::path::{Path, PathBuf};

/// Shapes of the districts, for the map.
const OUTLINES: &str = include_str!("../../../data/outlines.csv");

/// One rehearsal witness: its key and where it remembers what it signed.
pub(crate) struct WitnessKey {
    pub key: SigningKey,
    pub memory: PathBuf,
}

/// Most choices a citizen may list.
pub(crate) const MAX_CHOICES: usize = 5;

/// Writes keys, programme and tables into the folder.
///
/// # Errors
/// If the folder holds a draw already.
pub(crate) fn write(folder: &Path, world: &World, apportioned: bool) -> Outcome<Vec<WitnessKey>> {
    let ours = keys::new(folder, "demo.jebi.example", true)?;
    let witnesses = witnesses(folder)?;
    let apportionment = if apportioned { apportionment(world) } else { String::new() };
    let toml = programme(&ours, &witnesses, &apportionment);
    if apportioned {
        once::write(&folder.join("reach.csv"), synthetic::reach_csv(world).as_bytes())?;
    }
    for (name, text) in [
        ("programme.toml", toml),
        ("districts.csv", synthetic::districts_csv(world)),
        ("sites.csv", synthetic::sites_csv(world)),
        ("sessions.csv", synthetic::sessions_csv(world)),
        (OUTLINES_CSV, OUTLINES.to_owned()),
    ] {
        once::write(&folder.join(name), text.as_bytes())?;
    }
    Ok(witnesses)
}

fn witnesses(folder: &Path) -> Outcome<Vec<WitnessKey>> {
    let witness = |name: &str| {
        let path = folder.join(format!("witnesses/{name}.key"));
        let seed = crate::draw::keys::random()?;
        let key = write_signer(&path, &format!("{name}.example"), KeyType::Cosignature, &seed)?;
        Ok(WitnessKey { key, memory: path.with_extension("seen") })
    };
    ["newspaper", "court", "observers"].into_iter().map(witness).collect::<Outcome<_>>().context("the witnesses' keys")
}

/// Every district is a group; what its people leave is opened to others.
fn apportionment(world: &World) -> String {
    let id = |code: &str| format!("district-{code}");
    let reserve = |district: &synthetic::District| {
        let synthetic::District { code, name_ko, name_en, .. } = district;
        format!(
            "[[reserves]]\nid = \"{id}\"\ntitle = {{ en = \"Residents of {name_en}\", ko = \"{name_ko} 주민\" }}\n\
             districts = [\"{code}\"]\nrelease = true\n\n",
            id = id(code)
        )
    };
    let reserves: String = world.districts().iter().map(reserve).collect();
    let groups: String =
        world.districts().iter().map(|district| format!("    \"{}\",\n", id(&district.code))).collect();
    format!("{reserves}[apportionment]\nreserved_permille = 600\ngroups = [\n{groups}]\n\n")
}

fn programme(keys: &[String; 6], witnesses: &[WitnessKey], apportionment: &str) -> String {
    let [operators, signing @ ..] = keys;
    let names = [("Aged 60 to 69", "60세부터 69세까지"), ("Aged 50 to 59", "50세부터 59세까지")];
    let cohort = |(cohort, (en, ko)): (&synthetic::Cohort, (&str, &str))| {
        let synthetic::Cohort { id, tier, born_from, born_to } = cohort;
        format!(
            "[[cohorts]]\nid = \"{id}\"\ntitle = {{ en = \"{en}\", ko = \"{ko}\" }}\ntier = {tier}\n\
             born = [{{ from = {born_from}, to = {born_to} }}]\n\n"
        )
    };
    let cohorts: String = COHORTS.iter().zip(names).map(cohort).collect();
    let witnesses: String = witnesses.iter().map(|w| format!("    \"{}\",\n", w.key.verifier_key())).collect();
    let signing = signing.join("\n").replace("\n[receipts]", "\n\n[receipts]");
    format!(
        r#"# The programme of `jebi demo`: vaccination at the 284 centres of 2021. Residents of March 2026 stand in for those
# of 2021; who lists which centres is invented. See data/README.md.

format = "jebi/v0/programme"
rehearsal = true
title = {{ en = "COVID-19 vaccination, 284 centres (demonstration)", ko = "코로나19 예방접종, 284개 센터 (시연)" }}
time_zone = "Asia/Seoul"
max_choices = {MAX_CHOICES}
{operators}

[window]
opens_at = 2023-08-07T09:00:00+09:00
closes_at = 2023-08-21T18:00:00+09:00
objection_ends_at = 2023-08-24T00:59:24+09:00

[beacon]
chain_hash = "{chain}"

[mechanism]
name = "optimal"
rank_costs = [0, 1, 2, 3, 4]
unplaced_costs = [120, 30]
outsider_cost = {outsider_cost}

{cohorts}{apportionment}{signing}

[witnesses]
keys = [
{witnesses}]
quorum = 2
faults = 0
"#,
        chain = protocol::beacon::CHAIN_HASH,
        // A seat that is kept for another district is better than none, and worse than any other.
        outsider_cost = if apportionment.is_empty() { 0 } else { 20 },
    )
}
