//! Cohorts of districts, reserves and reach, against definitions that try everything. SPEC §3.1, §5.2.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use proptest::prelude::*;
use protocol::{
    apportionment::Kept,
    draw,
    instance::{Access, Choice, Class, Pool, ReserveIndex, SessionIndex, SiteIndex},
    programme::{
        Born, Fields, Programme, Reach, ReachRow, Reserve, SessionReserve, Title, admissions, boundaries,
        civil::Date,
        faults,
        source::{Source, compile},
    },
};

const SAMPLE: Source = Source {
    programme_toml: include_str!("../vectors/sample/programme.toml"),
    districts_csv: include_str!("../vectors/sample/districts.csv"),
    sites_csv: include_str!("../vectors/sample/sites.csv"),
    sessions_csv: include_str!("../vectors/sample/sessions.csv"),
    reserves_csv: None,
    reach_csv: None,
};
const DISTRICTS: [&str; 3] = ["11010", "11020", "11030"];

/// The sample with a third district and a third cohort in tier 2.
fn fields() -> Fields {
    let mut fields = (*compile(&SAMPLE).unwrap()).clone();
    let mut district = fields.districts[0].clone();
    district.code = DISTRICTS[2].into();
    fields.districts.push(district);
    let mut cohort = fields.cohorts[0].clone();
    cohort.id = "third".into();
    fields.cohorts.push(cohort);
    fields
}

fn days() -> Vec<Date> {
    let first = Date::parse("1964-02-26").unwrap();
    std::iter::successors(Some(first), |day| day.tomorrow()).take(6).collect()
}

/// Three cohorts, each with one range of six days and some of three districts (none: any).
fn cohorts() -> impl Strategy<Value = Vec<(usize, usize, Vec<usize>)>> {
    let range = (0..6_usize).prop_flat_map(|from| (Just(from), from..6));
    let districts = prop::sample::subsequence(vec![0, 1, 2], 0..=3);
    prop::collection::vec((range, districts).prop_map(|((from, to), districts)| (from, to, districts)), 3)
}

fn with_cohorts(cohorts: &[(usize, usize, Vec<usize>)]) -> Fields {
    let (days, mut fields) = (days(), fields());
    for (cohort, (from, to, districts)) in fields.cohorts.iter_mut().zip(cohorts) {
        cohort.born = vec![Born { from: days[*from], to: days[*to] }];
        cohort.districts = districts.iter().map(|at| DISTRICTS[*at].into()).collect();
    }
    fields
}

