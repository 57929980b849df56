//! The sample world: reproducible, scarce, uneven and legal.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use allocator::synthetic::{COHORTS, Person, Shape, TableError, Tables, World, districts_csv, sessions_csv, sites_csv};
use protocol::hash::Hash;
use protocol::instance::Choice;
use std::collections::BTreeSet;

const SEED: [u8; 32] = [7; 32];

fn world(people: u32) -> World {
    World::new(&Tables::korea().unwrap(), people, SEED)
}

fn seats(world: &World) -> u64 {
    world.sessions().iter().map(|session| u64::from(session.capacity)).sum()
}

/// The site a choice is at.
fn site(world: &World, choice: Choice) -> usize {
    match choice {
        Choice::Session(session) => world.sessions()[session.0 as usize].site.0 as usize,
        Choice::Site(site) => site.0 as usize,
    }
}

/// People who list each site first.
fn first_choices(world: &World) -> Vec<u64> {
    let mut counts = vec![0; world.sites().len()];
    for person in world.people() {
        counts[site(world, person.choices[0])] += 1;
    }
    counts
}

fn seats_by_site(world: &World) -> Vec<u64> {
    let mut counts = vec![0; world.sites().len()];
    for session in world.sessions() {
        counts[session.site.0 as usize] += u64::from(session.capacity);
    }
    counts
}

fn text(person: &Person) -> String {
    format!("{} {} {:?} {:?}\n", person.district, person.birth, person.cohort, person.choices)
}

/// Every machine, now and later, makes these bytes: published simulations name a seed and nothing else.
#[test]
fn a_seed_pins_every_byte() {
    let world = world(500);
    let mut all = districts_csv(&world) + &sites_csv(&world) + &sessions_csv(&world);
    all.extend(world.people().map(|person| text(&person)));
    all.extend((0..40).map(|number| text(&world.ineligible_person(number))));
    assert_eq!(
        Hash::of(all.as_bytes()).to_string(),
        "d1aceeddca27b25c5c1eb43bfce24797a30c0de9370ca045ff9b2fe8d824640a"
    );
}

#[test]
fn another_seed_is_another_world() {
    let other = World::new(&Tables::korea().unwrap(), 500, [8; 32]);
    assert_ne!(sessions_csv(&other), sessions_csv(&world(500)));
    assert!(other.people().zip(world(500).people()).filter(|(a, b)| a == b).count() < 5);
}

#[test]
fn people_stay_who_they_are_when_more_follow() {
    let (small, large) = (world(500), world(20_000));
    for (a, b) in small.people().zip(large.people()) {
        assert_eq!((a.district, a.birth, a.cohort), (b.district, b.birth, b.cohort));
    }
    assert_eq!(large.person(12_345), large.people().nth(12_345).unwrap());
}

#[test]
fn seats_are_85_percent_of_the_people_and_no_session_is_empty() {
    for (people, sessions) in [(500, 284..=300), (2_000, 284..=800), (20_000, 2_800..=3_408), (200_000, 3_380..=3_408)]
    {
        let world = world(people);
        assert_eq!(seats(&world), u64::from(people) * 85 / 100);
        assert_eq!(world.sites().len(), 284);
        assert!(world.sessions().iter().all(|session| (1..=1_000_000).contains(&session.capacity)));
        assert!(sessions.contains(&world.sessions().len()), "{people}: {} sessions", world.sessions().len());
    }
}

#[test]
fn a_handful_of_people_still_has_a_programme() {
    for (people, sites) in [(0, 1), (1, 1), (40, 34), (300, 255)] {
        let world = world(people);
        assert_eq!((world.sites().len(), seats(&world)), (sites, sites as u64));
        assert!(world.people().all(|person| person.choices.iter().all(|&choice| site(&world, choice) < sites)));
    }
}

#[test]
fn sessions_follow_the_programmes_order() {
    let tables = Tables::korea().unwrap();
    for world in [world(2_000), world(20_000), World::with(&tables, Shape { weeks: 3, ..Shape::sample(60_000) }, SEED)]
    {
        assert!(world.sites().is_sorted_by(|a, b| a.id < b.id));
        assert!(world.sessions().is_sorted_by(|a, b| (a.site, a.starts_at) < (b.site, b.starts_at)));
        let ids: BTreeSet<&str> = world.sessions().iter().map(|session| session.id.as_str()).collect();
        assert_eq!(ids.len(), world.sessions().len());
        let legal = |id: &str| id.len() <= 32 && id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        assert!(ids.iter().copied().chain(world.sites().iter().map(|site| site.id.as_str())).all(legal));
        assert_eq!(seats_by_site(&world).iter().filter(|&&seats| seats == 0).count(), 0);
    }
}

