//! Who may register and list what where the district decides: the roll says where somebody lives, whatever was sent.

use super::{refusals::check_refusal, world::*};
use protocol::programme::{
    Programme,
    source::{Source, compile},
};
use serde_json::json;

/// Who is 50 to 59 may register in the first district only. The first site is for all, in the second district every one.
fn local() -> Programme {
    let toml = SAMPLE.programme_toml.replace("tier = 2\n", "tier = 2\ndistricts = [\"11010\"]\n");
    let reach = Some("cohort,district,site\n,,c001\n,11020,\n60-69,11010,c002\n");
    compile(&Source { programme_toml: &toml, reach_csv: reach, ..SAMPLE }).expect("a programme")
}

#[test]
fn cohort_and_district_of_an_entry_are_the_rolls() {
    let world = World::with(local());
    for (district, index) in [("11010", 0), ("11020", 1)] {
        let person = world.people_of(district, "1960-02-29", [format!("of-{district}")]).remove(0);
        let answer = world.register(&person, "request-1");
        assert_eq!(answer.status, 201, "{}", answer.text);
        let body = world.receipt(&answer).revision.body;
        assert_eq!((body.cohort, body.district), (1, index));
    }
}

#[test]
fn a_birth_date_that_is_in_a_cohort_of_another_district_gets_a_signed_refusal() {
    let world = World::with(local());
    let far = world.people_of("11020", "1970-01-01", ["far".to_owned()]).remove(0);
    let mut body = registration(&far, "request-1");
    body["choices"] = json!([{ "site": "c001" }]);
    check_refusal(&world, &world.post(REGISTRATIONS, &body), "not-eligible", &body);
    let near = world.people_of("11010", "1970-01-01", ["near".to_owned()]).remove(0);
    let mut body = registration(&near, "request-1");
    body["choices"] = json!([{ "site": "c001" }]);
    assert_eq!(world.post(REGISTRATIONS, &body).status, 201);
}

#[test]
fn what_is_out_of_reach_is_refused_with_a_signature_and_changes_nothing() {
    let world = World::with(local());
    let near = world.people_of("11010", "1970-01-01", ["near".to_owned()]).remove(0);
    let far = world.people_of("11020", "1960-02-29", ["far".to_owned()]).remove(0);
    let asking = |person: &Person, id: &str, choices: serde_json::Value| {
        let mut body = registration(person, id);
        body["choices"] = choices;
        body
    };
    // A site that only the other cohort may list here, one of its sessions, and both after a choice that is fine.
    for (at, choices) in [
        json!([{ "site": "c002" }]),
        json!([{ "session": "c002-1" }]),
        json!([{ "session": "c001-1" }, { "session": "c003-1" }]),
    ]
    .into_iter()
    .enumerate()
    {
        let body = asking(&near, &format!("request-{at}"), choices);
        check_refusal(&world, &world.post(REGISTRATIONS, &body), "out-of-reach", &body);
    }
    let first = world.post(REGISTRATIONS, &asking(&near, "request-first", json!([{ "session": "c001-1" }])));
    assert_eq!(first.status, 201, "{}", first.text);
    let amended = amendment(&near, "request-amend", Some(&first.change_key()), "c003-1");
    let path = format!("{REGISTRATIONS}/{}", first.ticket());
    check_refusal(&world, &world.put(&path, &amended), "out-of-reach", &amended);
    let withdrawn = world.post(&format!("{path}/withdrawal"), &withdrawal(&near, "request-out", &first.change_key()));
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.text);
    assert_eq!(world.post(REGISTRATIONS, &asking(&far, "request-far", json!([{ "site": "c003" }]))).status, 201);
}

/// The sites whose offers a page shows.
fn shown(html: &str) -> Vec<&str> {
    html.split("<li id=\"site-").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn places_are_shown_to_those_who_may_list_them_and_to_all_while_nothing_is_said() {
    let world = World::with(local());
    // Nobody of 50 to 59 in the second district is admitted, so nothing is in reach there.
    let cases = [
        ("", vec!["c001", "c002", "c003"]),
        ("&home=11010", vec!["c001", "c002", "c003"]),
        ("&home=nowhere&group=60-69", vec!["c001", "c002", "c003"]),
        ("&home=11010&group=60-69", vec!["c001", "c002"]),
        ("&home=11010&group=50-59", vec!["c001"]),
        ("&home=11020&group=60-69", vec!["c001", "c002", "c003"]),
        ("&home=11020&group=50-59", vec![]),
    ];
    for (said, sites) in cases {
        let found: Vec<String> = ["11010", "11020"]
            .iter()
            .flat_map(|district| {
                let page = world.get(&format!("/choose?lang=en&district={district}{said}"));
                shown(&page.text).into_iter().map(str::to_owned).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(found, sites, "{said}");
        let script: serde_json::Value =
            serde_json::from_str(&world.get(&format!("/reach.json?lang=en{said}")).text).expect("JSON");
        let all = json!({ "sites": null });
        assert!(script == json!({ "sites": sites }) || (script == all && sites.len() == 3), "{said}: {script}");
    }
    let said = "&c=site.c001&c=session.c002-1&home=11010&group=50-59";
    let page = world.get(&format!("/choose?lang=en{said}"));
    assert_eq!(page.text.matches("Not for your group or district</strong>").count(), 1, "marked, and kept");
    assert!(page.text.contains("&#38;home=11010&#38;group=50%2D59"), "{}", page.text);
}

#[test]
fn where_everybody_may_list_everything_nobody_is_asked() {
    let world = World::new();
    assert!(!world.get("/choose?lang=en").text.contains("Where you live"));
    assert_eq!(world.get("/reach.json?home=11010").status, 404);
}
