//! Draws as numbers: `{mechanism, sites, capacity, applicants, closing, prices}`; each applicant has `placed`, the answer.

use super::{Answer, Refusal, input};
use protocol::{
    certificate::{Certificate, Pass, check},
    instance::{
        Access, Allocation, Choice, Class, DrawKey, Instance, InstanceBuilder, Mechanism, Placement, Places, Pool,
        PoolIndex, SessionIndex, SiteIndex,
    },
    lottery::LotteryNumber,
    ticket::Ticket,
};
use serde_json::{Value, json};

pub(crate) fn run(input: &Value) -> Answer {
    let instance = instance(input);
    let (allocation, certificate) = (allocation(input, &instance), certificate(input, &instance));
    let checked = check(&instance, &allocation, &certificate);
    let checked = checked.map_err(|error| refuse(error.rule().unwrap(), &error.to_string()))?;
    if !checked.unique {
        return Err(refuse("R-CERT-UNIQUE", "the optimum is not unique"));
    }
    let listed = |place| instance.listed(0, place).map(|listed| json!([listed.pool.0, listed.rank])).collect();
    Ok(json!({
        "draw_order": (0..instance.applicants()).map(|one| instance.ticket(one).to_string()).collect::<Vec<_>>(),
        "sessions": (0..instance.applicants()).map(listed).collect::<Vec<Value>>(),
        "placed": checked.placed(),
    }))
}

fn refuse(label: &'static str, reason: &str) -> Refusal {
    Refusal { label, at: None, reason: reason.to_owned() }
}

fn instance(input: &Value) -> Instance {
    let sessions: Vec<u32> = list(&input["sites"]).iter().flat_map(list).map(index).collect();
    assert!(sessions.iter().copied().eq(0..u32::try_from(sessions.len()).unwrap()), "sites hold sessions in order");
    let sites: Vec<u32> = list(&input["sites"]).iter().map(|site| u32::try_from(list(site).len()).unwrap()).collect();
    let pool = |(capacity, at): (&Value, u32)| {
        let (session, access) = (SessionIndex(at), Access::Open);
        Pool { session, access, capacity: index(capacity) }
    };
    let pools = list(&input["capacity"]).iter().zip(0..).map(pool).collect();
    let places = Places::new(&sites, pools, Vec::new()).unwrap();
    // The cohorts stand for the tiers.
    let mut builder = InstanceBuilder::new(mechanism(&input["mechanism"]), vec![1, 2], places).unwrap();
    list(&input["applicants"]).iter().for_each(|fields| push(&mut builder, fields));
    builder.finish().unwrap()
}

fn mechanism(fields: &Value) -> Mechanism {
    let costs = |key: &str| list(&fields[key]).iter().map(index).collect();
    match input::text(fields, "name") {
        "serial" => Mechanism::Serial,
        "priority" => Mechanism::Priority { rank_costs: costs("rank_costs") },
        _ => Mechanism::Optimal {
            rank_costs: costs("rank_costs"),
            unplaced_costs: costs("unplaced_costs"),
            outsider_cost: 0,
        },
    }
}

fn push(builder: &mut InstanceBuilder, fields: &Value) {
    let DrawKey { tier, number, ticket } = key(fields);
    let choice = |choice: &Value| match choice[0].as_str() {
        Some("session") => Choice::Session(SessionIndex(index(&choice[1]))),
        _ => Choice::Site(SiteIndex(index(&choice[1]))),
    };
    let choices: Vec<Choice> = list(&fields["choices"]).iter().map(choice).collect();
    let rotation = input::text(fields, "rotation").parse().unwrap();
    builder.push(ticket, Class::new(u16::from(tier) - 1, 0), number, rotation, &choices).unwrap();
}

fn key(fields: &Value) -> DrawKey {
    let tier = u8::try_from(index(&fields["tier"])).unwrap();
    let number = LotteryNumber(input::text(fields, "number").parse().unwrap());
    DrawKey { tier, number, ticket: Ticket::parse(input::text(fields, "ticket")).unwrap() }
}

fn allocation(input: &Value, instance: &Instance) -> Allocation {
    let mut placements = vec![None; instance.applicants()];
    for fields in list(&input["applicants"]).iter().filter(|fields| !fields["placed"].is_null()) {
        let (pool, rank) =
            (PoolIndex(index(&fields["placed"][0])), u16::try_from(index(&fields["placed"][1])).unwrap());
        placements[instance.position(&key(fields)).unwrap()] = Some(Placement { pool, rank });
    }
    Allocation::new(placements)
}

fn certificate(input: &Value, instance: &Instance) -> Certificate {
    let closing = list(&input["closing"]).iter().map(|at| (!at.is_null()).then(|| key(at))).collect();
    let number = |price: &Value, at: usize| price[at].as_str().unwrap().to_owned();
    let optimal = matches!(instance.mechanism(), Mechanism::Optimal { .. });
    let passes = if optimal { Vec::new() } else { vec![Pass { closing }] };
    let prices = list(&input["prices"]).iter();
    Certificate {
        passes,
        prices: prices.clone().map(|price| number(price, 0).parse().unwrap()).collect(),
        ties: vec![prices.map(|price| number(price, 1).parse().unwrap()).collect()],
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn index(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}