#[test]
fn lists_are_legal_and_varied() {
    let world = world(20_000);
    let (mut lengths, mut whole, mut all, mut session_then_site) = ([0u32; 6], 0u32, 0u32, 0u32);
    for person in world.people().chain((0..1_000).map(|number| world.ineligible_person(number))) {
        let choices = &person.choices;
        assert!((1..=5).contains(&choices.len()));
        lengths[choices.len()] += 1;
        for (rank, &choice) in choices.iter().enumerate() {
            assert!(!choices[..rank].contains(&choice), "listed twice: {choices:?}");
            let place = site(&world, choice);
            let before = || choices[..rank].iter().filter(|&&other| site(&world, other) == place);
            assert!(!before().any(|other| matches!(other, Choice::Site(_))), "a session after its site: {choices:?}");
            whole += u32::from(matches!(choice, Choice::Site(_)));
            session_then_site += u32::from(matches!(choice, Choice::Site(_)) && before().count() > 0);
            all += 1;
        }
    }
    assert!(lengths[1..].iter().all(|&count| count > 1_500), "{lengths:?}");
    assert!((15..=25).contains(&(whole * 100 / all)), "{whole} of {all}");
    assert!(session_then_site > 1_000, "{session_then_site}");
}

/// The lottery has something to decide: a seventh is missing overall, but it is missing at the popular sites.
#[test]
fn popular_sites_are_oversubscribed_and_others_are_not() {
    let world = world(20_000);
    let (wanted, seats) = (first_choices(&world), seats_by_site(&world));
    let over = wanted.iter().zip(&seats).filter(|&(wanted, seats)| *wanted > 2 * seats).count();
    let under = wanted.iter().zip(&seats).filter(|&(wanted, seats)| 2 * wanted < *seats).count();
    assert!(over > 20 && under > 40, "{over} sites over twofold, {under} under half");
    let mut sizes = seats;
    sizes.sort_unstable();
    assert!(sizes[255] > 4 * sizes[28], "largest and smallest tenth: {} and {} seats", sizes[255], sizes[28]);
}

#[test]
fn popularity_draws_people_beyond_distance_and_size() {
    let world = world(20_000);
    let wanted = first_choices(&world);
    let mut sites: Vec<(u32, u64)> = world.sites().iter().map(|site| site.popularity).zip(wanted).collect();
    sites.sort_unstable();
    let mean = |part: &[(u32, u64)]| part.iter().map(|(_, wanted)| wanted).sum::<u64>() / part.len() as u64;
    assert!(mean(&sites[213..]) > 2 * mean(&sites[..71]), "{} and {}", mean(&sites[213..]), mean(&sites[..71]));
}

#[test]
fn people_mostly_stay_near_home() {
    let world = world(20_000);
    let near = world.people().filter(|person| {
        let (home, place) =
            (&world.districts()[person.district as usize], &world.sites()[site(&world, person.choices[0])]);
        home.latitude_microdeg.abs_diff(place.latitude_microdeg) < 200_000
            && home.longitude_microdeg.abs_diff(place.longitude_microdeg) < 250_000
    });
    assert!(near.count() > 17_000);
}

#[test]
fn saturdays_are_sought_after() {
    let world = world(20_000);
    let saturday = |session: usize| world.sessions()[session].id.contains("-0909-");
    let seats = world.sessions().iter().enumerate().filter(|&(n, _)| saturday(n)).map(|(_, s)| u64::from(s.capacity));
    let wanted = world.people().filter(|person| match person.choices[0] {
        Choice::Session(session) => saturday(session.0 as usize),
        Choice::Site(_) => false,
    });
    assert!(wanted.count() as u64 > seats.sum::<u64>() * 3 / 2);
}

#[test]
fn cohorts_and_districts_are_in_proportion_to_residents() {
    let tables = Tables::korea().unwrap();
    let world = world(100_000);
    let (mut older, mut seoul) = (0u32, 0u32);
    for person in world.people() {
        let cohort = &COHORTS[person.cohort.unwrap() as usize];
        assert!(cohort.born_from <= person.birth && person.birth <= cohort.born_to, "{person:?}");
        older += u32::from(cohort.id == "aged-60-69");
        seoul += u32::from(world.districts()[person.district as usize].code.starts_with("11"));
    }
    // 7,918,684 of 16,480,373 residents are of the older cohort. Four standard deviations are 0.63 % of 100,000.
    assert!(older.abs_diff(48_049) < 633, "{older} are 60–69");
    let of = |code: &str| -> u64 {
        let within = tables.districts().iter().filter(|district| district.code.starts_with(code));
        within.flat_map(|district| district.residents).map(u64::from).sum()
    };
    let expected = u32::try_from(of("11") * 100_000 / of("")).unwrap();
    assert!(seoul.abs_diff(expected) < 520, "{seoul} in Seoul, {expected} expected");
}