fn row() -> impl Strategy<Value = [Option<usize>; 3]> {
    [prop::option::of(0..2_usize), prop::option::of(0..2_usize), prop::option::of(0..3_usize)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// For every district and day, counts the cohorts that have both.
    #[test]
    fn a_programme_is_fine_exactly_when_no_district_has_a_day_in_two_cohorts_or_a_hole(cohorts in cohorts()) {
        let fields = with_cohorts(&cohorts);
        let admitted = |district: usize| {
            cohorts.iter().enumerate().filter(move |(_, (.., of))| of.is_empty() || of.contains(&district))
        };
        let holding = |district: usize, day: usize| -> Vec<usize> {
            admitted(district).filter(|(_, (from, to, _))| (*from..=*to).contains(&day)).map(|(at, _)| at).collect()
        };
        let fine = (0..3).all(|district| {
            let first = admitted(district).map(|(_, (from, ..))| *from).min().unwrap_or(0);
            let after = admitted(district).map(|(_, (_, to, _))| *to + 1).max().unwrap_or(0);
            (first..after).all(|day| holding(district, day).len() == 1)
        });
        let found = faults(&fields);
        prop_assert_eq!(found.is_empty(), fine, "{:?}", found);
        prop_assert!(found.iter().all(|fault| fault.label() == "R-PROGRAMME-COHORTS"));
        let grouped: usize = admissions(&fields).iter().map(|admission| admission.districts.len()).sum();
        prop_assert_eq!(grouped, 3);
        if let Ok(programme) = Programme::of(fields) {
            for (district, day) in (0..3).flat_map(|district| (0..6).map(move |day| (district, day))) {
                let expected = holding(district, day).first().map(|at| u16::try_from(*at).unwrap());
                let found = programme.cohort_of(days()[day], u16::try_from(district).unwrap());
                prop_assert_eq!(found, expected);
            }
            for boundary in boundaries(&programme) {
                prop_assert!(boundary.before.unwrap().cohort != Some(boundary.cohort.clone()));
                prop_assert!(boundary.after.unwrap().cohort != Some(boundary.cohort));
            }
        }
    }

    /// A choice is in reach exactly when some row of the table fits it, and the table's order is a matter of form.
    #[test]
    fn reach_is_what_some_row_allows(rows in prop::collection::btree_set(row(), 1..8)) {
        let mut fields = (*compile(&SAMPLE).unwrap()).clone();
        let named = |[cohort, district, site]: &[Option<usize>; 3]| ReachRow {
            cohort: cohort.map(|at| fields.cohorts[at].id.clone()),
            district: district.map(|at| fields.districts[at].code.clone()),
            site: site.map(|at| fields.sites[at].id.clone()),
        };
        let written = rows.iter().map(named).collect();
        fields.reach = Reach::Table { rows: written };
        let programme = Programme::of(fields).unwrap();
        let fits = |row: &[Option<usize>; 3], what: [usize; 3]| row.iter().zip(what).all(|(a, b)| a.is_none_or(|a| a == b));
        for (cohort, district) in [(0_u16, 0_u16), (0, 1), (1, 0), (1, 1)] {
            let reach = |site: u32| {
                rows.iter().any(|row| fits(row, [cohort.into(), district.into(), site as usize]))
            };
            let expected: Vec<SiteIndex> = (0..3).filter(|site| reach(*site)).map(SiteIndex).collect();
            let found: Vec<SiteIndex> = programme.sites_in_reach(cohort, district).collect();
            prop_assert_eq!(found, expected);
            for (session, site) in [0, 0, 0, 1, 1, 1, 2, 2].into_iter().enumerate() {
                let choice = Choice::Session(SessionIndex(u32::try_from(session).unwrap()));
                prop_assert_eq!(programme.may_list(cohort, district, &choice), reach(site));
            }
        }
        prop_assert!(!programme.reaches(0, 2, SiteIndex(0)) && !programme.reaches(2, 0, SiteIndex(0)));
        prop_assert!(!programme.reaches(0, 0, SiteIndex(3)) && !programme.reaches(0, 0, SiteIndex(u32::MAX)));
    }

    #[test]
    fn members_are_those_of_a_cohort_and_of_a_district(
        cohorts in prop::sample::subsequence(vec![0_u16, 1], 0..=2),
        districts in prop::sample::subsequence(vec![0_u16, 1], 0..=2),
    ) {
        let mut fields = (*compile(&SAMPLE).unwrap()).clone();
        // Written in any order: a list of names is a set.
        let ids = cohorts.iter().rev().map(|at| fields.cohorts[usize::from(*at)].id.clone()).collect();
        let codes = districts.iter().rev().map(|at| fields.districts[usize::from(*at)].code.clone()).collect();
        let title = Title { en: "Reserve".into(), ko: "우선석".into() };
        fields.reserves = vec![Reserve { id: "r".into(), title, cohorts: ids, districts: codes, release: false }];
        let programme = Programme::of(fields).unwrap();
        for (cohort, district) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let is = |list: &[u16], item: u16| list.is_empty() || list.contains(&item);
            let member = programme.members()[0].has_member(Class::new(cohort, district));
            prop_assert_eq!(member, is(&cohorts, cohort) && is(&districts, district));
        }
    }
}

/// Of each session the seats that nobody keeps come first, also where there are none.
#[test]
fn pools_are_the_open_seats_and_then_the_reserves() {
    let mut fields = (*compile(&SAMPLE).unwrap()).clone();
    let title = Title { en: "Reserve".into(), ko: "우선석".into() };
    let reserve = |id: &str, release| Reserve {
        id: id.into(),
        title: title.clone(),
        cohorts: vec!["60-69".into()],
        districts: Vec::new(),
        release,
    };
    fields.reserves = vec![reserve("a", true), reserve("b", false)];
    let seats = |reserve: &str, seats| SessionReserve { reserve: reserve.into(), seats };
    fields.sessions[2].reserves = vec![seats("a", 1), seats("b", 2)];
    fields.sessions[4].reserves = vec![seats("b", 1)];
    let programme = Programme::of(fields).unwrap();
    let places = draw::places(&programme, &Kept::default()).unwrap();
    let of = |session: u32| -> Vec<Pool> {
        places.pools_of(SessionIndex(session)).map(|pool| places.pools()[pool as usize]).collect()
    };
    let pool = |session, access, capacity| Pool { session: SessionIndex(session), access, capacity };
    let reserved = |reserve| Access::Reserved(ReserveIndex(reserve));
    assert_eq!(of(2), [pool(2, Access::Open, 0), pool(2, reserved(0), 1), pool(2, reserved(1), 2)]);
    assert_eq!(of(4), [pool(4, Access::Open, 1), pool(4, reserved(1), 1)]);
    assert_eq!(of(0), [pool(0, Access::Open, 2)]);
    assert_eq!(places.reserves().iter().map(|reserve| reserve.is_released()).collect::<Vec<_>>(), [true, false]);
}
