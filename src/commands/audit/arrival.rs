//! Results by the order of arrival: the first revision of each ticket, as the store's batches have it.

use super::entries::Compared;
use crate::{console::count, draw::Announced};
use intake::arrival::{Count, Finding, independence};
use protocol::{
    lottery::LotteryNumber,
    outcome::{Outcome as Became, Record},
};

/// People whose numbers are made alike.
#[derive(Debug)]
pub(super) struct Group {
    /// `cohort` or `lots`.
    pub kind: &'static str,
    /// The cohort's identifier, or how many lots.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// By tenth of arrival: people, and those placed.
    pub tenths: [(u64, u64); 10],
    /// What the test says.
    pub finding: Finding,
}

impl Group {
    /// People, and those placed.
    pub(super) fn sums(&self) -> (u64, u64) {
        self.tenths.iter().fold((0, 0), |(people, placed), tenth| (people + tenth.0, placed + tenth.1))
    }

    /// The most unlikely count in words.
    pub(super) fn words(&self) -> String {
        let Some(Count { first, luckiest, both, expected, bits }) = self.finding.worst else {
            return format!("{}: too few people to say anything", self.name);
        };
        let [first, luckiest, both, expected] = [first, luckiest, both, expected].map(|n| count(u64::from(n)));
        format!(
            "{}: of the {first} who came first, {both} are among the {luckiest} luckiest; about {expected} should be, and \
             this happens by chance less often than once in {}",
            self.name,
            once_in(bits)
        )
    }
}

/// 2 to the power of `bits`, in a form that people read.
fn once_in(bits: u32) -> String {
    match bits {
        0..=40 => count(1 << bits),
        _ => format!("10 to the power of {}", u64::from(bits) * 30_102 / 100_000),
    }
}

/// Cohorts, and where several cohorts have as many lots, all of these together.
pub(super) fn groups(announced: &Announced, compared: &Compared, records: &[Record]) -> Vec<Group> {
    let cohorts = &announced.programme.cohorts;
    let mut named: Vec<(&'static str, String, String, Vec<bool>)> = Vec::new();
    for lots in 1..=8 {
        let having: Vec<bool> = cohorts.iter().map(|cohort| cohort.lots == lots).collect();
        let name = match having.iter().all(|has| *has) {
            true => "everybody".to_owned(),
            false => format!("all with {lots} lots"),
        };
        if having.iter().filter(|has| **has).count() > 1 {
            named.push(("lots", lots.to_string(), name, having));
        }
    }
    for (at, cohort) in cohorts.iter().enumerate() {
        named.push((
            "cohort",
            cohort.id.clone(),
            cohort.id.clone(),
            (0..cohorts.len()).map(|other| other == at).collect(),
        ));
    }
    let mut shares = Vec::with_capacity(named.len());
    let findings = independence(named.iter().map(|(_, _, _, having)| {
        let (tested, tenths) = people(having, compared, records);
        shares.push(tenths);
        tested
    }));
    let group = |(((kind, id, name, _), tenths), finding)| Group { kind, id, name, tenths, finding };
    named.into_iter().zip(shares).zip(findings).map(group).collect()
}

/// Place of arrival, lottery number, and the place of the ticket, which breaks ties.
type Tested = (u32, (LotteryNumber, u32));

/// Those of these cohorts who take part, and how many of each tenth of arrival were placed.
fn people(having: &[bool], compared: &Compared, records: &[Record]) -> (Vec<Tested>, [(u64, u64); 10]) {
    let (mut tested, mut placed) = (Vec::new(), Vec::new());
    for (((cohort, record), arrival), place) in compared.cohorts.iter().zip(records).zip(&compared.arrivals).zip(0..) {
        if having.get(usize::from(*cohort)) == Some(&true) && record.outcome != Became::Withdrawn {
            tested.push((*arrival, (record.number, place)));
            placed.push((*arrival, matches!(record.outcome, Became::Placed { .. })));
        }
    }
    (tested, tenths(placed))
}

fn tenths(mut people: Vec<(u32, bool)>) -> [(u64, u64); 10] {
    people.sort_unstable();
    let mut tenths = [(0, 0); 10];
    let all = people.len();
    for (place, (_, is_placed)) in people.iter().enumerate() {
        let (people, placed) = &mut tenths[place * 10 / all.max(1)];
        *people += 1;
        *placed += u64::from(*is_placed);
    }
    tenths
}