#[test]
fn the_first_and_last_birth_dates_occur() {
    let births: BTreeSet<_> = world(20_000).people().map(|person| person.birth).collect();
    assert!(births.len() > 6_700, "{} of 7,305 days", births.len());
    assert_eq!(COHORTS[0].born_to.tomorrow().unwrap(), COHORTS[1].born_from);
    let many: BTreeSet<_> = world(100_000).people().map(|person| person.birth).collect();
    assert_eq!((many.first(), many.last()), (Some(&COHORTS[0].born_from), Some(&COHORTS[1].born_to)));
}

#[test]
fn nobody_takes_the_ineligible() {
    let world = world(500);
    let (mut days, last) = (BTreeSet::new(), 400);
    for person in (0..last).map(|number| world.ineligible_person(number)) {
        assert_eq!(person.cohort, None);
        assert!(person.birth < COHORTS[0].born_from || COHORTS[1].born_to < person.birth);
        days.insert(person.birth);
    }
    assert!(days.contains(&COHORTS[0].born_from.yesterday().unwrap()));
    assert!(days.contains(&COHORTS[1].born_to.tomorrow().unwrap()));
}

#[test]
fn source_files_are_csv_with_the_specified_columns() {
    let world = world(500);
    for (text, columns, rows) in [
        (districts_csv(&world), vec!["code", "name_ko", "name_en"], 250),
        (sites_csv(&world), vec!["id", "name", "district", "latitude", "longitude"], 284),
        (sessions_csv(&world), vec!["id", "site", "starts_at", "capacity"], world.sessions().len()),
    ] {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), columns);
        assert_eq!(reader.records().map(Result::unwrap).count(), rows);
    }
    assert!(districts_csv(&world).starts_with("code,name_ko,name_en\n11010,서울특별시 종로구,\"Jongno-gu, Seoul\"\n"));
    assert!(sites_csv(&world).contains("\nc001,종로구민회관,11010,37.573459,127.014445\n"));
    assert!(sessions_csv(&world).lines().nth(1).unwrap().starts_with("c001-0909-am,c001,2023-09-09T09:00:00+09:00,"));
}

#[test]
fn faulty_tables_are_refused() {
    const D: &str = "code,province_ko,province_en,name_ko,name_en,residents_50_59,residents_60_69,latitude,longitude\n";
    const C: &str = "id,district,name,latitude,longitude\n";
    let district = |row: &str| format!("{D}{row}\n");
    let good = district("11010,서울특별시,Seoul,종로구,Jongno-gu,1,2,37.594925,126.977296");
    let centre = |row: &str| format!("{C}{row}\n");
    let place = centre("c001,11010,a,37.594925,126.977296");
    let parsed = Tables::parse(&good, &place).unwrap();
    assert_eq!(parsed.districts()[0].residents, [2, 1]);
    assert_eq!(parsed.centres()[0].latitude_microdeg, 37_594_925);
    let error = |districts: &str, centres: &str| Tables::parse(districts, centres).unwrap_err();
    assert!(matches!(error(C, &place), TableError::Header { table: "districts", .. }));
    assert_eq!(error(D, &place), TableError::Empty { table: "districts" });
    assert_eq!(error(&good.replace(",1,2,", ",0,0,"), &place), TableError::Empty { table: "districts" });
    assert_eq!(
        error(&good.replace(",1,2,", ",1,-2,"), &place),
        TableError::Field { table: "districts", line: 2, column: "residents_60_69" }
    );
    for latitude in ["37.59492", "37.5949255", "37594925", "-7.594925", ""] {
        let fault = TableError::Field { table: "centres", line: 2, column: "latitude" };
        assert_eq!(error(&good, &place.replace("37.594925", latitude)), fault, "{latitude}");
    }
    assert_eq!(error(&good, &centre("c001,11010,a")), TableError::Row { table: "centres", line: 2 });
    assert_eq!(
        error(&good, &place.replace("11010", "11020")),
        TableError::UnknownDistrict { line: 2, district: "11020".into() }
    );
    let twice = format!("{place}c001,11010,b,37.000000,127.000000\n");
    assert_eq!(error(&good, &twice), TableError::Order { table: "centres", line: 3 });
}
