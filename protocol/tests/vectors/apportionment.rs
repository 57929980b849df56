//! Apportionments as numbers: `{groups, rooms, cells, levels, shares, seats, prices}`.

use super::{Answer, Refusal};
use protocol::apportionment::{Apportionment, Cell, Group, Level, Problem, Ratio, check};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let groups = rows(&input["groups"], |row| Group {
        registrants: number(&row[0]),
        floor: number(&row[1]),
        ceiling: number(&row[2]),
    });
    let cells = rows(&input["cells"], |row| Cell {
        group: place(&row[0]),
        site: place(&row[1]),
        floor: number(&row[2]),
        ceiling: number(&row[3]),
    });
    let problem = Problem::new(groups, rows(&input["rooms"], number), cells).unwrap();
    let level = |row: &Value| Level {
        ratio: Ratio::new(wide(&row["ratio"][0]), wide(&row["ratio"][1])).unwrap(),
        groups: rows(&row["groups"], place),
        sites: rows(&row["sites"], place),
    };
    let answer = Apportionment {
        levels: rows(&input["levels"], level),
        shares: rows(&input["shares"], wide),
        seats: rows(&input["seats"], number),
        prices: rows(&input["prices"], |price| u64::try_from(wide(price)).unwrap()),
    };
    let checked = check(&problem, &answer);
    let checked = checked.map_err(|error| Refusal { label: error.rule(), at: None, reason: error.to_string() })?;
    let shares: Vec<String> = checked.shares.iter().map(ToString::to_string).collect();
    Ok(json!({ "shares": shares, "seats": checked.seats }))
}

fn rows<T>(list: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    list.as_array().unwrap().iter().map(read).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn place(value: &Value) -> usize {
    usize::try_from(number(value)).unwrap()
}

fn wide(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}
