//! Everything of a programme that is not a table: `programme.toml` with the canonical form's names. SPEC §3.3.

use super::{
    SourceFault,
    document::{Document, Table},
    lines::{self, Lines},
};
use crate::{
    beacon,
    programme::{
        ApportionmentRule, BeaconRound, Born, Bound, Cohort, Fields, LogIdentity, MechanismChoice, MechanismName,
        Reach, ReceiptsKey, Reserve, Title, Window, Witnesses,
    },
};
use serde_json::Value;
use toml::de::DeTable;

/// The fields with empty tables; `None` if the mechanism is not named. Faults are added, lines remembered. `has_reach`
/// says whether there is a table of reach.
pub(super) fn read(text: &str, has_reach: bool, lines: &mut Lines, faults: &mut Vec<SourceFault>) -> Option<Fields> {
    let before = faults.len();
    let text = lines::plain(super::PROGRAMME_TOML, text, faults);
    let document = Document::new(text);
    let (entries, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        document.fault_at(offset, format!("this is not TOML: {}", error.message()), "compare with https://toml.io");
    }
    // After an error of the syntax the tables are guesses.
    let whole = errors.is_empty() && faults.len() == before;
    let fields = if whole { programme(document.top(entries.get_ref()), has_reach) } else { None };
    faults.append(&mut document.faults.borrow_mut());
    lines.toml = document.places.take();
    fields
}

fn programme(top: Table, has_reach: bool) -> Option<Fields> {
    let window = top.table("window").map_or(EMPTY_WINDOW, window);
    let mechanism = top.table("mechanism").and_then(mechanism);
    let fields = Fields {
        format: top.text("format"),
        rehearsal: top.flag("rehearsal"),
        title: title(top.table("title")),
        time_zone: zone(&top),
        window,
        beacon: beacon_of(&top, window),
        mechanism: NO_MECHANISM,
        max_choices: top.number("max_choices"),
        cohorts: top.tables("cohorts").into_iter().map(cohort).collect(),
        districts: Vec::new(),
        sites: Vec::new(),
        sessions: Vec::new(),
        reserves: if top.has("reserves") {
            top.tables("reserves").into_iter().map(reserve).collect()
        } else {
            Vec::new()
        },
        reach: reach(&top, has_reach),
        apportionment: if top.has("apportionment") { top.table("apportionment").map(apportionment) } else { None },
        refill: not_built(&top, "refill"),
        disclosure: if top.has("disclosure") { top.text("disclosure") } else { "open".into() },
        log: log(top.table("log")),
        receipts: ReceiptsKey { key: single(top.table("receipts"), "key") },
        operators: top.texts("operators"),
        witnesses: witnesses(top.table("witnesses")),
        supersedes: not_built(&top, "supersedes"),
    };
    top.end();
    Some(Fields { mechanism: mechanism?, ..fields })
}

const NO_MECHANISM: MechanismChoice = MechanismChoice {
    name: MechanismName::Serial,
    rank_costs: Vec::new(),
    unplaced_costs: Vec::new(),
    outsider_cost: 0,
};
const EMPTY_WINDOW: Window = Window { opens_at_unix_s: 0, closes_at_unix_s: 0, objection_ends_at_unix_s: 0 };

fn window(table: Table) -> Window {
    let window = Window {
        opens_at_unix_s: table.time("opens_at"),
        closes_at_unix_s: table.time("closes_at"),
        objection_ends_at_unix_s: table.time("objection_ends_at"),
    };
    table.end();
    window
}

/// The database is asked here and not by the rules: it changes, a programme must not.
fn zone(top: &Table) -> String {
    let name = top.text("time_zone");
    let known = jiff::tz::TimeZone::get(&name).is_ok_and(|zone| zone.iana_name() == Some(&*name));
    if !name.is_empty() && !known {
        top.fault_of("time_zone", format!("there is no time zone {name:?}"), "write a name such as \"Asia/Seoul\"");
    }
    name
}

fn beacon_of(top: &Table, window: Window) -> BeaconRound {
    let round = beacon::round_at_or_after(window.objection_ends_at_unix_s);
    BeaconRound { chain_hash: single(top.table("beacon"), "chain_hash"), round }
}

