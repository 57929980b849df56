//! Draws as numbers: `{mechanism, sites, reserves, pools, applicants, closing, prices}`; each applicant has `placed`, the
//! answer, and `first_pass` where there are two passes.

use super::{Answer, Refusal, input};
use protocol::{
    certificate::{Certificate, Pass, check},
    instance::{
        Access, Allocation, Choice, Class, DrawKey, Instance, InstanceBuilder, Mechanism, Placement, Places, Pool,
        PoolIndex, Reserve, ReserveIndex, SessionIndex, SiteIndex,
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
    let last = instance.passes().saturating_sub(1);
    let listed = |place| instance.listed(last, place).map(|listed| json!([listed.pool.0, listed.rank])).collect();
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
    let pool = |pool: &Value| Pool {
        session: SessionIndex(index(&pool[0])),
        access: if pool[1].is_null() { Access::Open } else { Access::Reserved(ReserveIndex(index(&pool[1]))) },
        capacity: index(&pool[2]),
    };
    let reserve = |fields: &Value| {
        let numbers = |key: &str| list(&fields[key]).iter().map(|number| u16::try_from(index(number)).unwrap());
        let cohorts = numbers("tiers").map(|tier| tier - 1).collect();
        Reserve::new(cohorts, numbers("districts").collect(), fields["release"].as_bool().unwrap())
    };
    let reserves = list(&input["reserves"]).iter().map(reserve).collect();
    let places = Places::new(&sites, list(&input["pools"]).iter().map(pool).collect(), reserves).unwrap();
    // The cohorts stand for the tiers.
    let mut builder = InstanceBuilder::new(mechanism(&input["mechanism"]), vec![1, 2], places).unwrap();
    list(&input["applicants"]).iter().for_each(|fields| push(&mut builder, fields));
    let mut instance = builder.finish().unwrap();
    let levels = list(&input["applicants"]).first().map_or(0, |fields| list(&fields["more_weights"]).len());
    for level in 0..levels {
        let mut weights = vec![0; instance.applicants()];
        for fields in list(&input["applicants"]) {
            let weight = fields["more_weights"][level].as_str().unwrap().parse().unwrap();
            weights[instance.position(&key(fields)).unwrap()] = weight;
        }
        instance.add_level(weights).unwrap();
    }
    instance
}

fn mechanism(fields: &Value) -> Mechanism {
    let costs = |key: &str| list(&fields[key]).iter().map(index).collect();
    match input::text(fields, "name") {
        "serial" => Mechanism::Serial,
        "priority" => Mechanism::Priority { rank_costs: costs("rank_costs") },
        _ => Mechanism::Optimal {
            rank_costs: costs("rank_costs"),
            unplaced_costs: costs("unplaced_costs"),
            outsider_cost: index(&fields["outsider_cost"]),
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
    let district = u16::try_from(index(&fields["district"])).unwrap();
    builder.push(ticket, Class::new(u16::from(tier) - 1, district), number, rotation, &choices).unwrap();
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
    let allocation = Allocation::new(placements);
    if instance.passes() < 2 {
        return allocation;
    }
    let mut first = vec![None; instance.applicants()];
    for fields in list(&input["applicants"]).iter().filter(|fields| !fields["first_pass"].is_null()) {
        first[instance.position(&key(fields)).unwrap()] = Some(PoolIndex(index(&fields["first_pass"])));
    }
    allocation.with_first_pass(first)
}

fn certificate(input: &Value, instance: &Instance) -> Certificate {
    let number = |price: &Value, at: usize| price[at].as_str().unwrap().to_owned();
    let closing = |pass: &Value| list(pass).iter().map(|at| (!at.is_null()).then(|| key(at))).collect();
    let prices = list(&input["prices"]).iter();
    let tie = |level| prices.clone().map(|price| number(price, level).parse().unwrap()).collect();
    Certificate {
        passes: list(&input["closing"]).iter().map(|pass| Pass { closing: closing(pass) }).collect(),
        prices: prices.clone().map(|price| number(price, 0).parse().unwrap()).collect(),
        ties: (1..=instance.levels()).map(tie).collect(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn index(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}