fn mechanism(table: Table) -> Option<MechanismChoice> {
    let names =
        [("serial", MechanismName::Serial), ("priority", MechanismName::Priority), ("optimal", MechanismName::Optimal)];
    let written = table.text("name");
    let name = names.into_iter().find(|(name, _)| *name == written).map(|(_, name)| name);
    if name.is_none() && !written.is_empty() {
        let mend = "write \"serial\", \"priority\" or \"optimal\"";
        table.fault_of("name", format!("there is no mechanism {written:?}"), mend);
    }
    let costs = |list| if table.has(list) { table.numbers(list) } else { Vec::new() };
    let (rank_costs, unplaced_costs) = (costs("rank_costs"), costs("unplaced_costs"));
    let outsider_cost = if table.has("outsider_cost") { table.number("outsider_cost") } else { 0 };
    table.end();
    Some(MechanismChoice { name: name?, rank_costs, unplaced_costs, outsider_cost })
}

/// The rule follows from whether there is a table; where it is written, it must say the same. The rows come later.
fn reach(top: &Table, has_reach: bool) -> Reach {
    if top.has("reach") {
        let rule = single(top.table("reach"), "rule");
        match (&*rule, has_reach) {
            ("anywhere", false) | ("table", true) | ("", _) => {}
            ("anywhere", true) => top.fault_of(
                "reach",
                "there is a table reach.csv, and the rule is \"anywhere\"".into(),
                "remove one of the two",
            ),
            ("table", false) => top.fault_of(
                "reach",
                "the rule is \"table\", and there is no reach.csv".into(),
                "write reach.csv with the columns cohort,district,site",
            ),
            _ => top.fault_of(
                "reach",
                format!("there is no rule of reach {rule:?}"),
                "write \"anywhere\", or \"table\" beside a file reach.csv",
            ),
        }
    }
    if has_reach { Reach::Table { rows: Vec::new() } } else { Reach::Anywhere {} }
}

fn reserve(table: Table) -> Reserve {
    let texts = |list| if table.has(list) { table.texts(list) } else { Vec::new() };
    let reserve = Reserve {
        id: table.text("id"),
        title: title(table.table("title")),
        cohorts: texts("cohorts"),
        districts: texts("districts"),
        release: table.flag("release"),
    };
    table.end();
    reserve
}

fn apportionment(table: Table) -> ApportionmentRule {
    let bounds = |list| {
        let tables = if table.has(list) { table.tables(list) } else { Vec::new() };
        tables.into_iter().map(bound).collect()
    };
    let (groups, reserved_permille) = (table.texts("groups"), table.number("reserved_permille"));
    let rule = ApportionmentRule { groups, reserved_permille, floors: bounds("floors"), ceilings: bounds("ceilings") };
    table.end();
    rule
}

/// Without a site it is one of all sites together.
fn bound(table: Table) -> Bound {
    let site = table.has("site").then(|| table.text("site"));
    let bound = Bound { group: table.text("group"), site, seats: table.number("seats") };
    table.end();
    bound
}

fn cohort(table: Table) -> Cohort {
    let texts = |list| if table.has(list) { table.texts(list) } else { Vec::new() };
    let cohort = Cohort {
        id: table.text("id"),
        title: title(table.table("title")),
        tier: table.number("tier"),
        lots: if table.has("lots") { table.number("lots") } else { 1 },
        born: table.tables("born").into_iter().filter_map(born).collect(),
        districts: texts("districts"),
        attributes: texts("attributes"),
    };
    table.end();
    cohort
}

fn born(table: Table) -> Option<Born> {
    let (from, to) = (table.date("from"), table.date("to"));
    table.end();
    Some(Born { from: from?, to: to? })
}

fn title(table: Option<Table>) -> Title {
    let Some(table) = table else { return Title { en: String::new(), ko: String::new() } };
    let title = Title { en: table.text("en"), ko: table.text("ko") };
    table.end();
    title
}

fn log(table: Option<Table>) -> LogIdentity {
    let Some(table) = table else { return LogIdentity { origin: String::new(), key: String::new() } };
    let log = LogIdentity { origin: table.text("origin"), key: table.text("key") };
    table.end();
    log
}

fn witnesses(table: Option<Table>) -> Witnesses {
    let Some(table) = table else { return Witnesses { keys: Vec::new(), quorum: 0, faults: 0 } };
    let witnesses =
        Witnesses { keys: table.texts("keys"), quorum: table.number("quorum"), faults: table.number("faults") };
    table.end();
    witnesses
}

/// The one text of a table that has no other key.
fn single(table: Option<Table>, key: &'static str) -> String {
    let Some(table) = table else { return String::new() };
    let text = table.text(key);
    table.end();
    text
}

/// Whatever is written there: the rules refuse it by its name.
fn not_built(top: &Table, name: &'static str) -> Option<Value> {
    top.has(name).then_some(Value::Bool(true))
}
